"""The table of units: what it holds, how units combine, and that conversions are exact and can be undone."""

from decimal import Decimal, Inexact
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.units import (
    convert,
    dimension,
    invert,
    is_known_unit,
    lookup,
    per,
    read_vocabulary,
    resolve,
    vocabulary,
)
from schemas.yaml_data import bundled

CANONICAL = {
    "万元": ("元", "10000"), "百万元": ("元", "1000000"), "亿元": ("元", "100000000"), "千元": ("元", "1000"),
    "百分比": ("%", "1"), "成": ("%", "10"), "公顷": ("亩", "15"), "万亩": ("亩", "10000"),
    "万平方米": ("平方米", "10000"), "立方米": ("立方米", "1"), "公里": ("米", "1000"), "km": ("米", "1000"),
    "里": ("米", "500"), "公斤": ("千克", "1"), "吨": ("千克", "1000"), "斤": ("千克", "0.5"),
    "年": ("月", "12"),
    "季度": ("月", "3"), "周": ("日", "7"), "天": ("日", "1"), "人": ("人", "1"),
    "人次": ("人次", "1"), "户": ("户", "1"),
    "次": ("次", "1"), "起": ("起", "1"), "次/季度": ("次/年", "4"), "元/人": ("元/人", "1"),
    "元/次": ("元/次", "1"),
    "万元/村": ("元/村", "10000"), "元/人*月": ("元/人·月", "1"), "万元/辆.年": ("元/辆·年", "10000"),
    **{name: (name, "1") for name in ("个", "份", "件", "套", "台", "辆", "座", "株", "村")},
}  # fmt: skip
"""forms.md, "Canonical units": unit → canonical unit and factor."""


@pytest.mark.parametrize("typed", CANONICAL)
def test_canonical_unit_of_forms_md(typed: str) -> None:
    measure = resolve(typed)
    assert (measure.unit, measure.factor) == (CANONICAL[typed][0], Decimal(CANONICAL[typed][1]))
    assert is_known_unit(typed)


def test_people_visits_and_households_stay_apart() -> None:
    assert len({resolve(unit).dimension for unit in ("人", "人次", "户")}) == 3
    assert resolve("亩").dimension != resolve("平方米").dimension


@pytest.mark.parametrize("unit", ["栋梁", "元/栋梁", "", "/", "//", "人/", "元/人/栋梁", "每", "千", "个"])
def test_unknown_units_are_kept_as_typed(unit: str) -> None:
    measure = resolve(unit)
    if unit in {"千", "个"}:
        assert measure.is_known
    else:
        assert (measure.unit, measure.dimension, is_known_unit(unit)) == (unit, "unknown", False)


def test_compound_units() -> None:
    assert resolve("万/月", is_money=True).unit == "元/月"
    assert resolve("万/月").dimension == "unknown"
    assert resolve("元/公顷").unit == "元/公顷"  # a fifteenth does not end
    assert resolve("万元/km").factor == Decimal(10)
    assert resolve("元每人每月") == resolve("元/人·月")
    assert per("元/人·月") == ("人", "月")
    assert per("元") == ()
    assert dimension("元/人·月") == "price"


_TYPED = st.sampled_from(
    [
        *vocabulary().units,
        *CANONICAL,
        "次/2个月",
        "元/人天",
        "万人次/季度",
        "万人次",
        "元/km",
        "元/斤",
        "株/亩",
        "人次/月",
    ]
)
_NUMBERS = st.decimals(min_value=Decimal("-1e15"), max_value=Decimal("1e15"), places=12, allow_nan=False)


@given(_NUMBERS, _TYPED)
def test_conversions_are_exact_and_can_be_undone(number: Decimal, typed: str) -> None:
    measure = resolve(typed)
    converted = convert(number, measure)
    assert Fraction(converted) == Fraction(number) * Fraction(measure.factor)
    assert invert(converted, measure) == number


_WORDS = sorted(vocabulary().units)


@given(
    st.sampled_from(_WORDS), st.sampled_from([*dict(vocabulary().multipliers), "个"]), st.integers(2, 10**6)
)
def test_a_row_that_its_parts_would_contradict_is_refused(spelling: str, word: str, many: int) -> None:
    """Or 10万亩 would be one thing to the table and ten thousand times another to its parts."""
    unit = vocabulary().units[spelling]
    own = dict(vocabulary().multipliers).get(word, Decimal(1)) * unit.factor
    table = _table()
    wrong = {"name": f"{word}{spelling}", "dimension": unit.dimension, "canonical": unit.canonical}
    table["units"].append({**wrong, "factor": str(own * many)})
    with pytest.raises(ValueError, match=r"两种读法不相等|同时指两个单位"):
        read_vocabulary(table)


@pytest.mark.parametrize("factor", ["0", "-1", "NaN", "Infinity"])
def test_a_factor_that_cannot_be_undone_is_refused(factor: str) -> None:
    table = _table()
    table["units"].append({"name": "垛", "dimension": "things", "canonical": "个", "factor": factor})
    with pytest.raises(ValueError, match="垛"):
        read_vocabulary(table)


def _table() -> dict[str, Any]:
    held: dict[str, Any] = bundled("schemas.vocabulary", "units.yml")
    return held


def test_the_order_of_what_is_counted_per_makes_no_other_unit() -> None:
    assert resolve("元/月/人") == resolve("元/人/月") == resolve("元每人每月")
    assert resolve("次/年·村") == resolve("次/村/年")


def test_per_so_many_is_read_of_time_only() -> None:
    assert (resolve("次/2个月").unit, resolve("次/2个月").factor) == ("次/年", Decimal(6))
    assert not any(resolve(unit).is_known for unit in ("户/120人", "次/3年", "次/月*12月", "公里/1条"))


def test_an_inexact_inverse_is_refused() -> None:
    with pytest.raises(Inexact):
        invert(Decimal(1), resolve("公顷"))


def test_the_table_is_sound() -> None:
    table = vocabulary()
    assert {unit.canonical for unit in table.units.values()} <= {unit.name for unit in table.units.values()}
    for spelling, unit in table.units.items():
        found = lookup(spelling.upper())
        assert found is not None, spelling
        assert found[0] is unit, spelling
    # a comparison word that is also a unit would be read as one or the other by chance
    words = {word for word, _ in (*table.before, *table.after)}
    assert not words & table.units.keys()
