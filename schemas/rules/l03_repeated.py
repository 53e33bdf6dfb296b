"""L03: a sentence or clause that stands twice in one goal."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.remembered import remembered
from schemas.rules.checks import Evidence, Row, check_by_row, each_text, squeeze
from schemas.rules.clauses import clauses

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_LEAST = 8
"""Characters of a clause that is not repeated for style (提高治理能力 may come back)."""
_DOUBLED = re.compile(rf"(.{{{_LEAST},300}}?)[，。；、,;]?\1")
"""The same stretch twice on end, also without a mark between."""
_NUMBERED = re.compile(
    r"^(?:(?:总体|年度)?(?:目标|任务)[0-9一二三四五六七八九十]{0,3}[:：.．、]|[（(]?[0-9一二三四五六七八九十]{1,3}[）)][:：.．、]?"
    r"|[0-9一二三四五六七八九十]{1,3}[:：.．、])"
)
"""A clause's place in a list: 目标1：, （二）, 3."""
_CIRCLED = re.compile(r"[①-⑳]")
_DOUBLED_WITHIN = 2000
"""Characters that are searched for a stretch twice on end: its cost grows with their square."""


@remembered(maxsize=16384)
def repeated(goal: str) -> str | None:
    """The first clause that is repeated, with those repeated together with it; None where there is none."""
    held = [_NUMBERED.sub("", clause) for clause in clauses(_CIRCLED.sub("；", goal))]
    seen: dict[str, int] = {}
    for position, clause in enumerate(held):
        if len(clause) >= _LEAST and clause in seen:
            return _whole(held, seen[clause], position)
        seen.setdefault(clause, position)
    doubled = _DOUBLED.search(squeeze(goal)[:_DOUBLED_WITHIN])
    return doubled.group(1) if doubled else None


def _whole(held: list[str], first: int, second: int) -> str:
    length = 1
    while (
        second + length < len(held)
        and first + length < second
        and held[first + length] == held[second + length]
    ):
        length += 1
    return "，".join(held[first : first + length])


def _fails(forms: pd.DataFrame) -> "Flags":
    return each_text(forms["goal"], lambda goal: repeated(goal) is not None)


def _explain(form: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(repeated(form["goal"]) or "", address=form["goal_address"] or form["form_address"])


CHECKS = (check_by_row("L03", "forms", _fails, _explain),)
