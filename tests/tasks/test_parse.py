"""Grids to forms: the sample annex in three formats, the traps of real forms, and the balance of cells."""

import sys
from collections.abc import Sequence

import pytest

from schemas.form import Cell, Form, Grid, ParsedFile, UnreadableError
from tasks.parse import parse
from tasks.read import read
from tests.support import annex
from tests.support.annex import TITLE

HEADER = ("名称", "一级指标", "二级指标", "三级指标", "指标值")


def grid(*rows: Sequence[str], name: str = "表1", is_prose: bool = False, start: int = 1) -> Grid:
    cells = [
        Cell(number, column, text)
        for number, row in enumerate(rows, start)
        for column, text in enumerate(row, 1)
    ]
    return Grid(name, tuple(cells), is_prose)


def form_rows(
    name: str = "村干部补贴",
    *,
    money: Sequence[Sequence[str]] = (
        ("项目资金（万元）", "年度资金总额：", "10"),
        ("", "其中：财政拨款", "10"),
    ),
    indicators: Sequence[Sequence[str]] = (("绩效指标", "产出指标", "数量指标（必填）", "人数", "9人"),),
    header: Sequence[str] = HEADER,
) -> list[Sequence[str]]:
    return [
        (TITLE,),
        ("（2023年度）",),
        ("项目名称", name),
        ("主管部门及代码", "058-甲镇人民政府", "实施单位", "甲镇人民政府"),
        ("项目属性", "一年期项目", "项目期", "2023年1月至12月"),
        *money,
        ("年度总体目标", "保障运转。"),
        header,
        *indicators,
    ]


def one(*rows: Sequence[str]) -> Form:
    (form,) = parse([grid(*rows)]).forms
    return form


def text(form: Form, field: str) -> str | None:
    entry = getattr(form, field)
    return None if entry is None else entry.text


def rules(form: Form) -> list[tuple[str, str, str]]:
    return [(remark.rule_id, remark.value, remark.expected) for remark in form.remarks]


def meaning(form: Form) -> tuple[object, ...]:
    """What a form says, without where it says it."""
    fields = (
        "fiscal_year",
        "project_name",
        "department",
        "implementing_unit",
        "attribute",
        "period",
        "total",
        "goal",
    )
    return (
        form.number,
        form.title,
        *(text(form, field) for field in fields),
        form.project_name_displaced,
        form.money_unit,
        tuple((line.source, line.amount.text, line.is_detail) for line in form.funding),
        tuple((line.level1, line.level2, line.level3.text, line.value.text) for line in form.indicators),
        tuple(rules(form)),
    )


def parsed_sample() -> ParsedFile:
    return parse(read("附件2.txt", annex.sample_text())[0])


# ---- the sample annex


def test_the_sample_has_its_forms_and_indicators() -> None:
    parsed = parsed_sample()

    assert len(parsed.forms) == 14
    assert sum(len(form.indicators) for form in parsed.forms) == 111
    assert parsed.remarks == ()
    assert [text(form, "total") for form in parsed.forms][:4] == ["10", "2.16", "16.71", "7.56"]


def test_the_sample_has_exactly_its_four_misprints_and_one_displaced_name() -> None:
    found = [(form.number, *rule) for form in parsed_sample().forms for rule in rules(form)]

    wrong, right = "成本指标（必填硬性标）", "成本指标（必填硬性指标）"
    assert found == [
        (3, "R07", wrong, right),
        (4, "R07", wrong, right),
        (5, "R07", wrong, right),
        (7, "R06", "政府长聘人员经费", "政府长聘人员经费"),
        (14, "R07", "数量指标（必填硬性标）", "数量指标（必填硬性指标）"),
    ]


def test_every_cell_of_the_sample_is_consumed() -> None:
    for form in parsed_sample().forms:
        assert form.cells.total == form.cells.consumed > 40


def test_form_8_is_read_with_its_addresses() -> None:
    form = parsed_sample().forms[7]

    assert str(form.address) == "form 8 · 表8 · 第1行"
    assert form.project_name is not None
    assert (form.project_name.text, str(form.project_name.address)) == (
        "村干部任职补贴",
        "form 8 · 表8 · 第4行 · 项目名称",
    )
    cost = form.indicators[3]
    assert (cost.level1, cost.level2, cost.level3.text) == ("产出指标", "成本指标", "落实村干部任职补贴资金")
    assert (cost.value.text, str(cost.value.address)) == ("138.02元", "form 8 · 表8 · 第15行 · 指标值")
    assert [(line.source, line.amount.text) for line in form.funding] == [
        ("财政拨款", "138.02"),
        ("其他资金", ""),
    ]


def test_form_7_takes_the_name_above_its_label() -> None:
    form = parsed_sample().forms[6]

    assert form.project_name_displaced
    assert form.project_name is not None
    assert (form.project_name.text, form.project_name.address.row) == ("政府长聘人员经费", 3)
    assert not any(other.project_name_displaced for other in parsed_sample().forms if other.number != 7)


@pytest.mark.parametrize(
    ("file_name", "options"),
    [
        ("附件2.docx", {}),
        ("附件2.docx", {"boxed_names": True}),
        ("附件2.docx", {"titles_outside": True}),
        ("附件2.docx", {"titles_outside": True, "boxed_names": True}),
        ("附件2.xlsx", {}),
        ("附件2.xlsx", {"stacked": True}),
    ],
)
def test_the_same_annex_in_another_format_gives_the_same_forms(
    file_name: str, options: dict[str, bool]
) -> None:
    expected = parsed_sample()
    write = annex.to_docx if file_name.endswith("docx") else annex.to_xlsx
    grids, remarks = read(file_name, write(annex.sample(), **options))
    parsed = parse(grids)

    assert [meaning(form) for form in parsed.forms] == [meaning(form) for form in expected.forms]
    assert parsed.remarks == remarks == ()
    assert all(form.cells.consumed == form.cells.total for form in parsed.forms)


def test_addresses_in_other_formats_lead_to_the_same_cell() -> None:
    word = parse(read("a.docx", annex.to_docx(annex.sample()))[0]).forms[7].indicators[3].value
    sheet = parse(read("a.xlsx", annex.to_xlsx(annex.sample()))[0]).forms[7].indicators[3].value

    assert str(word.address) == "form 8 · 表8 · 第15行 · 指标值"
    assert str(sheet.address) == "form 8 · 表8 · 第15行 · 指标值 · Sheet8!E15"


# ---- where forms begin and end


def test_the_files_own_heading_opens_no_form() -> None:
    heading = grid(("附件2：甲镇人民政府项目支出预算绩效目标表",), name="段落", is_prose=True)
    parsed = parse([heading, grid(*form_rows())])

    assert len(parsed.forms) == 1
    assert parsed.forms[0].address.table == "表1"


def test_a_title_repeated_at_a_page_break_opens_no_form() -> None:
    rows = form_rows(indicators=(("绩效指标", "产出指标", "数量指标（必填）", "人数", "9人"),))
    rows += [(TITLE,), ("（2023年度）",), HEADER, ("", "", "质量指标（必填）", "合格率", "98%")]
    form = one(*rows)

    assert [(line.level1, line.level2) for line in form.indicators] == [
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
    ]
    assert form.remarks == ()
    assert form.cells.ignored == 1


def test_a_second_name_opens_a_form_without_a_title() -> None:
    first, second = form_rows("甲"), form_rows("乙")[2:]
    parsed = parse([grid(*first), grid(*second, name="表2")])

    assert [text(form, "project_name") for form in parsed.forms] == ["甲", "乙"]
    assert str(parsed.forms[1].address) == "form 2 · 表2 · 第1行"
    assert all(form.remarks == () for form in parsed.forms)


def test_forms_without_titles_in_one_sheet_are_parted_at_the_year() -> None:
    parsed = parse([grid(*form_rows("甲")[1:], *form_rows("乙")[1:])])

    assert [(text(form, "project_name"), text(form, "fiscal_year")) for form in parsed.forms] == [
        ("甲", "（2023年度）"),
        ("乙", "（2023年度）"),
    ]


def test_a_form_split_over_two_tables_stays_one() -> None:
    rows = form_rows(
        indicators=(
            ("绩效指标", "产出指标", "数量指标（必填）", "人数", "9人"),
            ("", "", "质量指标（必填）", "合格率", "98%"),
        )
    )
    whole = one(*rows)
    (split,) = parse([grid(*rows[:-1]), grid(rows[-1], name="表2")]).forms

    assert meaning(split) == meaning(whole)
    assert split.indicators[1].value.address.table == "表2"


def test_a_table_that_goes_on_with_other_columns_is_matched_cell_by_cell() -> None:
    head = form_rows()
    wide = [
        Cell(row, column * 2 - 1, cell, column_span=2)
        for row, texts in enumerate(head, 1)
        for column, cell in enumerate(texts, 1)
    ]
    narrow = grid(("", "效益指标", "社会效益指标（必填）", "稳定", "有效提升"), name="表2")
    (form,) = parse([Grid("表1", tuple(wide)), narrow]).forms

    last = form.indicators[-1]
    assert (last.level1, last.level2, last.level3.text, last.value.text) == (
        "效益指标",
        "社会效益指标",
        "稳定",
        "有效提升",
    )
    assert form.remarks == ()


def test_a_notice_before_the_forms_is_no_form_and_no_remark() -> None:
    notice = grid(
        ("各乡镇人民政府：现将有关事项通知如下，请于3月31日前报送。",),
        ("主管部门：县财政局",),
        is_prose=True,
        name="段落",
    )
    parsed = parse([notice, grid(*form_rows())])

    assert len(parsed.forms) == 1
    assert text(parsed.forms[0], "department") == "058-甲镇人民政府"
    # A line that fills a form's field outside every form is told, not lost.
    assert [(remark.rule_id, remark.value) for remark in parsed.remarks] == [("R05", "主管部门：县财政局")]


def test_no_form_is_r03() -> None:
    with pytest.raises(UnreadableError) as refused:
        parse([grid(("会议纪要",), is_prose=True), grid(("序号", "姓名"), ("1", "张三"), name="表1")])
    assert refused.value.rule_id == "R03"


@pytest.mark.parametrize("place", [0, 1])
def test_a_foreign_table_beside_the_forms_is_told_once(place: int) -> None:
    grids = [grid(*form_rows(), name="表2")]
    grids.insert(place, grid(("序号", "姓名"), ("1", "张三")))
    parsed = parse(grids)

    assert [(remark.rule_id, str(remark.address), remark.value) for remark in parsed.remarks] == [
        ("R05", "表1 · 第1行", "序号")
    ]
    assert parsed.forms[0].remarks == ()


# ---- tables of another kind


def test_a_self_evaluation_is_set_aside() -> None:
    other = [
        ("项目支出绩效自评表",),
        ("（2022年度）",),
        ("项目名称", "甲"),
        ("主管部门", "乙"),
        ("年度资金总额", "5"),
    ]
    parsed = parse([grid(*other), grid(*form_rows("丙"), name="表2")])

    assert [text(form, "project_name") for form in parsed.forms] == ["丙"]
    assert [(remark.rule_id, remark.value, str(remark.address)) for remark in parsed.remarks] == [
        ("R09", "绩效自评表", "表1 · 第1行")
    ]


def test_an_untitled_self_evaluation_is_known_by_its_headings() -> None:
    other = [
        ("项目名称", "甲", "主管部门", "乙"),
        ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"),
        ("产出指标", "数量指标", "人数", "9人", "9人", "10", "10"),
    ]
    parsed = parse([grid(*other)])

    assert parsed.forms == ()
    assert [remark.value for remark in parsed.remarks] == ["绩效自评表"]


def test_a_monitoring_table_alone_is_no_r03() -> None:
    parsed = parse([grid(("项目支出绩效运行监控表",), ("项目名称", "甲"))])

    assert [(remark.rule_id, remark.value) for remark in parsed.remarks] == [("R09", "绩效监控表")]


# ---- values


def test_a_blank_source_is_missing_and_takes_no_neighbour() -> None:
    money = (
        ("项目资金（万元）", "年度资金总额：", "10"),
        ("", "其中：财政拨款", "10"),
        ("", "  其他资金", ""),
    )
    form = one(*form_rows(money=money))

    assert [(line.source, line.amount.text) for line in form.funding] == [
        ("财政拨款", "10"),
        ("其他资金", ""),
    ]
    assert text(form, "goal") == "保障运转。"


def test_a_label_right_after_a_label_means_a_blank_value() -> None:
    rows = form_rows()
    rows[3] = ("主管部门及代码", "实施单位", "甲镇人民政府")
    form = one(*rows)

    assert (text(form, "department"), text(form, "implementing_unit")) == ("", "甲镇人民政府")


def test_labels_are_matched_padded_broken_and_full_width() -> None:
    rows = form_rows()
    rows[2] = (" 项 目\n名 称：", "甲")
    rows[6] = ("", "　其中 : 财政拨款", "１０")
    form = one(*rows)

    assert text(form, "project_name") == "甲"
    assert form.funding[0].amount.text == "１０"


def test_label_and_value_in_one_cell_are_parted() -> None:
    rows = form_rows()
    rows[2] = ("项目名称：甲：一期",)
    form = one(*rows)

    assert text(form, "project_name") == "甲：一期"
    assert form.cells.reported == 0


def test_a_misprinted_field_label_is_read_and_told() -> None:
    rows = form_rows()
    rows[4] = ("项目属姓", "一年期项目", "项目期", "2023年1月至12月")
    form = one(*rows)

    assert text(form, "attribute") == "一年期项目"
    assert rules(form) == [("R07", "项目属姓", "项目属性")]


def test_the_money_unit_comes_from_the_block_or_the_note() -> None:
    yuan = one(*form_rows(money=(("项目资金（元）", "年度资金总额", "21600"), ("", "财政拨款", "21600"))))
    noted = form_rows(money=(("项目资金", "年度资金总额", "21600"), ("", "财政拨款", "21600")))
    noted.insert(2, ("单位：元",))

    assert yuan.money_unit == one(*noted).money_unit == "元"
    assert one(*form_rows()).money_unit == "万元"


def test_other_sources_and_details() -> None:
    money = (
        ("项目资金（万元）", "年度资金总额", "100"),
        ("", "财政拨款", "80"),
        ("", "其中：一般公共预算资金", "60"),
        ("", "政府性基金预算拨款", "20"),
        ("", "上年结转资金", "5"),
        ("", "财政专户管理资金", "5"),
        ("", "其它资金", "10"),
    )
    form = one(*form_rows(money=money))

    assert [(line.source, line.is_detail) for line in form.funding] == [
        ("财政拨款", False),
        ("一般公共预算", True),
        ("政府性基金", True),
        ("上年结转", False),
        ("财政专户", False),
        ("其他资金", False),
    ]
    assert form.remarks == ()


def test_a_second_line_of_one_source_is_reported_not_added() -> None:
    money = (("项目资金（万元）", "年度资金总额", "10"), ("", "财政拨款", "4"), ("", "财政拨款", "6"))
    form = one(*form_rows(money=money))

    assert len(form.funding) == 1
    assert rules(form) == [("R05", "6", "")]


def test_goals_of_several_years_stand_below_their_labels() -> None:
    rows = form_rows()
    rows[7:8] = [("总体目标", "中期目标（2023年-2025年）", "年度目标"), ("", "三年建成。", "今年开工。")]
    form = one(*rows)

    assert text(form, "goal") == "今年开工。"
    assert form.remarks == ()
    assert form.cells.ignored == 2


# ---- indicators


def test_split_values_weights_and_ignored_columns() -> None:
    header = ("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重", "备注")
    form = one(
        *form_rows(
            header=header, indicators=[("产出指标(50分)", "数量指标", "人数", "≥", "9", "人", "10", "见附件")]
        )
    )

    (line,) = form.indicators
    assert (line.level1, line.level2, line.value.text) == ("产出指标", "数量指标", "9")
    assert [entry and entry.text for entry in (line.operator, line.unit, line.weight)] == ["≥", "人", "10"]
    assert (form.remarks, form.cells.ignored) == ((), 2)


def test_a_new_level_1_forgets_the_level_2_above() -> None:
    form = one(
        *form_rows(
            indicators=(
                ("绩效指标", "产出指标", "数量指标", "人数", "9人"),
                ("", "满意度指标", "", "群众满意度", "≥95%"),
            )
        )
    )

    assert [(line.level1, line.level2) for line in form.indicators] == [
        ("产出指标", "数量指标"),
        ("满意度指标", None),
    ]


def test_both_schemes_and_older_names_land_in_one_hierarchy() -> None:
    form = one(
        *form_rows(
            indicators=(
                ("绩效指标", "项目完成", "数量目标", "甲", "1个"),
                ("", "成本指标", "经济成本指标", "乙", "≤10万元"),
                ("", "项目效益指标", "环境效益", "丙", "改善"),
            )
        )
    )

    assert [(line.level1, line.level2) for line in form.indicators] == [
        ("产出指标", "数量指标"),
        ("成本指标", "经济成本指标"),
        ("效益指标", "生态效益指标"),
    ]


def test_blank_values_are_lines_and_blank_rows_are_none() -> None:
    form = one(
        *form_rows(
            indicators=(
                ("绩效指标", "效益指标", "经济效益指标（选填）", "", ""),
                ("", "", "社会效益指标（必填）", "促进就业", ""),
                ("", "", "可持续影响指标（必填）", "稳定"),
            )
        )
    )

    assert [(line.level2, line.level3.text, line.value.text) for line in form.indicators] == [
        ("社会效益指标", "促进就业", ""),
        ("可持续影响指标", "稳定", ""),
    ]
    assert [line.value.address.row for line in form.indicators] == [11, 12]


def test_rows_a_cell_short_of_their_heading_are_shifted() -> None:
    header = ("绩 效 指 标", "一级指标", "二级指标", "三级指标", "指标值")
    form = one(
        *form_rows(
            header=header,
            indicators=(
                ("产出指标", "数量指标 (必填硬性指标)", "造林总面积(亩)", "80000"),
                ("", "", "其中:新造林面积(亩)", "30000"),
            ),
        )
    )

    assert [(line.level2, line.level3.text, line.value.text) for line in form.indicators] == [
        ("数量指标", "造林总面积(亩)", "80000"),
        ("数量指标", "其中:新造林面积(亩)", "30000"),
    ]
    assert form.remarks == ()


def test_merged_values_hold_for_every_row_they_cover() -> None:
    rows = form_rows()
    base = grid(*rows[:-1])
    first = len(rows)
    cells = (
        Cell(first, 1, "绩效指标", row_span=2),
        Cell(first, 2, "产出指标", row_span=2),
        Cell(first, 3, "质量指标", row_span=2),
        Cell(first, 4, "甲合格率"),
        Cell(first, 5, "≥95%", row_span=2),
        Cell(first + 1, 4, "乙合格率"),
    )
    (form,) = parse([Grid("表1", (*base.cells, *cells))]).forms

    assert [(line.level2, line.value.text, line.value.address.row) for line in form.indicators] == [
        ("质量指标", "≥95%", first),
        ("质量指标", "≥95%", first),
    ]


def test_an_unknown_level_is_reported_and_its_row_kept() -> None:
    form = one(*form_rows(indicators=(("绩效指标", "产出指标", "党建指标", "甲", "1个"),)))

    assert [(line.level2, line.level2_text, line.value.text) for line in form.indicators] == [
        (None, "党建指标", "1个")
    ]
    assert rules(form) == [("R05", "党建指标", "")]
    assert str(form.remarks[0].address) == "form 1 · 表1 · 第10行 · 二级指标"


def test_the_row_of_sums_and_the_signatures_are_ignored_by_name() -> None:
    rows = form_rows(
        indicators=(("绩效指标", "产出指标", "数量指标", "人数", "9人"), ("合计", "", "", "", "100"))
    )
    form = one(*rows, ("填报人：张三", "联系电话", "0952-1234567"), ("注：本表一式两份",))

    assert len(form.indicators) == 1
    assert form.remarks == ()
    assert form.cells.ignored == 6


# ---- law 1


def test_a_cell_nobody_knows_is_reported_where_it_stands() -> None:
    rows = form_rows()
    rows[4] = ("项目属性", "一年期项目", "项目期", "2023年1月至12月", "老王核对过")
    form = one(*rows)

    assert rules(form) == [("R05", "老王核对过", "")]
    assert str(form.remarks[0].address) == "form 1 · 表1 · 第5行"
    assert form.cells.reported == 1


def test_a_box_beside_a_name_that_is_there_is_reported() -> None:
    base = grid(*form_rows("甲"))
    cells = (*base.cells[:3], Cell(3, 1, "另一个名称", is_floating=True), *base.cells[3:])
    (form,) = parse([Grid("表1", cells)]).forms

    assert (text(form, "project_name"), form.project_name_displaced) == ("甲", False)
    assert rules(form) == [("R05", "另一个名称", "")]


def test_a_box_above_the_title_still_names_its_form() -> None:
    first, second = grid(*form_rows("甲")), grid(*form_rows(""), name="表2")
    floating = Grid("段落", (Cell(1, 1, "乙", is_floating=True),), is_prose=True)
    parsed = parse([first, floating, second])

    assert [(text(form, "project_name"), form.project_name_displaced) for form in parsed.forms] == [
        ("甲", False),
        ("乙", True),
    ]
    assert parsed.forms[0].remarks == ()


def test_no_name_anywhere_stays_missing() -> None:
    form = one(*form_rows(""))

    assert (text(form, "project_name"), form.project_name_displaced, form.remarks) == ("", False, ())


def test_the_cost_grows_with_the_file_and_not_faster() -> None:
    """Counted in steps of the interpreter, which a busy machine does not change."""

    def steps(forms: int) -> int:
        rows = [row for number in range(forms) for row in form_rows(f"项目{number}")]
        grids = [grid(*rows)]
        count = 0

        def trace(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(trace)
        try:
            assert len(parse(grids).forms) == forms
        finally:
            sys.setprofile(None)
        return count

    steps(1)
    assert steps(80) < 4.6 * steps(20)


# ---- what was recognised from a picture


def test_a_value_hard_to_recognise_or_put_right_is_remarked_once() -> None:
    cells = [
        cell._replace(confidence={"9人": 0.71, "保障运转。": 0.64}.get(cell.text, 0.99))
        for cell in grid(*form_rows()).cells
    ]
    cells = [cell._replace(recognised="lO") if cell.text == "10" else cell for cell in cells]

    (form,) = parse([Grid("表1", tuple(cells))]).forms

    assert [(each.rule_id, each.value, each.expected) for each in form.remarks] == [
        ("R12", "lO", "10"),
        ("R12", "lO", "10"),
        ("R11", "保障运转。", "64%"),
        ("R11", "9人", "71%"),
    ]
