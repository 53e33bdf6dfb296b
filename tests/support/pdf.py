"""The annex as a PDF, drawn with reportlab: real borders, merged cells, page breaks, a Chinese font by name."""

import io
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from tests.support.annex import COLUMNS, Annex, Rows, place

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

Size = tuple[float, float]


def paragraph(text: str, size: float = 10) -> Paragraph:
    """A paragraph that wraps as Chinese text does."""
    style = ParagraphStyle(
        "cell", fontName=FONT, fontSize=size, leading=size * 1.25, wordWrap="CJK", splitLongWords=1
    )
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def table(
    rows: Rows,
    width: float = 480,
    size: float = 10,
    extra: Sequence[tuple[object, ...]] = (),
    **options: object,
) -> Table:
    """A ruled table of five columns, laid out as the printed template is."""
    cells = place(rows)
    height = max(cell.row + cell.row_span - 1 for cell in cells)
    grid: list[list[object]] = [["" for _ in range(COLUMNS)] for _ in range(height)]
    spans: list[tuple[object, ...]] = []
    for cell in cells:
        grid[cell.row - 1][cell.column - 1] = paragraph(cell.text, size) if cell.text.strip() else ""
        if cell.row_span > 1 or cell.column_span > 1:
            end = (cell.column + cell.column_span - 2, cell.row + cell.row_span - 2)
            spans.append(("SPAN", (cell.column - 1, cell.row - 1), end))
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *spans, *extra]
    return Table(grid, colWidths=[width / COLUMNS] * COLUMNS, style=style, **options)


def document(
    story: Sequence[Flowable], page: Size = A4, margin: float = 50, on_page: Callable[..., None] | None = None
) -> bytes:
    """A PDF of what is told, page after page."""
    target = io.BytesIO()
    built = SimpleDocTemplate(
        target,
        pagesize=page,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        invariant=1,
    )
    kept = {} if on_page is None else {"onFirstPage": on_page, "onLaterPages": on_page}
    built.build(list(story), **kept)
    return target.getvalue()


def to_pdf(
    annex: Annex,
    *,
    size: float = 10,
    page: Size = A4,
    width: float = 480,
    page_each: bool = False,
    titles_outside: bool = False,
) -> bytes:
    """The annex as a PDF, a table for each form.

    Args:
        annex: The annex.
        size: Of its letters, in points.
        page: Width and height of a page.
        width: Of the tables.
        page_each: Begin each form on a page of its own.
        titles_outside: Write title and year as lines above the table.
    """
    story: list[Flowable] = [paragraph(annex.heading, size)]
    for number, form in enumerate(annex.forms):
        if page_each and number:
            story.append(PageBreak())
        rows = form[2:] if titles_outside else form
        if titles_outside:
            story.extend(paragraph(text, size) for (text,) in form[:2])
        story.extend((Spacer(1, size), table(rows, width, size)))
    return document(story, page)


def drawn(draw: Callable[[Canvas], object], page: Size = A4) -> bytes:
    """A PDF drawn by hand."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=page, invariant=1)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.save()
    return target.getvalue()


Cells = Sequence[Sequence[str | None]]
"""Rows of texts; None belongs to the cell above it."""


def ruled(
    canvas: Canvas,
    rows: Cells,
    *,
    top: float = 780,
    xs: Sequence[float] = (60, 160, 260, 400, 500),
    height: float = 40,
    open_above: bool = False,
    open_below: bool = False,
) -> float:
    """Draw a table line by line, its texts broken where a cell's width asks for it; gives the height it ends at.

    Args:
        canvas: Where to.
        rows: Its texts.
        top: Height of its upper border.
        xs: Its upright lines.
        height: Of a row.
        open_above: Leave its upper border out.
        open_below: Leave its lower border out.
    """
    canvas.setFont(FONT, 10)
    bottom = top - height * len(rows)
    for x in xs:
        canvas.line(x, top, x, bottom)
    for number in range(len(rows) + 1):
        y = top - height * number
        below = rows[number] if number < len(rows) else [""] * (len(xs) - 1)
        for column, text in enumerate(below):
            hidden = (number == 0 and open_above) or (number == len(rows) and open_below)
            if not hidden and (text is not None or number in (0, len(rows))):
                canvas.line(xs[column], y, xs[column + 1], y)
            if number < len(rows) and text:
                width = int((xs[column + 1] - xs[column] - 10) // 10)
                pieces = [
                    part[at : at + width]
                    for part in text.split("\n")
                    for at in range(0, max(len(part), 1), width)
                ]
                for step, piece in enumerate(pieces):
                    canvas.drawString(xs[column] + 5, y - 12 - 12 * step, piece)
    return bottom
