"""Cells that hold a formula without its result (R16): blank to the other rules, and told already."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from schemas.rules.checks import Evidence, Row, records

if TYPE_CHECKING:
    import pandas as pd

    from schemas.rules.tables import Tables


def unless_formula(
    address: str, explain: "Callable[[Row, Tables], Iterable[Evidence]]"
) -> "Callable[[pd.DataFrame, Tables], Iterator[tuple[int, Evidence]]]":
    """An ``explain`` of whole rows that says nothing of a cell whose formula has no result: one fault, one finding.

    Args:
        address: the column that says where the blank cell stands.
        explain: what to say of any other row.
    """

    def explain_all(failing: "pd.DataFrame", tables: "Tables") -> "Iterator[tuple[int, Evidence]]":
        told = tables.remarks[tables.remarks["rule_id"] == "R16"]
        formulas = {
            (key, _reference(at)) for key, at in zip(told["submission_key"], told["address"], strict=True)
        }
        for label, row in zip(failing.index, records(failing), strict=True):
            reference = _reference(row[address])
            if not reference or (row["submission_key"], reference) not in formulas:
                for evidence in explain(row, tables):
                    yield int(label), evidence

    return explain_all


def _reference(address: object) -> str:
    """The cell of the sheet at the end of an address (Sheet1!E15); empty where a file has no such cells."""
    last = str(address or "").rpartition(" · ")[2]
    return last if "!" in last else ""
