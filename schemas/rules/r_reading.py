"""Letter R: what the readers saw. They report; the catalogue says it in a clerk's words like any other rule."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.catalogue import CATALOGUE
from schemas.rules.checks import Evidence, Row, check_by_row

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables


def _reported(rule_id: str) -> "Callable[[pd.DataFrame], Flags]":
    def reported(remarks: pd.DataFrame) -> "Flags":
        return remarks["rule_id"] == rule_id

    return reported


def _explain(remark: Row, _: "Tables") -> Iterator[Evidence]:
    details = {name: str(text) for name, text in remark["details"].items()}
    yield Evidence(remark["value"] or "", remark["expected"] or "", details=details)


CHECKS = tuple(
    check_by_row(rule_id, "remarks", _reported(rule_id), _explain)
    for rule_id in CATALOGUE
    if rule_id.startswith("R")
)
