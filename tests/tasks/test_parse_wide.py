"""Tables of several projects: what stands between, below and beside the projects, one small table for each."""

from collections.abc import Sequence

from tests.tasks.test_parse_templates import Given, forms_of, indicators, remarks, typed

HEADING: tuple[Given, ...] = (
    *("项目名称", "主管部门", "年度资金总额（万元）", "绩效目标"),
    *("一级指标", "二级指标", "三级指标", "指标值"),
)
LAMPS: tuple[Given, ...] = ("路灯维护", "某局", "6.5", "亮灯", "产出指标", "数量指标", "维护路灯", "320盏")
DITCHES: tuple[Given, ...] = (
    *("渠道清淤", "某局", "12", "通畅", "产出指标", "数量指标", "清淤长度", "20公里"),
)
BLANK: tuple[Given, ...] = ("", "", "", "")


def names(*rows: tuple[Given, ...]) -> list[str | None]:
    return [typed(form.project_name) for form in forms_of(*rows)]


def test_titles_headings_and_sums_of_a_page_are_no_projects() -> None:
    forms = forms_of(
        ("2024年项目支出绩效目标表",),
        HEADING,
        LAMPS,
        ("本页小计", "", "6.5"),
        ("2024年项目支出绩效目标表",),
        HEADING,
        (*BLANK, "满意度指标", "服务对象满意度指标", "群众满意度", "≥90%"),
        DITCHES,
        ("部门合计", "", "18.5"),
        ("共计2个项目", "", "18.5"),
    )

    assert [len(form.indicators) for form in forms] == [2, 1]
    assert [remarks(form) for form in forms] == [[], []]


def test_a_row_that_numbers_the_columns_is_no_project() -> None:
    counted = tuple(map(str, range(1, len(HEADING) + 1)))

    assert names(HEADING, counted, LAMPS, DITCHES) == ["路灯维护", "渠道清淤"]
    assert names(("栏次", *HEADING), ("栏次", *counted), ("", *LAMPS)) == ["路灯维护"]


def test_the_last_heading_of_a_text_reaches_over_the_row_below() -> None:
    upper = ("项目名称", "预算数（万元）", "绩效指标")
    lower = ("", "", "一级指标", "二级指标", "三级指标", "指标值")
    lamps = ("路灯维护", "6.5", *LAMPS[4:])

    first, second = forms_of(upper, lower, lamps, ("渠道清淤", "12", *DITCHES[4:]))
    assert indicators(first) == [("产出指标", "数量指标", "维护路灯", "320盏")]
    assert indicators(second) == [("产出指标", "数量指标", "清淤长度", "20公里")]


def test_cost_beside_output_is_of_the_first_level() -> None:
    parts = ("三级指标", "指标值")
    (form,) = forms_of(
        (
            *(("项目名称", 2, 1), ("绩效目标", 2, 1)),
            ("成本指标", 1, 2),
            ("产出指标", 1, 2),
            ("效益指标", 1, 2),
        ),
        (None, None, *parts, *parts, *parts),
        ("护林防火", "无火灾", "防火成本", "≤6万元", "巡护次数", "≥150次", "火灾起数", "≤1起"),
    )

    assert [each[:2] for each in indicators(form)] == [
        ("成本指标", None),
        ("产出指标", None),
        ("效益指标", None),
    ]


def test_a_row_that_lost_its_blank_cells_is_no_project() -> None:
    heading: tuple[Given, ...] = ("项目名称", "年度资金总额（万元）", "绩效目标", *HEADING[4:])
    first, second = forms_of(
        ("2024年项目支出绩效目标表",),
        heading,
        ("路灯维护", "6.5", "亮灯", "产出指标", "数量指标", "维护路灯", "320盏"),
        ("效益指标", "社会效益指标", "夜间出行", "改善"),
        ("渠道清淤", "12", "通畅", "产出指标", "数量指标", "清淤长度", "20公里"),
        ("满意度指标", "服务对象满意度指标 村民满意度 ≥90%"),
    )

    assert indicators(first)[1:] == [("效益指标", "社会效益指标", "夜间出行", "改善")]
    assert typed(second.project_name) == "渠道清淤"
    assert not remarks(first)
    assert remarks(second)


def test_levels_of_two_rows_may_be_as_narrow_as_what_stands_under_them() -> None:
    (form,) = forms_of(
        ("2024年衔接资金项目绩效目标汇总表（单位：万元）",),
        (
            *(("序号", 2, 1), ("项目名称", 2, 1), ("资金规模", 2, 1), ("绩效目标", 2, 1)),
            *("满意度指标", "效益指标", ("产出指标", 1, 2)),
        ),
        (None, None, None, None, "服务对象满意度指标", "社会效益指标", "数量指标", "时效指标"),
        (
            "1",
            "冷库",
            "85",
            "建冷库",
            "群众满意度\n≥92%",
            "带动农户≥45户",
            "新建冷库1座\n维修2座",
            "2024年底完工",
        ),
    )

    assert indicators(form)[:4] == [
        ("满意度指标", "服务对象满意度指标", "群众满意度", "≥92%"),
        ("效益指标", "社会效益指标", "带动农户", "≥45户"),
        ("产出指标", "数量指标", "新建冷库", "1座"),
        ("产出指标", "数量指标", "维修", "2座"),
    ]


def test_notes_and_signatures_below_are_no_projects() -> None:
    (form,) = forms_of(
        HEADING,
        LAMPS,
        ("注：指标值须量化。",),
        ("制表人：某人", "", "联系电话：0951-1", "", "", "", "", "某日"),
    )

    assert len(form.indicators) == 1
    assert remarks(form) == [("R05", "某日")]


def test_each_department_has_its_table() -> None:
    first, second = forms_of(
        ("甲局2024年项目支出绩效目标表",),
        ("主管部门：甲局",),
        (HEADING[0], *HEADING[2:]),
        (LAMPS[0], *LAMPS[2:]),
        ("乙局2023年项目支出绩效目标表",),
        ("主管部门：乙局",),
        (HEADING[0], *HEADING[2:]),
        (DITCHES[0], *DITCHES[2:]),
    )

    assert (typed(first.department), typed(second.department)) == ("甲局", "乙局")
    assert (typed(first.fiscal_year), typed(second.fiscal_year)) == ("2024年", "2023年")


def test_a_department_above_its_projects_is_none_where_its_amount_is_their_sum() -> None:
    heading = ("序号", HEADING[0], *HEADING[2:])
    lamps, ditches = (LAMPS[0], *LAMPS[2:]), (DITCHES[0], *DITCHES[2:])
    forms = forms_of(
        heading, ("一", "某局", "18.5"), ("1", *lamps), ("2", *ditches), ("二", "某所", "12"), ("1", *ditches)
    )

    assert [typed(form.project_name) for form in forms] == ["路灯维护", "渠道清淤", "渠道清淤"]
    assert [typed(form.implementing_unit) for form in forms] == ["某局", "某局", "某所"]
    # A project without a promise, and one with as much money below it.
    assert names(heading, ("1", "公厕管护", "12"), ("2", *ditches)) == ["公厕管护", "渠道清淤"]
    assert names(heading, ("1", "某局", "20"), ("2", *lamps), ("3", *ditches)) == [
        "某局",
        "路灯维护",
        "渠道清淤",
    ]
    # It counts itself apart, and its amount is told where it is no sum.
    first, _ = forms_of(heading, ("一", "某局", "20"), ("1", *lamps), ("1", *lamps), ("2", *ditches))
    assert (typed(first.project_name), remarks(first)) == ("路灯维护", [("R05", "20")])


def test_a_project_that_is_called_like_a_sum_is_one_where_it_promises_something() -> None:
    assert names(HEADING, ("投资统计总计", *LAMPS[1:]), DITCHES, ("单位总计", "", "18.5")) == [
        "投资统计总计",
        "渠道清淤",
    ]


def test_an_office_is_told_from_what_is_counted_in() -> None:
    (form,) = forms_of(("单位", *HEADING, "单位"), ("某站", *LAMPS[:-1], "320", "盏"))
    (below,) = forms_of(("单位：某站",), HEADING, LAMPS)

    (line,) = form.indicators
    assert (typed(form.implementing_unit), typed(line.unit)) == ("某站", "盏")
    assert typed(below.implementing_unit) == "某站"


def test_a_column_of_levels_may_name_the_second_ones() -> None:
    heading = (*HEADING[:4], "指标类型", "指标名称", "指标值")
    (form,) = forms_of(
        heading,
        (*LAMPS[:4], "数量指标", "维护路灯", "320盏"),
        (*BLANK, "成本指标", "总成本", "6.5万元"),
        (*BLANK, "满意度指标-服务对象满意度指标", "群众满意度", "≥90%"),
    )

    assert [(first, second) for first, second, *_ in indicators(form)] == [
        ("产出指标", "数量指标"),
        ("产出指标", "成本指标"),
        ("满意度指标", "服务对象满意度指标"),
    ]


def test_values_of_the_mid_term_and_of_the_year_stand_under_one_heading() -> None:
    wide = forms_of(
        (*HEADING[:-1], ("指标值", 1, 2)),
        (*BLANK, *BLANK[:3], "实施期（2024-2026年）", "年度"),
        (*LAMPS, "330盏"),
    )
    own = forms_of(
        ("项目支出绩效目标表",),
        ("项目名称", "路灯维护", "实施单位", "某站"),
        ("一级指标", "二级指标", "三级指标", ("指标值", 1, 2)),
        ("", "", "", "实施期（2024-2026年）", "年度（2024年）"),
        ("产出指标", "数量指标", "维护路灯", "320盏", "330盏"),
    )

    for (form,) in (wide, own):
        (line,) = form.indicators
        assert (typed(line.value), typed(line.mid_term)) == ("330盏", "320盏")


def test_sign_number_and_unit_stand_under_one_heading() -> None:
    (form,) = forms_of((*HEADING[:-1], ("指标值", 1, 3)), (*LAMPS[:-1], "≥", "320", "盏"))

    (line,) = form.indicators
    assert (typed(line.operator), typed(line.value), typed(line.unit)) == ("≥", "320", "盏")


def test_an_amount_without_a_unit_is_told_of_each_project() -> None:
    heading = tuple("年度资金总额" if label == HEADING[2] else label for label in HEADING)
    first, second = forms_of(heading, LAMPS, DITCHES)

    assert (remarks(first), remarks(second)) == ([("R14", "6.5")], [("R14", "12")])


def test_a_heading_names_the_unit_of_its_amounts_whatever_stands_above() -> None:
    heading = tuple("年度资金总额（元）" if label == HEADING[2] else label for label in HEADING)
    (form,) = forms_of(("2024年项目支出绩效目标表（单位：万元）",), heading, LAMPS)

    assert form.money_unit == "元"


# ---- projects and their indicators in tables of their own

PROJECTS: tuple[tuple[Given, ...], ...] = (
    ("项目编码", *HEADING[:4]),
    ("P1", *LAMPS[:4]),
    ("P2", *DITCHES[:4]),
)
OF_CODES: tuple[Given, ...] = ("项目编码", *HEADING[4:])


def test_indicators_in_a_table_of_their_own_are_their_projects_by_code_or_name() -> None:
    by_code = forms_of(*PROJECTS, OF_CODES, ("P2", *DITCHES[4:]), ("P1", *LAMPS[4:]), ("P2", *LAMPS[4:]))
    by_name = forms_of(
        *(row[1:] for row in PROJECTS),
        (HEADING[0], *HEADING[4:]),
        (DITCHES[0], *DITCHES[4:]),
        (LAMPS[0], *LAMPS[4:]),
    )

    for forms in (by_code, by_name):
        assert [typed(form.project_name) for form in forms] == ["路灯维护", "渠道清淤"]
        assert [form.indicators[0].level3.text for form in forms] == ["维护路灯", "清淤长度"]
        assert {line.level3.address.form for form in forms for line in form.indicators} == {1, 2}
        assert [remarks(form) for form in forms] == [[], []]
    assert [len(form.indicators) for form in by_code] == [1, 2]


def test_a_table_of_indicators_keeps_the_projects_nobody_else_names() -> None:
    forms = forms_of(
        *PROJECTS, ("项目编码", *HEADING), ("P1", *LAMPS), ("P3", "农家书屋", "", "", "", *LAMPS[4:])
    )

    assert [typed(form.project_name) for form in forms] == ["路灯维护", "渠道清淤", "农家书屋"]
    assert [len(form.indicators) for form in forms] == [1, 0, 1]


def test_tables_that_tell_different_amounts_of_a_project_are_not_joined() -> None:
    forms = forms_of(*PROJECTS, HEADING, (*LAMPS[:2], "5", *LAMPS[3:]))

    assert [len(form.indicators) for form in forms] == [0, 0, 1]


# ---- values in two columns


def of_one(*rows: Sequence[Given]) -> list[tuple[str | None, str | None]]:
    (form,) = forms_of(*rows)
    return [(typed(line.operator), typed(line.value)) for line in form.indicators]


def values_in(first: str, second: str, *rows: tuple[str, str]) -> list[list[tuple[str | None, str | None]]]:
    """Sign and value of each row of two columns, in a form of its own and in a wide table."""
    heading, levels = (
        ("一级指标", "二级指标", "三级指标", first, second),
        ("产出指标", "数量指标", "维护路灯"),
    )
    own = [("项目支出绩效目标表",), ("项目名称", "路灯维护", "实施单位", "某站"), heading]
    wide = [(*HEADING[:4], *heading)]
    return [
        of_one(*own, *((*levels, *row) for row in rows)),
        of_one(*wide, *((*LAMPS[:4], *levels, *row) for row in rows)),
    ]


def test_a_value_stands_between_two_ends() -> None:
    for told in values_in(
        "目标下限", "目标上限", ("12", "24"), ("95", ""), ("", "5000"), ("8", "8"), ("良好", "")
    ):
        assert told == [(None, "12～24"), ("≥", "95"), ("≤", "5000"), (None, "8"), (None, "良好")]


def test_a_value_stands_in_one_of_two_columns() -> None:
    for told in values_in("定量指标值", "定性指标值", ("320盏", ""), ("", "明显改善")):
        assert told == [(None, "320盏"), (None, "明显改善")]


# ---- rows of one project, and of two


def test_without_a_row_for_each_indicator_a_row_is_a_project() -> None:
    heading = (*HEADING[:4], "数量指标")
    lamps = (*LAMPS[:4], "维护路灯320盏")

    assert names(heading, lamps, lamps) == ["路灯维护", "路灯维护"]


def test_a_project_of_two_years_is_two() -> None:
    first, second = forms_of(("预算年度", *HEADING), ("2024", *LAMPS), ("2025", *LAMPS))

    assert (typed(first.fiscal_year), typed(second.fiscal_year)) == ("2024", "2025")


def test_of_two_amounts_and_goals_the_years_are_taken_in_either_order() -> None:
    heading = (
        "项目名称",
        "当年预算（万元）",
        "项目总额（万元）",
        "年度绩效目标",
        "总体绩效目标",
        *HEADING[4:],
    )
    row = ("路灯维护", "6.5", "30", "亮灯", "常亮", *LAMPS[4:])
    (first,) = forms_of(heading, row)
    (second,) = forms_of(
        *((*each[:1], *reversed(each[1:3]), *reversed(each[3:5]), *each[5:]) for each in (heading, row))
    )

    for form in (first, second):
        assert (typed(form.total), typed(form.goal)) == ("6.5", "亮灯")
        assert remarks(form) == [("R05", "30")]


def test_a_sign_may_be_merged_over_several_indicators() -> None:
    (form,) = forms_of(
        (*HEADING[:-1], "符号", "指标值", "单位"),
        (*LAMPS[:-1], ("≥", 2, 1), "320", ("盏", 2, 1)),
        (*BLANK, "产出指标", "数量指标", "新装路灯", None, "8", None),
    )

    told = [(typed(line.operator), typed(line.value), typed(line.unit)) for line in form.indicators]
    assert told == [("≥", "320", "盏"), ("≥", "8", "盏")]


def test_a_table_stands_below_the_notes_on_it() -> None:
    notes = [(f"{number}. 请据实填写。",) for number in range(1, 15)]
    (form,) = forms_of(("填报说明",), *notes, HEADING, LAMPS)

    assert typed(form.project_name) == "路灯维护"
    assert remarks(form) == []
