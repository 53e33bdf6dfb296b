"""Rows of one grid in, the same in tables out: forms that stand beside each other in one sheet, each with its own cells.

They do so as whole tables (two forms side by side), or as columns: the labels once, at the left, and a column for each
project. A cell that speaks of all of them, such as a title over the whole width, is in each.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from schemas.form import Cell, Grid
from tasks.parse.rows import Row, rows_of
from tasks.parse.senses import Sense, Senses

_FEWEST_ROWS = 4
"""Labels of which each has a value for every project, before a table is one with a column for each."""


def parted(rows: Sequence[Row], senses: Senses) -> list[list[Row]]:
    """The tables of a grid.

    Args:
        rows: All rows of one grid.
        senses: Of the cells' texts.

    Returns:
        The rows as they are, where they are one table; else those of each table, from left to right.
    """
    grid = rows[0].grid
    anchor = None if grid.is_prose else next((row for row in rows if row.names_project), None)
    if anchor is None:
        return [list(rows)]
    tables = _side_by_side(rows, anchor) or _by_column(rows, anchor)
    return [list(rows_of([table], senses)) for table in tables] or [list(rows)]


def _side_by_side(rows: Sequence[Row], anchor: Row) -> list[Grid]:
    """The grid cut before each further label of a project's name in a row, where no cell of a form runs over the cut."""
    starts = [
        cell.column for cell, sense in zip(anchor.filled, anchor.senses, strict=True) if sense.names_project
    ]
    if len(starts) < 2 or any(not _has_value(anchor, start) for start in starts):
        return []
    below = [row for row in rows if row.number >= anchor.number]
    if any(_crosses(cell, cut) for row in below for cell in row.filled for cut in starts[1:]):
        return []
    bounds = list(zip([1, *starts[1:]], [*starts[1:], None], strict=True))
    return [_cut(rows, partial(_is_within, start, end)) for start, end in bounds]


def _has_value(row: Row, column: int) -> bool:
    """Whether the label at a column has a text behind it that is none."""
    at = next(index for index, cell in enumerate(row.filled) if cell.column == column)
    return at + 1 < len(row.filled) and not _is_label(row.sense(at + 1))


def _crosses(cell: Cell, cut: int) -> bool:
    return cell.column < cut < cell.column + cell.column_span


def _is_within(start: int, end: int | None, cell: Cell) -> bool:
    return cell.column + cell.column_span > start and (end is None or cell.column < end)


def _by_column(rows: Sequence[Row], anchor: Row) -> list[Grid]:
    """The column of the labels with each column of values, where each row is a label with a value for every project."""
    label, *names = anchor.filled
    if len(names) < 2 or not anchor.sense(0).names_project or any(map(_is_label, anchor.senses[1:])):
        return []
    places = [cell.column for cell in names]
    full = 0
    for row in rows:
        if row is anchor or len(row.filled) < 2:
            continue
        if any(cell.column > label.column and cell.column not in places for cell in row.filled):
            return []
        told = [cell for cell in row.filled if cell.column in places]
        if not _is_label(row.sense(0)) or any(_is_label(row.sense(row.filled.index(cell))) for cell in told):
            return []
        full += len(told) == len(places)
    if full < _FEWEST_ROWS:
        return []
    return [_cut(rows, partial(_is_of, places[0], place)) for place in places]


def _is_of(first: int, place: int, cell: Cell) -> bool:
    return cell.column < first or cell.column == place


def _is_label(sense: Sense) -> bool:
    return any((sense.money_label, sense.column, sense.level1, sense.level2, sense.year, sense.is_title))


def _cut(rows: Sequence[Row], keeps: Callable[[Cell], bool]) -> Grid:
    grid = rows[0].grid
    return replace(grid, cells=tuple(cell for cell in grid.cells if keeps(cell)))
