"""Tables over page breaks: what belongs together is joined, what is repeated is dropped, the rest stays as it is."""

from collections.abc import Callable, Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from schemas.form import Grid, UnreadableError
from schemas.vocabulary import Words
from tasks.parse import parse
from tasks.read import pdf, read
from tests.support.pdf import Cells, drawn, ruled

FORM: Cells = (
    ("项目名称", "村道养护", "实施单位", "宝丰镇人民政府"),
    ("一级指标", "二级指标", "三级指标", "指标值"),
)


def pages(*draws: Callable[[Canvas], object]) -> list[Grid]:
    """The grids of a file, each page drawn by one of ``draws``."""

    def draw(canvas: Canvas) -> None:
        for each in draws:
            each(canvas)
            canvas.showPage()

    return list(pdf.grids(drawn(draw)))


def rows(grid: Grid) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for cell in grid.cells:
        found.setdefault(cell.row, []).append(cell.text)
    return list(found.values())


def test_rows_go_on_and_name_the_page_they_stand_on() -> None:
    (grid,) = pages(
        lambda canvas: ruled(canvas, FORM),
        lambda canvas: ruled(canvas, (("产出指标", "数量指标", "养护里程", "12公里"),)),
    )

    assert rows(grid) == [*map(list, FORM), ["产出指标", "数量指标", "养护里程", "12公里"]]
    assert [cell.reference for cell in grid.cells] == ["第1页"] * 8 + ["第2页"] * 4
    assert [cell.row for cell in grid.cells][-4:] == [3] * 4


def test_a_row_cut_in_the_middle_is_one_row_again() -> None:
    """Neither half has a line at the break."""
    (grid,) = pages(
        lambda canvas: ruled(
            canvas, (*FORM, ("产出指标", "数量指标", "全镇村级道路日常养", "12公里")), open_below=True
        ),
        lambda canvas: ruled(
            canvas,
            (("", "", "护总里程", ""), ("", "质量指标", "完好率", "≥95%")),
            open_above=True,
        ),
    )

    assert rows(grid)[2:] == [
        ["产出指标", "数量指标", "全镇村级道路日常养\n护总里程", "12公里"],
        ["", "质量指标", "完好率", "≥95%"],
    ]


def test_a_row_cut_where_its_cell_is_full_is_one_row_though_both_halves_have_borders() -> None:
    (grid,) = pages(
        lambda canvas: ruled(
            canvas, (*FORM, ("产出指标", "数量指标", "全镇村级道路的日常养护的总", "12公里"))
        ),
        lambda canvas: ruled(canvas, (("", "", "里程数", ""), ("", "质量指标", "完好率", "≥95%"))),
    )

    assert rows(grid)[2:] == [
        ["产出指标", "数量指标", "全镇村级道路的日常养护的总里程数", "12公里"],
        ["", "质量指标", "完好率", "≥95%"],
    ]


def test_a_label_cut_by_the_break_is_one_label() -> None:
    (grid,) = pages(
        lambda canvas: ruled(canvas, (*FORM, ("产出指标", "数量指标（必填硬", "养护里程", ""))),
        lambda canvas: ruled(canvas, (("", "性指标）", "", "12公里"), ("", "质量指标", "完好率", "≥95%"))),
    )

    assert rows(grid)[2:] == [
        ["产出指标", "数量指标（必填硬性指标）", "养护里程", "12公里"],
        ["", "质量指标", "完好率", "≥95%"],
    ]


def test_a_label_of_a_countys_own_is_one_label_in_the_parsers_process_too() -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, (*FORM, ("产出指标", "完成多少工作任务", "养护里程", "")))
        canvas.showPage()
        ruled(canvas, (("", "量的大小", "", "12公里"), ("", "质量指标", "完好率", "≥95%")))

    content = drawn(draw)
    words = Words(level2={"数量指标": ("完成多少工作任务量的大小",)})
    found = [rows(read("a.pdf", content, words=spoken)[0][0])[2] for spoken in (words, None)]

    assert found == [
        ["产出指标", "完成多少工作任务量的大小", "养护里程", "12公里"],
        ["产出指标", "完成多少工作任务", "养护里程", ""],
    ]


def test_halves_that_are_labels_too_are_one_row_where_another_is_whole_only_with_its_second() -> None:
    last = ("满意度指", "服务对象", "受益群众", "≥95%")
    (grid,) = pages(
        lambda canvas: ruled(canvas, (*FORM, last), xs=(60, 112, 164, 216, 300)),
        lambda canvas: ruled(
            canvas,
            (("标（10分）", "满意度指标", "满意度", ""), ("", "", "回访满意率", "≥90%")),
            xs=(60, 112, 164, 216, 300),
        ),
    )

    assert rows(grid)[2] == ["满意度指标（10分）", "服务对象满意度指标", "受益群众满意度", "≥95%"]


def test_a_new_indicator_at_the_top_of_a_page_is_not_glued_to_the_one_before() -> None:
    """Its level is blank as under a merged cell, its value was not filled in; the line before it was not full."""
    (grid,) = pages(
        lambda canvas: ruled(canvas, (*FORM, ("产出指标", "数量指标", "养护里程", "12公里"))),
        lambda canvas: ruled(canvas, (("", "", "修补坑槽", ""), ("", "质量指标", "完好率", "≥95%"))),
    )

    assert rows(grid)[2:] == [
        ["产出指标", "数量指标", "养护里程", "12公里"],
        ["", "", "修补坑槽", ""],
        ["", "质量指标", "完好率", "≥95%"],
    ]


def test_another_source_of_money_is_not_glued_to_a_full_label() -> None:
    (grid,) = pages(
        lambda canvas: ruled(canvas, (("项目名称", "村道养护"), ("其中：财政拨款", "10")), xs=(60, 136, 500)),
        lambda canvas: ruled(canvas, (("其他资金", ""),), xs=(60, 136, 500)),
    )

    assert rows(grid)[1:] == [["其中：财政拨款", "10"], ["其他资金", ""]]


def test_a_level_merged_over_the_break_spans_both_pages() -> None:
    (grid,) = pages(
        lambda canvas: ruled(
            canvas,
            (*FORM, ("产出指标", "数量指标", "养护里程", "12公里"), (None, "质量指标", "完好率", "≥95%")),
        ),
        lambda canvas: ruled(
            canvas,
            (
                ("", "时效指标", "完成时间", "2023年12月底"),
                ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%"),
            ),
        ),
    )
    level = next(cell for cell in grid.cells if cell.text == "产出指标")

    assert (level.row, level.row_span) == (3, 3)
    assert rows(grid)[4] == ["时效指标", "完成时间", "2023年12月底"]


def test_a_level_printed_on_the_second_page_alone_belongs_to_the_rows_of_the_first_too() -> None:
    """Excel sets the text in the middle of the merged cell, wherever the page breaks."""
    (grid,) = pages(
        lambda canvas: ruled(
            canvas,
            (
                *FORM,
                ("", "社会效益指标", "出行更方便", "有效提升"),
                (None, "生态效益指标", "扬尘减少", "明显减少"),
            ),
        ),
        lambda canvas: ruled(
            canvas,
            (("效益指标", "可持续影响指标", "管护机制", "持续完善"), (None, "经济效益指标", "节约", "5万元")),
        ),
    )
    level = next(cell for cell in grid.cells if cell.text == "效益指标")

    assert (level.row, level.row_span, level.reference) == (3, 4, "第2页")
    assert [line.level1_text for line in parse([grid]).forms[0].indicators] == ["效益指标"] * 4


HEADED: Sequence[Sequence[str]] = (
    ("序号", "项目名称", "主管部门", "金额"),
    ("1", "村道养护", "宝丰镇", "10"),
)


def test_headings_repeated_at_the_top_of_a_page_are_dropped() -> None:
    (grid,) = pages(
        lambda canvas: ruled(canvas, HEADED),
        lambda canvas: ruled(canvas, (HEADED[0], ("2", "公厕管护", "宝丰镇", "6"))),
        lambda canvas: ruled(canvas, (HEADED[0], ("3", "村委会办公", "宝丰镇", "27"))),
    )

    assert rows(grid) == [
        ["序号", "项目名称", "主管部门", "金额"],
        ["1", "村道养护", "宝丰镇", "10"],
        ["2", "公厕管护", "宝丰镇", "6"],
        ["3", "村委会办公", "宝丰镇", "27"],
    ]


def _titled(name: str, last: Sequence[str]) -> Cells:
    return (
        ("部门项目支出预算绩效目标表", "", "", ""),
        ("项目名称", name, "实施单位", "宝丰镇人民政府"),
        ("一级指标", "二级指标", "三级指标", "指标值"),
        last,
    )


def test_forms_of_one_template_on_pages_of_their_own_stay_apart() -> None:
    grids = pages(
        lambda canvas: ruled(canvas, _titled("村道养护", ("产出指标", "数量指标", "养护里程", "12公里"))),
        lambda canvas: ruled(canvas, _titled("公厕管护", ("产出指标", "数量指标", "公厕座数", "6座"))),
        lambda canvas: ruled(canvas, _titled("公厕管护", ("产出指标", "数量指标", "公厕座数", "7座"))),
    )

    assert [grid.name for grid in grids] == ["表1", "表2", "表3"]
    assert [form.project_name.text for form in parse(grids).forms if form.project_name] == [
        "村道养护",
        "公厕管护",
        "公厕管护",
    ]


def test_a_title_line_repeated_above_the_second_page_is_dropped_with_the_page_numbers() -> None:
    def page(number: int, cells: Cells) -> Callable[[Canvas], object]:
        def draw(canvas: Canvas) -> None:
            ruled(canvas, cells, top=760)
            canvas.drawString(240, 790, "部门项目支出预算绩效目标表")
            canvas.drawString(280, 30, f"- {number} -")

        return draw

    prose, grid = pages(page(1, FORM), page(2, (("产出指标", "数量指标", "养护里程", "12公里"),)))

    assert [cell.text for cell in prose.cells] == ["部门项目支出预算绩效目标表"]
    assert len(rows(grid)) == 3


def test_a_table_of_another_width_is_another_table() -> None:
    grids = pages(
        lambda canvas: ruled(canvas, FORM),
        lambda canvas: ruled(canvas, (("村名", "里程"),), xs=(100, 200, 300)),
    )

    assert [grid.name for grid in grids] == ["表1", "表2"]


def test_prose_between_two_tables_keeps_them_apart() -> None:
    def second(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "说明：里程以交通部门公布的为准。")
        ruled(canvas, (("产出指标", "数量指标", "养护里程", "12公里"),), top=680)

    grids = pages(lambda canvas: ruled(canvas, FORM), second)

    assert [grid.name for grid in grids] == ["表1", "段落", "表2"]


WIDE: Cells = (*FORM, *(("产出指标", "数量指标", f"第{number}段", "") for number in range(6)))
RIGHT: Cells = tuple(("指标值", f"{number}公里") for number in range(len(WIDE)))
BESIDE = (60, 200, 320)
NAMED: Cells = (("项目名称", "桥梁养护"), *RIGHT[1:])


@pytest.mark.parametrize("between", [0, 1], ids=["beside", "below first"])
def test_a_sheet_wider_than_its_paper_is_refused_with_what_to_do(between: int) -> None:
    below: Cells = (("", "质量指标", "完好率", ""),)
    with pytest.raises(UnreadableError) as refused:
        pages(
            lambda canvas: ruled(canvas, WIDE),
            *([lambda canvas: ruled(canvas, below)] * between),
            lambda canvas: ruled(canvas, RIGHT, xs=BESIDE),
        )

    assert refused.value.rule_id == "R10"
    assert f"（第1、{between + 2}页）" in refused.value.value
    assert "所有列打印在一页" in refused.value.value


def test_texts_that_run_into_each_other_are_refused_with_what_to_do() -> None:
    """A sheet whose cells are too narrow: the letters of the name stand under those of its neighbour."""

    def draw(canvas: Canvas) -> None:
        ruled(canvas, FORM)
        canvas.drawString(106, 768, "养护")
        canvas.drawString(206, 768, "实施单位")
        canvas.drawString(210, 768, "村道养护")

    with pytest.raises(UnreadableError) as refused:
        pages(draw)

    assert refused.value.rule_id == "R10"
    assert "文字互相重叠的 PDF（第1页，如“实村”）" in refused.value.value
    assert "请加宽后重新导出" in refused.value.value


def test_print_drawn_twice_for_bold_is_no_overlap() -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, FORM)
        for step in range(3):
            canvas.drawString(60 + step * 0.3, 640, "部门项目支出预算绩效目标表")

    assert rows(pages(draw)[0]) == [list(row) for row in FORM]


@pytest.mark.parametrize("other", [NAMED, RIGHT[:3]], ids=["with a name of its own", "of other rows"])
def test_another_table_on_the_next_page_is_no_right_half(other: Cells) -> None:
    found = pages(lambda canvas: ruled(canvas, WIDE), lambda canvas: ruled(canvas, other, xs=BESIDE))

    assert [rows(grid)[0] for grid in found] == [list(FORM[0]), list(other[0])]
