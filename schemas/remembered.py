"""Answers kept for texts that come back, as long as the texts are short: a hostile file may hold any number of long ones."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

LONGEST: Final = 300
"""Characters: labels, names and values, which come back in every form, are shorter. A cache of ``maxsize`` answers then
holds no more than ``maxsize`` × 300 characters of each text it was asked with."""

_Answer = TypeVar("_Answer")


def remembered(maxsize: int) -> Callable[[Callable[[str], _Answer]], Callable[[str], _Answer]]:
    """``functools.lru_cache`` for a function of one text that asks anew where the text is long.

    Args:
        maxsize: Answers kept.
    """

    def around(function: Callable[[str], _Answer]) -> Callable[[str], _Answer]:
        kept = lru_cache(maxsize=maxsize)(function)

        @wraps(function)
        def ask(text: str) -> _Answer:
            return kept(text) if len(text) <= LONGEST else function(text)

        return ask

    return around
