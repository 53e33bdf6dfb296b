"""M01: the year's total is not the sum of its sources."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, marked
from schemas.rules.slips import Item, slip_of, words
from schemas.rules.wording import budget_as_typed, money, shown

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables


def _fails(forms: pd.DataFrame) -> "Flags":
    # Blank is missing, not zero: where no source has an amount, or one cannot be read, there is nothing to compare.
    known = forms[
        forms["total_yuan"].notna() & forms["funding_yuan"].notna() & forms["funding_unread"].isna()
    ]
    return marked(forms, known.index[known["total_yuan"] != known["funding_yuan"]])


def _explain(form: Row, tables: "Tables") -> Iterator[Evidence]:
    unit = form["money_unit"]
    lines = tables.of_form(form, "funding")
    given = lines[~lines["is_detail"] & lines["amount_yuan"].notna()]
    parts = "＋".join(
        f"{shown(source, 20)} {money(amount, unit)}"
        for source, amount in zip(given["source"], given["amount_yuan"], strict=True)
    )
    items = [Item(*each) for each in zip(given["source"], given["amount_yuan"], strict=True)]
    slip = slip_of(Item("年度资金总额", form["total_yuan"]), items)
    details = {
        "parts": parts,
        "difference": money(abs(form["total_yuan"] - form["funding_yuan"]), unit),
        "slip": words(slip, unit),
    }
    address = form["total_address"] or form["form_address"]
    yield Evidence(budget_as_typed(form), money(form["funding_yuan"], unit), address, details)


CHECKS = (check_by_row("M01", "forms", _fails, _explain),)
