"""A worksheet's part in, what it shows out: the texts of its cells by place, merged blocks, hidden rows and columns.

A part written in the usual way is read straight from its bytes (``xlsx_markup``), any other through a tree, to the same
result. Names: ECMA-376 part 1, 18.3.
"""

import re
from collections.abc import Sequence
from typing import Literal

from lxml import etree

from tasks.read import guard
from tasks.read.element import Element
from tasks.read.outline import At, Block
from tasks.read.sheets import Sheet
from tasks.read.xlsx_markup import Alike, UnusualError, column_number, hidden, parted
from tasks.read.xlsx_text import fragment_text, rich_text, text_of, texts_of
from tasks.read.xlsx_values import Values

Formula = tuple[At, str]
"""Where a formula stands that nobody has calculated, and how it is written."""

_Written = tuple[Literal["text", "number", "formula"], str]
"""What is written in a cell: a text, a number, or a formula nobody has calculated."""

_VALUE = re.compile(rb"<v>([^<]+)</v>")
_BODY = re.compile(rb"(<f[^<>]*?(?:/>|>([^<]*)</f>))?(?:<v(?: [^<>]*?)?(?:/>|>([^<]*)</v>))?")
_INLINE = re.compile(rb"<is>(.*)</is>", re.DOTALL)
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_ON = ("1", "true")
_CALCULATED = "（公式）"
"""A formula that says only that another cell's goes on here."""
_SMALLEST_CELL = len("<c/>")


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
    shown = _Shown(values)
    try:
        _quick(shown, sheet, part)
    except UnusualError:
        shown = _Shown(values)
        sheet.blocks, sheet.hidden_rows, sheet.hidden_columns = [], set(), set()
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

    def alike(self, cells: Alike, found: Sequence[bytes]) -> None:
        """Note what cells of one style and type show, each holding one value."""
        if cells.kind == b"s" and not self.values.format_of(cells.style) and b"".join(found).isdigit():
            # Nearly all cells of a sheet: a shared string under a format that adds nothing to it.
            try:
                strings = map(self.values.strings.__getitem__, map(int, found))
                self.texts.update(zip(cells.places, strings, strict=True))
            except (IndexError, ValueError) as error:
                raise guard.broken("工作簿的内容已损坏") from error
            return
        for at, value in zip(cells.places, found, strict=True):
            self.put(at, cells.style, self.written(cells.kind, value))

    def inline(self, cells: Alike, found: list[bytes]) -> None:
        """Note what cells of one style show, each holding one text."""
        if not self.values.format_of(cells.style):
            self.texts.update(zip(cells.places, texts_of(found), strict=True))
            return
        for at, text in zip(cells.places, found, strict=True):
            self.put(at, cells.style, ("text", text_of(text)))

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


def _quick(shown: _Shown, sheet: Sheet, part: bytes) -> None:
    for markup, texts in parted(part):
        for cells in markup.values:
            shown.alike(cells, cells.own(texts))
        for cells in markup.inline:
            shown.inline(cells, cells.own(texts))
        for other in markup.others:
            shown.put(other.at, other.style, _body(shown, other.kind, other.filled(texts)))
        sheet.blocks += markup.blocks
        sheet.hidden_rows |= markup.hidden_rows
        sheet.hidden_columns |= markup.hidden_columns


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
            attributes = {str(key): str(value) for key, value in element.attrib.items()}
            # A column that does not say which one it is hides nothing.
            sheet.hidden_columns.update(hidden(is_row=False, attributes=attributes) or ())


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
