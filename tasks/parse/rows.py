"""Grids in, one stream of rows out: what the splitting and the reading of forms walk over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from schemas.form import Address, Cell, Grid
from schemas.vocabulary import fold
from tasks.parse.senses import Sense, Senses

_ROW = attrgetter("row")

_FIRST_CELLS = 3
"""Among which a heading has one of its columns; most rows are told to be none by these."""


@dataclass(slots=True, eq=False)
class Row:
    """One row of a grid, its cells from left to right."""

    grid: Grid
    number: int
    cells: tuple[Cell, ...]
    """Blank ones included, boxes excluded."""
    filled: tuple[Cell, ...]
    """The cells that show something."""
    floating: tuple[Cell, ...]
    """Boxes anchored in this row."""
    shown: tuple[Cell, ...]
    """All that can be read in the row, boxes first as they float above it."""
    names_project: bool
    """One of its cells is the label of a project's name."""
    names_column: bool
    """One of its first cells may be the heading of a column of indicators."""
    _known: Senses

    @property
    def senses(self) -> list[Sense]:
        """What the vocabulary says of each of ``filled``; not kept, for a file may have more rows than memory."""
        known = self._known
        return [known[cell.text] for cell in self.filled]

    @property
    def texts(self) -> tuple[str, ...]:
        """The folded text of each of ``filled``, to be compared with another row's."""
        return tuple(fold(cell.text) for cell in self.filled)

    def sense(self, at: int) -> Sense:
        """The same of one of ``filled``."""
        return self._known[self.filled[at].text]

    def address(self, cell: Cell, label: str, form: int | None) -> Address:
        """Where a cell of this row stands."""
        return Address(form, self.grid.name, cell.row, label, cell.reference, cell.column)


def rows_of(grids: Iterable[Grid], senses: Senses) -> Iterator[Row]:
    """The rows of all grids in reading order; rows without a cell do not appear."""
    for grid in grids:
        for number, cells in groupby(grid.cells, key=_ROW):
            yield _row(grid, number, cells, senses)


def _row(grid: Grid, number: int, held: Iterable[Cell], senses: Senses) -> Row:
    cells: list[Cell] = []
    filled: list[Cell] = []
    floating: list[Cell] = []
    names_project = names_column = False
    for cell in held:
        if cell.is_floating:
            floating.append(cell)
            continue
        cells.append(cell)
        sense = senses[cell.text]
        if not sense.is_blank:
            filled.append(cell)
            names_project = names_project or sense.names_project
            names_column = names_column or (sense.column is not None and len(filled) <= _FIRST_CELLS)
    shown = (*floating, *filled)
    filled_cells = tuple(filled) if floating else shown
    return Row(
        grid, number, tuple(cells), filled_cells, tuple(floating), shown, names_project, names_column, senses
    )
