"""A form's costs brought to 元: absolute amounts as they are, unit prices times the count they belong to.

Only what the form itself settles is resolved. A price without one matching count, a bound (≤), a rate, a sentence,
or a "standard" without a "per" leaves its form unresolved, and an unresolved form is not judged.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from schemas.rules.checks import Row
from schemas.rules.wording import money, shown
from schemas.target import plain

_PER_UNIT_NAME = re.compile(r"(?<!高)标准(?!化)|单价|单位成本|人均|户均|亩均|平均|每")
"""Names that ask for a price: an amount under them is not known to be a sum."""
_DETAIL_NAME = re.compile(r"^(?:其中|总|合计|共计|小计)|总额$|合计$|总成本$|总投资$")
"""Names of a part or of the whole of other rows, which must not be added to them."""
_MONTHS_PER: Mapping[str, Decimal] = {
    "月": Decimal(1),
    "季度": Decimal(3),
    "半年": Decimal(6),
    "年": Decimal(12),
}
_REPEATS = (Decimal(2), Decimal(4), Decimal(12))
"""Half-years, quarters and months: a price whose count was taken by its unit alone may be due so often a year."""


@dataclass(frozen=True, slots=True)
class Part:
    """One resolved cost row."""

    name: str
    words: str
    amount: Decimal
    """In 元."""
    is_sure: bool
    """False where a price found its count by the unit alone, not by the same name."""


def parts_of(costs: Sequence[Row], counts: Sequence[Row], unit: str) -> tuple[Part, ...] | None:
    """The resolved cost rows of one form, or None where one of them cannot be resolved.

    Args:
        costs: its cost rows.
        counts: its rows that count something, exact numbers only.
        unit: of the form, for the words.
    """
    parts = [_part(row, counts, unit, is_only=len(costs) == 1) for row in costs]
    known = tuple(part for part in parts if part is not None)
    return known if known and len(known) == len(parts) else None


def agrees(parts: Iterable[Part], total: Decimal, tolerance: Decimal) -> bool:
    """Whether the parts can be the total: their sum is, one of them states it, or an unsure price recurs in the year."""
    held = tuple(parts)
    whole = sum((part.amount for part in held), Decimal(0))
    readings = [whole, *(part.amount for part in held)]
    if not any(part.is_sure for part in held):
        readings += [whole * times for times in _REPEATS]
    return any(abs(reading - total) <= tolerance for reading in readings)


def _part(row: Row, counts: Sequence[Row], unit: str, *, is_only: bool) -> Part | None:
    if row["operator"] != "=" or row["value"] is None or (not is_only and _DETAIL_NAME.search(row["name"])):
        return None
    name = shown(row["level3"] or "", 30)
    if row["kind"] == "money" and not _PER_UNIT_NAME.search(row["name"]):
        return Part(name, f"{name} {money(row['value'], unit)}", row["value"], is_sure=True)
    if row["kind"] != "unit_price" or not (row["unit"] or "").startswith("元/"):
        return None
    times = _times(row, counts)
    if times is None:
        return None
    factor, words, is_sure = times
    amount = row["value"] * factor
    return Part(name, f"{name} {money(row['value'])}×{words}＝{money(amount, unit)}", amount, is_sure)


def _times(price: Row, counts: Sequence[Row]) -> tuple[Decimal, str, bool] | None:
    """How often a unit price is due: factor, its words, and whether the count bears the price's own name."""
    per = price["unit"].removeprefix("元/").split("·")
    stretches = [part for part in per if part in _MONTHS_PER]
    things = [part for part in per if part not in _MONTHS_PER]
    if len(things) > 1 or len(stretches) > 1:
        return None
    factor, words, is_sure = Decimal(1), [], True
    if things:
        match = _count_of(things[0], price, counts)
        if match is None:
            return None
        count, is_sure = match
        factor, words = count, [f"{plain(count)}{things[0]}"]
    if stretches:
        months = _months(price)
        if months is None or months % _MONTHS_PER[stretches[0]]:
            return None
        factor *= months / _MONTHS_PER[stretches[0]]
        words.append(f"{plain(months / _MONTHS_PER[stretches[0]])}{stretches[0]}")
    return factor, "×".join(words), is_sure


def _count_of(thing: str, price: Row, counts: Sequence[Row]) -> tuple[Decimal, bool] | None:
    units = (thing, f"{thing}/年")
    same_name = [row for row in counts if row["name"] == price["name"] and row["unit"] in (*units, "个")]
    if same_name:
        return (same_name[0]["value"], True) if len(same_name) == 1 else None
    same_unit = [row for row in counts if row["unit"] in units]
    # 村委会个数 9个 counts what 3万元/村 is paid for.
    named = [
        row for row in counts if row["unit"] == "个" and thing in row["name"] and row["name"].endswith("数")
    ]
    found = same_unit or named
    return (found[0]["value"], False) if len(found) == 1 else None


def _months(row: Row) -> Decimal | None:
    start, end = row["project_start"], row["project_end"]
    if start is None or end is None or start.day != 1:
        return None
    return Decimal((end.year - start.year) * 12 + end.month - start.month + 1)


def cost_rows(indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows that state a cost, those without any value apart (C04 tells of them)."""
    return indicators[indicators["is_cost"] & (indicators["kind"] != "missing")]


def count_rows(indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows that count something exactly: 45人, 4次/季度; a bound (≥60亩) settles no sum."""
    counted = indicators["kind"].isin(["quantity", "frequency"]) & (indicators["operator"] == "=")
    return indicators[counted & ~indicators["is_cost"] & indicators["value"].notna()]


def by_form(rows: pd.DataFrame) -> dict[Any, list[Row]]:
    """Rows as records, by their form."""
    groups: dict[Any, list[Row]] = {}
    for record in rows[_NEEDED].to_dict("records"):
        groups.setdefault(record["form"], []).append({str(name): held for name, held in record.items()})
    return groups


_NEEDED = [
    "form",
    "name",
    "level3",
    "kind",
    "operator",
    "value",
    "unit",
    "typed_unit",
    "project_start",
    "project_end",
    "total_raw",
    "total_yuan",
    "funding_yuan",
    "money_unit",
]
