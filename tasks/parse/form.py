"""One form's rows in, the form out: title, identity, money, goal and indicators, each found by its label."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.dates import parse_fiscal_year
from schemas.form import Address, Cell, Entry, Form
from schemas.vocabulary import Match, fold
from tasks.parse.displaced import displaced_name
from tasks.parse.indicators import IndicatorBlock
from tasks.parse.money import MoneyBlock, Part
from tasks.parse.rows import Row
from tasks.parse.senses import Label, Sense, Senses
from tasks.parse.sheet import FormSheet
from tasks.parse.split import Piece

_GOAL_NUMBER = re.compile(r"目标[\d一二三四五六七八九十]{1,2}(?:[:：]|$)")
_FEWEST_YEARS = 4
"""Cells of a row that tells the amounts of several years: two years, two amounts."""
_INNER_LABEL = re.compile(r"(?<=\s)([^\s:：]{2,12})[:：]")
_MONEY = re.compile(r"^[^\d一二三四五六七八九十零]{2,10}(?:资金|拨款|收入)$")
"""A source of money that the vocabulary does not know: no amount, whatever stands before it."""
_TIMES = frozenset({"period", "period_start", "period_end"})
_PART_OF_TIME = re.compile(r"自|至|到|-|(?=\d)(?:20\d\d年?)?(?:\d{1,2}月)?(?:\d{1,2}日)?")
"""Of a time that is parted into cells."""
_LONGEST_LABEL = 20
"""Letters of a cell that holds a value behind its label, among which the label stands."""
_OVER_ALL = re.compile(r"(?:项目)?总(?:金额|额|预算|投资)")
"""A total over all the years of a project."""
DEFAULT_MONEY_UNIT = "万元"
"""The printed template's unit, where a form names none."""


def read_form(number: int, piece: Piece, senses: Senses) -> Form:
    """Read one form.

    Args:
        number: Of the form in its file, from 1.
        piece: Its rows.
        senses: Of the cells' texts.

    Returns:
        The form, its remarks in reading order, those about the whole form last, and the balance of its cells.
    """
    return _FormReader(number, piece, senses).read()


@dataclass(frozen=True, slots=True)
class _Awaiting:
    """A label whose value may stand below it."""

    match: Match
    cell: Cell

    def is_over(self, start: int, end: int) -> bool:
        return self.cell.column < end and start < self.cell.column + self.cell.column_span


class _FormReader:
    def __init__(self, number: int, piece: Piece, senses: Senses) -> None:
        self._number = number
        self._piece = piece
        self._senses = senses
        self._sheet = FormSheet(number, piece.rows)
        self._block = IndicatorBlock(self._sheet, senses, self._year_so_far)
        self._money = MoneyBlock(self._sheet, senses, self._year_so_far)
        self._fields: dict[str, Entry] = {}
        self._read_as: tuple[Entry, int | None] | None = None
        """What tells the form's year so far, and the year."""
        self._is_goal_of_year = False
        self._is_total_of_all = False
        """The total read so far is that of all the project's years."""
        self._is_total_asked = False
        """So with what was asked for, where something else was granted."""
        self._has_years = False
        """The amounts of several years stand below each other, and their sum below them is not the form's money."""
        self._name_row: Row | None = None
        self._title = ""
        self._title_address: Address | None = None
        self._year: Entry | None = None
        self._awaiting: list[_Awaiting] = []
        """Labels of the row above that had no value beside them, and may have it below."""
        self._set_aside: Cell | None = None
        """The label of a block that is not consolidated, while its rows last."""

    def read(self) -> Form:
        for row in self._piece.rows:
            if id(row) in self._piece.titles:
                self._read_title(row)
            elif id(row) in self._piece.notes:
                self._sheet.ignore(*row.shown)
            elif row.filled:
                self._read_row(row)
        self._goal_of_a_column()
        displaced = self._displaced_name()
        self._read_above()
        self._read_header()
        self._say_no_unit()
        lines = self._block.lines
        remarks, cells = self._sheet.close(self._is_ignored)
        fields = self._fields
        return Form(
            number=self._number,
            address=self._title_address or self._first_address(),
            title=self._title,
            fiscal_year=self._year or fields.get("fiscal_year"),
            project_name=fields.get("project_name"),
            project_name_displaced=displaced,
            department=fields.get("department"),
            implementing_unit=fields.get("implementing_unit") or fields.get("budget_unit"),
            attribute=fields.get("attribute"),
            period=fields.get("period"),
            money_unit=self._money.unit or DEFAULT_MONEY_UNIT,
            total=fields.get("total"),
            funding=self._money.lines,
            goal=fields.get("goal"),
            indicators=lines,
            remarks=remarks,
            cells=cells,
            period_start=fields.get("period_start"),
            period_end=fields.get("period_end"),
            department_code=fields.get("department_code"),
            project_code=fields.get("project_code"),
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
            sense = self._senses[each.text]
            self._read_year(each, sense)
            self._read_money_note(each, sense)

    def _read_year(self, cell: Cell, sense: Sense) -> None:
        if sense.year is None:
            return
        if self._year is None:
            self._year = self._sheet.entry(cell, "年度", sense.year)
        self._sheet.consume(cell)

    def _year_so_far(self) -> int | None:
        """The form's year, as far as what was read until now tells it."""
        told = self._year or self._fields.get("fiscal_year")
        header = self._piece.header
        if told is None and header is not None:
            years = (self._senses[cell.text].year for cell in header.cells)
            return next((parse_fiscal_year(year) for year in years if year), None)
        if told is None:
            return None
        if self._read_as is None or self._read_as[0] is not told:
            # Every row asks.
            self._read_as = (told, parse_fiscal_year(told.text))
        return self._read_as[1]

    def _read_money_note(self, cell: Cell, sense: Sense) -> None:
        """单位：万元 beside the title."""
        if sense.money_note is None:
            return
        self._money.unit = self._money.unit or sense.money_note
        self._sheet.consume(cell)

    def _read_unit_behind(self, cell: Cell, told: tuple[str, str]) -> bool:
        """Take the unit of money at the end of a line; True where what stands before it is the year alone."""
        before, unit = told
        self._money.unit = self._money.unit or unit
        sense = self._senses[before]
        self._read_year(cell, sense)
        return sense.year is not None

    def _read_above(self) -> None:
        """Year and unit of money that stand once above several forms of a sheet; the cells are the first form's there."""
        if self._year is not None and self._money.unit is not None:
            return
        own = {id(row) for row in self._piece.rows}
        for row in self._piece.above:
            for cell, sense in zip(row.filled, row.senses, strict=True) if id(row) not in own else ():
                if self._year is None and sense.year is not None and "fiscal_year" not in self._fields:
                    self._year = Entry(sense.year, row.address(cell, "年度", self._number))
                self._money.unit = self._money.unit or sense.money_note

    def _read_header(self) -> None:
        """Title, year and unit of money that only the header of its pages tells; its cells are the first form's there."""
        header = self._piece.header
        if header is None:
            return
        for cell in header.cells:
            sense = self._senses[cell.text]
            if self._year is None and sense.year is not None and "fiscal_year" not in self._fields:
                address = Address(self._number, header.name, cell.row, "年度", cell.reference)
                self._year = Entry(sense.year, address)
            self._money.unit = self._money.unit or sense.money_note
            if sense.is_title:
                self._title = self._title or cell.text.strip()

    # ---- rows

    def _read_row(self, row: Row) -> None:
        if self._block.heading(row):
            self._money.leave()
            self._awaiting = []
            return
        if self._block.is_open:
            if self._block.row(row):
                return
            if not row.grid.is_prose:
                self._block.close()
        elif not row.grid.is_prose and self._block.implicit(row):
            self._money.leave()
            self._block.row(row)
            return
        elif not row.grid.is_prose and self._block.listed_row(row):
            self._money.leave()
            return
        if (self._set_aside is not None and self._is_set_aside(row)) or self._more_of_the_goal(row):
            return
        if ((self._awaiting or self._has_years) and self._value_below(row)) or self._money.heading(row):
            return
        self._read_labels(row)

    def _is_set_aside(self, row: Row) -> bool:
        """Ignore a row of a block that is not consolidated: the rows its label is merged over, or down to the next label."""
        label = self._set_aside
        if label is None:
            return False
        is_below = row.number >= label.row + label.row_span
        if (is_below and label.row_span > 1) or (label.row_span == 1 and row.sense(0).label is not None):
            self._set_aside = None
            return False
        self._sheet.ignore(*row.filled)
        return True

    def _read_labels(self, row: Row) -> None:
        """Labels from left to right, each with the first cell that shows something before the next label."""
        cells = row.cells
        # A lone cell is a name or a note as likely as a misprinted label.
        misprints = len(row.filled) > 1
        at = 0
        while at < len(cells):
            cell = cells[at]
            at += 1
            sense = self._senses[cell.text]
            if sense.is_blank:
                continue
            if sense.unit_behind is not None and self._read_unit_behind(cell, sense.unit_behind):
                continue
            if sense.unit_behind is None and (sense.money_note is not None or sense.year is not None):
                self._read_money_note(cell, sense)
                self._read_year(cell, sense)
                continue
            label = self._label_at(cells, at - 1, misprints=misprints)
            if label is not None and label.value is not None:
                for each in self._labels_in(cell, label):
                    self._sheet.label(cell, each.match, each.match.meaning.label)
                    self._value(each.match, cell, cell, row, each.value)
                self._money.note(label.match)
                continue
            if label is None:
                if self._money.is_open and self._money.column(cell) == "ignored":
                    self._sheet.ignore(cell)
                else:
                    self._read_parts(cell)
                continue
            at = self._read_label(row, cell, label, at)

    def _read_label(self, row: Row, cell: Cell, label: Label, at: int) -> int:
        match = label.match
        self._sheet.label(cell, match, match.meaning.label)
        self._money.note(match)
        self._money.note_later(cell, match)
        horizon = self._senses[cell.text].horizon
        if horizon is not None:
            self._block.note_horizon(cell, horizon)
        if match.meaning.kind == "section":
            return self._read_section(row, cell, match, at)
        value, at = self._of_its_year(row.cells, at, match) or self._value_right(row.cells, at, match)
        text = None
        if value is not None and match.meaning.key in _TIMES:
            text, at = self._dates(row.cells, value, at)
        self._value(match, cell, value, row, text)
        if match.meaning.kind == "ignored":
            if cell.row_span > 1:
                self._set_aside = cell
            at = self._ignore_to_next_label(row.cells, at)
        return at

    def _dates(self, cells: tuple[Cell, ...], value: Cell, at: int) -> tuple[str | None, int]:
        """A time whose parts have a cell each (2024年 | 3月, 自 | 2024年1月 | 至 | 2024年12月), and the cell behind them."""
        end = at
        if _PART_OF_TIME.fullmatch(fold(value.text)):
            while end < len(cells) and _PART_OF_TIME.fullmatch(fold(cells[end].text)):
                end += 1
        if end == at:
            return None, at
        self._sheet.consume(*cells[at:end])
        return "".join(fold(each.text) for each in (value, *cells[at:end])).removeprefix("自"), end

    def _labels_in(self, cell: Cell, first: Label) -> Iterator[Label]:
        """The labels a cell holds with their values, mostly one (项目名称：垃圾清运  主管部门：某镇人民政府)."""
        behind = self._senses[cell.text].unit_behind
        text = behind[0] if behind else cell.text
        if behind:
            first = Label(first.match, text.replace("：", ":").partition(":")[2].strip())
        starts = [
            (found.start(1), label)
            for found in _INNER_LABEL.finditer(text)
            if (label := self._senses[found[1]].form) is not None
            and label.meaning.kind in ("field", "ignored")
        ]
        if not starts:
            yield first
            return
        ends = [at for at, _ in starts]
        yield Label(first.match, text[: ends[0]].replace("：", ":").partition(":")[2].strip())
        for (at, label), end in zip(starts, [*ends[1:], len(text)], strict=True):
            yield Label(label, text[at:end].replace("：", ":").partition(":")[2].strip())

    def _read_section(self, row: Row, cell: Cell, match: Match, at: int) -> int:
        key = match.meaning.key
        value, behind = self._value_right(row.cells, at, match)
        if key == "mid_term_indicators":
            self._block.expect("mid_term")
        elif key == "indicators" and value is not None and self._block.listed(value):
            return behind
        elif key == "set_aside":
            self._money.leave()
            self._set_aside = cell
            self._sheet.ignore(*(each for each in row.cells[at:] if not self._senses[each.text].is_blank))
            return len(row.cells)
        elif key == "money" and "total" not in self._fields:
            if value is not None and self._money.is_told_amount(self._senses[value.text]):
                # 项目预算 | 12: no other total stands in the form, or it says the same.
                self._fields["total"] = self._sheet.entry(value, self._senses.words.total_label)
                self._sheet.consume(value)
                return behind
        elif (
            key == "goals"
            and "goal" not in self._fields
            and value is not None
            and not self._senses[value.text].is_blank
            and self._senses[value.text].column is None
        ):
            self._fields["goal"] = self._sheet.entry(value, self._senses.words.goal_label)
            self._sheet.consume(value)
            return behind
        return at

    def _label_at(self, cells: tuple[Cell, ...], index: int, *, misprints: bool = False) -> Label | None:
        """The label a cell of a row is; a source of money also before any total, told by the amount behind it."""
        sense = self._senses[cells[index].text]
        if self._money.is_open:
            return sense.money_label_misprinted if misprints else sense.money_label
        label = sense.label_misprinted if misprints else sense.label
        found = sense.money
        if label is not None or found is None or found.meaning.kind != "source" or index + 1 == len(cells):
            return label
        behind = self._senses[cells[index + 1].text]
        return None if behind.is_blank or not self._money.is_amount(behind) else Label(found, None)

    def _value_right(self, cells: tuple[Cell, ...], at: int, match: Match) -> tuple[Cell | None, int]:
        """The value behind a label: the next cell that shows something, unless it is the next label."""
        blank: Cell | None = None
        is_money = match.meaning.takes_amount
        for index in range(at, len(cells)):
            cell = cells[index]
            if self._senses[cell.text].is_blank:
                if not is_money or self._money.column(cell) in (None, "year"):
                    blank = blank or cell
                continue
            column = self._money.column(cell) if is_money else None
            if column in ("ignored", ""):
                if column:
                    self._sheet.ignore(cell)
                continue
            if is_money and self._senses.words.is_group_word(cell.text):
                self._sheet.consume(cell)
                continue
            if self._is_label(cells, index, match):
                return blank, index
            if is_money and blank is not None and self._money.column(blank) == "year":
                # The year's cell is blank, and what follows stands under another heading.
                return blank, index
            return cell, index + 1
        return blank, len(cells)

    def _of_its_year(self, cells: tuple[Cell, ...], at: int, match: Match) -> tuple[Cell, int] | None:
        """The amount of the form's year among those of several, each behind its year (2023年 | 80 | 2024年 | 95.5)."""
        if not match.meaning.takes_amount or len(cells) - at < _FEWEST_YEARS:
            return None
        shown = [cell for cell in cells[at:] if not self._senses[cell.text].is_blank]
        years = [self._senses[cell.text].dated for cell in shown[::2]]
        amounts = shown[1::2]
        if len(shown) < _FEWEST_YEARS or len(years) != len(amounts) or None in years:
            return None
        own = self._year_so_far()
        found = [
            amount
            for told, amount in zip(years, amounts, strict=True)
            if told and told.year == own and not told.is_done
        ]
        if len(found) != 1 or not all(self._money.is_amount(self._senses[cell.text]) for cell in amounts):
            return None
        self._sheet.ignore(*(cell for cell in shown if cell is not found[0]))
        return found[0], len(cells)

    def _is_label(self, cells: tuple[Cell, ...], index: int, before: Match) -> bool:
        """Whether the cell behind a label is a label itself, and not its value (财政资金预算分类 | 一般公共预算)."""
        label = self._label_at(cells, index)
        if label is None:
            # No project is called 预算数, and no office 数量指标: these head columns.
            sense = self._senses[cells[index].text]
            is_heading = sense.column or sense.amounts or sense.level1 or sense.level2
            if before.meaning.takes_amount:
                return is_heading is not None or _MONEY.search(sense.text.strip()) is not None
            return before.meaning.kind == "field" and is_heading is not None
        if (
            before.meaning.kind != "ignored"
            or label.match.meaning.kind != "source"
            or label.value is not None
        ):
            return True
        told = (self._senses[cell.text] for cell in cells[index + 1 :])
        behind = next((sense for sense in told if not sense.is_blank), None)
        return behind is not None and self._money.is_amount(behind)

    def _ignore_to_next_label(self, cells: tuple[Cell, ...], at: int) -> int:
        while at < len(cells) and self._label_at(cells, at) is None:
            sense = self._senses[cells[at].text]
            if sense.money_note is not None:
                # 填报日期：2023年2月1日 | 金额单位：元
                break
            if not sense.is_blank:
                self._sheet.ignore(cells[at])
            at += 1
        return at

    # ---- values

    def _value(self, match: Match, label: Cell, value: Cell | None, row: Row, text: str | None) -> None:
        """Give a label its value. ``text`` is the value where it stands in the label's own cell."""
        meaning = match.meaning
        if meaning.key == "goals" and text is not None:
            if not (held := self._fields.get("goal")) or not held.text:
                self._fields["goal"] = self._sheet.entry(label, self._senses.words.goal_label, text)
            return
        is_missing = value is None or (text is None and self._senses[value.text].is_blank)
        if is_missing and (value is None or meaning.kind == "ignored" or meaning.key == "goal"):
            # Templates with a mid-term goal put both labels in one row and the texts under them.
            self._awaiting.append(_Awaiting(match, label))
        if meaning.kind == "ignored" or (meaning.kind == "source" and self._money.is_later(label)):
            if value is not None and not is_missing:
                self._sheet.ignore(value)
            return
        home = value or label
        if not is_missing and meaning.takes_amount:
            parts = self._money.parts(home.text if text is None else text)
            if parts and parts[0].match is None:
                self._take_parts(home, row, parts, match)
                return
        entry = self._sheet.entry(home, meaning.label, "" if is_missing else text)
        if meaning.key == "goal" and text is None and _GOAL_NUMBER.match(home.text.strip()):
            entry = entry._replace(text=self._numbered_goal(row, home))
        if meaning.key == "goal" and not is_missing and not self._is_the_goal(label):
            self._sheet.ignore(home)
            return
        if meaning.key == "total" and not is_missing:
            self._note_total(label)
        self._set(match, entry, home, row, is_missing=is_missing)

    def _goal_of_a_column(self) -> None:
        """The goal where it stands beside the indicators, in a column or in several parts of one."""
        held = self._fields.get("goal")
        if self._block.goals and (held is None or not held.text):
            text = "\n".join(cell.text.strip() for cell in self._block.goals)
            self._fields["goal"] = self._sheet.entry(
                self._block.goals[0], self._senses.words.goal_label, text
            )

    def _is_the_goal(self, label: Cell) -> bool:
        """Whether a goal may be the form's: of 总目标 and 年度目标 in rows of their own the year's is, whichever comes first."""
        is_of_year = self._senses.words.horizon(label.text[:_LONGEST_LABEL]) == "year"
        held = self._fields.get("goal")
        if held is not None and held.text and is_of_year != self._is_goal_of_year:
            if not is_of_year:
                return False
            del self._fields["goal"]
        self._is_goal_of_year = is_of_year
        return True

    def _note_total(self, label: Cell) -> None:
        """Forget what the project costs over all its years (项目总金额) where the year's stands behind it (本年度申请金额).

        So with what was asked for (申报金额) where what was granted stands behind it (批复金额).
        """
        held = self._fields.get("total")
        told = label.text[:_LONGEST_LABEL]
        column = self._senses[label.text].amounts
        is_asked = column is not None and column.meaning.key == "asked"
        if held is not None and (
            (self._is_total_of_all and self._senses.words.horizon(told) == "year")
            or (self._is_total_asked and not is_asked)
        ):
            del self._fields["total"]
        if held is None or "total" not in self._fields:
            self._is_total_of_all = _OVER_ALL.match(fold(told)) is not None
            self._is_total_asked = is_asked

    def _numbered_goal(self, row: Row, first: Cell) -> str:
        """A goal in parts, each behind its number: 目标1 | 维护管网45公里."""
        cells = [cell for cell in row.filled if cell.column >= first.column]
        self._sheet.consume(*cells)
        told = ""
        for cell in cells:
            text = cell.text.strip()
            # In a text the next part may stand in the same row.
            told += ("\n" if _GOAL_NUMBER.match(text) else "：") * bool(told) + text
        return told

    def _more_of_the_goal(self, row: Row) -> bool:
        """Append the next numbered part of the goal."""
        goal = self._fields.get("goal")
        first = row.filled[0]
        if goal is None or not _GOAL_NUMBER.match(goal.text) or not _GOAL_NUMBER.match(first.text.strip()):
            return False
        if len(row.filled) == 1 and _GOAL_NUMBER.fullmatch(first.text.strip()):
            # 目标3： of the template, with nothing behind it.
            self._sheet.ignore(first)
            return True
        text = f"{goal.text}\n{self._numbered_goal(row, first)}"
        self._fields["goal"] = goal._replace(text=text)
        return True

    def _set(self, match: Match, entry: Entry, home: Cell, row: Row, *, is_missing: bool) -> None:
        meaning = match.meaning
        if meaning.takes_amount:
            entry = self._money.with_unit(match, entry)
        if meaning.kind == "source":
            # One line per source: a second one is left over and reported, unless it is blank.
            if self._money.add(meaning.key, entry) and not is_missing:
                self._sheet.consume(home)
            return
        held = self._fields.get(meaning.key)
        if held is not None and held.text:
            # The same again says nothing new; something else is reported by being left over.
            if held.text.strip() == entry.text.strip():
                self._sheet.consume(home)
            return
        self._fields[meaning.key] = entry
        if not is_missing:
            self._sheet.consume(home)
        if meaning.key == "project_name":
            self._name_row = row

    def _read_parts(self, cell: Cell) -> None:
        """Labels and amounts together in one cell of the money block (年度资金总额 500 · 财政拨款 6万元；自有 0)."""
        parts = self._money.parts(cell.text)
        first = parts[0].match if parts else None
        if first is not None and (self._money.is_open or first.meaning.key == "total"):
            self._take_parts(cell, self._sheet.row(cell), parts, first)

    def _take_parts(self, cell: Cell, row: Row, parts: Sequence[Part], own: Match) -> None:
        """Set each part of a cell; ``own`` is the label of an amount the cell begins with."""
        for part in parts:
            match = part.match or own
            self._set(
                match, self._sheet.entry(cell, match.meaning.label, part.amount), cell, row, is_missing=False
            )
            self._money.note(match)

    def _value_below(self, row: Row) -> bool:
        """The text under a label that had none beside it (中期目标 | 年度目标 in one row, the texts in the next)."""
        awaiting, self._awaiting = self._awaiting, []
        if not awaiting and not self._has_years:
            return False
        if self._is_of_another_year(row, awaiting):
            return True
        of_row = row.senses[1:] if self._has_years else row.senses
        if not awaiting or any(sense.money_label for sense in of_row):
            return False
        taken = False
        for cell in row.filled:
            end = cell.column + cell.column_span
            above = next((each for each in awaiting if each.is_over(cell.column, end)), None)
            if above is None and len(row.filled) == len(awaiting) == 1:
                above = awaiting[0]
            if above is None or not self._may_fill(above.match, cell):
                continue
            taken = True
            self._fill(above.match, cell)
        return taken

    def _is_of_another_year(self, row: Row, awaiting: list[_Awaiting]) -> bool:
        """Whether a row under labels of money holds the amounts of a year that is not the form's (年度 | 资金总额 | 财政拨款)."""
        is_own = self._is_own_year(row.sense(0))
        if is_own is None:
            is_sum = self._has_years and row.sense(0).is_ignored_row
            if is_sum:
                self._sheet.ignore(*row.filled)
            self._has_years = False
            return is_sum
        if not self._has_years and not any(each.match.meaning.takes_amount for each in awaiting):
            return False
        if row.sense(0).dated and self._year_so_far() is None:
            # Which of the years is the form's nobody can tell: all are left over, and reported.
            self._awaiting, self._has_years = awaiting, True
            return True
        if not is_own:
            self._sheet.ignore(*row.filled)
            self._awaiting = awaiting
            return True
        self._has_years = True
        self._sheet.consume(row.filled[0])
        return False

    def _is_own_year(self, sense: Sense) -> bool | None:
        """Whether the first cell of a row of amounts names the form's year or another one; None where it names none."""
        if sense.dated is not None:
            return sense.dated.year == self._year_so_far()
        key = sense.amounts.meaning.key if sense.amounts else None
        return None if key not in ("year", "ignored") else key == "year"

    @staticmethod
    def _may_fill(match: Match, cell: Cell) -> bool:
        """Whether a text below a label can be its value: a sentence is no money."""
        return not match.meaning.takes_amount or any(letter.isdigit() for letter in cell.text)

    def _fill(self, match: Match, cell: Cell) -> None:
        """Give a label the value that stands below it; one whose value was read already keeps it."""
        meaning = match.meaning
        if meaning.kind == "ignored":
            self._sheet.ignore(cell)
            return
        held = self._fields.get(meaning.key)
        if held is not None and held.text:
            # A table of another kind within the form may head a column alike (金额): what was read stays.
            return
        entry = self._sheet.entry(cell, meaning.label)
        if meaning.takes_amount:
            entry = self._money.with_unit(match, entry)
        if meaning.kind == "source":
            self._money.fill(meaning.key, entry)
        else:
            self._fields[meaning.key] = entry
        self._sheet.consume(cell)

    def _say_no_unit(self) -> None:
        """A form that names no unit of money is read in 万元, and says so (R14)."""
        total = self._fields.get("total")
        if self._money.unit is None and total is not None and self._money.is_bare(total.text):
            self._sheet.tell("R14", total, DEFAULT_MONEY_UNIT)

    # ---- what stands in no cell of its own

    def _displaced_name(self) -> bool:
        """The project's name above its label, in a box or a row of its own, while the cell for it is blank (R06)."""
        entry = self._fields.get("project_name")
        if entry is None or entry.text or self._name_row is None:
            return False
        cell = displaced_name(self._piece.rows, self._name_row, self._sheet, self._senses)
        if cell is None:
            return False
        name = cell.text.strip()
        self._fields["project_name"] = self._sheet.entry(cell, "项目名称")
        self._sheet.consume(cell)
        self._sheet.remark("R06", cell, "项目名称", name, name)
        return True

    def _is_ignored(self, cell: Cell) -> bool:
        """Whether a cell nobody asked for is a note, a stroke for an empty cell, or a sentence around the table."""
        sense = self._senses[cell.text]
        return sense.is_ignored or (sense.is_sentence and self._sheet.row(cell).grid.is_prose)
