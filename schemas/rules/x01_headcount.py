"""X01: a form that counts 村（社区）干部 against the forms that count 村干部 and 社区干部."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.remembered import remembered
from schemas.rules.checks import Evidence, RuleCheck, each_text, each_value, marked, records
from schemas.rules.wording import shown
from schemas.target import plain

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_COUNT_NAME = re.compile(
    r"^(?:保障|落实|支持|补助|补贴|发放|全镇|全乡|本镇|本乡|享受补贴的?|在职)*(?P<who>.+?)(?:总|在职)?(?:人数|(?<=[部员者])数量?)$"
)
_LONGEST_NAME = 100
"""Characters; the pattern goes back over what it has read, and who is counted is told in fewer."""
_TWO_KINDS = re.compile(
    r"^(?P<first>[^（(、和及与]+)[（(](?P<second>[^）)、和及与]+)[）)](?P<what>[^（()）]+)$"
)
"""村（社区）干部: two kinds of the same people."""
_LISTED = re.compile(r"^(?P<first>[^（(、和及与/／]{2,})[、和及与/／](?P<second>[^（(、和及与/／]{2,})$")
"""村干部、社区干部."""


@remembered(maxsize=16384)
def counted_people(name: str) -> str | None:
    """Whom an indicator counts: 保障村干部人数 → 村干部; None where it counts nobody."""
    found = _COUNT_NAME.match(name) if len(name) <= _LONGEST_NAME else None
    return found["who"] if found else None


@remembered(maxsize=16384)
def kinds_of(people: str) -> tuple[str, str] | None:
    """The two kinds of people a combined name stands for: 村（社区）干部 → (村干部, 社区干部)."""
    if found := _TWO_KINDS.match(people):
        return found["first"] + found["what"], found["second"] + found["what"]
    if found := _LISTED.match(people):
        return found["first"], found["second"]
    return None


@dataclass(frozen=True, slots=True)
class _Count:
    file_name: str
    form_no: int
    people: str
    value: Decimal


def _counts(indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows that count people, with ``who`` they count."""
    people = (
        (indicators["kind"] == "quantity") & (indicators["operator"] == "=") & (indicators["unit"] == "人")
    )
    held = indicators[people & indicators["value"].notna()]
    held = held.assign(who=each_value(held["name"], counted_people))
    return held[held["who"].notna()]


def _settled(counts: pd.DataFrame) -> dict[tuple[str, str], _Count]:
    """Whom a town counts, where all its forms give one number: the first form that says it."""
    keys = ["peers", "who"]
    values = counts.drop_duplicates([*keys, "value"])
    single = values[~values.duplicated(keys, keep=False)]
    return {
        (peers, who): _Count(file_name, int(form_no), who, value)
        for peers, who, file_name, form_no, value in zip(
            single["peers"],
            single["who"],
            single["file_name"],
            single["form_no"],
            single["value"],
            strict=True,
        )
    }


def _parts(peers: str, who: str, settled: Mapping[tuple[str, str], _Count]) -> tuple[_Count, _Count] | None:
    """The counts of the two kinds of people; None unless both are counted, and with one number each."""
    kinds = kinds_of(who)
    if kinds is None or (peers, kinds[0]) not in settled or (peers, kinds[1]) not in settled:
        return None
    return settled[peers, kinds[0]], settled[peers, kinds[1]]


def _fails(indicators: pd.DataFrame) -> "Flags":
    counts = _counts(indicators)
    settled = _settled(counts)
    failing = []
    combined = counts[each_text(counts["who"], lambda who: kinds_of(who) is not None)]
    for label, peers, who, value in zip(
        combined.index, combined["peers"], combined["who"], combined["value"], strict=True
    ):
        parts = _parts(peers, who, settled)
        if parts is not None and parts[0].value + parts[1].value != value:
            failing.append(label)
    return marked(indicators, failing)


def _explain(failing: pd.DataFrame, tables: "Tables") -> Iterator[tuple[int, Evidence]]:
    settled = _settled(_counts(tables.indicators))
    for label, row in zip(failing.index, records(failing), strict=True):
        parts = _parts(row["peers"], counted_people(row["name"]) or "", settled) or ()
        whole = f"{plain(sum((part.value for part in parts), Decimal(0)))}人"
        listed = "＋".join(_listed(part, row["file_name"]) for part in parts)
        yield (
            int(label),
            Evidence(f"{row['level3']}{row['raw']}", whole, details={"parts": f"{listed}＝{whole}"}),
        )


def _listed(part: _Count, own_file: str) -> str:
    file = "" if part.file_name == own_file else f"《{shown(part.file_name, 40)}》"
    return f"{file}第{part.form_no}张表{part.people}{plain(part.value)}人"


CHECKS = (RuleCheck("X01", "indicators", _fails, _explain),)
