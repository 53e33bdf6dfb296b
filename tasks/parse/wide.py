"""A sheet that holds all projects in one table: a row for each indicator, or a row for each project.

Systems export it so: the labels of a form head columns, a project's cells repeat or are left blank below its first
row, and several headings may stand under one (资金 over 总额, 财政拨款, 其他资金). Each project becomes a form.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise

from schemas.dates import parse_fiscal_year
from schemas.form import Cell
from schemas.vocabulary import Match, Meaning, fold, is_blank
from tasks.parse.headings import heading_of, tells_kind
from tasks.parse.indicators import both_levels
from tasks.parse.rows import Row
from tasks.parse.senses import Sense, Senses

_HEADING_WITHIN = 40
"""Rows of a sheet among which its heading is looked for; above it stand titles and notes."""
_NEAR = 4
"""Rows above a heading that tell its year."""
_FEWEST_COLUMNS = 4
_MOST_HEADINGS = 3
"""Rows: 绩效指标 over 产出指标 over 三级指标 and 指标值."""
OWNER = "单位"
"""An office, where it does not say what is counted in."""
_VALUES = frozenset({"value", "lower", "upper"})
"""Columns of which an indicator has one beside its name."""
_SECTIONS = {"goals": "goal", "money": "total"}
"""What the name of a block stands for as the heading of one column."""
_LEVELS = ("level1", "level2")
_PROMISES = frozenset({*_LEVELS, "level3"})
_SHORTEST_LIST = 2
"""Rows, the heading among them, that may as well be the head of a form."""
_SUM = re.compile(r"(?:合计|小计|总计|共计)[:：]?$|^共计")
_FIRST_OF_UNITS = re.compile(r"[一二三四五六七八九十]{1,3}[、.]?")
"""The number of a department among others, whose projects are counted 1, 2, 3."""
_FIRST_NUMBERS = ("1", "栏次")
_NUMBER = re.compile(r"[\d,.]+(?:万?元)?")
_MONEY = re.compile(r"预算|资金|金额|安排")
_SOURCE = "资金来源"
_LISTED = ("level1", "level2")
_KNOWN = frozenset({"field", "source", "column", *_LISTED, "ignored"})


@dataclass(frozen=True, slots=True)
class WideColumn:
    """A column of the table and what its heading says."""

    start: int
    end: int
    kind: str
    """``field``, ``source``, ``column`` (of an indicator), ``level2``, ``ignored``; empty where not known."""
    key: str
    label: str
    text: str = ""
    """Of the heading, as it is written."""
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
    """Rows of subtotals, which repeat what the projects say, and of titles and headings, which repeat those above."""
    notes: list[Row] = field(default_factory=list)
    """Rows below that are about the table: 注：…, who filed it."""
    inner: set[int] = field(default_factory=set)
    """``id`` of the rows of a table of indicators that stands below its project, with headings of its own."""
    owners: dict[int, Row] = field(default_factory=dict)
    """Rows that name only a department, by the index of the first of its projects, which stand below."""
    names_second: bool = False
    """Its only column of levels names second ones (指标类型: 数量指标, 质量指标, 成本指标)."""
    joined: dict[int, list["WideTable"]] = field(default_factory=dict)
    """What another table says of a project, by its index: that table with these rows alone, its heading with the first."""
    above: list[Row] = field(default_factory=list)
    """What stands above the tables joined to it."""
    shifts: dict[int, int] = field(default_factory=dict)
    """By how many columns the cells of a row stand too far left, by its ``id``: a text lost the empty ones before them."""
    unequal: set[int] = field(default_factory=set)
    """``id`` of those whose amount is not the sum of their projects'."""
    _places: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def cell(self, row: Row, column: WideColumn) -> Cell | None:
        """The row's cell under a column."""
        places = self._places.get(id(row))
        if places is None:
            places = self._places[id(row)] = {}
            shift = self.shifts.get(id(row), 0)
            for cell in row.cells:
                column_of = cell.column + shift
                at = bisect_right(self._starts, column_of) - 1
                if at >= 0 and column_of < self.columns[at].end:
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
            is_second = column.key == "value" and "value" in found[-1]
            found[-1].setdefault("second_value" if is_second else column.key, column)
        shared = {key: level for key in _LEVELS if (level := self.column("column", key))}
        return tuple(
            {**shared, **own} for own in found if "level3" in own and not own.keys().isdisjoint(_VALUES)
        )

    def promises(self, row: Row) -> bool:
        """Whether a row says anything of an indicator."""
        return any(
            column.kind in ("column", *_LISTED)
            and (cell := self.cell(row, column))
            and not is_blank(cell.text)
            for column in self.columns
        )

    def is_told(self, column: WideColumn) -> bool:
        """Whether what stands in a column is taken in. A name of an indicator without a value is a note about one."""
        return column.kind != "column" or any(column in told.values() for told in self.indicators)

    @cached_property
    def name(self) -> WideColumn | None:
        """The column that tells one project from another: of names, or of codes where indicators stand beside them."""
        return self.column("field", "project_name") or self.column("field", "project_code")

    def column(self, kind: str, key: str) -> WideColumn | None:
        """The first column of a kind and key."""
        return next((each for each in self.columns if each.kind == kind and each.key == key), None)


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
        table = _headed(rows, index)
        if table is not None:
            _group(table, rows[index + len(table.heading) :], senses)
            return table
    return None


def heads_wide(rows: Sequence[Row], index: int) -> bool:
    """Whether a row heads a table of several projects."""
    if sum(_match(sense) is not None for sense in rows[index].senses) < _FEWEST_COLUMNS - 1:
        # 项目名称 | … | 实施单位 | …
        return False
    # What stands far above says nothing of it, and a sheet may hold a thousand forms.
    start = max(0, index - _NEAR)
    return _headed(rows[start : index + _MOST_HEADINGS], index - start) is not None


def _headed(rows: Sequence[Row], index: int) -> WideTable | None:
    """The table that a row heads, without its projects."""
    heading = [rows[index]]
    while len(heading) < _MOST_HEADINGS and index + len(heading) < len(rows):
        below = rows[index + len(heading)]
        if not _parts(heading, below):
            break
        heading.append(below)
    return _table(rows[:index], heading)


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


def _heads(heading: Sequence[Row], below: Row | None = None) -> list[_Head]:
    # In a text a merged cell is as narrow as any: the last one reaches as far as the row below it.
    rows = heading if below is None else (*heading, below)
    width = max(cell.column + cell.column_span for row in rows for cell in row.cells)
    return [
        _Head(cell, sense, following.column if following else width)
        for row in heading
        for cell, sense, following in zip(row.filled, row.senses, (*row.filled[1:], None), strict=True)
    ]


def _parts(heading: Sequence[Row], below: Row) -> bool:
    """Whether the row below a heading parts some of its columns again: headings too, all of them below wide ones."""
    # 满意度指标 over 服务对象满意度指标 alone is no wider than it.
    wide = [
        head
        for head in _heads(heading, below)
        if head.end - head.cell.column > 1 or head.sense.level1 is not None
    ]
    if len(heading) > 1 and any(sense.column for sense in heading[-1].senses):
        # It names columns of an indicator already: only what it leaves wide may be parted.
        wide = [head for head in wide if head.cell.row == heading[-1].number]
    told = [
        sense.level1 is not None or _match(sense) is not None or sense.horizon is not None
        for sense in below.senses
    ]
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


def _of_horizon(head: _Head, heads: Sequence[_Head]) -> Match | None:
    """实施期 or 年度 under 指标值: the value of the mid term, or the year's."""
    told = head.sense.horizon
    over = next((_match(each.sense) for each in reversed(heads) if each.is_over(head.cell)), None)
    if told is None or over is None or over.meaning.key != "value":
        return None
    return Match(Meaning("column", "mid_term" if told == "mid_term" else "value", head.sense.text.strip()))


def _level(head: _Head, heads: Sequence[_Head], depth: int) -> Match | None:
    """The level a heading names: the second under another heading (满意度指标 over 服务对象满意度指标), or beside such ones."""
    sense = head.sense
    beside = (each.sense for each in heads if each.cell.row == head.cell.row)
    # 绩效目标 beside 成本指标 and 产出指标 heads the goals, and is no second level here.
    is_second = depth > 1 or any(each.level2 and not each.level1 and not each.form for each in beside)
    return (sense.level2 or sense.level1) if is_second else (sense.level1 or sense.level2)


def _table(before: Sequence[Row], heading: Sequence[Row]) -> WideTable | None:
    heads = _heads(heading)
    told = next((sense.year for row in before for sense in row.senses if sense.year), None)
    year = parse_fiscal_year(told) if told else None
    columns: list[WideColumn] = []
    labels: list[tuple[Cell, Match | None]] = []
    for head in heads:
        # The nearest first: 数量指标 says more than 产出指标 above it.
        above = [over for over in reversed(heads) if over.is_over(head.cell)]
        depth = sum(bool(over.sense.level1 or over.sense.level2) for over in above)
        level = next((match for over in above if (match := _level(over, heads, depth))), None)
        is_parted = any(head.is_over(under.cell) for under in heads)
        found = (
            (head.sense.level1 if is_parted else None)
            or _of_horizon(head, heads)
            or _match(head.sense)
            or _dated(head, heads, year)
            or head.sense.level1
        )
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
    table = WideTable(
        tuple(_of_units([*_without_kinds(columns)])), tuple(labels), list(before), list(heading)
    )
    return table if _is_wide(table) else None


def _without_kinds(columns: Sequence[WideColumn]) -> Iterator[WideColumn]:
    """Columns without those of 定量 and 定性 (指标类型) that are called like the levels and stand behind the indicator."""
    keys = [column.key if column.kind == "column" else "" for column in columns]
    for at, column in enumerate(columns):
        yield replace(column, kind="ignored") if tells_kind(keys, at) else column


def _of_units(columns: Sequence[WideColumn]) -> Iterator[WideColumn]:
    """Columns with 单位 told apart: before the project or the indicators it is an office, and not what is counted in."""
    units = [column for column in columns if column.kind == "column" and column.key == "unit"]
    promises = min((column.start for column in columns if column.key in _PROMISES), default=0)
    name = next((column.start for column in columns if column.key == "project_name"), 0)
    for column in columns:
        is_first = column.start < name or (len(units) > 1 and column.start < promises)
        is_office = is_first and column in units and fold(column.text) == OWNER
        yield replace(column, kind="field", key="budget_unit", label=OWNER) if is_office else column


def _column(cell: Cell, found: Match | None, level: Meaning | None) -> WideColumn:
    end = cell.column + cell.column_span
    if found is None:
        return WideColumn(cell.column, end, "", "", cell.text.strip(), cell.text, level)
    kind, key = found.meaning.kind, found.meaning.key
    if kind == "amounts":
        # What heads a column of amounts elsewhere is a project's money here.
        kind, key = ("field", "total") if key == "year" else ("ignored", key)
    label = found.meaning.label
    if kind == "section" and key in _SECTIONS:
        label = _SOURCE if "来源" in cell.text else label
        kind, key = "field", _SECTIONS[key]
    return WideColumn(cell.column, end, kind if kind in _KNOWN else "", key, label, cell.text, level)


def _is_wide(table: WideTable) -> bool:
    """Whether the columns make sense as a table of projects, and not as the head of one form."""
    known = [column for column in table.columns if column.kind]
    if len(known) < _FEWEST_COLUMNS or table.name is None:
        return False
    if table.indicators:
        return True
    if table.name.key != "project_name":
        return False
    says_money = table.column("field", "total") or any(column.kind == "source" for column in known)
    says_goals = table.column("field", "goal") or any(column.kind in _LISTED for column in known)
    return bool(says_money and says_goals) and len(known) == len(table.columns)


def _group(table: WideTable, rows: Sequence[Row], senses: Senses) -> None:
    """Part the rows below the heading into projects."""
    name = table.name
    assert name is not None  # noqa: S101  _is_wide has asked for it
    # 单位名称、项目名称 in one heading: a department in a row of its own, its projects below.
    is_for_both = any(OWNER in cell.text for cell, _ in table.labels if cell.column == name.start)
    keys = ("fiscal_year", "project_code", "department", "implementing_unit", "budget_unit", "total")
    owners = [table.column("field", key) for key in keys]
    # Without a row for each indicator, a row is a project, though it is called like the one above.
    has_many_rows = bool(table.indicators)
    table.shifts = {id(row): shift for row in rows if row.filled and (shift := _shift(table, row))}
    current: tuple[str, ...] | None = None
    named = _units_with_sums(table, rows, name, senses, is_for_both=is_for_both)
    inner: int | None = None
    repeated = {row.texts for row in table.heading}
    for row in rows:
        if not row.filled:
            continue
        cell = table.cell(row, name)
        told = None if cell is None else senses[cell.text]
        if _is_page_head(row, told, repeated) or _is_note(row):
            (table.notes if _is_note(row) else table.sums).append(row)
            continue
        inner = _inner(table, row, inner)
        if inner is not None:
            table.inner.add(id(row))
            table.projects[-1].append(row)
            continue
        if _is_sum(table, row, told):
            table.sums.append(row)
            continue
        text = "" if cell is None or _names_level(told) else fold(cell.text)
        if not text:
            if (
                current is not None
                and not _names_level(told)
                and _is_of_another(table, row, owners[1:-1], current[2:-1])
            ):
                # Its name is missing, and it is not the project above.
                current = ("", *(_text(table, row, column) for column in owners))
                table.projects.append([row])
            elif table.projects:
                table.projects[-1].append(row)
            else:
                table.before.append(row)
            continue
        if id(row) in named or (is_for_both and len(row.filled) == 1):
            table.owners[len(table.projects)] = row
            # A project of the same name below is this department's.
            current = None
            continue
        key = (text, *(_text(table, row, column) for column in owners))
        if has_many_rows and current is not None and _continues(key, current):
            table.projects[-1].append(row)
        else:
            table.projects.append([row])
            current = key
    table.names_second = _names_second(table, senses)


def _names_level(name: Sense | None) -> bool:
    """Whether what stands in the column of the projects' names is a level of an indicator, in a row that lost its cells."""
    return name is not None and "指标" in name.text and bool(name.level1 or name.level2)


def _shift(table: WideTable, row: Row) -> int:
    """By how many columns a row that begins with a level stands left of the heading for it, where a text lost blank cells."""
    first, sense = row.filled[0], row.sense(0)
    if first.reference or any(cell.column_span > 1 or cell.row_span > 1 for cell in row.cells):
        return 0
    known = [("level1", sense.level1), ("level2", sense.level2)]
    keys = [key for key, match in known if match and table.column("column", key)]
    homes = [column for key in keys if (column := table.column("column", key))]
    end = table.columns[-1].end
    shifts = [home.start - first.column for home in homes if home.start > first.column]
    fitting = [shift for shift in shifts if row.filled[-1].column + shift < end]
    return fitting[0] if fitting and all(home.start != first.column for home in homes) else 0


def _names_second(table: WideTable, senses: Senses) -> bool:
    column = table.column("column", "level1")
    if column is None or table.column("column", "level2") is not None:
        return False
    cells = (table.cell(row, column) for rows in table.projects for row in rows)
    told = [senses[cell.text] for cell in cells if cell is not None]
    return any(
        sense.level1 is None and (sense.level2 is not None or both_levels(sense.text, senses))
        for sense in told
    )


def _is_page_head(row: Row, name: Sense | None, heading: Set[tuple[str, ...]]) -> bool:
    """Title or heading again, on another page; ``name`` stands in the column of the projects' names."""
    is_title = len(row.filled) == 1 and row.sense(0).is_title
    return (
        is_title
        or _numbers_columns(row)
        or (name is not None and (name.names_project or name.is_code_label))
        or (row.names_column and row.texts in heading)
    )


def _numbers_columns(row: Row) -> bool:
    """Whether a row below the heading numbers its columns: 1, 2, 3 …, or 栏次 before them."""
    if row.filled[0].text.strip() not in _FIRST_NUMBERS:
        return False
    texts = row.texts
    counted = texts[1:] if texts[0] == "栏次" else texts
    return len(counted) >= _FEWEST_COLUMNS and list(counted) == [str(at) for at in range(1, len(counted) + 1)]


def _is_note(row: Row) -> bool:
    """A row about the table: 注：…, or who filed it (填报人：张某)."""
    first = row.sense(0)
    return first.is_entry or (len(row.filled) == 1 and first.is_ignored)


def _inner(table: WideTable, row: Row, column: int | None) -> int | None:
    """Where the table of indicators begins that a row belongs to, with headings of its own below its project."""
    if table.indicators or not table.projects:
        return None
    if heading_of(row):
        return row.filled[0].column
    first = row.sense(0)
    goes_on = column is not None and (first.level1 or first.level2 or row.filled[0].column > column)
    return column if goes_on else None


def _units_with_sums(
    table: WideTable, rows: Sequence[Row], name: WideColumn, senses: Senses, *, is_for_both: bool
) -> set[int]:
    """``id`` of the rows of a department whose amount is the sum of the projects below it, and that promise nothing.

    Where the heading names projects only, a department counts itself apart (一、 above 1, 2, 3), whatever its amount, or
    has several projects below, and no row without a promise is anything else.
    """
    total = table.column("field", "total")
    # Mostly each row of an export has an indicator.
    if total is None or not table.indicators or all(table.promises(row) for row in rows if row.filled):
        return set()
    found: set[int] = set()
    owed, below = Decimal(0), list[str]()
    """What the projects below come to, and their names and amounts."""
    is_sure, is_doubtful = is_for_both, False
    goal = table.column("field", "goal")
    apart = [row for row in rows if row.filled and _FIRST_OF_UNITS.fullmatch(row.texts[0])]
    numbered = set() if any(map(table.promises, apart)) else set(map(id, apart))
    for row in reversed(rows):
        amount, called = _amount(_text(table, row, total)), _text(table, row, name)
        if not called or amount is None or _is_sum(table, row, _sense(table, row, name, senses)):
            continue
        is_empty = not table.promises(row)
        if is_empty and below and (owed == amount or id(row) in numbered):
            found.add(id(row))
            if owed != amount:
                table.unequal.add(id(row))
            is_sure = is_sure or len(below) > 1 or id(row) in numbered
            is_doubtful = is_doubtful or bool(_text(table, row, goal))
            owed, below = Decimal(0), []
        elif f"{called} {amount}" not in below[-1:]:
            # A project's amount may repeat in each of its rows.
            is_doubtful = is_doubtful or is_empty
            owed += amount
            below.append(f"{called} {amount}")
    return found if is_for_both or (is_sure and not is_doubtful) else set()


def _sense(table: WideTable, row: Row, column: WideColumn, senses: Senses) -> Sense | None:
    cell = table.cell(row, column)
    return None if cell is None else senses[cell.text]


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


def _is_sum(table: WideTable, row: Row, name: Sense | None) -> bool:
    """A row of a department's or the sheet's total."""
    if name is not None and not name.is_blank:
        is_called_so = _SUM.search(fold(name.text)) is not None
        # In a text 合计 merged over number and name lost a cell, and its amount stands where a name should.
        is_amount = _amount(fold(name.text)) is not None and row.sense(0).is_ignored_row
        return name.is_ignored_row or is_amount or (is_called_so and not table.promises(row))
    first = row.sense(0)
    return first.is_ignored_row or _SUM.search(fold(first.text)) is not None
