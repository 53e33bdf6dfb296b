"""Texts in, what the vocabulary says of each out: splitting, reading and looking ahead ask the same of every cell."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from schemas.vocabulary import Dated, Lexicon, Match, Vocabulary, dated, is_blank

_COLON = re.compile("[:：]")
_LONGEST_NOTE = 40
"""Characters of a note such as 单位：万元, and of a heading of a column."""
_MOST_TEXTS = 20_000
"""A file may hold any number of texts; what is remembered stays bounded."""
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Label:
    """A label found in a cell."""

    match: Match
    value: str | None
    """What stands behind the colon in the same cell; None where the cell is the label alone."""


class Sense:
    """What the vocabulary says of one text. Each question is answered when it is first asked."""

    def __init__(self, text: str, words: Vocabulary) -> None:
        self.text = text
        self.is_blank = is_blank(text)
        self._words = words

    # ---- the text as a label of one place

    @cached_property
    def form(self) -> Match | None:
        """As a label of a form."""
        return self._words.form.match(self.text)

    @cached_property
    def money(self) -> Match | None:
        """As a label of the money block."""
        return self._words.money.match(self.text)

    @cached_property
    def column(self) -> Match | None:
        """As a heading of the indicator block."""
        return self._words.columns.match(self.text)

    @cached_property
    def column_misprinted(self) -> Match | None:
        """The same, also with a misprint."""
        return self._words.columns.match(self.text, misprints=True)

    @cached_property
    def amounts(self) -> Match | None:
        """As a heading of a column of amounts."""
        return self._words.amounts.match(self.text)

    @cached_property
    def dated(self) -> Dated | None:
        """As a heading over the figures of a year it names."""
        return dated(self.text)

    @cached_property
    def level1(self) -> Match | None:
        """As a 一级指标."""
        return self._words.level1.match(self.text)

    @cached_property
    def level2(self) -> Match | None:
        """As a 二级指标."""
        return self._words.level2.match(self.text)

    @cached_property
    def level1_misprinted(self) -> Match | None:
        """As a 一级指标, also with a misprint."""
        return self._words.level1.match(self.text, misprints=True)

    @cached_property
    def level2_misprinted(self) -> Match | None:
        """As a 二级指标, also with a misprint."""
        return self._words.level2.match(self.text, misprints=True)

    # ---- a label that may have its value behind a colon (项目名称：村干部任职补贴)

    @cached_property
    def label(self) -> Label | None:
        """The label of a form that the text is, or begins with."""
        return _label(self.text, self.form, self._words.form)

    @cached_property
    def label_misprinted(self) -> Label | None:
        """The same, also with a misprint."""
        return self.label or _misprinted(self.text, self._words.form)

    @cached_property
    def money_label(self) -> Label | None:
        """The label of the money block that the text is, or begins with."""
        return _label(self.text, self.money, self._words.money)

    @cached_property
    def money_label_misprinted(self) -> Label | None:
        """The same, also with a misprint."""
        return self.money_label or _misprinted(self.text, self._words.money)

    # ---- what else the text may be

    @cached_property
    def names_project(self) -> bool:
        """Whether it is the label of a project's name."""
        return self.form is not None and self.form.meaning.key == "project_name"

    @cached_property
    def is_code_label(self) -> bool:
        """Whether it is the label of a project's code."""
        return self.form is not None and self.form.meaning.key == "project_code"

    @cached_property
    def is_entry(self) -> bool:
        """Whether it is an entry that is not taken in, label and value in one (填报人：张某)."""
        label = self.label
        return label is not None and label.value is not None and label.match.meaning.kind == "ignored"

    @cached_property
    def heads_stretch(self) -> bool:
        """Whether it alone heads rows that are no part of a form: 填表说明, 目录."""
        return self._words.heads_ignored_stretch(self.text)

    @cached_property
    def is_title(self) -> bool:
        """Whether it is the title of a target table."""
        return self._words.title(self.text) is not None

    @cached_property
    def aside(self) -> str | None:
        """The kind of another performance table whose title it is."""
        return self._words.set_aside(self.text)

    @cached_property
    def aside_heading(self) -> str | None:
        """The kind of another performance table that alone has such a heading."""
        return self._words.set_aside_heading(self.text) if len(self.text) < _LONGEST_NOTE else None

    @cached_property
    def year(self) -> str | None:
        """The part that names the form's year, where it says nothing else."""
        return self._words.year(self.text)

    @cached_property
    def horizon(self) -> Literal["year", "mid_term"] | None:
        """For when the cells below it speak."""
        found = self._words.horizon(self.text)
        return None if found is None else "mid_term" if found == "mid_term" else "year"

    @cached_property
    def unit_behind(self) -> tuple[str, str] | None:
        """What stands before the unit of money at its end, and that unit."""
        return self._words.unit_behind(self.text)

    @cached_property
    def money_note(self) -> str | None:
        """万元 or 元, where it is a note of its own (单位：万元), or ends with one."""
        if self.unit_behind is not None:
            return self.unit_behind[1]
        # Blanks may part it from the year in the same line.
        is_short = len(self.text) < _LONGEST_NOTE or self.year is not None
        unit = self._words.money_unit(self.text) if is_short else None
        is_told = unit and (self.is_ignored or self.year or self._words.is_unit_note(self.text))
        return unit if is_told else None

    @cached_property
    def is_ignored(self) -> bool:
        """Whether it is a note about the form, or a stroke for an empty cell."""
        return self._words.ignored_text(self.text)

    @cached_property
    def is_ignored_row(self) -> bool:
        """Whether it makes an indicator row one of sums (合计)."""
        return self._words.ignored_row(self.text)

    @cached_property
    def is_sentence(self) -> bool:
        """Whether it says something in sentences."""
        return self._words.is_sentence(self.text)


class Senses(dict[str, Sense]):
    """By text, what the vocabulary says of it; made when a text is first met."""

    def __init__(self, words: Vocabulary) -> None:
        super().__init__()
        self.words = words

    @property
    def may_be_kept(self) -> bool:
        """Whether they are few enough for all rows of a file to hold on to theirs."""
        return len(self) <= _MOST_KEPT

    def __missing__(self, text: str) -> Sense:
        if len(self) > _MOST_TEXTS:
            self.clear()
        sense = self[text] = Sense(text, self.words)
        return sense


def senses_of(words: Vocabulary) -> Senses:
    """The texts met so far with a vocabulary, which lives as long as the process."""
    return _SENSES.setdefault(id(words), Senses(words))


_SENSES: dict[int, Senses] = {}


def _label(text: str, found: Match | None, lexicon: Lexicon) -> Label | None:
    if found:
        return Label(found, None)
    colon = _COLON.search(text, 0, 40)
    if colon is None:
        return None
    tail = text[colon.end() :]
    if not tail or tail.isspace():
        return None
    found = lexicon.match(text[: colon.start()])
    # 其中：财政拨款 parts at its colon as well, and 其中 alone is no label.
    is_label = found is not None and (found.meaning.kind != "section" or found.meaning.key == "goals")
    return Label(found, tail.strip()) if found and is_label else None


def _misprinted(text: str, lexicon: Lexicon) -> Label | None:
    found = lexicon.match(text, misprints=True)
    return Label(found, None) if found else None
