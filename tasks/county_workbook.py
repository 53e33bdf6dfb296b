"""A publication's rows in, the county's workbook (汇总.xlsx) out: a sheet for each question a reviewer asks.

Written row by row in constant memory. Text is text, whatever it begins with; amounts and numbers are numbers.
"""

import dataclasses
import io
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy import Connection
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schemas.county import County
from schemas.form import for_clerks
from schemas.rules.wording import SEVERITY_WORDS
from tasks.published import STATE_WORDS, Published, Row
from tasks.report import figures
from warehouse.views import read

_LONGEST = 32_767
"""Characters in a cell."""
_A4 = 9
_LINE_HEIGHT, _HIGHEST = 15, 400
"""Of a line of text and of a row, in points."""

Look = Literal["text", "count", "yuan", "number", "date", "moment"]


class _Column(NamedTuple):
    heading: str
    width: float
    value: Callable[[Row], Any]
    look: Look = "text"

    @property
    def wraps(self) -> bool:
        """Whether a long text goes on in another line."""
        return self.look == "text" and self.width >= 18


def _plain(heading: str, width: float, name: str, look: Look = "text") -> _Column:
    return _Column(heading, width, lambda row: row[name], look)


def _place(heading: str, width: float, name: str) -> _Column:
    return _Column(heading, width, lambda row: row[name] and for_clerks(row[name]))


def _words(heading: str, width: float, name: str, words: Mapping[Any, str]) -> _Column:
    return _Column(heading, width, lambda row: words.get(row[name], row[name]))


_YES = {True: "是", False: "", None: ""}
_OPERATORS = {"=": "＝", ">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "between": "区间", None: ""}
_WHERE = (_plain("年度", 6, "fiscal_year", "count"), _plain("乡镇", 10, "town_name"))
_FILE = (_plain("文件", 24, "file_name"), _plain("第几张表", 8, "form_no", "count"))
_TOWNS = (
    *_WHERE,
    _words("报送", 7, "state", STATE_WORDS),
    _plain("截止日", 11, "due_date", "date"),
    _plain("收到时间", 17, "received_at", "moment"),
    _plain("迟报天数", 9, "days_late", "count"),
    _plain("结论", 10, "verdict"),
    _plain("文件数", 8, "files", "count"),
    _plain("目标表", 8, "forms_in", "count"),
    _plain("通过", 7, "forms_accepted", "count"),
    _plain("退回", 7, "forms_returned", "count"),
    _plain("在用项目", 9, "projects", "count"),
    _plain("金额（元）", 16, "total_yuan", "yuan"),
    _plain("村均（元/村）", 14, "yuan_per_village", "yuan"),
    _plain("满意度目标（%）", 10, "satisfaction_target_pct", "number"),
    _plain("退回意见", 9, "errors", "count"),
    _plain("提醒", 7, "warnings", "count"),
    _plain("提示", 7, "infos", "count"),
)
_PROJECTS = (
    *_WHERE,
    _plain("项目名称", 28, "project_name"),
    _plain("同类项目", 20, "programme_name"),
    _plain("年度资金总额（元）", 18, "total_yuan", "yuan"),
    _plain("主管部门代码", 12, "department_code"),
    _plain("主管部门", 26, "department_name"),
    _plain("实施单位", 26, "implementing_unit"),
    _plain("项目属性", 12, "attribute"),
    _plain("项目期起", 11, "period_start", "date"),
    _plain("项目期止", 11, "period_end", "date"),
    *_FILE,
    _words("暂用上一版", 10, "is_stale", _YES),
    _words("有更正", 8, "is_corrected", _YES),
)
_INDICATORS = (
    *_WHERE,
    _plain("项目名称", 28, "project_name"),
    _plain("一级指标", 11, "level1"),
    _plain("二级指标", 16, "level2"),
    _plain("三级指标", 32, "level3"),
    _plain("指标值（原文）", 18, "raw"),
    _words("性质", 6, "operator", _OPERATORS),
    _plain("数值", 12, "value", "number"),
    _plain("区间上限", 10, "value_high", "number"),
    _plain("单位", 10, "unit"),
    _plain("时限", 11, "deadline", "date"),
    _plain("权重", 7, "weight", "number"),
    _plain("意见", 12, "findings"),
    _words("有更正", 8, "is_corrected", _YES),
    *_FILE,
    _place("位置", 34, "address"),
)
_FUNDING = (
    *_WHERE,
    _plain("项目名称", 28, "project_name"),
    _plain("资金来源", 18, "funding_source"),
    _plain("金额（元）", 16, "amount_yuan", "yuan"),
    _plain("原文", 14, "amount_raw"),
    *_FILE,
    _place("位置", 34, "address"),
)
_FINDINGS = (
    *_WHERE,
    _words("程度", 7, "severity", SEVERITY_WORDS),
    _plain("规则", 7, "rule_id"),
    _plain("规则名称", 20, "rule_title"),
    *_FILE,
    _plain("项目名称", 24, "project_name"),
    _place("位置", 34, "address"),
    _plain("说明", 60, "message"),
    _plain("应为", 24, "expected"),
    _plain("怎么改", 44, "action"),
    _plain("意见编号", 12, "finding_id"),
    _words("状态", 8, "state", {"open": "待办", "waived": "已豁免"}),
    _plain("由谁决定", 10, "decided_by"),
    _plain("理由", 24, "note"),
)
_PROGRAMMES = (
    _WHERE[0],
    _plain("同类项目", 24, "programme_name"),
    _WHERE[1],
    _plain("项目数", 8, "projects", "count"),
    _plain("金额（元）", 16, "total_yuan", "yuan"),
    _plain("人数", 9, "headcount", "number"),
    _plain("人均（元）", 13, "yuan_per_head", "yuan"),
    _plain("全县人均中位数（元）", 20, "county_median_yuan_per_head", "yuan"),
)
_FONT = {"font_name": "微软雅黑", "font_size": 10}
_LINE = {"bottom": 1, "bottom_color": "#D9E2EC"}
_FORMATS: Mapping[Look, Mapping[str, str]] = {
    "text": {},
    "count": {"num_format": "0", "align": "center"},
    "yuan": {"num_format": "#,##0.00"},
    "number": {},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
}


def county_workbook(
    connection: Connection, published: Published, publication_no: int, county: County
) -> bytes:
    """The workbook.

    Args:
        connection: For the rows of the views.
        published: What the publication says of the towns.
        publication_no: Its number.
        county: For the title, and the zone of its clocks.

    Raises:
        OSError: the folder for temporary files is full or locked.
    """

    def rows(view: str) -> list[dict[str, Any]]:
        return read(connection, view, publication_no=publication_no)

    target = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="huizong-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "default_format_properties": _FONT}
        try:
            with xlsxwriter.Workbook(target, options) as book:
                drawing = _Drawing(book, ZoneInfo(county.timezone))
                drawing.overview(f"{county.name}绩效目标汇总，第 {publication_no} 号发布", figures(published))
                drawing.sheet("乡镇", _TOWNS, _town_rows(published, rows("v_town_summary")), frozen=2)
                drawing.sheet("项目", _PROJECTS, rows("v_budget"), frozen=3)
                drawing.sheet("指标", _INDICATORS, rows("v_indicator"), frozen=3)
                drawing.sheet("资金来源", _FUNDING, rows("v_funding"), frozen=3)
                drawing.sheet("意见", _FINDINGS, rows("v_finding"), frozen=2)
                drawing.sheet("同类项目", _PROGRAMMES, rows("v_programme_comparison"), frozen=2)
        except FileCreateError as error:
            raise error.args[0] from error  # the fault of the disk it wraps
    return target.getvalue()


def _town_rows(published: Published, summaries: Iterable[Row]) -> list[Row]:
    """A row for each town and year: how it reported, and what its projects in force come to."""
    told = {(row["fiscal_year"], row["town_code"]): row for row in summaries}
    without = dict.fromkeys(("projects", "yuan_per_village", "satisfaction_target_pct"))
    return [
        {
            **dataclasses.asdict(town),
            **{name: told.get((town.fiscal_year, town.town_code), without)[name] for name in without},
            "verdict": town.verdict,
            "due_date": None if town.due_date is None else date.fromisoformat(town.due_date),
            "received_at": None if town.received_at is None else datetime.fromisoformat(town.received_at),
        }
        for town in published.towns
    ]


class _Drawing:
    """The sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, zone: ZoneInfo) -> None:
        self._book, self._zone = book, zone
        top = {"valign": "top", **_LINE}
        self._formats: dict[Look, Format] = {
            look: book.add_format({**top, **shown}) for look, shown in _FORMATS.items()
        }
        self._long = book.add_format({**top, "text_wrap": True})
        self._head = book.add_format(
            {"bold": True, "bg_color": "#D9E2EC", "align": "center", "valign": "vcenter", "text_wrap": True}
        )

    def overview(self, title: str, figures: Iterable[tuple[str, str]]) -> None:
        """The first sheet: what a leader reads."""
        sheet = self._book.add_worksheet("概况")
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 70)
        sheet.write_string(0, 0, title, self._book.add_format({"bold": True, "font_size": 16}))
        for row, (name, text) in enumerate(figures, 2):
            sheet.write_string(row, 0, name, self._head)
            sheet.write_string(row, 1, text, self._long)
        sheet.hide_gridlines(2)
        _page(sheet)

    def sheet(self, name: str, columns: Sequence[_Column], rows: Sequence[Row], *, frozen: int) -> None:
        """A sheet with a heading that stays, a filter, and a row for each row."""
        sheet = self._book.add_worksheet(name)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        sheet.freeze_panes(1, frozen)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.set_landscape()
        _page(sheet)
        sheet.set_row(0, 30)
        for number, column in enumerate(columns):
            sheet.write_string(0, number, column.heading, self._head)
        for at, row in enumerate(rows, 1):
            values = [column.value(row) for column in columns]
            sheet.set_row(at, _height(columns, values))
            for number, (column, value) in enumerate(zip(columns, values, strict=True)):
                self._write(sheet, at, number, column, value)

    def _write(self, sheet: Worksheet, row: int, number: int, column: _Column, value: object) -> None:
        shown = self._formats[column.look]
        match value:
            case None:
                sheet.write_blank(row, number, None, shown)
            case datetime():
                local = value.astimezone(self._zone).replace(tzinfo=None)
                sheet.write_datetime(row, number, local, shown)
            case int() | Decimal():
                # The views give 15 digits of a number, which is what a cell keeps; no amount has more.
                sheet.write_number(row, number, float(value), shown)
            case str():
                sheet.write_string(row, number, value[:_LONGEST], self._long if column.wraps else shown)
            case date():
                sheet.write_datetime(row, number, value, shown)
            case _:
                raise TypeError(f"{column.heading}: {value!r}")


def _height(columns: Sequence[_Column], values: Sequence[object]) -> float:
    """Points that the row's longest text needs: no program asks each row for them when it opens a file."""
    lines = 1
    for column, value in zip(columns, values, strict=True):
        if column.wraps and isinstance(value, str):
            wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in value)
            lines = max(lines, value.count("\n") + ceil((wide + 1) / column.width))
    return min(_LINE_HEIGHT * lines + 2, _HIGHEST)


def _page(sheet: Worksheet) -> None:
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
