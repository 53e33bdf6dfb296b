"""Which cells of a sheet are shown in, where each of them stands out.

The sheets of a workbook are mostly copies of one, and so are the workbooks of a county: where their cells stand is
worked out once. What they show is put in by ``fill``, which costs next to nothing for each.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from schemas.form import Cell
from tasks.read import guard

At = tuple[int, int]
"""Row and column, from 1."""
_ONE = (1, 1)
"""The span of a cell that is not merged."""
_SMALL = 2_000
"""Cells, and merged blocks, of a sheet whose outline is kept: some forms."""
_ROWS_AT_ONCE = 500
"""Of a larger one, so that it does not stand in memory twice."""


class Block(NamedTuple):
    """A merged block, both corners in it."""

    top: int
    left: int
    bottom: int
    right: int


class Outline(NamedTuple):
    """The places of cells, in reading order."""

    places: tuple[At, ...] = ()
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    heights: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    """``E15``."""

    def fill(self, texts: Mapping[At, str], prefix: str) -> Iterator[Cell]:
        """The cells.

        Args:
            texts: What each shows that shows something.
            prefix: What stands before its name: ``Sheet1!``.
        """
        fields = zip(
            self.rows,
            self.columns,
            map(texts.get, self.places, repeat("")),
            self.heights,
            self.widths,
            map(prefix.__add__, self.names),
            repeat(False),
            repeat(1.0),
            repeat(""),
            strict=False,
        )
        # All fields at once: a cell's own constructor takes several times as long, and no sheet is read faster than this.
        return map(tuple.__new__, repeat(Cell), fields)


def outlines(
    rows: Sequence[int], columns: Sequence[int], blocks: Sequence[Block], corner: At, tally: guard.Tally
) -> Iterator[Outline]:
    """Where the cells of a sheet stand.

    Args:
        rows: Those that are shown, in order.
        columns: Those that are shown, in order.
        blocks: Merged blocks; of overlapping ones the last counts.
        corner: The last row and column that anything is written in: blocks end there.
        tally: Counts the cells the blocks cover.

    Yields:
        The outline of some rows after the other: a block is one cell at its corner.

    Raises:
        UnreadableError: R08 over a budget.
    """
    if not rows:
        return
    if len(rows) * len(columns) <= _SMALL and len(blocks) <= _SMALL:
        whole, covered = _small(tuple(rows), tuple(columns), tuple(blocks), corner)
        tally.cells(covered)
        yield whole
        return
    spans, _ = _spans(blocks, corner, tally)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        yield _placed(rows[start : start + _ROWS_AT_ONCE], columns, spans)


@lru_cache(maxsize=64)
def _small(
    rows: tuple[int, ...], columns: tuple[int, ...], blocks: tuple[Block, ...], corner: At
) -> tuple[Outline, int]:
    """An outline, and how many cells its blocks cover."""
    spans, covered = _spans(blocks, corner, guard.Tally())
    return _placed(rows, columns, spans), covered


def _placed(rows: Sequence[int], columns: Sequence[int], spans: Mapping[At, At | None]) -> Outline:
    heads = [(column, column_letters(column)) for column in columns]
    return Outline(
        *zip(
            *(
                (at, row, column, *span, f"{head}{row}")
                for row in rows
                for column, head in heads
                if (span := spans.get(at := (row, column), _ONE))
            ),
            strict=True,
        )
    )


def _spans(blocks: Sequence[Block], corner: At, tally: guard.Tally) -> tuple[dict[At, At | None], int]:
    """The span at the corner of each merged block, None at the cells it covers; and how many cells that are."""
    last, end = corner
    spans: dict[At, At | None] = {}
    covered = 0
    for top, left, bottom, right in blocks:
        height, width = min(bottom, last) - top + 1, min(right, end) - left + 1
        if height > 0 and width > 0:
            tally.cells(height * width)
            covered += height * width
            for row in range(top, top + height):
                for column in range(left, left + width):
                    spans[row, column] = None
            spans[top, left] = (height, width)
    return spans, covered


def column_letters(number: int) -> str:
    """A column's letters, from its number."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
