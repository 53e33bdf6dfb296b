"""The money block (项目资金): its labels and cells in, the total and the sources out, with the unit they stand in."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.amounts import MONEY_UNITS, AmountError, parse_amount
from schemas.form import Cell, Entry, FundingLine
from schemas.vocabulary import Dated, Match, fold
from tasks.parse.rows import Row
from tasks.parse.senses import Sense, Senses
from tasks.parse.sheet import FormSheet

_AMOUNT = r"[¥￥]?-?\d[\d,，]*(?:\.\d+)?\s*(?:亿元|百万元|千元|万元|元|万)?"
_PART = re.compile(
    rf"(?P<label>[^\d\s;；，,。()（）:：][^\d;；，,。()（）:：]{{0,20}}?)\s*+[:：]?\s*+(?P<amount>{_AMOUNT})(?![\d.])"
)
_BETWEEN = re.compile(r"(?:[\s;；，,。、()（）]|其中[:：]?|[一二三四五六七八九]、|\d[.、](?!\d)|[①-⑨])*")
_ALONE = re.compile(_AMOUNT)
_LONGEST = 400
_NAME = re.compile(r"资金|预算|经费|金额")
"""In what the block is called, where the vocabulary does not know its name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A label and its amount out of a cell that holds both."""

    match: Match | None
    """None for the amount a cell begins with, which belongs to the label beside it."""
    amount: str


class MoneyBlock:
    """Collects what a form says of its money."""

    def __init__(self, sheet: FormSheet, senses: Senses, year: Callable[[], int | None]) -> None:
        self._sheet = sheet
        self._senses = senses
        self._year = year
        """The form's, as far as it is known by then."""
        self._columns: list[tuple[int, int, str]] = []
        self._lines: list[FundingLine] = []
        self._later: tuple[int, int | None] | None = None
        """The columns under 实施期资金总额: what the mid term costs, beside the year's."""
        self._has_amount = False
        """An amount without a unit of its own was read."""
        self.is_open = False
        """The labels met now are those of the money block."""
        self.unit: str | None = None
        """One of ``MONEY_UNITS``, as far as the form names it."""

    @property
    def lines(self) -> tuple[FundingLine, ...]:
        """The sources in the order of the form."""
        return tuple(self._lines)

    def note(self, match: Match) -> None:
        """A label was met: it may open or leave the block, and name the unit in brackets."""
        meaning = match.meaning
        if meaning.key in ("money", "total") or meaning.kind == "source":
            self.is_open = True
            # The label over the amounts is nearer to them than a note above the table; behind the first amount, another
            # unit is that of its own label alone.
            is_first = meaning.kind != "source" and not self._has_amount
            self.unit = (is_first and self.unit_of(match)) or self.unit or self.unit_of(match)
        elif meaning.kind == "field":
            self.leave()

    @staticmethod
    def unit_of(match: Match) -> str | None:
        """The unit of money a label names in brackets."""
        for suffix in match.suffixes:
            if suffix in MONEY_UNITS:
                return suffix
        return None

    def with_unit(self, match: Match, entry: Entry) -> Entry:
        """An amount whose label names another unit than the form's, with that unit behind it."""
        own = self.unit_of(match)
        is_bare = self.is_bare(entry.text)
        self._has_amount = self._has_amount or is_bare
        if own is None or self.unit in (None, own) or not is_bare:
            return entry
        return entry._replace(text=f"{entry.text.strip()}{own}")

    def leave(self) -> None:
        """What follows is no money."""
        self.is_open = False
        self._columns.clear()
        self._later = None

    def note_later(self, cell: Cell, match: Match) -> None:
        """A total of the mid term and the year's beside it part the block: what stands under the first is not the year's."""
        if match.meaning.kind == "ignored" and self._senses[cell.text].horizon == "mid_term":
            self._later = (cell.column, None)
        elif match.meaning.key == "total" and self._later is not None and self._later[1] is None:
            self._later = (self._later[0], cell.column) if cell.column > self._later[0] else None

    def is_later(self, cell: Cell) -> bool:
        """Whether a cell stands among the money of the mid term."""
        return self._later is not None and self._later[0] <= cell.column < (self._later[1] or 0)

    # ---- several columns of amounts

    def heading(self, row: Row) -> bool:
        """Take a row as the headings of several columns of amounts (上年度安排资金 | 本年度申请资金), if it is one."""
        if len(row.filled) < 2:
            return False
        heads: list[tuple[Cell, Match | None, str]] = []
        names: list[Cell] = []
        for cell, sense in zip(row.filled, row.senses, strict=True):
            head = self._head(cell, sense, row)
            if head is not None:
                heads.append((cell, *head))
            elif self._is_name(cell, sense, row):
                names.append(cell)
            else:
                return False
        if not (self.is_open or names) or len(heads) < 2 or all(kind == "ignored" for _, _, kind in heads):
            return False
        for cell in names:
            self._open(cell)
        self._columns = []
        taken = False
        asked = "ignored" if any(kind == "year" for _, _, kind in heads) else "year"
        for cell, match, key in heads:
            told = asked if key == "asked" else key
            # The first column of the year counts; a second one would be the same money again.
            kind = "ignored" if told == "year" and taken else told
            taken = taken or kind == "year"
            self._columns.append((cell.column, cell.column + cell.column_span, kind))
            if match is not None:
                self._sheet.label(cell, match, match.meaning.label)
            elif kind:
                self._sheet.consume(cell)
            self.unit = self.unit or self._senses.words.money_unit(cell.text)
        return True

    def _head(self, cell: Cell, sense: Sense, row: Row) -> tuple[Match | None, str] | None:
        """What a cell says as the heading of a column of amounts, and the kind of the column."""
        # A cell that heads the block is no column of it, though it may be called alike (资金来源).
        is_section = sense.form is not None and sense.form.meaning.kind == "section"
        if not is_section and sense.amounts:
            return sense.amounts, sense.amounts.meaning.key
        if sense.dated is not None:
            return None, self._kind(sense.dated)
        told = sense.form.meaning if sense.form is not None and sense.horizon is not None else None
        if told is not None and cell is not row.filled[0] and (told.key == "total" or told.kind == "ignored"):
            # 实施周期资金需求 | 年度资金需求
            return sense.form, "year" if told.key == "total" else "ignored"
        is_total = sense.money is not None and sense.money.meaning.key == "total"
        if is_total and any(each.dated for each in row.senses) and cell is not row.filled[0]:
            # 2024年 | 2025年 | 合计
            return sense.money, "ignored"
        return None

    @staticmethod
    def _is_name(cell: Cell, sense: Sense, row: Row) -> bool:
        """Whether a cell beside headings of amounts is the name of the block, if need be one nobody has met before."""
        if sense.form is not None:
            return sense.form.meaning.key == "money"
        return cell is row.filled[0] and _NAME.search(fold(cell.text)) is not None

    def _open(self, name: Cell) -> None:
        found = self._senses[name.text].form
        if found is not None:
            self._sheet.label(name, found, found.meaning.label)
            self.note(found)
            return
        self._sheet.consume(name)
        self.is_open = True
        self.unit = self._senses.words.money_unit(name.text) or self.unit

    def _kind(self, told: Dated) -> str:
        """What a column of a year is; empty where nothing tells which year the form is of."""
        year = self._year()
        if year is None or (told.year == year and told.is_done):
            return ""
        return "year" if told.year == year else "ignored"

    def column(self, cell: Cell) -> str | None:
        """``year``, ``ignored``, empty for a column nobody can tell, or None where no such heading stands above."""
        for start, end, kind in self._columns:
            if cell.column < end and start < cell.column + cell.column_span:
                return kind
        return None

    # ---- label and amount in one cell

    def parts(self, text: str) -> tuple[Part, ...]:
        """The labels and amounts a cell holds together (``财政拨款 6.5万元（其中：上级 6万元）；自有 0``); empty if it does not.

        Only where every word of the cell is part of one: what is left over would be lost.
        """
        if len(text) > _LONGEST:
            return ()
        text = text.strip()
        found: list[Part] = []
        is_whole = False
        at = 0
        alone = _ALONE.match(text)
        if alone and alone.end() == len(text):
            return ()
        if alone:
            found.append(Part(None, alone[0].strip()))
            at = alone.end()
        while at < len(text):
            between = _BETWEEN.match(text, at)
            at = between.end() if between else at
            if at == len(text):
                break
            part = _PART.match(text, at)
            match = self._senses[part["label"]].money if part else None
            if match is not None and match.meaning.key == "money":
                # 项目资金：15.6万元，其中：财政拨款15.6万元
                match = self._senses[self._senses.words.total_label].money
            if part and match and not found and match.meaning.kind == "ignored":
                # 项目总投资138.02万元，其中：…: the year's money only if its sources make it up.
                is_whole, match = True, self._senses[self._senses.words.total_label].money
            if (
                part is None
                or match is None
                or (match.meaning.key != "total" and match.meaning.kind != "source")
            ):
                return ()
            found.append(Part(match, part["amount"].strip()))
            at = part.end()
        if is_whole and not self._is_sum(found):
            return ()
        return tuple(found) if found and found[-1].match is not None else ()

    def _is_sum(self, parts: Sequence[Part]) -> bool:
        """Whether the first of several amounts is the sum of the sources behind it."""
        sources = self._senses.words.sources
        names = [part.match.meaning.key for part in parts if part.match]
        try:
            total, *told = [parse_amount(part.amount, self.unit or "万元") or 0 for part in parts]
        except AmountError:
            return False
        own = (
            yuan
            for name, yuan in zip(names[1:], told, strict=True)
            if name in sources and not set(names) & set(sources[name].within)
        )
        return bool(told) and sum(own) == total

    # ---- sources

    def add(self, source: str, amount: Entry) -> bool:
        """Note an amount of a source; False where the form has one of it already."""
        seen = {line.source for line in self._lines}
        if source in seen:
            return False
        within = self._senses.words.sources[source].within
        self._lines.append(FundingLine(source, amount, is_detail=any(parent in seen for parent in within)))
        return True

    def fill(self, source: str, amount: Entry) -> None:
        """Give a source whose cell was blank the amount that stands below its label."""
        self._lines = [
            FundingLine(source, amount, line.is_detail)
            if line.source == source and not line.amount.text
            else line
            for line in self._lines
        ]

    @staticmethod
    def is_amount(sense: Sense) -> bool:
        """Whether a cell holds an amount and nothing else, or nothing."""
        return sense.is_blank or _ALONE.fullmatch(fold(sense.text)) is not None or sense.is_ignored

    @staticmethod
    def is_told_amount(sense: Sense) -> bool:
        """Whether a cell holds an amount and nothing else."""
        return _ALONE.fullmatch(fold(sense.text)) is not None

    @staticmethod
    def is_bare(text: str) -> bool:
        """Whether an amount is written without a unit of its own."""
        return bool(text.strip()) and not fold(text).endswith(("元", "万"))
