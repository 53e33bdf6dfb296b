"""The inbox: what changed, what is ignored by name, what is reported, and that a name is only a name."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from schemas.county import County
from tasks.archive import Archive
from tasks.faults import NotPublishedError, UserError
from tasks.inbox import Inbox
from tasks.receive import receive, years_in
from tasks.reception import Reception
from warehouse.ledger import KnownFile

ON_TIME = datetime(2023, 3, 31, 15, 59, 59, tzinfo=UTC).timestamp()  # 23:59:59 in Shanghai
LATE = datetime(2023, 3, 31, 16, 0, 0, tzinfo=UTC).timestamp()  # midnight in Shanghai


@pytest.fixture
def county() -> County:
    towns = [
        {"code": "640221102", "name": "宝丰镇", "aliases": ["宝丰"]},
        {"code": "640221103", "name": "头闸镇"},
    ]
    return County.model_validate(
        {"code": "640221", "name": "平罗县", "due": {2023: "2023-03-31"}, "towns": towns}
    )


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    root = tmp_path / "inbox"
    root.mkdir()
    return root


def put(inbox: Path, path: str, content: str = "内容", at: float = ON_TIME) -> Path:
    file = inbox / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    os.utime(file, (at, at))
    return file


def look(
    inbox: Path,
    county: County,
    known: dict[tuple[int, str, str], KnownFile] | None = None,
    *,
    full: bool = False,
) -> Reception:
    return receive(str(inbox), 2023, county, known or {}, str(inbox.parent / "archive"), full=full)


def ledger_of(reception: Reception) -> dict[tuple[int, str, str], KnownFile]:
    return {
        (2023, file.town_code, file.file_name): KnownFile(
            file.sha256, file.size_bytes, file.received_at, 1, file.first_received_at, is_missed=file.is_gone
        )
        for town in reception.towns
        for file in town.files
    } | {
        each.file: KnownFile(
            each.sha256, each.size_bytes, each.received_at, 1, is_current=False, is_in_force=False
        )
        for each in reception.packed
    }


def rules(reception: Reception) -> list[tuple[str, str]]:
    return [(notice.rule_id, notice.group) for notice in reception.notices]


def test_a_new_file_is_hashed_and_archived_under_its_hash(inbox: Path, county: County) -> None:
    put(inbox, "2023/640221102-宝丰镇/附件2.DOCX", "一")
    [town] = look(inbox, county).towns
    [file] = town.files
    sha256 = hashlib.sha256("一".encode()).hexdigest()
    assert (town.code, file.file_name, file.sha256, file.is_new) == ("640221102", "附件2.DOCX", sha256, True)
    assert file.archive_path == f"{sha256[:2]}/{sha256}.docx"
    archive = Archive(str(inbox.parent / "archive"))
    assert archive.bring(file.archive_path, sha256) == "一".encode()
    assert file.key == "2023/640221102/附件2.DOCX"


def test_nothing_is_judged_twice_and_an_unchanged_file_is_not_opened(
    inbox: Path, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "2023/宝丰镇/附件.txt")
    first = look(inbox, county)

    def never(*_: object) -> bytes:
        pytest.fail("an unchanged file was opened")

    monkeypatch.setattr(Inbox, "read", never)
    again = look(inbox, county, ledger_of(first))
    assert again.towns == ()
    assert (again.files_seen, again.files_new) == (1, 0)


def test_the_same_bytes_with_another_time_are_no_new_version_and_keep_their_time(
    inbox: Path, county: County
) -> None:
    file = put(inbox, "2023/宝丰镇/附件.txt", at=ON_TIME)
    known = ledger_of(look(inbox, county))
    os.utime(file, (LATE, LATE))
    assert look(inbox, county, known).towns == ()
    [town] = look(inbox, county, known, full=True).towns
    assert (town.files[0].received_at.timestamp(), town.files[0].is_late) == (ON_TIME, False)


def test_a_changed_town_brings_its_unchanged_files_along(inbox: Path, county: County) -> None:
    put(inbox, "2023/宝丰镇/甲.txt", "甲")
    changed = put(inbox, "2023/宝丰镇/乙.txt", "乙")
    put(inbox, "2023/头闸镇/丙.txt", "丙")
    known = ledger_of(look(inbox, county))
    changed.write_text("乙二", encoding="utf-8")
    [town] = look(inbox, county, known).towns
    assert [(file.file_name, file.is_new) for file in town.files] == [("乙.txt", True), ("甲.txt", False)]


def test_a_correction_keeps_the_place_of_its_file_before_one_that_came_later(
    inbox: Path, county: County
) -> None:
    put(inbox, "2023/宝丰镇/乙.txt", "乙", at=ON_TIME)
    put(inbox, "2023/宝丰镇/甲.txt", "甲", at=ON_TIME + 60)
    known = ledger_of(look(inbox, county))
    put(inbox, "2023/宝丰镇/乙.txt", "乙二", at=LATE)
    [town] = look(inbox, county, known).towns
    assert [file.file_name for file in town.files] == ["乙.txt", "甲.txt"]


def test_a_file_gone_from_the_folder_stays_handed_in(inbox: Path, county: County) -> None:
    old = put(inbox, "2023/宝丰镇/旧名.txt", "甲")
    known = ledger_of(look(inbox, county))
    old.unlink()
    put(inbox, "2023/头闸镇/丙.txt", "丙")
    assert look(inbox, county, known).missing == ()
    put(inbox, "2023/宝丰镇/新名.txt", "甲二")
    (inbox / "2023/头闸镇/丙.txt").unlink()
    [town] = look(inbox, county, known).towns
    assert [(file.file_name, file.is_new) for file in town.files] == [("新名.txt", True), ("旧名.txt", False)]


def test_an_unchanged_file_lost_from_the_archive_is_archived_again(inbox: Path, county: County) -> None:
    put(inbox, "2023/宝丰镇/甲.txt", "甲")
    first = look(inbox, county)
    [file] = first.towns[0].files
    kept = inbox.parent / "archive" / file.archive_path
    kept.unlink()
    assert look(inbox, county, ledger_of(first)).towns == ()
    assert kept.read_text(encoding="utf-8") == "甲"


@pytest.mark.parametrize(("at", "is_late"), [(ON_TIME, False), (LATE, True)])
def test_the_due_day_ends_at_midnight_of_the_county(
    inbox: Path, county: County, at: float, is_late: bool
) -> None:
    put(inbox, "2023/宝丰镇/附件.txt", at=at)
    [file] = look(inbox, county).towns[0].files
    assert (file.is_late, file.due_date) == (is_late, "2023-03-31")


def test_a_corrected_version_after_the_due_date_is_not_late(inbox: Path, county: County) -> None:
    file = put(inbox, "2023/宝丰镇/附件.txt", at=ON_TIME)
    known = ledger_of(look(inbox, county))
    file.write_text("改正", encoding="utf-8")
    [corrected] = look(inbox, county, known).towns[0].files
    assert (corrected.is_new, corrected.is_late) == (True, False)


def test_what_was_late_stays_late_when_judged_again(inbox: Path, county: County) -> None:
    put(inbox, "2023/宝丰镇/附件.txt", at=LATE)
    known = ledger_of(look(inbox, county))
    [town] = look(inbox, county, known, full=True).towns
    assert town.files[0].is_late


def test_files_that_programs_leave_behind_are_ignored_by_name(inbox: Path, county: County) -> None:
    for name in ("~$附件.docx", ".DS_Store", "Thumbs.db", ".~lock.附件.docx#", "desktop.ini"):
        put(inbox, f"2023/宝丰镇/{name}")
    reception = look(inbox, county)
    assert reception.files_seen == 0
    assert rules(reception) == [("S03", "2023/640221102"), ("S03", "2023/640221103")]


@pytest.mark.parametrize("folder", ["宝峰镇", "头闸", "宝丰镇。"])
def test_a_folder_a_letter_away_from_a_town_asks_whether_it_is_meant(
    inbox: Path, county: County, folder: str
) -> None:
    put(inbox, f"2023/{folder}/附件.txt")
    (notice,) = [each for each in look(inbox, county).notices if each.rule_id == "S01"]
    assert notice.expected == ("“头闸镇”？" if folder == "头闸" else "“宝丰镇”？")


def test_unknown_towns_strays_and_missing_towns_are_reported_once(inbox: Path, county: County) -> None:
    put(inbox, "2023/宝丰镇/附件.txt")
    put(inbox, "2023/宝丰镇/子目录/附件.txt")
    put(inbox, "2023/幸福镇/一.txt")
    put(inbox, "2023/幸福镇/二.txt")
    put(inbox, "2023/散落.txt")
    put(inbox, "散落.txt")
    put(inbox, "2022/宝丰镇/附件.txt")
    (inbox / "2023" / "空文件夹").mkdir()
    reception = look(inbox, county)
    assert sorted(rules(reception)) == [
        ("S01", "2023/幸福镇"),
        ("S03", "2023/640221103"),
        ("S04", "2023/640221102"),
        ("S04", "2023/收文文件夹"),
        ("S04", "2023/收文文件夹"),
    ]
    assert [each.expected for each in reception.notices if each.rule_id == "S01"] == [
        "9 位区划代码开头，或乡镇名称"
    ]
    assert reception.missing == ("640221103",)
    assert years_in(str(inbox)) == (2022, 2023)


def test_a_file_over_the_budget_is_reported_without_being_read(
    inbox: Path, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(inbox, "2023/宝丰镇/大.docx")
    with file.open("wb") as stream:
        stream.truncate(21 * 2**20)

    def never(*_: object) -> bytes:
        pytest.fail("a file over the budget was opened")

    monkeypatch.setattr(Inbox, "read", never)
    reception = look(inbox, county)
    assert rules(reception)[0] == ("R08", "2023/640221102")
    assert dict(reception.notices[0].details)["file"] == "大.docx"
    assert reception.missing == ("640221103",)  # it did send something


def test_a_link_is_not_followed(inbox: Path, county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = inbox.parent / "secret.txt"
    secret.write_text("秘密", encoding="utf-8")
    (inbox / "2023" / "宝丰镇").mkdir(parents=True)
    (inbox / "2023" / "宝丰镇" / "附件.txt").symlink_to(secret)
    (inbox / "2023" / "头闸镇").symlink_to(inbox.parent)
    reception = look(inbox, county)
    assert reception.files_seen == 0
    assert ("R01", "2023/640221102") in rules(reception)
    assert ("S04", "2023/收文文件夹") in rules(reception)

    # What says that it is a link, and nothing else, keeps one to a file from being read.
    told = LocalFileSystem.info
    for is_link, files in ((True, 0), (False, 1)):

        def info(
            self: LocalFileSystem, path: str, is_link: bool = is_link, **options: object
        ) -> dict[str, object]:
            found: dict[str, object] = told(self, path, **options)
            return {**found, "islink": is_link, "type": "file"} if found["islink"] else found

        monkeypatch.setattr(LocalFileSystem, "info", info)
        assert look(inbox, county).files_seen == files


def test_a_file_that_may_not_be_read_is_a_finding_and_the_rest_goes_on(
    inbox: Path, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "2023/宝丰镇/锁.txt")
    put(inbox, "2023/宝丰镇/好.txt")
    read = Inbox.read

    def read_unless_locked(self: Inbox, entry: object) -> bytes:
        if entry.name == "锁.txt":  # type: ignore[attr-defined]
            raise PermissionError(13, "Permission denied")
        return read(self, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(Inbox, "read", read_unless_locked)
    reception = look(inbox, county)
    assert [file.file_name for file in reception.towns[0].files] == ["好.txt"]
    assert ("R01", "2023/640221102") in rules(reception)


@pytest.mark.parametrize(
    "name", ["😀.txt", "a'b\"c;--.txt", "\u202etxt.exe", "一\n二.txt", "%s{0}$x.txt", " .txt"]
)
def test_a_name_is_only_a_name(inbox: Path, county: County, name: str) -> None:
    put(inbox, f"2023/宝丰镇/{name}")
    [file] = look(inbox, county).towns[0].files
    assert file.file_name == name


def test_no_name_forges_a_line_of_the_log(
    inbox: Path, county: County, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put(inbox, "2023/宝丰镇/一\n2023-04-01 ERROR 二.txt")

    def locked(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Inbox, "read", locked)
    look(inbox, county)
    [record] = caplog.records
    assert "ERROR 二.txt" in record.__dict__["inbox_path"]
    assert "\n" not in record.getMessage() + record.__dict__["inbox_path"]


def test_a_name_in_gbk_bytes_is_decoded(inbox: Path, county: County) -> None:
    (inbox / "2023" / "宝丰镇").mkdir(parents=True)
    raw = os.fsencode(inbox / "2023" / "宝丰镇") + b"/" + "附件.txt".encode("gbk")
    with open(raw, "wb") as stream:  # noqa: PTH123 - pathlib takes no bytes
        stream.write(b"x")
    [file] = look(inbox, county).towns[0].files
    assert file.file_name == "附件.txt"


def test_two_folders_of_one_town_may_not_hide_each_other(inbox: Path, county: County) -> None:
    put(inbox, "2023/640221102-宝丰镇/附件.txt", "一")
    put(inbox, "2023/宝丰/附件.txt", "二")
    reception = look(inbox, county)
    assert len(reception.towns[0].files) == 1
    assert ("S04", "2023/640221102") in rules(reception)


def test_any_fsspec_url_serves_as_inbox_and_archive(county: County) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/收文/2023/宝丰镇/附件.txt", "内容".encode())
    reception = receive("memory://收文", 2023, county, {}, "memory://档案")
    [file] = reception.towns[0].files
    assert Archive("memory://档案").bring(file.archive_path, file.sha256) == "内容".encode()


def test_an_inbox_that_does_not_exist_is_a_sentence(tmp_path: Path, county: County) -> None:
    with pytest.raises(UserError, match="不存在；请用 --inbox") as caught:
        receive(str(tmp_path / "nowhere"), 2023, county, {}, str(tmp_path / "archive"))
    assert caught.value.exit_code == 2
    with pytest.raises(UserError, match="打不开"):
        receive("nosuchprotocol://x", 2023, county, {}, str(tmp_path / "archive"))


def test_an_archive_that_cannot_be_written_is_a_sentence(inbox: Path, county: County, tmp_path: Path) -> None:
    put(inbox, "2023/宝丰镇/附件.txt")
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(NotPublishedError, match="HUIZONG_ARCHIVE"):
        receive(str(inbox), 2023, county, {}, str(tmp_path / "file" / "archive"))


def test_bytes_that_changed_in_the_archive_are_refused(inbox: Path, county: County) -> None:
    put(inbox, "2023/宝丰镇/附件.txt")
    [file] = look(inbox, county).towns[0].files
    archive = inbox.parent / "archive"
    (archive / file.archive_path).write_text("别的", encoding="utf-8")
    with pytest.raises(NotPublishedError, match="内容与入档时不同"):
        Archive(str(archive)).bring(file.archive_path, file.sha256)
