"""What a sheet shows, cell by cell, in; its grids out: merged blocks as one cell, hidden rows and columns set apart.

Shared by the readers of sheets that know their cells one by one (.ods, .xls, XML tables). Only what is written counts:
a sheet of a million empty rows costs nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from schemas.form import Cell, Grid
from tasks.read import guard
from tasks.read.outline import At, Block, column_letters, outlines

HEADER = "页眉"
"""Name of a grid of what is printed above each page of a sheet."""
_SMALL = 2_000
"""Texts of a sheet whose extent is remembered, as its outline is."""
_QUOTED_NAME = re.compile(r"[^\w.]|^\d")


@dataclass(slots=True)
class Sheet:
    """A sheet as its file describes it; rows and columns from 1."""

    name: str
    is_hidden: bool = False
    texts: dict[At, str] = field(default_factory=dict)
    """What each cell shows that shows something, in any order."""
    blocks: list[Block] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    boxes: list[tuple[At, str]] = field(default_factory=list)
    """Texts that float over the sheet, with the cell they hang on."""
    printed: tuple[str, ...] = ()
    """Lines above its pages when it is printed."""

    def hides(self, at: At) -> bool:
        """Whether a cell stands in a hidden row or column."""
        return at[0] in self.hidden_rows or at[1] in self.hidden_columns


def reference(sheet_name: str, row: int, column: int) -> str:
    """Where a person finds a cell: ``Sheet1!E15``, ``'村 干部'!A1``."""
    return f"{_prefix(sheet_name)}{column_letters(column)}{row}"


def grids(sheet: Sheet, tally: guard.Tally) -> Iterator[Grid]:
    """The grids of a sheet: what is seen of it, and apart from it what its hidden rows and columns hold.

    Args:
        sheet: The sheet.
        tally: Counts the tables and cells of the whole file.

    Yields:
        What is printed above its pages, as prose; the sheet's grid, named ``表N``; a hidden sheet's alone, under its own
        name. Then a hidden grid, where a row or column of a visible sheet is hidden and holds something.

    Raises:
        UnreadableError: R08 over a budget.
    """
    if sheet.is_hidden:
        yield Grid(sheet.name, _cells(sheet, sheet.texts, {}, tally), is_hidden=True)
        return
    seen, moved = sheet.texts, dict[At, At]()
    unseen: dict[At, str] = {}
    if sheet.hidden_rows or sheet.hidden_columns:
        moved = _moved(sheet)
        seen = {
            moved.get(at, at): text for at, text in sheet.texts.items() if at in moved or not sheet.hides(at)
        }
        unseen = {at: text for at, text in sheet.texts.items() if at not in moved and sheet.hides(at)}
    header = None
    if sheet.printed:
        tally.cells(len(sheet.printed))
        lines = tuple(Cell(row, 1, line) for row, line in enumerate(sheet.printed, 1))
        header = Grid(HEADER, lines, is_prose=True)
        yield header
    name = f"表{tally.table()}"
    sources = {shown: at for at, shown in moved.items()}
    yield Grid(name, _cells(sheet, seen, sources, tally), header=header)
    if unseen:
        cells = tuple(
            Cell(*at, text, reference=reference(sheet.name, *at)) for at, text in sorted(unseen.items())
        )
        place = next((cell.reference for cell in cells if cell.text.strip()), "").rpartition("!")[2]
        yield Grid(f"{sheet.name}（隐藏的行列，如 {place}）", cells, is_hidden=True)


def _moved(sheet: Sheet) -> dict[At, At]:
    """Merged texts whose own row or column is hidden, by where the rest of their block still shows them."""
    moved: dict[At, At] = {}
    for top, left, bottom, right in sheet.blocks:
        if (top, left) in sheet.texts and sheet.hides((top, left)):
            # The hidden sets are no wider than the budgets, so what lies beyond them is soon found.
            row = next((row for row in range(top, bottom + 1) if row not in sheet.hidden_rows), None)
            column = next(
                (column for column in range(left, right + 1) if column not in sheet.hidden_columns), None
            )
            if row is not None and column is not None:
                moved[top, left] = (row, column)
    return moved


def _cells(sheet: Sheet, texts: dict[At, str], sources: dict[At, At], tally: guard.Tally) -> tuple[Cell, ...]:
    """Cells of each row that shows something, blank ones included, in reading order; boxes behind their row's cells."""
    if not texts:
        return _with_boxes(sheet, [], tally)
    rows, left, (bottom, right) = (_known_extent if len(texts) <= _SMALL else _extent)(tuple(texts))
    tally.reach(bottom, right)
    if any(map(str.isspace, texts.values())):
        rows = tuple(sorted({row for (row, _), text in texts.items() if not text.isspace()}))
    columns = tuple(range(left, right + 1))
    if sheet.hidden_columns and not sheet.is_hidden:
        columns = tuple(column for column in columns if column not in sheet.hidden_columns)
    tally.cells(len(rows) * len(columns))
    blocks, prefix = _blocks(sheet, sources), _prefix(sheet.name)
    found = list(
        chain.from_iterable(
            each.fill(texts, prefix) for each in outlines(rows, columns, blocks, (bottom, right), tally)
        )
    )
    if sources:
        found = [
            cell._replace(reference=reference(sheet.name, *sources.get(cell[:2], cell[:2]))) for cell in found
        ]
    return _with_boxes(sheet, found, tally)


def _extent(places: tuple[At, ...]) -> tuple[tuple[int, ...], int, At]:
    """The rows of some places in order, their first column, and their last row and column."""
    rows, columns = zip(*places, strict=True)
    return tuple(sorted({*rows})), min(columns), (max(rows), max(columns))


_known_extent = lru_cache(maxsize=64)(_extent)


def _with_boxes(sheet: Sheet, cells: list[Cell], tally: guard.Tally) -> tuple[Cell, ...]:
    if sheet.boxes:
        tally.cells(len(sheet.boxes))
        cells += (
            Cell(*at, text, reference=reference(sheet.name, *at), is_floating=True)
            for at, text in sheet.boxes
        )
        cells.sort(key=attrgetter("row"))
    return tuple(cells)


def _blocks(sheet: Sheet, sources: dict[At, At]) -> list[Block]:
    """The merged blocks; one whose corner is hidden begins where it is still seen."""
    if not sources:
        return sheet.blocks
    shown_at = {source: at for at, source in sources.items()}
    return [Block(*shown_at.get(block[:2], block[:2]), *block[2:]) for block in sheet.blocks]


def _prefix(sheet_name: str) -> str:
    return f"'{sheet_name}'!" if _QUOTED_NAME.search(sheet_name) else f"{sheet_name}!"
