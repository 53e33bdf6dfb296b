"""Rows of texts in, grids out: what the readers of all flattenings share.

Each table of a text is a grid of its own; a title row opens one where a form follows it. A row's number is its place
in its grid: in the flattenings with a row per line, the line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.form import Cell, Grid
from schemas.vocabulary import is_blank, vocabulary
from tasks.read import guard

PROSE = "段落"
"""Name of a grid of prose."""


@dataclass(slots=True)
class Row:
    """The texts of one row, blank ones included, or a line of prose."""

    texts: list[str]
    is_prose: bool = False


def grids_of(rows: Sequence[Row]) -> tuple[Grid, ...]:
    """One grid per table, and one per stretch of prose between them.

    Raises:
        UnreadableError: R08 over a budget.
    """
    tally = guard.Tally()
    found: list[Grid] = []
    opened: list[Row] = []
    starts = _table_starts(rows)
    for index, row in enumerate(rows):
        if opened and (index in starts or row.is_prose != opened[-1].is_prose):
            found.append(_grid(opened, tally))
            opened = []
        opened.append(row)
    if opened:
        found.append(_grid(opened, tally))
    return tuple(found)


def trimmed(rows: Iterable[Row]) -> list[Row]:
    """Rows without the blank cells behind the last column that shows anything in the stretch of rows they stand in."""
    told: list[Row] = []
    stretch: list[Row] = []
    for row in rows:
        if row.is_prose:
            told.extend((*_cut(stretch), row))
            stretch = []
        else:
            stretch.append(row)
    return [*told, *_cut(stretch)]


def _cut(stretch: Sequence[Row]) -> list[Row]:
    width = 0
    for row in stretch:
        shown = len(row.texts)
        while shown > width and is_blank(row.texts[shown - 1]):
            shown -= 1
        width = max(width, shown)
    return [Row(row.texts[:width]) for row in stretch if width]


def is_title(text: str) -> bool:
    """Whether a text standing alone is the title of a table or names a form's year."""
    words = vocabulary()
    return bool(words.title(text) or words.set_aside(text) or words.year(text))


def _table_starts(rows: Sequence[Row]) -> set[int]:
    """Where a title row opens a table: before a form's name, not where it is only repeated at a page break."""
    words = vocabulary()
    starts: set[int] = set()
    title: int | None = None
    for index, row in enumerate(rows):
        filled = [text for text in row.texts if not is_blank(text)]
        if row.is_prose or not filled:
            continue
        if len(filled) == 1 and words.set_aside(filled[0]):
            starts.add(index)
            title = None
        elif len(filled) == 1 and words.title(filled[0]):
            title = index
        elif title is not None and any(map(words.names_project, row.texts)):
            starts.add(title)
            title = None
    return starts


def _grid(rows: Sequence[Row], tally: guard.Tally) -> Grid:
    is_prose = rows[0].is_prose
    name = PROSE if is_prose else f"表{tally.table()}"
    cells: list[Cell] = []
    for number, row in enumerate(rows, 1):
        tally.cells(len(row.texts))
        tally.reach(number, len(row.texts))
        cells.extend(Cell(number, column, text) for column, text in enumerate(row.texts, 1))
    return Grid(name, tuple(cells), is_prose)
