"""One form's rows in, the form out: title, identity, money, goal and indicators, each found by its label."""

from dataclasses import dataclass

from schemas.form import Address, Cell, Entry, Form, FundingLine
from schemas.vocabulary import Lexicon, Match, Vocabulary, is_blank
from tasks.parse.displaced import displaced_name
from tasks.parse.indicators import IndicatorBlock
from tasks.parse.labels import label_of
from tasks.parse.rows import Row
from tasks.parse.sheet import FormSheet
from tasks.parse.split import Piece

DEFAULT_MONEY_UNIT = "万元"
"""The printed template's unit, where a form names none."""


def read_form(number: int, piece: Piece, words: Vocabulary) -> Form:
    """Read one form.

    Args:
        number: Of the form in its file, from 1.
        piece: Its rows.
        words: The vocabulary.

    Returns:
        The form, its remarks R05 to R07 in reading order, and the balance of its cells.
    """
    return _FormReader(number, piece, words).read()


@dataclass(frozen=True, slots=True)
class _Awaiting:
    """A label whose value may stand below it."""

    field: str
    """Empty where the label is one that is ignored."""
    label: str
    cell: Cell

    def is_over(self, start: int, end: int) -> bool:
        return self.cell.column < end and start < self.cell.column + self.cell.column_span


class _FormReader:
    def __init__(self, number: int, piece: Piece, words: Vocabulary) -> None:
        self._number = number
        self._piece = piece
        self._words = words
        self._sheet = FormSheet(number, piece.rows)
        self._block = IndicatorBlock(self._sheet, words)
        self._fields: dict[str, Entry] = {}
        self._name_row: Row | None = None
        self._funding: list[FundingLine] = []
        self._in_money = False
        self._money_unit: str | None = None
        self._title = ""
        self._title_address: Address | None = None
        self._year: Entry | None = None
        self._awaiting: list[_Awaiting] = []
        """Labels of the row above that had no value beside them, and may have it below."""

    def read(self) -> Form:
        for row in self._piece.rows:
            if id(row) in self._piece.titles:
                self._read_title(row)
            elif row.filled:
                self._read_row(row)
        displaced = self._displaced_name()
        self._ignore_the_named()
        remarks, cells = self._sheet.close()
        fields = self._fields
        return Form(
            number=self._number,
            address=self._title_address or self._first_address(),
            title=self._title,
            fiscal_year=self._year,
            project_name=fields.get("project_name"),
            project_name_displaced=displaced,
            department=fields.get("department"),
            implementing_unit=fields.get("implementing_unit"),
            attribute=fields.get("attribute"),
            period=fields.get("period"),
            money_unit=self._money_unit or DEFAULT_MONEY_UNIT,
            total=fields.get("total"),
            funding=tuple(self._funding),
            goal=fields.get("goal"),
            indicators=self._block.lines,
            remarks=remarks,
            cells=cells,
        )

    def _first_address(self) -> Address:
        row = next((row for row in self._piece.rows if row.shown), self._piece.rows[0])
        return row.address((row.shown or row.cells)[0], "", self._number)

    # ---- title and year

    def _read_title(self, row: Row) -> None:
        cell = row.shown[0]
        if self._title_address is None:
            self._title = cell.text.strip()
            self._title_address = row.address(cell, "", self._number)
            self._sheet.consume(cell)
        else:
            # Named "repeated_title" in ignored.yml.
            self._sheet.ignore(cell)
        for each in row.shown:
            self._read_year(each)
            self._read_money_note(each)

    def _read_year(self, cell: Cell) -> bool:
        year = self._words.year(cell.text)
        if year is None:
            return False
        if self._year is None:
            self._year = self._sheet.entry(cell, "年度", year)
        self._sheet.consume(cell)
        return True

    def _read_money_note(self, cell: Cell) -> bool:
        """单位：万元 beside the title."""
        unit = self._words.money_unit(cell.text) if len(cell.text) < 40 else None
        if unit is None or not self._words.ignored_text(cell.text):
            return False
        self._money_unit = self._money_unit or unit
        self._sheet.consume(cell)
        return True

    # ---- rows

    def _read_row(self, row: Row) -> None:
        if self._block.heading(row):
            self._in_money, self._awaiting = False, []
            return
        if self._block.is_open:
            if self._block.row(row):
                return
            if not row.grid.is_prose:
                self._block.close()
        if self._value_below(row):
            return
        self._read_labels(row)

    def _read_labels(self, row: Row) -> None:
        """Labels from left to right, each with the first cell that shows something before the next label."""
        cells = row.cells
        at = 0
        expects_label = True
        while at < len(cells):
            cell = cells[at]
            at += 1
            if is_blank(cell.text):
                continue
            if self._read_year(cell) or self._read_money_note(cell):
                continue
            label = label_of(cell.text, self._lexicon, misprints=expects_label and not self._is_loose(row))
            if label is None:
                expects_label = True
                continue
            match = label.match
            self._sheet.label(cell, match, match.meaning.label)
            self._note_money(match)
            if match.meaning.kind == "section":
                self._in_money = match.meaning.key == "money"
                continue
            if label.value is not None:
                self._value(match, cell, cell, row, label.value)
                continue
            value, at = self._value_right(cells, at)
            self._value(match, cell, value, row, None)
            if match.meaning.kind == "ignored":
                at = self._ignore_to_next_label(cells, at)
            expects_label = True

    @staticmethod
    def _is_loose(row: Row) -> bool:
        """A lone cell is a name or a note as likely as a misprinted label."""
        return len(row.filled) == 1

    @property
    def _lexicon(self) -> Lexicon:
        return self._words.money if self._in_money else self._words.form

    def _value_right(self, cells: tuple[Cell, ...], at: int) -> tuple[Cell | None, int]:
        """The value behind a label: the next cell that shows something, unless it is the next label."""
        blank: Cell | None = None
        for index in range(at, len(cells)):
            cell = cells[index]
            if is_blank(cell.text):
                blank = blank or cell
                continue
            if label_of(cell.text, self._lexicon) is not None:
                return blank, index
            return cell, index + 1
        return blank, len(cells)

    def _ignore_to_next_label(self, cells: tuple[Cell, ...], at: int) -> int:
        while at < len(cells) and label_of(cells[at].text, self._lexicon) is None:
            if not is_blank(cells[at].text):
                self._sheet.ignore(cells[at])
            at += 1
        return at

    def _note_money(self, match: Match) -> None:
        if match.meaning.key in ("money", "total"):
            self._in_money = True
            unit = next((suffix for suffix in match.suffixes if suffix in ("万元", "元")), None)
            self._money_unit = unit or self._money_unit
        elif match.meaning.kind == "field":
            self._in_money = False

    # ---- values

    def _value(self, match: Match, label: Cell, value: Cell | None, row: Row, text: str | None) -> None:
        """Give a label its value. ``text`` is the value where it stands in the label's own cell."""
        meaning = match.meaning
        is_missing = value is None or (text is None and is_blank(value.text))
        if meaning.kind == "ignored":
            self._sheet.ignore(*(each for each in (value,) if each is not None and not is_missing))
            if is_missing:
                self._awaiting.append(_Awaiting("", meaning.label, label))
            return
        home = value or label
        entry = self._sheet.entry(home, meaning.label, "" if is_missing else text)
        if meaning.kind == "source":
            self._add_source(meaning.key, entry, value, is_missing=is_missing)
            return
        self._set_field(meaning.key, entry, home, row, is_missing=is_missing)
        if is_missing and meaning.key in self._words.values_below:
            self._awaiting.append(_Awaiting(meaning.key, meaning.label, label))

    def _set_field(self, key: str, entry: Entry, home: Cell, row: Row, *, is_missing: bool) -> None:
        held = self._fields.get(key)
        if held is not None and held.text:
            # The same again says nothing new; something else is reported by being left over.
            if held.text.strip() == entry.text.strip():
                self._sheet.consume(home)
            return
        self._fields[key] = entry
        if not is_missing:
            self._sheet.consume(home)
        if key == "project_name":
            self._name_row = row

    def _add_source(self, source: str, amount: Entry, cell: Cell | None, *, is_missing: bool) -> None:
        seen = {line.source for line in self._funding}
        if source in seen:
            # One line per source: a second one is left over and reported, unless it is blank.
            return
        if cell is not None and not is_missing:
            self._sheet.consume(cell)
        within = self._words.sources[source].within
        self._funding.append(FundingLine(source, amount, is_detail=any(parent in seen for parent in within)))

    def _value_below(self, row: Row) -> bool:
        """The text under a label that had none beside it (中期目标 | 年度目标 in one row, the texts in the next)."""
        awaiting, self._awaiting = self._awaiting, []
        if not awaiting or any(label_of(cell.text, self._words.money) for cell in row.filled):
            return False
        taken = False
        for cell in row.filled:
            end = cell.column + cell.column_span
            above = next((each for each in awaiting if each.is_over(cell.column, end)), None)
            if above is None and len(row.filled) == len(awaiting) == 1:
                above = awaiting[0]
            if above is None:
                continue
            taken = True
            if above.field:
                self._fields[above.field] = self._sheet.entry(cell, above.label)
                self._sheet.consume(cell)
            else:
                self._sheet.ignore(cell)
        return taken

    # ---- what stands in no cell of its own

    def _displaced_name(self) -> bool:
        """The project's name above its label, in a box or a row of its own, while the cell for it is blank (R06)."""
        entry = self._fields.get("project_name")
        if entry is None or entry.text or self._name_row is None:
            return False
        cell = displaced_name(self._piece.rows, self._name_row, self._sheet, self._words)
        if cell is None:
            return False
        name = cell.text.strip()
        self._fields["project_name"] = self._sheet.entry(cell, "项目名称")
        self._sheet.consume(cell)
        self._sheet.remark("R06", cell, "项目名称", name, name)
        return True

    def _ignore_the_named(self) -> None:
        """Notes, strokes for an empty cell, and sentences of prose around the table."""
        for row, cell in self._sheet.shown():
            if not self._sheet.is_open(cell):
                continue
            is_sentence = row.grid.is_prose and self._words.is_sentence(cell.text)
            if is_sentence or self._words.ignored_text(cell.text):
                self._sheet.ignore(cell)
