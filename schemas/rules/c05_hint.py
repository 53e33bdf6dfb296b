"""C05: a hint or placeholder that was not replaced, in the head, the money or the indicators; boxes without a tick."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from schemas.rules.checks import Evidence, Row, blank, check_by_row, each_text, in_any, nowhere
from schemas.rules.hints import is_hint, is_mark, is_none
from schemas.ticks import chosen

if TYPE_CHECKING:
    import pandas as pd

    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_FORM_FIELDS = {
    "project_name": "project_name_address",
    "department_name": "department_address",
    "implementing_unit": "implementing_unit_address",
    "attribute_raw": "attribute_address",
    "period_raw": "period_address",
    "goal": "goal_address",
}
"""A dash in the total is C07: there is no amount then."""
_MISSING_THEN = frozenset({"project_name", "department_name", "goal"})
"""Entries that are missing where they say nothing (C01, C02, C06)."""
_BOXES = "attribute_raw"
_FUNDING_FIELDS = {"amount_raw": "address"}
_INDICATOR_FIELDS = {"level3": "level3_address", "raw": "address"}


def _has_no_tick(text: str) -> bool:
    """Whether boxes stand there and none is ticked."""
    return chosen(text) == ""


def _is_hint_in(name: str, text: str) -> bool:
    if name in _MISSING_THEN and is_none(text):
        return False
    if name in _FUNDING_FIELDS:
        return is_mark(text)
    return is_hint(text) or (name == _BOXES and _has_no_tick(text))


def _forms_fail(forms: "pd.DataFrame") -> "Flags":
    flags = nowhere(forms)
    for name in _FORM_FIELDS:
        flags |= each_text(forms[name], partial(_is_hint_in, name))
    return flags


def _indicators_fail(indicators: "pd.DataFrame") -> "Flags":
    return in_any(_INDICATOR_FIELDS, is_hint)(indicators) | _says_nothing(indicators)


def _says_nothing(indicators: "pd.DataFrame") -> "Flags":
    """Where a value is typed that is read as none: ``≥  %``."""
    return (indicators["kind"] == "missing") & ~blank(indicators["raw"])


def _explain(fields: dict[str, str]) -> "Callable[[Row, Tables], Iterator[Evidence]]":
    def explain(row: Row, _: "Tables") -> Iterator[Evidence]:
        for name, address in fields.items():
            text = row[name]
            says_nothing = name == "raw" and row["kind"] == "missing" and bool((text or "").strip())
            if text is not None and (says_nothing or _is_hint_in(name, text)):
                yield Evidence(text, address=row[address] or row.get("form_address"))

    return explain


CHECKS = (
    check_by_row("C05", "forms", _forms_fail, _explain(_FORM_FIELDS)),
    check_by_row("C05", "funding", in_any(_FUNDING_FIELDS, is_mark), _explain(_FUNDING_FIELDS)),
    check_by_row("C05", "indicators", _indicators_fail, _explain(_INDICATOR_FIELDS)),
)
