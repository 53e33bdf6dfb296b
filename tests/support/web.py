"""An annex in, the same annex as a web page, as a page in an envelope, or as an Excel 2003 XML workbook out."""

import base64
from xml.sax.saxutils import escape

from tests.support.annex import Annex, Placed, place
from tests.support.opendocument import joined


def page(body: str, head: str = '<meta charset="utf-8">') -> bytes:
    """A page in UTF-8."""
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>{body}</body></html>".encode()


def table(cells: list[Placed]) -> str:
    """A table with merged cells."""
    rows: dict[int, list[str]] = {row: [] for row in range(1, max(cell.row for cell in cells) + 1)}
    for cell in cells:
        text = escape(cell.text).replace("  ", "&nbsp; ").replace("\n", "<br>")
        spans = f' rowspan="{cell.row_span}" colspan="{cell.column_span}"'
        rows[cell.row].append(f"<td{spans}>{text}</td>")
    lines = ("".join(row) for row in rows.values())
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def to_html(annex: Annex, *, stacked: bool = False) -> bytes:
    """The annex as a page, a table for each form or one table for all."""
    if stacked:
        return page(table(place(joined(annex))))
    return page(f"<p>{escape(annex.heading)}</p>" + "<hr>".join(table(place(form)) for form in annex.forms))


def to_mht(*pages: bytes) -> bytes:
    """Pages in one envelope, with a picture between them."""
    parts = [
        f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"
        f"Content-Location: file:///C:/sheet{number:03d}.htm\n\n{base64.encodebytes(each).decode()}"
        for number, each in enumerate(pages, 1)
    ]
    parts.insert(1, "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n")
    body = "".join(f"--=_next\n{part}\n" for part in parts)
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="=_next"; type="text/html"\n\n'
    return f"{head}{body}--=_next--\n".encode()


def workbook(worksheets: str, styles: str = "") -> bytes:
    """An Excel 2003 XML workbook."""
    spaces = (
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"'
    )
    start = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    return f"{start}<Workbook {spaces}><Styles>{styles}</Styles>{worksheets}</Workbook>".encode()


def to_spreadsheetml(annex: Annex, *, stacked: bool = False) -> bytes:
    """The annex as an XML workbook: a sheet for each form, or one for all."""
    forms = [joined(annex)] if stacked else annex.forms
    return workbook(
        "".join(
            f'<Worksheet ss:Name="Sheet{number}"><Table>{_rows(place(form))}</Table></Worksheet>'
            for number, form in enumerate(forms, 1)
        )
    )


def _rows(cells: list[Placed]) -> str:
    rows: dict[int, list[str]] = {}
    for cell in cells:
        merge = f'ss:MergeAcross="{cell.column_span - 1}" ss:MergeDown="{cell.row_span - 1}"'
        text = escape(cell.text).replace("\n", "&#10;")
        data = f'<Data ss:Type="String">{text}</Data>' if text else ""
        rows.setdefault(cell.row, []).append(f'<Cell ss:Index="{cell.column}" {merge}>{data}</Cell>')
    lines = ((row, "".join(line)) for row, line in rows.items())
    return "".join(f'<Row ss:Index="{row}">{line}</Row>' for row, line in lines)
