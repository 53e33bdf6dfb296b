"""Which PDFs open, which pages have text, and what a letter of it shows."""

import io

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from schemas.form import Cell, Grid, UnreadableError
from tasks.read import pdf, pdf_pages, read
from tasks.read.pdf_or_scan import SCANNED, with_scans
from tasks.read.pdf_signs import CHARACTERS, sign
from tests.support.pdf import FONT, drawn, ruled

ROW = (("项目名称", "村道养护", "实施单位", "宝丰镇人民政府"),)


def picture(canvas: Canvas, grey: int = 200) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (60, 85), grey)), 0, 0, 595, 842)


def locked(user: str, owner: str) -> bytes:
    target = io.BytesIO()
    encryption = StandardEncryption(user, owner, canPrint=0, canModify=0, strength=128)
    canvas = Canvas(target, encrypt=encryption)
    ruled(canvas, ROW)
    canvas.save()
    return target.getvalue()


def test_a_pdf_with_a_password_is_returned() -> None:
    with pytest.raises(UnreadableError) as caught:
        read("a.pdf", locked("geheim", "owner"))

    assert caught.value.rule_id == "R02"


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    (grid,), remarks = read("a.pdf", locked("", "owner"))

    assert [cell.text for cell in grid.cells] == list(ROW[0])
    assert remarks == ()


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing else", b"%PDF-1.4\n%%EOF"])
def test_a_damaged_pdf_is_returned(content: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        read("a.pdf", content)

    assert (caught.value.rule_id, caught.value.value) == ("R01", "PDF 文件不完整或已损坏")


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(501):
            canvas.showPage()

    content = drawn(draw)
    with pytest.raises(UnreadableError) as caught:
        read("a.pdf", content)

    assert (caught.value.rule_id, caught.value.value) == ("R08", "有 501 页")
    # Without the bound they are all looked into.
    monkeypatch.setattr(pdf_pages, "PAGES", 501)
    assert list(pdf.grids(content)) == []


def test_blanks_before_the_signature_and_a_wrong_name_are_no_hindrance() -> None:
    grids, (remark,) = read("附件2.docx", b"\xef\xbb\xbf\n" + drawn(lambda canvas: ruled(canvas, ROW)))

    assert [cell.text for cell in grids[0].cells] == list(ROW[0])
    assert (remark.rule_id, remark.value, remark.expected) == ("R04", "PDF 文件（.pdf）", ".pdf")


def _texts(draw: object) -> list[bool]:
    with pdf_pages.opened(drawn(draw)) as document:  # type: ignore[arg-type]
        return [pdf_pages.has_text(page) for _, page in pdf_pages.pages(document)]


def test_pages_are_told_apart_by_what_a_person_can_read() -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, ROW)  # text
        canvas.showPage()
        picture(canvas)  # a scan
        canvas.showPage()
        picture(canvas)  # a scan with a page number printed over it
        canvas.setFont(FONT, 10)
        canvas.drawString(280, 20, "- 3 -")
        canvas.showPage()
        picture(canvas)  # a scan with an invisible layer of recognised text
        layer = canvas.beginText(60, 700)
        layer.setFont(FONT, 10)
        layer.setTextRenderMode(3)
        for _ in range(20):
            layer.textLine("识别程序留下的看不见的文字")
        canvas.drawText(layer)
        canvas.showPage()
        picture(canvas)  # text on a tinted page
        canvas.setFont(FONT, 10)
        for line in range(20):
            canvas.drawString(60, 700 - 20 * line, "印在底纹上的正文文字")
        canvas.showPage()
        canvas.showPage()  # nothing at all
        for step in range(60):  # letters drawn as lines
            canvas.bezier(60 + step, 700, 64 + step, 710, 68 + step, 690, 72 + step, 700)

    assert _texts(draw) == [True, False, False, False, True, True, False]


def test_invisible_text_is_not_read_where_other_text_is_seen() -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, ROW)
        layer = canvas.beginText(65, 755)
        layer.setFont(FONT, 10)
        layer.setTextRenderMode(3)
        layer.textLine("看不见")
        canvas.drawText(layer)

    (grid,) = pdf.grids(drawn(draw))

    assert [cell.text for cell in grid.cells] == list(ROW[0])


def test_a_mixed_file_names_its_scanned_pages() -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, ROW)
        canvas.showPage()
        picture(canvas)
        canvas.showPage()
        ruled(canvas, ROW)

    found = [(grid.name, grid.cells[0].reference) for grid in pdf.grids(drawn(draw))]

    assert found == [("表1", "第1页"), (SCANNED, "第2页"), ("表2", "第3页")]


def _grid(name: str, page: int) -> Grid:
    return Grid(name, (Cell(1, 1, "甲", reference=f"第{page}页"),), is_prose=name == "段落")


def test_scanned_pages_take_their_place_among_the_others() -> None:
    whole = with_scans(
        (_grid("表1", 1), _grid(SCANNED, 2), _grid("段落", 3), _grid("表2", 3)),
        lambda: (_grid("表1", 2), _grid("段落", 2)),
    )

    assert [(grid.name, grid.cells[0].reference) for grid in whole] == [
        ("表1", "第1页"),
        ("表2", "第2页"),
        ("段落", "第2页"),
        ("段落", "第3页"),
        ("表3", "第3页"),
    ]


def test_nothing_is_recognised_where_every_page_has_text() -> None:
    def never() -> tuple[Grid, ...]:
        raise AssertionError

    assert with_scans((_grid("表1", 1),), never) == (_grid("表1", 1),)


def test_a_page_is_rendered_as_it_is_shown() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(1, 0, 0)
        canvas.rect(0, 842 - 72, 72, 72, stroke=0, fill=1)

    with pdf_pages.opened(drawn(draw, (595, 842))) as document:
        for _, page in pdf_pages.pages(document):
            image = pdf_pages.render(page, 36)

    assert image.shape == (421, 298, 3)
    assert image[5, 5].tolist() == [255, 0, 0]
    assert image[100, 100].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("⼀", "一"),
        ("⽬", "目"),
        ("⻚", "页"),
        ("⻓", "长"),
        ("⺠", "民"),
        ("⻳", "龟"),
        ("\uf9d4", "\u502b"),
        ("ﬁ", "fi"),
        ("\x02", ""),
        ("\u200b", ""),
        ("\u00ad", ""),
        ("\u00a0", " "),
    ],
)
def test_a_letter_is_the_character_a_person_sees(code: str, shown: str) -> None:
    assert CHARACTERS[ord(code)] == shown


@pytest.mark.parametrize("code", ["一", "９", "％", "＝", "≥", "A"])
def test_other_letters_are_kept_as_typed(code: str) -> None:
    assert ord(code) not in CHARACTERS


@pytest.mark.parametrize(
    ("code", "font", "shown"),
    [
        (0xF0FE, "ABCDEF+Wingdings-Regular", "☑"),
        (0xF0A8, "Wingdings", "□"),
        (0xF052, "Wingdings 2", "☑"),
        (0xF0A3, "Wingdings 2", "□"),
        (0xF0A3, "SymbolMT", "≤"),
        (0xF0B3, "Symbol", "≥"),
        (0xF0A3, "方正小标宋简体", "\uf0a3"),
    ],
)
def test_a_sign_is_what_its_font_shows(code: int, font: str, shown: str) -> None:
    assert sign(code, font) == shown


def test_radicals_in_a_file_come_out_as_characters() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 10)
        canvas.drawString(60, 700, "⼀年期项⽬")

    (grid,) = pdf.grids(drawn(draw))

    assert [cell.text for cell in grid.cells] == ["一年期项目"]
