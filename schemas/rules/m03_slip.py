"""M03: the number of the budget with the wrong unit (138.02元 under a budget of 138.02万元)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, marked
from schemas.rules.m05_size import is_too_large
from schemas.rules.wording import WAN, budget_as_typed, target
from schemas.target import plain

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables


def slipped(indicators: pd.DataFrame) -> "Flags":
    """Amounts exactly 10,000 times too small or too large for the form's total."""
    money = indicators[
        (indicators["kind"] == "money") & indicators["value"].notna() & indicators["total_yuan"].notna()
    ]
    money = money[(money["total_yuan"] > 0) & (money["value"] > 0)]
    wan = money["value"].map(lambda yuan: yuan * WAN)
    total_wan = money["total_yuan"].map(lambda yuan: yuan * WAN)
    # What the sources come to is no slip of the cost: it is the total that is wrong (M01).
    money = money[money["value"] != money["funding_yuan"]]
    wan, total_wan = wan[money.index], total_wan[money.index]
    too_small, too_large = wan == money["total_yuan"], money["value"] == total_wan
    return marked(indicators, money.index[too_small | too_large])


def _explain(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    value, total = indicator["value"], indicator["total_yuan"]
    # The number stands, the unit changes: 元 read as 万元 gives the total, or the other way round.
    meant = f"{plain(value)}万元" if value < total else f"{plain(value / WAN)}元"
    expected = target(indicator["operator"], meant)
    yield Evidence(indicator["raw"], expected, details={"budget": budget_as_typed(indicator)})


def _fails(indicators: pd.DataFrame) -> "Flags":
    # Of a total that is too large itself the number would be wrong and not the unit (M05).
    return slipped(indicators) & ~is_too_large(indicators["total_yuan"])


CHECKS = (check_by_row("M03", "indicators", _fails, _explain),)
