"""Templates of other provinces: shapes of tables the county's own form does not have, one small table for each."""

from collections.abc import Sequence

import pytest

from schemas.form import Cell, Entry, Form, Grid
from tasks.parse import parse

Given = str | tuple[str, int, int] | None
"""A cell: its text; with rows and columns it covers; None under a cell merged downwards."""


def form_of(*rows: Sequence[Given]) -> Form:
    (form,) = forms_of(*rows)
    return form


def forms_of(*rows: Sequence[Given]) -> tuple[Form, ...]:
    cells: list[Cell] = []
    for number, row in enumerate(rows, 1):
        column = 1
        for given in row:
            text, height, width = given if isinstance(given, tuple) else (given, 1, 1)
            if text is not None:
                cells.append(Cell(number, column, text, height, width))
            column += width
    forms = parse([Grid("表1", tuple(cells))]).forms
    for form in forms:
        assert form.cells.total == form.cells.consumed + form.cells.ignored + form.cells.reported
    return forms


def head(*money: Sequence[Given]) -> list[Sequence[Given]]:
    return [("项目支出绩效目标表",), ("（2023年度）",), ("项目名称", "道路养护"), *money]


def typed(entry: Entry | None) -> str | None:
    return None if entry is None else entry.text


def indicators(form: Form) -> list[tuple[object, ...]]:
    return [(each.level1, each.level2, each.level3.text, each.value.text) for each in form.indicators]


def funding(form: Form) -> list[tuple[str, str, bool]]:
    return [(line.source, line.amount.text, line.is_detail) for line in form.funding]


def remarks(form: Form) -> list[tuple[str, str]]:
    return [(each.rule_id, each.value) for each in form.remarks]


TOTAL: tuple[Given, ...] = ("项目资金（万元）", "年度资金总额：", "100")


# ---- money


def test_of_several_columns_of_amounts_the_years_is_taken() -> None:
    form = form_of(
        *head(
            (("项目资金申请（万元）", 4, 1), "项 目", "上年度安排资金", "本年度申请资金"),
            (None, "合 计", "35", "40"),
            (None, "区级资金", "30", "40"),
            (None, "市级资金", "5", ""),
        )
    )

    assert typed(form.total) == "40"
    assert funding(form) == [("县级财政资金", "40", False), ("市级财政资金", "", False)]
    assert remarks(form) == []


def test_amounts_beside_their_labels_in_one_cell_are_parted() -> None:
    whole = "总额 106.5万元\n财政拨款 69.2万元 (其中:上级财政资金 60.2万元;本级财政 9万元)\n二、自有资金 0万元\n三、其他 37.3万元"
    form = form_of(*head(("资金总额及构成", whole)))

    assert typed(form.total) == "106.5万元"
    assert funding(form) == [
        ("财政拨款", "69.2万元", False),
        ("上级财政资金", "60.2万元", True),
        ("本级财政资金", "9万元", True),
        ("自有资金", "0万元", False),
        ("其他资金", "37.3万元", False),
    ]


def test_a_cell_with_a_word_no_label_explains_is_not_cut() -> None:
    form = form_of(*head(("资金总额及构成", "总额 106.5万元，其中争取 60万元")))

    assert form.total is None
    assert remarks(form) == [("R05", "总额 106.5万元，其中争取 60万元")]


def test_the_sum_word_between_a_source_and_its_amount_is_passed_over() -> None:
    form = form_of(
        *head(TOTAL, ("", ("财政拨款", 2, 1), "小计", "100"), ("", None, "一般公共预算资金", "100"))
    )

    assert funding(form) == [("财政拨款", "100", False), ("一般公共预算", "100", True)]


def test_the_money_of_the_mid_term_beside_the_years_is_ignored() -> None:
    form = form_of(
        *head(
            ("项目资金（万元）", "实施期资金总额：", "300", "年度资金总额：", "100"),
            ("", "其中：财政拨款", "300", "其中：财政拨款", "100"),
        )
    )

    assert (typed(form.total), funding(form)) == ("100", [("财政拨款", "100", False)])
    assert form.cells.ignored == 3


def test_a_block_of_spending_details_is_ignored_down_to_the_next_label() -> None:
    form = form_of(
        *head(
            TOTAL,
            ("项目支出明细", "内容", "金额"),
            ("", "维修费", "98"),
            ("", "委托费", "2"),
            ("年度目标", "路面平整"),
        )
    )

    assert (typed(form.total), typed(form.goal), remarks(form)) == ("100", "路面平整", [])
    assert form.cells.ignored == 6


def test_a_form_without_a_unit_of_money_says_so() -> None:
    assert remarks(form_of(*head(("资金情况", "年度资金总额", "500")))) == [("R14", "500")]
    assert remarks(form_of(*head(("资金情况", "年度资金总额", "500万元")))) == []


# ---- identity


def test_values_stand_below_a_row_of_labels() -> None:
    form = form_of(
        ("项目支出绩效目标表",),
        ("（2023年度）",),
        ("项目名称", "主管部门", "实施单位", "项目申报金额（万元）"),
        ("道路养护", "交通局", "养护中心", "100"),
    )

    told = (form.project_name, form.department, form.implementing_unit, form.total)
    assert [typed(each) for each in told] == ["道路养护", "交通局", "养护中心", "100"]


def test_the_implementing_unit_goes_before_the_budget_unit_wherever_it_stands() -> None:
    both = form_of(*head(("预算单位", "乡政府", "实施单位", "农业中心")))
    alone = form_of(*head(("预算单位", "乡政府")))

    assert (typed(both.implementing_unit), remarks(both)) == ("农业中心", [])
    assert typed(alone.implementing_unit) == "乡政府"


def test_who_filed_the_form_may_stand_between_its_title_and_its_name() -> None:
    form = form_of(
        ("项目绩效目标表",), ("填报单位（盖章）", "坝塘镇"), ("项目名称", "道路养护"), ("主管部门", "坝塘镇")
    )

    assert form.title == "项目绩效目标表"


# ---- indicators


def test_a_second_heading_row_parts_the_value() -> None:
    form = form_of(
        *head(TOTAL),
        (("绩效指标", 3, 1), ("一级指标", 2, 1), ("二级指标", 2, 1), ("三级指标", 2, 1), ("指标值", 1, 3)),
        (None, None, None, None, "符号", "值", "单位"),
        (None, "产出指标", "数量指标", "养护里程", "≥", "300", "公里"),
    )

    (line,) = form.indicators
    assert (line.value.text, typed(line.operator), typed(line.unit)) == ("300", "≥", "公里")


def test_three_cells_under_one_heading_are_told_apart_by_what_they_hold() -> None:
    form = form_of(
        *head(TOTAL),
        ("一级指标", "二级指标", "三级指标", ("指标值", 1, 3)),
        ("产出指标", "数量指标", "养护里程", "≥", "300", "公里"),
        ("", "质量指标", "路面完好", "定性", "良好", ""),
    )

    number, words = form.indicators
    assert (number.value.text, typed(number.operator), typed(number.unit)) == ("300", "≥", "公里")
    assert (words.value.text, typed(words.operator)) == ("良好", "定性")


def test_levels_in_rows_of_their_own_hold_for_the_rows_below() -> None:
    form = form_of(
        *head(TOTAL),
        ("三级指标", "分值", "年度指标值"),
        (("产出指标（50分）", 1, 3),),
        (("数量指标：", 1, 3),),
        ("养护里程", "20", "≥300公里"),
        (("质量指标：", 1, 3),),
        ("合格率", "30", "≥95%"),
    )

    assert indicators(form) == [
        ("产出指标", "数量指标", "养护里程", "≥300公里"),
        ("产出指标", "质量指标", "合格率", "≥95%"),
    ]


def test_one_column_may_hold_both_levels() -> None:
    form = form_of(
        *head(TOTAL),
        ("指标类型", "指标名称", "指标值"),
        ("产出指标—数量指标", "养护里程", "≥300公里"),
        ("质量指标", "合格率", "≥95%"),
    )

    assert [line[:2] for line in indicators(form)] == [("产出指标", "数量指标"), ("产出指标", "质量指标")]


def test_indicators_without_a_heading_row_are_told_by_their_levels() -> None:
    form = form_of(
        *head(TOTAL),
        ("绩效指标", "产出指标", "数量指标", "养护里程", "≥300公里"),
        ("", "", "质量指标", "合格率", "≥95%"),
    )

    assert [line[2:] for line in indicators(form)] == [("养护里程", "≥300公里"), ("合格率", "≥95%")]


def test_without_a_heading_row_a_sign_may_stand_before_the_value() -> None:
    form = form_of(
        *head(TOTAL),
        (("产出指标", 2, 1), "数量指标", "开展活动", "≥", "48次"),
        (None, "质量指标", "参与率", "≥", "80%"),
    )

    assert [(each.level3.text, typed(each.operator), each.value.text) for each in form.indicators] == [
        ("开展活动", "≥", "48次"),
        ("参与率", "≥", "80%"),
    ]
    assert not remarks(form)


def test_a_block_of_the_mid_term_stands_before_the_years() -> None:
    heads: tuple[Given, ...] = ("一级指标", "二级指标", "指标内容", "指标值")
    form = form_of(
        *head(TOTAL),
        (("长期绩效指标", 2, 1), *heads),
        (None, "产出指标", "数量指标", "养护里程", "900公里"),
        (("年度绩效指标", 2, 1), *heads),
        (None, "产出指标", "数量指标", "养护里程", "300公里"),
    )

    (line,) = form.indicators
    assert (line.value.text, typed(line.mid_term)) == ("300公里", "900公里")


def test_the_mid_terms_block_beside_the_years_is_told_by_the_goals_above() -> None:
    form = form_of(
        *head(TOTAL),
        (("总体目标", 2, 1), ("实施期目标（2023年—2025年）", 1, 4), ("年度目标", 1, 3)),
        (None, ("三年养护900公里", 1, 4), ("养护300公里", 1, 3)),
        (("绩效指标", 2, 1), "一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"),
        (None, "产出指标", "数量指标", "养护里程", "≥900公里", "数量指标", "养护里程", "≥300公里"),
    )

    (line,) = form.indicators
    assert (typed(form.goal), line.value.text, typed(line.mid_term)) == (
        "养护300公里",
        "≥300公里",
        "≥900公里",
    )


def test_a_second_block_of_values_that_nothing_explains_is_reported() -> None:
    form = form_of(
        *head(TOTAL),
        ("一级指标", "二级指标", "三级指标", "指标值", "指标值"),
        ("产出指标", "数量指标", "养护里程", "300公里", "900公里"),
    )

    assert [line.value.text for line in form.indicators] == ["300公里"]
    assert remarks(form) == [("R05", "900公里")]


# ---- all projects in one table


WIDE: tuple[Given, ...] = (
    "序号", "主管部门", "项目名称", "预算金额", "年度目标", "一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "颜色",
)  # fmt: skip


def test_a_table_with_a_row_for_each_indicator_gives_a_form_for_each_project() -> None:
    first, second = forms_of(
        ("2023年项目绩效目标表",),
        ("单位：元",),
        WIDE,
        (
            "1",
            ("县教育局", 3, 1),
            "营养餐",
            "1200",
            "吃好",
            "产出指标",
            "数量指标",
            "学生数",
            "≥",
            "500",
            "人",
            "红",
        ),
        ("", None, "", "", "", "", "质量指标", "合格率", "=", "100", "%", ""),
        ("2", None, "校舍维修", "800", "修好", "产出指标", "数量指标", "面积", "≥", "90", "平方米", ""),
        ("", "县教育局小计", "", "2000", "", "", "", "", "", "", "", ""),
    )

    assert [typed(form.project_name) for form in (first, second)] == ["营养餐", "校舍维修"]
    assert [typed(form.department) for form in (first, second)] == ["县教育局", "县教育局"]
    assert [(typed(form.total), form.money_unit) for form in (first, second)] == [
        ("1200", "元"),
        ("800", "元"),
    ]
    assert [typed(form.fiscal_year) for form in (first, second)] == ["2023年", "2023年"]
    assert indicators(first) == [
        ("产出指标", "数量指标", "学生数", "500"),
        ("产出指标", "质量指标", "合格率", "100"),
    ]
    assert str(second.indicators[0].value.address) == "form 2 · 表1 · 第6行 · 指标值"
    assert second.indicators[0].value.address.column == 10
    assert remarks(first) == [("R05", "颜色")]
    assert remarks(second) == []


def test_a_table_with_a_row_for_each_project_lists_indicators_in_cells() -> None:
    (form,) = forms_of(
        ("2023年项目绩效目标表",),
        ("单位：万元",),
        (
            ("项目名称", 2, 1),
            ("主管部门", 2, 1),
            ("项目资金", 1, 2),
            ("年度目标", 2, 1),
            ("数量指标", 2, 1),
            ("质量指标", 2, 1),
        ),
        (None, None, "总额", "财政拨款"),
        ("营养餐", "教育局", "12", "12", "吃好", "培训次数≥12次；培训人数300人", "合格率：100%"),
        ("合计", "", "12", "12", "", "", ""),
    )

    assert (typed(form.total), funding(form)) == ("12", [("财政拨款", "12", False)])
    assert indicators(form) == [
        ("产出指标", "数量指标", "培训次数", "≥12次"),
        ("产出指标", "数量指标", "培训人数", "300人"),
        ("产出指标", "质量指标", "合格率", "100%"),
    ]


def test_cells_under_first_levels_name_the_second_or_are_left_over() -> None:
    heads = ("项目名称", "预算金额（万元）", "年度总体目标", "产出指标", "满意度指标")
    first, second = forms_of(
        ("2024年项目支出绩效目标表",),
        heads,
        (
            "环卫",
            "12",
            "整洁",
            "数量指标：保洁村庄22个；质量指标：清运率≥95%",
            "服务对象满意度：村民满意度≥90%",
        ),
        ("路灯", "3", "亮灯", "保障村数11个", "满意度：≥92%"),
    )

    assert indicators(first) == [
        ("产出指标", "数量指标", "保洁村庄", "22个"),
        ("产出指标", "质量指标", "清运率", "≥95%"),
        ("满意度指标", "服务对象满意度指标", "村民满意度", "≥90%"),
    ]
    assert not remarks(first)
    assert indicators(second) == [("满意度指标", "服务对象满意度指标", "满意度", "≥92%")]
    assert remarks(second) == [("R05", "保障村数11个")]


def test_a_row_of_another_department_or_amount_is_no_part_of_the_project_above() -> None:
    columns = ("主管部门", "项目名称", "年度资金总额", "财政拨款", "年度绩效目标", "三级指标", "指标值")
    nameless = forms_of(
        columns,
        ("甲镇", "道路硬化", "20", "20", "修路", "里程", "7公里"),
        ("乙镇", "", "10", "10", "种树", "株数", "100株"),
    )
    assert [(typed(form.project_name), typed(form.total)) for form in nameless] == [
        ("道路硬化", "20"),
        ("", "10"),
    ]
    assert [len(form.indicators) for form in nameless] == [1, 1]
    alike = forms_of(
        columns,
        ("甲镇", "道路硬化", "20", "20", "修东路", "里程", "7公里"),
        ("甲镇", "道路硬化", "10", "10", "修西路", "里程", "3公里"),
    )
    assert [typed(form.total) for form in alike] == ["20", "10"]


def test_a_form_goes_on_below_its_title_on_the_next_page_but_not_on_the_next_sheet() -> None:
    first = (
        ("项目支出绩效目标表",),
        ("项目名称", "修路"),
        ("一级指标", "二级指标", "三级指标", "指标值"),
        ("产出", "数量", "里程", "7公里"),
    )
    second = (
        ("项目支出绩效目标表（续）",),
        ("一级指标", "二级指标", "三级指标", "指标值"),
        ("产出", "质量", "合格率", "≥95%"),
    )

    def grid(name: str, place: str, rows: Sequence[Sequence[str]]) -> Grid:
        return Grid(
            name,
            tuple(
                Cell(row, column, text, reference=place)
                for row, texts in enumerate(rows, 1)
                for column, text in enumerate(texts, 1)
            ),
        )

    pages = parse([grid("表1", "第1页", first), grid("表2", "第2页", second)]).forms
    sheets = parse([grid("甲", "甲!A1", first), grid("乙", "乙!A1", second)]).forms

    assert [len(form.indicators) for form in pages] == [2]
    assert [len(form.indicators) for form in sheets] == [1]


# ---- what does not fall apart beyond doubt stays whole


def test_what_a_project_costs_over_all_years_is_the_years_only_where_its_sources_make_it_up() -> None:
    whole = form_of(*head(("项目资金", "项目总投资20.5万元，其中：财政拨款20万元，自筹0.5万元")))
    assert (typed(whole.total), len(whole.funding)) == ("20.5万元", 2)

    part = form_of(*head(("项目资金", "项目总投资300万元，其中：财政拨款20万元")))
    assert (part.total, part.funding) == (None, ())
    assert remarks(part) == [("R05", "项目总投资300万元，其中：财政拨款20万元")]


@pytest.mark.parametrize(
    ("whole", "years"),
    [("项目总金额（万元）", "本年度申请金额（万元）"), ("总预算金额（万元）", "当年预算金额（万元）")],
)
def test_what_the_year_needs_goes_before_what_the_project_costs_over_all_years(
    whole: str, years: str
) -> None:
    both = form_of(*head((whole, "600", years, "200")))
    alone = form_of(*head((whole, "600")))

    assert (typed(both.total), typed(alone.total)) == ("200", "600")
    assert not remarks(both)


def test_sources_may_be_named_by_their_level_alone() -> None:
    heads = ("资金总额", "中央", "省级", "市级", "县级", "自筹")
    form = form_of(*head((("项目资金（万元）", 2, 1), *heads), (None, "40", "20", "8", "2", "6", "4")))
    graded = form_of(*head(("项目级次", "县级"), TOTAL))

    assert [line[1] for line in funding(form)] == ["20", "8", "2", "6", "4"]
    assert (typed(form.total), funding(graded)) == ("40", [])
    assert not remarks(form)


@pytest.mark.parametrize(
    "row",
    [
        ("预算执行单位", "某镇", "项目日期范围", "2023-01-01 至 2023-12-31"),
        ("整体目标", "养护村道"),
        (("年度资金申请（万元）", 2, 1), "资金总额", "100"),
        ("项目预算金额（万元）", "当年合计", "100"),
        ("其他财政资金", "40", "银行贷款", "0"),
        ("兵团资金", "40", "师市配套资金", "0"),
        ("立项必要性", "方便出行", "实施可行性", "有人养护"),
    ],
)
def test_words_of_other_provinces_are_known(row: Sequence[Given]) -> None:
    assert not remarks(form_of(*head(TOTAL, row)))


def test_the_value_stands_under_its_content() -> None:
    form = form_of(
        *head(TOTAL),
        ("一级指标", "二级指标", "三级指标", "运算符号", "内容", "度量单位"),
        ("产出指标", "数量指标", "保障村数", "=", "14", "个"),
    )

    assert indicators(form) == [("产出指标", "数量指标", "保障村数", "14")]
    assert not remarks(form)


def test_a_time_may_be_parted_into_cells() -> None:
    form = form_of(*head(("项目期限", "自", "2023年1月", "至", "2023年12月"), TOTAL))
    ends = form_of(*head(("起始年月", "2023年", "3月", "终止年月", "2023年", "11月"), TOTAL))

    assert typed(form.period) == "2023年1月至2023年12月"
    assert (typed(ends.period_start), typed(ends.period_end)) == ("2023年3月", "2023年11月")
    assert not remarks(form) + remarks(ends)


def test_columns_of_years_are_told_apart_only_where_the_forms_own_is_known() -> None:
    money = (("项目资金（万元）", "资金来源", "2023年预算数", "2024年预算数"), ("", "合计", "50", "66"))
    rows = (
        ("一级指标", "二级指标", "三级指标", "2022年实际", "2023年目标值"),
        ("产出", "数量", "里程", "5公里", "7公里"),
    )

    told = form_of(*head(*money, *rows))
    assert typed(told.total) == "50"
    assert [typed(line.value) for line in told.indicators] == ["7公里"]

    untold = form_of(("项目支出绩效目标表",), ("项目名称", "道路养护"), *money, *rows)
    assert typed(untold.total) in (None, "")
    assert [typed(line.value) for line in untold.indicators] == [""]
    assert {("R05", "50"), ("R05", "66"), ("R05", "5公里"), ("R05", "7公里")} <= set(remarks(untold))


def test_lines_of_a_cell_are_indicators_only_where_names_and_values_are_numbered_alike() -> None:
    def told(name: str, value: str) -> list[tuple[object, ...]]:
        rows = ("一级指标", "二级指标", "三级指标", "指标值"), ("产出指标", "数量指标", name, value)
        return [line[2:] for line in indicators(form_of(*head(*rows)))]

    assert told("1.宣传 2.化解", "1、12次 2、150件") == [("宣传", "12次"), ("化解", "150件")]
    assert told("①宣传\n②化解", "≥12次\n≥150件") == [("宣传", "≥12次"), ("化解", "≥150件")]
    assert told("宣传\n化解", "≥12次\n≥150件") == [("宣传", "≥12次"), ("化解", "≥150件")]
    for name, value in (
        ("工程完\n成时间", "2023年\n12月底"),
        ("1.宣传\n2.化解", "12次"),
        ("1.宣传\n2.化解", "1.12次\n2.150件"),
        ("1.5公里道路\n2.5米宽", "1.2万元"),
    ):
        assert told(name, value) == [(name, value)]


def test_a_list_in_a_cell_is_taken_only_where_each_item_stands_under_a_level() -> None:
    form = form_of(*head(("绩效指标", "1.数量指标：修路7公里；植树90株；2.满意度指标：群众满意度≥90%")))
    assert indicators(form) == [
        ("产出指标", "数量指标", "修路", "7公里"),
        ("产出指标", "数量指标", "植树", "90株"),
        ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%"),
    ]

    loose = form_of(*head(("绩效指标", "修路7公里；2.满意度指标：群众满意度≥90%")))
    assert (indicators(loose), remarks(loose)) == ([], [("R05", "修路7公里；2.满意度指标：群众满意度≥90%")])


# ---- sheets that are no form


def sheet(name: str, *rows: Sequence[str]) -> Grid:
    return Grid(
        name,
        tuple(
            Cell(number, column, text, reference=f"{name}!{'ABCDEF'[column - 1]}{number}")
            for number, row in enumerate(rows, 1)
            for column, text in enumerate(row, 1)
        ),
    )


def test_a_list_of_sheets_and_notes_on_filling_in_are_left_alone() -> None:
    parsed = parse(
        [
            sheet(
                "目录",
                ("项目支出绩效目标表目录",),
                ("序号", "项目名称", "年度资金总额"),
                ("1", "公厕管护", "4.8"),
            ),
            sheet(
                "公厕管护",
                ("项目支出绩效目标表",),
                ("项目名称", "公厕管护", "年度资金总额（万元）", "4.8"),
                ("一级指标", "二级指标", "三级指标", "指标值"),
                ("产出指标", "数量指标", "管护公厕", "8座"),
            ),
            sheet("说明", ("填表说明",), ("1", "项目名称：填写项目库中的名称。"), ("2", "指标值应当量化。")),
        ]
    )

    assert [typed(form.project_name) for form in parsed.forms] == ["公厕管护"]
    assert [remark.value for remark in parsed.remarks] == []


def test_a_sheet_headed_as_a_list_that_holds_indicators_is_read_all_the_same() -> None:
    forms = parse(
        [
            sheet(
                "表",
                ("项目目录",),
                ("项目名称", "公厕管护", "年度资金总额（万元）", "4.8"),
                ("一级指标", "二级指标", "三级指标", "指标值"),
                ("产出指标", "数量指标", "管护公厕", "8座"),
            )
        ]
    ).forms

    assert [typed(form.project_name) for form in forms] == ["公厕管护"]


def test_a_wide_heading_repeated_on_another_page_is_no_project() -> None:
    heading = ("项目名称", "年度资金总额（万元）", "一级指标", "二级指标", "三级指标", "指标值")
    forms = forms_of(
        heading,
        ("路灯维护", "6.5", "产出指标", "数量指标", "维护路灯", "320盏"),
        heading,
        ("渠道清淤", "12", "产出指标", "数量指标", "清淤长度", "20公里"),
    )

    assert [typed(form.project_name) for form in forms] == ["路灯维护", "渠道清淤"]
    assert remarks(forms[0]) == remarks(forms[1]) == []


def test_a_line_of_prose_may_hold_several_labels() -> None:
    def told(line: str) -> tuple[str | None, str | None, list[tuple[str, str]]]:
        table = Grid(
            "表1", tuple(Cell(1, at, text) for at, text in enumerate(("年度资金总额", "22.8万元"), 1))
        )
        prose = Grid("段落", (Cell(1, 1, "项目绩效目标表"), Cell(2, 1, line)), is_prose=True)
        (form,) = parse([prose, table]).forms
        return typed(form.project_name), typed(form.implementing_unit), remarks(form)

    assert told("项目名称：殡葬补贴   实施单位：某镇民政所") == ("殡葬补贴", "某镇民政所", [])
    assert told("项目名称：殡葬补贴 填报单位： 某镇民政所  联系人：某人") == ("殡葬补贴", None, [])
    assert told("项目名称：殡葬 补贴（含主管部门：县级）") == ("殡葬 补贴（含主管部门：县级）", None, [])


def test_parts_of_a_value_stand_under_blank_headings_and_what_is_none_is_told() -> None:
    form = form_of(
        *head(
            ("一级指标", "二级指标", "三级指标", "指标值", "", ""),
            ("产出指标", "数量指标", "管网长度", "≥", "36", "公里"),
            ("满意度指标", "满意度指标", "居民满意度", "≥92%", "抽查", ""),
        )
    )

    first, second = form.indicators
    assert (typed(first.operator), typed(first.value), typed(first.unit)) == ("≥", "36", "公里")
    assert typed(second.value) == "≥92%"
    assert remarks(form) == [("R05", "抽查")]


def test_rows_of_amounts_name_their_year_in_words() -> None:
    form = form_of(
        *head(
            (("项目资金（万元）", 3, 1), "", "合计", "财政拨款", "其他资金"),
            (None, "上年安排", "120", "100", "20"),
            (None, "本年申请", "210", "180", "30"),
        ),
        ("绩效目标", "养护道路"),
    )

    assert typed(form.total) == "210"
    assert funding(form) == [("财政拨款", "180", False), ("其他资金", "30", False)]
    assert not remarks(form)


def test_numbers_and_words_under_one_value_are_one_column() -> None:
    form = form_of(
        *head(TOTAL),
        (("一级指标", 2, 1), ("二级指标", 2, 1), ("三级指标", 2, 1), ("指标值", 1, 2)),
        (None, None, None, "定量", "定性"),
        ("产出指标", "数量指标", "征兵人数", "≥12人", ""),
        ("产出指标", "质量指标", "兵员质量", "", "大学生优先"),
    )

    assert [each.value.text for each in form.indicators] == ["≥12人", "大学生优先"]
    assert not remarks(form)


def test_what_the_mid_term_needs_stands_under_a_heading_of_its_own() -> None:
    form = form_of(
        *head(
            (("资金需求（万元）", 3, 1), "", "实施周期资金需求", "年度资金需求"),
            (None, "总额", "360", "120"),
            (None, "其中：中央资金", "60", "20"),
        ),
        ("绩效目标", "养护道路"),
    )

    assert typed(form.total) == "120"
    assert funding(form) == [("中央财政资金", "20", False)]
    assert not remarks(form)


def test_a_label_may_name_another_unit_than_the_forms() -> None:
    form = form_of(
        *head(
            ("年度资金总额（万元）", "86.4"), ("其中：财政拨款（元）", "800000"), ("其他资金（元）", "64,000")
        ),
        ("绩效目标", "养护道路"),
    )

    assert (typed(form.total), form.money_unit) == ("86.4", "万元")
    assert funding(form) == [("财政拨款", "800000元", False), ("其他资金", "64,000元", False)]


def test_a_table_of_prices_within_the_form_does_not_change_its_money() -> None:
    form = form_of(
        *head(("年度资金总额（万元）", "9", "财政拨款", "9")),
        (("测算明细", 3, 1), "内容", "数量", "金额（元）"),
        (None, "图书", "2500", "75000"),
        (None, "合计", "", "75000"),
        ("绩效目标", "采购图书"),
    )

    assert (typed(form.total), form.money_unit) == ("9", "万元")
    assert funding(form) == [("财政拨款", "9", False)]
    assert {"测算明细", "图书", "75000"} <= {value for _, value in remarks(form)}


def test_lines_of_names_values_and_units_go_together() -> None:
    form = form_of(
        *head(TOTAL),
        ("一级指标", "二级指标", "三级指标", "指标值", "计量单位"),
        ("产出指标", "数量指标", "送戏下乡\n放映电影\n培训骨干", "≥48\n≥144\n60", "场\n场\n人"),
        ("产出指标", "质量指标", "演出\n完成率", "≥95", "%"),
    )

    assert [(each.level3.text, each.value.text, typed(each.unit)) for each in form.indicators] == [
        ("送戏下乡", "≥48", "场"),
        ("放映电影", "≥144", "场"),
        ("培训骨干", "60", "人"),
        ("演出\n完成率", "≥95", "%"),
    ]


def test_the_heading_over_second_levels_may_name_the_first() -> None:
    form = form_of(
        *head(TOTAL),
        ("产出指标", "指标名称", "目标值"),
        ("数量指标", "科普活动", "20场"),
        ("效益指标", "指标名称", "目标值"),
        ("社会效益指标", "受众人数", "5000人次"),
    )

    assert indicators(form) == [
        ("产出指标", "数量指标", "科普活动", "20场"),
        ("效益指标", "社会效益指标", "受众人数", "5000人次"),
    ]
    assert not remarks(form)


def test_what_a_first_level_weighs_is_no_indicators_weight() -> None:
    form = form_of(
        *head(TOTAL),
        ("一级指标", "分值", "二级指标", "分值", "三级指标", "指标值"),
        (("产出指标", 2, 1), ("50", 2, 1), "数量指标", "30", "办理业务", "≥3000件"),
        (None, None, "时效指标", "20", "办结时限", "≤5日"),
    )

    assert [typed(each.weight) for each in form.indicators] == ["30", "20"]
    assert not remarks(form)


def test_a_first_level_may_reach_over_the_second() -> None:
    rows = (
        ("一级指标", "二级指标", "三级指标", "指标值"),
        ("产出指标", "数量指标", "接待观众", "8万人次"),
        ("满意度指标", "观众满意度", "≥95%"),
    )

    form = form_of(*head(TOTAL, *rows))
    assert indicators(form)[1] == ("满意度指标", None, "观众满意度", "≥95%")
    assert not remarks(form)


def test_indicators_in_columns_are_told_and_none_is_taken_for_another() -> None:
    form = form_of(
        *head(TOTAL),
        ("一级指标", "产出指标", "效益指标", "满意度指标"),
        ("二级指标", "数量指标", "社会效益指标", "服务对象满意度指标"),
        ("三级指标", "巡查次数", "宣传知晓率", "群众满意度"),
        ("指标值", "≥360次", "≥95%", "≥90%"),
    )

    assert not indicators(form)
    assert {"≥360次", "≥95%", "≥90%"} <= {value for _, value in remarks(form)}


def test_of_values_asked_for_and_granted_in_parts_the_granted_are_taken() -> None:
    form = form_of(
        *head(TOTAL),
        (("一级指标", 2, 1), ("二级指标", 2, 1), ("三级指标", 2, 1), ("申报", 1, 2), ("审定", 1, 2)),
        (None, None, None, "指标值", "单位", "指标值", "单位"),
        ("产出指标", "数量指标", "安装护栏", "3500", "米", "3000", "米"),
    )

    assert [(each.value.text, typed(each.unit)) for each in form.indicators] == [("3000", "米")]
    assert not remarks(form)


def test_of_amounts_in_a_row_for_each_year_none_is_taken_where_the_year_is_not_known() -> None:
    form = form_of(
        ("项目支出绩效目标表",),
        ("项目名称", "农田管护"),
        (("项目资金（万元）", 4, 1), "年度", "资金总额", "财政拨款"),
        (None, "2023年", "20", "20"),
        (None, "2024年", "24", "22"),
        (None, "合计", "44", "42"),
        ("绩效目标", "管护农田"),
    )

    assert not typed(form.total)
    assert all(not amount for _, amount, _ in funding(form))
    assert ("R05", "24") in remarks(form)
