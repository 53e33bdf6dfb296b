"""A worksheet's drawing in, the texts that float over the sheet out, each with the cell it hangs on.

Text boxes and shapes (ECMA-376 part 1, 20.5); a connector or a picture says nothing. Of a thing stored twice, for new
readers and for old ones, the new one is taken.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from tasks.read import guard
from tasks.read.element import Element
from tasks.read.outline import At


def boxes(part: bytes) -> Iterator[tuple[At, str]]:
    """The texts of a drawing, by row and column from 1.

    Raises:
        UnreadableError: R01 where the part is damaged.
    """
    for anchor in guard.parse_xml(part).iter("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor"):
        at = _at(anchor)
        for body in anchor.iter("{*}txBody"):
            if any(etree.QName(each).localname == "Fallback" for each in body.iterancestors()):
                continue
            text = "\n".join(_line(paragraph) for paragraph in body.iterchildren("{*}p")).strip("\n")
            if text.strip():
                yield at, text


def _at(anchor: Element) -> At:
    start = next(anchor.iterchildren("{*}from"), None)
    if start is None:
        return 1, 1
    found: Mapping[str, str] = {etree.QName(each).localname: each.text or "" for each in start}
    row, column = (found.get(name, "").strip() for name in ("row", "col"))
    if not (row.isdecimal() and column.isdecimal()) or max(len(row), len(column)) > 7:
        return 1, 1
    return int(row) + 1, int(column) + 1


def _line(paragraph: Element) -> str:
    return "".join(
        "\n" if etree.QName(each).localname == "br" else each.text or ""
        for each in paragraph.iter("{*}t", "{*}br")
    )
