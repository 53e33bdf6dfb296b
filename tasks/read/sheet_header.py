"""What is printed above each page of a sheet, as its file keeps it, in; its lines as a person sees them out.

A year or 单位：万元 may stand nowhere else. Excel keeps left, middle and right part in one text with codes, the same in
.xlsx, .xls and its XML of 2003.
"""

import re
from collections.abc import Iterable
from html import unescape

from tasks.read.xlsx_text import shown

_HEADER = re.compile(rb"<(?:\w+:)?(first|odd|even)Header\b[^>]*>([^<]{1,4096})</")
_BLOCK = b"headerFooter"
_OTHER_FIRST, _OTHER_EVEN = (
    re.compile(name + rb"""\s*=\s*["'](?:1|true)["']""") for name in (b"differentFirst", b"differentOddEven")
)
_CODE = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|\d+|[A-Za-z])')
"""ECMA-376 part 1, 18.3.1.39: font, colour, size, style, and what is only known when it is printed (page, date, name)."""
_AMPERSAND = "\ue000"
_PLACE = re.compile(r"&[LCR]|\r?\n")
"""Where the left, the middle or the right part begins."""


def of_part(part: bytes) -> tuple[str, ...]:
    """The lines above the pages of a sheet of .xlsx.

    Args:
        part: The sheet's verified bytes, or those behind its cells.
    """
    end = part.rfind(_BLOCK + b">")
    start = part.rfind(_BLOCK, 0, max(end, 0))
    # What one person's own view prints stands in the same words before what the sheet does.
    if start < 0 or part.find(b"customSheetViews>", end) >= 0:
        return ()
    block = part[start:end]
    said = block[: block.find(b">")]
    found = {each[1]: unescape(each[2].decode(errors="replace")) for each in _HEADER.finditer(block)}
    return lines(
        shown(found.get(b"first", "")) if _OTHER_FIRST.search(said) else "",
        shown(found.get(b"odd", "")),
        shown(found.get(b"even", "")) if _OTHER_EVEN.search(said) else "",
    )


def lines(*coded: str) -> tuple[str, ...]:
    """The lines of headers with Excel's codes, those of the first page first, each line once."""
    parts = (
        _CODE.sub("", part).replace(_AMPERSAND, "&")
        for text in coded
        for part in _PLACE.split(text.replace("&&", _AMPERSAND))
    )
    return once(parts)


def once(parts: Iterable[str]) -> tuple[str, ...]:
    """The lines that show something, each once: the pages of a sheet mostly repeat what the first says."""
    return tuple(dict.fromkeys(line for part in parts if (line := part.strip())))
