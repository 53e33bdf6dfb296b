"""The yardsticks of reading: what one would write by hand over lxml and over calamine, to the same cells as ours.

No guard, no boxes, no tracked changes, nothing nested: only inflate, parse, and each cell's text with its place and
spans. A script that gives less would not give the cells of a form.
"""

import io
import zipfile
from typing import NamedTuple

import python_calamine
from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Walked(NamedTuple):
    """A cell as the yardstick gives it; row and column from 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


def docx_tables(content: bytes) -> list[list[Walked]]:
    """Every table of a Word document over lxml: the cells with their spans."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    tables: list[list[Walked]] = []
    for table in root.iter(f"{_W}tbl"):
        cells: list[Walked] = []
        above: dict[int, int] = {}
        for row, tr in enumerate(table.iterchildren(f"{_W}tr"), 1):
            column = 1
            for tc in tr.iterchildren(f"{_W}tc"):
                span, merge = 1, None
                properties = tc.find(f"{_W}tcPr")
                if properties is not None:
                    wide = properties.find(f"{_W}gridSpan")
                    span = 1 if wide is None else int(wide.get(f"{_W}val", "1"))
                    merged = properties.find(f"{_W}vMerge")
                    merge = None if merged is None else merged.get(f"{_W}val", "continue")
                if merge == "continue" and column in above:
                    start = cells[above[column]]
                    cells[above[column]] = start._replace(row_span=row - start.row + 1)
                else:
                    above[column] = len(cells)
                    cells.append(Walked(row, column, 1, span, _text(tc)))
                column += span
        tables.append(cells)
    return tables


def _text(tc: etree._Element) -> str:
    lines = []
    for paragraph in tc.iterchildren(f"{_W}p"):
        pieces = []
        for element in paragraph.iter(f"{_W}t", f"{_W}br", f"{_W}tab"):
            if element.tag == f"{_W}t":
                pieces.append(element.text or "")
            else:
                pieces.append("\n" if element.tag == f"{_W}br" else "\t")
        lines.append("".join(pieces))
    return "\n".join(lines)


def calamine_rows(content: bytes) -> int:
    """Every sheet of a workbook over calamine: its rows as Python values, and its merged ranges."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    seen = 0
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        seen += len(sheet.to_python(skip_empty_area=True)) + len(sheet.merged_cell_ranges or ())
    return seen


def calamine_tables(content: bytes) -> list[list[Walked]]:
    """Every sheet of a workbook over calamine: the cells of its written rows with their spans."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    tables: list[list[Walked]] = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        spans: dict[tuple[int, int], tuple[int, int] | None] = {}
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    spans[row, column] = None
            spans[top, left] = (bottom - top + 1, right - left + 1)
        tables.append(
            [
                Walked(
                    row + 1, column + 1, *span, f"{value:.15g}" if isinstance(value, float) else str(value)
                )
                for row, values in enumerate(sheet.to_python(skip_empty_area=False))
                if any(value != "" for value in values)
                for column, value in enumerate(values)
                if (span := spans.get((row, column), (1, 1)))
            ]
        )
    return tables
