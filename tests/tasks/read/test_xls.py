"""Old Excel workbooks: values as the sheet shows them, merged blocks, what is hidden, and what is not right."""

from pathlib import Path

import pytest

from schemas.form import Grid, UnreadableError
from tasks.parse import parse
from tasks.read import guard, read, xls
from tests.benchmarks.annex import annex
from tests.files.build_xls import SHOWN
from tests.support.annex import sample, sample_text, to_docx, to_xlsx
from tests.support.biff import (
    bare_workbook,
    chart,
    encrypted,
    header,
    headers_apart,
    record,
    to_xls,
    workbook,
)
from tests.support.meaning import check_references, meaning, parsed
from tests.support.office import convert
from tests.support.ole import compound

FILE = Path(__file__).parents[2] / "files" / "xls" / "formats.xls"


def visible(content: bytes) -> list[Grid]:
    return [grid for grid in xls.grids(content) if not grid.is_hidden]


def shown(grid: Grid) -> dict[str, str]:
    return {cell.reference: cell.text for cell in grid.cells}


@pytest.mark.parametrize("at", SHOWN)
def test_a_value_is_read_as_the_sheet_shows_it(at: str) -> None:
    first, _ = visible(FILE.read_bytes())

    assert shown(first)[f"指标!{at}"] == SHOWN[at][2]


def test_merged_blocks_are_one_cell_with_spans_and_references() -> None:
    first, last = visible(FILE.read_bytes())

    assert (first.name, last.name) == ("表1", "表2")
    spans = {cell.reference: (cell.row, cell.column, cell.row_span, cell.column_span) for cell in first.cells}
    # As far as anything is written: nothing is in column C.
    assert spans["指标!A1"] == (1, 1, 1, 2)
    assert spans["指标!A2"] == (2, 1, 2, 1)
    assert "指标!A3" not in spans
    assert "指标!B1" not in spans


def test_what_is_hidden_is_told_and_not_read() -> None:
    grids, remarks = read("附件2.xls", FILE.read_bytes())

    assert shown(grids[1]) == {
        "'村 干部'!A1": "甲",
        "'村 干部'!C1": "乙",
        "'村 干部'!A3": "丙",
        "'村 干部'!C3": "丁",
    }
    assert [(remark.rule_id, remark.value) for remark in remarks] == [
        ("R13", "选项"),
        ("R13", "底稿"),
        ("R13", "村 干部（隐藏的行列，如 B1）"),
    ]


@pytest.mark.parametrize("codepage", [None, 936, 1252])
def test_a_sheet_without_envelope_is_read_in_chinese_whatever_it_says(codepage: int | None) -> None:
    content = bare_workbook([(0, 0, "项目名称"), (1, 2, "村干部补贴")], codepage=codepage)
    (grid,), remarks = read("附件2.xls", content)

    assert {at: text for at, text in shown(grid).items() if text} == {
        "表!A1": "项目名称",
        "表!C2": "村干部补贴",
    }
    assert remarks == ()


def test_a_workbook_by_its_other_names() -> None:
    content = workbook([("Sheet1", [(0, 0, "项目名称"), (0, 1, 138.02)], ())])

    assert read("附件2.et", content)[1] == ()
    grids, (remark,) = read("附件2.xlsx", content)
    assert shown(grids[0]) == {"Sheet1!A1": "项目名称", "Sheet1!B1": "138.02"}
    assert (remark.rule_id, remark.value, remark.expected) == (
        "R04",
        "旧版 Excel 或 WPS 表格（.xls、.et）",
        ".xls",
    )


def test_a_password_is_r02() -> None:
    with pytest.raises(UnreadableError) as refused:
        read("附件2.xls", encrypted())
    assert refused.value.rule_id == "R02"


@pytest.mark.parametrize(
    "content",
    [
        compound({"Workbook": b"no records at all"}),
        compound({"Book": b""}),
        workbook([("Sheet1", [(0, 0, "甲")], ())])[:1500],
        b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(40),
    ],
)
def test_a_damaged_workbook_is_r01(content: bytes) -> None:
    with pytest.raises(UnreadableError) as refused:
        read("附件2.xls", content)
    assert refused.value.rule_id == "R01"


def test_merges_over_the_whole_sheet_cost_nothing() -> None:
    (grid,) = visible(workbook([("Sheet1", [(0, 0, "甲")], [(0, 65535, 0, 255)] * 1000)]))

    assert [(cell.text, cell.row_span, cell.column_span) for cell in grid.cells] == [("甲", 1, 1)]


def test_many_cells_are_over_the_budget() -> None:
    corners = [(row, column, "甲") for row in range(1700) for column in (0, 255)]
    with pytest.raises(UnreadableError) as refused:
        read("a.xls", workbook([("Sheet1", corners, ())]))
    assert refused.value.rule_id == "R08"
    assert guard.BUDGETS.cells < 1700 * 256


def test_a_workbook_with_a_byte_turned_is_read_or_refused() -> None:
    whole = FILE.read_bytes()
    outcomes = set()
    for at in range(0, len(whole), 97):
        content = bytearray(whole)
        content[at] ^= 0xFF
        try:
            read("a.xls", bytes(content))
            outcomes.add("read")
        except UnreadableError as refused:
            outcomes.add(refused.rule_id)
    assert {"read", "R01"} <= outcomes <= {"read", "R01", "R02", "R08", "R10"}


# ---- the annex


@pytest.mark.parametrize("stacked", [False, True])
def test_the_annex_gives_the_same_forms(*, stacked: bool) -> None:
    content = to_xls(annex(), stacked=stacked)
    found = parsed("a.xls", content)
    expected = parsed("a.docx", to_docx(annex()))

    assert [meaning(form) for form in found.forms] == [meaning(form) for form in expected.forms]
    assert check_references(content, found.forms) == 14 * (8 + 2 + 7 * 2)
    cost = found.forms[7].indicators[3].value
    assert (cost.text, cost.address.reference) == ("24.25万元", "Sheet1!E148" if stacked else "Sheet8!E15")


@pytest.mark.parametrize("stacked", [False, True])
def test_the_sample_as_libreoffice_writes_it_gives_the_same_forms(*, stacked: bool, tmp_path: Path) -> None:
    source = tmp_path / "annex.xlsx"
    source.write_bytes(to_xlsx(sample(), stacked=stacked))
    content = convert([source], "xls", tmp_path / "written")["annex"].read_bytes()
    found = parsed("a.xls", content)
    expected = parse(read("a.txt", sample_text())[0])

    assert (len(found.forms), sum(len(form.indicators) for form in found.forms)) == (14, 111)
    assert [meaning(form) for form in found.forms] == [meaning(form) for form in expected.forms]
    assert check_references(content, found.forms) > 14 * 20


# ---- what is printed above each page

PRINTED = header('&C（2023年度）&R&"宋体,加粗"单位：元')


def printed(each: bytes) -> list[str]:
    """What the header says that a sheet with some records comes with."""
    grids, _ = read("a.xls", workbook([("Sheet1", [(0, 0, "甲")], ())], each=each))
    assert grids[-1].header in (None, *grids[:-1])
    return [cell.text for cell in grids[-1].header.cells] if grids[-1].header else []


@pytest.mark.parametrize(
    ("each", "lines"),
    [
        (PRINTED, ["（2023年度）", "单位：元"]),
        (header("&A"), []),
        (header("次页") + headers_apart("首页", "双页", flags=3), ["首页", "次页", "双页"]),
        (header("次页") + headers_apart("首页", "双页", flags=0), ["次页"]),
        (header("次页") + headers_apart("首页", "", flags=2), ["首页", "次页"]),
        (header("次页") + headers_apart("首页", "", flags=2, view=b"v" * 16), ["次页"]),
        (chart(header("图")) + PRINTED + header("另存的视图"), ["（2023年度）", "单位：元"]),
    ],
)
def test_a_print_header_stands_as_prose_before_its_sheet(each: bytes, lines: list[str]) -> None:
    assert printed(each) == lines


def test_a_print_header_of_excel_5() -> None:
    grids, _ = read("a.xls", bare_workbook([(0, 0, "甲")], codepage=936, header="&C单位：元"))

    assert [[cell.text for cell in grid.cells] for grid in grids] == [["单位：元"], ["甲"]]


@pytest.mark.parametrize("body", [b"\xff", b"\xff\xff\x01", b"\x05\x00\x01"])
def test_no_file_goes_back_for_a_print_header_that_is_cut_short(body: bytes) -> None:
    assert printed(record(0x14, body)) == []


def test_what_the_print_header_says_is_said_of_every_form_of_its_sheet() -> None:
    rows = [text for name in ("甲路", "乙路") for text in (("项目名称", name), ("年度资金总额", "200"))]
    cells = [(row, column, text) for row, texts in enumerate(rows) for column, text in enumerate(texts)]
    found = parse(read("a.xls", workbook([("Sheet1", cells, ())], each=PRINTED))[0]).forms

    assert [(form.money_unit, form.fiscal_year and form.fiscal_year.text) for form in found] == [
        ("元", "（2023年度）"),
        ("元", "（2023年度）"),
    ]
