"""Headings that name a year in, the year and the rest out: 2024年目标值, 2023年实际完成值, 预算数（2024年）.

Which of them is the form's own only its year can say; what the year before was, or is to be after it, is not taken in.
"""

import re
from typing import NamedTuple

from schemas.vocabulary.folding import fold

_YEAR = r"(?P<year>20\d\d)年?度?"
_REST = r"(?P<rest>(?:[^\d()]{0,10}(?:值|数|目标|水平|实现|完成|预算|资金|金额|安排|计划|执行|决算|情况|实际|预计))?)"
_HEADINGS = (
    re.compile(rf"\(?{_YEAR}\)?{_REST}(?:\((?:百万|[千万亿])?元\))?"),
    re.compile(rf"{_REST}\({_YEAR}\)"),
)
_DONE = re.compile("实际|执行|决算|完成(?!时)")
_LONGEST = 24


class Dated(NamedTuple):
    """A heading of one year's figures."""

    year: int
    is_done: bool
    """It says what became of the year, not what is planned for it."""


def dated(text: str) -> Dated | None:
    """What a heading says of a year; None where it names none, or says anything else."""
    if len(text) > 2 * _LONGEST or ("20" not in text and "２０" not in text):
        return None
    folded = fold(text)
    for heading in _HEADINGS:
        found = heading.fullmatch(folded)
        if found and ("年" in folded or found["rest"]):
            return Dated(int(found["year"]), _DONE.search(found["rest"]) is not None and "计划" not in folded)
    return None
