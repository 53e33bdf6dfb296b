"""A text in which nothing parts the cells in, out the places where a cell of its own surely or maybe begins.

Such places are the labels of a form, the headings and levels of its indicator block, titles, years, and the note that
names the unit of money. A label may be parted by blanks (项 目 名 称).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.vocabulary import Vocabulary, fold, vocabulary
from tasks.read.text_rows import is_title

LONGEST = 200_000
"""Characters of a text that is searched for labels: some twenty forms."""
BLANKS = " \t\u3000\u00a0\n"
_EDGES = frozenset(BLANKS + ":：;；|()（）、")
_SHORTEST_LABEL = 4
"""Shorter ones (总额, 指标) are words of any sentence."""
_MOST_TITLE = 40
_SUFFIX = r"(?:[ \u3000]?[(（](?:(?:百万|[千万亿])?元|盖章|必填硬性指标|必填|选填|\d[\d~-]{0,5}分|\d{4}年[—~-]{1,2}\d{4}年)[)）])?"
_NUMBER = r"(?<![^\s。；;])(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,2}(?:、|[.．](?!\d))) ?"
"""一、 before a label, behind a blank or the end of a sentence: no part of the value before it."""
_NO_TITLE = r"(?!(?:申报|审批|批复|评审申报|自评|自我评价|监控|汇总)?表)"
_YEAR = r"[(（] ?(?:\d ?){4}年 ?度?[)）]"
_UNIT = r"(?:金额)?单位[:：] ?(?:百万|[千万亿])?元"
_TITLE = rf"[^\s，。；;,|]{{0,{_MOST_TITLE}}}?(?:目标(?:申报|审批|批复|评审申报)?表|绩效项目申报表|自评表|监控表)(?!\d)"
_SIGNED = re.compile(r"(?P<name>[^≥≤<>＝=]+?)(?P<value>(?:≥|≤|[<>＝=]=?)\d[\d,.]{0,20}[^\d≥≤<>＝=]{0,12})")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a cell of its own may begin."""

    start: int
    end: int
    key: str
    """Of the label's meaning; ``title``; ``amounts`` for a heading of several columns of them; empty for the rest."""
    is_label: bool
    """A label that asks for a value."""
    is_source: bool
    begins_line: bool
    has_edges: bool
    """Blanks, brackets, colons or the ends of a line stand on both sides."""


def find(text: str) -> list[Mark]:
    """All such places, in order."""
    return list(_find(text))


def begins_fused(line: str) -> bool:
    """Whether a line begins with a label and its value with nothing between them."""
    return any(mark.start == 0 and mark.is_label and not mark.has_edges for mark in find(line))


def _find(text: str) -> Iterator[Mark]:
    words = vocabulary()
    kinds = _kinds(words)
    for match in _pattern(words).finditer(text):
        start, end = match.span()
        begins_line = start == 0 or text[start - 1] == "\n"
        if match["label"] is None:
            if match["unit"] or is_title(match[0]):
                key = "" if match["unit"] else "title"
                yield Mark(start, end, key, False, False, begins_line, True)
            continue
        key, is_label, is_source = kinds[fold(match["label"])]
        before = begins_line or text[start - 1] in _EDGES
        after = end == len(text) or text[end] in _EDGES or text[end - 1] in _EDGES
        yield Mark(start, end, key, is_label, is_source, begins_line, before and after)


@lru_cache(maxsize=2)
def _pattern(words: Vocabulary) -> re.Pattern[str]:
    spellings = sorted(_kinds(words), key=len, reverse=True)
    labels = "|".join("[ \u3000]?".join(map(re.escape, name)) for name in spellings)
    return re.compile(
        rf"(?:其中[:：]? ?|{_NUMBER})?(?P<label>{labels}){_NO_TITLE}{_SUFFIX}[:：]?|(?P<unit>{_UNIT})|{_YEAR}|{_TITLE}"
    )


@lru_cache(maxsize=2)
def _kinds(words: Vocabulary) -> dict[str, tuple[str, bool, bool]]:
    """By spelling: key, whether it asks for a value, whether it is a source of money."""
    kinds: dict[str, tuple[str, bool, bool]] = {}
    for name in words.amounts.meanings:
        kinds[name] = ("amounts", False, False)
    for lexicon in (words.level1, words.level2, words.columns):
        kinds.update(dict.fromkeys((name for name in lexicon.meanings if "指标" in name), ("", False, False)))
    for name in words.level2.meanings:
        # 产出 数量指标 are two levels, though 产出数量指标 is one.
        if any(
            name.startswith(first) and name[len(first) :] in words.level2.meanings
            for first in words.level1.meanings
        ):
            kinds.pop(name, None)
    for lexicon in (words.money, words.form):
        for name, meaning in lexicon.meanings.items():
            is_once = meaning.kind in ("field", "source")
            key = meaning.key if is_once else ""
            kinds[name] = (key, meaning.kind != "section", meaning.kind == "source")
    return {name: kind for name, kind in kinds.items() if len(name) >= _SHORTEST_LABEL or name == "项目期"}


def parts(text: str, place: str, words: Vocabulary, *, is_spaced: bool) -> Sequence[str]:
    """The cells a stretch between two marks falls into.

    Args:
        text: The stretch.
        place: ``heading`` behind a heading of the indicator block, ``block`` behind the name of a level, else ``form``.
        words: The vocabulary.
        is_spaced: Whether blanks part the cells of the text.
    """
    if place == "heading":
        return text.split() if is_spaced else _headings(text, words)
    if place == "block":
        return text.split() if is_spaced else _signed(text)
    return (text,)


def _headings(text: str, words: Vocabulary) -> Sequence[str]:
    """Short headings run together (指标值备注), if they are nothing else."""
    rest = "".join(text.split())
    found: list[str] = []
    while rest:
        length = next((end for end in range(min(len(rest), 8), 1, -1) if words.columns.match(rest[:end])), 0)
        if not length:
            return (text,)
        found.append(rest[:length])
        rest = rest[length:]
    return found


def _signed(text: str) -> Sequence[str]:
    """Name and value of each line, parted by the one sign before the value; the whole text where one has none."""
    found = [_SIGNED.fullmatch(line.strip()) for line in text.split("\n")]
    if not all(found):
        return (text,)
    return [part for each in found if each for part in (each["name"], each["value"])]
