"""Scans: pages recognised from their pictures, however they lie, in every kind of file; doubts told, never hidden."""

import importlib.util
import io

import numpy as np
import pytest

from schemas.form import Cell, Grid, UnreadableError
from tasks.parse import parse
from tasks.read import read, text
from tests.benchmarks.annex import to_text
from tests.benchmarks.scan import compare, scans
from tests.support.scans import Picture, annex, annex_pages, jpegs_in_pdf, needs_recognition, saved, scanned


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
