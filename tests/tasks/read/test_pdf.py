"""One page of a PDF: its ruled tables, drawn in each of the ways programs draw them, and the lines around them."""

import math

import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from schemas.form import Cell, Grid
from tasks.read import pdf, read
from tasks.read.pdf_lines import Line, joined
from tests.support.annex import Annex
from tests.support.pdf import FONT, document, drawn, paragraph, table, to_pdf

XS, YS = (100, 200, 300, 400), (700, 660, 620, 580)
WORDS = (("项目名称", "", "村道养护"), ("产出指标", "数量指标", "12公里"), ("", "质量指标", "≥95%"))


def shape(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in grid.cells]


# The first row's name spans two columns, the second row's level spans two rows.
EXPECTED = [
    (1, 1, 1, 1, "项目名称"),
    (1, 2, 1, 2, "村道养护"),
    (2, 1, 2, 1, "产出指标"),
    (2, 2, 1, 1, "数量指标"),
    (2, 3, 1, 1, "12公里"),
    (3, 2, 1, 1, "质量指标"),
    (3, 3, 1, 1, "≥95%"),
]
SEGMENTS = (
    *((XS[0], y, XS[3], y) for y in (YS[0], YS[1], YS[3])),
    (XS[1], YS[2], XS[3], YS[2]),
    *((x, YS[0], x, YS[3]) for x in (XS[0], XS[1], XS[3])),
    (XS[2], YS[1], XS[2], YS[3]),
)


def words(canvas: Canvas) -> None:
    canvas.setFont(FONT, 10)
    for y, row in zip(YS, WORDS, strict=False):
        for x, text in zip((105, 205, 305), row, strict=True):
            at = 205 if text == "村道养护" else x
            canvas.drawString(at, y - 20, text)


def lines(canvas: Canvas) -> None:
    for x0, y0, x1, y1 in SEGMENTS:
        canvas.line(x0, y0, x1, y1)


def thin_rectangles(canvas: Canvas) -> None:
    for x0, y0, x1, y1 in SEGMENTS:
        canvas.rect(x0 - 0.25, min(y0, y1) - 0.25, x1 - x0 + 0.5, abs(y1 - y0) + 0.5, stroke=0, fill=1)


def one_filled_path(canvas: Canvas) -> None:
    path = canvas.beginPath()
    for x0, y0, x1, y1 in SEGMENTS:
        path.rect(x0 - 0.25, min(y0, y1) - 0.25, x1 - x0 + 0.5, abs(y1 - y0) + 0.5)
    canvas.drawPath(path, stroke=0, fill=1)


def one_stroked_path(canvas: Canvas) -> None:
    path = canvas.beginPath()
    for x0, y0, x1, y1 in SEGMENTS:
        path.moveTo(x0, y0)
        path.lineTo(x1, y1)
    canvas.drawPath(path)


def boxes(canvas: Canvas) -> None:
    for x0, y0, x1, y1 in (
        (100, 660, 200, 700),
        (200, 660, 400, 700),
        (100, 580, 200, 660),
        (200, 620, 300, 660),
        (300, 620, 400, 660),
        (200, 580, 300, 620),
        (300, 580, 400, 620),
    ):
        canvas.rect(x0, y0, x1 - x0, y1 - y0)


def short_pieces(canvas: Canvas) -> None:
    for x0, y0, x1, y1 in SEGMENTS:
        steps = math.ceil(max(x1 - x0, y0 - y1) / 5)
        for step in range(steps):
            a, b = step / steps, (step + 0.7) / steps
            canvas.line(x0 + (x1 - x0) * a, y0 + (y1 - y0) * a, x0 + (x1 - x0) * b, y0 + (y1 - y0) * b)


def doubled(canvas: Canvas) -> None:
    lines(canvas)
    for x0, y0, x1, y1 in SEGMENTS:
        canvas.line(x0 + 1.5, y0 + 1.5, x1 + 1.5, y1 + 1.5)


def in_a_form(canvas: Canvas) -> None:
    canvas.beginForm("borders")
    canvas.translate(-20, 30)
    lines(canvas)
    canvas.endForm()
    canvas.saveState()
    canvas.translate(20, -30)
    canvas.doForm("borders")
    canvas.restoreState()


def shaded(canvas: Canvas) -> None:
    canvas.setFillGray(0.8)
    canvas.rect(100, 660, 300, 40, stroke=0, fill=1)
    canvas.setFillGray(0)
    lines(canvas)


@pytest.mark.parametrize(
    "borders",
    [
        lines,
        thin_rectangles,
        one_filled_path,
        one_stroked_path,
        boxes,
        short_pieces,
        doubled,
        in_a_form,
        shaded,
    ],
)
def test_a_table_is_read_however_its_borders_are_drawn(borders: object) -> None:
    def draw(canvas: Canvas) -> None:
        borders(canvas)  # type: ignore[operator]
        words(canvas)

    (grid,) = pdf.grids(drawn(draw))

    assert (grid.name, grid.is_prose) == ("表1", False)
    assert shape(grid) == EXPECTED


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_reads_as_it_is_shown(degrees: int) -> None:
    """The page is laid out sideways or on its head and carries a rotation that sets it upright."""
    wide, high = A4 if degrees == 180 else landscape(A4)  # reportlab swaps the sides of a page it turns

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(degrees)
        canvas.translate(*{90: (wide, 0), 180: (wide, high), 270: (0, high)}[degrees])
        canvas.rotate(degrees)
        canvas.translate(-50, -200)
        lines(canvas)
        words(canvas)

    (grid,) = pdf.grids(drawn(draw))

    assert shape(grid) == EXPECTED


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_table_laid_sideways_on_an_upright_page_is_read(degrees: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(*((590, 0) if degrees == 90 else (0, 600)))
        canvas.rotate(degrees)
        canvas.translate(0, -300)
        lines(canvas)
        words(canvas)

    (grid,) = pdf.grids(drawn(draw))

    assert shape(grid) == EXPECTED


def test_a_page_cut_out_of_a_larger_sheet_reads_the_same() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((90, 500, 500, 750))
        canvas.drawString(100, 780, "裁掉的页边")
        lines(canvas)
        words(canvas)

    (grid,) = pdf.grids(drawn(draw))

    assert shape(grid) == EXPECTED


def test_tables_and_lines_come_from_top_to_bottom() -> None:
    content = document(
        [
            paragraph("附件2"),
            table([["部门项目支出预算绩效目标表"], ["项目名称", "村道养护"]]),
            paragraph("说明：下表为第二个项目。"),
            paragraph("单位：万元"),
            table([["部门项目支出预算绩效目标表"], ["项目名称", "公厕管护"]]),
        ]
    )

    found = [(grid.name, [cell.text for cell in grid.cells]) for grid in pdf.grids(content)]

    assert found == [
        ("段落", ["附件2"]),
        ("表1", ["部门项目支出预算绩效目标表", "项目名称", "村道养护"]),
        ("段落", ["说明：下表为第二个项目。", "单位：万元"]),
        ("表2", ["部门项目支出预算绩效目标表", "项目名称", "公厕管护"]),
    ]


def test_a_cell_names_its_page() -> None:
    forms = tuple((("部门项目支出预算绩效目标表",), ("项目名称", name)) for name in ("甲", "乙"))
    first, one, two = pdf.grids(to_pdf(Annex("附件2", forms), page_each=True))

    assert {cell.reference for cell in (*first.cells, *one.cells)} == {"第1页"}
    assert {cell.reference for cell in two.cells} == {"第2页"}


def test_a_line_broken_by_the_width_of_its_cell_is_one_and_a_typed_break_stays() -> None:
    text = "按时足额安排村级道路日常养护所需经费使村道常年畅通并及时修补坑槽与路肩及安全设施让群众出行更方便。\n二、建立养护台账。"
    (grid,) = pdf.grids(document([table([["年度总体目标", text], ["项目资金\n（万元）", "3.5"]])]))

    assert [cell.text for cell in grid.cells] == ["年度总体目标", text, "项目资金\n（万元）", "3.5"]


def test_items_of_a_list_stand_on_lines_of_their_own_though_each_fills_its_cell() -> None:
    texts = ("1.化解邻里纠纷", "件数", "2.宣传法律次数")
    lines = [Line(0, 70, 12.0 * number, 10, text, 10) for number, text in enumerate(texts)]

    assert joined(lines, 0, 72) == "1.化解邻里纠纷件数\n2.宣传法律次数"
    assert joined([lines[1], lines[2]], 0, 72) == "件数2.宣传法律次数"


def test_text_beside_the_border_of_a_narrow_cell_is_one_word() -> None:
    """A level in upright writing: one letter a line."""

    def draw(canvas: Canvas) -> None:
        for x in (100, 120, 300):
            canvas.line(x, 700, x, 600)
        for y in (700, 600):
            canvas.line(100, y, 300, y)
        for step, letter in enumerate("绩效指标"):
            canvas.drawString(105, 680 - step * 14, letter)
        canvas.drawString(125, 650, "数量指标")

    (grid,) = pdf.grids(drawn(draw))

    assert [cell.text for cell in grid.cells] == ["绩效指标", "数量指标"]


def test_a_box_floating_over_a_cell_is_read_where_it_is_shown() -> None:
    def draw(canvas: Canvas) -> None:
        words(canvas)
        lines(canvas)
        # Drawn last and out of order, over the blank half of the row of 项目名称.
        canvas.drawString(330, 680, "（一期）")

    (grid,) = pdf.grids(drawn(draw))

    assert [cell.text for cell in grid.cells][:2] == ["项目名称", "村道养护 （一期）"]


def test_an_underline_in_a_cell_is_no_border() -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas)
        words(canvas)
        canvas.line(305, 637, 345, 637)
        canvas.line(200, 637, 240, 637)

    (grid,) = pdf.grids(drawn(draw))

    assert shape(grid) == EXPECTED


def test_a_frame_around_the_page_is_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(40, 40, 515, 760)
        canvas.drawString(105, 760, "平罗县项目支出绩效目标")
        lines(canvas)
        words(canvas)

    prose, grid = pdf.grids(drawn(draw))

    assert [cell.text for cell in prose.cells] == ["平罗县项目支出绩效目标"]
    assert shape(grid) == EXPECTED


def test_a_table_without_borders_at_its_sides_keeps_its_outer_columns() -> None:
    def draw(canvas: Canvas) -> None:
        for y in (700, 660, 620):
            canvas.line(100, y, 400, y)
        canvas.line(250, 700, 250, 620)
        for y, left, right in ((680, "项目名称", "村道养护"), (640, "实施单位", "宝丰镇人民政府")):
            canvas.drawString(105, y, left)
            canvas.drawString(255, y, right)

    (grid,) = pdf.grids(drawn(draw))

    assert shape(grid) == [
        (1, 1, 1, 1, "项目名称"),
        (1, 2, 1, 1, "村道养护"),
        (2, 1, 1, 1, "实施单位"),
        (2, 2, 1, 1, "宝丰镇人民政府"),
    ]


def test_a_landscape_page_is_no_special_case() -> None:
    content = document([table([["项目名称", "村道养护"]], width=700)], page=landscape(A4))

    (grid,) = read("a.pdf", content)[0]

    assert grid.cells == (
        Cell(1, 1, "项目名称", reference="第1页"),
        Cell(1, 2, "村道养护", reference="第1页"),
    )
