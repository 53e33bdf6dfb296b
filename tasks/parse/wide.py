"""A sheet that holds all projects in one table: a row for each indicator, or a row for each project.

Systems export it so: the labels of a form head columns, a project's cells repeat or are left blank below its first
row, and several headings may stand under one (资金 over 总额, 财政拨款, 其他资金). Each project becomes a form.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise

from schemas.dates import parse_fiscal_year
from schemas.form import Cell
from schemas.vocabulary import Match, Meaning, fold
from tasks.parse.headings import heading_of
from tasks.parse.rows import Row
from tasks.parse.senses import Sense, Senses

_HEADING_WITHIN = 12
"""Rows of a sheet among which its heading is looked for; above it stand titles and notes."""
_FEWEST_COLUMNS = 4
_MOST_HEADINGS = 3
"""Rows: 绩效指标 over 产出指标 over 三级指标 and 指标值."""
_OWNER = "单位"
_INDICATOR = frozenset({"level3", "value"})
_SECTIONS = {"goals": "goal", "money": "total"}
"""What the name of a block stands for as the heading of one column."""
_LEVELS = ("level1", "level2")
_SHORTEST_LIST = 2
"""Rows, the heading among them, that may as well be the head of a form."""
_SUM = re.compile(r"(?:合计|小计|总计)[:：]?$")
_NUMBER = re.compile(r"[\d,.]+(?:万?元)?")
_MONEY = re.compile(r"预算|资金|金额|安排")
_SOURCE = "资金来源"
_KNOWN = frozenset({"field", "source", "column", "level2", "ignored"})


@dataclass(frozen=True, slots=True)
class WideColumn:
    """A column of the table and what its heading says."""

    start: int
    end: int
    kind: str
    """``field``, ``source``, ``column`` (of an indicator), ``level2``, ``ignored``; empty where not known."""
    key: str
    label: str
    level: Meaning | None = None
    """The level whose indicators stand in this column, where a heading above names it (产出指标 over 三级指标 | 指标值)."""


@dataclass
class WideTable:
    """The heading of a wide table, and the rows above and below it."""

    columns: tuple[WideColumn, ...]
    labels: tuple[tuple[Cell, Match | None], ...]
    """The heading's cells; None for one the vocabulary does not know."""
    before: list[Row]
    heading: list[Row]
    projects: list[list[Row]] = field(default_factory=list)
    sums: list[Row] = field(default_factory=list)
    """Rows of subtotals, which repeat what the projects say."""
    inner: set[int] = field(default_factory=set)
    """``id`` of the rows of a table of indicators that stands below its project, with headings of its own."""
    owners: dict[int, Row] = field(default_factory=dict)
    """Rows that name only a department, by the index of the first of its projects, which stand below."""
    _places: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def cell(self, row: Row, column: WideColumn) -> Cell | None:
        """The row's cell under a column."""
        places = self._places.get(id(row))
        if places is None:
            places = self._places[id(row)] = {}
            for cell in row.cells:
                at = bisect_right(self._starts, cell.column) - 1
                if at >= 0 and cell.column < self.columns[at].end:
                    places.setdefault(self._starts[at], cell)
        return places.get(column.start)

    @cached_property
    def _starts(self) -> list[int]:
        return [column.start for column in self.columns]

    @cached_property
    def indicators(self) -> tuple[Mapping[str, WideColumn], ...]:
        """The columns of an indicator by role; several times, where a row holds indicators beside each other."""
        found: list[dict[str, WideColumn]] = []
        for column in self.columns:
            if column.kind != "column" or column.key in _LEVELS:
                continue
            if not found or (column.key == "level3" and "level3" in found[-1]):
                found.append({})
            found[-1].setdefault(column.key, column)
        shared = {key: level for key in _LEVELS if (level := self.column("column", key))}
        return tuple({**shared, **own} for own in found if own.keys() >= _INDICATOR)

    def is_told(self, column: WideColumn) -> bool:
        """Whether what stands in a column is taken in. A name of an indicator without a value is a note about one."""
        return column.kind != "column" or any(column in told.values() for told in self.indicators)

    def column(self, kind: str, key: str) -> WideColumn | None:
        """The first column of a kind and key."""
        return next((each for each in self.columns if each.kind == kind and each.key == key), None)


def may_head(row: Row) -> bool:
    """Whether a row may head a table of several projects: it names one among other columns."""
    return row.names_project and len(row.filled) >= _FEWEST_COLUMNS - 1


def wide_table(rows: Sequence[Row], heads: Sequence[int], senses: Senses) -> WideTable | None:
    """The wide table a grid holds, or None.

    Args:
        rows: All rows of one grid.
        heads: Which of them name a project among other columns.
        senses: Of the cells' texts.
    """
    for index in heads:
        if index >= _HEADING_WITHIN:
            break
        heading = [rows[index]]
        while len(heading) < _MOST_HEADINGS and index + len(heading) < len(rows):
            below = rows[index + len(heading)]
            if not _parts(heading, below):
                break
            heading.append(below)
        table = _table(rows[:index], heading)
        if table is not None:
            _group(table, rows[index + len(heading) :], senses)
            return table
    return None


def list_length(rows: Sequence[Row], index: int) -> int:
    """How many rows from ``index`` on list projects without saying what they promise (an allocation list); 0 for none.

    Its heading names a project among other columns, and no row below it, down to the next label or title, holds a label
    of a form.
    """
    length = 1
    for at in range(index + 1, len(rows)):
        told = rows[at].senses
        if any(map(_is_label, told)) or any(sense.is_title for sense in told[:1]) or _has_amount(told):
            break
        length += 1
    return length if length > _SHORTEST_LIST else 0


def _has_amount(told: Sequence[Sense]) -> bool:
    """Whether a source of money stands before its amount, as it does in a form."""
    return any(
        label.money is not None and _NUMBER.fullmatch(fold(value.text)) for label, value in pairwise(told)
    )


def _is_label(sense: Sense) -> bool:
    return bool(sense.form or sense.column) and not sense.is_ignored_row


@dataclass(frozen=True, slots=True)
class _Head:
    """A cell of the heading, with the column it reaches to: over the blank cells that merged ones leave in a text."""

    cell: Cell
    sense: Sense
    end: int

    def is_over(self, cell: Cell) -> bool:
        return self.cell.row < cell.row and self.cell.column <= cell.column < self.end


def _heads(heading: Sequence[Row]) -> list[_Head]:
    width = max(cell.column + cell.column_span for row in heading for cell in row.cells)
    return [
        _Head(cell, sense, following.column if following else width)
        for row in heading
        for cell, sense, following in zip(row.filled, row.senses, (*row.filled[1:], None), strict=True)
    ]


def _parts(heading: Sequence[Row], below: Row) -> bool:
    """Whether the row below a heading parts some of its columns again: headings too, all of them below wide ones."""
    wide = [head for head in _heads(heading) if head.end - head.cell.column > 1]
    if len(heading) > 1 and any(sense.column for sense in heading[-1].senses):
        # It names columns of an indicator already: only what it leaves wide may be parted.
        wide = [head for head in wide if head.cell.row == heading[-1].number]
    told = [sense.level1 is not None or _match(sense) is not None for sense in below.senses]
    return (
        len(told) > 1
        and sum(told) * 2 >= len(told)
        and all(any(above.is_over(cell) for above in wide) for cell in below.filled)
    )


def _match(sense: Sense) -> Match | None:
    """What a heading of the table means: a column of an indicator before a label of a form before a source."""
    if sense.names_project:
        return sense.form
    return sense.column or sense.form or sense.money or sense.level2 or sense.amounts


def _dated(head: _Head, heads: Sequence[_Head], year: int | None) -> Match | None:
    """A heading that names its year: of several the one of the table's, of a single one whichever it is."""
    dates = {each.sense.dated.year for each in heads if each.sense.dated and not each.sense.dated.is_done}
    told = head.sense.dated
    if told is None or (year not in dates and len(dates) > 1):
        return None
    name = head.sense.text.strip()
    if told.is_done or (len(dates) > 1 and told.year != year):
        return Match(Meaning("ignored", name, name))
    above = [_match(over.sense) for over in heads if over.is_over(head.cell)]
    is_money = _MONEY.search(name) is not None or any(over and over.meaning.takes_amount for over in above)
    is_money = is_money or any(over and over.meaning.key == "money" for over in above)
    return Match(Meaning("field", "total", name) if is_money else Meaning("column", "value", name))


def _level(sense: Sense, depth: int) -> Match | None:
    """The level a heading names; under another heading rather the second (满意度指标 over 服务对象满意度指标)."""
    return (sense.level2 or sense.level1) if depth > 1 else (sense.level1 or sense.level2)


def _table(before: Sequence[Row], heading: Sequence[Row]) -> WideTable | None:
    heads = _heads(heading)
    told = next((sense.year for row in before for sense in row.senses if sense.year), None)
    year = parse_fiscal_year(told) if told else None
    columns: list[WideColumn] = []
    labels: list[tuple[Cell, Match | None]] = []
    for head in heads:
        # The nearest first: 数量指标 says more than 产出指标 above it.
        above = [over.sense for over in reversed(heads) if over.is_over(head.cell)]
        depth = sum(bool(sense.level1 or sense.level2) for sense in above)
        level = next((match for sense in above if (match := _level(sense, depth))), None)
        is_parted = any(head.is_over(under.cell) for under in heads)
        found = (head.sense.level1 if is_parted else None) or _match(head.sense) or _dated(head, heads, year)
        labels.append((head.cell, found))
        if not is_parted:
            columns.append(_column(head.cell, found, level.meaning if level else None))
    columns.sort(key=lambda column: column.start)
    if any(column.key == "total" and column.label != _SOURCE for column in columns):
        # 预算金额 | 资金来源: the second says where the money comes from, and not how much it is.
        columns = [
            replace(column, kind="ignored") if column.key == "total" and column.label == _SOURCE else column
            for column in columns
        ]
    table = WideTable(tuple(columns), tuple(labels), list(before), list(heading))
    return table if _is_wide(table) else None


def _column(cell: Cell, found: Match | None, level: Meaning | None) -> WideColumn:
    end = cell.column + cell.column_span
    if found is None:
        return WideColumn(cell.column, end, "", "", cell.text.strip(), level)
    kind, key = found.meaning.kind, found.meaning.key
    if kind == "amounts":
        # What heads a column of amounts elsewhere is a project's money here.
        kind, key = ("field", "total") if key == "year" else ("ignored", key)
    label = found.meaning.label
    if kind == "section" and key in _SECTIONS:
        label = _SOURCE if "来源" in cell.text else label
        kind, key = "field", _SECTIONS[key]
    return WideColumn(cell.column, end, kind if kind in _KNOWN else "", key, label, level)


def _is_wide(table: WideTable) -> bool:
    """Whether the columns make sense as a table of projects, and not as the head of one form."""
    known = [column for column in table.columns if column.kind]
    if len(known) < _FEWEST_COLUMNS or table.column("field", "project_name") is None:
        return False
    if table.indicators:
        return True
    says_money = table.column("field", "total") or any(column.kind == "source" for column in known)
    says_goals = table.column("field", "goal") or any(column.kind == "level2" for column in known)
    return bool(says_money and says_goals) and len(known) == len(table.columns)


def _group(table: WideTable, rows: Sequence[Row], senses: Senses) -> None:
    """Part the rows below the heading into projects."""
    name = table.column("field", "project_name")
    assert name is not None  # noqa: S101  _is_wide has asked for it
    # 单位名称、项目名称 in one heading: a department in a row of its own, its projects below.
    is_for_both = any(_OWNER in cell.text for cell, _ in table.labels if cell.column == name.start)
    keys = ("project_code", "department", "implementing_unit", "budget_unit", "total")
    owners = [table.column("field", key) for key in keys]
    current: tuple[str, ...] | None = None
    named = _units_with_sums(table, rows, name) if is_for_both else set()
    inner: int | None = None
    for row in rows:
        if not row.filled:
            continue
        cell = table.cell(row, name)
        if cell is not None and senses[cell.text].names_project:
            # The heading again, on another page.
            table.sums.append(row)
            continue
        inner = _inner(table, row, inner)
        if inner is not None:
            table.inner.add(id(row))
            table.projects[-1].append(row)
            continue
        if _is_sum(row, None if cell is None else senses[cell.text]):
            table.sums.append(row)
            continue
        text = "" if cell is None else fold(cell.text)
        if not text:
            if current is not None and _is_of_another(table, row, owners[:-1], current[1:-1]):
                # Its name is missing, and it is not the project above.
                current = ("", *(_text(table, row, column) for column in owners))
                table.projects.append([row])
            elif table.projects:
                table.projects[-1].append(row)
            else:
                table.before.append(row)
            continue
        if is_for_both and (len(row.filled) == 1 or id(row) in named):
            table.owners[len(table.projects)] = row
            continue
        key = (text, *(_text(table, row, column) for column in owners))
        if current is not None and _continues(key, current):
            table.projects[-1].append(row)
        else:
            table.projects.append([row])
            current = key


def _inner(table: WideTable, row: Row, column: int | None) -> int | None:
    """Where the table of indicators begins that a row belongs to, with headings of its own below its project."""
    if table.indicators or not table.projects:
        return None
    if heading_of(row):
        return row.filled[0].column
    first = row.sense(0)
    goes_on = column is not None and (first.level1 or first.level2 or row.filled[0].column > column)
    return column if goes_on else None


def _units_with_sums(table: WideTable, rows: Sequence[Row], name: WideColumn) -> set[int]:
    """``id`` of the rows of a department whose amount is the sum of the projects below it, and that promise nothing."""
    total = table.column("field", "total")
    if total is None or not table.indicators:
        return set()
    found: set[int] = set()
    pending: list[tuple[Row, Decimal]] = []
    promising = {column for told in table.indicators for column in told.values()}
    for row in reversed(rows):
        amount = _amount(_text(table, row, total))
        if not _text(table, row, name) or amount is None:
            continue
        is_empty = not any(_text(table, row, column) for column in promising)
        if is_empty and pending and sum(each for _, each in pending) == amount:
            found.add(id(row))
            pending = []
        else:
            pending.append((row, amount))
    return found


def _amount(text: str) -> Decimal | None:
    number = _NUMBER.fullmatch(text)
    try:
        return Decimal(text.replace(",", "").rstrip("万元")) if number else None
    except InvalidOperation:
        return None


def _text(table: WideTable, row: Row, column: WideColumn | None) -> str:
    cell = table.cell(row, column) if column else None
    return "" if cell is None else fold(cell.text)


def _is_of_another(
    table: WideTable, row: Row, owners: Sequence[WideColumn | None], current: Sequence[str]
) -> bool:
    """Whether a row without a project's name names another department than the one in hand."""
    told = (_text(table, row, column) for column in owners)
    return any(new and new != old for new, old in zip(told, current, strict=True))


def _continues(key: tuple[str, ...], current: tuple[str, ...]) -> bool:
    return key[0] == current[0] and all(
        new in ("", old) for new, old in zip(key[1:], current[1:], strict=True)
    )


def _is_sum(row: Row, name: Sense | None) -> bool:
    """A row of a department's or the sheet's total."""
    if name is not None and not name.is_blank:
        return name.is_ignored_row
    first = row.sense(0)
    return first.is_ignored_row or _SUM.search(fold(first.text)) is not None
