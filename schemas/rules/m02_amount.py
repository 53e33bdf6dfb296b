"""M02: a total or a source of money that is no amount: text, negative, or a total of nothing."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, blank, check_by_row, each_text, marked
from schemas.rules.hints import is_mark, is_none

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables


def _is_untold(text: str) -> bool:
    return is_mark(text) or is_none(text)


def _total_fails(forms: pd.DataFrame) -> "Flags":
    # What says nothing at all is a total that is missing (C07).
    typed = ~blank(forms["total_raw"]) & ~each_text(forms["total_raw"], _is_untold)
    known = forms[typed & forms["total_yuan"].notna()]
    nothing = known[known["total_yuan"] <= Decimal(0)]
    # One fault, one finding: sources that make up a sum say that 0 is wrong, and what would be right (M01).
    told = (nothing["total_yuan"] == 0) & nothing["funding_yuan"].notna() & (nothing["funding_yuan"] != 0)
    return (typed & forms["total_yuan"].isna()) | marked(
        forms, nothing.index[~(told & nothing["funding_unread"].isna())]
    )


def _source_fails(funding: pd.DataFrame) -> "Flags":
    # A dash for "none" is a placeholder (C05), not an amount that cannot be read; a word for it is like a blank.
    typed = ~blank(funding["amount_raw"]) & ~each_text(funding["amount_raw"], _is_untold)
    known = funding[typed & funding["amount_yuan"].notna()]
    return (typed & funding["amount_yuan"].isna()) | marked(
        funding, known.index[known["amount_yuan"] < Decimal(0)]
    )


def _explain_total(form: Row, _: "Tables") -> Iterator[Evidence]:
    address = form["total_address"] or form["form_address"]
    yield Evidence(form["total_raw"], form["money_unit"], address, {"label": "年度资金总额"})


def _explain_source(line: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(line["amount_raw"], line["money_unit"], details={"label": line["source"]})


CHECKS = (
    check_by_row("M02", "forms", _total_fails, _explain_total),
    check_by_row("M02", "funding", _source_fails, _explain_source),
)
