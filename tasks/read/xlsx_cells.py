"""A worksheet's part in, what it shows out: the texts of its cells by place, merged blocks, hidden rows and columns.

Excel, WPS, LibreOffice and the usual libraries write a cell in the same few ways, which are found in one pass over the
bytes. A part written in any other way is read through a tree, to the same result. Names: ECMA-376 part 1, 18.3.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from lxml import etree

from tasks.read import guard
from tasks.read.element import Element
from tasks.read.outline import At, Block
from tasks.read.sheets import Sheet
from tasks.read.xlsx_text import fragment_text, rich_text, text_of
from tasks.read.xlsx_values import Values

Formula = tuple[At, str]
"""Where a formula stands that nobody has calculated, and how it is written."""

_Written = tuple[Literal["text", "number", "formula"], str]
"""What is written in a cell: a text, a number, or a formula nobody has calculated."""

# What stands in a cell ends before the next cell, so that a cell without an end costs no search through the whole part.
_CELL = re.compile(
    rb'<c r="([^"<]*+)"([^<>/]*+)(?:/>|>(?:<v>(\d{1,9}+)</v></c>'
    rb'|<is><t(?: xml:space="preserve")?>([^<]*+)</t></is></c>|((?:[^<]++|<(?!/?c[ >]))*+)</c>))'
)
"""A cell's name, its other attributes, and a number, a text, or whatever else stands in it."""
_CELL_START = b"<c"
_DATA, _DATA_END = b"<sheetData", b"</sheetData>"
_VALUE = re.compile(rb"<v>([^<]+)</v>")
_BODY = re.compile(rb"(<f[^<>]*?(?:/>|>([^<]*)</f>))?(?:<v(?: [^<>]*?)?(?:/>|>([^<]*)</v>))?")
_INLINE = re.compile(rb"<is>(.*)</is>", re.DOTALL)
_ATTRIBUTE = re.compile(rb' ([\w:]+)="([^"]*)"')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3}+\d{1,7}+):([A-Z]{1,3}+\d{1,7}+)"')
_MERGES, _MERGE_START = b"mergeCells", b"<mergeCell "
_HIDDEN = re.compile(rb'<(row|col) ([^<>]*? )?hidden="(?:1|true)"[^<>]*>')
_END = re.compile(rb"</worksheet>\s*$")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_ON = ("1", "true")
_CALCULATED = "（公式）"
"""A formula that says only that another cell's goes on here."""
_ROW_END = b"</row>"
_LARGE = 1 << 18
"""Bytes."""
_KEPT = 1 << 15
"""Bytes of merged blocks that are remembered: sheets of forms are mostly merged alike, what is large is one of its kind."""
_SMALLEST_CELL = len("<c/>")


class UnusualError(Exception):
    """The part is not written in the usual way."""


def fill(sheet: Sheet, part: bytes, values: Values) -> list[Formula]:
    """Read a worksheet.

    Args:
        sheet: Is given the texts, the merged blocks and the hidden rows and columns.
        part: UTF-8 XML without a document type.
        values: What the cells refer to.

    Returns:
        The formulas without a result, in the order of the part.

    Raises:
        UnreadableError: R01 where the part is damaged, R08 where it holds more cells than the budget.
    """
    _check_count(part)
    data, end = part.find(_DATA), part.rfind(_DATA_END)
    if data < end and b"<!" not in part and _END.search(part, max(0, len(part) - 200)):
        shown = _Shown(values)
        try:
            _quick(shown, part[data:end])
            _quick_layout(sheet, part, part[end:])
        except UnusualError:
            sheet.blocks, sheet.hidden_rows, sheet.hidden_columns = [], set(), set()
        else:
            sheet.texts = shown.seen()
            return shown.formulas
    shown = _Shown(values)
    _thorough(shown, sheet, guard.parse_xml(part))
    sheet.texts = shown.seen()
    return shown.formulas


def _check_count(part: bytes) -> None:
    most = guard.BUDGETS.cells
    if len(part) > most * _SMALLEST_CELL and part.count(b"<c ") + part.count(b"<c>") > most:
        limit = f"{most:,} 个单元格"
        raise guard.over(f"一张工作表超过 {limit}", f"不超过 {limit}")


class _Shown:
    """Gathers what the cells of a sheet show."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.texts: dict[At, str] = {}
        self.formulas: list[Formula] = []

    def put(self, at: At, style: int, written: _Written | None) -> None:
        """Note what a cell shows, which may be nothing."""
        if written is None:
            return
        kind, text = written
        if kind == "formula":
            self.formulas.append((at, text))
            return
        self.texts[at] = (
            self.values.number(text, style) if kind == "number" else self.values.text(text, style)
        )

    def seen(self) -> dict[At, str]:
        """The texts of the cells that show any."""
        return (
            {at: text for at, text in self.texts.items() if text} if "" in self.texts.values() else self.texts
        )

    def written(self, kind: bytes, value: bytes, formula: str | None = None) -> _Written | None:
        """What a cell holds, by its type; None where it is empty."""
        if not value:
            # A formula may well give an empty text; without a type it has never been calculated.
            if formula is None or kind != b"n":
                return None
            return "formula", f"={formula}" if formula else _CALCULATED
        text = text_of(value)
        if kind == b"n":
            return "number", text
        if kind == b"s":
            return "text", self.values.string(text)
        if kind == b"b":
            return "text", "TRUE" if text in _ON else "FALSE"
        # Texts, errors (#REF!) and dates stand as they are shown.
        return "text", text


# ---- the usual way


def _quick(shown: _Shown, data: bytes) -> None:
    values, texts, places = shown.values, shown.texts, _PLACES
    strings = values.strings
    kinds: dict[bytes, tuple[int, bytes]] = {}
    plain: set[bytes] = set()
    shared: set[bytes] = set()
    for piece in _pieces(data):
        found = _CELL.findall(piece)
        if len(found) != piece.count(_CELL_START):
            raise UnusualError
        for raw in {each[1] for each in found}.difference(kinds):
            style, kind = kinds[raw] = _attributes(raw)
            if not values.format_of(style):
                plain.add(raw)
                if kind == b"s":
                    shared.add(raw)
        try:
            for name, raw, number, inline, body in found:
                # Nearly all cells of a sheet hold a text under a format that adds nothing to it.
                if number and raw in shared:
                    texts[places[name]] = strings[int(number)]
                elif inline and raw in plain:
                    texts[places[name]] = text_of(inline)
                elif number or inline or body:
                    style, kind = kinds[raw]
                    if inline:
                        written: _Written | None = "text", text_of(inline)
                    else:
                        written = shown.written(kind, number) if number else _body(shown, kind, body)
                    shown.put(places[name], style, written)
        except IndexError as error:
            raise guard.broken("工作簿的内容已损坏") from error
    places.limit()


def _pieces(data: bytes) -> Iterator[bytes]:
    """A large sheet some rows at a time, so that it does not stand in memory twice."""
    start = 0
    while len(data) - start > _LARGE:
        end = data.find(_ROW_END, start + _LARGE) + len(_ROW_END)
        if end < len(_ROW_END):
            break
        yield data[start:end]
        start = end
    yield data[start:] if start else data


class _Places(dict[bytes, At]):
    """Row and column of a cell by its name, ``B12``: the same few hundred names come in every sheet."""

    _MOST = 1 << 14

    def __missing__(self, name: bytes) -> At:
        found = _NAME.fullmatch(name)
        if not found:
            raise UnusualError
        at = self[name] = (int(found[2]), column_number(found[1].decode()))
        return at

    def limit(self) -> None:
        """Forget all of them where they are too many."""
        if len(self) > self._MOST:
            self.clear()


_NAME = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_PLACES = _Places()


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


def _body(shown: _Shown, kind: bytes, body: bytes) -> _Written | None:
    value = _VALUE.fullmatch(body)
    if value:
        return shown.written(kind, value[1])
    inline = _INLINE.fullmatch(body)
    if inline:
        return "text", fragment_text(inline[1])
    found = _BODY.fullmatch(body)
    if not found:
        raise UnusualError
    return shown.written(kind, found[3] or b"", None if found[1] is None else text_of(found[2] or b""))


def _quick_layout(sheet: Sheet, part: bytes, behind: bytes) -> None:
    start, end = behind.find(_MERGES), behind.rfind(_MERGES)
    merges = behind[start:end] if start < end else b""
    sheet.blocks = [*(_known_blocks if len(merges) <= _KEPT else _blocks)(merges)]
    if b' hidden="' not in part:
        return
    for line in _HIDDEN.finditer(part):
        attributes = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(line[0])}
        if not _hide(sheet, line[1] == b"row", attributes):
            raise UnusualError


def _blocks(merges: bytes) -> tuple[Block, ...]:
    found = _MERGE.findall(merges)
    if len(found) != merges.count(_MERGE_START):
        raise UnusualError
    return tuple(Block(*_PLACES[first], *_PLACES[last]) for first, last in found)


_known_blocks = lru_cache(maxsize=64)(_blocks)


# ---- any other way


def _thorough(shown: _Shown, sheet: Sheet, root: Element) -> None:
    row = column = 0
    for element in root.iter("{*}row", "{*}c", "{*}col", "{*}mergeCell"):
        name = etree.QName(element).localname
        if name == "c":
            place = _REFERENCE.fullmatch(str(element.get("r", "")))
            # A cell without an address stands behind the one before it, a row without a number below it.
            row, column = (int(place[2]), column_number(place[1])) if place else (row, column + 1)
            style = str(element.get("s", "0"))
            known = style.isascii() and style.isdigit() and len(style) < 7
            shown.put((row, column), int(style) if known else 0, _of_element(shown, element))
        elif name == "row":
            number = str(element.get("r", ""))
            row = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else row + 1
            column = 0
            if element.get("hidden") in _ON:
                sheet.hidden_rows.add(row)
        elif name == "mergeCell":
            _merge(sheet, str(element.get("ref", "")))
        elif element.get("hidden") in _ON:
            # A column that does not say which one it is hides nothing.
            _hide(sheet, False, {str(key): str(value) for key, value in element.attrib.items()})


def _of_element(shown: _Shown, cell: Element) -> _Written | None:
    value, formula = b"", None
    for element in cell:
        name = etree.QName(element).localname
        if name == "v":
            value = _escaped(element.text or "")
        elif name == "f":
            formula = element.text or ""
        elif name == "is":
            return "text", rich_text(element)
    return shown.written(str(cell.get("t", "n")).encode(), value, formula)


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").encode()


def _merge(sheet: Sheet, reference: str) -> None:
    start, _, end = reference.partition(":")
    first, last = _REFERENCE.fullmatch(start), _REFERENCE.fullmatch(end)
    if first and last:
        sheet.blocks.append(
            Block(int(first[2]), column_number(first[1]), int(last[2]), column_number(last[1]))
        )


def _hide(sheet: Sheet, is_row: bool, attributes: dict[str, str]) -> bool:
    """Note a hidden row or stretch of columns; False where it does not say which."""
    names = ("r", "r") if is_row else ("min", "max")
    first, last = (attributes.get(name, "") for name in names)
    if not (f"{first}{last}".isascii() and first.isdigit() and last.isdigit()) or len(first + last) > 14:
        return False
    if is_row:
        sheet.hidden_rows.add(int(first))
    else:
        # Columns beyond the budget hold nothing, or the sheet is refused.
        sheet.hidden_columns.update(range(int(first), min(int(last), guard.BUDGETS.columns + 1) + 1))
    return True


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """A column's number, from its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
