"""L06: a goal of the mid term (中期目标) that is smaller than the year's, which it includes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, nowhere

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_SUMMED = ("quantity", "money")
"""Kinds of which a longer time holds at least as much; a rate of the mid term may well be lower in between."""


def _fails(indicators: pd.DataFrame) -> "Flags":
    flags = nowhere(indicators)
    both = indicators[
        indicators["mid_term"].notna()
        & indicators["value"].notna()
        & indicators["kind"].isin(_SUMMED)
        & indicators["operator"].isin(("=", ">=", ">"))
    ]
    if len(both):
        flags.loc[both.index[both["mid_term"] < both["value"]]] = True
    return flags


def _explain(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    details = {"level3": indicator["level3"], "annual": indicator["raw"]}
    yield Evidence(indicator["mid_term_raw"] or "", indicator["raw"], details=details)


CHECKS = (check_by_row("L06", "indicators", _fails, _explain),)
