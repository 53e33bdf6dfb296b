"""C05: a hint or placeholder of the template that was not replaced, in the head, the money or the indicators."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, each_text, nowhere
from schemas.rules.hints import is_hint

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_FORM_FIELDS = {
    "project_name": "project_name_address",
    "department_name": "department_address",
    "implementing_unit": "implementing_unit_address",
    "attribute": "attribute_address",
    "period_raw": "period_address",
    "goal": "goal_address",
}
"""A dash in the total is C07: there is no amount then."""
_FUNDING_FIELDS = {"amount_raw": "address"}
_INDICATOR_FIELDS = {"level3": "level3_address", "raw": "address"}


def _any_hint(fields: dict[str, str]) -> "Callable[[pd.DataFrame], Flags]":
    def any_hint(frame: pd.DataFrame) -> "Flags":
        flags = nowhere(frame)
        for name in fields:
            flags |= each_text(frame[name], is_hint)
        return flags

    return any_hint


def _explain(fields: dict[str, str]) -> "Callable[[Row, Tables], Iterator[Evidence]]":
    def explain(row: Row, _: "Tables") -> Iterator[Evidence]:
        for name, address in fields.items():
            if row[name] is not None and is_hint(row[name]):
                yield Evidence(row[name], address=row[address] or row.get("form_address"))

    return explain


CHECKS = (
    check_by_row("C05", "forms", _any_hint(_FORM_FIELDS), _explain(_FORM_FIELDS)),
    check_by_row("C05", "funding", _any_hint(_FUNDING_FIELDS), _explain(_FUNDING_FIELDS)),
    check_by_row("C05", "indicators", _any_hint(_INDICATOR_FIELDS), _explain(_INDICATOR_FIELDS)),
)
