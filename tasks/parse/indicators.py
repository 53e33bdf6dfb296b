"""The indicator block (绩效指标): its heading row and the rows under it in, indicator lines out.

A cell belongs to the heading it stands under, by the columns both cover. Level 1 and 2 are taken from the row above
where they are blank or merged. Where the rows of a text are a cell short or long of the heading, the names of the
levels say by how much; where a table goes on in another one, its rows are matched cell by cell.
"""

from dataclasses import dataclass, replace

from schemas.form import Cell, Entry, Grid, IndicatorLine
from schemas.vocabulary import Lexicon, Match, Vocabulary, is_blank
from tasks.parse.labels import label_of
from tasks.parse.rows import Row
from tasks.parse.sheet import FormSheet


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the columns it covers, the last one excluded."""

    start: int
    end: int
    role: str
    """``level1`` … ``weight``; ``ignored``; empty where the heading is not known."""
    heading: str


@dataclass(slots=True)
class _Level:
    """The level in force, from the last row that named it."""

    name: str | None = None
    text: str = ""


_LABELS = {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "value": "指标值"}
_SINGLE_ROLES = frozenset({"level1", "level2", "level3", "value", "operator", "unit", "weight"})


class IndicatorBlock:
    """Reads the indicator rows of one form, row by row."""

    def __init__(self, sheet: FormSheet, words: Vocabulary) -> None:
        self._sheet = sheet
        self._words = words
        self._columns: tuple[Column, ...] = ()
        self._headings = 0
        self._grid: Grid | None = None
        self._is_moved = False
        self._shift = 0
        self._level1 = _Level()
        self._level2 = _Level()
        self._merged: dict[str, tuple[Cell, Row]] = {}
        self._places: dict[tuple[int, int], Column | None] = {}
        self._lines: list[IndicatorLine] = []

    @property
    def is_open(self) -> bool:
        """Whether a heading row was met and no row since has ended the block."""
        return bool(self._columns)

    @property
    def lines(self) -> tuple[IndicatorLine, ...]:
        """The indicator lines read so far."""
        return tuple(self._lines)

    def close(self) -> None:
        """The block has ended."""
        self._columns = ()

    def heading(self, row: Row) -> bool:
        """Take ``row`` as the heading row, if it is one."""
        matches: list[tuple[Cell, Match | None]] = []
        roles: set[str] = set()
        for cell in row.filled:
            found = self._words.columns.match(cell.text, misprints=bool(roles))
            matches.append((cell, found))
            if found and found.meaning.kind == "column":
                roles.add(found.meaning.key)
        if len(roles) < 2 or not roles & {"level3", "value"} or not roles & {"level1", "level2", "level3"}:
            return False
        columns: list[Column] = []
        taken: set[str] = set()
        for cell, found in matches:
            role = self._role(found, taken)
            columns.append(Column(cell.column, cell.column + cell.column_span, role, cell.text.strip()))
            if found and role:
                self._sheet.label(cell, found, found.meaning.label)
            else:
                self._section(cell)
        self._columns = tuple(columns)
        self._headings = len(row.cells)
        self._grid, self._is_moved, self._shift = row.grid, False, 0
        self._merged.clear()
        self._places.clear()
        return True

    @staticmethod
    def _role(found: Match | None, taken: set[str]) -> str:
        if found is None:
            return ""
        if found.meaning.kind == "ignored":
            return "ignored"
        role = found.meaning.key
        # A second 指标值 or 三级指标 would be another block beside this one; it is reported, not mixed in.
        if role in taken:
            return ""
        taken.add(role)
        return role if role in _SINGLE_ROLES else ""

    def _section(self, cell: Cell) -> bool:
        found = label_of(cell.text, self._words.form)
        if found and found.value is None and found.match.meaning.kind in ("section", "field"):
            self._sheet.label(cell, found.match, found.match.meaning.label)
            return True
        return False

    def row(self, row: Row) -> bool:
        """Read ``row`` as an indicator row; False where it is none and ends the block."""
        if row.grid is not self._grid:
            self._enter(row)
        if self._is_moved:
            self._match_cell_by_cell(row)
        self._shift = self._shift_of(row)
        cells = self._by_role(row)
        first = row.filled[0]
        if self._words.ignored_row(first.text) and "level3" not in self._roles_of(first, cells):
            self._sheet.ignore(*row.filled)
            return True
        if self._ends(row, cells):
            return False
        self._levels(cells)
        for cell in row.filled:
            if self._role_at(cell) is None:
                self._section(cell)
        self._line(row, cells)
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
        self._columns = tuple(
            replace(column, start=cell.column, end=cell.column + cell.column_span)
            for column, cell in zip(self._columns, row.cells, strict=True)
        )
        self._is_moved = False
        self._places.clear()

    def _shift_of(self, row: Row) -> int:
        """By how many columns a text's row stands off its headings: told by where the names of the levels stand."""
        if any(cell.column_span > 1 for cell in row.cells) or row.cells[0].reference:
            return 0
        levels = [
            (column, self._lexicon(column.role)) for column in self._columns if self._lexicon(column.role)
        ]
        # At its own place first: 成本指标 is a name on both levels.
        for shift in dict.fromkeys((0, self._shift, -1, 1)):
            for column, lexicon in levels:
                cell = next((cell for cell in row.filled if cell.column == column.start + shift), None)
                if cell is not None and lexicon is not None and lexicon.match(cell.text):
                    return shift
        return self._shift

    def _lexicon(self, role: str) -> Lexicon | None:
        return {"level1": self._words.level1, "level2": self._words.level2}.get(role)

    def _role_at(self, cell: Cell) -> Column | None:
        # Every row of a table asks the same few questions.
        place = (cell.column - self._shift, cell.column_span)
        if place not in self._places:
            self._places[place] = self._column_over(place[0], place[0] + place[1])
        return self._places[place]

    def _column_over(self, start: int, end: int) -> Column | None:
        """The known heading that shares most columns with these."""
        best: Column | None = None
        widest = 0
        for column in self._columns:
            common = min(end, column.end) - max(start, column.start)
            if common > widest:
                best, widest = column, common
        return best if best is not None and best.role else None

    def _by_role(self, row: Row) -> dict[str, Cell]:
        """The row's cells by role, with those merged downwards from the rows above."""
        cells: dict[str, Cell] = {}
        for cell in row.cells:
            column = self._role_at(cell)
            if column is None or column.role == "ignored":
                continue
            held = cells.get(column.role)
            # A heading over two narrow cells: the one that shows something is meant.
            if held is None or (is_blank(held.text) and not is_blank(cell.text)):
                cells[column.role] = cell
        for role, (cell, home) in list(self._merged.items()):
            if home.grid is row.grid and cell.row + cell.row_span > row.number:
                cells.setdefault(role, cell)
            else:
                del self._merged[role]
        for role, cell in cells.items():
            if cell.row_span > 1:
                self._merged.setdefault(role, (cell, row))
        return cells

    @staticmethod
    def _roles_of(cell: Cell, cells: dict[str, Cell]) -> set[str]:
        return {role for role, held in cells.items() if held is cell}

    def _ends(self, row: Row, cells: dict[str, Cell]) -> bool:
        """Whether a row belongs to no indicator: a note, a signature, a label of another block."""
        first = row.filled[0]
        role = self._role_at(first)
        if role is None or role.role in ("level1", "level2") or (row.grid.is_prose):
            if row.grid.is_prose:
                return True
            if self._words.level1.match(first.text) or self._words.level2.match(first.text):
                return False
            found = label_of(first.text, self._words.form)
            if found is not None and found.match.meaning.key != "indicators":
                return True
            # A lone cell that is no level is a note under the table.
            return len(row.filled) == 1 and found is None and not self._matches_a_level(first, role)
        return bool(
            len(row.filled) == 1 and self._words.ignored_text(first.text) and first not in cells.values()
        )

    def _matches_a_level(self, cell: Cell, column: Column | None) -> bool:
        if column is None:
            return False
        lexicon = self._lexicon(column.role)
        return lexicon is not None and lexicon.match(cell.text, misprints=True) is not None

    def _levels(self, cells: dict[str, Cell]) -> None:
        first = cells.get("level1")
        if first is not None and not is_blank(first.text) and self._sheet.is_open(first):
            self._level1 = self._level(first, "level1", self._words.level1)
            self._level2 = _Level()
        second = cells.get("level2")
        if second is not None and not is_blank(second.text) and self._sheet.is_open(second):
            self._level2 = self._level(second, "level2", self._words.level2)
            if "level1" not in {column.role for column in self._columns} and self._level2.name:
                home = self._words.levels2[self._level2.name].level1
                self._level1 = _Level(home, "")

    def _level(self, cell: Cell, role: str, lexicon: Lexicon) -> _Level:
        found = lexicon.match(cell.text, misprints=True)
        if found is None:
            self._sheet.leftover(cell, _LABELS[role])
            return _Level(None, cell.text)
        self._sheet.label(cell, found, _LABELS[role])
        return _Level(found.meaning.key, cell.text)

    def _line(self, row: Row, cells: dict[str, Cell]) -> None:
        for cell in row.filled:
            column = self._role_at(cell)
            if column is not None and column.role == "ignored":
                self._sheet.ignore(cell)
        told = [cells[role] for role in ("level3", "value", "weight") if role in cells]
        if all(is_blank(cell.text) for cell in told):
            return
        self._sheet.consume(*(cell for role, cell in cells.items() if role not in ("level1", "level2")))
        present = {column.role for column in self._columns}
        self._lines.append(
            IndicatorLine(
                number=len(self._lines) + 1,
                level1=self._level1.name,
                level2=self._level2.name,
                level1_text=self._level1.text,
                level2_text=self._level2.text,
                level3=self._entry(row, cells, "level3"),
                value=self._entry(row, cells, "value"),
                operator=self._entry(row, cells, "operator") if "operator" in present else None,
                unit=self._entry(row, cells, "unit") if "unit" in present else None,
                weight=self._entry(row, cells, "weight") if "weight" in present else None,
            )
        )

    def _entry(self, row: Row, cells: dict[str, Cell], role: str) -> Entry:
        heading = next((column.heading for column in self._columns if column.role == role), "")
        found = self._words.columns.match(heading)
        label = found.meaning.label if found else _LABELS.get(role, heading)
        cell = cells.get(role)
        if cell is not None:
            return self._sheet.entry(cell, label, "" if is_blank(cell.text) else cell.text)
        # The row ends before this column: what is missing stands in the row, under the heading.
        return Entry("", row.address(replace(row.cells[-1], text=""), label, self._sheet.number))
