"""An OpenDocument spreadsheet in, its sheets out: what each cell displays, merged blocks, what is hidden."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from lxml import etree

from schemas.form import Grid
from schemas.target import plain
from tasks.read import guard, sheets
from tasks.read.odf_headers import Headers
from tasks.read.odf_tables import Place, Row, cells, hidden_columns, rows
from tasks.read.odf_text import OFFICE, SHAPES, TABLE, TABLE_TAG, TEXT, TextReader
from tasks.read.outline import At, Block

_NAME, _STYLE_NAME, _PARAGRAPH = f"{TABLE}name", f"{TABLE}style-name", f"{TEXT}p"
_VALUE_TYPE = f"{OFFICE}value-type"
_SHEET_SHAPES = f"{TABLE}shapes"
_TIME = re.compile(r"PT(\d{1,4})H(\d{1,2})M(\d{1,2})")


def grids(
    spreadsheet: etree._Element, text: TextReader, hidden_tables: frozenset[str], headers: Headers
) -> Iterator[Grid]:
    """The grids of a spreadsheet.

    Args:
        spreadsheet: The ``office:spreadsheet`` element.
        text: Reads its paragraphs.
        hidden_tables: Names of the styles whose tables are not displayed.
        headers: What is printed above the pages of each style.

    Raises:
        UnreadableError: R08 over a budget.
    """
    tally = guard.Tally()
    for table in spreadsheet.iterchildren(TABLE_TAG):
        name = str(table.get(_NAME, ""))
        sheet = sheets.Sheet(name, is_hidden=table.get(_STYLE_NAME) in hidden_tables)
        sheet.printed = headers.of(str(table.get(_STYLE_NAME, "")))
        _fill(sheet, table, text, tally)
        yield from sheets.grids(sheet, tally)


def _fill(sheet: sheets.Sheet, table: etree._Element, text: TextReader, tally: guard.Tally) -> None:
    sheet.hidden_columns = hidden_columns(table)
    # What lies beyond the budget cannot be read anyway, hidden or not.
    last_row = guard.BUDGETS.rows
    for row in rows(table):
        if row.is_hidden:
            sheet.hidden_rows.update(range(row.number, min(row.number + row.repeated, last_row + 1)))
        for place in cells(row.element):
            if len(place.element) or place.is_merged or place.element.get(_VALUE_TYPE):
                _cell(sheet, row, place, text, tally)
    for shapes in table.iterchildren(_SHEET_SHAPES):
        sheet.boxes += ((at, shown) for at, shown in _boxes(shapes, (1, 1), text))


def _cell(sheet: sheets.Sheet, row: Row, place: Place, text: TextReader, tally: guard.Tally) -> None:
    lines = [text.story(each).text for each in place.element if each.tag == _PARAGRAPH]
    shown = "\n".join(lines) if lines else value_of(place.element)
    top, left = row.number, place.columns.start
    if shown:
        # Before it is unfolded: a text repeated over a million rows is refused, not written out.
        tally.reach(top + row.repeated - 1, place.columns.stop - 1)
        tally.cells(row.repeated * len(place.columns) - 1)
        for number in range(top, top + row.repeated):
            for column in place.columns:
                sheet.texts[number, column] = shown
    if place.is_merged:
        sheet.blocks.append(Block(top, left, top + place.height - 1, left + place.width - 1))
    sheet.boxes += _boxes(place.element, (top, left), text)


def _boxes(parent: etree._Element, at: At, text: TextReader) -> Iterator[tuple[At, str]]:
    """Texts of the shapes that hang on a cell or on the sheet."""
    for child in parent:
        if child.tag in SHAPES:
            shown, _ = text.shape(child)
            if shown and not shown.isspace():
                yield at, shown


def value_of(cell: etree._Element) -> str:
    """A cell's value as text, by its type: what a file gives that keeps no displayed text."""
    value = str(cell.get(f"{OFFICE}value", ""))
    match cell.get(_VALUE_TYPE):
        case "percentage":
            return f"{_plain(value, 2)}%" if value else ""
        case "float" | "currency":
            return _plain(value, 0)
        case "date":
            return str(cell.get(f"{OFFICE}date-value", "")).removesuffix("T00:00:00").replace("T", " ")
        case "time":
            time = _TIME.match(str(cell.get(f"{OFFICE}time-value", "")))
            return ":".join(part.rjust(2, "0") for part in time.groups()) if time else ""
        case "boolean":
            return str(cell.get(f"{OFFICE}boolean-value", "")).upper()
    return str(cell.get(f"{OFFICE}string-value", ""))


def _plain(value: str, places: int) -> str:
    """A number times a power of ten, without the noise of binary fractions beyond the 15 digits a sheet keeps."""
    try:
        exact = Decimal(format(float(value), ".15g")).scaleb(places)
    except (ValueError, InvalidOperation):
        return value
    return plain(exact)
