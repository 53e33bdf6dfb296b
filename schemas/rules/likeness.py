"""How much two names have in common. Pure text functions for the rules that compare projects."""

import re
from functools import lru_cache

from schemas.remembered import remembered

_GENERIC_END = re.compile(
    r"(?:专项|工作|任职|年限|运转|运行|日常|建设|办公|发放|支出|项目|经费|费用|资金|补贴|补助|津贴|报酬|工资|奖励|费)+$"
)
"""What a project's name ends in whatever it is about."""
_LONGEST = 200
"""Characters of a name that are compared: longer texts are no names, and comparing costs the product of the lengths."""
_BRACKETS = re.compile(r"[“”\"'‘’《》〈〉（）()【】\[\]、，,。·\s]")


@remembered(maxsize=65536)
def subject_of(project_name: str) -> str:
    """What a project is about: its name without the words that any project's name may end in.

    村级党务工作者津贴 → 村级党务工作者; 办公经费 alone stays as it is.
    """
    name = _BRACKETS.sub("", project_name[:_LONGEST])
    return _GENERIC_END.sub("", name) or name


def longest_shared(one: str, other: str) -> str:
    """The longest stretch of text that both contain; the first of several."""
    return _longest_shared(one[:_LONGEST], other[:_LONGEST])


@lru_cache(maxsize=65536)
def _longest_shared(one: str, other: str) -> str:
    best = ""
    for start in range(len(one)):
        end = start + len(best) + 1
        while end <= len(one) and one[start:end] in other:
            best = one[start:end]
            end += 1
    return best


def alike(one: str, other: str, least: float) -> bool:
    """Whether two names share at least ``least`` (0 to 1) of their characters in order (Indel similarity)."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415  only groups with a shared sentence come here

    return float(Indel.normalized_similarity(one[:_LONGEST], other[:_LONGEST], score_cutoff=least)) >= least
