"""The county's words as data: what labels, levels, sources and kinds of table are called in real forms.

Takes the YAML files beside this module, gives one typed, read-only ``Vocabulary``. Adding a spelling is adding a
line; a spelling that would mean two things in one place is refused when the files are loaded.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache

from schemas.vocabulary.dated import Dated, dated
from schemas.vocabulary.folding import core, fold, is_blank, suffixes, visible
from schemas.vocabulary.lexicon import Lexicon, Match, Meaning
from schemas.vocabulary.records import (
    Funding,
    Ignored,
    Labels,
    Level2,
    Levels,
    SetAside,
    Source,
    load,
)
from schemas.vocabulary.words import Words

__all__ = [
    "Dated",
    "Lexicon",
    "Match",
    "Meaning",
    "Vocabulary",
    "Words",
    "core",
    "dated",
    "fold",
    "is_blank",
    "spoken",
    "suffixes",
    "vocabulary",
]

_LONGEST_TITLE = 60
_YEAR = re.compile(
    r"[(（〔\[]?\s*((?:\d\s*){4}|[〇零○一二三四五六七八九]{4}"
    r"|(?:20[\s×xX_＿*○□]{1,6}|[×xX_＿*○□]{2,6})(?=年\s*度)|(?<![\d一二三四五六七八九十多几每逐历今明后前去本当全]))\s*年\s*度?\s*[)）〕\]]?"
)
_NUMBERED_TABLE = re.compile(
    r"[^\d\W]{0,12}(?:表-?[\d一二三四五六七八九十-]{1,5}|(?:公开|附|预算)\d{1,3}(?:-\d{1,2})?表)"
)
"""部门公开表22, 预算公开附表11, 公开12表: which of the tables a bureau publishes this is."""
_END_OF_NUMBER = frozenset("0123456789一二三四五六七八九十表")
_ANY_TITLE = re.compile(r"(?:项目|支出|资金|预算)绩效目标.{0,3}表$")
"""绩效目标公开表, 绩效目标调整表: whatever is done with a table of targets."""
_MONEY_NOTE = re.compile(r"\(?(?:金额|计量)?单位:?(?:人民币)?(?:百万|[千万亿])?元\)?$")
"""Folded, behind the year in one line: ``（2023年度）   金额单位：元``."""
_UNIT_LABELS = frozenset({"金额", "单位", "金额单位", "货币单位", "计量单位", "金额计量单位"})
_CLAUSE = re.compile(r"[。；;！？!?]")


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All words, ready to be matched. Made by :func:`vocabulary`."""

    _labels: Labels
    _levels: Levels
    _funding: Funding
    _set_aside: SetAside
    _ignored: Ignored

    def with_words(self, words: Words) -> "Vocabulary":
        """The same with a county's own words.

        Raises:
            ValueError: a word for what no form has, or that means something else already.
        """
        own = Vocabulary(
            words.labels(self._labels),
            words.levels(self._levels),
            words.funding(self._funding),
            words.aside(self._set_aside),
            words.ignored(self._ignored),
        )
        for lexicon in (own.form, own.money, own.columns, own.amounts, own.level1, own.level2):
            lexicon.match("")
        return own

    @cached_property
    def form(self) -> Lexicon:
        """Labels of a form outside its indicator block and its money block: fields, sections, ignored ones."""
        return self._lexicon(self._form_entries(), self._dated_labels())

    @cached_property
    def money(self) -> Lexicon:
        """Labels inside the money block: those of a form, the sources, and the short names of the total."""
        total = Meaning("field", "total", self._labels.fields["total"][0])
        sources = ((Meaning("source", each.name, each.name), each) for each in self.sources.values())
        return self._lexicon(
            [
                *((word, total) for word in self._labels.total_inside_money_block),
                *((word, meaning) for meaning, each in sources for word in self._funding.words(each)),
                *self._form_entries(),
            ],
            self._dated_labels(),
        )

    @cached_property
    def columns(self) -> Lexicon:
        """Headings of the indicator block."""
        ignored = ((word, Meaning("ignored", word, word)) for word in self._ignored.columns)
        return self._lexicon([*_group("column", self._labels.columns), *ignored], self._dated_columns())

    @cached_property
    def level1(self) -> Lexicon:
        """一级指标 as typed."""
        return self._lexicon(
            (word, Meaning("level1", each.name, each.name))
            for each in self._levels.level1
            for word in (each.name, *each.spellings)
        )

    @cached_property
    def level2(self) -> Lexicon:
        """二级指标 as typed."""
        return self._lexicon(
            (word, Meaning("level2", each.name, each.name))
            for each in self._levels.level2
            for word in (each.name, *each.spellings)
        )

    @cached_property
    def levels2(self) -> Mapping[str, Level2]:
        """By canonical name."""
        return {each.name: each for each in self._levels.level2}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """By canonical name."""
        return {each.name: each for each in self._funding.sources}

    @cached_property
    def amounts(self) -> Lexicon:
        """Headings of the columns of a money block: ``year`` or ``ignored``."""
        return self._lexicon(
            (word, Meaning("amounts", key, words[0]))
            for key, words in self._labels.amount_columns.items()
            for word in words
        )

    def names_project(self, text: str) -> bool:
        """Whether a cell is the label of a project's name."""
        found = self.form.match(text)
        return found is not None and found.meaning.key == "project_name"

    def is_group_word(self, text: str) -> bool:
        """Whether a cell between a source and its amount only says that the amount is a sum (小计)."""
        return fold(text) in self._group_words

    def horizon(self, text: str) -> str | None:
        """``mid_term`` or ``year``, where a heading begins with a word that says for when; None otherwise."""
        if len(text) > LONGEST_YEAR:
            return None
        heading = core(fold(text))
        return next((key for key, words in self._horizons.items() if heading.startswith(words)), None)

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Stretches of a file that belong to no form, by name."""
        return self._ignored.places

    def title(self, text: str) -> str | None:
        """The title (…绩效目标表) a line is, without its year and brackets; None where it is none."""
        line = _title_line(text)
        if line is None:
            return None
        return line if line.endswith(self._title_endings) or _ANY_TITLE.search(line) else None

    def set_aside(self, text: str) -> str | None:
        """The kind of another performance table (绩效自评表 …) whose title a line is, or None."""
        line = _title_line(text)
        if line is None or not line.endswith(self._set_aside.title_endings):
            return None
        return next((each.kind for each in self._set_aside.titles if each.contains in line), None)

    def set_aside_heading(self, text: str) -> str | None:
        """The kind of another performance table that alone has such a column heading, or None."""
        found = self._aside_headings.match(text)
        return found.meaning.key if found else None

    def is_sample(self, text: str) -> bool:
        """Whether a title or a name says in brackets that it is only an example: 项目支出绩效目标表（样表）."""
        return self._sample.search(fold(text)) is not None

    @cached_property
    def _sample(self) -> re.Pattern[str]:
        return re.compile(rf"[(\[【〔](?:{'|'.join(map(re.escape, self._set_aside.samples))})")

    def names_sample(self, sheet: str) -> bool:
        """Whether a sheet is named as one of an example: 填报示例."""
        return any(word in sheet for word in self._set_aside.samples)

    def year(self, text: str) -> str | None:
        """The part of ``text`` that names the form's year (``( 2023年度)``), where it says nothing else; None otherwise."""
        if len(text) > LONGEST_YEAR or "年" not in text:
            return None
        text = visible(text)
        match = _YEAR.search(text)
        if match is None:
            return None
        rest = _MONEY_NOTE.sub("", fold(text[: match.start()] + text[match.end() :]))
        if not match[1] and not rest and match[0].strip() == match[0].strip("()（）〔〕[] "):
            # 年度 alone is a label.
            return None
        return match[0].strip() if not rest or self.title(rest) or self.set_aside(rest) else None

    def money_unit(self, text: str) -> str | None:
        """万元, 元, 千元 …, where a heading or a note names it: ``项目资金（万元）``, ``单位：元``, ``以上金额单位为元``."""
        folded = fold(text)
        for unit in self._labels.yuan_units:
            if re.search(rf"(?:[(\[【〔]|(?:单位|^\(?金额):?|金额(?:计量)?单位均?为){unit}\)?", folded):
                return unit
        return None

    def is_unit_note(self, text: str) -> bool:
        """Whether a cell tells the unit of money and nothing else: 金额：万元, （货币单位：元）."""
        label, _, unit = fold(text).strip("()").partition(":")
        return unit.removeprefix("人民币") in self._labels.yuan_units and label in _UNIT_LABELS

    def unit_behind(self, text: str) -> tuple[str, str] | None:
        """What a line says before the unit of money told at its end, and that unit: 部门名称：某局    单位：元."""
        at = text.rfind("单位")
        if not 0 < at < len(text) <= LONGEST_YEAR:
            return None
        told = fold(text[at:]).removeprefix("单位").lstrip(":为").rstrip(")")
        before = text[:at]
        for word in ("计量", "货币", "金额"):
            before = before.removesuffix(word)
        before = before.rstrip("(（")
        return (before.strip(), told) if told in self._labels.yuan_units and before[-1:].isspace() else None

    def ignored_row(self, text: str) -> bool:
        """Whether the first word of an indicator row makes it a row of sums (合计)."""
        return core(fold(text)) in self._ignored_rows

    def ignored_text(self, text: str) -> bool:
        """Whether a cell outside every column is a note about the form, or a stroke for an empty cell."""
        folded = fold(text)
        return (
            folded in self._placeholders
            or folded.startswith(self._notes)
            or (folded[-1:] in _END_OF_NUMBER and _NUMBERED_TABLE.fullmatch(folded) is not None)
        )

    def heads_ignored_stretch(self, text: str) -> bool:
        """Whether a line alone heads rows that are no part of a form: 填表说明, 目录."""
        return len(text) <= LONGEST_YEAR and core(fold(text)).endswith(self._ignored_stretches)

    def heads_ignored_table(self, texts: Iterable[str]) -> bool:
        """Whether a row's cells are the headings of a table that is left alone by name."""
        return tuple(map(fold, texts)) in self._ignored_tables

    def is_placeholder(self, text: str) -> bool:
        """Whether a cell holds only a stroke or dots for an empty one."""
        return len(text) <= LONGEST_YEAR and fold(text) in self._placeholders

    def is_level_hint(self, text: str) -> bool:
        """Whether a cell for a level only says what to write there: ``（数量、质量方面的指标）``, ``具体指标``."""
        folded = fold(text)
        return (folded.startswith("(") and folded.endswith(")")) or self.columns.match(text) is not None

    def is_sentence(self, text: str) -> bool:
        """Whether a line of prose says something in sentences, as a notice does and a title or a name does not."""
        return len(text) > _LONGEST_TITLE or bool(_CLAUSE.search(text.strip()))

    @cached_property
    def _title_endings(self) -> tuple[str, ...]:
        return tuple(fold(title) for title in self._labels.titles)

    @cached_property
    def _ignored_rows(self) -> frozenset[str]:
        return frozenset(map(fold, self._ignored.rows))

    @cached_property
    def _ignored_tables(self) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(map(fold, headings)) for headings in self._ignored.tables)

    @cached_property
    def _ignored_stretches(self) -> tuple[str, ...]:
        return tuple(map(fold, self._ignored.stretches))

    @property
    def goal_label(self) -> str:
        """What the year's goal is called in addresses."""
        return self._labels.fields["goal"][0]

    @property
    def total_label(self) -> str:
        """What the year's money is called in addresses."""
        return self._labels.fields["total"][0]

    @cached_property
    def _group_words(self) -> frozenset[str]:
        return frozenset(map(fold, self._labels.group_words))

    @cached_property
    def _horizons(self) -> Mapping[str, tuple[str, ...]]:
        return {key: tuple(map(fold, words)) for key, words in self._labels.horizons.items()}

    @cached_property
    def _placeholders(self) -> frozenset[str]:
        return frozenset(map(fold, self._ignored.placeholders))

    @cached_property
    def _notes(self) -> tuple[str, ...]:
        return tuple(map(fold, self._ignored.notes))

    @cached_property
    def _aside_headings(self) -> Lexicon:
        return self._lexicon(
            (word, Meaning("set_aside", kind, kind))
            for kind, words in self._set_aside.headings.items()
            for word in words
        )

    def _form_entries(self) -> Iterator[tuple[str, Meaning]]:
        yield from _group("field", self._labels.fields)
        yield from _group("section", self._labels.sections)
        yield from ((word, Meaning("ignored", word, word)) for word in self._ignored.labels)

    def _dated_columns(self) -> Iterator[tuple[str, Meaning]]:
        """Headings made of a horizon and what is said of it: 全年 + 目标值, 实施周期 + 指标值."""
        label = self._labels.columns["value"][0]
        for key, role in (("year", "value"), ("mid_term", "mid_term")):
            for word in self._said_of(key, "value"):
                yield word, Meaning("column", role, word if role == "mid_term" else label)

    def _dated_labels(self) -> Iterator[tuple[str, Meaning]]:
        """Labels made so: 本年度 + 绩效目标 is the goal, 实施周期 + 总目标 is not the year's, and not taken in."""
        for key in ("goal", "total"):
            for word in self._said_of("year", key):
                yield word, Meaning("field", key, self._labels.fields[key][0])
            for word in self._said_of("mid_term", key):
                yield word, Meaning("ignored", word, word)
        for word in self._said_of("mid_term", "indicators"):
            yield word, Meaning("section", "mid_term_indicators", word)

    def _said_of(self, horizon: str, what: str) -> Iterator[str]:
        for head in self._labels.horizons[horizon]:
            for tail in self._labels.said_of_a_horizon[what]:
                yield head + tail

    def _lexicon(
        self, entries: Iterable[tuple[str, Meaning]], made: Iterable[tuple[str, Meaning]] = ()
    ) -> Lexicon:
        """The words of one place; those ``made`` of two parts only where no entry has them."""
        meanings: dict[str, Meaning] = {}
        for word, meaning in entries:
            held = meanings.setdefault(fold(word), meaning)
            if held != meaning:
                raise ValueError(
                    f"“{word}”在一处有两个意思：{held.label}（{held.key}）和{meaning.label}（{meaning.key}）"
                )
        for word, meaning in made:
            meanings.setdefault(fold(word), meaning)
        return Lexicon(meanings, tuple(map(fold, self._labels.suffixes)))


LONGEST_YEAR = 120
"""Characters of a line that may name a year; padding counts."""


def _group(kind: str, groups: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Meaning]]:
    for key, words in groups.items():
        for word in words:
            yield word, Meaning(kind, key, words[0])


@lru_cache(maxsize=4096)
def _title_line(text: str) -> str | None:
    if len(text) > 4 * _LONGEST_TITLE:
        return None
    # fold first: a title may be spaced out letter by letter.
    folded = fold(text)
    if "表" not in folded or len(folded) > _LONGEST_TITLE or _CLAUSE.search(folded):
        return None
    line = _YEAR.sub("", folded)
    return suffixes(line.rstrip(":,"))[0]


@lru_cache(maxsize=1)
def _bundled() -> Vocabulary:
    return Vocabulary(
        load("labels", Labels),
        load("levels", Levels),
        load("funding", Funding),
        load("set_aside", SetAside),
        load("ignored", Ignored),
    )


_OWN: dict[str, Vocabulary] = {}
"""By the county's words as text: a process reads the files of one county."""
_SPOKEN: ContextVar[Vocabulary | None] = ContextVar("spoken", default=None)


@contextmanager
def spoken(words: Words | None) -> Iterator[None]:
    """Let ``vocabulary()`` mean a county's while one of its files is read: its readers part cells and tables by words."""
    mark = _SPOKEN.set(vocabulary(words))
    try:
        yield
    finally:
        _SPOKEN.reset(mark)


def vocabulary(words: Words | None = None) -> Vocabulary:
    """The bundled vocabulary, read once per process, with a county's own words on top.

    Args:
        words: Of the county's YAML; None for those ``spoken`` here, which are the bundled ones alone elsewhere.

    Raises:
        BrokenTableError: a file holds a key that is not known, or lacks one.
        ValueError: a county's word for what no form has; a spelling that means two things in one place (raised when
            that place is first matched).
    """
    bundled = _bundled()
    if words is None:
        return _SPOKEN.get() or bundled
    if words == Words():
        return bundled
    key = words.model_dump_json()
    if key not in _OWN:
        _OWN[key] = bundled.with_words(words)
    return _OWN[key]
