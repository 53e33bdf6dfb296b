"""One project of a wide table in, its form out: the same ``Form`` as from a table of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.form import Address, Cell, Entry, Form, FundingLine, IndicatorLine
from schemas.vocabulary import Meaning, Vocabulary, fold, is_blank
from tasks.parse.form import DEFAULT_MONEY_UNIT
from tasks.parse.headings import LABELS
from tasks.parse.indicators import IndicatorBlock, both_levels
from tasks.parse.listed import items
from tasks.parse.money import MoneyBlock
from tasks.parse.rows import Row
from tasks.parse.senses import senses_of
from tasks.parse.sheet import FormSheet
from tasks.parse.values import between, indicators_in, parts_of
from tasks.parse.wide import OWNER, WideColumn, WideTable

_Levels = tuple[str | None, str | None, str, str]
"""Of an indicator: its first and second level, and both as typed."""


@dataclass(frozen=True, slots=True)
class _Caption:
    """What stands above a wide table and holds for each of its projects."""

    title: str
    address: Address
    year: Entry | None
    money_unit: str | None
    fields: Mapping[str, Entry]
    """What is said of all projects in lines above the table (部门名称：某镇人民政府)."""

    def of(self, number: int) -> "_Caption":
        """The same, addressed from another form."""
        year = self.year and self.year._replace(address=self.year.address._replace(form=number))
        fields = {
            key: entry._replace(address=entry.address._replace(form=number))
            for key, entry in self.fields.items()
        }
        return replace(self, address=self.address._replace(form=number), year=year, fields=fields)


_TELLING = ("level3", "value", "second_value", "lower", "upper")
"""Of which an indicator has at least one."""
_SHARED = frozenset({"operator", "value", "unit"})
"""Columns whose cells may be merged over several indicators."""
_OF_ALL = frozenset({"department", "department_code", "implementing_unit", "budget_unit", "fiscal_year"})
"""Fields that a line above the table may tell of all its projects."""


def _caption_of(number: int, table: WideTable, words: Vocabulary) -> _Caption:
    """Title, year and unit of money above the table."""
    first = (table.before or table.heading)[0]
    title, address = "", first.address((first.shown or first.cells)[0], "", number)
    year: Entry | None = None
    unit: str | None = None
    fields: dict[str, Entry] = {}
    for row in table.above:
        for cell in row.shown:
            named = words.year(cell.text)
            year = year or (Entry(named, row.address(cell, "年度", number)) if named else None)
    for row in table.before:
        for cell, key, label, text in _told_of_all(row, words):
            fields.setdefault(key, Entry(text, row.address(cell, label, number)))
        for cell in row.shown:
            at = row.address(cell, "年度", number)
            if words.title(cell.text) and not title:
                title, address = cell.text.strip(), row.address(cell, "", number)
            named = words.year(cell.text)
            year = year or (Entry(named, at) if named else None)
            unit = unit or words.money_unit(cell.text)
    # What a heading says of its own amounts goes before what stands above the table.
    unit = next(filter(None, map(words.money_unit, _money_labels(table))), unit)
    return _Caption(title, address, year, unit, fields)


def _money_labels(table: WideTable) -> Iterator[str]:
    """The headings of amounts, the total's before those of its sources."""
    told = [(cell.text, found.meaning) for cell, found in table.labels if found]
    yield from (text for text, meaning in told if meaning.key in ("total", "money"))
    yield from (text for text, meaning in told if meaning.kind == "source")


def _told_of_all(row: Row, words: Vocabulary) -> Iterator[tuple[Cell, str, str, str]]:
    """Cell, field, label and value of what a line above the table says of all its projects."""
    for cell in row.shown:
        line, _ = words.unit_behind(cell.text) or (cell.text, None)
        label, colon, text = line.replace("：", ":").partition(":")
        found = words.form.match(label) if colon and text.strip() else None
        if found is not None and found.meaning.key in _OF_ALL:
            yield cell, found.meaning.key, found.meaning.label, text.strip()
        elif colon and text.strip() and fold(label) == OWNER and words.money_unit(line) is None:
            yield cell, "budget_unit", OWNER, text.strip()


def read_wide(number: int, table: WideTable, words: Vocabulary) -> Iterator[Form]:
    """The forms of a wide table, numbered from ``number``.

    Args:
        number: Of the first form in its file.
        table: The table, its rows parted into projects.
        words: The vocabulary.

    Yields:
        Forms in the order of the table. Heading and notes above it are counted with the first one.
    """
    held: dict[WideColumn, Entry] = {}
    caption = _caption_of(number, table, words)
    for index in range(len(table.projects)):
        yield _ProjectReader(
            number + index, index, table, words, held, caption=caption.of(number + index)
        ).read()


def _rows(table: WideTable, index: int) -> Iterator[Row]:
    """The rows of a project; the heading and what is above it count with the first one, what is below with the last."""
    if index == 0:
        yield from (*table.before, *table.heading)
    if index in table.owners:
        yield table.owners[index]
    yield from table.projects[index]
    if index == len(table.projects) - 1:
        yield from (*table.sums, *table.notes)


class _ProjectReader:
    def __init__(
        self,
        number: int,
        index: int,
        table: WideTable,
        words: Vocabulary,
        held: dict[WideColumn, Entry],
        *,
        caption: _Caption,
        sheet: FormSheet | None = None,
    ) -> None:
        is_first, is_last = index == 0, index == len(table.projects) - 1
        rows = table.projects[index]
        self._table, self._rows, self._words = table, rows, words
        self._senses = senses_of(words)
        self._number, self._index = number, index
        self._held = held
        """The last value of each column that a block of projects shares (主管部门, merged over its projects)."""
        joined = (row for each in table.joined.get(index, ()) for row in _rows(each, 0))
        self._sheet = sheet or FormSheet(number, [*_rows(table, index), *joined])
        self._is_first, self._is_last = is_first, is_last
        self._caption = caption
        self._level: dict[str, tuple[str | None, str]] = {}
        self._merged: dict[WideColumn, Cell] = {}
        """The last cell of each column that is merged downwards."""

    def read(self) -> Form:
        if self._is_first:
            self._read_heading()
        fields = dict(self._caption.fields)
        for key, columns in self._columns_by_field().items():
            entry = self._first_of(columns) if len(columns) > 1 else self._field(columns[0])
            if entry.text or key not in fields:
                fields[key] = entry
        lines = [*self._lines()]
        for table in self._table.joined.get(self._index, ()):
            part = _ProjectReader(
                self._number, 0, table, self._words, {}, caption=self._caption, sheet=self._sheet
            )
            lines.extend(part.say_more(fields))
        owned = self._owned()
        if owned is not None and fields.get("budget_unit") is self._caption.fields.get("budget_unit"):
            # The department's own row says more than a line above the whole table.
            fields.pop("budget_unit", None)
        unit = fields.get("implementing_unit") or fields.get("budget_unit") or owned
        funding = tuple(self._funding())
        self._settle()
        self._say_no_unit(fields.get("total"))
        remarks, cells = self._sheet.close(lambda cell: self._words.ignored_text(cell.text))
        return Form(
            number=self._number,
            address=self._caption.address,
            title=self._caption.title,
            fiscal_year=fields.get("fiscal_year") or self._caption.year,
            project_name=fields.get("project_name"),
            project_name_displaced=False,
            department=fields.get("department"),
            implementing_unit=unit,
            attribute=fields.get("attribute"),
            period=fields.get("period"),
            money_unit=self._caption.money_unit or DEFAULT_MONEY_UNIT,
            total=fields.get("total"),
            funding=funding,
            goal=fields.get("goal"),
            indicators=tuple(line._replace(number=at) for at, line in enumerate(lines, 1)),
            remarks=remarks,
            cells=cells,
            period_start=fields.get("period_start"),
            period_end=fields.get("period_end"),
            department_code=fields.get("department_code"),
            project_code=fields.get("project_code"),
        )

    def _columns_by_field(self) -> dict[str, list[WideColumn]]:
        found: dict[str, list[WideColumn]] = {}
        for column in self._table.columns:
            if column.kind == "field":
                found.setdefault(column.key, []).append(column)
        return found

    def _first_of(self, columns: Sequence[WideColumn]) -> Entry:
        """The project's entry under headings that mean the same: the year's before others, else the first that is told.

        A goal that is not the year's is ignored beside it; what else another one tells is left over.
        """
        years = [column for column in columns if self._senses[column.text].horizon == "year"]
        entries = ((column, self._field(column)) for column in (*years, *columns))
        first = next(((column, entry) for column, entry in entries if entry.text), None)
        if first is None:
            return self._field(columns[0])
        for column in columns:
            for _, cell in self._cells(column):
                if fold(cell.text) == fold(first[1].text):
                    self._sheet.consume(cell)
                elif column.key == "goal" and first[0] in years and column not in years:
                    self._sheet.ignore(cell)
        return first[1]

    def say_more(self, fields: dict[str, Entry]) -> Iterator[IndicatorLine]:
        """Read what a further table says of the project: its indicators, and fields that nobody has told yet.

        A field told otherwise is left over.
        """
        self._read_heading()
        for column in self._table.columns:
            for _, cell in self._cells(column) if column.kind == "field" else ():
                if is_blank(cell.text):
                    continue
                held = fields.get(column.key)
                if held is None or not held.text:
                    held = fields[column.key] = self._sheet.entry(cell, column.label)
                if fold(held.text) == fold(cell.text):
                    self._sheet.consume(cell)
        yield from self._lines()
        self._settle()

    def _read_heading(self) -> None:
        for row in self._table.before:
            self._sheet.consume(*(cell for cell, *_ in _told_of_all(row, self._words)))
            for cell in row.shown:
                if (
                    self._words.title(cell.text)
                    or self._words.year(cell.text)
                    or self._words.money_unit(cell.text)
                ):
                    self._sheet.consume(cell)
        for cell, match in self._table.labels:
            if match is not None:
                self._sheet.label(cell, match, match.meaning.label)
            else:
                self._sheet.leftover(cell, "")

    def _cells(self, column: WideColumn) -> Iterator[tuple[Row, Cell]]:
        for row in self._rows:
            cell = None if id(row) in self._table.inner else self._table.cell(row, column)
            if cell is not None:
                yield row, cell

    def _field(self, column: WideColumn) -> Entry:
        """The project's entry under a heading: its first one; repetitions say nothing new, others are left over."""
        found: Entry | None = None
        for _, cell in self._cells(column):
            if is_blank(cell.text):
                continue
            if found is None:
                found = self._sheet.entry(cell, column.label)
            if cell.text.strip() == found.text.strip():
                self._sheet.consume(cell)
        name = self._table.column("field", "project_name")
        if found is not None:
            self._held[column] = found
        elif name is not None and column.start < name.start and column in self._held:
            # Left of the name stands what a block of projects shares, written once at its top.
            return self._held[column]
        return found or self._blank(column)

    def _owned(self) -> Entry | None:
        """The department whose row stands above the project, or above the ones before it."""
        above = [at for at in self._table.owners if at <= self._index]
        if not above:
            return None
        row = self._table.owners[max(above)]
        name = self._table.column("field", "project_name")
        cell = (self._table.cell(row, name) if name else None) or row.filled[0]
        if max(above) == self._index:
            self._sheet.consume(cell)
            # What else stands there is the sum of what follows, or left over.
            total = self._table.column("field", "total")
            amount = self._table.cell(row, total) if total and id(row) in self._table.unequal else None
            self._sheet.ignore(*(each for each in row.filled if each is not cell and each is not amount))
        return Entry(cell.text.strip(), row.address(cell, "实施单位", self._number))

    def _blank(self, column: WideColumn) -> Entry:
        row = self._rows[0]
        cell = self._table.cell(row, column) or row.cells[-1]
        return Entry("", row.address(cell, column.label, self._number))

    def _funding(self) -> Iterator[FundingLine]:
        seen: set[str] = set()
        for column in self._table.columns:
            if column.kind != "source" or column.key in seen:
                continue
            within = self._words.sources[column.key].within
            yield FundingLine(
                column.key, self._field(column), is_detail=any(parent in seen for parent in within)
            )
            seen.add(column.key)

    # ---- indicators

    def _lines(self) -> Iterator[IndicatorLine]:
        number = 0
        for row in self._rows:
            for line in (*self._line(row), *self._listed(row)) if id(row) not in self._table.inner else ():
                number += 1
                yield line._replace(number=number)
        for line in self._lines_below():
            number += 1
            yield line._replace(number=number)

    def _lines_below(self) -> tuple[IndicatorLine, ...]:
        """The indicators of a table of its own below the project."""
        block = IndicatorBlock(self._sheet, self._senses, lambda: None)
        for row in self._rows:
            if id(row) in self._table.inner and not block.heading(row):
                block.row(row)
        return block.lines

    def _line(self, row: Row) -> Iterator[IndicatorLine]:
        """The indicators of a row, where the table has a row for each, or several beside each other."""
        for columns in self._table.indicators:
            yield from self._told(row, columns)

    def _told(self, row: Row, columns: Mapping[str, WideColumn]) -> Iterator[IndicatorLine]:
        cells = {role: self._table.cell(row, column) for role, column in columns.items()}
        self._merge_down(row, columns, cells)
        columns = self._parted(row, columns, cells)
        for role in ("level1", "level2"):
            cell = cells.get(role)
            if cell is not None and not is_blank(cell.text):
                self._name_level(cell, role)
        if all(is_blank(cell.text) for role, cell in cells.items() if cell and role in _TELLING):
            return
        entries = {
            role: self._entry(row, cells.get(role), column)
            for role, column in columns.items()
            if role not in ("level1", "level2")
        }
        open_roles = {"level1", "level2", *self._valued(entries)}
        self._sheet.consume(*(cell for role, cell in cells.items() if cell and role not in open_roles))
        yield self._indicator(entries, self._levels(columns["level3"].level))

    def _merge_down(self, row: Row, columns: Mapping[str, WideColumn], cells: dict[str, Cell | None]) -> None:
        """Give an indicator what is merged over its row and those above: its sign, its value, its unit."""
        name = cells["level3"]
        for role, column in columns.items():
            cell = cells[role]
            above = self._merged.get(column)
            if cell is not None and cell.row_span > 1:
                self._merged[column] = cell
            elif cell is None and above is not None and name is not None and role in _SHARED:
                cells[role] = above if above.row + above.row_span > row.number else None

    @staticmethod
    def _valued(entries: dict[str, Entry]) -> Iterator[str]:
        """Give an indicator its value from columns that part it; gives the roles of those that nobody has asked."""
        blank = entries["level3"]._replace(text="")
        value = entries.setdefault("value", blank)
        second = entries.pop("second_value", blank)
        lower, upper = entries.pop("lower", blank), entries.pop("upper", blank)
        if value.text:
            yield from ("second_value", "lower", "upper")
        elif second.text:
            # 定量指标值 | 定性指标值: of each row one is filled.
            entries["value"] = second
            yield from ("lower", "upper")
        elif lower.text or upper.text:
            entries["value"], sign = between(lower, upper)
            if sign is not None:
                entries["operator"] = sign

    def _parted(
        self, row: Row, columns: Mapping[str, WideColumn], cells: dict[str, Cell | None]
    ) -> Mapping[str, WideColumn]:
        """The columns of an indicator; sign, number and unit told apart where one heading stands over all three."""
        value = columns.get("value")
        if value is None or value.end - value.start < 2 or "operator" in columns or "unit" in columns:
            return columns
        parts = parts_of([cell for cell in row.cells if value.start <= cell.column < value.end])
        if len(parts.value) != 1:
            return columns
        found = {
            role: held[0]
            for role, held in (("value", parts.value), ("operator", parts.operator), ("unit", parts.unit))
            if held
        }
        cells.update(found)
        return {**columns, **dict.fromkeys(found, value)}

    def _name_level(self, cell: Cell, role: str) -> None:
        """Take a cell under 一级指标 or 二级指标; where no column is headed so, the first may name the second, or both."""
        if role == "level1" and self._table.names_second:
            self._level.clear()
            first, second = both_levels(cell.text, self._senses) or ("", cell.text)
            if self._senses[second].level2 is not None:
                if first:
                    self._name(cell, first, "level1")
                self._name(cell, second, "level2")
                return
        self._name(cell, cell.text, role)

    def _name(self, cell: Cell, text: str, role: str) -> None:
        sense = self._senses[text]
        found = sense.level1_misprinted if role == "level1" else sense.level2_misprinted
        if found:
            self._sheet.label(cell, found, found.meaning.label)
        self._level[role] = (found.meaning.key if found else None, text)
        if role == "level1":
            self._level.pop("level2", None)

    def _levels(self, above: Meaning | None) -> _Levels:
        """The levels of a row; ``above`` is the one that the heading of its column names."""
        if above is not None:
            if above.kind == "level1":
                return above.key, None, above.label, ""
            return self._words.levels2[above.key].level1, above.key, "", above.label
        level1, text1 = self._level.get("level1", (None, ""))
        level2, text2 = self._level.get("level2", (None, ""))
        if level1 is None and not text1 and level2 is not None:
            level1 = self._words.levels2[level2].level1
        return level1, level2, text1, text2

    @staticmethod
    def _indicator(entries: Mapping[str, Entry], levels: _Levels) -> IndicatorLine:
        level1, level2, text1, text2 = levels
        return IndicatorLine(
            number=0,  # counted over all rows of the project
            level1=level1,
            level2=level2,
            level1_text=text1,
            level2_text=text2,
            level3=entries["level3"],
            value=entries["value"],
            operator=entries.get("operator"),
            unit=entries.get("unit"),
            weight=entries.get("weight"),
            mid_term=entries.get("mid_term"),
        )

    def _listed(self, row: Row) -> Iterator[IndicatorLine]:
        """The indicators that cells under 数量指标, 产出指标 … list, where the table has a row for each project."""
        for column in self._table.columns:
            cell = self._table.cell(row, column) if column.kind in ("level1", "level2") else None
            if cell is None or is_blank(cell.text):
                continue
            for levels, name, value in self._items(column, cell.text):
                self._sheet.consume(cell)
                entries = {
                    "level3": self._sheet.entry(cell, LABELS["level3"], name),
                    "value": self._sheet.entry(cell, LABELS["value"], value),
                }
                yield self._indicator(entries, levels)

    def _items(self, column: WideColumn, text: str) -> Iterator[tuple[_Levels, str, str]]:
        """Levels, name and value of each indicator that a cell lists; none where a first level does not say which second."""
        told = items(text, self._words) or ()
        is_first = column.kind == "level1"
        level1 = column.key if is_first else self._words.levels2[column.key].level1
        if told and all(item.level1 == level1 and (is_first or (item.name and item.value)) for item in told):
            # 数量指标：保洁村庄22个；质量指标：… (but 数量：22个 under 数量指标 is a name and a value)
            for item in told:
                yield (level1, item.level2, column.label, item.level2_text), item.name, item.value
        elif not is_first:
            for name, value in indicators_in(text):
                yield (level1, column.key, "", column.label), name, value

    def _entry(self, row: Row, cell: Cell | None, column: WideColumn) -> Entry:
        if cell is None:
            return Entry("", row.address(row.cells[-1], column.label, self._number))
        return self._sheet.entry(cell, column.label, "" if is_blank(cell.text) else cell.text)

    # ---- the rest

    def _settle(self) -> None:
        """Columns and rows ignored by name, and the cells of a column whose heading was reported."""
        for column in self._table.columns:
            for _, cell in self._cells(column):
                if is_blank(cell.text) or not self._sheet.is_open(cell):
                    continue
                if column.kind == "ignored" or not self._table.is_told(column):
                    self._sheet.ignore(cell)
                elif not column.kind:
                    self._sheet.cover(cell)
        if self._is_last:
            for row in self._table.sums:
                self._sheet.ignore(*row.filled)
            for row in self._table.notes:
                self._sheet.ignore(*(cell for cell in row.filled if self._senses[cell.text].is_entry))

    def _say_no_unit(self, total: Entry | None) -> None:
        """A project whose amount names no unit of money is read in 万元, and says so (R14)."""
        if self._caption.money_unit is None and total is not None and MoneyBlock.is_bare(total.text):
            self._sheet.tell("R14", total, DEFAULT_MONEY_UNIT)
