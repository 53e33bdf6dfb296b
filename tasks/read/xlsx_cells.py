"""A worksheet's part in, what is written in its cells out: texts and numbers with place and style, merges, hidden lines.

Excel, WPS, LibreOffice and the usual libraries write a cell in the same few ways, which are found in one pass over the
bytes. A part written in any other way is read through a tree, to the same result. Names: ECMA-376 part 1, 18.3.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from lxml import etree

from tasks.read import guard
from tasks.read.element import Element
from tasks.read.sheets import Block, Sheet
from tasks.read.xlsx_text import fragment_text, rich_text, text_of

Kind = Literal["text", "number", "formula"]
Written = tuple[int, int, int, Kind, str]
"""Row and column from 1, style, and a text, a number as written, or a formula nobody has calculated."""

# What stands in a cell ends before the next cell, so that a cell without an end costs no search through the whole part.
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"([^<>]*?)(?:/>|>(?:<v>([^<]*)</v></c>'
    rb'|<is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>|((?:[^<]++|<(?!/?c[ >]))*+)</c>))'
)
_BODY = re.compile(rb"(<f[^<>]*?(?:/>|>([^<]*)</f>))?(?:<v(?: [^<>]*?)?(?:/>|>([^<]*)</v>))?")
_INLINE = re.compile(rb"<is>(.*)</is>", re.DOTALL)
_ATTRIBUTE = re.compile(rb' ([\w:]+)="([^"]*)"')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_HIDDEN = re.compile(rb'<(row|col) ([^<>]*? )?hidden="(?:1|true)"[^<>]*>')
_END = re.compile(rb"</worksheet>\s*$")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_ON = ("1", "true")
_CALCULATED = "（公式）"
"""A formula that says only that another cell's goes on here."""


_LARGE = 1 << 18
"""Bytes."""


class UnusualError(Exception):
    """The part is not written in the usual way."""


def fill(sheet: Sheet, part: bytes, strings: Sequence[str]) -> list[Written]:
    """Read a worksheet.

    Args:
        sheet: Is given the merged blocks and the hidden rows and columns.
        part: UTF-8 XML without a document type.
        strings: The workbook's shared strings.

    Returns:
        Each cell that holds something, in the order of the part.

    Raises:
        UnreadableError: R01 where the part is damaged, R08 where it holds more cells than the budget.
    """
    count = part.count(b"<c ") + part.count(b"<c>")
    if count > guard.BUDGETS.cells:
        limit = f"{guard.BUDGETS.cells:,} 个单元格"
        raise guard.over(f"一张工作表超过 {limit}", f"不超过 {limit}")
    if b"<!" not in part and _END.search(part, max(0, len(part) - 200)):
        try:
            found = list(_quick(part, strings))
            _quick_layout(sheet, part)
        except UnusualError:
            sheet.hidden_rows, sheet.hidden_columns, sheet.blocks = set(), set(), []
        else:
            return found
    return _thorough(sheet, guard.parse_xml(part), strings)


# ---- the usual way


def _quick(part: bytes, strings: Sequence[str]) -> Iterator[Written]:
    columns: dict[bytes, int] = {}
    known = len(strings)
    # A large sheet row by row, so that it does not stand in memory twice.
    for line in (part,) if len(part) < _LARGE else part.split(b"</row>"):
        found = _CELL.findall(line)
        if len(found) != line.count(b"<c ") + line.count(b"<c>"):
            raise UnusualError
        for letters, digits, raw, value, inline, body in found:
            if not value and not inline and not body:
                continue
            column = columns.get(letters)
            if column is None:
                column = columns[letters] = column_number(letters.decode())
            style, kind = _attributes(raw)
            content: tuple[Kind, str] | None
            if inline:
                content = "text", text_of(inline)
            elif value and kind == b"s" and value.isdigit() and len(value) < 10 and int(value) < known:
                # Nearly all texts of a sheet.
                text = strings[int(value)]
                content = ("text", text) if text else None
            elif value:
                content = _content(kind, value, None, strings)
            else:
                content = _body(kind, body, strings)
            if content is not None:
                yield int(digits), column, style, *content


@lru_cache(maxsize=1024)
def _attributes(raw: bytes) -> tuple[int, bytes]:
    """Style and type of a cell."""
    found = dict(_ATTRIBUTE.findall(raw))
    style = found.get(b"s", b"0")
    if len(raw.strip()) != sum(len(key) + len(value) + 4 for key, value in found.items()) - bool(found):
        raise UnusualError
    if not style.isdigit() or len(style) > 6:
        raise UnusualError
    return int(style), found.get(b"t", b"n")


def _body(kind: bytes, body: bytes, strings: Sequence[str]) -> tuple[Kind, str] | None:
    inline = _INLINE.fullmatch(body)
    if inline:
        text = fragment_text(inline[1])
        return ("text", text) if text else None
    found = _BODY.fullmatch(body)
    if not found:
        raise UnusualError
    formula = None if found[1] is None else text_of(found[2] or b"")
    return _content(kind, found[3] or b"", formula, strings)


def _content(
    kind: bytes, value: bytes, formula: str | None, strings: Sequence[str]
) -> tuple[Kind, str] | None:
    """What a cell holds; None where it is empty."""
    if not value:
        # A formula may well give an empty text; without a type it has never been calculated.
        if formula is None or kind != b"n":
            return None
        return "formula", f"={formula}" if formula else _CALCULATED
    if kind == b"n":
        return "number", text_of(value)
    if kind == b"s":
        at = int(value) if value.isdigit() and len(value) < 10 else len(strings)
        if at >= len(strings):
            raise guard.broken("工作簿的内容已损坏")
        text = strings[at]
        return ("text", text) if text else None
    if kind == b"b":
        return "text", "TRUE" if value in (b"1", b"true") else "FALSE"
    # Texts, errors (#REF!) and dates stand as they are shown.
    return "text", text_of(value)


def _quick_layout(sheet: Sheet, part: bytes) -> None:
    merges = _MERGE.findall(part)
    if len(merges) != part.count(b"<mergeCell "):
        raise UnusualError
    for left, top, right, bottom in merges:
        sheet.blocks.append(
            Block(int(top), column_number(left.decode()), int(bottom), column_number(right.decode()))
        )
    if b'hidden="1"' not in part and b'hidden="true"' not in part:
        return
    for line in _HIDDEN.finditer(part):
        _hide(sheet, line[1] == b"row", {k.decode(): v.decode() for k, v in _ATTRIBUTE.findall(line[0])})


# ---- any other way


def _thorough(sheet: Sheet, root: Element, strings: Sequence[str]) -> list[Written]:
    found: list[Written] = []
    row = column = 0
    for element in root.iter("{*}row", "{*}c", "{*}col", "{*}mergeCell"):
        name = etree.QName(element).localname
        if name == "c":
            place = _REFERENCE.fullmatch(str(element.get("r", "")))
            # A cell without an address stands behind the one before it, a row without a number below it.
            row, column = (int(place[2]), column_number(place[1])) if place else (row, column + 1)
            content = _of_element(element, strings)
            style = str(element.get("s", "0"))
            if content is not None:
                known = style.isascii() and style.isdigit() and len(style) < 7
                found.append((row, column, int(style) if known else 0, *content))
        elif name == "row":
            number = str(element.get("r", ""))
            row = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else row + 1
            column = 0
            if element.get("hidden") in _ON:
                sheet.hidden_rows.add(row)
        elif name == "mergeCell":
            _merge(sheet, str(element.get("ref", "")))
        elif element.get("hidden") in _ON:
            _hide(sheet, False, {str(key): str(value) for key, value in element.attrib.items()})
    return found


def _of_element(cell: Element, strings: Sequence[str]) -> tuple[Kind, str] | None:
    value, formula = b"", None
    for element in cell:
        name = etree.QName(element).localname
        if name == "v":
            value = _escaped(element.text or "")
        elif name == "f":
            formula = element.text or ""
        elif name == "is":
            text = rich_text(element)
            return ("text", text) if text else None
    return _content(str(cell.get("t", "n")).encode(), value, formula, strings)


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").encode()


def _merge(sheet: Sheet, reference: str) -> None:
    start, _, end = reference.partition(":")
    first, last = _REFERENCE.fullmatch(start), _REFERENCE.fullmatch(end)
    if first and last:
        sheet.blocks.append(
            Block(int(first[2]), column_number(first[1]), int(last[2]), column_number(last[1]))
        )


def _hide(sheet: Sheet, is_row: bool, attributes: dict[str, str]) -> None:
    """Note a hidden row or stretch of columns."""
    names = ("r", "r") if is_row else ("min", "max")
    first, last = (attributes.get(name, "") for name in names)
    if not (first.isdigit() and last.isdigit()) or max(len(first), len(last)) > 7:
        raise UnusualError
    if is_row:
        sheet.hidden_rows.add(int(first))
    else:
        # Columns beyond the budget hold nothing, or the sheet is refused.
        sheet.hidden_columns.update(range(int(first), min(int(last), guard.BUDGETS.columns + 1) + 1))


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """A column's number, from its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
