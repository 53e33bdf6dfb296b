"""M05: a total larger than a town's projects are: 元 typed into a form that asks for 万元, or a nought too many."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.catalogue import CATALOGUE
from schemas.rules.checks import Evidence, Row, check_by_row, marked
from schemas.rules.wording import WAN, budget_as_typed, money

if TYPE_CHECKING:
    from schemas.rules.checks import Column, Flags
    from schemas.rules.tables import Tables

LEAST_YUAN = CATALOGUE["M05"].thresholds["least_yuan"]
"""From which on a town's project is asked about: most towns have less for a whole year, and any amount of 10,000 元 or
more that is typed as 万元 comes to it."""


def is_too_large(totals: "Column") -> "Flags":
    """Where a total in 元 is larger than a town's projects are."""
    known = totals[totals.notna()]
    return marked(totals.to_frame(), known.index[known >= LEAST_YUAN])


def _fails(forms: pd.DataFrame) -> "Flags":
    # One fault, one finding: sources that make up another sum say so already, and which amount would be right (M01).
    balances = forms["funding_yuan"].isna() | (forms["funding_yuan"] == forms["total_yuan"])
    return is_too_large(forms["total_yuan"]) & balances


def _explain(form: Row, _: "Tables") -> Iterator[Evidence]:
    total: Decimal = form["total_yuan"]
    typed = budget_as_typed(form)
    meant = money(total / WAN, "万元")
    # The number stands, and was meant in 元.
    is_slip = typed.endswith("万元")
    details = {
        "size": money(total, "亿元"),
        "slip": f"；若填的是元，应为 {meant}" if is_slip else "",
    }
    yield Evidence(
        typed, meant if is_slip else "核对后的金额", form["total_address"] or form["form_address"], details
    )


CHECKS = (check_by_row("M05", "forms", _fails, _explain),)
