"""M04: the costs do not add up to the budget. Judged only where every cost row could be brought to 元."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, RuleCheck, marked
from schemas.rules.costs import Part, agrees, by_form, cost_rows, count_rows, parts_of
from schemas.rules.m03_slip import slipped
from schemas.rules.m05_size import LEAST_YUAN
from schemas.rules.precision import half_last_digit
from schemas.rules.slips import Item, slip_of, words
from schemas.rules.wording import WAN, money

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables


def _fails(indicators: pd.DataFrame) -> "Flags":
    """The first cost row of each form whose costs are not its budget."""
    costs = cost_rows(indicators)
    # One fault, one finding: a slipped unit (M03) is the reason already.
    slips = set(indicators.loc[slipped(indicators), "form"])
    costs = costs[costs["total_yuan"].notna() & ~costs["form"].isin(slips)]
    doubtful = costs.loc[~_states_the_total(costs), "form"]
    costs = costs[costs["form"].isin(set(doubtful))]
    counts = by_form(count_rows(indicators[indicators["form"].isin(set(costs["form"]))]))
    failing = {
        form for form, rows in by_form(costs).items() if _disagreement(rows, counts.get(form, ())) is not None
    }
    firsts = costs[costs["form"].isin(failing)].drop_duplicates("form")
    return marked(indicators, firsts.index)


def _states_the_total(costs: pd.DataFrame) -> "Flags":
    """Rows that simply give the budget again, as most do: nothing is left to compare then."""
    exact = costs[(costs["kind"] == "money") & costs["value"].notna()]
    same = exact["value"] == exact["total_yuan"]
    return costs["form"].isin(set(exact.loc[same, "form"]))


def _disagreement(costs: Sequence[Row], counts: Sequence[Row]) -> tuple[Part, ...] | None:
    total = costs[0]["total_yuan"]
    if total <= 0:
        return None
    parts = parts_of(costs, counts, _unit_of(costs))
    tolerance = half_last_digit(costs[0]["total_raw"] or "", costs[0]["money_unit"])
    if parts is None or agrees(parts, total, tolerance):
        return None
    # One fault, one finding: 元 in a form that counts in 万元 is told as what it is (M05).
    is_slipped = total >= LEAST_YUAN and agrees(parts, total / WAN, tolerance / WAN)
    # Costs that are the sum of the sources (NaN: none is told) are right: it is the total that is wrong (M01).
    sources = costs[0]["funding_yuan"]
    is_told = isinstance(sources, Decimal) and sources != total and agrees(parts, sources, tolerance)
    return None if is_slipped or is_told else parts


def _unit_of(costs: Sequence[Row]) -> str:
    """万元 where every cost is typed in it, else 元: the reader compares with what stands in the form."""
    return "万元" if all((row["typed_unit"] or "").startswith("万") for row in costs) else "元"


def _explain(failing: pd.DataFrame, tables: "Tables") -> Iterator[tuple[int, Evidence]]:
    own = tables.indicators[tables.indicators["form"].isin(set(failing["form"]))]
    costs, counts = by_form(cost_rows(own)), by_form(count_rows(own))
    for label, form, total in zip(failing.index, failing["form"], failing["total_yuan"], strict=True):
        parts = _disagreement(costs[form], counts.get(form, ())) or ()
        unit = _unit_of(costs[form])
        whole = sum((part.amount for part in parts), Decimal(0))
        slip = slip_of(Item("年度资金总额", total), [Item(part.name, part.amount) for part in parts])
        details = {
            "parts": "；".join(part.words for part in parts),
            "difference": money(abs(whole - total), unit),
            "slip": words(slip, unit),
        }
        yield int(label), Evidence(money(whole, unit), money(total, unit), details=details)


CHECKS = (RuleCheck("M04", "indicators", _fails, _explain),)
