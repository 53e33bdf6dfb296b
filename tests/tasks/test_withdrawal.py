"""Files that are there no more: what the look into the inbox keeps, closes and tells, and what a marker means."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.county import County
from tasks.inbox import Entry, Inbox
from tasks.reception import Reception
from tasks.withdrawal import covers, marked_name, withdrawn_file
from tests.tasks.test_receive import LATE, ON_TIME, county, inbox, ledger_of, look, put, rules
from tests.tasks.test_receive_zip import DOCX, TEXT, packed
from tests.tasks.test_receive_zip import put as put_bytes

__all__ = ["county", "inbox"]


def closed(reception: Reception) -> list[tuple[str, str]]:
    return [(each.file_name, each.cause) for each in reception.closed]


def told(reception: Reception, rule_id: str) -> list[str]:
    return [each.value for each in reception.notices if each.rule_id == rule_id]


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("附件2.docx.撤回", "附件2.docx"),
        ("附件2.docx.Withdrawn", "附件2.docx"),
        ("附件2.docx.撤回.txt", "附件2.docx"),
        ("附件2.撤回.docx", None),
        ("撤回.txt", None),
        (".撤回", None),
        ("附件2.docx", None),
    ],
)
def test_a_marker_is_told_by_its_name(name: str, marked: str | None) -> None:
    assert marked_name(name) == marked


@pytest.mark.parametrize(
    ("marked", "meant"),
    [
        ("甲.docx", "甲.docx"),
        ("包.zip", "包.zip"),
        ("乙.docx", "包.zip/宝丰/乙.docx"),
        ("丙.docx", None),
        ("宝丰", None),
        ("丁.docx", None),
    ],
)
def test_what_a_marker_withdraws(marked: str, meant: str | None) -> None:
    names = {"甲.docx", "包.zip/甲.docx", "包.zip/宝丰/乙.docx", "包.zip/丙.docx", "二.zip/丙.docx"}
    assert withdrawn_file(marked, names) == meant


def test_a_withdrawn_zip_covers_its_members_and_no_other_name() -> None:
    assert covers("包.zip", "包.zip/甲.docx")
    assert not covers("包.zip", "包.zip.docx")


def test_a_marker_in_one_folder_of_a_town_counts_in_the_other(inbox: Path, county: County) -> None:
    put(inbox, "2023/640221102-宝丰镇/附件.txt", "一")
    put(inbox, "2023/宝丰/附件.txt.撤回", "")
    reception = look(inbox, county)
    assert (reception.files_seen, told(reception, "S09"), told(reception, "S03")) == (
        0,
        ["附件.txt"],
        ["宝丰镇", "头闸镇"],
    )


def test_a_marker_of_several_members_withdraws_none(inbox: Path, county: County) -> None:
    put_bytes(inbox, "报送.zip", packed({"甲/附件.txt": TEXT, "乙/附件.txt": TEXT + b"\n"}), LATE)
    put(inbox, "2023/640221102-宝丰镇/附件.txt.撤回", "")
    reception = look(inbox, county)
    assert (reception.files_seen, told(reception, "S10")) == (2, ["附件.txt.撤回"])


def test_a_town_whose_only_member_is_withdrawn_has_sent_nothing(inbox: Path, county: County) -> None:
    put_bytes(inbox, "报送.zip", packed({"附件.docx": DOCX}), LATE)
    put(inbox, "2023/640221102-宝丰镇/附件.docx.撤回", "")
    reception = look(inbox, county)
    assert told(reception, "S09") == ["报送.zip/附件.docx"]
    assert reception.missing == ("640221102", "640221103")


def test_a_file_that_cannot_be_read_just_now_is_not_gone(
    inbox: Path, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "2023/640221102-宝丰镇/附件.txt", "一")
    put_bytes(inbox, "报送.zip", packed({"甲.docx": DOCX}), LATE)
    known = ledger_of(look(inbox, county))
    put(inbox, "2023/640221102-宝丰镇/附件.txt", "二二")
    put_bytes(inbox, "报送.zip", packed({"甲.docx": DOCX, "乙.txt": TEXT}), LATE + 1)

    def locked(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Inbox, "read", locked)
    reception = look(inbox, county, known)
    assert rules(reception)[:2] == [("R01", "2023/640221102")] * 2
    assert (told(reception, "S08"), closed(reception), reception.files_gone) == ([], [], 0)


def test_a_folder_that_cannot_be_listed_has_lost_nothing(
    inbox: Path, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "2023/宝丰镇/附件.txt", "一")
    known = ledger_of(look(inbox, county))
    entries = Inbox.entries

    def unless_town(self: Inbox, path: str) -> tuple[Entry, ...]:
        if path.endswith("宝丰镇"):
            raise PermissionError(13, "Permission denied")
        return entries(self, path)

    monkeypatch.setattr(Inbox, "entries", unless_town)
    reception = look(inbox, county, known)
    assert (told(reception, "S08"), closed(reception), reception.is_vanished) == ([], [], False)
    assert told(reception, "R01") == ["没有权限打开这个文件夹"]


def test_a_name_changed_after_the_due_date_is_not_late_and_keeps_its_place(
    inbox: Path, county: County
) -> None:
    put(inbox, "2023/宝丰镇/旧.txt", "一", at=ON_TIME - 60)
    put(inbox, "2023/宝丰镇/别的.txt", "二", at=ON_TIME)
    known = ledger_of(look(inbox, county))
    (inbox / "2023/宝丰镇/旧.txt").unlink()
    put(inbox, "2023/宝丰镇/新.txt", "一", at=LATE)
    reception = look(inbox, county, known)
    assert closed(reception) == [("旧.txt", "renamed")]
    first, _ = reception.towns[0].files
    assert (first.file_name, first.is_late, first.is_new) == ("新.txt", False, True)
    assert first.received_at == datetime.fromtimestamp(ON_TIME - 60, UTC)


def test_loose_files_packed_into_a_zip_are_the_same_files(inbox: Path, county: County) -> None:
    put_bytes(inbox, "甲.docx", DOCX, ON_TIME)
    known = ledger_of(look(inbox, county))
    (inbox / "2023/640221102-宝丰镇/甲.docx").unlink()
    put_bytes(inbox, "报送.zip", packed({"甲.docx": DOCX}), LATE)
    reception = look(inbox, county, known)
    assert closed(reception) == [("甲.docx", "renamed")]
    assert [(each.file_name, each.is_late) for each in reception.towns[0].files] == [
        ("报送.zip/甲.docx", False)
    ]


def test_a_file_elsewhere_in_the_inbox_does_not_hide_that_the_year_is_empty(
    inbox: Path, county: County
) -> None:
    file = put(inbox, "2023/宝丰镇/附件.txt", "一")
    known = ledger_of(look(inbox, county))
    file.unlink()
    put(inbox, "散落.txt", "x")
    assert look(inbox, county, known).is_vanished
    put(inbox, "2023/头闸镇/附件.txt", "二")
    assert not look(inbox, county, known).is_vanished
