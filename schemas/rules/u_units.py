"""U03 U05: a unit the table does not know, and people or households counted in the unit of others."""

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


def _unknown(indicators: pd.DataFrame) -> "Flags":
    measured = ~indicators["kind"].isin(["qualitative", "missing", "deadline", "period", "boolean"])
    return measured & each_text(indicators["unit"], lambda unit: not resolve(unit).is_known)


def _people_as_things(indicators: pd.DataFrame) -> "Flags":
    counted = indicators["kind"].isin(["quantity", "frequency"]) & indicators["value"].notna()
    unit, name = indicators["unit"], indicators["name"]
    people = unit.isin(_NOT_PEOPLE) & matches(name, HEADCOUNT)
    named = (unit == "个") & (indicators["level2"] == "数量指标") & matches(name, _PEOPLE)
    return counted & (people | named | (unit.isin(_NOT_HOUSEHOLDS) & matches(name, HOUSEHOLDS)))


def _explain_unknown(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(indicator["raw"] or "", details={"unit": indicator["typed_unit"] or indicator["unit"]})


def _explain_people(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    asked = "户" if HOUSEHOLDS.search(indicator["name"]) else "人"
    expected = target(indicator["operator"], f"{plain(indicator['value'])}{asked}")
    unit = indicator["typed_unit"] or indicator["unit"]
    details = {"level3": indicator["level3"], "unit": unit, "asked": asked}
    yield Evidence(indicator["raw"] or "", expected, details=details)


CHECKS = (
    check_by_row("U03", "indicators", _unknown, _explain_unknown),
    check_by_row("U05", "indicators", _people_as_things, _explain_people),
)
