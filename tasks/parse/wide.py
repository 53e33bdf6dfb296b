"""A sheet that holds all projects in one table: a row for each indicator, or a row for each project.

Systems export it so: the labels of a form head columns, a project's cells repeat or are left blank below its first
row, and several headings may stand under one (资金 over 总额, 财政拨款, 其他资金). Each project becomes a form.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from schemas.form import Cell
from schemas.vocabulary import Match, fold
from tasks.parse.rows import Row
from tasks.parse.senses import Sense, Senses

_HEADING_WITHIN = 12
"""Rows of a sheet among which its heading is looked for; above it stand titles and notes."""
_FEWEST_COLUMNS = 4
_SHORTEST_LIST = 2
"""Rows, the heading among them, that may as well be the head of a form."""
_SUM = re.compile(r"(?:合计|小计|总计)[:：]?$")
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
        row = rows[index]
        below = rows[index + 1] if index + 1 < len(rows) else None
        second = below if below is not None and _is_second(row, below) else None
        table = _table(rows[:index], row, second)
        if table is not None:
            _group(table, rows[index + (2 if second else 1) :], senses)
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
        if any(map(_is_label, told)) or any(sense.is_title for sense in told[:1]):
            break
        length += 1
    return length if length > _SHORTEST_LIST else 0


def _is_label(sense: Sense) -> bool:
    return bool(sense.form or sense.column) and not sense.is_ignored_row


def _is_second(row: Row, below: Row) -> bool:
    """Whether the row below the heading parts some of its columns again."""
    wide = [cell for cell in row.filled if cell.column_span > 1]
    inner = [cell for cell, sense in zip(below.filled, below.senses, strict=True) if _match(sense)]
    return (
        bool(wide)
        and len(inner) == len(below.filled) > 1
        and all(
            any(above.column <= cell.column < above.column + above.column_span for above in wide)
            for cell in inner
        )
    )


def _match(sense: Sense) -> Match | None:
    """What a heading of the table means: a column of an indicator before a label of a form before a source."""
    return sense.column or sense.form or sense.money or sense.level2


def _table(before: Sequence[Row], first: Row, second: Row | None) -> WideTable | None:
    inner = () if second is None else second.filled
    told = (*first.senses, *(() if second is None else second.senses))
    columns: list[WideColumn] = []
    labels: list[tuple[Cell, Match | None]] = []
    for cell, sense in zip((*first.filled, *inner), told, strict=True):
        found = _match(sense)
        labels.append((cell, found))
        end = cell.column + cell.column_span
        if cell in first.filled and any(cell.column <= part.column < end for part in inner):
            continue
        kind = found.meaning.kind if found and found.meaning.kind in _KNOWN else ""
        key = found.meaning.key if found else ""
        columns.append(
            WideColumn(cell.column, end, kind, key, found.meaning.label if found else cell.text.strip())
        )
    columns.sort(key=lambda column: column.start)
    table = WideTable(tuple(columns), tuple(labels), list(before), [first, *([second] if second else [])])
    return table if _is_wide(table) else None


def _is_wide(table: WideTable) -> bool:
    """Whether the columns make sense as a table of projects, and not as the head of one form."""
    known = [column for column in table.columns if column.kind]
    if len(known) < _FEWEST_COLUMNS or table.column("field", "project_name") is None:
        return False
    if table.column("column", "value") and table.column("column", "level3"):
        return True
    says_money = table.column("field", "total") or any(column.kind == "source" for column in known)
    says_goals = table.column("field", "goal") or any(column.kind == "level2" for column in known)
    return bool(says_money and says_goals) and len(known) == len(table.columns)


def _group(table: WideTable, rows: Sequence[Row], senses: Senses) -> None:
    """Part the rows below the heading into projects."""
    name = table.column("field", "project_name")
    assert name is not None  # noqa: S101  _is_wide has asked for it
    owners = [table.column("field", key) for key in ("project_code", "department", "implementing_unit")]
    current: tuple[str, ...] | None = None
    for row in rows:
        if not row.filled:
            continue
        cell = table.cell(row, name)
        if _is_sum(row, None if cell is None else senses[cell.text]):
            table.sums.append(row)
            continue
        text = "" if cell is None else fold(cell.text)
        if not text:
            if table.projects:
                table.projects[-1].append(row)
            else:
                table.before.append(row)
            continue
        key = (text, *(_text(table, row, column) for column in owners))
        if current is not None and _continues(key, current):
            table.projects[-1].append(row)
        else:
            table.projects.append([row])
            current = key


def _text(table: WideTable, row: Row, column: WideColumn | None) -> str:
    cell = table.cell(row, column) if column else None
    return "" if cell is None else fold(cell.text)


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


_PIECE = re.compile(r"[；;\n]+")
_LONGEST = 400
"""Characters of a line that may hold a name and a value; the pattern goes back over what it has read."""
_VALUE = re.compile(
    r"^(?P<name>.*?[^\d\s≥≤<>=＝:：])\s*(?:[:：=＝]\s*)?"
    r"(?P<value>(?:[≥≤<>]=?|不低于|不少于|不超过|不高于|大于等于|小于等于|达到?|约)?\s*\d.*|[:：].+)$"
)


def indicators_in(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of each indicator a cell lists (``培训次数≥12次；培训人数300人``); the value blank where none is told."""
    for piece in _PIECE.split(text):
        line = piece.strip(" \t\u3000，,。")
        if not line:
            continue
        found = _VALUE.match(line) if len(line) <= _LONGEST else None
        if found:
            yield found["name"].strip(), found["value"].lstrip(":：").strip()
        else:
            name, colon, value = line.replace("：", ":").partition(":")
            yield (name.strip(), value.strip()) if colon else (line, "")
