"""Rows and cells of a web table in, the places they take out: spans, nested tables, tables that only lay out a page.

Where a cell goes: HTML standard, 4.9.12 (forming a table). A number made up to cost memory or time is bounded there too.
"""

from dataclasses import dataclass, field

from schemas.form import Cell
from tasks.read import guard, tables
from tasks.read.element import count

_WIDEST, _HIGHEST = 1000, 65534
"""The standard's own bounds for colspan and rowspan."""


@dataclass(slots=True)
class Draft:
    """A cell while the rows below it may still cut its span."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str = ""
    is_floating: bool = False

    @property
    def shows(self) -> bool:
        """Whether there is anything to see in it."""
        return bool(self.text) and not self.text.isspace()


@dataclass(slots=True)
class Layout:
    """A table while it is read."""

    tally: guard.Tally
    drafts: list[Draft] = field(default_factory=list)
    nested: list[tuple[int, tables.Block]] = field(default_factory=list)
    row: int = 0
    _column: int = 1
    _taken: dict[int, int] = field(default_factory=dict)
    """By column the last row that a cell above reaches down to."""
    _group_start: int = 0
    """How many cells stand before the group of rows being read."""

    def next_row(self) -> None:
        """Begin a row."""
        self.row += 1
        self._column = 1

    def end_group(self) -> None:
        """End a group of rows (tbody): no cell reaches down beyond it."""
        for draft in self.drafts[self._group_start :]:
            draft.row_span = min(draft.row_span, self.row - draft.row + 1)
        self._group_start = len(self.drafts)
        self._taken.clear()

    def cell(self, row_span: str | None, column_span: str | None) -> Draft:
        """Begin a cell at the next free place of the row."""
        if not self.row:
            self.next_row()
        # Rowspan 0 reaches down to the end of the group.
        height = _number(row_span, _HIGHEST) if row_span != "0" else _HIGHEST
        width = _number(column_span, _WIDEST)
        start = self._column
        while self._taken.get(self._column, 0) >= self.row:
            self._column += 1
        draft = Draft(self.row, self._column, height, width)
        # What is covered counts as well: else a cell of a thousand columns costs a thousand steps in each row.
        self.tally.cells(1 + self._column - start)
        if height > 1:
            self.tally.cells(width)
            self._taken.update(
                dict.fromkeys(range(self._column, self._column + width), self.row + height - 1)
            )
        self._column += width
        self.drafts.append(draft)
        return draft

    def box(self, text: str) -> None:
        """A text that floats over the cell being read."""
        self.tally.cells(1)
        cell = next((draft for draft in reversed(self.drafts) if not draft.is_floating), None)
        row, column = (cell.row, cell.column) if cell else (max(1, self.row), 1)
        self.drafts.append(Draft(row, column, 1, 1, text, is_floating=True))

    def nest(self, blocks: list[tables.Block]) -> None:
        """Take in what a table nested in the cell being read holds."""
        self.nested += ((len(self.drafts), block) for block in blocks)

    def finished(self) -> list[tables.Block]:
        """The table; or prose and the nested tables, where it only lays out a page."""
        self.end_group()
        if self.nested and self._lays_out():
            return self._as_prose()
        # A span wider than the table shows nothing; what the columns are is said by where cells begin.
        width = max((draft.column for draft in self.drafts), default=0)
        cells: list[Cell] = []
        for draft in self.drafts:
            if draft.shows:
                self.tally.reach(draft.row, draft.column)
            span = min(draft.column_span, width - draft.column + 1)
            cells.append(
                Cell(draft.row, draft.column, draft.text, draft.row_span, span, is_floating=draft.is_floating)
            )
        return [tables.Table(cells, self.nested)] if cells else [block for _, block in self.nested]

    def _lays_out(self) -> bool:
        """Tables stand in it, and no two texts of its own beside each other."""
        rows = [draft.row for draft in self.drafts if draft.shows]
        return len(rows) == len(set(rows))

    def _as_prose(self) -> list[tables.Block]:
        found: list[tables.Block] = []
        at = 0
        for end, block in self.nested:
            found += (*self._prose(at, end), block)
            at = end
        return [*found, *self._prose(at, len(self.drafts))]

    def _prose(self, start: int, end: int) -> list[tables.Block]:
        """What some cells show as prose; none where they show nothing, so that layers of layout do not pile up."""
        prose = tables.Prose()
        for draft in self.drafts[start:end]:
            for line in draft.text.split("\n"):
                prose.line(line, self.tally, is_floating=draft.is_floating)
        return [prose] if prose.cells else []


def _number(text: str | None, most: int) -> int:
    return max(1, count((text or "").strip(), 1, most))
