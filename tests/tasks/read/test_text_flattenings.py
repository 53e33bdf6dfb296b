"""Each flattening of a table: told by its content, read into rows, every text still there."""

import pytest

from schemas.form import Form, UnreadableError
from tasks.parse import parse
from tasks.read import read, text
from tests.layouts import build
from tests.layouts.flatten import FLATTENINGS, LOSSY
from tests.support import annex

LAYOUTS = {layout.name: layout for layout in build.layouts() if layout.parts}


def rows(content: str) -> list[list[list[str]]]:
    """By grid, then row: the texts."""
    found = []
    for grid in text.grids(content):
        lines: dict[int, list[str]] = {}
        for cell in grid.cells:
            lines.setdefault(cell.row, []).append(cell.text)
        found.append(list(lines.values()))
    return found


def names(content: str) -> list[str]:
    return [grid.name for grid in text.grids(content)]


def test_bars_between_cells() -> None:
    content = "通知正文\n\n项目支出绩效目标表 | | \n项目名称 | 道路养护 | \n | 其中：财政拨款 | 5\n"

    assert rows(content) == [
        [["通知正文"]],
        [["项目支出绩效目标表", "", ""], ["项目名称", "道路养护", ""], ["", "其中：财政拨款", "5"]],
    ]
    assert names(content) == ["段落", "表1"]


def test_a_bar_at_both_edges_is_no_cell() -> None:
    content = "| 项目名称 | 甲\\|乙 |\n|---|:--:|\n| 总体目标 | 一<br>二 |\n"

    assert rows(content) == [[["项目名称", "甲|乙"], ["总体目标", "一\n二"]]]


def test_blank_columns_are_cut_off() -> None:
    content = "\n".join(" | ".join([*row, *[""] * 900]) for row in [["项目名称", "甲"], ["主管部门", ""]])

    assert rows(content) == [[["项目名称", "甲"], ["主管部门", ""]]]


def test_a_line_that_the_width_of_a_cell_broke_goes_on() -> None:
    assert rows("项目名称 | 甲\n总体目标 | 修路\n并养护\n主管部门 | 乙") == [
        [["项目名称", "甲"], ["总体目标", "修路\n并养护"], ["主管部门", "乙"]]
    ]


@pytest.mark.parametrize("bar", ["｜", "│", "┃"])
def test_other_bars(bar: str) -> None:
    assert rows(f"项目名称 {bar} 甲\n主管部门 {bar} 乙") == [[["项目名称", "甲"], ["主管部门", "乙"]]]


def test_a_cell_per_line_ended_by_a_bar_falls_into_rows_at_its_labels() -> None:
    content = (
        "项目名称 |\n甲 |\n主管部门 |\n乙 |\n项目资金\n（万元） |\n年度资金总额： |\n5 |\n|\n其他资金 |\n|\n"
    )

    assert rows(content) == [
        [
            ["项目名称", "甲"],
            ["主管部门", "乙"],
            ["项目资金\n（万元）", "年度资金总额：", "5", ""],
            ["其他资金", ""],
        ]
    ]


def test_a_list_may_begin_with_the_projects_and_is_not_cut_where_levels_stand_astray() -> None:
    heads = ["项目名称", "预算金额", "一级指标", "二级指标", "三级指标", "指标值"]
    full = ["路灯维护", "6.5", "产出指标", "数量指标", "维护路灯", "320盏"]
    lost = ["效益指标", "社会效益指标", "夜间出行", "改善", "路灯养护", "6.5"]

    assert rows(" |\n".join([*heads, *full, ""])) == [[heads, full]]
    assert [len(row) for row in rows(" |\n".join([*heads, *full, *lost, ""]))[0]] == [1]


@pytest.mark.parametrize("covered", ["|\n", ""], ids=["blank", "left out"])
def test_rows_of_indicators_are_told_by_their_levels(covered: str) -> None:
    heading = "一级指标 |\n二级指标 |\n三级指标 |\n指标值 |\n"
    content = (
        f"项目名称 |\n甲 |\n{heading}"
        f"产出指标 |\n数量指标 |\n里程 |\n2km |\n{covered}{covered}桥梁 |\n1座 |\n{covered}质量指标 |\n合格率 |\n100% |\n"
    )

    assert rows(content)[0][1:] == [
        ["", "一级指标", "二级指标", "三级指标", "指标值"],
        ["", "产出指标", "数量指标", "里程", "2km"],
        ["", "", "", "桥梁", "1座"],
        ["", "", "质量指标", "合格率", "100%"],
    ]


def test_indicators_whose_rows_nothing_tells_stay_apart() -> None:
    content = (
        "项目名称\n甲\n主管部门\n乙\n实施单位\n丙\n一级指标\n二级指标\n三级指标\n指标值\n权重\n"
        "产出指标\n数量指标\n里程\n2km\n质量指标\n合格率\n100%\n30\n"
    )

    assert rows(content)[0][3:] == [
        ["", "一级指标", "二级指标", "三级指标", "指标值", "权重"],
        ["", "产出指标", "数量指标", "", "", "", "里程 2km"],
        ["", "", "质量指标", "合格率", "100%", "30"],
    ]


def test_tabs_between_cells() -> None:
    content = '项目支出绩效目标表\t\t\n项目名称\t道路养护\t\n总体目标\t"修路\n养护"\t\n\t其中：财政拨款\t5\n'

    assert rows(content) == [
        [
            ["项目支出绩效目标表", "", ""],
            ["项目名称", "道路养护", ""],
            ["总体目标", "修路\n养护", ""],
            ["", "其中：财政拨款", "5"],
        ]
    ]


def test_a_quote_left_open_takes_no_rows_along() -> None:
    assert rows('项目名称\t"甲\n主管部门\t乙\n实施单位\t丙\n')[0][1] == ["主管部门", "乙"]


@pytest.mark.parametrize("sign", [",", ";", "，"])
def test_csv(sign: str) -> None:
    content = f'项目名称{sign}"甲{sign}乙"{sign}\n主管部门{sign}丙{sign}\n其他资金{sign}{sign}7\n'

    assert rows(content) == [[["项目名称", f"甲{sign}乙", ""], ["主管部门", "丙", ""], ["其他资金", "", "7"]]]


@pytest.mark.parametrize("file_name", ["a.txt", "a.csv", "a.tsv", "a.md"])
def test_a_text_may_be_called_after_its_flattening(file_name: str) -> None:
    assert read(file_name, "项目名称 | 甲\n主管部门 | 乙\n".encode())[1] == ()


def test_sentences_with_commas_are_no_csv() -> None:
    content = "项目名称,主管部门,实施单位,都要写明\n请各镇认真填写,按时报送\n逾期不报,通报\n"

    assert names(content) == ["段落"]


def test_columns_lined_up_keep_their_empty_cells() -> None:
    content = (
        "项目名称  甲\n"
        "一级指标  二级指标  三级指标  指标值  备注\n"
        "产出指标  数量指标  里程      2km     \n"
        "          质量指标  合格率            重要\n"
    )

    assert rows(content)[0][2:] == [
        ["产出指标", "数量指标", "里程", "2km", ""],
        ["", "质量指标", "合格率", "", "重要"],
    ]


def test_a_padded_label_is_one_cell() -> None:
    content = "项  目  名  称  甲\n主管部门  乙\n实施单位  丙\n"

    assert rows(content)[0][0] == ["项  目  名  称", "甲"]


def test_labels_and_values_run_together() -> None:
    content = "重点项目绩效目标表\n预算单位某街道项目名称市政养护\n项目申报金额(万元)2243.02项目属性延续\n"

    assert rows(content) == [
        [
            ["重点项目绩效目标表"],
            ["预算单位", "某街道"],
            ["项目名称", "市政养护"],
            ["项目申报金额(万元)", "2243.02"],
            ["项目属性", "延续"],
        ]
    ]


def test_a_text_that_could_be_cut_in_two_ways_is_left_alone() -> None:
    content = "项目绩效目标表项目名称水库加固建设项目主管部门某局实施单位某站项目资金总额40"

    assert names(content) == ["段落"]


def test_numbers_run_together_are_not_parted() -> None:
    content = "项目绩效目标表 项目名称 甲 主管部门 乙 实施单位 丙 一级指标 二级指标 指标内容 指标值 产出指标 数量指标 88100"

    assert rows(content)[0][-1] == ["", "产出指标", "数量指标", "", "", "88100"]


def test_paragraphs_that_tell_indicators() -> None:
    content = (
        "项目名称：种植补助\n一、产出指标\n数量指标：面积，≥40亩；种苗，大于等于600株\n质量指标：成活率，>=85%\n"
        "二、效益指标\n社会效益指标：带动农户，≥10户\n特此公示。\n"
    )

    assert rows(content) == [
        [
            ["项目名称", "种植补助"],
            ["一级指标", "二级指标", "三级指标", "指标值"],
            ["一、产出指标", "数量指标", "面积", "≥40亩"],
            ["", "", "种苗", "大于等于600株"],
            ["", "质量指标", "成活率", ">=85%"],
            ["二、效益指标", "社会效益指标", "带动农户", "≥10户"],
        ],
        [["特此公示。"]],
    ]


@pytest.mark.parametrize("way", ["pipes", "tsv", "comma", "aligned", "bars"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_neither_encoding_nor_line_ends_matter(way: str, encoding: str) -> None:
    content = build.RENDER[way](LAYOUTS["25-bond-2020"].parts).decode()

    assert read("a.txt", content.replace("\n", "\r\n").encode(encoding))[0] == text.grids(content)


@pytest.mark.parametrize("way", [*FLATTENINGS, *LOSSY])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_text_is_in_a_cell_and_every_cell_in_the_text(name: str, way: str) -> None:
    content = build.RENDER[way](LAYOUTS[name].parts).decode()
    cells = [cell for grid in text.grids(content) for cell in grid.cells]

    plain = content.replace("<br>", "").replace('""', '"').replace("\\|", "|")
    letters = [letter for letter in plain if letter.isalnum()]
    found = [letter for cell in cells for letter in cell.text if letter.isalnum()]
    # The lines of cells beside each other are drawn in turns.
    assert found == letters or (way == "grid" and sorted(found) == sorted(letters))


@pytest.mark.parametrize("way", ["pipes", "comma", "tsv"])
def test_the_row_of_a_cell_leads_back_to_its_line(way: str) -> None:
    layout = LAYOUTS["28-yeji-2025"]
    content = build.RENDER[way](
        tuple(part for part in layout.parts if isinstance(part, build.Table))
    ).decode()
    lines = content.replace("资金\n", "资金 ").replace("绩效\n", "绩效 ").split("\n")

    for cell in text.grids(content)[0].cells:
        assert all(piece in lines[cell.row - 1] for piece in cell.text.split("\n"))


@pytest.mark.parametrize("way", FLATTENINGS)
def test_the_sample_reads_the_same_in_every_flattening(way: str) -> None:
    sample = annex.sample()
    tables = [_table(form) for form in sample.forms]
    flattened = build.RENDER[way]((sample.heading, *tables))

    forms = parse(read("附件2.txt", flattened)[0]).forms

    assert len(forms) == 14
    assert sum(len(form.indicators) for form in forms) == 111
    assert [_said(form) for form in forms] == [_said(form) for form in _forms_of_word(sample)]


def _table(form: annex.Rows) -> build.Table:
    cells = annex.place(form)
    return build.Table(tuple(cells), annex.COLUMNS, max(cell.row + cell.row_span - 1 for cell in cells))


def _forms_of_word(sample: annex.Annex) -> tuple[Form, ...]:
    return parse(read("附件2.docx", annex.to_docx(sample))[0]).forms


def _said(form: Form) -> list[object]:
    entries = (
        *(form.fiscal_year, form.project_name, form.department, form.implementing_unit, form.attribute),
        *(form.period, form.total, form.goal),
    )
    return [
        *("".join(entry.text.split()) if entry else None for entry in entries),
        *((line.source, line.amount.text.strip()) for line in form.funding),
        *(
            (line.level1, line.level2, "".join(line.level3.text.split()), "".join(line.value.text.split()))
            for line in form.indicators
        ),
    ]


@pytest.mark.parametrize(
    "content",
    ["|" * 3_000_000, "项目名称 |\n" * 500_000, "\n".join(["a\tb"] * 450_000)],
    ids=["bars", "a cell per line", "tabs"],
)
def test_a_text_of_too_many_cells_is_refused(content: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read("a.txt", content.encode())

    assert refused.value.rule_id == "R08"


def test_columns_counted_in_characters_are_told_and_their_broken_cells_put_together() -> None:
    """As ``pdftotext -layout`` writes a table: what a narrow column broke stands in two lines, and cells may touch."""
    content = """项目支出绩效目标表

项目名称            农村人居环境整治
主管部门            [058]某镇人民 实施单位     某镇环卫站
                政府
项目资金（万元）        年度资金总额：            120.00
                其中：财政拨款            120.00
年度总体目标          整治 12 个村，清运垃圾，改善
                村容村貌。
绩效指标     一级指标    二级指标      三级指标    指标值
         产出指标    数量指标      整治村数    12 个
                           清运垃圾    ≥1500 吨
                 时效指标      完成时间    2024 年 12 月
                                   底
                 成本指标      整治成本    ≤120 万元
         满意度指标   服务对象满意度指标 村民满意度  ≥92%
         效益指标    可持续影响     管护机制    长效
                 指标
"""

    assert rows(content) == [
        [
            ["项目支出绩效目标表"],
            ["项目名称", "农村人居环境整治"],
            ["主管部门", "[058]某镇人民政府", "实施单位", "某镇环卫站"],
            ["项目资金（万元）", "年度资金总额：", "120.00"],
            ["", "其中：财政拨款", "120.00"],
            ["年度总体目标", "整治 12 个村，清运垃圾，改善村容村貌。"],
            ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值"],
            ["", "产出指标", "数量指标", "整治村数", "12 个"],
            ["", "", "", "清运垃圾", "≥1500 吨"],
            ["", "", "时效指标", "完成时间", "2024 年 12 月底"],
            ["", "", "成本指标", "整治成本", "≤120 万元"],
            ["", "满意度指标", "服务对象满意度指标", "村民满意度", "≥92%"],
            ["", "效益指标", "可持续影响指标", "管护机制", "长效"],
        ]
    ]


def test_the_number_of_a_label_is_no_part_of_the_value_before_it() -> None:
    content = "项目绩效目标表 一、项目名称：防汛物资 二、主管部门：某县水务局 三、实施单位：某镇水利站 四、资金总额：12万元"

    assert rows(content)[0][1:] == [
        ["一、项目名称：", "防汛物资"],
        ["二、主管部门：", "某县水务局"],
        ["三、实施单位：", "某镇水利站"],
        ["四、资金总额：", "12万元"],
    ]


def test_a_label_that_touches_the_value_before_it_is_cut_off() -> None:
    content = """项目绩效目标表
项目名称    防汛物资    项目期    1年
主管部门    某县水务局 实施单位    某镇水利站
资金总额    12万元    财政拨款    12万元
"""

    assert rows(content)[0][2:] == [
        ["主管部门", "某县水务局", "实施单位", "某镇水利站"],
        ["资金总额", "12万元", "财政拨款", "12万元"],
    ]
