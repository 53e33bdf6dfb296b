"""Money and identity cells: amounts, departments, project codes, fiscal years and project periods."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.amounts import AmountError, parse_amount, parse_department, parse_project_name
from schemas.dates import parse_fiscal_year, parse_period
from schemas.values import is_blank, plain

AMOUNTS = [
    ("138.02", "万元", "1380200.00"),
    ("3,309,840.00", "元", "3309840.00"),
    ("１０", "万元", "100000.00"),
    (" 0.18\n", "万元", "1800.00"),
    ("0", "万元", "0.00"),
    ("10万元", "万元", "100000.00"),
    ("10万", "万元", "100000.00"),
    ("100000元", "万元", "100000.00"),
    ("¥5.5", "元", "5.50"),
    ("6923.3552", "万元", "69233552.00"),
    ("1250", "千元", "1250000.00"),
    ("1.25", "亿元", "125000000.00"),
    ("3.5", "百万元", "3500000.00"),
    ("2（万元）", "万元", "20000.00"),
    ("-3", "万元", "-30000.00"),
]


@pytest.mark.parametrize(("text", "unit", "yuan"), AMOUNTS)
def test_amount(text: str, unit: str, yuan: str) -> None:
    amount = parse_amount(text, unit)
    assert str(amount) == yuan
    assert type(amount) is Decimal


@pytest.mark.parametrize("text", ["", "  ", "/", "—", "**"])
def test_blank_amount_is_missing_not_zero(text: str) -> None:
    assert parse_amount(text, "万元") is None
    assert is_blank(text)


BAD = ["854万854万", "约十万元", "10万元（分两批）5万元", "1.2.3", "88 100", "3,30,984", "1e9", "十",
       "10人", "0.12345678",
       "9" * 17, "9" * 5000, "财政拨款", "\x00", "NaN", "≤65"]  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_is_no_amount_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(AmountError) as refused:
        parse_amount(text, "万元")
    assert "“" in str(refused.value)
    assert len(str(refused.value)) < 200


@given(st.decimals(min_value=0, max_value=Decimal("99999999999.99"), places=2))
def test_amounts_are_exact_both_ways(yuan: Decimal) -> None:
    """Promise 5: money written in 元 or 万元 comes back to the fen."""
    wan = yuan.scaleb(-4)
    assert parse_amount(plain(yuan), "元") == yuan
    assert parse_amount(plain(wan), "万元") == yuan
    assert parse_amount(f"{yuan:,}", "元") == yuan


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("058-平罗县宝丰镇人民政府", "058", "平罗县宝丰镇人民政府"),
        ("０５８－平罗县宝丰镇人民政府", "058", "平罗县宝丰镇人民政府"),
        (" 058 - 平罗县\n宝丰镇人民政府 ", "058", "平罗县宝丰镇人民政府"),
        ("[077]平罗县财政局", "077", "平罗县财政局"),
        ("219001-池州市贵池区棠溪镇人民政府", "219001", "池州市贵池区棠溪镇人民政府"),
        ("平罗县宝丰镇人民政府（058）", "058", "平罗县宝丰镇人民政府"),
        ("058平罗县宝丰镇人民政府", "058", "平罗县宝丰镇人民政府"),
        ("110指挥中心", None, "110指挥中心"),
        ("固原市原州区自然资源局", None, "固原市原州区自然资源局"),
        ("058-", "058", None),
        ("058", "058", None),
        ("", None, None),
    ],
)
def test_department(text: str, code: str | None, name: str | None) -> None:
    assert parse_department(text) == (code, name)


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("51000021R000000019951-工资性支出", "51000021R000000019951", "工资性支出"),
        ("51092324T000010263357-2023年全县资金项目", "51092324T000010263357", "2023年全县资金项目"),
        ("村干部任职\n补贴 ", None, "村干部任职补贴"),
        ("高龄补贴（640221240000000000015）", "640221240000000000015", "高龄补贴"),
        ("高龄补贴-51092324T000010263357", "51092324T000010263357", "高龄补贴"),
        ("道路养护（2024）", None, "道路养护（2024）"),
        ("2023年道路项目", None, "2023年道路项目"),
        ("", None, None),
    ],
)
def test_project_name(text: str, code: str | None, name: str | None) -> None:
    assert parse_project_name(text) == (code, name)


@pytest.mark.parametrize(
    ("text", "year"),
    [("( 2023年度)", 2023), ("(20 17 年度)", 2017), ("（２０２３年度）", 2023), ("2023", 2023),
     ("2023年", 2023), ("（二〇二四年度）", 2024), ("二○二四年", 2024),
     ("部门项目支出预算绩效目标表（2023年度）", 2023), ("( 年度)", None), ("", None),
     ("2022年、2023年", None), ("20231", None)],
)  # fmt: skip
def test_fiscal_year(text: str, year: int | None) -> None:
    assert parse_fiscal_year(text) == year


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2023年1月至12月", (date(2023, 1, 1), date(2023, 12, 31))),
        ("2023 年 1 月 — 12 月", (date(2023, 1, 1), date(2023, 12, 31))),
        ("1月-12月", (date(2023, 1, 1), date(2023, 12, 31))),
        ("2022年3月-2023年11月", (date(2022, 3, 1), date(2023, 11, 30))),
        ("2023.07-2024.01", (date(2023, 7, 1), date(2024, 1, 31))),
        ("2023.1-12", (date(2023, 1, 1), date(2023, 12, 31))),
        ("2023-01-01至2023-12-31", (date(2023, 1, 1), date(2023, 12, 31))),
        ("2023/1/1-2023/12/31", (date(2023, 1, 1), date(2023, 12, 31))),
        ("20230101-20231231", (date(2023, 1, 1), date(2023, 12, 31))),
        ("2023年1月1日至12月31日", (date(2023, 1, 1), date(2023, 12, 31))),
        ("2023年3月一2023年12月", (date(2023, 3, 1), date(2023, 12, 31))),
        ("二〇二三年一月至十二月", (date(2023, 1, 1), date(2023, 12, 31))),
        ("2023-2025年", (date(2023, 1, 1), date(2025, 12, 31))),
        ("2021年度", (date(2021, 1, 1), date(2021, 12, 31))),
        ("全年", (date(2023, 1, 1), date(2023, 12, 31))),
        ("长期", None),
        ("2023年12月底", None),
        ("2023年12月至2023年1月", None),
        ("2023年2月30日至12月", None),
        ("", None),
    ],
)
def test_project_period(text: str, period: tuple[date, date] | None) -> None:
    assert parse_period(text, 2023) == period


def test_a_period_without_any_year_has_no_dates() -> None:
    assert parse_period("1月至12月", None) is None


@given(st.text(max_size=200), st.sampled_from([None, 2023]))
def test_no_text_breaks_these_readers(text: str, fiscal_year: int | None) -> None:
    parse_department(text)
    parse_project_name(text)
    parse_fiscal_year(text)
    parse_period(text, fiscal_year)
    try:
        amount = parse_amount(text, "万元")
    except AmountError:
        return
    assert amount is None or type(amount) is Decimal


def test_an_amount_beyond_any_county_is_a_slip_and_not_booked() -> None:
    assert parse_amount("999.99", "万元") == Decimal("9999900.00")
    with pytest.raises(AmountError, match="超出可入账的范围"):
        parse_amount("10000000", "万元")
