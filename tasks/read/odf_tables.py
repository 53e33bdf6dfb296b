"""An OpenDocument table in, its rows and cells out with the places they take: one walk for sheets and for text tables.

A row or cell is stored once with how often it is repeated (OpenDocument 1.3 part 3, chapter 9); nothing is unfolded here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from tasks.read import guard
from tasks.read.element import count
from tasks.read.odf_text import TABLE

FURTHEST = 1 << 30
"""More rows and columns than any sheet has: a larger number is made up to cost memory or time."""

_ROW, _CELL, _COVERED = f"{TABLE}table-row", f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
_COLUMN = f"{TABLE}table-column"
_ROWS_REPEATED, _COLUMNS_REPEATED = f"{TABLE}number-rows-repeated", f"{TABLE}number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = f"{TABLE}number-rows-spanned", f"{TABLE}number-columns-spanned"
_VISIBILITY, _HIDDEN = f"{TABLE}visibility", ("collapse", "filter")
_ROW_GROUPS = frozenset(TABLE + name for name in ("table-rows", "table-header-rows", "table-row-group"))
_COLUMN_GROUPS = frozenset(
    TABLE + name for name in ("table-columns", "table-header-columns", "table-column-group")
)


class Row(NamedTuple):
    """A row element and the rows it stands for, from 1."""

    element: etree._Element
    number: int
    repeated: int
    is_hidden: bool


class Place(NamedTuple):
    """A cell element and the columns it stands for, from 1; a merged cell has a height or width above 1."""

    element: etree._Element
    columns: range
    height: int
    width: int

    @property
    def is_merged(self) -> bool:
        """Whether it covers others."""
        return self.height > 1 or self.width > 1


def rows(table: etree._Element, start: int = 1) -> Iterator[Row]:
    """The rows of a table in order, also those in groups and headers."""
    row = start
    for child in table:
        if child.tag == _ROW:
            repeated = count(child.get(_ROWS_REPEATED), 1, FURTHEST)
            yield Row(child, row, repeated, child.get(_VISIBILITY) in _HIDDEN)
            row += repeated
        elif child.tag in _ROW_GROUPS:
            for inner in rows(child, row):
                yield inner
                row = inner.number + inner.repeated


class Covered(dict[int, int]):
    """Where a table lacks the cells under its merged ones, as pandoc writes it: by column, how many rows are covered."""

    def skip(self, column: int) -> int:
        """The first column from ``column`` on that nothing from above covers."""
        while self.get(column, 0) > 0:
            column += 1
        return column

    def cover(self, place: Place) -> int:
        """Note what a cell covers; gives the column behind it."""
        end = place.columns.start + min(place.width, guard.BUDGETS.columns)
        self.update(dict.fromkeys(range(place.columns.start, end), place.height))
        return max(end, place.columns.stop)

    def end_row(self) -> None:
        """The next row is one less of those covered."""
        for column, height in list(self.items()):
            self[column] = height - 1


def covered(table: etree._Element) -> Covered | None:
    """For a table that has merged cells and none under them; None for any other."""
    is_merged = False
    for row in rows(table):
        for cell in row.element:
            if cell.tag == _COVERED:
                return None
            is_merged = (
                is_merged or cell.get(_ROWS_SPANNED, "1") != "1" or cell.get(_COLUMNS_SPANNED, "1") != "1"
            )
    return Covered() if is_merged else None


def cells(row: etree._Element, under: Covered | None = None) -> Iterator[Place]:
    """The cells of a row that are seen; those under a merged cell are left out, or as ``under`` says were not written."""
    column = 1
    for cell in row:
        if cell.tag == _CELL:
            column = column if under is None else under.skip(column)
            repeated = count(cell.get(_COLUMNS_REPEATED), 1, FURTHEST)
            height = count(cell.get(_ROWS_SPANNED), 1, FURTHEST)
            width = count(cell.get(_COLUMNS_SPANNED), 1, FURTHEST)
            place = Place(cell, range(column, column + repeated), height, width)
            yield place
            column = column + repeated if under is None else under.cover(place)
        elif cell.tag == _COVERED:
            column += count(cell.get(_COLUMNS_REPEATED), 1, FURTHEST)
    if under is not None:
        under.end_row()


def hidden_columns(table: etree._Element) -> set[int]:
    """The hidden columns of a table, as far as any table may reach."""
    hidden: set[int] = set()
    column = 1
    for element in _columns(table):
        end = column + count(element.get(_COLUMNS_REPEATED), 1, FURTHEST)
        if element.get(_VISIBILITY) in _HIDDEN:
            hidden.update(range(column, min(end, guard.BUDGETS.columns + 1)))
        column = end
    return hidden


def _columns(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == _COLUMN:
            yield child
        elif child.tag in _COLUMN_GROUPS:
            yield from _columns(child)
