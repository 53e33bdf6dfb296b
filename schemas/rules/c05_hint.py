"""C05: a hint or placeholder that was not replaced, in the head, the money or the indicators; boxes without a tick."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from schemas.rules.checks import Evidence, Row, check_by_row, each_text, in_any
from schemas.rules.hints import is_hint
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
_BOXES = "attribute_raw"
_FUNDING_FIELDS = {"amount_raw": "address"}
_INDICATOR_FIELDS = {"level3": "level3_address", "raw": "address"}


def _has_no_tick(text: str) -> bool:
    """Whether boxes stand there and none is ticked."""
    return chosen(text) == ""


def _forms_fail(forms: "pd.DataFrame") -> "Flags":
    return in_any(_FORM_FIELDS, is_hint)(forms) | each_text(forms[_BOXES], _has_no_tick)


def _explain(fields: dict[str, str]) -> "Callable[[Row, Tables], Iterator[Evidence]]":
    def explain(row: Row, _: "Tables") -> Iterator[Evidence]:
        for name, address in fields.items():
            text = row[name]
            if text is not None and (is_hint(text) or (name == _BOXES and _has_no_tick(text))):
                yield Evidence(text, address=row[address] or row.get("form_address"))

    return explain


CHECKS = (
    check_by_row("C05", "forms", _forms_fail, _explain(_FORM_FIELDS)),
    check_by_row("C05", "funding", in_any(_FUNDING_FIELDS, is_hint), _explain(_FUNDING_FIELDS)),
    check_by_row("C05", "indicators", in_any(_INDICATOR_FIELDS, is_hint), _explain(_INDICATOR_FIELDS)),
)
