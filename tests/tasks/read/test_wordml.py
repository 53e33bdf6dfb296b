"""A Word document in one XML file: Word 2003's markup, and the parts of a .docx side by side."""

import io
import zipfile

import pytest

from schemas.form import Grid, UnreadableError
from tasks.parse import parse
from tasks.read import read
from tests.benchmarks.annex import annex, to_text
from tests.support.annex import to_docx
from tests.support.meaning import meaning, parsed

_START = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
    'xmlns:aml="http://schemas.microsoft.com/aml/2001/core" '
    'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xml:space="preserve">'
)


def document(body: str, styles: str = "") -> bytes:
    """A document as Word 2003 writes it, its section in the hint Word puts around it."""
    return f"{_START}{styles}<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>".encode()


def in_2003(docx: bytes) -> bytes:
    """A .docx in the markup of Word 2003."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        part = archive.read("word/document.xml").decode()
    body = part[part.index("<w:body>") + len("<w:body>") : part.index("</w:body>")]
    return document(body.replace("w:vMerge", "w:vmerge"))


def flat(package: bytes) -> bytes:
    """An Office package as one XML file."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = "".join(
            f'<pkg:part pkg:name="/{name}" pkg:contentType="application/xml"><pkg:xmlData>'
            f"{archive.read(name).decode().split('?>', 1)[-1]}</pkg:xmlData></pkg:part>"
            for name in archive.namelist()
            if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml"
        )
    package_of_word = '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
    return f'<?xml version="1.0"?><?mso-application progid="Word.Document"?>{package_of_word}{parts}</pkg:package>'.encode()


@pytest.mark.parametrize("write", [in_2003, flat])
def test_an_annex_gives_the_same_forms(write: object) -> None:
    assert callable(write)
    found = parsed("附件2.xml", write(to_docx(annex())))
    text = parse(read("附件2.txt", to_text(annex()))[0])

    assert len(found.forms) == 14
    assert [meaning(form) for form in found.forms] == [meaning(form) for form in text.forms]


def texts(content: bytes) -> list[list[str]]:
    grids, remarks = read("附件2.xml", content)
    assert remarks == ()
    return [[cell.text for cell in grid.cells] for grid in grids]


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def annotation(kind: str, inner: str) -> str:
    return f'<aml:annotation aml:id="1" w:type="{kind}"><aml:content>{inner}</aml:content></aml:annotation>'


def test_tracked_changes_comments_and_hidden_text() -> None:
    deleted = "<w:r><w:delText>旧</w:delText></w:r>"
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
    content = document(
        paragraph(
            run("项目")
            + annotation("Word.Insertion", run("名称"))
            + annotation("Word.Deletion", deleted + run("旧"))
            + annotation("Word.Comment", paragraph(run("请核对")))
            + hidden
        )
    )
    assert texts(content) == [["项目名称"]]


def test_a_hidden_style_hides() -> None:
    styles = '<w:styles><w:style w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    styled = '<w:r><w:rPr><w:rStyle w:val="a"/></w:rPr><w:t>隐</w:t></w:r>'
    assert texts(document(paragraph(run("看得见") + styled), styles)) == [["看得见"]]


def test_merges_both_ways() -> None:
    def cell(text: str, properties: str) -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text) if text else '')}</w:tc>"

    first = cell("甲", '<w:vmerge w:val="restart"/>') + cell("乙", '<w:hmerge w:val="restart"/>')
    second = cell("", "<w:vmerge/>") + cell("丙", '<w:gridSpan w:val="2"/>')
    rows = f"<w:tr>{first}{cell('', '<w:hmerge/>')}</w:tr><w:tr>{second}</w:tr>"
    grids, _ = read("附件2.xml", document(f"<w:tbl>{rows}</w:tbl>"))
    (grid,) = grids
    assert isinstance(grid, Grid)
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in grid.cells] == [
        (1, 1, 2, 1, "甲"),
        (1, 2, 1, 2, "乙"),
        (2, 2, 1, 2, "丙"),
    ]


def test_a_header_stands_before_its_section_and_a_footer_nowhere() -> None:
    def section(name: str) -> str:
        return (
            f'<w:sectPr><w:hdr w:type="odd">{paragraph(run(name))}</w:hdr>'
            f'<w:ftr w:type="odd">{paragraph(run("第1页"))}</w:ftr></w:sectPr>'
        )

    content = document(
        paragraph(run("一"))
        + paragraph(f"<w:pPr>{section('单位：元')}</w:pPr>{run('二')}")
        + paragraph(run("三"))
        + section("单位：万元")
    )
    assert texts(content) == [["单位：元", "一", "二", "单位：万元", "三"]]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (document(paragraph(run("半")))[:-20], "R01"),
        (document("<w:p>" * 300 + "</w:p>" * 300), "R08"),
        (
            _START.encode().replace(b"<w:w", b'<!DOCTYPE w [<!ENTITY a "b">]><w:w') + b"</w:wordDocument>",
            "R01",
        ),
        (flat(to_docx(annex(forms=1))).replace(b"/_rels/.rels", b"/_rels/other"), "R10"),
    ],
)
def test_what_is_damaged_hostile_or_no_document_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read("附件2.xml", content)
    assert refused.value.rule_id == rule
