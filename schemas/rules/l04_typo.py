"""L04: wrong or lost characters, by lookup in ``vocabulary/misspellings.yml``."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.rules.checks import Evidence, Row, check_by_row, in_any
from schemas.yaml_data import bundled

if TYPE_CHECKING:
    from schemas.rules.tables import Tables


@dataclass(frozen=True, slots=True)
class Misspelling:
    """One slip of the pen: what it looks like and what it should read."""

    wrong: re.Pattern[str]
    right: str
    seen: str
    """Where it stood."""


def _load() -> tuple[Misspelling, ...]:
    rows = bundled("schemas.vocabulary", "misspellings.yml")
    held = tuple(Misspelling(re.compile(row["wrong"]), row["right"], row["seen"]) for row in rows)
    for slip in held:
        if slip.wrong.search(slip.right):
            raise ValueError(
                f"misspellings.yml: {slip.wrong.pattern} also matches the right form {slip.right}"
            )
    return held


MISSPELLINGS = _load()
_ANY = re.compile("|".join(f"(?:{slip.wrong.pattern})" for slip in MISSPELLINGS))

_FORM_FIELDS = {"project_name": "project_name_address", "goal": "goal_address"}
_INDICATOR_FIELDS = {"level3": "level3_address", "raw": "address"}


def _is_slip(text: str) -> bool:
    return _ANY.search(text) is not None


def _explain(fields: dict[str, str]) -> "Callable[[Row, Tables], Iterator[Evidence]]":
    def explain(row: Row, _: "Tables") -> Iterator[Evidence]:
        for name, address in fields.items():
            for slip in MISSPELLINGS:
                if found := slip.wrong.search(row[name] or ""):
                    yield Evidence(found.group(), slip.right, row[address] or row.get("form_address"))

    return explain


CHECKS = (
    check_by_row("L04", "forms", in_any(_FORM_FIELDS, _is_slip), _explain(_FORM_FIELDS)),
    check_by_row("L04", "indicators", in_any(_INDICATOR_FIELDS, _is_slip), _explain(_INDICATOR_FIELDS)),
)
