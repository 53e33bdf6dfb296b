"""Zips of submissions: members are submissions of the town, by name and by content, in the inbox and offline."""

import io
import json
import os
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from schemas.county import County
from schemas.form import UnreadableError
from tasks.answer import answers
from tasks.inbox import Inbox
from tasks.offline import check
from tasks.read.archive import is_archive, members_of
from tests.benchmarks.annex import annex, to_text
from tests.support.annex import to_docx
from tests.tasks.test_receive import LATE, county, inbox, ledger_of, look, rules

__all__ = ["county", "inbox"]

DOCX = to_docx(annex(forms=1))
TEXT = to_text(annex(forms=2))
FOLDER = Path("2023/640221102-宝丰镇")


def packed(members: dict[str, bytes], *, encoding: str | None = None) -> bytes:
    """A zip. With an encoding its names are bytes of that, without the flag for UTF-8, as many packers write them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr("x" * len(name.encode(encoding)) if encoding else name, content)
    content = target.getvalue()
    for name in members if encoding else ():
        content = content.replace(b"x" * len(name.encode(encoding or "")), name.encode(encoding or ""))
    return content


def sha256_of(inbox: Path, name: str) -> str:
    return sha256((inbox / FOLDER / name).read_bytes()).hexdigest()


def kept(inbox: Path, archive_path: str) -> bytes:
    return (inbox.parent / "archive" / archive_path).read_bytes()


def put(inbox: Path, name: str, content: bytes, at: float) -> None:
    path = inbox / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))


def names(inbox: Path, county: County, **more: object) -> list[tuple[str, bool]]:
    (town,) = look(inbox, county, **more).towns  # type: ignore[arg-type]
    return [(each.file_name, each.is_new) for each in town.files]


def test_members_are_submissions_of_the_town(inbox: Path, county: County) -> None:
    put(inbox, "报送.zip", packed({"宝丰/附件2.docx": DOCX, "补充.txt": TEXT, "宝丰/Thumbs.db": b"x"}), LATE)

    assert names(inbox, county) == [("报送.zip/宝丰/附件2.docx", True), ("报送.zip/补充.txt", True)]


def test_an_unchanged_zip_is_not_opened_and_of_a_changed_one_only_what_changed_is_new(
    inbox: Path, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "报送.zip", packed({"甲.docx": DOCX, "乙.txt": TEXT}), LATE)
    first = look(inbox, county)
    known = ledger_of(first)
    (zipped,) = first.packed
    assert (zipped.file_name, zipped.sha256) == ("报送.zip", sha256_of(inbox, "报送.zip"))
    assert kept(inbox, zipped.archive_path) == (inbox / FOLDER / "报送.zip").read_bytes()

    def never(*_: object) -> bytes:
        pytest.fail("an unchanged zip was opened")

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "read", never)
        again = look(inbox, county, known=known)
    assert (again.towns, again.packed, again.files_seen, again.files_new) == ((), (), 2, 0)

    put(inbox, "报送.zip", packed({"甲.docx": DOCX, "乙.txt": TEXT + b"\n"}), LATE + 60)
    reception = look(inbox, county, known=known)
    (town,) = reception.towns
    assert {each.file_name: each.is_new for each in town.files} == {
        "报送.zip/甲.docx": False,
        "报送.zip/乙.txt": True,
    }
    assert [each.sha256 for each in reception.packed] == [sha256_of(inbox, "报送.zip")]
    for each in town.files:
        assert sha256(kept(inbox, each.archive_path)).hexdigest() == each.sha256


def test_a_zip_packed_anew_around_the_same_files_brings_nothing_new(inbox: Path, county: County) -> None:
    put(inbox, "报送.zip", packed({"甲.docx": DOCX}), LATE)
    known = ledger_of(look(inbox, county))
    put(inbox, "报送.zip", packed({"甲.docx": DOCX, ".DS_Store": b"x"}), LATE + 60)
    again = look(inbox, county, known=known)
    assert (again.towns, len(again.packed)) == ((), 1)


def test_a_member_lost_from_the_archive_is_archived_again(inbox: Path, county: County) -> None:
    put(inbox, "报送.zip", packed({"甲.docx": DOCX}), LATE)
    first = look(inbox, county)
    lost = inbox.parent / "archive" / first.towns[0].files[0].archive_path
    lost.unlink()
    assert look(inbox, county, known=ledger_of(first)).towns == ()
    assert lost.read_bytes() == DOCX


@pytest.mark.parametrize(
    "content", [packed({"甲.docx": DOCX})[:-40], packed({"../甲.docx": DOCX}), packed({})]
)
def test_a_zip_that_cannot_be_opened_is_a_file_in_its_own_name(
    inbox: Path, county: County, content: bytes
) -> None:
    put(inbox, "坏.zip", content, LATE)
    first = look(inbox, county)
    assert [each.file_name for each in first.towns[0].files] == ["坏.zip"]
    assert look(inbox, county, known=ledger_of(first)).towns == ()

    put(inbox, "坏.zip", packed({"甲.docx": DOCX}), LATE + 60)
    mended = look(inbox, county, known=ledger_of(first))
    assert [each.file_name for each in mended.towns[0].files] == ["坏.zip/甲.docx"]
    assert [(each.file_name, each.cause) for each in mended.closed] == [("坏.zip", "unpacked")]


def test_a_zip_that_can_be_opened_no_more_keeps_what_it_held(inbox: Path, county: County) -> None:
    put(inbox, "报送.zip", packed({"甲.docx": DOCX}), LATE)
    known = ledger_of(look(inbox, county))
    put(inbox, "报送.zip", packed({"甲.docx": DOCX})[:-40], LATE + 60)
    spoilt = look(inbox, county, known=known)
    assert {each.file_name: each.is_gone for each in spoilt.towns[0].files} == {
        "报送.zip": False,
        "报送.zip/甲.docx": False,
    }
    assert not spoilt.closed


def test_a_member_larger_than_a_file_may_be_is_told_and_the_others_are_taken(
    inbox: Path, county: County
) -> None:
    large = b"".join(os.urandom(100) + bytes(924) for _ in range(21 * 1024))  # shrinks to a tenth
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("录像.mp4", large)
        archive.writestr("甲.docx", DOCX)
    put(inbox, "报送.zip", target.getvalue(), LATE)
    first = look(inbox, county)
    for reception in (first, look(inbox, county, known=ledger_of(first))):
        assert reception.files_seen == 1
        (told,) = (each for each in reception.notices if each.rule_id == "R08")
        assert (told.value, told.details) == ("文件有 21.0 MB", (("file", "报送.zip/录像.mp4"),))


def test_two_folders_of_one_town_may_not_hide_each_others_zips(inbox: Path, county: County) -> None:
    put(inbox, "报送.zip", packed({"甲.docx": DOCX}), LATE)
    other = inbox / "2023" / "宝丰" / "报送.zip"
    other.parent.mkdir(parents=True)
    other.write_bytes(packed({"乙.docx": DOCX}))
    reception = look(inbox, county)
    assert reception.files_seen == 1
    assert ("S04", "2023/640221102") in rules(reception)


CHINESE = ("宝丰镇/附件2.docx", "联通.docx", "附件二.docx", "誠乗.docx")


@pytest.mark.parametrize(
    ("name", "encoding"),
    [(name, encoding) for name in CHINESE for encoding in ("gb18030", "utf-8", None)]
    + [("été.docx", None), ("été.docx", "gb18030")],
)
def test_names_are_read_as_the_packer_saw_them(name: str, encoding: str | None) -> None:
    (member,) = members_of(packed({name: DOCX}, encoding=encoding))
    assert (member.name, member.content) == (name, DOCX)


def test_folders_of_old_windows_are_folders(inbox: Path, county: County) -> None:
    put(inbox, "报送.zip", packed({"宝丰镇\\附件2.docx": DOCX}, encoding="gb18030"), LATE)
    assert names(inbox, county) == [("报送.zip/宝丰镇/附件2.docx", True)]


def test_a_path_written_in_two_ways_is_one_name_twice() -> None:
    with pytest.raises(UnreadableError, match="同名文件出现两次"):
        list(members_of(packed({"宝丰/甲.docx": DOCX, "宝丰\\甲.docx": TEXT})))


def test_an_office_file_is_no_archive_and_a_zip_in_a_zip_is_not_followed(
    tmp_path: Path, county: County
) -> None:
    assert not is_archive(DOCX)
    outer = tmp_path / "外层.zip"
    outer.write_bytes(packed({"里层.zip": packed({"甲.docx": DOCX}), "乙.rar": b"Rar!\x1a\x07\x00"}))

    nested, rar = answers(*check([outer], county))

    assert (nested["file"], nested["verdict"]) == ("外层.zip/里层.zip", "returned")
    (finding,) = nested["findings"]
    assert finding["rule"] == "R10"
    assert finding["message"] == "《外层.zip/里层.zip》是压缩包里的压缩包，目前不能读取。"
    (finding,) = rar["findings"]
    assert (finding["rule"], finding["value"]) == ("R10", "RAR 压缩包")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (packed({"甲.docx": DOCX})[:-40], "R01"),
        (packed({"../甲.docx": DOCX}), "R01"),
        (packed({"甲.docx": DOCX, "甲.DOCX": DOCX}), "R01"),
        (packed({"大.txt": bytes(300 * 1024 * 1024)}), "R08"),
        (packed({f"{number}.txt": b"" for number in range(2001)}), "R08"),
        (packed({"__MACOSX/._甲.docx": b"x", "宝丰/~$甲.docx": b"x"}), "R03"),
    ],
)
def test_a_check_tells_of_a_zip_in_its_own_name(
    tmp_path: Path, county: County, content: bytes, rule: str
) -> None:
    path = tmp_path / "报送.zip"
    path.write_bytes(content)
    (answer,) = answers(*check([path], county))
    assert (answer["file"], answer["verdict"]) == ("报送.zip", "returned")
    assert [each["rule"] for each in answer["findings"]] == [rule]


def test_a_check_of_a_zip_with_a_password_says_so(tmp_path: Path, county: County) -> None:
    path = tmp_path / "报送.zip"
    content = bytearray(packed({"甲.docx": DOCX}))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + flags] |= 1
    path.write_bytes(bytes(content))
    (answer,) = answers(*check([path], county))
    assert [each["rule"] for each in answer["findings"]] == ["R02"]


def test_a_check_answers_for_each_member_as_for_loose_files(tmp_path: Path, county: County) -> None:
    path = tmp_path / "报送.zip"
    path.write_bytes(
        packed(
            {"甲.docx": DOCX, "宝丰/乙.txt": TEXT, "照片.jpg": b"\xff\xd8\xff", "说明.txt": "见附件".encode()}
        )
    )
    loose = tmp_path / "丙.docx"
    loose.write_bytes(DOCX)

    found = json.loads(json.dumps(answers(*check([path, loose], county))))
    told = [(each["file"], len(each["forms"]), {line["rule"] for line in each["findings"]}) for each in found]
    assert [(name, forms) for name, forms, _ in told] == [
        ("报送.zip/甲.docx", 1),
        ("报送.zip/宝丰/乙.txt", 2),
        ("报送.zip/照片.jpg", 0),
        ("报送.zip/说明.txt", 0),
        ("丙.docx", 0),
    ]
    assert [rules for _, _, rules in told[2:]] == [{"R01"}, {"R03"}, {"S06"}]
    assert found[0]["sha256"] == sha256(DOCX).hexdigest()


@pytest.mark.parametrize(
    ("members", "shape", "code"),
    [
        ({"甲.docx": DOCX}, dict, 0),
        ({"甲.docx": DOCX, "乙.txt": b"1" * 99}, list, 2),
    ],
)
def test_the_command_line_answers_one_object_per_member(
    tmp_path: Path, members: dict[str, bytes], shape: type, code: int
) -> None:
    path = tmp_path / "报送.zip"
    path.write_bytes(packed(members))
    done = CliRunner().invoke(app, ["check", str(path), "--json"])
    found = json.loads(done.output)
    assert (type(found), done.exit_code) == (shape, code)
    told = found if isinstance(found, list) else [found]
    assert [each["file"] for each in told] == [f"报送.zip/{name}" for name in members]
    shown = CliRunner().invoke(app, ["check", str(path)])
    assert "《报送.zip/甲.docx》 通过" in shown.output
