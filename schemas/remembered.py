"""Answers kept for texts that come back, as long as the texts are short: a hostile file may hold any number of long ones."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

LONGEST: Final = 300
"""Characters: labels, names and values, which come back in every form, are shorter. A cache of ``maxsize`` answers then
holds no more than ``maxsize`` × 300 characters of each text it was asked with."""

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


class Memo(dict[_Asked, _Answer]):
    """Answers by what was asked, looked up as in any dictionary, which takes half the time of a call."""

    def __init__(self, answer: Callable[[_Asked], _Answer], *, most: int) -> None:
        """An empty memo.

        Args:
            answer: Works out what is not known yet.
            most: Answers kept; where they are more, all of them are forgotten.
        """
        super().__init__()
        self._answer = answer
        self._most = most

    def __missing__(self, asked: _Asked) -> _Answer:
        answer = self._answer(asked)
        if len(self) >= self._most:
            self.clear()
        self[asked] = answer
        return answer


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
