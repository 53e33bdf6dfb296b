"""L05: weights (权重, 分值) that do not make 100."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, marked
from schemas.target import plain

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_SOUND = frozenset({Decimal(100), Decimal(90), Decimal(1), Decimal("0.9")})
"""100 in all; 90 before the 10 of budget execution, which stands outside the indicators; the same as shares."""


def _fails(forms: pd.DataFrame) -> "Flags":
    # A row without a weight may share the merged cell above it: only a full column has a certain sum.
    full = forms[forms["weighted_rows"].notna() & (forms["weighted_rows"] == forms["filled_rows"])]
    return marked(forms, full.index[~full["weight_sum"].isin(_SOUND)])


def _explain(form: Row, tables: "Tables") -> Iterator[Evidence]:
    weighted = tables.of_form(form, "indicators")
    weighted = weighted[weighted["weight"].notna()]
    sums: dict[str, Decimal] = {}
    for level1, weight in zip(weighted["level1"], weighted["weight"], strict=True):
        sums[level1 or "其他"] = sums.get(level1 or "其他", Decimal(0)) + weight
    expected = "1（不含预算执行率的为0.9）" if form["weight_sum"] < 2 else "100（不含预算执行率的为90）"
    parts = "＋".join(f"{level1}{plain(weight)}" for level1, weight in sums.items())
    yield Evidence(plain(form["weight_sum"]), expected, form["form_address"], {"parts": parts})


CHECKS = (check_by_row("L05", "forms", _fails, _explain),)
