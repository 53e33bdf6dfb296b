# ruff: noqa: ANN401 - Prefect's states and the stages under test are passed through as they are
"""The flow in this process, reporting to a real server: what it publishes, when it does not, and what it says."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import tasks.load
import tasks.stage_towns
from tasks.faults import AuditFailedError, NotPublishedError, UserError
from tests.flows.annex import BAOFENG, LATE, TOUZHA, YAOFU, Project, put
from tests.flows.conftest import Site, shown_by
from tests.support.letters import shown_in
from warehouse.engine import open_engine
from warehouse.ledger import last_run
from warehouse.lock import acquire
from warehouse.migrations import upgrade

pytestmark = pytest.mark.prefect

ROADS, CLEANING = Project("农村道路养护"), Project("环境卫生整治", "6.5")
UNBALANCED = Project("文化活动", "10", funded="8")


def run(**options: Any) -> Any:
    from flows.consolidate import consolidate  # noqa: PLC0415 - after the office has set Prefect's settings

    return consolidate(return_state=True, **options)


def summary_of(**options: Any) -> Any:
    return run(**options).result()


def test_a_night_from_inbox_to_published_views(office: Site) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS, CLEANING])
    put(office.inbox, TOUZHA, "附件2.txt", [ROADS, UNBALANCED], LATE)
    state = run(year=2023)
    summary = state.result()
    assert (state.name, state.is_completed()) == ("CompletedWithReturns", True)
    assert summary.published.total_yuan == Decimal("265000.00")
    views = shown_by(office.warehouse_url)
    states = {row["town_name"]: row["state"] for row in views["v_submission_status"]}
    assert (states["宝丰镇"], states["头闸镇"], states["姚伏镇"]) == ("on_time", "late", "missing")
    assert [row["rule_id"] for row in views["v_finding"] if row["severity"] == "error"].count("S03") == 11
    assert {(row["town_name"], row["rule_id"]) for row in views["v_finding"] if row["form_no"] == 2} >= {
        ("头闸镇", "M01")
    }
    page = summary.page.read_text(encoding="utf-8")
    assert "头闸镇" in page
    assert (summary.letters / "640221103-头闸镇.docx").exists()
    assert any("下一步" in name and str(summary.page) in line for name, line in summary.lines())


def test_all_accepted_ends_in_plain_completed(office: Site) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    assert run(year=2023).name == "Completed"


def test_the_same_inbox_again_changes_nothing_and_says_so(office: Site) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    first = summary_of(year=2023)
    before = shown_by(office.warehouse_url)
    state = run(year=2023)
    again = state.result()
    assert (state.name, again.is_new, again.publication) == ("NothingNew", False, first.publication)
    assert shown_by(office.warehouse_url) == before
    assert "没有新的内容" in again.lines()[0][1]
    forced = summary_of(year=2023, full=True)
    assert not forced.is_new


def test_a_report_that_cannot_be_written_does_not_unpublish(
    office: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    with monkeypatch.context() as patched:
        patched.setattr("flows.run.report", full_disk)
        summary = summary_of(year=2023)
    assert (summary.is_new, summary.page) == (True, None)
    assert any(name == "注意" and "已经发布" in line for name, line in summary.lines())
    engine = open_engine(office.warehouse_url)
    ended = last_run(engine)
    engine.dispose()
    assert ended is not None
    assert ended["state"] == "published"
    again = summary_of(year=2023)
    assert again.page.exists()


def test_a_corrected_version_replaces_the_returned_form(office: Site) -> None:
    file = put(office.inbox, TOUZHA, "附件2.txt", [ROADS, UNBALANCED])
    assert summary_of(year=2023).published.forms_returned == 1
    put(office.inbox, TOUZHA, file.name, [ROADS, Project("文化活动", "10")], LATE)
    summary = summary_of(year=2023)
    assert (summary.published.forms_returned, summary.publication) == (0, 2)
    assert summary.change.yuan == Decimal("100000.00")
    assert summary.change.towns == ("头闸镇",)
    [town] = [town for town in summary.published.towns if town.town_name == "头闸镇"]
    assert (town.state, town.version) == ("on_time", 2)


def test_without_a_year_all_years_of_the_inbox_are_taken(office: Site) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    (office.inbox / "2024" / "宝丰镇").mkdir(parents=True)
    assert summary_of().years == (2023, 2024)


def test_more_processes_give_the_same_rows(office: Site, tmp_path: Path) -> None:
    for town in (BAOFENG, TOUZHA, YAOFU):
        put(office.inbox, town, "附件2.txt", [ROADS, UNBALANCED])
    by_two = sent_back(summary_of(year=2023, workers=2).letters)
    other = f"sqlite:///{tmp_path / 'var' / 'other.db'}"
    by_one = sent_back(summary_of(year=2023, workers=1, warehouse=other).letters)
    assert shown_by(other) == shown_by(office.warehouse_url)
    assert by_two == by_one
    assert [Path(name).name for name in sorted(by_one) if "/" in name] == ["附件2（退回修改通知）.docx"] * 3


def sent_back(letters: Path) -> dict[str, bytes]:
    """What lies in the folder of the letters."""
    files = (path for path in letters.rglob("*") if path.is_file())
    return {str(path.relative_to(letters)): path.read_bytes() for path in files}


def test_a_failed_audit_publishes_nothing_and_names_the_rows(
    office: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    summary_of(year=2023)
    before = shown_by(office.warehouse_url)
    put(office.inbox, TOUZHA, "附件2.txt", [CLEANING])

    stage = tasks.load.stage

    def stage_and_spoil(engine: Any, *arguments: Any, **options: Any) -> Any:
        staged = stage(engine, *arguments, **options)
        with engine.begin() as connection:
            connection.execute(text("UPDATE fact_budget SET total_yuan = '-1.00' WHERE pub_from = 2"))
        return staged

    monkeypatch.setattr(tasks.stage_towns, "stage", stage_and_spoil)
    state = run(year=2023)
    assert state.is_failed()
    with pytest.raises(AuditFailedError, match="第 1 号发布仍然有效") as caught:
        state.result()
    assert any("total_yuan" in reason or "-1" in reason for reason in caught.value.reasons)
    assert shown_by(office.warehouse_url) == before
    monkeypatch.undo()


def test_an_audit_that_failed_is_no_obstacle_for_the_next_run(
    office: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    from flows import consolidate as module  # noqa: PLC0415

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, "audit", broken)
        assert run(year=2023).is_failed()
    engine = open_engine(office.warehouse_url)
    try:
        ended = last_run(engine)
        assert ended is not None
        assert ended["state"] == "failed"
        assert "No space left" in str(ended["reasons"])
    finally:
        engine.dispose()
    assert summary_of(year=2023).is_new


def test_a_second_run_says_so_and_leaves(office: Site) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    engine = open_engine(office.warehouse_url)
    upgrade(engine)
    try:
        lock = acquire(engine, "nightly")
        assert lock is not None
        with lock, pytest.raises(NotPublishedError, match="另一个汇总正在运行：nightly"):
            summary_of(year=2023)
    finally:
        engine.dispose()
    assert summary_of(year=2023).is_new


@pytest.mark.parametrize(
    ("prepare", "options", "says"),
    [
        (lambda _: None, {}, "没有任何乡镇的文件"),
        # What lies beside the years' folders is of no year.
        (
            lambda inbox: (inbox / "说明.txt").write_text("x"),
            {"year": 2023},
            "里没有 2023 年度任何乡镇的文件",
        ),
        (lambda inbox: inbox.rmdir(), {}, "不存在"),
    ],
)
def test_an_empty_or_absent_inbox_is_a_sentence(
    office: Site, prepare: Callable[[Path], object], options: dict[str, Any], says: str
) -> None:
    prepare(office.inbox)
    with pytest.raises(UserError, match=says):
        summary_of(**options)


def test_an_archive_that_cannot_be_written_is_a_sentence(
    office: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    blocker = office.root / "blocker"
    blocker.write_text("", encoding="utf-8")
    monkeypatch.setenv("HUIZONG_ARCHIVE", str(blocker / "archive"))
    with pytest.raises(NotPublishedError, match=r"归档位置 .* 写不进去.*请检查 HUIZONG_ARCHIVE"):
        summary_of(year=2023)


def test_one_bad_file_does_not_keep_the_rest_from_being_published(office: Site) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    broken = office.inbox / "2023" / TOUZHA / "附件2.docx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"PK\x03\x04 not a zip")
    put(office.inbox, "幸福镇", "附件2.txt", [ROADS])
    os.mkfifo(office.inbox / "2023" / BAOFENG / "管道.txt")
    summary = summary_of(year=2023)
    rules = {row["rule_id"] for row in summary.published.findings}
    assert summary.published.total_yuan == Decimal("100000.00")
    assert {"R01", "S01", "S03"} <= rules


def test_a_submitters_text_is_escaped_in_the_reports(office: Site) -> None:
    put(office.inbox, BAOFENG, "<img src=x>.txt", [Project("<script>alert(1)</script>", "10", funded="8")])
    summary = summary_of(year=2023)
    page = summary.page.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    letter = shown_in((summary.letters / "640221102-宝丰镇.docx").read_bytes())
    assert "《<script>alert(1)</script>》" in letter


def test_the_office_sees_verdicts_and_summary_in_prefect(office: Site) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS, UNBALANCED])
    state = run(year=2023)
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.filters import (  # noqa: PLC0415
        ArtifactFilter,
        ArtifactFilterFlowRunId,
    )

    with get_client(sync_client=True) as client:
        found = client.request(
            "POST",
            "/artifacts/filter",
            json={
                "artifacts": ArtifactFilter(
                    flow_run_id=ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id])
                ).model_dump(mode="json")
            },
        ).json()
        tasks_run = client.request(
            "POST",
            "/task_runs/filter",
            json={"flow_runs": {"id": {"any_": [str(state.state_details.flow_run_id)]}}},
        ).json()
    artifacts = {
        each["key"]: str(json.loads(each["data"]) if each["type"] == "table" else each["data"])
        for each in found
    }
    assert "宝丰镇" in artifacts["town-verdicts"]
    assert "第 1 号" in artifacts["consolidation-summary"]
    assert all(each["name"].isascii() for each in tasks_run)
    assert len(tasks_run) == 9


def test_letters_and_marked_files_are_written_again_where_only_a_page_stands(office: Site) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS, UNBALANCED])
    letters = summary_of(year=2023).letters
    before = {path.relative_to(letters) for path in letters.rglob("*")}
    assert any(path.suffix == ".docx" for path in before)
    shutil.rmtree(letters)

    summary_of(year=2023)

    assert {path.relative_to(letters) for path in letters.rglob("*")} == before
