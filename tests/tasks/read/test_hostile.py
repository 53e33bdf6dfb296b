"""Files made to harm, and files that are merely broken: each refused in words, or read within budget."""

import io
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import msoffcrypto
import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.form import UnreadableError
from tasks.read import guard, read
from tests.support.annex import run

SHEET = "xl/worksheets/sheet1.xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)


def document(body: str) -> bytes:
    return f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode()


PLAIN = document(f"<w:p>{run('你好')}</w:p>")


def package(*extra: tuple[str, bytes], main: bytes = PLAIN) -> bytes:
    """A Word document of these parts, deflated."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = [("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", main)]
        for name, part in [*parts, *extra]:
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def replaced(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The zip with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info.filename, change(part) if info.filename == name else part)
    return target.getvalue()


def refusal(content: bytes, name: str = "附件2.docx") -> UnreadableError:
    with pytest.raises(UnreadableError) as refused:
        read(name, content)
    return refused.value


def test_the_plain_package_is_read() -> None:
    """So that each refusal below is for what was added."""
    grids, remarks = read("a.docx", package())

    assert [cell.text for grid in grids for cell in grid.cells] == ["你好"]
    assert remarks == ()


# ---- size and count


def test_an_empty_file_is_r01() -> None:
    assert refusal(b"").rule_id == "R01"


def test_a_file_over_20_mib_is_r08() -> None:
    error = refusal(b"\t" * (20 * guard.MIB + 1))

    assert (error.rule_id, error.expected) == ("R08", "不超过 20 MiB")


@pytest.mark.parametrize("name", ["word/document.xml2", "bomb.bin", "word/media/image1.png"])
def test_an_inflation_bomb_is_r08_wherever_it_hides(name: str) -> None:
    error = refusal(package((name, bytes(3 * guard.MIB))))

    assert error.rule_id == "R08"
    assert "膨胀" in error.value


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = package(("bomb.bin", bytes(150 * guard.MIB)))
    tracemalloc.start()
    try:
        assert refusal(bomb).rule_id == "R08"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 8 * guard.MIB


def test_many_members_below_the_ratio_are_counted_together() -> None:
    chunk = bytes(1000 * 1024)
    content = package(*((f"part{number}.bin", chunk) for number in range(20)))

    with pytest.raises(UnreadableError) as refused:
        guard.unzip(content, lambda _: False, guard.Budgets(inflated_bytes=10 * guard.MIB))
    assert refused.value.rule_id == "R08"
    assert guard.unzip(content, lambda _: False, guard.Budgets()) == {}


def test_too_many_members_are_r08() -> None:
    error = refusal(package(*((f"m{number}", b"") for number in range(2_000))))

    assert (error.rule_id, error.expected) == ("R08", "不超过 2000 个")


def test_an_oversized_part_is_r08() -> None:
    # Random enough to stay below the ratio, large enough to be over the budget of one part.
    letters = bytes(97 + value % 4 for value in range(256))
    noise = random.Random(1).randbytes(33 * guard.MIB).translate(letters).decode()  # noqa: S311  noise, no secret
    error = refusal(package(main=document(f"<w:p><w:r><w:t>{noise}</w:t></w:r></w:p>")))

    assert (error.rule_id, error.expected) == ("R08", "每一部分不超过 32 MiB")


def test_a_hundred_thousand_empty_tables_are_r08() -> None:
    error = refusal(package(main=document("<w:tbl><w:tr><w:tc/></w:tr></w:tbl>" * 100_000)))

    assert (error.rule_id, error.expected) in {
        ("R08", "不超过 2000 张表"),
        ("R08", "解压后不超过原来的 100 倍"),
    }


def test_two_thousand_and_one_tables_are_r08() -> None:
    error = refusal(package(main=document("<w:tbl><w:tr><w:tc/></w:tr></w:tbl>" * 2_001)))

    assert (error.rule_id, error.expected) == ("R08", "不超过 2000 张表")


def test_a_tower_of_elements_is_r08() -> None:
    error = refusal(package(main=document("<w:sdt>" * 400 + "</w:sdt>" * 400)))

    assert (error.rule_id, error.expected) == ("R08", "嵌套不超过 256 层")


def test_a_monstrous_span_costs_nothing() -> None:
    row = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr>'
    grids, _ = read("a.docx", package(main=document(f"<w:tbl>{row}</w:tbl>")))

    assert grids[0].cells[0].column_span < 2_000_000


# ---- names and structure of the zip


@pytest.mark.parametrize("name", ["../evil.xml", "word/../../x", "/etc/passwd", "C:/x", "..\\x"])
def test_a_name_that_leads_outside_is_r01(name: str) -> None:
    error = refusal(package((name, b"x")))

    assert error.rule_id == "R01"
    assert "指向外面" in error.value


@pytest.mark.parametrize("name", ["word/document.xml", "WORD/Document.xml"])
def test_a_name_given_twice_is_r01(name: str) -> None:
    with pytest.warns(UserWarning, match="Duplicate") if name.islower() else _nothing():
        content = package((name, document("<w:p/>")))
    error = refusal(content)

    assert error.rule_id == "R01"
    assert "两次" in error.value


class _nothing:  # noqa: N801  used as a context manager, like pytest.warns
    def __enter__(self) -> None:
        """Nothing to set up."""

    def __exit__(self, *_: object) -> None:
        """Nothing to tear down."""


def test_a_zip_in_the_zip_is_r01() -> None:
    error = refusal(package(("inner.zip", package())))

    assert error.rule_id == "R01"
    assert "压缩包" in error.value


def test_an_embedded_workbook_is_left_alone() -> None:
    """Word keeps the workbook behind a chart inside the document; it is counted and never opened."""
    assert read("a.docx", package(("word/embeddings/Microsoft_Excel.xlsx", package())))[1] == ()


def test_a_lying_central_directory_is_r01() -> None:
    content = bytearray(package(("word/media/a.bin", b"a" * 5000)))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)
    error = refusal(bytes(content))

    assert (error.rule_id, "不符" in error.value) == ("R01", True)


def test_a_directory_that_names_another_member_is_r01() -> None:
    content = package(("word/media/a.bin", b"a"))
    at = content.rindex(b"word/media/a.bin")
    assert refusal(content[:at] + b"word/media/b.bin" + content[at + 16 :]).rule_id == "R01"


def test_a_checksum_that_does_not_hold_is_r01() -> None:
    content = bytearray(package())
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 16, zlib.crc32(b"other"))
    assert refusal(bytes(content)).rule_id == "R01"


def test_two_entries_over_the_same_bytes_are_r01() -> None:
    content = bytearray(package(("word/media/a.bin", b"a" * 500), ("word/media/b.bin", b"a" * 500)))
    last = content.rindex(b"PK\x01\x02")
    before = content.rindex(b"PK\x01\x02", 0, last)
    content[last + 42 : last + 46] = content[before + 42 : before + 46]
    assert refusal(bytes(content)).rule_id == "R01"


def test_a_truncated_file_is_r01() -> None:
    content = package()
    for end in range(4, len(content) - 1, 41):
        assert refusal(content[:end]).rule_id == "R01"


# ---- XML


@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_r01(attack: str, encoding: str) -> None:
    main = (f'<?xml version="1.0" encoding="{encoding}"?>' + attack + PLAIN.decode()).encode(encoding)
    error = refusal(package(main=main))

    assert error.rule_id == "R01"
    assert "DTD" in error.value


def test_a_document_type_in_a_workbook_is_r01() -> None:
    content = workbook(lambda book: book.active.append(["项目名称", "甲"]))
    attack = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for part in (SHEET, "xl/workbook.xml", "xl/styles.xml"):
        changed = replaced(content, part, lambda old: old.replace(b"<", attack + b"<", 1))
        assert refusal(changed, "a.xlsx").rule_id == "R01", part


def test_utf_16_without_a_document_type_is_read() -> None:
    main = ('<?xml version="1.0" encoding="UTF-16"?>' + PLAIN.decode()).encode("utf-16")

    assert read("a.docx", package(main=main))[0][0].cells[0].text == "你好"


def test_another_encoding_is_r01() -> None:
    main = b'<?xml version="1.0" encoding="UTF-7"?>' + PLAIN
    assert refusal(package(main=main)).rule_id == "R01"


def test_broken_xml_is_r01() -> None:
    assert refusal(package(main=PLAIN[:-20])).rule_id == "R01"


# ---- workbooks


def _write_far(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "项目名称"
    book.active["XFD1048576"] = "远"


def test_a_written_far_cell_is_r08() -> None:
    error = refusal(workbook(_write_far), "a.xlsx")

    assert (error.rule_id, error.expected) == ("R08", "不超过 100,000 行、256 列")


def test_a_far_cell_without_an_address_is_r08() -> None:
    content = workbook(lambda book: book.active.append(["a"]))
    rows = b'<row r="1"><c t="str"><v>a</v></c></row><row r="1048576"><c t="str"><v>b</v></c></row>'
    changed = replaced(
        content,
        SHEET,
        lambda old: old[: old.index(b"<sheetData>") + 11] + rows + old[old.index(b"</sheetData>") :],
    )
    assert refusal(changed, "a.xlsx").rule_id == "R08"


def test_a_far_address_written_in_character_references_is_r08() -> None:
    content = workbook(lambda book: book.active.append(["a"]))
    changed = replaced(content, SHEET, lambda old: old.replace(b'r="A1"', b'r="&#88;FD1048576"'))
    assert refusal(changed, "a.xlsx").rule_id == "R08"


def test_a_far_cell_with_only_a_format_is_read() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = "项目名称"
        book.active["XFD1048576"].number_format = "0%"

    grids, _ = read("a.xlsx", workbook(fill))
    assert [cell.text for cell in grids[0].cells] == ["项目名称"]


def test_a_merge_over_the_whole_sheet_costs_nothing() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = "项目名称"
        book.active.merge_cells("A1:B2")

    content = replaced(workbook(fill), SHEET, lambda old: old.replace(b"A1:B2", b"A1:XFD1048576"))
    grids, _ = read("a.xlsx", content)
    assert len(grids[0].cells) == 1


def test_a_damaged_workbook_is_r01() -> None:
    content = workbook(lambda book: book.active.append(["a"]))
    for part in ("xl/workbook.xml", SHEET):
        assert (
            refusal(replaced(content, part, lambda old: old[: len(old) // 2]), "a.xlsx").rule_id == "R01"
        ), part


def test_formulas_and_links_are_not_followed() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = '=HYPERLINK("http://127.0.0.1:9/","x")'
        book.active["A2"] = "文"

    grids, _ = read("a.xlsx", workbook(fill))
    assert [cell.text for cell in grids[0].cells if cell.text] == ["文"]


# ---- macros and passwords


def test_macros_under_docx_are_never_opened_and_the_name_is_told() -> None:
    macro_types = TYPES.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    content = replaced(
        package(("word/vbaProject.bin", b"\xd0\xcf\x11\xe0macro")),
        "[Content_Types].xml",
        lambda _: macro_types,
    )
    grids, remarks = read("附件2.docx", content)

    assert grids[0].cells[0].text == "你好"
    assert [(remark.rule_id, remark.value, remark.expected) for remark in remarks] == [
        ("R04", "带宏的 Word 文档（.docm）", ".docm")
    ]
    assert read("附件2.docm", content)[1] == ()


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_password_is_r02(name: str, tmp_path: Path) -> None:
    if name.endswith("docx"):
        document_, plain = docx.Document(), io.BytesIO()
        document_.save(plain)
        plain.seek(0)
    else:
        plain = io.BytesIO(workbook(lambda book: book.active.append(["甲"])))
    target = tmp_path / name
    with target.open("wb") as locked:
        msoffcrypto.OfficeFile(plain).encrypt("宝丰", locked)

    assert refusal(target.read_bytes(), name).rule_id == "R02"


def test_a_zip_with_a_password_is_r02() -> None:
    content = bytearray(package())
    for at in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[at] |= 1
    assert refusal(bytes(content)).rule_id == "R02"


# ---- anything at all

REFUSALS = {"R01", "R02", "R08", "R10"}


def outcome(name: str, content: bytes) -> str:
    try:
        read(name, content)
    except UnreadableError as error:
        return error.rule_id
    return "read"


_BASE = package(("word/styles.xml", b"<x/>"))
_BOOK = workbook(lambda book: book.active.append(["项目名称", "甲", 138.02]))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([_BASE, _BOOK]), st.integers(0, 1 << 16), st.integers(0, 255))
@example(_BASE, 0, 0)
@example(_BASE, 876, 0)
def test_a_flipped_byte_is_refused_in_words_or_read(base: bytes, at: int, value: int) -> None:
    content = bytearray(base)
    content[at % len(content)] = value
    # A name spoiled in the directory makes a document a zip that holds no form (R03).
    assert outcome("a.docx", bytes(content)) in REFUSALS | {"R03", "read"}


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_words_or_read(content: bytes) -> None:
    assert outcome("附件2.txt", content) in REFUSALS | {"read"}
