"""The county's workbook and page, reopened: what stands in them is what readers of the warehouse see."""

import errno
import gc
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook
from sqlalchemy import Engine

from tasks.county_report import write_county
from tasks.county_workbook import county_workbook
from tasks.faults import UserError
from tasks.published import read_published
from tests.support.judgements import COUNTY, content_with, form, indicator, judged, submission
from tests.support.nights import FIRST, SECOND, night
from tests.support.postgres import opened
from warehouse.views import read

LIVE = ('=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "http://x", "甲" * 40_000)
HOSTILE = judged(
    submission(
        "=附件2.docx",
        *(
            form(
                f"{text[:100]}项目{number}",
                "1380200.07",
                indicator("数量指标", text, text[:40]),
                indicator(
                    "数量指标",
                    "增量",
                    "-2.5人",
                    kind="quantity",
                    operator=">=",
                    value="-2.5",
                    unit="人",
                ),
                content_with("95"),
                rules=[("M03", "warning", 1)],
            )
            for number, text in enumerate(LIVE)
        ),
    )
)


@pytest.fixture
def hostile(sqlite_url: str) -> Iterator[Engine]:
    with opened(sqlite_url) as engine:
        night(engine, HOSTILE)
        yield engine


def workbook(engine: Engine, number: int = 1) -> bytes:
    with engine.connect() as connection:
        return county_workbook(connection, read_published(connection, publication_no=number), number, COUNTY)


def reopened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_every_row_of_the_views_stands_in_its_sheet(engine: Engine) -> None:
    night(engine, FIRST)
    content = workbook(engine)
    frames = pd.read_excel(io.BytesIO(content), sheet_name=None, engine="openpyxl")
    assert list(frames) == ["概况", "乡镇", "项目", "指标", "资金来源", "意见", "同类项目"]
    with engine.connect() as connection:
        budget, findings = read(connection, "v_budget"), read(connection, "v_finding")
        assert len(frames["指标"]) == len(read(connection, "v_indicator"))
        assert len(frames["资金来源"]) == len(read(connection, "v_funding"))
        assert len(frames["同类项目"]) == len(read(connection, "v_programme_comparison"))
    projects = frames["项目"]
    assert projects["项目名称"].tolist() == [row["project_name"] for row in budget]
    assert projects["年度资金总额（元）"].tolist() == [float(row["total_yuan"]) for row in budget]
    assert projects["项目期起"].tolist() == [pd.Timestamp(row["period_start"]) for row in budget]
    told = frames["意见"]
    assert told["意见编号"].tolist() == [row["finding_id"] for row in findings]
    assert told["程度"].tolist() == ["提醒", "退回"]
    assert told["位置"].dropna().tolist() == []
    towns = frames["乡镇"].set_index("乡镇")
    assert towns["报送"].to_dict() == {"宝丰镇": "按时", "头闸镇": "按时", "姚伏镇": "未报"}
    assert towns.loc["宝丰镇", "金额（元）"] == 1700200.11
    assert towns.loc["宝丰镇", "收到时间"] == pd.Timestamp(2023, 3, 1, 9, 0)


def test_the_heading_stays_and_can_be_filtered(hostile: Engine) -> None:
    book = reopened(workbook(hostile))
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert str(sheet.freeze_panes).endswith("2")
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        assert min(widths) >= 6


def test_no_text_is_a_formula_or_a_link_and_numbers_are_numbers(hostile: Engine) -> None:
    content = workbook(hostile)
    package = zipfile.ZipFile(io.BytesIO(content))
    for name in package.namelist():
        part = package.read(name)
        assert b"<f>" not in part, name
        assert b"<hyperlink" not in part, name
    book = reopened(content)
    sheet = book["指标"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    rows = list(sheet.iter_rows(min_row=2))
    third = [row[columns["三级指标"] - 1] for row in rows]
    assert {cell.value for cell in third} >= {*LIVE[:5], "甲" * 32_767}
    assert all(cell.data_type in "sn" for row in rows for cell in row)
    assert {cell.data_type for cell in third} == {"s"}
    values = [row[columns["数值"] - 1].value for row in rows]
    assert values.count(-2.5) == len(LIVE)
    amount = book["项目"].cell(2, 5)
    assert (amount.value, amount.number_format) == (1380200.07, "#,##0.00")


def test_the_page_and_the_workbook_of_an_older_publication(sqlite_url: str, tmp_path: Path) -> None:
    with opened(sqlite_url) as engine:
        night(engine, FIRST)
        night(engine, SECOND, run_id="second")
        with engine.connect() as connection:
            for number in (1, 2):
                page, book = write_county(connection, number, COUNTY, tmp_path / str(number))
                assert f"第 {number} 号发布" in page.read_text(encoding="utf-8")
                assert f"第 {number} 号发布" in str(reopened(book.read_bytes())["概况"]["A1"].value)
    then, now = (
        pd.read_excel(tmp_path / str(number) / "汇总.xlsx", sheet_name="项目", engine="openpyxl")
        for number in (1, 2)
    )
    assert set(now["项目名称"]) - set(then["项目名称"]) == {"道路养护"}
    assert set(then["项目名称"]) - set(now["项目名称"]) == {"环境整治"}
    assert now["暂用上一版"].tolist().count("是") == 1


def test_a_folder_that_cannot_be_written_is_told(hostile: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with hostile.connect() as connection, pytest.raises(UserError, match="报告写不进"):
        write_county(connection, 1, COUNTY, tmp_path / "file")


@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_is_a_fault_of_the_disk(hostile: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        workbook(hostile)
    gc.collect()  # XlsxWriter leaves its zip open when a disk is full, and that is heard when it is gone
