"""U03 U05: a unit the table does not know, and people counted in the unit of things."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, each_text, matches
from schemas.rules.u_values import HEADCOUNT
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


def _unknown(indicators: pd.DataFrame) -> "Flags":
    measured = ~indicators["kind"].isin(["qualitative", "missing", "deadline", "period", "boolean"])
    return measured & each_text(indicators["unit"], lambda unit: not resolve(unit).is_known)


def _people_as_things(indicators: pd.DataFrame) -> "Flags":
    counted = indicators["kind"].isin(["quantity", "frequency"]) & indicators["value"].notna()
    return counted & indicators["unit"].isin(_NOT_PEOPLE) & matches(indicators["name"], HEADCOUNT)


def _explain_unknown(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(indicator["raw"] or "", details={"unit": indicator["typed_unit"] or indicator["unit"]})


def _explain_people(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    expected = target(indicator["operator"], f"{plain(indicator['value'])}人")
    unit = indicator["typed_unit"] or indicator["unit"]
    yield Evidence(indicator["raw"] or "", expected, details={"level3": indicator["level3"], "unit": unit})


CHECKS = (
    check_by_row("U03", "indicators", _unknown, _explain_unknown),
    check_by_row("U05", "indicators", _people_as_things, _explain_people),
)
