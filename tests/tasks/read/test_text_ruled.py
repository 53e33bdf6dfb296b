"""Tables drawn with signs: a grid with merged cells, one drawn in another, a table under a ruler, tables of HTML in Markdown."""

from collections.abc import Sequence

import pytest

from tasks.read import read, text, text_ruled

Texts = list[list[list[str]]]


def rows(content: str) -> Texts:
    """By grid and row, the texts of the cells."""
    found: Texts = []
    for grid in text.grids(content):
        told: dict[int, list[str]] = {}
        for cell in grid.cells:
            told.setdefault(cell.row, []).append(cell.text)
        found.append(list(told.values()))
    return found


def test_a_grid_keeps_its_merged_cells() -> None:
    content = """
+----------+--------------------+--------+
| 项目资金 | 年度资金总额：     | 120.00 |
|          +--------------------+--------+
| （万元） | 其中：财政拨款     | 100.00 |
+----------+----------+---------+--------+
| 绩效指标 | 数量指标 | 整治村  | ≥12个  |
|          |          | 数      |        |
|          |          +---------+--------+
|          |          | 清运    | 1.垃圾 |
|          |          |         |        |
|          |          |         | 2.淤泥 |
+----------+----------+---------+--------+
"""

    assert rows(content) == [
        [
            ["项目资金\n（万元）", "年度资金总额：", "", "120.00"],
            ["", "其中：财政拨款", "", "100.00"],
            ["绩效指标", "数量指标", "整治村数", "≥12个"],
            ["", "", "清运", "1.垃圾\n2.淤泥"],
        ]
    ]


def test_a_grid_drawn_in_a_cell_falls_into_rows() -> None:
    content = """
+----------+-----------------------------+------+
| 绩效指标 | 见下                        | 备注 |
|          |                             |      |
|          | +----------+--------------+ |      |
|          | | 三级指标 | 指标值       | |      |
|          | +==========+==============+ |      |
|          | | 养护里程 | ≥32公里      | |      |
|          | +----------+--------------+ |      |
+----------+-----------------------------+------+
| 资金     |   ------------ ---------    |      |
|          |   财政拨款     40.00        |      |
|          |                             |      |
|          |   其他资金     5.60         |      |
|          |   ------------ ---------    |      |
+----------+-----------------------------+------+
"""

    assert rows(content) == [
        [
            ["绩效指标", "见下", "", "备注"],
            ["", "三级指标", "指标值", ""],
            ["", "养护里程", "≥32公里", ""],
            ["资金", "财政拨款", "40.00", ""],
            ["", "其他资金", "5.60", ""],
        ]
    ]


@pytest.mark.parametrize(
    "content",
    [
        "┌────┬────┐\n│ 项目名称 │ 抗旱 │\n├────┼────┤\n│ 主管部门 │ 水务局 │\n└────┴────┘",
        "+----------+--------+\n| 项目名称 | 抗旱 |\n+----------+--------+\n| 主管部门 | 水务局  |\n+----------+--------+",
        "+-----+-----+\n|项目名称|抗旱  |\n+-----+-----+\n|主管部门|水务局 |\n+-----+-----+",
    ],
    ids=["boxes", "not lined up", "a column per character"],
)
def test_a_grid_is_read_however_wide_its_characters_are(content: str) -> None:
    assert rows(content) == [[["项目名称", "抗旱"], ["主管部门", "水务局"]]]


def test_a_grid_without_edges_between_its_rows_has_a_row_per_line() -> None:
    content = """
+----------+------+
| 三级指标 | 值   |
+----------+------+
| 巡河     | 48次 |
| 清淤     | 3处  |
| 合格率   | 95%  |
+----------+------+
"""

    assert rows(content) == [[["三级指标", "值"], ["巡河", "48次"], ["清淤", "3处"], ["合格率", "95%"]]]


def test_a_grid_with_something_behind_its_wall_is_left_to_other_readers() -> None:
    content = "+------+------+\n| 巡河 | 48次 | 每周\n+------+------+"

    assert "每周" in str(rows(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "  资金来源         金额\n  -------------- -------\n  财政拨款         15.00\n  其他资金         3.00\n\n二、总体目标",
            [["资金来源", "金额"], ["财政拨款", "15.00"], ["其他资金", "3.00"]],
        ),
        (
            "-----------------------\n 三级       指标值\n 指标\n---------- ------------\n 演出       ≥24场\n 场次\n\n 观众       5000人\n-----------------------\n\n二、总体目标",
            [["三级指标", "指标值"], ["演出场次", "≥24场"], ["观众", "5000人"]],
        ),
    ],
    ids=["simple", "multiline"],
)
def test_the_columns_of_a_table_under_a_ruler_are_where_its_strokes_are(
    content: str, expected: Sequence[Sequence[str]]
) -> None:
    assert rows(content) == [expected, [["二、总体目标"]]]


def test_markdown_marks_are_no_part_of_a_text() -> None:
    content = """**项目支出绩效目标表**

+----------+----------------------+
| 主管部门 | \\[058\\]某镇人民政府  |
+----------+----------------------+
| 成活率   | (\\>=\\*\\*%)          |
+----------+----------------------+
"""

    assert rows(content) == [
        [["项目支出绩效目标表"], ["主管部门", "[058]某镇人民政府"], ["成活率", "(>=**%)"]]
    ]


def test_tables_of_html_in_markdown_are_read_with_those_of_bars() -> None:
    content = """项目绩效目标表

| 项目名称 | 主管部门 |
|----------|----------|
| 抗旱     | A\\|B局  |

<table>
<tbody>
<tr>
<td rowspan="2">产出指标</td>
<td>巡河 &lt; 5次</td>
</tr>
<tr>
<td>清淤</td>
</tr>
</tbody>
</table>

某镇 R&D 办
"""

    grids, remarks = read("目标表.md", content.encode())

    assert [[(cell.text, cell.row_span) for cell in grid.cells] for grid in grids] == [
        [("项目绩效目标表", 1)],
        [("项目名称", 1), ("主管部门", 1), ("抗旱", 1), ("A|B局", 1)],
        [("产出指标", 2), ("巡河 < 5次", 1), ("清淤", 1)],
        [("某镇 R&D 办", 1)],
    ]
    assert remarks == ()


def test_rulers_without_end_cost_no_more_than_their_lines() -> None:
    assert len(text_ruled.drawn(["A B", "--- ---", "C", ""] * 5_000)) == 5_000
    assert text_ruled.drawn(["+--+", "| a"] * 5_000) == []
