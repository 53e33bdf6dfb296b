"""A page in, what stands on it out: tables with their texts and lines of prose, from top to bottom."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tasks.read.pdf_columns import Row, columns_of, row_of, text_of
from tasks.read.pdf_lattice import Box, Table, tables_of
from tasks.read.pdf_letters import Letter, em_of
from tasks.read.pdf_lines import Line, joined, lines_of, rows_of
from tasks.read.pdf_rules import Drawn

_ABOVE_FOOT = 0.35
"""A letter's middle, in heights above the line it stands on."""
_PADDING = 7.0
"""More than Office leaves free beside a cell's text (5.4 points)."""


@dataclass(slots=True)
class Part:
    """One cell of a table, or what of it stands on one page."""

    row: int
    """First row, from 0; grows when the table goes on from an earlier page."""
    row_span: int
    x0: float
    x1: float
    lines: list[Line]
    text: str
    page: int
    confidence: float = 1.0
    recognised: str = ""
    """As those of ``Cell``: less than sure only on a page that was read from its picture."""


@dataclass(slots=True)
class TablePart:
    """A table on one page."""

    page: int
    top: float
    left: float
    right: float
    rows: int
    parts: list[Part]
    padding: float
    """What cells leave free at the left of their text."""
    is_open_above: bool = False
    is_open_below: bool = False
    is_ruled: bool = True
    levels: Sequence[float] = ()
    """Its lines from top to bottom, where it is ruled."""


@dataclass(slots=True)
class ProseLine:
    """A line outside every table."""

    page: int
    top: float
    line: Line
    confidence: float = 1.0


@dataclass(slots=True)
class PageParts:
    """All that stands on a page."""

    number: int
    width: float
    height: float
    blocks: list[TablePart | ProseLine] = field(default_factory=list)
    """From top to bottom."""


def parts_of(number: int, size: tuple[float, float], letters: Sequence[Letter], drawn: Drawn) -> PageParts:
    """Put the letters of a page into its tables, and the others into lines.

    Args:
        number: Of the page, from 1.
        size: Its width and height; letters beyond them are not seen.
        letters: All of them.
        drawn: Its lines.

    Raises:
        UnreadableError: R08 where a table has too many rows or columns.
    """
    page = PageParts(number, *size)
    tables = tables_of(drawn.level, drawn.upright, em_of(letters))
    inside: defaultdict[int, list[Letter]] = defaultdict(list)
    outside: list[Letter] = []
    box: Box | None = None
    its: list[Letter] = []
    for letter in letters:
        x, y = (letter.x0 + letter.x1) / 2, letter.y - _ABOVE_FOOT * letter.size
        # Most letters stand in the cell of the letter before.
        if box is None or not (box.x0 < x < box.x1 and box.y0 < y < box.y1):
            if not (0 <= x <= page.width and 0 <= y <= page.height):
                continue
            box = _box(tables, x, y)
            its = outside if box is None else inside[id(box)]
        its.append(letter)
    page.blocks.extend(
        _table(number, table, inside) for table in tables if any(id(box) in inside for box in table.boxes)
    )
    rows = [row for each in rows_of(outside) if (row := row_of(each)) is not None]
    tops = [block.top for block in page.blocks]
    for stretch in _stretches(rows, tops):
        page.blocks.extend(_loose(page, stretch))
    page.blocks.sort(key=lambda block: block.top)
    return page


def _box(tables: Sequence[Table], x: float, y: float) -> Box | None:
    for table in tables:
        box = table.box_at(x, y)
        if box is not None:
            return box
    return None


def _stretches(rows: Sequence[Row], tops: Sequence[float]) -> Iterator[list[Row]]:
    """Lines that no table stands between."""
    for _, stretch in groupby(rows, key=lambda row: bisect_right(tops, row.top)):
        yield list(stretch)


def _loose(page: PageParts, rows: Sequence[Row]) -> Iterator[TablePart | ProseLine]:
    """Lines outside the ruled tables: tables without borders among them, and prose."""
    at = 0
    for table in columns_of(rows):
        yield from (_prose(page, row) for row in rows[at : table.first])
        at = table.last + 1
        parts = [
            Part(number, 1, left, right, lines, text_of(lines), page.number)
            for number, cells in enumerate(table.cells)
            for left, right, lines in zip(table.edges, table.edges[1:], cells, strict=False)
        ]
        top = rows[table.first].top
        between = rows[table.first].texts[0].size  # no column's text comes nearer than a letter to the next
        yield TablePart(
            page.number,
            top,
            table.edges[0],
            table.edges[-1],
            len(table.cells),
            parts,
            between,
            is_ruled=False,
        )
    yield from (_prose(page, row) for row in rows[at:])


def _prose(page: PageParts, row: Row) -> ProseLine:
    first, last = row.texts[0], row.texts[-1]
    text = "  ".join(text.text for text in row.texts)
    size = max(text.size for text in row.texts)
    return ProseLine(page.number, row.top, Line(first.x0, last.x1, first.y, size, text, first.head))


def _table(number: int, table: Table, inside: dict[int, list[Letter]]) -> TablePart:
    lines = [lines_of(inside.get(id(box), ())) for box in table.boxes]
    gaps = (each.x0 - box.x0 for box, its in zip(table.boxes, lines, strict=True) for each in its)
    padding = min(_PADDING, max(0.0, min(gaps, default=0.0)))
    parts = [
        Part(
            box.row,
            box.row_span,
            box.x0,
            box.x1,
            its,
            joined(its, box.x0 + padding, box.x1 - padding),
            number,
        )
        for box, its in zip(table.boxes, lines, strict=True)
    ]
    return TablePart(
        number,
        table.ys[0],
        table.xs[0],
        table.xs[-1],
        len(table.ys) - 1,
        parts,
        padding,
        table.is_open_above,
        table.is_open_below,
        levels=table.ys,
    )
