"""X05: the number of villages or communities against the county's division list."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, marked, matches
from schemas.rules.divisions import DivisionCount

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_WHOLE_TOWN = r"^(?:支持|保障|补助|覆盖|涉及|服务)?(?:全镇|全乡|本镇|本乡|辖区)?(?:内|的)?"
_VILLAGES = re.compile(
    _WHOLE_TOWN + r"(?:村|行政村|建制村|村委会|村民委员会)(?:覆盖|涉及)?(?:个数|数量|数|总数)$"
)
_COMMUNITIES = re.compile(
    _WHOLE_TOWN + r"(?:社区|居委会|社区居委会|居民委员会)(?:覆盖|涉及)?(?:个数|数量|数|总数)$"
)
"""Names that count all villages or communities: one with any other word in it may mean some of them."""
_BOTH = re.compile(
    _WHOLE_TOWN + r"(?:行政)?(?:村[（(、和及/]社区[）)]?|村居|村[（(]居[）)])(?:个数|数量|数|总数)$"
)
_NO_DIVISION = re.compile(r"自然村|村组|小组|村庄|村民组|跨")
"""Villages that are no divisions, of which a town may have any number."""


def _expected(row: Row) -> tuple[str, set[int]] | None:
    """What is counted, and the numbers the division list allows for it."""
    count: DivisionCount | None = row["divisions"]
    if count is None:
        return None
    whole = {count.villages + count.communities, count.villages + count.communities_and_estates}
    if _VILLAGES.match(row["name"]):
        return "村委会", {count.villages}
    if _BOTH.match(row["name"]):
        return "村委会和居委会共", whole
    if not _COMMUNITIES.match(row["name"]):
        # Some villages of the town, whatever is done in them: never more than there are.
        return ("村委会和居委会共", whole) if row["value"] > max(whole) else None
    # 生活区 stand in the list of communities; a town may count them or not.
    return "居委会", {count.communities, count.communities_and_estates}


def _fails(indicators: pd.DataFrame) -> "Flags":
    counted = (
        (indicators["kind"] == "quantity")
        & (indicators["operator"] == "=")
        & indicators["value"].notna()
        & (indicators["unit"].isna() | indicators["unit"].isin(["个", "村", "社区"]))
        & indicators["divisions"].notna()
        & (
            matches(indicators["name"], _VILLAGES)
            | matches(indicators["name"], _COMMUNITIES)
            | matches(indicators["name"], _BOTH)
            | ((indicators["unit"] == "村") & ~matches(indicators["name"], _NO_DIVISION))
        )
    )
    failing = []
    candidates = indicators.loc[counted, ["name", "value", "divisions"]]
    for label, row in zip(candidates.index, candidates.to_dict("records"), strict=True):
        expected = _expected({str(name): value for name, value in row.items()})
        if expected is not None and row["value"] not in {Decimal(number) for number in expected[1]}:
            failing.append(label)
    return marked(indicators, failing)


def _explain(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    expected = _expected(indicator)
    if expected is not None:
        kind, numbers = expected
        yield Evidence(
            indicator["raw"] or "",
            f"{min(numbers)}个",
            details={"level3": indicator["level3"], "town": indicator["divisions"].town, "kind": kind},
        )


CHECKS = (check_by_row("X05", "indicators", _fails, _explain),)
