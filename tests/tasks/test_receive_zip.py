"""Zips of submissions: members are submissions of the town, by name and by content, in the inbox and offline."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from schemas.county import County
from tasks.answer import answers
from tasks.offline import check
from tasks.read.archive import is_archive, members_of
from tests.benchmarks.annex import annex, to_text
from tests.support.annex import to_docx
from tests.tasks.test_receive import LATE, county, inbox, ledger_of, look, rules

__all__ = ["county", "inbox"]

DOCX = to_docx(annex(forms=1))
TEXT = to_text(annex(forms=2))


def packed(members: dict[str, bytes], *, in_gbk: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr("x" * len(name.encode("gb18030")) if in_gbk else name, content)
    content = target.getvalue()
    for name in members if in_gbk else ():
        # What the packers of a Chinese Windows write: bytes of GBK, and no flag for UTF-8.
        content = content.replace(b"x" * len(name.encode("gb18030")), name.encode("gb18030"))
    return content


def put(inbox: Path, name: str, content: bytes, at: float) -> None:
    path = inbox / "2023" / "640221102-宝丰镇" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))


def names(inbox: Path, county: County, **more: object) -> list[tuple[str, bool]]:
    (town,) = look(inbox, county, **more).towns  # type: ignore[arg-type]
    return [(each.file_name, each.is_new) for each in town.files]


def test_members_are_submissions_of_the_town(inbox: Path, county: County) -> None:
    put(inbox, "报送.zip", packed({"宝丰/附件2.docx": DOCX, "补充.txt": TEXT, "宝丰/Thumbs.db": b"x"}), LATE)

    assert names(inbox, county) == [("报送.zip/宝丰/附件2.docx", True), ("报送.zip/补充.txt", True)]


def test_an_unchanged_zip_brings_nothing_new_and_a_changed_one_only_what_changed(
    inbox: Path, county: County
) -> None:
    put(inbox, "报送.zip", packed({"甲.docx": DOCX, "乙.txt": TEXT}), LATE)
    known = ledger_of(look(inbox, county))

    assert look(inbox, county, known=known).towns == ()

    put(inbox, "报送.zip", packed({"甲.docx": DOCX, "乙.txt": TEXT + b"\n"}), LATE + 60)
    (town,) = look(inbox, county, known=known).towns
    assert {each.file_name: each.is_new for each in town.files} == {
        "报送.zip/甲.docx": False,
        "报送.zip/乙.txt": True,
    }


def test_a_zip_that_cannot_be_opened_is_told_in_its_own_name(inbox: Path, county: County) -> None:
    put(inbox, "坏.zip", packed({"甲.docx": DOCX})[:-40], LATE)
    put(inbox, "外.zip", packed({"../甲.docx": DOCX}), LATE)
    put(inbox, "空.zip", packed({"__MACOSX/._甲": b"x"}), LATE)

    reception = look(inbox, county)
    told = {notice.details: notice.rule_id for notice in reception.notices if notice.rule_id != "S03"}
    assert told == {(("file", "坏.zip"),): "R01", (("file", "外.zip"),): "R01", (("file", "空.zip"),): "R03"}
    assert reception.files_seen == 0
    assert ("R03", "2023/640221102") in rules(reception)


@pytest.mark.parametrize("in_gbk", [True, False])
def test_names_of_a_chinese_system_are_read(in_gbk: bool) -> None:
    assert set(members_of(packed({"宝丰镇/附件2.docx": DOCX}, in_gbk=in_gbk))) == {"宝丰镇/附件2.docx"}


def test_an_office_file_is_no_archive_and_a_zip_in_a_zip_is_not_followed(
    tmp_path: Path, county: County
) -> None:
    assert not is_archive(DOCX)
    outer = tmp_path / "外层.zip"
    outer.write_bytes(packed({"里层.zip": packed({"甲.docx": DOCX})}))

    sources, judgement = check([outer], county)

    (answer,) = answers(sources, judgement)
    assert (answer["file"], answer["verdict"]) == ("外层.zip/里层.zip", "returned")
    (finding,) = answer["findings"]
    assert (finding["rule"], "里面还有一个压缩包" in finding["message"]) == ("R01", True)


def test_a_check_answers_for_each_member(tmp_path: Path, county: County) -> None:
    path = tmp_path / "报送.zip"
    path.write_bytes(packed({"甲.docx": DOCX, "乙.txt": TEXT}))

    sources, judgement = check([path], county)

    found = json.loads(json.dumps(answers(sources, judgement)))
    assert [(each["file"], len(each["forms"])) for each in found] == [
        ("报送.zip/甲.docx", 1),
        ("报送.zip/乙.txt", 2),
    ]
