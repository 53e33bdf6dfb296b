"""An Excel 2003 XML workbook in, grids out: what many portals write under the name .xls.

Element and attribute names: XML Spreadsheet Reference (urn:schemas-microsoft-com:office:spreadsheet). Values are shown
as their formats show them, with the words of ``number_formats`` for an .xlsx.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from lxml import etree

from schemas.form import Grid
from schemas.target import plain
from tasks.read import guard, html, sheet_header, sheets
from tasks.read.element import count
from tasks.read.number_formats import NumberFormat, number_format
from tasks.read.outline import Block

_S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_NAMED_FORMATS = {
    **dict.fromkeys(("General", "General Number", "Currency", "Euro Currency", "Fixed", "Standard"), ""),
    **dict.fromkeys(("Scientific", "Yes/No", "True/False", "On/Off"), ""),
    "Percent": "0.00%",
    "General Date": "yyyy/m/d h:mm",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "Short Date": "yyyy/m/d",
    "Medium Date": "d-mmm-yy",
    "Long Time": "h:mm:ss",
    "Medium Time": "h:mm AM/PM",
    "Short Time": "h:mm",
}
"""Formats Excel writes by name, and what they add to a number."""
_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001  sheets know no zone
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FURTHEST = 1 << 30


def grids(content: bytes) -> tuple[Grid, ...]:
    """The grids of a workbook's bytes, one per sheet.

    Raises:
        UnreadableError: R01 where the XML is damaged, R08 over a budget.
    """
    root = guard.parse_xml(_DECLARATION.sub("", html.decode(content), count=1).encode())
    formats = _formats(root)
    tally = guard.Tally()
    return tuple(
        grid
        for worksheet in root.iterchildren(f"{_S}Worksheet")
        for grid in sheets.grids(_sheet(worksheet, formats, tally), tally)
    )


def _formats(root: etree._Element) -> Mapping[str, NumberFormat]:
    """The styles that add something to a number, by name."""
    found: dict[str, NumberFormat] = {}
    for style in root.iter(f"{_S}Style"):
        element = style.find(f"{_S}NumberFormat")
        if element is None:
            # A style that says nothing of numbers shows them as the one it is made from.
            inherited = found.get(str(style.get(f"{_S}Parent", "")))
            if inherited:
                found[str(style.get(f"{_S}ID"))] = inherited
            continue
        code = str(element.get(f"{_S}Format", ""))
        own = number_format(_NAMED_FORMATS.get(code, code))
        if own:
            found[str(style.get(f"{_S}ID"))] = own
    return found


def _sheet(
    worksheet: etree._Element, formats: Mapping[str, NumberFormat], tally: guard.Tally
) -> sheets.Sheet:
    visible = worksheet.find(f"{_X}WorksheetOptions/{_X}Visible")
    is_hidden = visible is not None and (visible.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
    sheet = sheets.Sheet(str(worksheet.get(f"{_S}Name", "")), is_hidden)
    header = worksheet.find(f"{_X}WorksheetOptions/{_X}PageSetup/{_X}Header")
    if header is not None:
        sheet.printed = sheet_header.lines(str(header.get(f"{_X}Data", "")))
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
                text = _shown(cell, formats.get(style))
                if text:
                    tally.reach(*at)
                    sheet.texts[at] = text
                across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
                if across or down:
                    sheet.blocks.append(Block(*at, at[0] + down, at[1] + across))
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
    return count(element.get(_S + name), 0, _FURTHEST)


def _shown(cell: etree._Element, found: NumberFormat | None) -> str:
    """What a cell shows under its format."""
    data = cell.find(f"{_S}Data")
    if data is None:
        return ""
    text = "".join(str(piece) for piece in data.itertext())
    kind = data.get(f"{_S}Type")
    if kind == "Boolean":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if kind not in ("Number", "DateTime"):
        return found.show_text(text) if found else text
    try:
        # Excel itself keeps 15 digits of a number.
        number = Decimal(format(_days(text) if kind == "DateTime" else float(text), ".15g"))
    except (ValueError, InvalidOperation):
        return text
    if found and number.is_finite():
        return found.show(number)
    return plain(number) if kind == "Number" and number.is_finite() else _moment(text)


def _moment(text: str) -> str:
    """A date or time as it is written where no format says how to show it."""
    return text.removesuffix(".000").removesuffix("T00:00:00").replace("T", " ")


def _days(moment: str) -> float:
    """A moment as a sheet counts it."""
    return (dt.datetime.fromisoformat(moment.strip()) - _DAY_ZERO) / dt.timedelta(days=1)
