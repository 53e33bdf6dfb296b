"""The money block (项目资金): its labels and cells in, the total and the sources out, with the unit they stand in."""

import re
from dataclasses import dataclass

from schemas.form import Cell, Entry, FundingLine
from schemas.vocabulary import Match, Vocabulary, fold, is_blank
from tasks.parse.rows import Row
from tasks.parse.sheet import FormSheet

_AMOUNT = r"[¥￥]?-?\d[\d,，]*(?:\.\d+)?\s*(?:亿元|万元|元|万)?"
_PART = re.compile(
    rf"(?P<label>[^\d\s;；，,。()（）:：][^\d;；，,。()（）:：]{{0,20}}?)\s*[:：]?\s*(?P<amount>{_AMOUNT})(?![\d.])"
)
_BETWEEN = re.compile(r"(?:[\s;；，,。、()（）]|其中[:：]?|[一二三四五六七八九]、|\d[.、](?!\d)|[①-⑨])*")
_ALONE = re.compile(_AMOUNT)
_LONGEST = 400
_UNITS = ("万元", "元")


@dataclass(frozen=True, slots=True)
class Part:
    """A label and its amount out of a cell that holds both."""

    match: Match | None
    """None for the amount a cell begins with, which belongs to the label beside it."""
    amount: str


class MoneyBlock:
    """Collects what a form says of its money."""

    def __init__(self, sheet: FormSheet, words: Vocabulary) -> None:
        self._sheet = sheet
        self._words = words
        self._columns: list[tuple[int, int, str]] = []
        self._lines: list[FundingLine] = []
        self._later: tuple[int, int | None] | None = None
        """The columns under 实施期资金总额: what the mid term costs, beside the year's."""
        self.is_open = False
        """The labels met now are those of the money block."""
        self.unit: str | None = None
        """万元 or 元, as far as the form names it."""

    @property
    def lines(self) -> tuple[FundingLine, ...]:
        """The sources in the order of the form."""
        return tuple(self._lines)

    def note(self, match: Match) -> None:
        """A label was met: it may open or leave the block, and name the unit in brackets."""
        if match.meaning.key in ("money", "total") or match.meaning.kind == "source":
            self.is_open = True
            self.unit = next((suffix for suffix in match.suffixes if suffix in _UNITS), None) or self.unit
        elif match.meaning.kind == "field":
            self.leave()

    def leave(self) -> None:
        """What follows is no money."""
        self.is_open = False
        self._columns.clear()
        self._later = None

    def note_later(self, cell: Cell, match: Match) -> None:
        """A total of the mid term and the year's beside it part the block: what stands under the first is not the year's."""
        if match.meaning.kind == "ignored" and self._words.horizon(cell.text) == "mid_term":
            self._later = (cell.column, None)
        elif match.meaning.key == "total" and self._later is not None and self._later[1] is None:
            self._later = (self._later[0], cell.column) if cell.column > self._later[0] else None

    def is_later(self, cell: Cell) -> bool:
        """Whether a cell stands among the money of the mid term."""
        return self._later is not None and self._later[0] <= cell.column < (self._later[1] or 0)

    # ---- several columns of amounts

    def heading(self, row: Row) -> bool:
        """Take a row as the headings of several columns of amounts (上年度安排资金 | 本年度申请资金), if it is one."""
        # A cell that heads the block is no column of it, though it may be called alike (资金来源).
        found = [
            (cell, None if self._is_section(cell) else self._words.amounts.match(cell.text))
            for cell in row.filled
        ]
        kinds = [match.meaning.key for _, match in found if match]
        sections = [cell for cell, match in found if match is None]
        opened = self.is_open
        for cell in sections:
            section = self._words.form.match(cell.text)
            if section is None or section.meaning.key != "money":
                return False
            opened = True
        if not opened or "year" not in kinds or len(found) - len(sections) < 2:
            return False
        for cell in sections:
            section = self._words.form.match(cell.text)
            if section is not None:
                self._sheet.label(cell, section, section.meaning.label)
                self.note(section)
        self._columns = []
        taken = False
        for cell, match in found:
            if match is None:
                continue
            # The first column of the year counts; a second one would be the same money again.
            kind = "ignored" if match.meaning.key == "year" and taken else match.meaning.key
            taken = taken or kind == "year"
            self._columns.append((cell.column, cell.column + cell.column_span, kind))
            self._sheet.label(cell, match, match.meaning.label)
            self.unit = self.unit or self._words.money_unit(cell.text)
        return True

    def _is_section(self, cell: Cell) -> bool:
        found = self._words.form.match(cell.text)
        return found is not None and found.meaning.kind == "section"

    def column(self, cell: Cell) -> str | None:
        """``year``, ``ignored``, or None where no such heading stands above."""
        for start, end, kind in self._columns:
            if cell.column < end and start < cell.column + cell.column_span:
                return kind
        return None

    @property
    def has_columns(self) -> bool:
        """Whether the block has several columns of amounts."""
        return bool(self._columns)

    # ---- label and amount in one cell

    def parts(self, text: str) -> tuple[Part, ...]:
        """The labels and amounts a cell holds together (``财政拨款 6.5万元（其中：上级 6万元）；自有 0``); empty if it does not.

        Only where every word of the cell is part of one: what is left over would be lost.
        """
        if len(text) > _LONGEST or not any(letter.isdigit() for letter in text):
            return ()
        text = text.strip()
        found: list[Part] = []
        at = 0
        alone = _ALONE.match(text)
        if alone and alone.end() < len(text):
            found.append(Part(None, alone[0].strip()))
            at = alone.end()
        while at < len(text):
            between = _BETWEEN.match(text, at)
            at = between.end() if between else at
            if at == len(text):
                break
            part = _PART.match(text, at)
            match = self._words.money.match(part["label"]) if part else None
            if (
                part is None
                or match is None
                or (match.meaning.key != "total" and match.meaning.kind != "source")
            ):
                return ()
            found.append(Part(match, part["amount"].strip()))
            at = part.end()
        return tuple(found) if found and found[-1].match is not None else ()

    # ---- sources

    def add(self, source: str, amount: Entry) -> bool:
        """Note an amount of a source; False where the form has one of it already."""
        seen = {line.source for line in self._lines}
        if source in seen:
            return False
        within = self._words.sources[source].within
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

    def is_amount(self, text: str) -> bool:
        """Whether a cell holds an amount and nothing else, or nothing."""
        return is_blank(text) or _ALONE.fullmatch(fold(text)) is not None or self._words.ignored_text(text)

    @staticmethod
    def is_bare(text: str) -> bool:
        """Whether an amount is written without a unit of its own."""
        return bool(text.strip()) and not fold(text).endswith(("元", "万"))
