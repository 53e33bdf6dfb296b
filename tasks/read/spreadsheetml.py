"""An Excel 2003 XML workbook in, grids out: what many portals write under the name .xls.

Element and attribute names: XML Spreadsheet Reference (urn:schemas-microsoft-com:office:spreadsheet). Values are shown
as their formats show them, with the words of ``number_formats`` for an .xlsx.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from lxml import etree

from schemas.form import Grid
from tasks.read import guard, html, sheets
from tasks.read.number_formats import Display, display_of

_S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_PLAIN = Display(is_percent=False, before="", after="")
_NAMED_FORMATS = {"Percent": "0.00%"}
"""Formats Excel writes by name; of all those, only this one adds to the number."""
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FURTHEST = 1 << 30


def grids(content: bytes) -> tuple[Grid, ...]:
    """The grids of a workbook's bytes, one per sheet.

    Raises:
        UnreadableError: R01 where the XML is damaged, R08 over a budget.
    """
    root = guard.parse_xml(_DECLARATION.sub("", html.decode(content), count=1).encode())
    displays = _displays(root)
    tally = guard.Tally()
    return tuple(
        grid
        for worksheet in root.iterchildren(f"{_S}Worksheet")
        for grid in sheets.grids(_sheet(worksheet, displays, tally), tally)
    )


def _displays(root: etree._Element) -> Mapping[str, Display]:
    """What each style adds to a number, by its name."""
    found: dict[str, Display] = {}
    for style in root.iter(f"{_S}Style"):
        number_format = style.find(f"{_S}NumberFormat")
        if number_format is None:
            # A style that says nothing of numbers shows them as the one it is made from.
            inherited = found.get(str(style.get(f"{_S}Parent", "")))
            if inherited:
                found[str(style.get(f"{_S}ID"))] = inherited
            continue
        code = str(number_format.get(f"{_S}Format", ""))
        display = display_of(_NAMED_FORMATS.get(code, code))
        if display:
            found[str(style.get(f"{_S}ID"))] = display
    return found


def _sheet(worksheet: etree._Element, displays: Mapping[str, Display], tally: guard.Tally) -> sheets.Sheet:
    visible = worksheet.find(f"{_X}WorksheetOptions/{_X}Visible")
    is_hidden = visible is not None and (visible.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
    sheet = sheets.Sheet(str(worksheet.get(f"{_S}Name", "")), is_hidden)
    for table in worksheet.iterchildren(f"{_S}Table"):
        column_styles: dict[int, str] = {}
        for columns, element in _places(table, f"{_S}Column"):
            within = range(columns.start, min(columns.stop, guard.BUDGETS.columns + 1))
            column_styles.update(dict.fromkeys(within, str(element.get(f"{_S}StyleID", ""))))
            if element.get(f"{_S}Hidden") == "1":
                sheet.hidden_columns.update(within)
        for rows, element in _places(table, f"{_S}Row"):
            if element.get(f"{_S}Hidden") == "1":
                sheet.hidden_rows.update(range(rows.start, min(rows.stop, guard.BUDGETS.rows + 1)))
            row_style = str(element.get(f"{_S}StyleID", ""))
            for columns, cell in _places(element, f"{_S}Cell"):
                at = (rows.start, columns.start)
                style = str(cell.get(f"{_S}StyleID") or row_style or column_styles.get(at[1], ""))
                text = _shown(cell, displays.get(style, _PLAIN))
                if text:
                    tally.reach(*at)
                    sheet.texts[at] = text
                across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
                if across or down:
                    sheet.blocks.append(sheets.Block(*at, at[0] + down, at[1] + across))
    return sheet


def _places(parent: etree._Element, tag: str) -> Iterator[tuple[range, etree._Element]]:
    """Rows, columns or cells with the places they take, from 1: behind the one before, or where they say."""
    at = 1
    for element in parent.iterchildren(tag):
        at = _number(element, "Index") or at
        end = at + 1 + _number(element, "Span" if tag != f"{_S}Cell" else "MergeAcross")
        yield range(at, end), element
        at = end


def _number(element: etree._Element, name: str) -> int:
    value = str(element.get(_S + name, ""))
    return min(int(value), _FURTHEST) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _shown(cell: etree._Element, display: Display) -> str:
    data = cell.find(f"{_S}Data")
    if data is None:
        return ""
    text = "".join(str(piece) for piece in data.itertext())
    match data.get(f"{_S}Type"):
        case "Number":
            try:
                # Excel itself keeps 15 digits of a number.
                return display.show(Decimal(format(float(text), ".15g")))
            except (ValueError, InvalidOperation):
                return text
        case "DateTime":
            return re.sub(r"\.0+$", "", text).removesuffix("T00:00:00").replace("T", " ")
        case "Boolean":
            return "TRUE" if text.strip() == "1" else "FALSE"
    return text
