"""A table's cells with tables nested in them in, grids out: each cell once, where a reader of the page sees it.

A nested table beside a cell that says something (项目名称 | [ 村干部 | 补贴 ]) is a part of that row: its cells take
the place of the cell that holds it, and the row grows. One that stands alone in its row only lies on the outer table
as on a page: it is a grid of its own, between what stands above and below it.
"""

from collections.abc import Callable, Iterator
from itertools import groupby

from schemas.form import Grid
from tasks.read.docx_table import Draft
from tasks.read.docx_text import shows
from tasks.read.element import Element

Reader = Callable[[Element], list[Draft]]


def laid_out(
    name: str, drafts: list[Draft], read: Reader, grids: Callable[[Element], Iterator[Grid]]
) -> Iterator[Grid]:
    """The grids of a table.

    Args:
        name: Of the table.
        drafts: Its cells.
        read: Gives the cells of a nested table.
        grids: Gives the grids of a nested table that is one of its own.
    """
    piece: list[Draft] = []
    for draft in _spliced(drafts, read):
        if draft.parts is None:
            piece.append(draft)
            continue
        for part in draft.parts:
            if not isinstance(part, str):
                if piece:
                    yield _grid(name, piece)
                piece = []
                yield from grids(part)
            elif shows(part):
                piece.append(Draft(draft.row, draft.column, draft.column_span, part))
                draft.row += 1
    if piece:
        yield _grid(name, piece)


def _grid(name: str, drafts: list[Draft]) -> Grid:
    return Grid(name, tuple(draft.finished() for draft in drafts))


def _spliced(drafts: list[Draft], read: Reader) -> list[Draft]:
    """The cells with nested tables beside other cells put in their place, rows numbered anew; order is kept."""
    rows = [(row, list(group)) for row, group in groupby(drafts, key=lambda draft: draft.row)]
    inner: dict[int, list[Draft]] = {}
    growth: dict[int, int] = {}
    for row, group in rows:
        holders = [draft for draft in group if draft.parts is not None]
        if not holders:
            continue
        if len(holders) == 1 and any(shows(draft.text) for draft in group if draft is not holders[0]):
            inner[id(holders[0])], height = _in_place(holders[0], read)
        else:
            height = max(
                sum(isinstance(part, str) and shows(part) for part in each.parts or ()) for each in holders
            )
        growth[row] = max(0, height - 1)
    if not growth:
        return drafts
    first = _first_rows(growth, max(draft.row + draft.row_span for draft in drafts))
    placed: list[Draft] = []
    for row, group in rows:
        line: list[Draft] = []
        for draft in group:
            end = first[row + draft.row_span]
            if id(draft) in inner:
                for cell in inner[id(draft)]:
                    cell.row += first[row] - 1
                    line.append(cell)
                continue
            draft.row = first[row]
            draft.row_span = end - draft.row
            line.append(draft)
        placed.extend(sorted(line, key=lambda draft: (draft.row, draft.column)))
    return placed


def _first_rows(growth: dict[int, int], end: int) -> list[int]:
    """By its old number, the number of each row; one behind the last included."""
    first = [0, 1]
    for row in range(1, end):
        first.append(first[row] + 1 + growth.get(row, 0))
    return first


def _in_place(holder: Draft, read: Reader) -> tuple[list[Draft], int]:
    """What a cell holds as cells from row 1 on, and how many rows they take."""
    cells: list[Draft] = []
    height = 0
    for part in holder.parts or ():
        if isinstance(part, str):
            if shows(part):
                height += 1
                cells.append(Draft(height, holder.column, holder.column_span, part))
            continue
        rows = _spliced(read(part), read)
        for cell in rows:
            if cell.parts is not None:
                # A table alone in its row of this one: one more level down, all of it is a part of the outer row.
                deeper, _ = _in_place(cell, read)
                cell.text = "\n".join(each.text for each in deeper if shows(each.text))
                cell.parts = None
            cell.row += height
            cell.column += holder.column - 1
        cells.extend(rows)
        height = max([height, *(cell.row + cell.row_span - 1 for cell in rows)])
    return cells, max(1, height)
