"""A PDF's grids in, the same with its scanned pages recognised out, in the order of the pages.

Which pages have no text, the reader of PDFs says in grids of their own; the reader of scans then reads those pages alone.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from schemas.form import Grid

SCANNED = "扫描页"
"""Name of the grid that stands for a page which only its picture tells; its one cell's reference names the page."""
_PAGE = re.compile(r"第(\d+)页")


def with_scans(grids: Sequence[Grid], recognise: Callable[[], Iterable[Grid]]) -> tuple[Grid, ...]:
    """Put what was recognised on scanned pages where those pages stand.

    Args:
        grids: Of the PDF, with a grid ``SCANNED`` for each page without text.
        recognise: Gives the grids of the pages without text; asked only where there are some.

    Returns:
        All grids by page, the tables counted anew.
    """
    if all(grid.name != SCANNED for grid in grids):
        return tuple(grids)
    whole = [*(grid for grid in grids if grid.name != SCANNED), *recognise()]
    whole.sort(key=_first_page)
    tables = 0
    found: list[Grid] = []
    for grid in whole:
        tables += not grid.is_prose
        found.append(grid if grid.is_prose else replace(grid, name=f"表{tables}"))
    return tuple(found)


def _first_page(grid: Grid) -> int:
    number = _PAGE.search(grid.cells[0].reference) if grid.cells else None
    return int(number[1]) if number else 0
