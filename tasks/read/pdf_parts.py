"""A page in, what stands on it out: tables with their texts and lines of prose, from top to bottom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.read.pdf_lattice import Box, Table, tables_of
from tasks.read.pdf_letters import Letter, em_of
from tasks.read.pdf_lines import Line, joined, line_of, lines_of, rows_of
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

    def row(self, number: int) -> list[Part]:
        """The cells that begin in a row."""
        return [part for part in self.parts if part.row == number]


@dataclass(slots=True)
class ProseLine:
    """A line outside every table."""

    page: int
    top: float
    line: Line


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
    for letter in letters:
        x, y = (letter.x0 + letter.x1) / 2, letter.y - _ABOVE_FOOT * letter.size
        if not (0 <= x <= page.width and 0 <= y <= page.height):
            continue
        box = _box(tables, x, y)
        (outside if box is None else inside[id(box)]).append(letter)
    page.blocks.extend(
        _table(number, table, inside) for table in tables if any(id(box) in inside for box in table.boxes)
    )
    for row in rows_of(outside):
        line = line_of(row)
        if line is not None:
            page.blocks.append(ProseLine(number, line.y - line.size, line))
    page.blocks.sort(key=lambda block: block.top)
    return page


def _box(tables: Sequence[Table], x: float, y: float) -> Box | None:
    for table in tables:
        box = table.box_at(x, y)
        if box is not None:
            return box
    return None


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
    )
