"""A sheet's part in, what is printed above each of its pages out: a year or 单位：万元 may stand nowhere else."""

import re
from html import unescape

from schemas.form import Cell, Grid
from tasks.read import guard

HEADER = "页眉"
"""Name of a grid of what is printed above each page of a sheet."""

_PRINTED = re.compile(rb"<(?:\w+:)?oddHeader\b[^>]*>([^<]{1,4096})</")
_CODE = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|\d+|[A-Za-z])')
"""ECMA-376 part 1, 18.3.1.39: font, colour, size, style, and what is only known when it is printed (page, date, name)."""
_AMPERSAND = "\ue000"
_PLACE = re.compile(r"&[LCR]|\r?\n")
"""Where the left, the middle or the right part begins."""


def header(part: bytes, tally: guard.Tally) -> Grid | None:
    """The header of a sheet's pages as prose, a row for each line of its parts.

    Args:
        part: The sheet's verified bytes.
        tally: Counts the cells of the whole file.
    """
    if part.rfind(b"oddHeader>") < 0:
        return None
    found = _PRINTED.search(part, part.rfind(b"sheetData"))
    if found is None:
        return None
    text = unescape(found[1].decode(errors="replace")).replace("&&", _AMPERSAND)
    lines = [
        line for each in _PLACE.split(text) if (line := _CODE.sub("", each).replace(_AMPERSAND, "&").strip())
    ]
    tally.cells(len(lines))
    cells = tuple(Cell(row, 1, line) for row, line in enumerate(lines, 1))
    return Grid(HEADER, cells, is_prose=True) if cells else None
