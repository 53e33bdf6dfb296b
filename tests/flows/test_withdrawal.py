"""Files that go, come back, change their name or are withdrawn: nothing is lost in silence, nothing counts twice."""

import os
import shutil
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from flows.summary import Summary
from tasks.faults import NotPublishedError
from tests.flows.annex import BAOFENG, LATE, ON_TIME, TOUZHA, Project, annex, put
from tests.flows.conftest import Site, shown_by
from tests.flows.test_consolidate import run, summary_of
from warehouse.engine import open_engine
from warehouse.ledger import last_run

pytestmark = pytest.mark.prefect

ROADS, CLEANING, LAMPS = Project("农村道路养护"), Project("环境卫生整治", "6.5"), Project("路灯电费", "3")


@pytest.fixture
def town(office: Site) -> Path:
    """The folder of a town that has sent one file, and another town that has sent one; both published."""
    put(office.inbox, TOUZHA, "附件2.txt", [LAMPS])
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS, CLEANING])
    summary_of(year=2023)
    return office.inbox / "2023" / BAOFENG


def in_force(office: Site, town_name: str = "宝丰镇") -> list[tuple[str, str]]:
    """(file, project) of the town's forms in force."""
    rows = shown_by(office.warehouse_url)["v_budget"]
    return [(row["file_name"], row["project_name"]) for row in rows if row["town_name"] == town_name]


def findings(office: Site, *rules: str) -> list[tuple[str, str]]:
    """(rule, value) of the findings of these rules; of letters S and X without."""
    return [
        (row["rule_id"], row["value"])
        for row in shown_by(office.warehouse_url)["v_finding"]
        if row["town_name"] == "宝丰镇" and (row["rule_id"] in rules if rules else row["rule_id"][0] in "SX")
    ]


def line(summary: Summary, name: str) -> str:
    return next((text for each, text in summary.lines() if each == name), "")


def settled(office: Site, *, full: bool = False) -> None:
    """The same inbox again changes nothing; with ``full``, all of it judged anew."""
    before = shown_by(office.warehouse_url)
    assert run(year=2023, full=full).name == "NothingNew"
    assert shown_by(office.warehouse_url) == before


def pack(path: Path, files: dict[str, Sequence[Project]]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, projects in files.items():
            archive.writestr(name, annex(projects))
    os.utime(path, (ON_TIME.timestamp(), ON_TIME.timestamp()))
    return path


def test_a_file_that_is_gone_stays_in_force_and_is_told(office: Site, town: Path) -> None:
    kept = in_force(office)
    (town / "附件2.txt").rename(office.root / "附件2.txt")
    gone = summary_of(year=2023)
    assert in_force(office) == kept
    assert findings(office) == [("S08", "附件2.txt")]
    (told,) = [row for row in gone.published.findings if row["rule_id"] == "S08"]
    assert told["message"] == "《附件2.txt》已不在收件箱中，仍按上次报送的内容汇总。"
    assert "“附件2.txt.撤回”" in told["action"]
    assert line(gone, "已移走") == "宝丰镇《附件2.txt》"
    settled(office)
    again = summary_of(year=2023)
    assert "收文文件夹里的 1 个文件都已汇总过，1 个已不在收文文件夹里的文件仍按上次" in line(again, "汇总")

    shutil.copy2(office.root / "附件2.txt", town)
    summary_of(year=2023)
    assert findings(office) == []
    assert in_force(office) == kept
    settled(office)


@pytest.mark.parametrize("marker", ["附件2.txt.撤回", "附件2.txt.withdrawn", "附件2.txt.撤回.txt"])
def test_a_marker_withdraws_a_file_that_is_there_or_gone(office: Site, town: Path, marker: str) -> None:
    (town / marker).touch()
    withdrawn = summary_of(year=2023)
    assert in_force(office) == []
    assert findings(office) == [("S09", "附件2.txt"), ("S03", "宝丰镇")]
    assert line(withdrawn, "已撤回") == "宝丰镇《附件2.txt》"
    assert withdrawn.change.yuan == Decimal("-165000.00")
    assert withdrawn.published.of_years((2023,)).towns
    settled(office, full=True)
    (town / "附件2.txt").rename(office.root / "附件2.txt")
    settled(office)

    (office.root / "附件2.txt").rename(town / "附件2.txt")
    (town / marker).unlink()
    back = summary_of(year=2023)
    assert in_force(office) == [("附件2.txt", "农村道路养护"), ("附件2.txt", "环境卫生整治")]
    (state,) = [each for each in back.published.towns if each.town_name == "宝丰镇"]
    assert (state.state, state.version) == ("on_time", 1)
    assert findings(office) == []
    settled(office)


def test_a_marker_of_no_file_withdraws_nothing_and_is_told(office: Site, town: Path) -> None:
    (town / "附件3.txt.撤回").touch()
    summary_of(year=2023)
    assert len(in_force(office)) == 2
    assert findings(office) == [("S10", "附件3.txt.撤回")]


def test_a_file_under_a_new_name_is_the_same_file(office: Site, town: Path) -> None:
    """Also after the due date: the new name came when the old one did."""
    (town / "附件2.txt").unlink()
    put(office.inbox, BAOFENG, "附件2（盖章）.txt", [ROADS, CLEANING], LATE)
    renamed = summary_of(year=2023)
    assert in_force(office) == [("附件2（盖章）.txt", "农村道路养护"), ("附件2（盖章）.txt", "环境卫生整治")]
    assert findings(office) == []
    assert line(renamed, "改名") == "宝丰镇《附件2.txt》改为《附件2（盖章）.txt》"
    assert renamed.change.yuan == 0
    (state,) = [each for each in renamed.published.towns if each.town_name == "宝丰镇"]
    assert (state.state, state.files) == ("on_time", 1)
    settled(office, full=True)


def test_the_only_file_of_a_county_may_be_withdrawn(office: Site) -> None:
    path = put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    summary_of(year=2023)
    path.with_name("附件2.txt.撤回").touch()

    assert summary_of(year=2023).is_new
    assert in_force(office) == []
    assert findings(office, "S09") == [("S09", "附件2.txt")]


def test_a_correction_under_a_new_name_takes_the_place_of_the_file_that_is_gone(
    office: Site, town: Path
) -> None:
    (town / "附件2.txt").unlink()
    put(office.inbox, BAOFENG, "改正.txt", [ROADS, Project("环境卫生整治", "7")], LATE)
    corrected = summary_of(year=2023)
    assert in_force(office) == [("改正.txt", "农村道路养护"), ("改正.txt", "环境卫生整治")]
    assert findings(office, "S06", "S08", "X02") == []
    assert corrected.change.yuan == Decimal("5000.00")
    settled(office)


def test_what_a_gone_file_alone_says_stays_and_the_new_file_is_not_returned(office: Site, town: Path) -> None:
    (town / "附件2.txt").unlink()
    put(office.inbox, BAOFENG, "改正.txt", [Project("环境卫生整治", "7")], LATE)
    summary_of(year=2023)
    assert in_force(office) == [("改正.txt", "环境卫生整治"), ("附件2.txt", "农村道路养护")]
    rows = [row for row in shown_by(office.warehouse_url)["v_finding"] if row["rule_id"] == "X02"]
    assert [(row["file_name"], "《改正.txt》" in row["message"]) for row in rows] == [("附件2.txt", True)]
    settled(office)


def test_the_other_of_two_that_repeated_each_other_counts_when_the_first_is_taken_away(
    office: Site, town: Path
) -> None:
    put(office.inbox, BAOFENG, "补报.txt", [ROADS, Project("环境卫生整治", "7")], LATE)
    assert summary_of(year=2023).published.forms_returned == 2
    (town / "附件2.txt").unlink()
    assert summary_of(year=2023).published.forms_returned == 0
    assert in_force(office) == [("补报.txt", "农村道路养护"), ("补报.txt", "环境卫生整治")]
    settled(office, full=True)


def test_a_returned_file_that_is_gone_is_no_longer_listed(office: Site, town: Path) -> None:
    bad = town / "坏.docx"
    bad.write_bytes(b"PK\x03\x04 no zip")
    summary_of(year=2023)
    assert findings(office, "R01") != []
    bad.unlink()
    dropped = summary_of(year=2023)
    assert findings(office, "R01", "S08") == []
    assert line(dropped, "不再列") == "宝丰镇《坏.docx》"
    settled(office)


@pytest.mark.usefixtures("town")
def test_a_folder_that_is_emptied_publishes_nothing_and_says_so(office: Site) -> None:
    before = shown_by(office.warehouse_url)
    for path in sorted((office.inbox / "2023").rglob("*.txt")):
        path.unlink()
    for is_removed in (False, True):
        if is_removed:
            shutil.rmtree(office.inbox / "2023")
        for year in (2023, None):
            state = run(year=year)
            assert state.is_failed()
            with pytest.raises(NotPublishedError, match="没有2023年度的任何文件，而已经汇总过 2 个") as told:
                state.result()
            assert "第 1 号发布仍然有效" in str(told.value)
    assert shown_by(office.warehouse_url) == before
    engine = open_engine(office.warehouse_url)
    ended = last_run(engine)
    engine.dispose()
    assert ended is not None
    assert ended["state"] == "failed"

    put(office.inbox, BAOFENG, "附件2.txt", [ROADS, CLEANING])
    other = office.inbox / "2024"
    (office.inbox / "2023").rename(office.root / "2023")
    (other / BAOFENG).mkdir(parents=True)
    (other / BAOFENG / "附件2.txt").write_text(annex([ROADS]).replace("2023", "2024"), encoding="utf-8")
    mixed = summary_of()
    assert (mixed.is_new, mixed.years) == (True, (2024,))
    assert "没有2023年度的任何文件" in line(mixed, "注意")
    shown = shown_by(office.warehouse_url)
    assert [row for row in shown["v_budget"] if row["fiscal_year"] == 2023] == before["v_budget"]


def test_what_could_not_be_taken_in_is_counted(office: Site, town: Path) -> None:
    (town / "放错").mkdir()
    (town / "放错" / "附件.txt").write_text("x", encoding="utf-8")
    (office.inbox / "散落.txt").write_text("x", encoding="utf-8")
    summary_of(year=2023)
    again = summary_of(year=2023)
    assert "2 个文件都已汇总过，另有 2 处放错了位置或不能读取，没有汇总，没有新版本" in line(again, "汇总")


def test_a_zip_from_the_inbox_to_the_views_and_back(office: Site, town: Path) -> None:
    (town / "附件2.txt").unlink()
    zipped = pack(
        town / "报送.zip", {"宝丰/附件2.txt": [ROADS, CLEANING], "补充.txt": [Project("文化活动", "4")]}
    )
    first = summary_of(year=2023)
    member, added = "报送.zip/宝丰/附件2.txt", "报送.zip/补充.txt"
    assert in_force(office) == [
        (member, "农村道路养护"),
        (member, "环境卫生整治"),
        (added, "文化活动"),
    ]
    assert line(first, "改名") == f"宝丰镇《附件2.txt》改为《{member}》"
    (state,) = [each for each in first.published.towns if each.town_name == "宝丰镇"]
    assert (state.files, state.forms_in, state.verdict) == (2, 3, "通过")
    settled(office)

    pack(zipped, {"宝丰/附件2.txt": [ROADS, Project("环境卫生整治", "7")]})
    summary_of(year=2023)
    assert in_force(office) == [
        (member, "农村道路养护"),
        (member, "环境卫生整治"),
        (added, "文化活动"),
    ]
    assert findings(office) == [("S08", added)]
    versions = {
        row["file_name"]: row["submission_version"] for row in shown_by(office.warehouse_url)["v_budget"]
    }
    assert (versions[member], versions[added]) == (2, 1)
    settled(office, full=True)

    (town / "补充.txt.撤回").touch()
    summary_of(year=2023)
    assert in_force(office) == [(member, "农村道路养护"), (member, "环境卫生整治")]
    assert findings(office) == [("S09", added)]
    settled(office)

    zipped.unlink()
    summary_of(year=2023)
    assert findings(office) == [("S09", added), ("S08", "报送.zip")]
    settled(office)
    (town / "报送.zip.撤回").touch()
    summary_of(year=2023)
    assert in_force(office) == []
    settled(office, full=True)


def test_a_zip_that_was_damaged_and_is_mended(office: Site, town: Path) -> None:
    zipped = pack(town / "报送.zip", {"补充.txt": [Project("文化活动", "4")]})
    whole = zipped.read_bytes()
    zipped.write_bytes(whole[:-30])
    summary_of(year=2023)
    assert [value for rule, value in findings(office, "R01")] == ["文件不完整或已损坏"]
    settled(office)
    zipped.write_bytes(whole)
    summary_of(year=2023)
    assert findings(office, "R01", "S08") == []
    assert ("报送.zip/补充.txt", "文化活动") in in_force(office)
    settled(office)
