"""Grids in, one stream of rows out: what the splitting and the reading of forms walk over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from schemas.form import Address, Cell, Grid
from tasks.parse.senses import Sense, Senses

_ROW = attrgetter("row")


@dataclass(slots=True, eq=False)
class Row:
    """One row of a grid, its cells from left to right."""

    grid: Grid
    number: int
    cells: tuple[Cell, ...]
    """Blank ones included, boxes excluded."""
    filled: tuple[Cell, ...]
    """The cells that show something."""
    senses: tuple[Sense, ...]
    """What the vocabulary says of each of ``filled``."""
    floating: tuple[Cell, ...]
    """Boxes anchored in this row."""
    shown: tuple[Cell, ...]
    """All that can be read in the row, boxes first as they float above it."""

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
    told: list[Sense] = []
    floating: list[Cell] = []
    for cell in held:
        if cell.is_floating:
            floating.append(cell)
            continue
        cells.append(cell)
        sense = senses[cell.text]
        if not sense.is_blank:
            filled.append(cell)
            told.append(sense)
    shown = (*floating, *filled)
    filled_cells = tuple(filled) if floating else shown
    return Row(grid, number, tuple(cells), filled_cells, tuple(told), tuple(floating), shown)
