"""An annex in, a workbook out as Excel itself writes one: shared strings, a style and an address on every cell.

Written by hand, since a library that keeps whole workbooks in memory takes minutes for a thousand forms.
"""

import io
import zipfile
from itertools import groupby
from xml.sax.saxutils import escape

from tests.support.annex import Annex, Placed, place

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_LETTERS = " ABCDE"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="0"/><xf numFmtId="0" applyBorder="1"/></cellXfs></styleSheet>'
)


def to_excel(annex: Annex, *, stacked: bool = False) -> bytes:
    """The annex as Excel saves it: a sheet for each form, or all of them in one sheet below each other."""
    strings: dict[str, int] = {}
    if stacked:
        cells: list[Placed] = []
        top = 0
        for form in annex.forms:
            cells += [
                Placed(top + each.row, each.column, each.row_span, each.column_span, each.text)
                for each in place(form)
            ]
            top += len(form) + 1
        sheets = [_sheet(cells, strings)]
    else:
        sheets = [_sheet(place(form), strings) for form in annex.forms]
    return _packed(sheets, strings)


def _sheet(cells: list[Placed], strings: dict[str, int]) -> str:
    """Every cell of a merged block is written, as Excel does for its borders."""
    written: dict[tuple[int, int], str] = {}
    merges: list[str] = []
    for cell in cells:
        bottom, right = cell.row + cell.row_span - 1, cell.column + cell.column_span - 1
        for row in range(cell.row, bottom + 1):
            for column in range(cell.column, right + 1):
                written[row, column] = f'<c r="{_LETTERS[column]}{row}" s="1"/>'
        if cell.text.strip():
            number = strings.setdefault(cell.text, len(strings))
            at = f"{_LETTERS[cell.column]}{cell.row}"
            written[cell.row, cell.column] = f'<c r="{at}" s="1" t="s"><v>{number}</v></c>'
        if (bottom, right) != (cell.row, cell.column):
            merges.append(f'<mergeCell ref="{_LETTERS[cell.column]}{cell.row}:{_LETTERS[right]}{bottom}"/>')
    rows = (
        f'<row r="{row}" spans="1:5" ht="18" customHeight="1" x14ac:dyDescent="0.2">'
        f"{''.join(written[at] for at in group)}</row>"
        for row, group in groupby(sorted(written), key=lambda at: at[0])
    )
    return (
        f'<worksheet xmlns="{_MAIN}" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
        '<sheetFormatPr defaultRowHeight="14.25" x14ac:dyDescent="0.2"/><cols><col min="1" max="5" width="18" '
        f'customWidth="1"/></cols><sheetData>{"".join(rows)}</sheetData>'
        f'<mergeCells count="{len(merges)}">{"".join(merges)}</mergeCells></worksheet>'
    )


def _packed(sheets: list[str], strings: dict[str, int]) -> bytes:
    numbers = range(1, len(sheets) + 1)
    named = "".join(
        f'<sheet name="Sheet{number}" sheetId="{number}" r:id="rId{number}"/>' for number in numbers
    )
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    targets += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(targets),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>',
        **{f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in zip(numbers, sheets, strict=True)},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), _DECLARATION + part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _relations(targets: list[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
