"""Workbooks: merged blocks, numbers and dates as the sheet shows them, many sheets."""

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest

from schemas.form import Grid
from tasks.read import xlsx
from tasks.read.number_formats import Display, display_of


def grids(fill: Callable[[openpyxl.Workbook], None]) -> tuple[Grid, ...]:
    book = openpyxl.Workbook()
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return tuple(each for each in xlsx.read(target.getvalue()) if isinstance(each, Grid))


def shown(value: object, number_format: str = "General") -> str:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["B2"] = value
        book.active["B2"].number_format = number_format

    (grid,) = grids(fill)
    (cell,) = grid.cells
    assert (cell.row, cell.column, cell.reference) == (2, 2, "Sheet!B2")
    return cell.text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (10.0, "General", "10"),
        (138.02, "General", "138.02"),
        (0.1 + 0.2, "General", "0.3"),
        (286.18000000000001, "General", "286.18"),
        (3309840, "#,##0.00", "3309840"),
        (1e-7, "General", "0.0000001"),
        (1e15, "General", "1000000000000000"),
        (-2.5, "General", "-2.5"),
        (0.95, "0%", "95%"),
        (0.985, "0.00%", "98.5%"),
        (0.95, '"≥"0%', "≥95%"),
        (45, '0"人"', "45人"),
        (138.02, '0.00"万元"', "138.02万元"),
        (9, 'General"个"', "9个"),
        (10, '"¥"#,##0.00', "10"),
        (1380200, '0!.0000"万元"', "138.02万元"),
        (173000, '0!.0,"万元"', "17.3万元"),
        (173000, '0"."0,', "17.3"),
        (58, "000", "058"),
        (1380200, "#,##0.00,", "1380.2"),
        (5000, '[>=10000]0!.0,"万元";0"元"', "5000元"),
        (173000, '[>=10000]0!.0,"万元";0"元"', "17.3万元"),
        (173000, '[>=10000]0!.0000"万";0', "17.3万"),
        (5000, '[>=10000]0!.0000"万";0', "5000"),
        (80, '"不低于"0"%"', "不低于80%"),
        (-5.5, "0.00_);(0.00)", "-5.5"),
        (0, '0;-0;"无"', "无"),
        (0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0"),
        (0.25, "# ?/?", "0.25"),
        (1234567, "0.00E+00", "1234567"),
        (1e21, "General", "1000000000000000000000"),
        (12, '[DBNum1]General"个"', "12个"),
        (12.5, "[$¥-804]#,##0.00;[Red]-[$¥-804]#,##0.00", "12.5"),
        (dt.date(2023, 12, 31), "yyyy-mm-dd", "2023-12-31"),
        (dt.datetime(2023, 1, 1, 8, 30), "yyyy-mm-dd hh:mm", "2023-01-01 08:30"),  # noqa: DTZ001  sheets know no zone
        (True, "General", "TRUE"),
        ("  ≥95%\n ", "General", "  ≥95%\n "),
    ],
)
def test_a_value_is_read_as_the_sheet_shows_it(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("code", "display"),
    [
        ("0%", Display(is_percent=True, before="", after="")),
        ('0.0"%"', Display(is_percent=False, before="", after="%")),
        ("yyyy\\年m\\月", None),
        ("0.00_);[Red]\\(0.00\\)", None),
        ('#,##0\\ "元/村"', Display(is_percent=False, before="", after="元/村")),
        ('[$￥-804]#,##0.00"元"', Display(is_percent=False, before="", after="元")),
        ("", None),
    ],
)
def test_formats_that_add_something(code: str, display: Display | None) -> None:
    assert display_of(code) == display


def test_percent_is_exact() -> None:
    assert Display(is_percent=True, before="", after="").show(Decimal("0.07")) == "7%"


def test_merged_blocks_are_one_cell_with_spans_and_references() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet["A1"], sheet["A2"], sheet["B2"], sheet["C3"] = "题", "甲", "乙", "丙"
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A2:A3")

    (grid,) = grids(fill)
    assert [(cell.reference, cell.row_span, cell.column_span, cell.text) for cell in grid.cells] == [
        ("Sheet!A1", 1, 3, "题"),
        ("Sheet!A2", 2, 1, "甲"),
        ("Sheet!B2", 1, 1, "乙"),
        ("Sheet!C2", 1, 1, ""),
        ("Sheet!B3", 1, 1, ""),
        ("Sheet!C3", 1, 1, "丙"),
    ]


def test_each_sheet_is_a_grid_and_a_hidden_one_keeps_its_own_name() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.title = "村 干部"
        book.active["A1"] = "甲"
        book.create_sheet("选项")["A1"] = "一年期项目"
        book["选项"].sheet_state = "hidden"
        book.create_sheet("Sheet3")["C4"] = "乙"

    found = grids(fill)
    assert [
        (grid.name, grid.is_hidden, [(cell.reference, cell.text) for cell in grid.cells]) for grid in found
    ] == [
        ("表1", False, [("'村 干部'!A1", "甲")]),
        ("选项", True, [("选项!A1", "一年期项目")]),
        ("表2", False, [("Sheet3!C4", "乙")]),
    ]


def test_hundreds_of_empty_columns_cost_nothing() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in range(1, 40):
            sheet.cell(row, 1, "甲")
            for column in range(2, 1000):
                sheet.cell(row, column).number_format = "0.00"

    (grid,) = grids(fill)
    assert len(grid.cells) == 39
