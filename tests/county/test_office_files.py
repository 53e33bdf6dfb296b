"""The built files are real ones: Word, Excel, and the usual tools open them, and see the merges, boxes and encodings."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import msoffcrypto
import openpyxl
import pytest
from docx.table import Table

from tests.county.describe import BAOFENG, File, files
from tests.support.annex import TITLE

MARKUP = {
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
}


def tables(path: Path) -> list[Table]:
    return list(docx.Document(str(path)).tables)


def texts(table: Table) -> list[list[str]]:
    """The cells as python-docx sees them: a merged one again at each place it covers."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def once(row: list[str]) -> list[str]:
    return [text for place, text in enumerate(row) if place == 0 or row[place - 1] != text]


def written(box: Any) -> str:  # noqa: ANN401 - an lxml element
    """The text of a box; python-docx's own elements tell theirs again at each depth."""
    return "".join(text.text for text in box.iter(f"{{{MARKUP['w']}}}t"))


def office_files(inbox: Path, kind: str) -> Iterator[tuple[Path, File]]:
    for folder, file in files():
        if file.format.startswith(kind) and file.forms and not file.password:
            yield inbox / folder.name / file.name, file


def test_baofengs_document_holds_the_figures_of_the_annex(inbox: Path) -> None:
    forms = [texts(table) for table in tables(inbox / BAOFENG)]
    assert len(forms) == 14
    assert all(rows[0] == [TITLE] * 6 for rows in forms)
    heads = [next(number for number, row in enumerate(rows) if "三级指标" in row) for rows in forms]
    assert sum(len(rows) - head - 1 for rows, head in zip(forms, heads, strict=True)) == 111
    totals = [Decimal(row[-1]) for rows in forms for row in rows if row[1].strip() == "年度资金总额："]
    assert sum(totals) * 10_000 == Decimal("2861800.00")


def test_the_displaced_name_floats_in_a_box_above_its_label(inbox: Path) -> None:
    table = tables(inbox / BAOFENG)[6]
    rows = texts(table)
    label = next(number for number, row in enumerate(rows) if row[0] == "项目名称")
    assert once(rows[label]) == ["项目名称", ""]
    above = table.rows[label - 1]._tr
    for path in ("mc:Choice//wps:txbx", "mc:Fallback//v:textbox"):
        (box,) = above.findall(f".//mc:AlternateContent/{path}", MARKUP)
        assert written(box) == "政府长聘人员经费"
    # The box alone says it: a reader of cells finds an empty row.
    assert set(rows[label - 1]) == {""}


def test_every_word_file_opens_and_its_cells_are_merged(inbox: Path) -> None:
    for path, file in office_files(inbox, "docx"):
        found = tables(path)
        assert len(found) == len(file.forms) + len(file.after), path.name
        for table, form in zip(found, file.forms, strict=False):
            places = [[cell._tc for cell in row.cells] for row in table.rows]
            rows = texts(table)
            head = next(
                number for number, row in enumerate(rows) if "三级指标" in "".join(row).replace(" ", "")
            )
            filled = [row for row in rows[head + 1 :] if row[3].strip() or row[-1].strip()]
            assert len(filled) == len(form.indicators)
            # The block's label is one cell from the first to the last of its rows, and so is level 1.
            assert len({line[0] for line in places[head + 1 :]}) == 1
            assert {line[1] for line in places[head + 1 :] if line[1].xpath("string()") == "产出指标"} == {
                places[head + 1][1]
            }
            # 项目名称 and its value share the row: one column, and all the others.
            named = next(number for number, row in enumerate(rows) if "".join(row[0].split()) == "项目名称")
            assert len(set(places[named])) == 2


def test_titles_stand_inside_above_and_in_boxes(inbox: Path) -> None:
    above = docx.Document(str(inbox / "640221100-城关镇/城关镇2023年绩效目标表（村级项目）.docx"))
    assert [each.text for each in above.paragraphs].count(TITLE) == 5
    boxed = docx.Document(str(inbox / "640221104姚伏镇/附件2-姚伏镇项目支出绩效目标表.docx"))
    assert TITLE not in [each.text for each in boxed.paragraphs]
    boxes = boxed.element.body.findall(".//mc:Choice//wps:txbx", MARKUP)
    assert [written(box) for box in boxes] == [TITLE] * 8


def test_every_page_is_a4(inbox: Path) -> None:
    for path, _ in office_files(inbox, "docx"):
        section = docx.Document(str(path)).sections[0]
        assert (round(section.page_width or 0, -4), round(section.page_height or 0, -4)) == (
            7560000,
            10690000,
        )
    for path, _ in office_files(inbox, "xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        assert book.worksheets[0].page_setup.paperSize == 9


def test_every_workbook_opens_and_its_cells_are_merged(inbox: Path) -> None:
    for path, file in office_files(inbox, "xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        titles = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == TITLE]
        assert len(titles) == len(file.forms)
        sheets = 3 if file.format == "xlsx-stacked" else len(file.forms)
        assert len(list(book)) == sheets + len(file.after) + bool(file.hidden)
        assert sum(sheet.sheet_state == "hidden" for sheet in book) == bool(file.hidden)
        for title in titles:
            merged = {area.coord for area in title.parent.merged_cells.ranges}
            last = "H" if file.template == "split" else "F"
            assert f"A{title.row}:{last}{title.row}" in merged
            # The money block's label runs down its three rows.
            assert f"A{title.row + 6}:A{title.row + 8}" in merged


def test_a_workbook_keeps_numbers_and_percentages_as_excel_does(inbox: Path) -> None:
    book = openpyxl.load_workbook(inbox / "黄渠桥镇/黄渠桥镇2023年项目绩效目标.xlsx")
    cells: list[Any] = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.number_format == "0%"] == [1, 1, 1]
    assert 208.08 in [cell.value for cell in cells]


def test_texts_are_in_the_encodings_of_old_and_new_machines(inbox: Path) -> None:
    old = (inbox / "640221103-头闸镇/头闸镇项目支出绩效目标表.txt").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        old.decode("utf-8")
    assert old.decode("gb18030").count(f"\t{TITLE}\n") == 7
    new = (inbox / "通伏乡/通伏乡绩效目标表.txt").read_bytes()
    assert new.startswith(b"\xef\xbb\xbf")
    assert new.count(b"\r\n") == new.count(b"\n")


def test_the_locked_file_opens_with_its_password_only(inbox: Path) -> None:
    ((folder, file),) = [
        (folder, file) for folder, file in files() if file.password and file.format == "docx"
    ]
    locked = msoffcrypto.OfficeFile(io.BytesIO((inbox / folder.name / file.name).read_bytes()))
    assert locked.is_encrypted()
    locked.load_key(password=file.password, verify_password=True)
    opened = io.BytesIO()
    locked.decrypt(opened)
    assert len(docx.Document(opened).tables) == 1


def test_the_broken_renamed_and_doubled_files_are_so(inbox: Path) -> None:
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(inbox / "高庄乡/高庄乡2023年绩效目标表（盖章版）.docx")
    with zipfile.ZipFile(inbox / "640221201-灵沙乡/灵沙乡项目绩效目标表.docx") as renamed:
        assert "xl/workbook.xml" in renamed.namelist()
    twins = [
        hashlib.sha256(path.read_bytes()).digest()
        for path in (inbox / "平罗县崇岗镇人民政府").glob("崇岗镇*汇总*.xlsx")
    ]
    # One is the other again, and a third broke off while it was sent.
    assert len(twins) == 3
    assert len(set(twins)) == 2
