"""Grids in, one stream of rows out: what the splitting and the reading of forms walk over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from schemas.form import Address, Cell, Grid
from schemas.vocabulary import fold
from tasks.parse.senses import Sense, Senses

_ROW = attrgetter("row")

_FEWEST_HEADINGS = 3
"""Of a table of several projects."""
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
    may_head: bool
    """It may head a table of several projects: it names one, or its code, among other columns."""
    _known: Senses
    _senses: tuple[Sense, ...] | None

    @property
    def senses(self) -> tuple[Sense, ...]:
        """What the vocabulary says of each of ``filled``."""
        if self._senses is not None:
            return self._senses
        known = self._known
        return tuple([known[cell.text] for cell in self.filled])

    @property
    def texts(self) -> tuple[str, ...]:
        """The folded text of each of ``filled``, to be compared with another row's."""
        return tuple(fold(cell.text) for cell in self.filled)

    def sense(self, at: int) -> Sense:
        """The same of one of ``filled``."""
        return self._known[self.filled[at].text] if self._senses is None else self._senses[at]

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
    told: list[Sense] = []
    names_project = names_column = names_code = False
    for cell in held:
        if cell.is_floating:
            floating.append(cell)
            continue
        cells.append(cell)
        sense = senses[cell.text]
        if sense.is_blank:
            continue
        filled.append(cell)
        told.append(sense)
        if sense.names_project:
            names_project = True
        if sense.is_code_label:
            names_code = True
        if sense.column is not None and len(filled) <= _FIRST_CELLS:
            names_column = True
    shown = (*floating, *filled)
    return Row(
        grid,
        number,
        tuple(cells),
        tuple(filled) if floating else shown,
        tuple(floating),
        shown,
        names_project,
        names_column,
        len(filled) >= _FEWEST_HEADINGS and (names_project or (names_column and names_code)),
        senses,
        tuple(told) if senses.may_be_kept else None,
    )
