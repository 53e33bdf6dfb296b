"""U03 U05: a unit the table does not know, and people, households or shares in the unit of others, or in none."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, each_text, matches
from schemas.rules.u_values import HEADCOUNT, HOUSEHOLDS
from schemas.rules.wording import target
from schemas.target import plain
from schemas.units import resolve

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_NOT_PEOPLE = frozenset(
    {"个", "户", "次", "起", "件", "份", "套", "台", "辆", "座", "株", "村", "项", "家", "条", "所", "人/年"}
)
"""Canonical units in which nobody counts people. 人次 is one: services to people are counted in it."""
_NOT_HOUSEHOLDS = frozenset({"个", "人", "人次", "人/年"})
_PEOPLE = re.compile(r"(?:人员|[护保监协辅网教党社]\S{0,3}员|工作者|志愿者|干部|教师|学生|学员|老人|儿童)$")
"""Names that end in people without asking for a number: 聘用公益性岗位人员. 个 alone is wrong then; they may be visited 12次."""

_SHARE = re.compile(r"(?:(?<![频效利汇概心速倍功税])率|满意度|知晓度|比例|比重|占比|百分比)$")
_NO_SHARE = re.compile(r"(?:容积|周转|复种|分辨|曝光)率$")
"""Rates that are no share of anything: 容积率 1.8, 周转率 5次."""
_NOT_SHARES = frozenset({"元", "个", "人", "户", "人次", "次", "项", "件", "村", "家"})
"""Canonical units of no share. A score (分) may tell satisfaction, a rate be counted in ‰."""
_WHOLE = 1
"""A bare number up to it may be a share as it stands: 0.95, 1."""


def _unknown(indicators: pd.DataFrame) -> "Flags":
    measured = ~indicators["kind"].isin(["qualitative", "missing", "deadline", "period", "boolean"])
    return measured & each_text(indicators["unit"], lambda unit: not resolve(unit).is_known)


def _people_as_things(indicators: pd.DataFrame) -> "Flags":
    counted = indicators["kind"].isin(["quantity", "frequency"]) & indicators["value"].notna()
    unit, name = indicators["unit"], indicators["name"]
    people = unit.isin(_NOT_PEOPLE) & matches(name, HEADCOUNT)
    named = (unit == "个") & (indicators["level2"] == "数量指标") & matches(name, _PEOPLE)
    return counted & (people | named | (unit.isin(_NOT_HOUSEHOLDS) & matches(name, HOUSEHOLDS)))


def _shares_as_things(indicators: pd.DataFrame) -> "Flags":
    # What a bare number behind such a name means is known, but it has to be said (law 2).
    bare = (indicators["kind"] == "ratio") & indicators["typed_unit"].isna()
    bare &= indicators["typed_value"].notna() & (indicators["typed_value"] > _WHOLE)
    told = indicators["kind"].isin(["quantity", "frequency", "money"]) & indicators["value"].notna()
    told &= indicators["unit"].isin(_NOT_SHARES)
    return (bare | told) & matches(indicators["name"], _SHARE) & ~matches(indicators["name"], _NO_SHARE)


def _in_other_units(indicators: pd.DataFrame) -> "Flags":
    return _people_as_things(indicators) | _shares_as_things(indicators)


def _explain_unknown(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(indicator["raw"] or "", details={"unit": indicator["typed_unit"] or indicator["unit"]})


def _explain_other(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    name, is_share = indicator["name"], indicator["kind"] == "ratio"
    # Of a share in no unit the % is what we put in.
    unit = indicator["typed_unit"] or ("" if is_share else indicator["unit"])
    number = indicator["typed_value" if is_share or indicator["kind"] == "money" else "value"]
    if HOUSEHOLDS.search(name):
        asked, behind = "户", "户"
    elif _SHARE.search(name) and not HEADCOUNT.search(name):
        asked, behind = "百分比", "%"
    else:
        asked, behind = "人", "人"
    expected = target(indicator["operator"], f"{plain(number)}{behind}")
    reason = f"是“{unit}”" if unit else "没有写"
    yield Evidence(
        indicator["raw"] or "",
        expected,
        details={"level3": indicator["level3"], "reason": reason, "asked": asked},
    )


CHECKS = (
    check_by_row("U03", "indicators", _unknown, _explain_unknown),
    check_by_row("U05", "indicators", _in_other_units, _explain_other),
)
