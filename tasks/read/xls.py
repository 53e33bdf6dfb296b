"""An old Excel workbook (.xls, .et) in, grids out: values as the sheet shows them, merged blocks as one cell.

Runs in the child process of ``tasks.read.foreign``: xlrd reads the binary records ([MS-XLS]) and is not made for
hostile bytes.
"""

import os
import struct
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import TextIO, TypeVar

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.book import Book
from xlrd.sheet import Sheet as Records

from schemas.form import Grid, UnreadableError
from schemas.target import plain
from tasks.read import guard, sheet_header, sheets
from tasks.read.date_formats import BUILT_IN
from tasks.read.number_formats import NumberFormat, number_format
from tasks.read.outline import Block

_BIFF8 = 80
"""From Excel 97 on text is UTF-16; before that it is in the code page the file names, or should name."""
_BOF, _EOF, _HEADER, _HEADERS_APART = 0x0809, 0x000A, 0x0014, 0x089C
_VIEW = slice(12, 28)
"""Which person's view headers set apart belong to: zeros where it is the sheet."""
_APART_BYTES = 38
"""Before their texts."""
_OTHER_EVEN, _OTHER_FIRST = 1, 2
_T = TypeVar("_T")
_CHINESE = "gb18030"
_WESTERN = ("iso-8859-1", "ascii", "cp1252", "cp437", "mac_roman")
"""What old exporters name without meaning it, and what xlrd takes where nothing is named."""


def grids(content: bytes) -> Iterator[Grid]:
    """The grids of a workbook's bytes, one per sheet, each as soon as it is read.

    Raises:
        UnreadableError: R01 where the workbook is damaged, R02 where it has a password, R08 over a budget.
    """
    tally = guard.Tally()
    with open(os.devnull, "w", encoding="utf-8") as log:  # noqa: PTH123  where xlrd's own messages go
        book = _asked(lambda: _book(content, log))
        formats = _Formats(book)
        for index in range(book.nsheets):
            headers = _Headers(book)
            sheet = _sheet(_asked(partial(book.sheet_by_index, index)), formats)
            sheet.printed = headers.lines()
            yield from sheets.grids(sheet, tally)
            book.unload_sheet(index)


def _asked(ask: Callable[[], _T]) -> _T:
    """What xlrd answers.

    Raises:
        UnreadableError: R01 or R02, whatever xlrd raises: on damaged records it stumbles in a dozen ways.
    """
    try:
        return ask()
    except MemoryError:
        raise
    except Exception as error:
        raise _refusal(error) from error


def _refusal(error: Exception) -> UnreadableError:
    # xlrd has one class for everything it refuses; what stands behind a FILEPASS record it tells in these words.
    return UnreadableError("R02") if "encrypted" in str(error) else guard.broken("工作簿的内容已损坏")


def _book(content: bytes, log: TextIO) -> Book:
    def opened(encoding: str | None) -> Book:
        return xlrd.open_workbook(
            file_contents=content,
            logfile=log,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            encoding_override=encoding,
        )

    try:
        book = opened(None)
    except (UnicodeDecodeError, LookupError):
        return opened(_CHINESE)
    if book.biff_version < _BIFF8 and book.encoding in _WESTERN:
        return opened(_CHINESE)
    return book


class _Headers:
    """What is printed above the pages of the sheet that is read next: xlrd passes over the records that hold it."""

    def __init__(self, book: Book) -> None:
        self._book, self._next = book, partial(Book.get_record_parts, book)
        self._depth = 0
        self._first: dict[int, bytes] = {}
        book.get_record_parts = self._record

    def _record(self) -> tuple[int, int, bytes]:
        """Stands in for xlrd's own taker of records, and keeps the headers among them."""
        found: tuple[int, int, bytes] = self._next()
        number, _, body = found
        if number in (_HEADER, _HEADERS_APART):
            # A chart in the sheet has records of its own; one person's own view comes behind the sheet.
            if self._depth == 0:
                self._first.setdefault(number, body)
        elif number == _BOF:
            self._depth += 1
        elif number == _EOF:
            self._depth -= 1
        return found

    def lines(self) -> tuple[str, ...]:
        """The lines above the pages of the sheet that was read; leaves the book as it was."""
        del self._book.get_record_parts
        body = self._first.get(_HEADER, b"")
        if self._book.biff_version >= _BIFF8:
            every, _ = _text(body, 0)
        else:
            every = body[1 : 1 + body[0]].decode(self._book.encoding, "replace") if body else ""
        first, even = _apart(self._first.get(_HEADERS_APART, b""))
        return sheet_header.lines(first, every, even)


def _apart(body: bytes) -> tuple[str, str]:
    """The header of the first page and of the even ones, where a sheet sets them apart ([MS-XLS] HeaderFooter)."""
    if len(body) < _APART_BYTES or any(body[_VIEW]):
        return "", ""
    (flags, *lengths), texts, at = struct.unpack_from("<5H", body, _VIEW.stop), [], _APART_BYTES
    for length in lengths:
        text, at = _text(body, at) if length else ("", at)
        texts.append(text)
    even, _, first, _ = texts
    return (first if flags & _OTHER_FIRST else ""), (even if flags & _OTHER_EVEN else "")


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A text of a record and where it ends (XLUnicodeString): no file goes back for a header that is cut short."""
    if at + 3 > len(body):
        return "", len(body)
    letters, is_wide = struct.unpack_from("<HB", body, at)
    end = at + 3 + letters * (2 if is_wide & 1 else 1)
    return body[at + 3 : end].decode("utf-16-le" if is_wide & 1 else "latin-1", "replace"), end


class _Formats:
    """The number formats of a workbook's cells, by their style."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._from_1904 = bool(book.datemode)
        written = {each.format_key for each in book.format_list}
        self._codes = {
            # A format known only by its number shows what Excel in Chinese shows for it.
            key: each.format_str if key in written else BUILT_IN.get(str(key), each.format_str)
            for key, each in book.format_map.items()
        }
        self._by_style: dict[int, NumberFormat | None] = {}

    def of(self, style: int) -> NumberFormat | None:
        """The format of a style; None where it shows bare numbers."""
        if style not in self._by_style:
            # A simple exporter writes cells of styles it does not describe.
            known = self._book.xf_list[style : style + 1]
            self._by_style[style] = number_format(self._codes.get(known[0].format_key, "")) if known else None
        return self._by_style[style]

    def show(self, number: float, style: int) -> str:
        """A number as the sheet shows it, without the noise of binary fractions."""
        # Excel itself keeps 15 digits of a number.
        exact = Decimal(format(number, ".15g"))
        if not exact.is_finite():
            return ""
        found = self.of(style)
        return found.show(exact, from_1904=self._from_1904) if found else plain(exact)


def _sheet(records: Records, formats: _Formats) -> sheets.Sheet:
    """A sheet's written cells, merged blocks and hidden rows and columns."""
    sheet = sheets.Sheet(records.name, is_hidden=records.visibility != 0)
    for row in range(records.nrows):
        kinds, values = records.row_types(row), records.row_values(row)
        for column, kind in enumerate(kinds):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            value = values[column]
            if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                text = formats.show(value, records.cell_xf_index(row, column))
            elif kind == xlrd.XL_CELL_TEXT:
                found = formats.of(records.cell_xf_index(row, column))
                text = found.show_text(value) if found else value
            elif kind == xlrd.XL_CELL_BOOLEAN:
                text = "TRUE" if value else "FALSE"
            else:
                text = error_text_from_code.get(value, "#N/A")
            if text:
                sheet.texts[row + 1, column + 1] = text
    # xlrd gives the first cell and the one behind the last, from 0.
    for top, bottom, left, right in records.merged_cells:
        sheet.blocks.append(Block(top + 1, left + 1, bottom, right))
    sheet.hidden_rows = {row + 1 for row, info in records.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = {column + 1 for column, info in records.colinfo_map.items() if info.hidden}
    return sheet
