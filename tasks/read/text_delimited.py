"""Lines in, rows out: a row per line, cells parted by TABs (copied from Excel or Word), commas or semicolons (CSV).

A text in quotes may hold the sign that parts cells, or a line break.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from schemas.vocabulary import is_blank, vocabulary
from tasks.read import guard
from tasks.read.text_rows import Row, is_title, trimmed

_LONGEST_CELL_LINES = 60
"""Lines of one quoted cell; more of them means that a quote was left open."""
_FEWEST = 3
"""Rows that make a table."""


def tab_rows(lines: Sequence[str]) -> list[Row]:
    """The rows of a text with TABs between cells; a line without any is prose, unless a table goes on below it."""
    return trimmed(_marked(_parted(lines, "\t") or (line.split("\t") for line in lines)))


def comma_rows(lines: Sequence[str]) -> list[Row] | None:
    """The rows of CSV; None where the text is none: its rows differ in width, or name no project."""
    best: list[list[str]] | None = None
    for delimiter in (",", ";", "，", "；"):
        signs = sum(line.count(delimiter) for line in lines)
        if not _FEWEST <= signs <= guard.BUDGETS.cells:
            continue
        found = _parted(lines, delimiter)
        if found and _is_table(found) and (best is None or _width(found) > _width(best)):
            best = found
    return None if best is None else trimmed(_marked(best))


def _parted(lines: Sequence[str], delimiter: str) -> list[list[str]] | None:
    """The records of quoted text; None where its quotes do not close."""
    try:
        found = list(csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    if any(text.count("\n") > _LONGEST_CELL_LINES for record in found for text in record):
        return None
    return found


def _width(records: Iterable[Sequence[str]]) -> int:
    return Counter(len(record) for record in records if len(record) > 1).most_common(1)[0][0]


def _is_table(records: Sequence[Sequence[str]]) -> bool:
    """Whether most records have the same cells, and one of them names a project or a table; prose has neither."""
    several = [record for record in records if len(record) > 1]
    if len(several) < _FEWEST or len(several) * 3 < sum(1 for record in records if record):
        return False
    even = sum(len(record) == len(below) for record, below in pairwise(several))
    return even * 5 >= (len(several) - 1) * 4 and any(map(_tells_of_table, several))


def _tells_of_table(record: Sequence[str]) -> bool:
    return is_title(record[0]) or any(map(vocabulary().names_project, record))


def _marked(records: Iterable[list[str]]) -> Iterator[Row]:
    """Records as rows, those of a single cell as prose where it is no title and no year."""
    for record in records:
        if any(not is_blank(text) for text in record):
            yield Row(record, is_prose=len(record) == 1 and not is_title(record[0]))
