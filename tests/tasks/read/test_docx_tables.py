"""Tables of a Word document that are not plain: nested in each other, merged oddly, cut by a page."""

from tasks.parse import parse
from tests.support.annex import box, run
from tests.tasks.read.test_docx import GO_ON, RESTART, SPAN_2, cells, grids, table, tc

Placed = list[tuple[str, list[tuple[int, int, int, int, str]]]]


def placed(body: str) -> Placed:
    return [
        (grid.name, [(c.row, c.column, c.row_span, c.column_span, c.text) for c in grid.cells])
        for grid in grids(body)
    ]


def test_a_table_beside_a_text_takes_the_place_of_its_cell() -> None:
    inner = table((tc("村干部"), tc("补贴")), (tc("3人"), tc("9元")))
    body = table((tc("名称"), tc(f"<w:p/>{inner}<w:p/>")), (tc("目标"), tc("按时发放")))

    assert placed(body) == [
        (
            "表1",
            [
                (1, 1, 2, 1, "名称"),
                (1, 2, 1, 1, "村干部"),
                (1, 3, 1, 1, "补贴"),
                (2, 2, 1, 1, "3人"),
                (2, 3, 1, 1, "9元"),
                (3, 1, 1, 1, "目标"),
                (3, 2, 1, 1, "按时发放"),
            ],
        )
    ]


def test_a_cell_merged_down_past_a_nested_table_grows_with_it() -> None:
    inner = table((tc("一"),), (tc("二"),), (tc("三"),))
    body = table(
        (tc("左", RESTART), tc("上")), (tc("", GO_ON), tc(f"<w:p>{run('前')}</w:p>{inner}"), tc("右"))
    )

    assert placed(body) == [
        (
            "表1",
            [
                (1, 1, 5, 1, "左"),
                (1, 2, 1, 1, "上"),
                (2, 2, 1, 1, "前"),
                (2, 3, 4, 1, "右"),
                (3, 2, 1, 1, "一"),
                (4, 2, 1, 1, "二"),
                (5, 2, 1, 1, "三"),
            ],
        )
    ]


def test_tables_that_lie_on_another_as_on_a_page_stand_in_reading_order() -> None:
    first, second = table((tc("内一"),)), table((tc("内二"),))
    page = f"<w:p>{run('题一')}</w:p>{first}<w:p>{run('题二')}</w:p>{second}<w:p>{run('注')}</w:p>"

    assert placed(table((tc("上"),), (tc(page),), (tc("下"),))) == [
        ("表1", [(1, 1, 1, 1, "上"), (2, 1, 1, 1, "题一")]),
        ("表2", [(1, 1, 1, 1, "内一")]),
        ("表1", [(3, 1, 1, 1, "题二")]),
        ("表3", [(1, 1, 1, 1, "内二")]),
        ("表1", [(4, 1, 1, 1, "注"), (5, 1, 1, 1, "下")]),
    ]


def test_two_tables_beside_each_other_are_two_tables() -> None:
    body = table((tc(table((tc("左"),)) + "<w:p/>"), tc(table((tc("右"),)) + "<w:p/>")))

    assert placed(body) == [("表2", [(1, 1, 1, 1, "左")]), ("表3", [(1, 1, 1, 1, "右")])]


def test_every_text_of_deeply_nested_tables_appears_once() -> None:
    body = table((tc("零"),))
    for word in ("一", "二", "三", "四"):
        body = table((tc(word), tc(body + "<w:p/>")), (tc(word * 2),))
    texts = [cell.text for grid in grids(body) for cell in grid.cells]

    assert sorted(texts) == sorted(["零", "一", "一一", "二", "二二", "三", "三三", "四", "四四"])


def test_a_table_in_a_box_is_a_table() -> None:
    inner = table((tc("盒"),))
    boxed = box("名").replace("</w:txbxContent>", f"{inner}<w:p/></w:txbxContent>")

    assert [name for name, _ in placed(f"<w:p>{boxed}</w:p>")] == ["段落", "表1"]
    assert placed(table((tc("甲"), tc(f"<w:p>{boxed}</w:p>"))))[0][1] == [
        (1, 1, 1, 1, "甲"),
        (1, 2, 1, 1, "盒"),
        (1, 2, 1, 1, "名"),
    ]


def test_cells_merged_across_in_the_old_way() -> None:
    start, on = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    body = table((tc("甲", start), tc("", on), tc("", on), tc("乙")))

    assert cells(body) == [(1, 1, 1, 3, "甲"), (1, 4, 1, 1, "乙")]


def test_a_merge_goes_on_below_any_part_of_its_first_cell() -> None:
    body = table(
        (tc("甲", SPAN_2 + RESTART), tc("乙")),
        (tc("", GO_ON), tc("藏", GO_ON), tc("丙")),
        (tc("丁"), tc("戊"), tc("己")),
    )
    assert cells(body) == [
        (1, 1, 2, 2, "甲"),
        (1, 3, 1, 1, "乙"),
        (2, 3, 1, 1, "丙"),
        (3, 1, 1, 1, "丁"),
        (3, 2, 1, 1, "戊"),
        (3, 3, 1, 1, "己"),
    ]


def test_a_row_that_ends_earlier_shifts_nothing() -> None:
    after = (
        f'<w:tr><w:trPr><w:gridAfter w:val="1"/></w:trPr>{tc("甲")}</w:tr><w:tr>{tc("乙")}{tc("丙")}</w:tr>'
    )
    assert cells(f"<w:tbl>{after}</w:tbl>") == [(1, 1, 1, 1, "甲"), (2, 1, 1, 1, "乙"), (2, 2, 1, 1, "丙")]


# ---- seen through to the form

TITLE = ("部门项目支出预算绩效目标表",)
HEAD = (
    ("项目名称", "护路员补贴"),
    ("主管部门及代码", "058-某镇人民政府", "实施单位", "某镇人民政府"),
    ("项目资金（万元）", "年度资金总额：", "6.5"),
    ("年度总体目标", "按月发放补贴。"),
)
INDICATORS = (
    ("一级指标", "二级指标", "三级指标", "指标值"),
    ("产出指标", "数量指标", "护路员人数", "13人"),
    ("满意度指标", "服务对象满意度指标", "村民满意度", "≥92%"),
)


def lines(*rows: tuple[str, ...]) -> str:
    return table(*([tc(text) for text in row] for row in rows))


def read_values(body: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            form.project_name.text if form.project_name else "",
            [(line.level3.text, line.value.text) for line in form.indicators],
        )
        for form in parse(grids(body)).forms
    ]


FORM = ("护路员补贴", [("护路员人数", "13人"), ("村民满意度", "≥92%")])


def test_forms_in_the_cells_of_a_layout_table() -> None:
    page = tc(f"{lines(TITLE, *HEAD, *INDICATORS)}<w:p/>")

    assert read_values(table((page,))) == [FORM]
    assert read_values(table((page,), (tc(""),), (page,))) == [FORM, FORM]


def test_an_indicator_table_nested_beside_its_label() -> None:
    block = [tc("绩效指标"), tc(f"{lines(*INDICATORS)}<w:p/>")]
    body = table(*([tc(text) for text in row] for row in (TITLE, *HEAD)), block)

    assert read_values(body) == [FORM]


def test_a_name_in_a_table_of_its_own_in_its_cell() -> None:
    name = [tc("项目名称"), tc(lines(("护路员补贴",)) + "<w:p/>")]
    body = table([tc(TITLE[0])], name, *([tc(text) for text in row] for row in (*HEAD[1:], *INDICATORS)))

    assert read_values(body) == [FORM]


def test_a_form_cut_over_two_tables() -> None:
    assert read_values(lines(TITLE, *HEAD) + "<w:p/>" + lines(*INDICATORS)) == [FORM]
    assert read_values(lines(TITLE, *HEAD, *INDICATORS[:2]) + "<w:p/>" + lines(*INDICATORS[2:])) == [FORM]


def test_several_tables_of_one_form_with_headings_between() -> None:
    between = f"<w:p>{run('二、绩效指标')}</w:p>"
    assert read_values(f"<w:p>{run(TITLE[0])}</w:p>" + lines(*HEAD) + between + lines(*INDICATORS)) == [FORM]
