"""Rows of one grid in, the same in stretches out: several tables of projects below each other, each with its own heading.

A department's table stands below another's, or the indicators of all projects below what they cost. A heading again on
the next page, with the title or without, opens no table.
"""

from collections.abc import Sequence
from itertools import pairwise

from schemas.vocabulary import fold
from tasks.parse.rows import Row
from tasks.parse.wide import heads_wide

_MOST_ABOVE = 4
"""Rows above a heading that may be its title and what is said of the whole table."""
_MOST_SAID = 3
"""Cells of such a row."""


def sections(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """Cut a grid before each further table of projects.

    Args:
        rows: All rows of one table or grid.

    Returns:
        The stretches in order; all rows as they are where they hold one table, or none.
    """
    heads = [] if rows[0].grid.is_prose else [at for at, row in enumerate(rows) if row.may_head]
    heads = [at for at in heads if heads_wide(rows, at)] if len(heads) > 1 else []
    if len(heads) < 2:
        return [rows]
    starts = [0]
    said = _said(rows, heads[0], 0)
    for before, at in pairwise(heads):
        start = _start(rows, at, before)
        again = _said(rows, at, start)
        if rows[at].texts != rows[before].texts or (again and again != said):
            starts.append(start)
            said = again
    return [rows[start:end] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _start(rows: Sequence[Row], at: int, above: int) -> int:
    """Where what is said above a heading begins: its title, or the lines right above it that are none of a project."""
    start = at
    while start - 1 > above and at - start < _MOST_ABOVE and _is_caption(rows[start - 1]):
        start -= 1
    return start


def _is_caption(row: Row) -> bool:
    if not row.filled:
        return True
    return len(row.filled) <= _MOST_SAID and all(
        sense.is_title
        or sense.aside is not None
        or sense.year is not None
        or sense.money_note is not None
        or (":" in fold(sense.text) and sense.label is not None)
        for sense in row.senses
    )


def _said(rows: Sequence[Row], at: int, start: int) -> tuple[str, ...]:
    """What the lines from ``start`` to a heading say."""
    return tuple(
        text for row in rows[max(start, at - _MOST_ABOVE) : at] if _is_caption(row) for text in row.texts
    )
