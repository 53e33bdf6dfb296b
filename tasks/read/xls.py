"""An old Excel workbook (.xls, .et) in, grids out: values as the sheet shows them, merged blocks as one cell.

Runs in the child process of ``tasks.read.foreign``: xlrd reads the binary records ([MS-XLS]) and is not made for
hostile bytes.
"""

import os
from collections.abc import Iterator
from decimal import Decimal
from typing import TextIO

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.book import Book
from xlrd.compdoc import CompDocError
from xlrd.sheet import Sheet as Records
from xlrd.xldate import xldate_as_datetime

from schemas.form import Grid, UnreadableError
from tasks.read import guard, sheets
from tasks.read.number_formats import Display, display_of

_PLAIN = Display(is_percent=False, before="", after="")
_BIFF8 = 80
"""From Excel 97 on text is UTF-16; before that it is in the code page the file names, or should name."""
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
        try:
            book = _book(content, log)
            for index in range(book.nsheets):
                yield from sheets.grids(_sheet(book, book.sheet_by_index(index)), tally)
                book.unload_sheet(index)
        except (xlrd.XLRDError, CompDocError) as error:
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


def _sheet(book: Book, records: Records) -> sheets.Sheet:
    """A sheet's written cells, merged blocks and hidden rows and columns."""
    sheet = sheets.Sheet(records.name, is_hidden=records.visibility != 0)
    displays: dict[int, Display] = {}
    for row in range(records.nrows):
        for column, (kind, value) in enumerate(
            zip(records.row_types(row), records.row_values(row), strict=True)
        ):
            if kind == xlrd.XL_CELL_TEXT:
                text = value
            elif kind == xlrd.XL_CELL_NUMBER:
                style = records.cell_xf_index(row, column)
                if style not in displays:
                    displays[style] = _display(book, style)
                # Excel itself keeps 15 digits of a number.
                text = displays[style].show(Decimal(format(value, ".15g")))
            elif kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            else:
                text = _other(kind, value, book.datemode)
            if text:
                sheet.texts[row + 1, column + 1] = text
    # xlrd gives the first cell and the one behind the last, from 0.
    for top, bottom, left, right in records.merged_cells:
        sheet.blocks.append(sheets.Block(top + 1, left + 1, bottom, right))
    sheet.hidden_rows = {row + 1 for row, info in records.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = {column + 1 for column, info in records.colinfo_map.items() if info.hidden}
    return sheet


def _display(book: Book, style: int) -> Display:
    number_format = book.format_map.get(book.xf_list[style].format_key)
    return (number_format and display_of(number_format.format_str)) or _PLAIN


def _other(kind: int, value: float, datemode: int) -> str:
    """A date, truth value or error."""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return str(error_text_from_code.get(int(value), "#N/A"))
    try:
        moment = xldate_as_datetime(value, datemode)
    except (OverflowError, ValueError):
        # A number far outside the calendar: the sheet shows only a row of #.
        return _PLAIN.show(Decimal(format(value, ".15g")))
    if 0 <= value < 1:
        return str(moment.time().isoformat())
    at_midnight = not (moment.hour or moment.minute or moment.second or moment.microsecond)
    return str(moment.date().isoformat() if at_midnight else moment.isoformat(" "))
