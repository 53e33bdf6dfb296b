"""C04: an indicator with a name and no value."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, RuleCheck, blank, each_text
from schemas.rules.formulas import unless_formula
from schemas.rules.hints import is_hint

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables


def _fails(indicators: pd.DataFrame) -> "Flags":
    # An indicator whose own name is the template's placeholder has one fault, not two (C05).
    named = ~blank(indicators["level3"]) & ~each_text(indicators["level3"], is_hint)
    return named & blank(indicators["raw"])


def _explain(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(details={"level3": indicator["level3"]})


CHECKS = (RuleCheck("C04", "indicators", _fails, unless_formula("address", _explain)),)
