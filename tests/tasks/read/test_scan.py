"""Scans: pages recognised from their pictures, however they lie, in every kind of file; doubts told, never hidden."""

import importlib.util
import io
import zipfile
from collections.abc import Callable

import docx
import numpy as np
import openpyxl
import pytest
from openpyxl.drawing.image import Image as SheetImage
from reportlab.pdfgen.canvas import Canvas

from schemas.form import Cell, Grid, UnreadableError
from tasks.parse import parse
from tasks.parse.sheet import SURE
from tasks.read import foreign, read, text
from tests.benchmarks.annex import to_text
from tests.benchmarks.scan import compare, scans
from tests.support.pdf import drawn, ruled
from tests.support.scans import (
    Picture,
    annex,
    annex_pages,
    jpegs_in_pdf,
    needs_recognition,
    printed,
    saved,
    scanned,
)


@pytest.fixture(autouse=True)
def _needs_recognition() -> None:
    needs_recognition()


def only(grids: tuple[Grid, ...]) -> list[Cell]:
    """The cells of the one table."""
    (table,) = [grid for grid in grids if not grid.is_prose]
    return list(table.cells)


def said(cells: list[Cell], label: str) -> str:
    """What stands at the right of a label."""
    cell = next(each for each in cells if each.text == label)
    return next(
        each.text for each in cells if (each.row, each.column) == (cell.row, cell.column + cell.column_span)
    )


def as_picture(draw: Callable[[Canvas], object], dpi: int) -> bytes:
    """A page drawn by hand, from the scanner."""
    (page,) = printed(drawn(draw), dpi)
    return saved([scanned(page, dpi, tilt=0.7, seed=3)], "PNG")


@pytest.fixture(scope="module")
def page() -> Picture:
    """A form with a stamp over the corner of its table, askew."""
    (clean,) = annex_pages(150, [5])
    return scanned(clean, 150, tilt=1.5, stamp=(0.8, 0.62), seed=4)


def test_a_scanned_form_is_read_through_its_stamp(page: Picture) -> None:
    grids, remarks = read("a.pdf", jpegs_in_pdf([page], 150))

    assert remarks == ()
    (form,) = parse(grids).forms
    assert form.project_name is not None
    assert form.project_name.text == "残疾人两项补贴"
    assert form.total is not None
    assert form.total.text == "55.44"
    assert [(line.amount.text, line.source) for line in form.funding] == [
        ("55.44", "财政拨款"),
        ("", "其他资金"),
    ]
    assert [(line.level1, line.level2, line.level3.text, line.value.text) for line in form.indicators] == [
        ("产出指标", "数量指标", "享受补贴人数", "385人"),
        ("产出指标", "质量指标", "补贴发放准确率", "100%"),
        ("产出指标", "时效指标", "发放时限", "每月10日前"),
        ("产出指标", "成本指标", "补贴标准", "120元/人*月"),
        ("效益指标", "经济效益指标", "残疾人家庭年收入增加", "1440元"),
        ("效益指标", "社会效益指标", "政策知晓率", "≥90%"),
        ("效益指标", "可持续影响指标", "补贴动态管理机制", "持续健全"),
        ("满意度指标", "服务对象满意度指标", "残疾人满意度", "大于等于95%"),
    ]
    assert str(form.indicators[5].value.address) == "form 1 · 表1 · 第14行 · 指标值 · 第1页"


@pytest.mark.parametrize(
    ("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("BMP", "a.bmp"), ("TIFF", "a.tif")]
)
def test_pictures_are_read_like_pages(page: Picture, kind: str, name: str) -> None:
    grids, remarks = read(name, saved([page[:900]], kind))

    assert remarks == ()
    cells = only(grids)
    assert said(cells, "项目名称") == "残疾人两项补贴"
    assert said(cells, "年度资金总额：") == "55.44"
    assert said(cells, "其他资金") == ""
    assert {cell.reference for cell in cells} == {"第1页"}
    assert all(0 < cell.confidence <= 1 for cell in cells)


def pasted(*pictures: bytes) -> bytes:
    """A Word document that says 附件2 and shows pictures."""
    document = docx.Document()
    document.add_paragraph("附件2")
    for picture in pictures:
        document.add_picture(io.BytesIO(picture))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_scans_put_into_a_word_document_are_read_in_their_order() -> None:
    scans = [scanned(clean, 150, tilt=1.0, seed=1) for clean in annex_pages(150, [2, 5])]

    grids, remarks = read("a.docx", pasted(*(saved([each], "JPEG", quality=60) for each in reversed(scans))))

    assert remarks == ()
    assert [cell.text for cell in grids[0].cells] == ["附件2"]
    tables = [list(grid.cells) for grid in grids if not grid.is_prose]
    assert [said(cells, "项目名称") for cells in tables] == ["残疾人两项补贴", "河道保洁员补助"]
    assert [cells[0].reference for cells in tables] == ["第1页", "第2页"]


def test_a_scan_put_into_a_sheet_is_read(page: Picture) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.add_image(SheetImage(io.BytesIO(saved([page[:900]], "PNG"))), "B2")
    target = io.BytesIO()
    workbook.save(target)

    assert said(only(read("a.xlsx", target.getvalue())[0]), "项目名称") == "残疾人两项补贴"


def test_pictures_beside_a_table_or_too_small_for_a_page_are_left_alone(
    page: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "read", lambda *_: pytest.fail("a picture was looked into"))
    logo = pasted(saved([page[:90, :90]], "PNG"))
    document = docx.Document(io.BytesIO(pasted(saved([page], "PNG"))))
    document.add_table(1, 1).cell(0, 0).text = "项目名称"
    target = io.BytesIO()
    document.save(target)

    assert [grid.is_prose for grid in read("a.docx", logo)[0]] == [True]
    assert [grid.is_prose for grid in read("a.docx", target.getvalue())[0]] == [True, False]


def test_a_damaged_picture_in_a_document_is_told_and_the_rest_is_read(page: Picture) -> None:
    picture = saved([page], "PNG")
    whole = pasted(picture)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part[: len(part) // 2] if part == picture else part)

    grids, remarks = read("a.docx", target.getvalue())

    assert next(cell.text for grid in grids for cell in grid.cells) == "附件2"
    assert [(remark.rule_id, remark.value) for remark in remarks] == [("R15", "文件里的图片")]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_that_lies_on_its_side_or_head_is_set_upright(page: Picture, quarters: int) -> None:
    turned = np.ascontiguousarray(np.rot90(page[:900], quarters))

    assert said(only(read("a.png", saved([turned], "PNG"))[0]), "项目名称") == "残疾人两项补贴"


def test_pages_of_a_fax_follow_each_other() -> None:
    grids, _ = read("a.tif", saved(annex_pages(100, [1, 7]), "TIFF"))

    tables = [list(grid.cells) for grid in grids if not grid.is_prose]
    assert [said(cells, "项目名称") for cells in tables] == ["乡村图书室开放经费", "乡镇干部培训"]
    assert [cells[0].reference for cells in tables] == ["第1页", "第2页"]


def test_red_print_is_print() -> None:
    (clean,) = annex_pages(150, [5])
    reddened = clean.copy()
    # 55.44, where it stands for the first time.
    amount = reddened[470:510, 800:960]
    assert (amount < 128).any()
    amount[amount.min(axis=2) < 128] = (210, 30, 30)

    assert said(only(read("a.png", saved([reddened[:900]], "PNG"))[0]), "年度资金总额：") == "55.44"


def test_a_page_without_a_table_is_prose() -> None:
    (clean,) = annex_pages(150, [5])
    (grid,) = read("a.png", saved([clean[60:205]], "PNG"))[0]

    assert grid.is_prose
    assert next(cell.text for cell in grid.cells) == "部门项目支出预算绩效目标表"


@pytest.mark.parametrize("dpi", [150, 200])
def test_a_sign_in_a_column_of_its_own_is_known_by_its_strokes(dpi: int) -> None:
    """The network, trained on prose, takes a lone ≥ for M, at times without any doubt."""

    def draw(canvas: Canvas) -> None:
        rows = (
            ("三级指标", "指标性质", "指标值", "度量单位"),
            ("培训人数", "≥", "300", "人"),
            ("合格率", "=", "100", "%"),
            ("总成本", "≤", "12", "万元"),
        )
        ruled(canvas, rows, height=20)

    cells = only(read("a.png", as_picture(draw, dpi))[0])

    signs = {said(cells, what): cell for what in ("培训人数", "合格率", "总成本") for cell in cells}
    assert list(signs) == ["≥", "=", "≤"]
    assert {cell.confidence < SURE for cell in cells if cell.text in signs} == {True}


@pytest.mark.parametrize("dpi", [150, 200])
def test_a_low_row_in_one_piece_is_not_parted_where_the_rows_around_it_are(dpi: int) -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, (("项目名称", "村道养护"),), top=600, xs=(60, 142, 500), height=14)
        ruled(canvas, (("年度目标：培训农户3000户，户户有人会。",),), top=586, xs=(60, 500), height=14)
        ruled(canvas, (("实施单位", "宝丰镇"),), top=572, xs=(60, 142, 500), height=14)

    cells = only(read("a.png", as_picture(draw, dpi))[0])

    assert [(cell.row, cell.column, cell.column_span, cell.text) for cell in cells] == [
        (1, 1, 1, "项目名称"),
        (1, 2, 1, "村道养护"),
        (2, 1, 2, "年度目标：培训农户3000户，户户有人会。"),
        (3, 1, 1, "实施单位"),
        (3, 2, 1, "宝丰镇"),
    ]


def test_a_row_cut_by_the_break_is_one_row_though_its_last_line_ends_in_a_full_stop() -> None:
    """The ink of 淤。 is narrower than its two places, and no line could begin with its full stop."""

    def draw(canvas: Canvas) -> None:
        xs = (60, 160, 191, 300)
        ruled(canvas, (("项目名称", "目标", "一级指标"), ("河道清淤", "完成\n清", "")), xs=xs)
        canvas.showPage()
        ruled(canvas, (("", "淤。", ""), ("", "", "产出指标")), xs=xs)

    pages = [scanned(page, 200, seed=2) for page in printed(drawn(draw), 200)]
    cells = only(read("a.pdf", jpegs_in_pdf(pages, 200))[0])

    assert [cell.text for cell in cells if cell.row == 2] == ["河道清淤", "完成清淤。", ""]


def test_an_empty_page_holds_nothing() -> None:
    blank = np.full((900, 700, 3), 250, np.uint8)

    assert read("a.png", saved([blank], "PNG")) == ((), ())


def test_without_the_extra_a_scan_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    content = saved([np.full((90, 70, 3), 250, np.uint8)], "PNG")
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "rapidocr" else found(name, *more)
    )

    with pytest.raises(UnreadableError) as caught:
        read("a.png", content)

    assert caught.value.rule_id == "R10"
    assert '请安装识别组件（pip install "huizong[ocr]"），或改交 Word、Excel 原件' in caught.value.value


def test_a_damaged_picture_is_a_sentence(page: Picture) -> None:
    content = saved([page], "PNG")

    with pytest.raises(UnreadableError) as caught:
        read("a.png", content[: len(content) // 2])

    assert caught.value.rule_id == "R01"


def test_values_of_a_stamped_annex_are_right_and_doubts_are_told() -> None:
    numbers = [1, 3, 9]
    whole = parse(text.read(to_text(annex())))
    pages = annex_pages(150, numbers)
    expected = type(whole)(tuple(whole.forms[number - 1] for number in numbers), ())
    scores = compare(expected, parse(read("a.pdf", scans(pages, 150))[0]))

    assert {kind: score.wrong for kind, score in scores.items()} == {kind: [] for kind in scores}
    assert scores["values"].total == 24


@pytest.mark.slow
@pytest.mark.parametrize(("dpi", "numbers"), [(150, range(1, 15)), (200, range(5, 11))])
def test_at_least_98_values_of_100_are_right_and_no_wrong_one_is_silent(dpi: int, numbers: range) -> None:
    whole = parse(text.read(to_text(annex())))
    expected = type(whole)(tuple(whole.forms[number - 1] for number in numbers), ())
    scores = compare(expected, parse(read("a.pdf", scans(annex_pages(dpi, numbers), dpi))[0]))

    values = scores["values"]
    assert values.total == 8 * len(numbers)
    assert values.right >= 0.98 * values.total
    assert len(values.wrong) == values.flagged
    for kind in ("forms", "levels", "names", "amounts"):
        assert scores[kind].wrong == [], kind


def test_a_picture_of_many_pages_of_pixels_is_refused() -> None:
    from PIL import Image  # noqa: PLC0415

    target = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(target, "PNG")

    with pytest.raises(UnreadableError) as caught:
        read("a.png", target.getvalue())

    assert caught.value.rule_id == "R08"
