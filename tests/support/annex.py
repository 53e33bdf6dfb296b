"""A text annex in, the same annex as a Word document or a workbook out, with real merged cells.

The text is the flattening of ``tasks/read/text.py``. Each form becomes a table of five columns laid out as the printed
template is: a lone cell spans the table, a value spans what its row leaves over, and the blank cells below a level or
a block label are merged into it.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

COLUMNS = 5
TITLE = "部门项目支出预算绩效目标表"
SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "baofeng-2023.txt"

# How many of the five columns each cell of a row takes, by the number of its cells.
_WIDTHS = {1: (5,), 2: (1, 4), 3: (1, 2, 2), 4: (1, 1, 1, 2), 5: (1, 1, 1, 1, 1)}
_NUMBER = re.compile(r"\d+(\.\d+)?")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Placed:
    """A cell with the block it covers; row and column from 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


@dataclass(frozen=True)
class Annex:
    """A file's own heading, and the rows of each form, title first."""

    heading: str
    forms: tuple[tuple[tuple[str, ...], ...], ...]


def sample_text() -> bytes:
    """The bytes of the sample annex; skips where it is not beside the repository."""
    if not SAMPLE.exists():
        pytest.skip(f"the sample annex is not beside the repository ({SAMPLE.name})")
    return SAMPLE.read_bytes()


def parse_annex(text: str) -> Annex:
    """Cut a flattened annex into rows and forms; written apart from the reader, so that one can check the other."""
    heading, _, body = text.partition("\n\t")
    forms: list[list[tuple[str, ...]]] = []
    for block in ("\t" + body).split("\n\n"):
        cells = block.strip("\n")
        if not cells:
            continue
        row = tuple(cells.removeprefix("\t").split("\n\t"))
        if row == (TITLE,):
            forms.append([])
        forms[-1].append(row)
    return Annex(heading, tuple(tuple(form) for form in forms))


def place(rows: Rows) -> list[Placed]:
    """Lay rows out over the five columns, blank cells below a label merged into it."""
    grid: list[list[Placed | None]] = []
    for number, row in enumerate(rows, 1):
        column = 1
        line: list[Placed | None] = []
        for width, text in zip(_WIDTHS[len(row)], row, strict=True):
            above = (
                next((cell for cell in grid[-1] if cell and cell.column == column), None) if grid else None
            )
            # The last two cells of a row are what it says; only the labels before them are merged downwards.
            if not text.strip() and above and len(line) < len(row) - 2 and above.column_span == width:
                merged = Placed(above.row, column, above.row_span + 1, width, above.text)
                for earlier in grid[above.row - 1 :]:
                    for at, cell in enumerate(earlier):
                        if cell == above:
                            earlier[at] = merged
                line.append(merged)
            else:
                line.append(Placed(number, column, 1, width, text))
            column += width
        grid.append(line)
    return sorted({cell for line in grid for cell in line if cell}, key=lambda cell: (cell.row, cell.column))


def run(text: str) -> str:
    """A Word run with line breaks."""
    parts = [f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n")]
    return f"<w:r>{'<w:br/>'.join(parts)}</w:r>"


_SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_BOX = (
    '<w:r><mc:AlternateContent {spaces}><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" '
    'distL="114300" distR="114300" simplePos="0" relativeHeight="251659264" behindDoc="0" locked="0" '
    'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
    '<wp:positionH relativeFrom="column"><wp:posOffset>1080000</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
    '<wp:extent cx="2700000" cy="360000"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
    '<wp:docPr id="1" name="文本框 1"/><wp:cNvGraphicFramePr/><a:graphic>'
    '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
    '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2700000" cy="360000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx>{inner}</wps:txbx><wps:bodyPr/>'
    "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    '<v:shape style="position:absolute;margin-left:85pt;width:212pt;height:28pt"><v:textbox>{inner}</v:textbox>'
    "</v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def box(text: str) -> str:
    """A floating text box as Word writes it: once for new readers, once for old ones."""
    inner = f"<w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent>"
    return _BOX.format(spaces=_SPACES, inner=inner)


def table_xml(cells: Sequence[Placed], *, boxed: frozenset[int] = frozenset()) -> str:
    """A Word table. Rows whose number is in ``boxed`` show their text in a box that hangs on the empty cell."""
    grid = "".join("<w:gridCol/>" for _ in range(COLUMNS))
    height = max(cell.row + cell.row_span - 1 for cell in cells)
    lines: list[list[str]] = [[] for _ in range(height)]
    for cell in sorted(cells, key=lambda each: each.column):
        for offset in range(cell.row_span):
            merge = "" if cell.row_span == 1 else "<w:vMerge/>" if offset else '<w:vMerge w:val="restart"/>'
            span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell.column_span > 1 else ""
            text = box(cell.text) if cell.row in boxed else run(cell.text)
            shown = "" if offset else text
            lines[cell.row + offset - 1].append(
                f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p>{shown}</w:p></w:tc>"
            )
    rows = "".join(f"<w:tr>{''.join(line)}</w:tr>" for line in lines)
    style = '<w:tblPr><w:tblStyle w:val="TableGrid"/></w:tblPr>'
    return f"<w:tbl {nsdecls('w')}>{style}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def to_docx(annex: Annex, *, boxed_names: bool = False, titles_outside: bool = False) -> bytes:
    """The annex as a Word document, a table for each form.

    Args:
        annex: The annex.
        boxed_names: Put a project's name that stands in a row of its own into a floating text box.
        titles_outside: Write title and year as paragraphs above the table.
    """
    document = docx.Document()
    document.add_paragraph(annex.heading)
    for form in annex.forms:
        rows = form
        if titles_outside:
            for (text,) in form[:2]:
                document.add_paragraph(text)
            rows = form[2:]
        cells = place(rows)
        lone = frozenset(cell.row for cell in cells if cell.column_span == COLUMNS and cell.text.strip())
        own = lone - ({1, 2} if not titles_outside else set())
        table = parse_xml(table_xml(cells, boxed=own if boxed_names else frozenset()))
        document.element.body.insert(len(document.element.body) - 1, table)
        document.add_paragraph()
    return _saved(document)


def to_xlsx(annex: Annex, *, stacked: bool = False) -> bytes:
    """The annex as a workbook: a sheet for each form, or all of them in one sheet below each other."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    top = 0
    for number, form in enumerate(annex.forms, 1):
        if not stacked and number > 1:
            sheet, top = workbook.create_sheet(f"Sheet{number}"), 0
        for cell in place(form):
            row = top + cell.row
            text = cell.text
            sheet.cell(row, cell.column, float(text) if _NUMBER.fullmatch(text) else text or None)
            if cell.row_span > 1 or cell.column_span > 1:
                sheet.merge_cells(
                    start_row=row,
                    start_column=cell.column,
                    end_row=row + cell.row_span - 1,
                    end_column=cell.column + cell.column_span - 1,
                )
        top += len(form) + 1
    return _saved(workbook)


def _saved(document: "docx.document.Document | openpyxl.Workbook") -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@cache
def sample() -> Annex:
    """The sample annex; skips where it is not beside the repository."""
    return parse_annex(sample_text().decode("utf-8"))
