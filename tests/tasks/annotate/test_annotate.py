"""The form handed back: marks on the right cells, the town's text untouched, and a marked file that can be sent again."""

import io
import itertools
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from lxml import etree
from typer.testing import CliRunner

from flows.cli import app
from schemas.form import Source
from tasks.annotate import Marked, annotate, write
from tasks.annotate.notes import HEADINGS
from tasks.annotate.workbook import _FILLS
from tasks.annotate.write import marked_files, write_checked
from tasks.judge import judge
from tasks.reception import ReceivedFile
from tasks.settings import load_county
from tests.benchmarks.annex import annex, to_text
from tests.benchmarks.word import to_word
from tests.support.annex import Annex, to_docx, to_xlsx
from tests.support.office import convert

MOMENT = datetime(2023, 4, 1, tzinfo=UTC)
COUNTY = load_county(None)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def faulty() -> Annex:
    """Two forms: in the first the cost is typed in 元 for 万元 and a target is a word; the second lacks its goal."""
    sound = annex(forms=2)
    first, second = sound.forms
    first = tuple(
        ("", "", "成本指标（必填硬性指标）", "村级工作经费", "3.25元") if "成本指标" in "".join(row) else row
        for row in first
    )
    second = tuple(("年度总体目标", "") if row[0] == "年度总体目标" else row for row in second)
    return Annex(sound.heading, (first, second))


def findings_of(name: str, content: bytes) -> list[dict[str, object]]:
    source = Source(key=name, file_name=name, content=content, sha256=name)
    rows = judge([source], COUNTY).findings.to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def marked(name: str, content: bytes) -> Marked:
    found = annotate(name, content, findings_of(name, content), moment=MOMENT)
    assert found is not None
    return found


def told(name: str, content: bytes) -> list[tuple[object, ...]]:
    return [(each["rule_id"], each["form_no"], each["value"]) for each in findings_of(name, content)]


@pytest.mark.parametrize("is_run", [False, True], ids=["check", "run"])
def test_no_notice_takes_the_place_of_another(tmp_path: Path, is_run: bool) -> None:
    names = ("附件2.txt", "附件2.TXT.csv", "附件2.csv", "附件2.doc/附件2.png")
    sources = [Source(key=name, file_name=name, content=b"", sha256=name) for name in names]
    judgement = judge(sources, COUNTY)
    if is_run:
        (tmp_path / "nothing").write_bytes(b"")
        town = {"fiscal_year": 2023, "town_code": "640221102"}
        findings = [
            {**{str(key): value for key, value in row.items()}, **town, "file_name": row["submission_key"]}
            for row in judgement.findings.to_dict("records")
        ]
        moment, empty = datetime(2023, 3, 1, tzinfo=UTC), sha256(b"").hexdigest()
        files = [
            ReceivedFile("640221102", 2023, name, empty, 0, moment, moment, "nothing", True, False, "")
            for name in names
        ]
        back = [path for path, _ in marked_files(files, findings, {}, str(tmp_path), COUNTY)]
    else:
        back = [str(path) for path in write_checked(tmp_path / "out", sources, judgement, COUNTY)]
    assert len(back) == len({path.casefold() for path in back}) == len(names)


def test_files_marked_in_a_pool_come_back_in_order_and_few_wait_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = to_docx(faulty())
    (tmp_path / "kept").write_bytes(content)
    names = [f"附件{number}.docx" for number in range(5)]
    town = {"fiscal_year": 2023, "town_code": "640221102"}
    rows = findings_of("附件.docx", content)
    findings = [{**row, **town, "file_name": name} for name in names for row in rows]
    files = [
        ReceivedFile("640221102", 2023, name, sha256(content).hexdigest(), 0, MOMENT, MOMENT, "kept", True, False, "")
        for name in names
    ]  # fmt: skip
    monkeypatch.setattr(write, "_FILES_PER_BATCH", 1)
    monkeypatch.setattr(write, "_BATCHES_AHEAD", 2)
    sent: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        submit = pool.submit

        def counted(function: Any, batch: Any, *rest: Any) -> Any:  # noqa: ANN401  as an executor's
            sent.extend(file.file_name for file, _ in batch)
            return submit(function, batch, *rest)

        monkeypatch.setattr(pool, "submit", counted)
        pooled = marked_files(files, findings, {}, str(tmp_path), COUNTY, executor=pool)
        first = next(pooled)
        assert sent == names[:2]
        back = [first, *pooled]

    assert back == list(marked_files(files, findings, {}, str(tmp_path), COUNTY))
    assert sent == names


@pytest.mark.parametrize("order", list(itertools.permutations(("error", "warning", "info"))), ids="-".join)
def test_the_same_marks_are_the_same_bytes_in_every_process(order: tuple[str, ...]) -> None:
    """A set of words has another order in each, and a pool's processes are several."""
    content = to_xlsx(faulty())
    [misnamed] = [row for row in findings_of("附件.docx", content) if row["rule_id"] == "R04"]
    rows = [{**misnamed, "severity": severity} for severity in order]
    back = annotate("附件.docx", content, rows, moment=MOMENT)

    assert back is not None
    styles = etree.fromstring(zipfile.ZipFile(io.BytesIO(back.content)).read("xl/styles.xml"))
    colours = [str(each.get("rgb")) for each in styles.iter("{*}fgColor")][-3:]
    assert [_FILLS[severity] for severity in order] == colours


def test_a_marked_file_does_not_tell_when_it_was_made() -> None:
    """Its members are as old as the town's, and those that are new are of no day."""
    content = to_docx(faulty())
    kept = {each.filename: each.date_time for each in zipfile.ZipFile(io.BytesIO(content)).infolist()}
    back = zipfile.ZipFile(io.BytesIO(marked("附件.docx", content).content)).infolist()

    assert {each.filename: each.date_time for each in back} == {
        each.filename: kept.get(each.filename, (1980, 1, 1, 0, 0, 0)) for each in back
    }


def test_a_word_file_is_marked_where_it_is_wrong() -> None:
    content = to_docx(faulty())
    back = marked("附件2.docx", content)

    assert (back.file_name, back.is_notice) == ("附件2（核对）.docx", False)
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(back.content)).read("word/document.xml"))
    comments = etree.fromstring(zipfile.ZipFile(io.BytesIO(back.content)).read("word/comments.xml"))
    said = {each.get(f"{W}id"): "".join(map(str, each.itertext())) for each in comments}
    shaded = {
        "".join(map(str, cell.itertext())): [
            said[str(mark.get(f"{W}id"))] for mark in cell.iter(f"{W}commentReference")
        ]
        for cell in root.iter(f"{W}tc")
        if cell.find(f"{W}tcPr/{W}shd") is not None
    }
    assert "M03" in shaded["3.25元"][0]
    assert "3.25万元" in shaded["3.25元"][0]
    assert any("C06" in note for notes in shaded.values() for note in notes)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("docx", "（退回修改）.docx"), ("xlsx", "（退回修改）.xlsx"), ("txt", "（退回修改通知）.docx")],
)
def test_a_file_in_which_something_must_be_mended_says_so(kind: str, name: str) -> None:
    """All that is wrong with the faulty one is worth a warning: it goes back to be looked at."""
    writers: dict[str, Callable[[Annex], bytes]] = {"docx": to_docx, "xlsx": to_xlsx, "txt": to_text}
    content = writers[kind](faulty())
    first, *others = findings_of(f"附件2.{kind}", content)

    back = annotate(f"附件2.{kind}", content, [{**first, "severity": "error"}, *others], moment=MOMENT)

    assert back is not None
    assert back.file_name == f"附件2{name}"
    if kind == "xlsx":
        front = openpyxl.load_workbook(io.BytesIO(back.content))["退回修改意见"]
        lines = [str(row[0].value) for row in front.iter_rows(max_row=2)]
    else:
        lines = [each.text for each in docx.Document(io.BytesIO(back.content)).paragraphs[:2]]
    assert lines[0].startswith("退回修改")
    assert "其中 1 条必须改正后重新报送" in lines[1]


def test_a_member_of_a_zip_is_named_with_its_path() -> None:
    content = to_docx(faulty())
    assert marked("报送.zip/宝丰/附件2.docx", content).file_name == "报送.zip_宝丰_附件2（核对）.docx"


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_towns_own_text_is_untouched(kind: str) -> None:
    content = to_docx(faulty()) if kind == "docx" else to_xlsx(faulty())
    back = marked(f"附件2.{kind}", content).content

    assert texts(kind, back)[-len(texts(kind, content)) :] == texts(kind, content)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_libreoffice_opens_a_marked_file_and_keeps_its_marks(kind: str, tmp_path: Path) -> None:
    content = to_docx(faulty()) if kind == "docx" else to_xlsx(faulty())
    (tmp_path / f"sent.{kind}").write_bytes(content)
    (tmp_path / f"back.{kind}").write_bytes(marked(f"sent.{kind}", content).content)
    saved = convert(sorted(tmp_path.iterdir()), kind, tmp_path / "saved")

    sent, back = texts(kind, saved["sent"].read_bytes()), texts(kind, saved["back"].read_bytes())
    assert len(sent) > 50
    assert back[-len(sent) :] == sent
    with zipfile.ZipFile(saved["back"]) as archive:
        comments = [
            "".join(map(str, etree.fromstring(archive.read(name)).itertext()))
            for name in archive.namelist()
            if "comments" in name and name.endswith(".xml")
        ]
    assert len(comments) == (1 if kind == "docx" else 2)
    assert all("应为：" in text for text in comments)
    assert told(f"x.{kind}", saved["back"].read_bytes()) == told(f"x.{kind}", saved["sent"].read_bytes())


def texts(kind: str, content: bytes) -> list[str]:
    if kind == "docx":
        document = docx.Document(io.BytesIO(content))
        return ["".join(each.itertext()) for each in document.element.body.iter(f"{W}p")]
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def test_a_workbook_is_marked_and_opens_with_its_comments() -> None:
    back = marked("附件2.xlsx", to_xlsx(faulty()))

    book = openpyxl.load_workbook(io.BytesIO(back.content))
    assert book.sheetnames == ["核对意见", "Sheet", "Sheet2"]
    noted = {
        cell.value: (cell.comment.text, cell.fill.fgColor.rgb)
        for row in book["Sheet"].iter_rows()
        for cell in row
        if cell.comment
    }
    text, colour = noted["3.25元"]
    assert "M03" in text
    assert colour == "FFFFF2CC"
    front = book["核对意见"]
    assert str(front["A2"].value).startswith("共 ")
    assert tuple(cell.value for cell in front[3]) == HEADINGS
    (line,) = [row for row in front.iter_rows(min_row=4) if str(row[1].value).startswith("M03")]
    assert line[2].hyperlink.location.startswith("Sheet!")
    assert book["Sheet"][line[2].hyperlink.location.partition("!")[2]].value == "3.25元"
    assert line[1].fill.fgColor.rgb == "FFFFF2CC"
    assert line[3].alignment.wrap_text
    assert str(line[2].value).startswith("第1张表 · 表1 · ")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_marked_file_sent_again_is_judged_as_before(kind: str) -> None:
    content = to_docx(faulty()) if kind == "docx" else to_xlsx(faulty())

    assert told(f"x.{kind}", marked(f"x.{kind}", content).content) == told(f"x.{kind}", content)


def test_a_notice_sent_along_is_left_alone() -> None:
    assert told("通知.docx", marked("附件2.txt", to_text(faulty())).content) == told(
        "空.docx", to_docx(annex(forms=0))
    )


def test_a_file_with_comments_of_its_own_keeps_them() -> None:
    once = marked("x.xlsx", to_xlsx(faulty())).content
    twice = marked("x.xlsx", once).content

    book = openpyxl.load_workbook(io.BytesIO(twice))
    assert book.sheetnames[:2] == ["核对意见2", "核对意见"]
    (text,) = [
        cell.comment.text for row in book["Sheet"].iter_rows() for cell in row if cell.value == "3.25元"
    ]
    assert text.count("M03") == 2


def test_what_cannot_be_marked_goes_back_with_a_notice() -> None:
    back = marked("附件2.txt", to_text(faulty()))

    assert (back.file_name, back.is_notice) == ("附件2（核对通知）.docx", True)
    table = docx.Document(io.BytesIO(back.content)).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["序号", "意见", "位置", "问题", "应为", "怎么改"]
    assert any("M03" in row[1] and "3.25万元" in row[4] for row in rows)


@pytest.mark.parametrize("forms", [150, 450])
def test_a_document_too_large_to_be_marked_goes_back_with_a_notice(forms: int) -> None:
    content = to_word(annex(forms=forms))
    [finding] = findings_of("附件2.docx", to_docx(faulty()))[:1]
    back = annotate("附件2.docx", content, [finding], moment=MOMENT)
    assert back is not None
    assert back.is_notice


def test_a_damaged_file_goes_back_with_a_notice_and_a_sound_one_not_at_all() -> None:
    broken = to_docx(annex(forms=1))[:-200]

    assert marked("坏.docx", broken).is_notice
    assert annotate("好.docx", b"", [], moment=MOMENT) is None


def test_check_writes_the_marked_file_and_never_over_another_one(tmp_path: Path) -> None:
    path, out = tmp_path / "附件2.docx", tmp_path / "批注.docx"
    path.write_bytes(to_docx(faulty()))

    done = CliRunner().invoke(app, ["check", str(path), "--annotate", str(out)])

    assert done.exit_code == 0
    assert f"批注写在 {out}" in done.output
    assert docx.Document(str(out)).paragraphs[0].text == "核对意见"
    # Checked again, the earlier marks are replaced; another file that is there stays.
    assert f"批注写在 {out}" in CliRunner().invoke(app, ["check", str(path), "--annotate", str(out)]).output
    theirs = tmp_path / "别人的.docx"
    theirs.write_bytes(b"only copy")
    wanted = theirs.with_suffix(".pdf")
    beside = CliRunner().invoke(app, ["check", str(path), "--annotate", str(wanted)])
    assert f"批注写在 {tmp_path / '别人的-2.docx'}" in beside.output
    assert theirs.read_bytes() == b"only copy"
    path.with_stem("好").write_bytes(to_docx(annex(forms=1)))
    nothing = CliRunner().invoke(app, ["check", str(path.with_stem("好")), "--annotate", str(out)])
    assert "没有意见要批注" in nothing.output
    again = CliRunner().invoke(app, ["check", str(path), "--annotate", str(path)])
    assert again.exception is not None
    assert "就是要检查的文件本身" in str(again.exception)
    assert docx.Document(str(path)).paragraphs[0].text != "核对意见"
