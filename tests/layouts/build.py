"""Layout fixtures in, files out: each YAML beside this module is one real or invented layout of a target form.

A fixture says what stands where (``parts``: prose and tables with merged cells), and what must be read (``expect``).
The builder renders the parts as Word, Excel, a web page, and text in the flattenings seen in the wild.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import docx
import openpyxl
import yaml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.layouts.flatten import FLATTENINGS, LOSSY, Flattening
from tests.support.annex import Placed, run

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """A table as it stands in the original, merged blocks as one cell."""

    cells: tuple[Placed, ...]
    width: int
    height: int

    def matrix(self, *, wide: bool, tall: bool = True) -> list[list[str]]:
        """Rows of texts; blank ones for cells covered by a merge downwards if ``tall``, to the right if ``wide``."""
        starts = {(cell.row, cell.column): cell for cell in self.cells}
        owners = {
            (row, column): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }
        rows: list[list[str]] = []
        for row in range(1, self.height + 1):
            line: list[str] = []
            for column in range(1, self.width + 1):
                cell = starts.get((row, column))
                owner = owners[row, column]
                if cell is not None:
                    line.append(cell.text)
                elif (wide and (tall or owner.row == row)) or (
                    tall and owner.row < row and owner.column == column
                ):
                    line.append("")
            rows.append(line)
        return rows


Part = str | Table


@dataclass(frozen=True)
class Layout:
    """One fixture."""

    name: str
    what: str
    parts: tuple[Part, ...]
    expect: Mapping[str, Any]
    formats: tuple[str, ...]
    """The formats this layout is rendered in."""
    texts: Mapping[str, str]
    """The record's own flattening, where no renderer makes it: name → text."""
    partly: tuple[str, ...]
    """Of ``texts`` and the flattenings, those that cannot be read in full, in which the rest is told."""
    lossy: Mapping[str, bool]
    """The flattenings that lose cells which are tried; whether it is read in full all the same."""


def layouts() -> Iterator[Layout]:
    """All fixtures, by name."""
    for path in sorted(FOLDER.glob("*.yml")):
        yield load(path)


def load(path: Path) -> Layout:
    """One fixture from its file."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = tuple(part if isinstance(part, str) else place(part) for part in raw.get("parts", ()))
    left_out = raw.get("not_in", ())
    formats = tuple(name for name in FORMATS if name not in left_out) if parts else ()
    return Layout(
        path.stem,
        raw["what"],
        parts,
        raw["expect"],
        formats,
        raw.get("texts", {}),
        tuple(raw.get("partly", ())),
        {name: name in raw.get("whole", ()) for name in LOSSY if parts and name not in left_out},
    )


def place(rows: Sequence[Sequence[Any]]) -> Table:
    """Lay out rows written as in HTML: a cell is its text or ``[text, columns, rows]``; covered cells are left out.

    The last cell of a row takes what its row leaves over, unless it says how many columns it takes.
    """
    width = max(end for _, end in _laid(rows, None))
    cells = tuple(cell for cell, _ in _laid(rows, width))
    height = max(cell.row + cell.row_span - 1 for cell in cells)
    covered = {
        (row, column)
        for cell in cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    gaps = {(row, column) for row in range(1, height + 1) for column in range(1, width + 1)} - covered
    if gaps:
        raise ValueError(
            f"no cell at row and column {sorted(gaps)}: the last cell of a row must reach its end"
        )
    return Table(cells, width, height)


def _laid(rows: Sequence[Sequence[Any]], width: int | None) -> Iterator[tuple[Placed, int]]:
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows, 1):
        column = 1
        for at, given in enumerate(row):
            text, columns, height = (*given, 1, 1)[:3] if isinstance(given, list) else (given, None, 1)
            if not isinstance(text, str):
                raise TypeError(f"row {number}, cell {at + 1}: {text!r} needs quotes")
            while (number, column) in taken:
                column += 1
            end = column + (columns or 1)
            if columns is None and width is not None and at == len(row) - 1:
                while end <= width and (number, end) not in taken:
                    end += 1
            taken |= {
                (below, over) for below in range(number, number + height) for over in range(column, end)
            }
            yield Placed(number, column, height, end - column, text), end - 1
            column = end


def to_docx(parts: Sequence[Part]) -> bytes:
    """The parts as a Word document: paragraphs, and tables with merged cells."""
    document = docx.Document()
    body = document.element.body
    for part in parts:
        if isinstance(part, str):
            for line in part.strip("\n").split("\n"):
                document.add_paragraph(line)
        else:
            body.insert(len(body) - 1, parse_xml(_word_table(part)))
            document.add_paragraph()
    return _saved(document)


def _word_table(table: Table) -> str:
    lines: list[list[tuple[int, str]]] = [[] for _ in range(table.height)]
    for cell in table.cells:
        span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell.column_span > 1 else ""
        for offset in range(cell.row_span):
            merge = "" if cell.row_span == 1 else "<w:vMerge/>" if offset else '<w:vMerge w:val="restart"/>'
            shown = "" if offset else run(cell.text)
            xml = f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p>{shown}</w:p></w:tc>"
            lines[cell.row + offset - 1].append((cell.column, xml))
    rows = "".join(f"<w:tr>{''.join(xml for _, xml in sorted(line))}</w:tr>" for line in lines)
    grid = "<w:gridCol/>" * table.width
    style = '<w:tblPr><w:tblStyle w:val="TableGrid"/></w:tblPr>'
    return f"<w:tbl {nsdecls('w')}>{style}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def to_xlsx(parts: Sequence[Part]) -> bytes:
    """The parts below each other in one sheet; a number that shows as typed is stored as a number."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    top = 0
    for part in parts:
        if isinstance(part, str):
            for line in part.strip("\n").split("\n"):
                top += 1
                sheet.cell(top, 1, line)
            continue
        for cell in part.cells:
            written = sheet.cell(top + cell.row, cell.column, _number(cell.text))
            if isinstance(written.value, str):
                written.data_type = "s"  # =8个 is no formula
            if cell.row_span > 1 or cell.column_span > 1:
                sheet.merge_cells(
                    start_row=top + cell.row,
                    start_column=cell.column,
                    end_row=top + cell.row + cell.row_span - 1,
                    end_column=cell.column + cell.column_span - 1,
                )
        top += part.height + 1
    return _saved(workbook)


def _number(text: str) -> str | float | int | None:
    if text.isascii() and text.isdigit() and str(int(text)) == text:
        return int(text)
    try:
        return float(text) if repr(float(text)) == text and "e" not in text else text
    except ValueError:
        return text or None


def to_html(parts: Sequence[Part]) -> bytes:
    """The parts as a web page saved from a portal."""
    body = "".join(
        _html_table(part)
        if isinstance(part, Table)
        else "".join(f"<p>{escape(line)}</p>" for line in part.split("\n"))
        for part in parts
    )
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>公开</title></head><body>{body}</body></html>'
    return page.encode()


def _html_table(table: Table) -> str:
    rows: list[list[str]] = [[] for _ in range(table.height)]
    for cell in table.cells:
        text = escape(cell.text).replace("\n", "<br>")
        rows[cell.row - 1].append(f'<td rowspan="{cell.row_span}" colspan="{cell.column_span}">{text}</td>')
    body = "".join("<tr>" + "".join(row) + "</tr>" for row in rows)
    return f'<table border="1">{body}</table>'


def _saved(document: Any) -> bytes:  # noqa: ANN401  python-docx and openpyxl share save() and no type
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _flattened(way: Flattening) -> "Render":
    def render(parts: Sequence[Part]) -> bytes:
        texts = (
            part if isinstance(part, str) else way.render(part.matrix(wide=way.wide, tall=way.tall))
            for part in parts
        )
        return "\n\n".join(text.strip("\n") for text in texts).encode()

    return render


Render = Callable[[Sequence[Part]], bytes]
RENDER: Mapping[str, Render] = {
    "docx": to_docx,
    "xlsx": to_xlsx,
    "html": to_html,
    **{name: _flattened(way) for name, way in {**FLATTENINGS, **LOSSY}.items()},
}
FORMATS = tuple(name for name in RENDER if name not in LOSSY)
EXTENSIONS = {"docx": ".docx", "xlsx": ".xlsx", "html": ".html"}
