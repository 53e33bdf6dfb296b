"""An OpenDocument table in, its rows and cells out with the places they take: one walk for sheets and for text tables.

A row or cell is stored once with how often it is repeated (OpenDocument 1.3 part 3, chapter 9); nothing is unfolded here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from tasks.read import guard
from tasks.read.odf_text import TABLE, number

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
            repeated = number(child.get(_ROWS_REPEATED), 1, FURTHEST)
            yield Row(child, row, repeated, child.get(_VISIBILITY) in _HIDDEN)
            row += repeated
        elif child.tag in _ROW_GROUPS:
            for inner in rows(child, row):
                yield inner
                row = inner.number + inner.repeated


def cells(row: etree._Element) -> Iterator[Place]:
    """The cells of a row that are seen; those under a merged cell are left out."""
    column = 1
    for cell in row:
        if cell.tag == _CELL:
            repeated = number(cell.get(_COLUMNS_REPEATED), 1, FURTHEST)
            height = number(cell.get(_ROWS_SPANNED), 1, FURTHEST)
            yield Place(
                cell,
                range(column, column + repeated),
                height,
                number(cell.get(_COLUMNS_SPANNED), 1, FURTHEST),
            )
            column += repeated
        elif cell.tag == _COVERED:
            column += number(cell.get(_COLUMNS_REPEATED), 1, FURTHEST)


def hidden_columns(table: etree._Element) -> set[int]:
    """The hidden columns of a table, as far as any table may reach."""
    hidden: set[int] = set()
    column = 1
    for element in _columns(table):
        end = column + number(element.get(_COLUMNS_REPEATED), 1, FURTHEST)
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
