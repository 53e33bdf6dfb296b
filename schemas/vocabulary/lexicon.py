"""Labels as typed in, what they mean out: exact after folding, or one misprint away from exactly one right label."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from schemas.vocabulary.folding import core, fold, suffixes

LONGEST_LABEL = 40
"""Folded characters; a longer text is prose, and is not compared with labels."""

_SCORE = re.compile(r"^[\d.\-~至]*分?%?$")
_OTHER_YEARS = frozenset("上去前下次")
_ASIDE = re.compile(r"(?<=[^()])\([^()\d]{1,4}\)(?=[^()])")
"""项目（政策）名称, 部门（单位）名称: another word for the one before it, within a label."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label of the vocabulary stands for."""

    kind: str
    """``field``, ``section``, ``column``, ``level1``, ``level2``, ``source``, ``amounts``, ``set_aside`` or ``ignored``."""
    key: str
    """Name of the field, column or section; the canonical name for levels and sources."""
    label: str
    """The right label, for addresses and remarks."""

    takes_amount: bool = field(init=False, compare=False, repr=False)
    """Whether an amount of money is its value: the total's, or a source's."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "takes_amount", self.kind == "source" or self.key == "total")


@dataclass(frozen=True, slots=True)
class Match:
    """A typed label and its meaning."""

    meaning: Meaning
    suffixes: tuple[str, ...] = ()
    """Folded texts of its trailing brackets: ``必填``, ``万元``."""
    expected: str = ""
    """The label as it should be written, where it has a misprint; empty where it is right."""


@dataclass(slots=True)
class Lexicon:
    """The labels that may stand in one kind of place."""

    meanings: Mapping[str, Meaning]
    """By folded spelling."""
    known_suffixes: tuple[str, ...]
    _seen: dict[tuple[str, bool], Match | None] = field(default_factory=dict)

    def match(self, text: str, *, misprints: bool = False) -> Match | None:
        """The meaning of ``text`` as a label, or None.

        Args:
            text: A cell as typed.
            misprints: Also accept a label a letter or two away from exactly one known label. To be asked only where a
                label must stand: a value may well resemble a label.
        """
        key = (text, misprints)
        if key not in self._seen:
            # A file may hold any number of texts; what is remembered stays bounded.
            if len(self._seen) > 20_000:
                self._seen.clear()
            self._seen[key] = self._find(text, misprints=misprints)
        return self._seen[key]

    def _find(self, text: str, *, misprints: bool) -> Match | None:
        shape = _shape(text)
        if shape is None:
            return None
        if meaning := self.meanings.get(shape.label) or self.meanings.get(shape.folded):
            return Match(meaning)
        base, found = shape.base, shape.suffixes
        meaning = self.meanings.get(base)
        if meaning is None and "(" in base:
            base = _ASIDE.sub("", base)
            meaning = self.meanings.get(base)
        wrong = ""
        if meaning is None and misprints:
            nearest = self._meant(base)
            if nearest:
                meaning, wrong = self.meanings[nearest], nearest
        if meaning is None:
            return None
        right = tuple(self._right_suffix(suffix) for suffix in found)
        if not wrong and right == found:
            return Match(meaning, found)
        expected = (wrong or base) + "".join(f"（{suffix}）" for suffix in right)
        return Match(meaning, right, expected)

    def _meant(self, base: str) -> str:
        """The label of which ``base`` is a misprint; empty where several of them mean different things.

        年度总休目标 is a letter away from 年度总体目标 and from 年度总目标: the first, for nothing was left out.
        """
        close = _nearest(base, self.meanings)
        if any(self.meanings[label] != self.meanings[close[0]] for label in close):
            return ""
        return _one([label for label in close if len(label) == len(base)] or close)

    def _right_suffix(self, suffix: str) -> str:
        if suffix in self.known_suffixes or _SCORE.match(suffix):
            return suffix
        return _one(_nearest(suffix, self.known_suffixes)) or suffix


class _Shape(NamedTuple):
    """A text as labels are compared."""

    folded: str
    label: str
    base: str
    suffixes: tuple[str, ...]


@lru_cache(maxsize=4096)
def _shape(text: str) -> _Shape | None:
    """None for what is too long for a label, or nothing; the lexicons of all places ask it of the same cells."""
    if len(text) > 4 * LONGEST_LABEL:
        return None
    folded = fold(text)
    if not folded or len(folded) > LONGEST_LABEL:
        return None
    label = core(folded)
    return _Shape(folded, label, *suffixes(label))


def _one(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else ""


def _nearest(text: str, known: Iterable[str]) -> list[str]:
    """The known labels closest to ``text`` within a misprint: one letter from four on, two from eight on."""
    limit = 0 if len(text) < 4 else 1 if len(text) < 8 else 2
    # No label is anywhere near an amount.
    if not limit or text.isascii():
        return []
    close: dict[int, list[str]] = {}
    for label in known:
        # A label of three letters is a letter away from too many ordinary words (项目期, 项目一期).
        if len(label) < 4 or abs(len(label) - len(text)) > limit:
            continue
        # 上年度预算数 is no misprint of 本年度预算数.
        if text[0] != label[0] and text[0] in _OTHER_YEARS:
            continue
        distance = Levenshtein.distance(text, label, score_cutoff=limit)
        if distance <= limit:
            close.setdefault(distance, []).append(label)
    return close[min(close)] if close else []
