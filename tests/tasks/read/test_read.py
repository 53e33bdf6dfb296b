"""Which kind of file some bytes are, and what a wrong name or a foreign format leads to."""

import io
import struct
import zipfile

import openpyxl
import pytest

from schemas.form import UnreadableError
from tasks.read import read
from tests.support.annex import Annex, to_docx, to_xlsx
from tests.support.ole import compound

SMALL = Annex("标题", ((("部门项目支出预算绩效目标表",), ("项目名称", "甲")),))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", to_docx(SMALL)),
        ("A.DOCX", to_docx(SMALL)),
        ("a.xlsx", to_xlsx(SMALL)),
        ("a.txt", "\t项目名称".encode()),
    ],
)
def test_a_right_name_is_no_remark(name: str, content: bytes) -> None:
    assert read(name, content)[1] == ()


@pytest.mark.parametrize(
    ("name", "content", "value", "expected"),
    [
        ("附件2.xlsx", to_docx(SMALL), "Word 文档（.docx）", ".docx"),
        ("附件2.doc", to_docx(SMALL), "Word 文档（.docx）", ".docx"),
        ("附件2.docx", to_xlsx(SMALL), "Excel 工作簿（.xlsx）", ".xlsx"),
        ("附件2.docx", "\t项目名称\n\t甲".encode(), "文本文件（.txt）", ".txt"),
        ("附件2", to_xlsx(SMALL), "Excel 工作簿（.xlsx）", ".xlsx"),
    ],
)
def test_a_wrong_name_is_told_and_the_content_read(
    name: str, content: bytes, value: str, expected: str
) -> None:
    grids, (remark,) = read(name, content)

    assert (remark.rule_id, remark.address, remark.value, remark.expected) == ("R04", None, value, expected)
    assert any("项目名称" in cell.text for grid in grids for cell in grid.cells)


def test_a_hidden_sheet_is_told_and_not_read() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "项目名称"
    for name, state, text in (
        ("选项", "hidden", "一年期项目"),
        ("空表", "hidden", None),
        ("底稿", "veryHidden", 1),
    ):
        book.create_sheet(name)["B2"] = text
        book[name].sheet_state = state
    target = io.BytesIO()
    book.save(target)
    grids, remarks = read("附件2.xlsx", target.getvalue())

    assert [cell.text for grid in grids for cell in grid.cells] == ["项目名称"]
    assert [(remark.rule_id, remark.address, remark.value) for remark in remarks] == [
        ("R13", None, "选项"),
        ("R13", None, "底稿"),
    ]


def _zip(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, content)
    return target.getvalue()


def _fib(flags: int) -> bytes:
    """The first bytes of a Word document ([MS-DOC] FibBase), and text as filler."""
    return struct.pack("<HHHHHH", 0xA5EC, 0x00C1, 0, 0x0804, 0, flags).ljust(5000, b"x")


@pytest.mark.parametrize(
    ("content", "rule", "value"),
    [
        (b"%PDF-1.7\n%...", "R01", "PDF 文件不完整或已损坏"),
        (b"\x89PNG\r\n\x1a\n\x00", "R01", "图片不完整或已损坏"),
        (b"Rar!\x1a\x07\x00", "R10", "RAR 压缩包"),
        (b"<?xml version='1.0'?><data/>", "R10", "XML 文件"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n", "R01", "网页文件里没有网页"),
        (compound({"WordDocument": b""}), "R01", "文件不完整或已损坏"),
        (compound({"WordDocument": _fib(0x0100)}), "R02", ""),
        (compound({"PowerPoint Document": b""}), "R10", "演示文稿（.ppt）"),
        (compound({"EncryptionInfo": b"", "EncryptedPackage": b""}), "R02", ""),
        (compound({"Workbook": b"no records"}), "R01", "工作簿的内容已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "R01", "文件不完整或已损坏"),
        (_zip("a.txt", b"x"), "R10", "压缩包里的压缩包"),
        (_zip("__MACOSX/._a", b"x"), "R03", ""),
        (_zip("OFD.xml", b"<x/>"), "R10", "OFD 版式文件"),
        (
            _zip("mimetype", b"application/vnd.oasis.opendocument.text"),
            "R01",
            "文件不完整，缺少正文",
        ),
        (
            _zip("mimetype", b"application/vnd.oasis.opendocument.presentation"),
            "R10",
            "OpenDocument 演示文稿或绘图",
        ),
        (b"\x00\x01\x02\x03\x04", "R01", "不是文本，也不是认识的格式"),
    ],
)
def test_other_formats_are_refused_by_what_they_are(content: bytes, rule: str, value: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read("附件2.docx", content)
    assert (refused.value.rule_id, refused.value.value) == (rule, value)
