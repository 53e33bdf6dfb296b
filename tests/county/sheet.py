"""A file's pages in, an Excel workbook out: a sheet for each form, or all of them below each other in one.

As Excel keeps what is typed: a plain number is a number, and 95% is 0.95 shown as a percentage. A value that begins with =
is a formula, whose result nobody has saved.
"""

import io
import re
from collections.abc import Sequence

import openpyxl
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.county.describe import File, OtherTable
from tests.county.layout import Page, Role, Slot
from tests.county.packed import repacked

_WIDTHS = {6: (12, 13, 20, 15, 18, 15), 8: (11, 12, 19, 20, 9, 13, 9, 7)}
"""Widths of the columns in characters, by their number."""
_FONTS: dict[Role, Font] = {
    "title": Font(name="宋体", size=18, bold=True),
    "year": Font(name="宋体", size=12),
    "label": Font(name="宋体", size=10.5, bold=True),
    "value": Font(name="仿宋", size=10.5),
    "text": Font(name="仿宋", size=10.5),
    "box": Font(name="仿宋", size=10.5),
}
_LINE = Side(style="thin", color="000000")
_FRAME = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PERCENT = re.compile(r"(\d+)%")
_A4 = 9


def sheet_file(file: File, pages: Sequence[Page]) -> bytes:
    """The pages as a workbook."""
    workbook = openpyxl.Workbook()
    first: Worksheet = workbook.active
    if file.format == "xlsx-stacked":
        top = 0
        for page in pages:
            _draw(first, page, top)
            top += len(page.rows) + 1
        # What a new workbook of WPS comes with and nobody deletes.
        workbook.create_sheet("Sheet2")
        workbook.create_sheet("Sheet3")
        first.title = "Sheet1"
    else:
        first.title = "1"
        for number, page in enumerate(pages, 1):
            _draw(first if number == 1 else workbook.create_sheet(str(number)), page, 0)
    for table in file.after:
        _other(workbook.create_sheet(table.title), table)
    if file.hidden:
        sheet = workbook.create_sheet("底稿")
        sheet.append(file.hidden)
        sheet.sheet_state = "hidden"
    target = io.BytesIO()
    workbook.save(target)
    return repacked(target.getvalue())


def _other(sheet: Worksheet, table: OtherTable) -> None:
    """A table of another kind, on a sheet of its own."""
    for row in ((table.title,), (table.note,), *table.rows):
        sheet.append(row)


def _draw(sheet: Worksheet, page: Page, top: int) -> None:
    sheet.page_setup.paperSize = _A4
    for column, width in enumerate(_WIDTHS[page.columns], 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(page.rows, top + 1):
        for slot in row:
            cell = sheet.cell(number, slot.column)
            _fill(cell, slot)
            _frame(sheet, number, slot)


def _fill(cell: Cell, slot: Slot) -> None:
    text = slot.text
    percent = _PERCENT.fullmatch(text) if slot.role == "value" else None
    if percent:
        cell.value, cell.number_format = int(percent[1]) / 100, "0%"
    elif slot.role == "value" and _NUMBER.fullmatch(text):
        cell.value = float(text) if "." in text else int(text)
    else:
        cell.value = text or None
    cell.font = _FONTS[slot.role]
    side = "left" if slot.role == "text" else "center"
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)


def _frame(sheet: Worksheet, row: int, slot: Slot) -> None:
    last_row, last_column = row + slot.height - 1, slot.column + slot.width - 1
    for line in sheet.iter_rows(row, last_row, slot.column, last_column):
        for cell in line:
            cell.border = _FRAME
    if slot.height > 1 or slot.width > 1:
        sheet.merge_cells(start_row=row, end_row=last_row, start_column=slot.column, end_column=last_column)
