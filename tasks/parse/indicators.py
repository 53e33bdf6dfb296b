"""The indicator block (绩效指标): its heading row and the rows under it in, indicator lines out.

A cell belongs to the heading it stands under, by the columns both cover. Level 1 and 2 are taken from the row above
where they are blank or merged, or from a row of their own. Where the rows of a text are a cell short or long of the
heading, the names of the levels say by how much; where a table goes on in another one, its rows are matched cell by
cell.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from schemas.form import Cell, Entry, Grid, IndicatorLine
from schemas.vocabulary import Match
from tasks.parse.headings import (
    LABELS,
    Column,
    Heading,
    Horizon,
    beside,
    heading_of,
    implied,
    joined,
    refined,
)
from tasks.parse.listed import Item, abreast, items, may_list, paired
from tasks.parse.rows import Row
from tasks.parse.senses import Sense, Senses
from tasks.parse.sheet import FormSheet
from tasks.parse.values import Parts, between, indicators_in, is_hint, parts_of


@dataclass(slots=True)
class _Level:
    """The level in force, from the last row that named it."""

    name: str | None = None
    text: str = ""


_LEVELS = frozenset({"level1", "level2"})
_PLAIN = ("level1", "level2", "level3", "value")
_TELLING = ("level3", "level4", "value", "weight", "lower", "upper")
"""Of which an indicator has at least one."""
_GOALS = frozenset({"goals", "goal"})
_MOST_LEVELS = 2
"""Cells of a row that only names levels."""
_MOST_BEFORE = 2
"""Cells before a level and the list of its indicators: the name of the block, the level above."""
_NO_PART = frozenset({"ignored", "goal"})
_ENDS = ("lower", "upper")
_APART = frozenset({"operator", "unit", "weight", "mid_term", *_ENDS})
"""What a table may keep in columns of its own."""
_VALUED = frozenset({"value", "operator", "unit", "mid_term", *_ENDS})
"""Columns of which a table that keeps values apart has one."""
_NO_CELL = (None,)
_HORIZONS: tuple[Horizon, ...] = ("mid_term", "year")


class IndicatorBlock:
    """Reads the indicator rows of one form, row by row."""

    def __init__(self, sheet: FormSheet, senses: Senses, year: Callable[[], int | None]) -> None:
        self._sheet = sheet
        self._senses = senses
        self._year = year
        """The form's, as far as it is known by then."""
        self._columns: tuple[Column, ...] = ()
        self._headings = 0
        self._heading_row: Row | None = None
        self._row_above: Row | None = None
        """The last row that was no heading."""
        self._horizon: Horizon = "year"
        self._last_horizon: Horizon = "year"
        self._above: list[tuple[Cell, Horizon]] = []
        self._grid: Grid | None = None
        self._is_moved = False
        self._shift = 0
        self._level1 = _Level()
        self._level2 = _Level()
        self._merged: dict[tuple[Horizon, str], tuple[Cell, Row]] = {}
        self._places: dict[tuple[int, int], Column | None] = {}
        self._headed: dict[Horizon, dict[str, str]] = {}
        """The name of each heading by its horizon and role."""
        self._valued: set[Horizon] = set()
        """The horizons that have a column for values,"""
        self._parted: set[Horizon] = set()
        """and those that keep what belongs to a value in columns of its own."""
        self._leveled: list[Column] = []
        """The columns of the levels."""
        self.goals: list[Cell] = []
        """What stands under 绩效目标 where it heads a column."""
        self._lines: dict[Horizon, list[IndicatorLine]] = {"year": [], "mid_term": [], "beside": []}
        self._levels_beside = (_Level(), _Level())
        """The levels in force in the block beside the first."""

    @property
    def is_open(self) -> bool:
        """Whether a heading row was met and no row since has ended the block."""
        return bool(self._columns)

    @property
    def lines(self) -> tuple[IndicatorLine, ...]:
        """The year's indicators, each with the value of the mid term where the form has one for it."""
        later = {_meaning(line): line.value for line in self._lines["mid_term"] if line.value.text}
        told = self._lines["year"]
        beside = self._lines["beside"]
        if not later and not beside:
            return tuple(told)
        told = told + [line._replace(number=len(told) + at) for at, line in enumerate(beside, 1)]
        return tuple(
            line if line.mid_term or not later else line._replace(mid_term=later.get(_meaning(line)))
            for line in told
        )

    def close(self) -> None:
        """The block has ended."""
        self._columns = ()

    def expect(self, horizon: Horizon) -> None:
        """The next block holds goals of this horizon (长期绩效指标 above its heading)."""
        self._horizon = horizon

    def note_horizon(self, cell: Cell, horizon: Horizon) -> None:
        """A label that says for when the cells below it speak (中期目标 | 年度目标)."""
        if self._above and self._above[-1][0].row != cell.row:
            # Only labels side by side part the block into two.
            self._above.clear()
        self._above.append((cell, horizon))

    # ---- headings

    def heading(self, row: Row) -> bool:
        """Take ``row`` as a heading row, if it is one."""
        if self._columns and self._heading_row is not None and self._is_below(row):
            found = refined(self._columns, row, self._year)
            if found is not None:
                self._label(found)
                self._set_columns(found.columns)
                return True
        above, self._row_above = self._row_above, row
        found = heading_of(row, self._year) if row.names_column else None
        if found is None:
            return False
        self._open(row, found if above is None else joined(found, above, row))
        self._heading_row = row
        return True

    def _is_below(self, row: Row) -> bool:
        above = self._heading_row
        return above is not None and row.grid is above.grid and row.number == above.number + 1

    def implicit(self, row: Row) -> bool:
        """Open the block at a row that names its levels where no heading row came before it, if it is one."""
        found = implied(row)
        if found is None:
            return False
        # What a note interrupted goes on for the same horizon.
        self._horizon = self._last_horizon
        self._open(row, found)
        return True

    def _open(self, row: Row, found: Heading) -> None:
        self._label(found)
        goals: list[int] = []
        for cell in found.others:
            key = self._section(cell)
            if key == "mid_term_indicators":
                self._horizon = "mid_term"
            elif key in _GOALS and cell.row_span == 1:
                goals.append(cell.column)
        columns = beside(found.columns, self._above)
        # 绩效目标 | 一级指标 | …: the goal stands in a column of its own.
        columns = tuple(
            column._replace(role="goal") if column.start in goals and not column.role else column
            for column in columns
        )
        if self._horizon == "mid_term":
            columns = tuple(column._replace(horizon="mid_term") for column in columns)
        named = next(
            (
                cell
                for cell in found.others
                if cell.column < columns[-1].start and self._senses[cell.text].level1
            ),
            None,
        )
        is_named = named is not None and not any(column.role in _LEVELS for column in columns)
        if named is not None and is_named:
            # 产出指标 | 指标名称 | 目标值: the heading of the second level names the first.
            columns = tuple(
                column._replace(role="level2", label=LABELS["level2"])
                if column.start == named.column
                else column
                for column in columns
            )
        self._set_columns(columns)
        self._last_horizon, self._horizon = self._horizon, "year"
        self._headings = len(row.cells)
        self._heading_row = None
        self._grid, self._is_moved, self._shift = row.grid, False, 0
        self._level1, self._level2 = _Level(), _Level()
        self._levels_beside = (_Level(), _Level())
        self._merged.clear()
        if named is not None and is_named:
            self._levels({"level1": [named]})

    def _set_columns(self, columns: tuple[Column, ...]) -> None:
        self._columns = columns
        self._headed = {"year": {}, "mid_term": {}, "beside": {}}
        for column in columns:
            self._headed[column.horizon].setdefault(column.role, column.label)
        self._valued = {horizon for horizon, roles in self._headed.items() if not _VALUED.isdisjoint(roles)}
        self._parted = {horizon for horizon, roles in self._headed.items() if not _APART.isdisjoint(roles)}
        self._leveled = [column for column in columns if column.role in _LEVELS]
        self._places.clear()

    def _label(self, heading: Heading) -> None:
        for cell, match in heading.labels:
            self._sheet.label(cell, match, match.meaning.label)

    def _section(self, cell: Cell) -> str | None:
        """Read the name of a block that stands beside it; gives its key."""
        found = self._senses[cell.text].label
        if found and found.value is None and found.match.meaning.kind in ("section", "field"):
            self._sheet.label(cell, found.match, found.match.meaning.label)
            return found.match.meaning.key
        return None

    # ---- rows

    def row(self, row: Row) -> bool:
        """Read ``row`` as an indicator row; False where it is none and ends the block."""
        self._heading_row = None
        if row.grid is not self._grid:
            self._enter(row)
        if self._is_moved:
            self._match_cell_by_cell(row)
        self._shift = self._shift_of(row)
        if len(row.filled) <= _MOST_LEVELS and (self._level_row(row) or self._placeholder_row(row)):
            return True
        cells, others = self._by_role(row)
        if self._ranked_row(row, cells):
            return True
        first = row.filled[0]
        if row.sense(0).is_ignored_row and not any(
            first in held.get("level3", ()) for held in cells.values()
        ):
            self._sheet.ignore(*row.filled)
            return True
        if self._ends(row, cells):
            return False
        self._settle_others(others)
        told = [(horizon, cells[horizon]) for horizon in _HORIZONS if horizon in cells]
        for _, held in told:
            self._levels(held)
        for horizon, held in told:
            self._line(row, held, horizon)
        if "beside" in cells:
            self._line_beside(row, cells["beside"])
        return True

    def _line_beside(self, row: Row, held: "ByRole") -> None:
        own = self._level1, self._level2
        self._level1, self._level2 = self._levels_beside
        self._levels(held)
        self._line(row, held, "beside")
        self._levels_beside = self._level1, self._level2
        self._level1, self._level2 = own

    def _settle_others(self, others: Sequence[Cell]) -> None:
        """The cells of a row that are no part of an indicator: a block's name, a goal, a column ignored by name."""
        for cell in others:
            column = self._role_at(cell)
            if self._senses[cell.text].is_blank:
                continue
            if column is None:
                self._section(cell)
            elif column.role == "ignored":
                self._sheet.ignore(cell)
            else:
                self._sheet.consume(cell)
                if all(cell.text.strip() != told.text.strip() for told in self.goals):
                    self.goals.append(cell)

    def _ranked_row(self, row: Row, cells: "Cells") -> bool:
        """A row that names a level, and says in a column of its own which (一级指标 | 产出指标)."""
        by_role = cells.get("year", {})
        if "rank" not in by_role:
            return False
        rank = next((self._senses[cell.text].column for cell in by_role["rank"]), None)
        name = next(iter(by_role.get("level3", ())), None)
        if rank is None or rank.meaning.key not in _LEVELS or name is None:
            return False
        self._levels({rank.meaning.key: [name]})
        self._sheet.ignore(*row.filled)
        return True

    def _placeholder_row(self, row: Row) -> bool:
        """A row that only says that more may be added (…), or that there is nothing (/)."""
        if len(row.filled) > 1 or not self._senses.words.is_placeholder(row.filled[0].text):
            return False
        self._sheet.ignore(*row.filled)
        return True

    def _enter(self, row: Row) -> None:
        """The table goes on in another one, which may be cut into columns in another way."""
        self._grid = row.grid
        self._merged.clear()
        width = max(cell.column + cell.column_span for cell in row.grid.cells if not cell.is_floating)
        self._is_moved = width != max(column.end for column in self._columns)

    def _match_cell_by_cell(self, row: Row) -> None:
        """Place the headings over the cells of the first full row of a further table."""
        if len(row.cells) != self._headings or len(self._columns) != self._headings:
            return
        self._set_columns(
            tuple(
                column._replace(start=cell.column, end=cell.column + cell.column_span)
                for column, cell in zip(self._columns, row.cells, strict=True)
            )
        )
        self._is_moved = False

    def _shift_of(self, row: Row) -> int:
        """By how many columns a text's row stands off its headings: told by where the names of the levels stand."""
        # At its own place first: 成本指标 is a name on both levels.
        if self._names_level(row, 0) or row.cells[0].reference:
            return 0
        if any(cell.column_span > 1 for cell in row.cells):
            return 0
        for shift in (self._shift, -1, 1):
            if self._names_level(row, shift):
                return shift
        return self._shift

    def _names_level(self, row: Row, shift: int) -> bool:
        """Whether a row has the name of a level where the heading of that level is, moved by ``shift``."""
        for column in self._leveled:
            for cell in row.filled:
                if cell.column == column.start + shift:
                    if _as_level(self._senses[cell.text], column.role):
                        return True
                    break
        return False

    def _role_at(self, cell: Cell) -> Column | None:
        # Every row of a table asks the same few questions.
        place = cell.column - self._shift, cell.column_span
        places = self._places
        if place not in places:
            places[place] = self._column_over(place[0], sum(place))
        return places[place]

    def _column_over(self, start: int, end: int) -> Column | None:
        """The known heading that shares most columns with these."""
        best: Column | None = None
        widest = 0
        for column in self._columns:
            common = min(end, column.end) - max(start, column.start)
            if common > widest:
                best, widest = column, common
        return best if best is not None and best.role else None

    def _by_role(self, row: Row) -> "tuple[Cells, list[Cell]]":
        """The row's cells by horizon and role, with those merged downwards from the rows above; and what is no part of an indicator."""
        cells: Cells = {}
        others: list[Cell] = []
        for cell in row.cells:
            column = self._role_at(cell)
            if column is None or column.role in _NO_PART:
                others.append(cell)
                if column is None or column.role == "ignored":
                    continue
            held = cells.get(column.horizon)
            if held is None:
                held = cells[column.horizon] = {}
            if column.role in held:
                held[column.role].append(cell)
            else:
                held[column.role] = [cell]
        merged = self._merged
        for key, (cell, home) in list(merged.items()):
            if home.grid is row.grid and cell.row + cell.row_span > row.number:
                cells.setdefault(key[0], {}).setdefault(key[1], [cell])
            else:
                del merged[key]
        self._close_up(row, cells)
        for horizon, by_role in cells.items():
            for role, told in by_role.items():
                if told[0].row_span > 1 and len(told) == 1 and (horizon, role) not in merged:
                    merged[horizon, role] = told[0], row
        return cells, others

    def _close_up(self, row: Row, cells: "Cells") -> None:
        """Move name and value of a row whose first level reached over the second (满意度指标 | 群众满意度 | ≥90%) to their places.

        Only where its last cell is missing and the table has no further column that it may be.
        """
        held = cells.get("year")
        if held is None or tuple(held) != _PLAIN[:-1]:
            return
        if tuple(column.role for column in self._columns if column.role) != _PLAIN:
            return
        first, second, third = held.values()
        is_named = self._senses[first[0].text].level1 is not None and first[0].row == row.number
        sense = self._senses[second[0].text]
        if is_named and not sense.is_blank and _as_level(sense, "level2", misprints=True) is None:
            cells["year"] = {"level1": first, "level3": second, "value": third}

    def _ends(self, row: Row, cells: "Cells") -> bool:
        """Whether a row belongs to no indicator: a note, a signature, a label of another block."""
        if row.grid.is_prose:
            return True
        first = row.filled[0]
        if len(row.filled) == 1 and row.sense(0).is_ignored and self._is_left_of_names(first):
            # A note over the whole width of the table.
            return True
        column = self._role_at(first)
        if column is None or column.role in _LEVELS:
            sense = row.sense(0)
            if sense.level1 or sense.level2:
                return False
            found = sense.label
            if found is not None and found.match.meaning.key not in ("indicators", "mid_term_indicators"):
                return True
            # A lone cell that is no level is a note under the table.
            return len(row.filled) == 1 and found is None and not self._matches_a_level(sense, column)
        return (
            len(row.filled) == 1
            and row.sense(0).is_ignored
            and not any(first in held for by_role in cells.values() for held in by_role.values())
        )

    def _is_left_of_names(self, cell: Cell) -> bool:
        names = [column.start for column in self._columns if column.role == "level3"]
        return bool(names) and cell.column - self._shift < min(names)

    @staticmethod
    def _matches_a_level(sense: Sense, column: Column | None) -> bool:
        return column is not None and _as_level(sense, column.role, misprints=True) is not None

    # ---- levels

    def _level_row(self, row: Row) -> bool:
        """A row that only names levels, over the rows they hold for (产出指标（50分） · 数量指标：)."""
        if row.grid.is_prose:
            return False
        told: list[tuple[Cell, str, str]] = []
        for cell, sense in zip(row.filled, row.senses, strict=True):
            column = self._role_at(cell)
            if column is not None and column.role in _LEVELS and len(row.filled) > 1:
                return False
            found = sense.level1 if not told and not self._is_second(sense) else None
            role = "level1" if found else "level2"
            found = found or sense.level2
            if found is None:
                return False
            if column is not None and column.role in _LEVELS and cell.column_span == 1:
                # It stands at its place; the row merely has no indicator.
                return False
            told.append((cell, role, found.meaning.key))
            self._sheet.label(cell, found, LABELS[role])
        for cell, role, name in told:
            if role == "level1":
                self._level1, self._level2 = _Level(name, cell.text), _Level()
            else:
                self._level2 = _Level(name, cell.text)
                self._raise_level(name)
        return True

    def _is_second(self, sense: Sense) -> bool:
        """Whether a name of both levels stands below the first it belongs to (满意度指标 over 服务对象满意度指标)."""
        first = sense.level1
        is_told = first is not None and self._level1.name == first.meaning.key
        return is_told and sense.level2 is not None and not self._level2.text

    def _levels(self, cells: "ByRole") -> None:
        first = cells.get("level1", _NO_CELL)[0]
        if first is not None and self._sheet.is_open(first):
            sense = self._senses[first.text]
            if not sense.is_blank:
                self._first_level(first, sense)
        second = cells.get("level2", _NO_CELL)[0]
        if second is not None and self._sheet.is_open(second):
            sense = self._senses[second.text]
            if not sense.is_blank:
                self._level2 = self._level(second, "level2", sense)
                if self._level2.name:
                    self._raise_level(self._level2.name)

    def _first_level(self, cell: Cell, sense: Sense) -> None:
        """A cell under 一级指标, which in tables with one level column may name the second level, or both."""
        # 数量指标, 质量指标, 成本指标 below each other: the last is of the second level as they are.
        is_among_second = self._level2.name is not None and not self._level1.text and sense.level2 is not None
        if sense.level1 is None or is_among_second:
            both = both_levels(cell.text, self._senses)
            second = (self._senses[both[1]] if both else sense).level2
            if second is not None:
                self._sheet.label(cell, second, LABELS["level2"])
                home = self._senses.words.levels2[second.meaning.key].level1
                self._level1, self._level2 = (
                    _Level(home, both[0] if both else ""),
                    _Level(second.meaning.key, cell.text),
                )
                return
        self._level1, self._level2 = self._level(cell, "level1", sense), _Level()

    def _raise_level(self, level2: str) -> None:
        """Take level 1 from level 2 where the table has no column for it, or has not named it yet."""
        if not self._level1.text:
            self._level1 = _Level(self._senses.words.levels2[level2].level1, "")

    def _level(self, cell: Cell, role: str, sense: Sense) -> _Level:
        found = _as_level(sense, role, misprints=True)
        if found is None:
            if self._senses.words.is_level_hint(cell.text):
                self._sheet.ignore(cell)
            else:
                self._sheet.leftover(cell, LABELS[role])
            return _Level(None, cell.text)
        self._sheet.label(cell, found, LABELS[role])
        return _Level(found.meaning.key, cell.text)

    # ---- lines

    def _line(self, row: Row, cells: "ByRole", horizon: Horizon) -> None:
        if not self._tells(cells):
            return
        parts = parts_of(cells.get("value", ()))
        # Of several texts that are no parts of a value the first is it; the others are left over.
        shown = [cell for cell in parts.value if not self._senses[cell.text].is_blank][:1]
        self._settle(cells, (*shown, *parts.operator, *parts.unit), horizon, has_value=bool(shown))
        if not shown and self._is_unused(cells):
            self._sheet.ignore(*(cell for held in cells.values() for cell in held))
            return
        # Where the table has no column for values, they stand behind the names.
        both = None if horizon in self._valued else next(iter(self._shown(cells, "level3")), None)
        if both is not None:
            self._listed(both, row, cells, horizon)
        else:
            line = self._told(row, cells, parts, horizon)
            self._lines[horizon].extend(_each_of(line) if may_list(line.level3.text) else (line,))

    def _settle(self, cells: "ByRole", value: Sequence[Cell], horizon: Horizon, *, has_value: bool) -> None:
        """Give the cells of a row their fate, those of its levels apart; ``value`` are the ones its value is read from."""
        # The goals of the mid term are no part of the year's consolidation: ignored by the name of their block.
        settle = self._sheet.ignore if horizon == "mid_term" else self._sheet.consume
        for role, held in cells.items():
            if role == "value":
                settle(*value)
            elif role not in _LEVELS and not (role in _ENDS and has_value):
                settle(*held)

    def _shown(self, cells: "ByRole", role: str) -> list[Cell]:
        return [cell for cell in cells.get(role, ()) if not self._senses[cell.text].is_blank]

    def _told(self, row: Row, cells: "ByRole", parts: Parts, horizon: Horizon) -> IndicatorLine:
        """What a row says, as one indicator."""
        named = self._shown(cells, "level4") if "level4" in cells else ()
        name = self._entry(row, named or cells.get("level3", ()), "level3", horizon)
        value = self._entry(row, parts.value, "value", horizon)
        if horizon not in self._parted and not (parts.operator or parts.unit):
            return self._at_levels(horizon, name, value)
        operator = self._apart(row, cells.get("operator", parts.operator), "operator", horizon)
        if not value.text and any(role in cells for role in _ENDS):
            lower, upper = (self._entry(row, cells.get(role, ()), role, horizon) for role in _ENDS)
            value, sign = between(lower, upper)
            operator = sign or operator
        return self._at_levels(horizon, name, value)._replace(
            operator=operator,
            unit=self._apart(row, cells.get("unit", parts.unit), "unit", horizon),
            weight=self._apart(row, cells.get("weight", ()), "weight", horizon),
            mid_term=self._apart(row, cells.get("mid_term", ()), "mid_term", horizon),
        )

    def _at_levels(self, horizon: Horizon, name: Entry, value: Entry) -> IndicatorLine:
        """The next indicator, at the levels in force."""
        first, second = self._level1, self._level2
        number = len(self._lines[horizon]) + 1
        return IndicatorLine(number, first.name, second.name, first.text, second.text, name, value)

    # ---- indicators listed in a cell

    def listed(self, cell: Cell) -> bool:
        """Take a cell that lists indicators with their levels (1.数量指标：培训≥200人；2.质量指标：…), if it is one."""
        found = items(cell.text, self._senses.words)
        if found is None:
            return False
        self._take(cell, found)
        return True

    def listed_row(self, row: Row) -> bool:
        """Take a row of a level and a cell that lists its indicators (数量指标 | 改造食堂：2个), if it is one."""
        if self._headings or not 2 <= len(row.filled) <= _MOST_BEFORE + 2:
            return False
        *before, level, cell = row.filled
        if "指标" not in level.text or row.cells[row.cells.index(level) + 1] is not cell:
            return False
        both = both_levels(level.text, self._senses)
        found = (self._senses[both[1]] if both else self._senses[level.text]).level2
        if found is None:
            return False
        told = self._plain(cell, found) or items(cell.text, self._senses.words, found.meaning.key)
        for each in before if told else ():
            sense = self._senses[each.text]
            if sense.level1 is not None:
                self._sheet.label(each, sense.level1, LABELS["level1"])
                self._level1 = _Level(sense.level1.meaning.key, each.text)
            elif self._section(each) is None:
                return False
        if told is None:
            return False
        self._sheet.label(level, found, LABELS["level2"])
        self._take(cell, told)
        return True

    def _plain(self, cell: Cell, level: Match) -> list[Item] | None:
        """Indicators that need no sign between name and value (维护路灯320盏); None where cells seem to have run together."""
        home = self._senses.words.levels2[level.meaning.key].level1
        told = list(indicators_in(cell.text))
        if not told or not all(name and value and len(f"{name}{value}".split()) == 1 for name, value in told):
            return None
        return [Item(home, level.meaning.key, level.meaning.label, name, value) for name, value in told]

    def _take(self, cell: Cell, found: Sequence[Item]) -> None:
        self._sheet.consume(cell)
        lines = self._lines["year"]
        for item in found:
            lines.append(
                IndicatorLine(
                    number=len(lines) + 1,
                    level1=item.level1,
                    level2=item.level2,
                    level1_text="",
                    level2_text=item.level2_text,
                    level3=self._sheet.entry(cell, LABELS["level3"], item.name),
                    value=self._sheet.entry(cell, LABELS["value"], item.value),
                )
            )

    def _listed(self, cell: Cell, row: Row, cells: "ByRole", horizon: Horizon) -> None:
        """Each indicator of a cell that holds their names and values."""
        for name, value in indicators_in(cell.text):
            entry = self._sheet.entry(cell, LABELS["level3"], name)
            line = self._at_levels(horizon, entry, self._sheet.entry(cell, LABELS["value"], value))
            weight = self._apart(row, cells.get("weight", ()), "weight", horizon)
            self._lines[horizon].append(line._replace(weight=weight))

    def _is_unused(self, cells: "ByRole") -> bool:
        """A row of the template that nobody has filled in: 指标3： and nothing else."""
        told: list[Cell] = []
        for role, held in cells.items():
            if role not in _LEVELS:
                shown = [cell for cell in held if not self._senses[cell.text].is_blank]
                if shown and role != "level3":
                    return False
                told += shown
        return len(told) == 1 and is_hint(told[0].text)

    def _tells(self, cells: "ByRole") -> bool:
        for role in _TELLING:
            for cell in cells.get(role, ()):
                if not self._senses[cell.text].is_blank:
                    return True
        return False

    def _apart(self, row: Row, held: Sequence[Cell], role: str, horizon: Horizon) -> Entry | None:
        """An entry the template keeps apart; None where it has no such column."""
        if not held and role not in self._headed[horizon]:
            return None
        return self._entry(row, held, role, horizon)

    def _entry(self, row: Row, held: Sequence[Cell], role: str, horizon: Horizon) -> Entry:
        label = self._headed[horizon].get(role) or LABELS.get(role, role)
        # A heading over several narrow cells: the one that shows something is meant.
        for cell in held:
            if not self._senses[cell.text].is_blank:
                return self._sheet.entry(cell, label)
        if held:
            return self._sheet.entry(held[0], label, "")
        # The row ends before this column: what is missing stands in the row, under the heading.
        return Entry("", row.address(row.cells[-1], label, self._sheet.number))


ByRole = dict[str, list[Cell]]
"""Cells of a row by their role, from left to right."""
Cells = dict[Horizon, ByRole]
"""The same by horizon."""


def both_levels(text: str, senses: Senses) -> tuple[str, str] | None:
    """The first and the second level of a cell that names both (产出指标—数量指标); None where it does not."""
    for sign in ("——", "—", "-", "/", "／", "\n", ">", "、"):
        first, found, second = text.strip().partition(sign)
        if found and senses[first].level1 and senses[second].level2:
            return first, second
    return None


def _as_level(sense: Sense, role: str, *, misprints: bool = False) -> Match | None:
    """What a text means under the heading of a level."""
    if role == "level1":
        return sense.level1_misprinted if misprints else sense.level1
    return sense.level2_misprinted if misprints else sense.level2


def _each_of(line: IndicatorLine) -> Iterator[IndicatorLine]:
    """The indicators of a row whose cells list several of each; the line as it is where they do not."""
    apart = line.operator, line.unit, line.weight, line.mid_term
    told: Sequence[Sequence[str]] = ()
    whole = abreast(line.level3.text, line.value.text, *(each.text if each else "" for each in apart))
    if whole:
        told = whole
    elif not any(each and each.text for each in apart):
        # A unit, a weight, a value of the mid term of its own belongs to one indicator.
        told = paired(line.level3.text, line.value.text) or ()
    if not told:
        yield line
    for at, (name, value, *texts) in enumerate(told):
        operator, unit, weight, later = (
            each and each._replace(text=text) for each, text in zip(apart, texts or ("",) * 4, strict=True)
        )
        yield line._replace(
            number=line.number + at,
            level3=line.level3._replace(text=name),
            value=line.value._replace(text=value),
            operator=operator,
            unit=unit,
            weight=weight,
            mid_term=later,
        )


def _meaning(line: IndicatorLine) -> tuple[str | None, str]:
    return line.level2, "".join(line.level3.text.split())
