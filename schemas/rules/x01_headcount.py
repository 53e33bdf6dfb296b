"""X01: a form that counts 村（社区）干部 against the forms that count 村干部 and 社区干部."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, RuleCheck, each_text, marked
from schemas.rules.wording import number

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_COUNT_NAME = re.compile(
    r"^(?:保障|落实|支持|补助|补贴|发放|全镇|全乡|本镇|本乡|享受补贴的?|在职)*(?P<who>.+?)(?:总|在职)?人数$"
)
_TWO_KINDS = re.compile(
    r"^(?P<first>[^（(、和及与]+)[（(](?P<second>[^）)、和及与]+)[）)](?P<what>[^（()）]+)$"
)
"""村（社区）干部: two kinds of the same people."""
_LISTED = re.compile(r"^(?P<first>[^（(、和及与]{2,})[、和及与](?P<second>[^（(、和及与]{2,})$")
"""村干部、社区干部."""


@lru_cache(maxsize=16384)
def counted_people(name: str) -> str | None:
    """Whom an indicator counts: 保障村干部人数 → 村干部; None where it counts nobody."""
    found = _COUNT_NAME.match(name)
    return found["who"] if found else None


@lru_cache(maxsize=16384)
def kinds_of(people: str) -> tuple[str, str] | None:
    """The two kinds of people a combined name stands for: 村（社区）干部 → (村干部, 社区干部)."""
    if found := _TWO_KINDS.match(people):
        return found["first"] + found["what"], found["second"] + found["what"]
    if found := _LISTED.match(people):
        return found["first"], found["second"]
    return None


@dataclass(frozen=True, slots=True)
class _Count:
    form_no: int
    people: str
    value: Decimal


def _headcounts(indicators: pd.DataFrame) -> pd.DataFrame:
    people = (
        (indicators["kind"] == "quantity") & (indicators["operator"] == "=") & (indicators["unit"] == "人")
    )
    held = indicators[people & indicators["value"].notna()]
    return held[each_text(held["name"], lambda name: counted_people(name) is not None)]


def _parts(row: Row, peers: pd.DataFrame) -> tuple[_Count, ...] | None:
    """The counts of the two kinds in the other forms; None unless each is counted, and one number is given for it."""
    kinds = kinds_of(counted_people(row["name"]) or "")
    if kinds is None:
        return None
    others = peers[peers["form"] != row["form"]]
    whom = [counted_people(name) for name in others["name"]]
    parts = []
    for kind in kinds:
        same = others[[each == kind for each in whom]]
        if same["value"].nunique() != 1:
            return None
        first = same.iloc[0]
        parts.append(_Count(int(first["form_no"]), kind, first["value"]))
    return tuple(parts)


def _fails(indicators: pd.DataFrame) -> "Flags":
    counts = _headcounts(indicators)
    combined = counts[
        each_text(counts["name"], lambda name: kinds_of(counted_people(name) or "") is not None)
    ]
    failing = []
    for label, row in zip(combined.index, combined.to_dict("records"), strict=True):
        own = {str(name): value for name, value in row.items()}
        parts = _parts(own, counts[counts["peers"] == own["peers"]])
        if parts is not None and sum(part.value for part in parts) != own["value"]:
            failing.append(label)
    return marked(indicators, failing)


def _explain(indicator: Row, tables: "Tables") -> Iterator[Evidence]:
    parts = _parts(indicator, _headcounts(tables.peers_of(indicator, "indicators"))) or ()
    whole = f"{number(sum((part.value for part in parts), Decimal(0)))}人"
    listed = "＋".join(f"第{part.form_no}张表{part.people}{number(part.value)}人" for part in parts)
    yield Evidence(f"{indicator['level3']}{indicator['raw']}", whole, details={"parts": f"{listed}＝{whole}"})


CHECKS = (RuleCheck("X01", "indicators", _fails, _explain),)
