"""Grids in, one stream of rows out: what the splitting and the reading of forms walk over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.form import Address, Cell, Grid
from schemas.vocabulary import is_blank


@dataclass(frozen=True, slots=True, eq=False)
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

    @property
    def shown(self) -> tuple[Cell, ...]:
        """All that can be read in the row, boxes first as they float above it."""
        return (*self.floating, *self.filled)

    def address(self, cell: Cell, label: str, form: int | None) -> Address:
        """Where a cell of this row stands."""
        return Address(form, self.grid.name, cell.row, label, cell.reference, cell.column)


def rows_of(grids: Iterable[Grid]) -> Iterator[Row]:
    """The rows of all grids in reading order; rows without a cell do not appear."""
    for grid in grids:
        held: list[Cell] = []
        for cell in grid.cells:
            if held and cell.row != held[0].row:
                yield _row(grid, held)
                held = []
            held.append(cell)
        if held:
            yield _row(grid, held)


def _row(grid: Grid, held: list[Cell]) -> Row:
    cells = tuple(cell for cell in held if not cell.is_floating)
    return Row(
        grid,
        held[0].row,
        cells,
        tuple(cell for cell in cells if not is_blank(cell.text)),
        tuple(cell for cell in held if cell.is_floating) if len(cells) < len(held) else (),
    )
