"""The one slip that explains a balance: found where it is the only one, and never invented."""

from decimal import Decimal

import pytest

from schemas.rules.slips import Item, slip_of, words


def told(total: str, *parts: str) -> str:
    items = [Item(f"来源{number}", Decimal(part)) for number, part in enumerate(parts, 1)]
    return words(slip_of(Item("总额", Decimal(total)), items), "元")


@pytest.mark.parametrize(
    ("total", "parts", "said"),
    [
        ("1380200", ["1000000", "38.02", "200"], ""),
        ("1380000", ["1000000", "38"], "；若“来源2”的 38元 应为 380000元（元与万元写混），则两者相等"),
        ("138.02", ["1000000", "380200"], "；若“总额”的 138.02元 应为 1380200元（元与万元写混），则两者相等"),
        (
            "100000",
            ["80000", "2000"],
            "；若“来源2”的 2000元 应为 20000元（少写了 0 或小数点错位），则两者相等",
        ),
        ("96000", ["50000", "64000"], "；若“来源2”的 64000元 应为 46000元（相邻两个数字写反），则两者相等"),
        ("100000", ["80000", "15000"], ""),
        ("100000", ["50000", "5000", "5000"], ""),
        ("11", ["10", "10"], ""),
    ],
)
def test_a_slip_is_named_only_where_it_is_the_only_one(total: str, parts: list[str], said: str) -> None:
    assert told(total, *parts) == said
