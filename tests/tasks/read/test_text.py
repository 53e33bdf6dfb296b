"""The tabbed layout, in any encoding."""

import pytest

from tasks.read import read, text
from tests.support import annex

TITLE = "部门项目支出预算绩效目标表"
FORM = f"\t{TITLE}\n\n\t（2023年度）\n\n\t项目名称\n\t甲\n\n\t项目资金\n（万元）\n\t\n"


def cells(content: str) -> list[tuple[str, int, int, str]]:
    return [
        (grid.name, cell.row, cell.column, cell.text) for grid in text.grids(content) for cell in grid.cells
    ]


def test_cells_rows_continuations_and_blanks() -> None:
    assert cells(FORM) == [
        ("表1", 1, 1, TITLE),
        ("表1", 2, 1, "（2023年度）"),
        ("表1", 3, 1, "项目名称"),
        ("表1", 3, 2, "甲"),
        ("表1", 4, 1, "项目资金\n（万元）"),
        ("表1", 4, 2, ""),
    ]


def test_the_heading_is_prose_and_each_form_a_table() -> None:
    grids = text.grids(f"附件2：甲镇项目支出预算绩效目标表\n{FORM}\n\n{FORM}")

    assert [(grid.name, grid.is_prose) for grid in grids] == [("段落", True), ("表1", False), ("表2", False)]
    assert grids[2].cells[0].row == 1


def test_a_line_behind_an_empty_one_is_no_part_of_the_cell_above() -> None:
    grids, _ = read(
        "a.txt", "\t项目名称\n\t甲\n乙\n\n项目支出绩效目标表（续表）\n\n\t指标值\n\t2个\n".encode()
    )

    told = [cell.text for grid in grids for cell in grid.cells]
    assert {"甲\n乙", "项目支出绩效目标表（续表）"} <= set(told)


def test_a_title_that_no_form_follows_opens_no_table() -> None:
    grids = text.grids(f"{FORM}\n\n\t{TITLE}\n\n\t绩效指标\n\t产出指标\n")

    assert [grid.name for grid in grids] == ["表1"]
    assert grids[0].cells[-1].row == 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(encoding: str, line_end: str) -> None:
    assert read("a.txt", FORM.replace("\n", line_end).encode(encoding))[0] == text.grids(FORM)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_the_sample_reads_the_same_in_other_encodings(encoding: str) -> None:
    content = annex.sample_text()

    assert read("a.txt", content.decode().encode(encoding)) == read("a.txt", content)
