"""Word documents: merged cells, boxes, tracked changes, nesting, and what wraps cells."""

from collections.abc import Sequence

import pytest

from schemas.form import Cell, Grid
from tasks.read import docx, docx_bare, guard, kinds, read
from tests.benchmarks.annex import annex
from tests.benchmarks.word import to_word
from tests.support.annex import box, run
from tests.tasks.read.test_hostile import W, document, package


def grids(body: str) -> tuple[Grid, ...]:
    return read("附件2.docx", package(main=document(body)))[0]


def cells(body: str) -> list[tuple[int, int, int, int, str]]:
    return [
        (cell.row, cell.column, cell.row_span, cell.column_span, cell.text)
        for grid in grids(body)
        for cell in grid.cells
    ]


def tc(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else f"<w:p>{run(content)}</w:p>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: Sequence[str]) -> str:
    lines = ["".join(row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


RESTART, GO_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
SPAN_2 = '<w:gridSpan w:val="2"/>'


def test_merged_blocks_are_one_cell_with_spans() -> None:
    body = table(
        (tc("甲", RESTART), tc("乙", SPAN_2)),
        (tc("", GO_ON), tc("丙"), tc("丁")),
        (tc("戊"), tc("己", SPAN_2)),
    )
    assert cells(body) == [
        (1, 1, 2, 1, "甲"),
        (1, 2, 1, 2, "乙"),
        (2, 2, 1, 1, "丙"),
        (2, 3, 1, 1, "丁"),
        (3, 1, 1, 1, "戊"),
        (3, 2, 1, 2, "己"),
    ]


def test_a_merge_without_a_beginning_begins_where_it_stands() -> None:
    assert cells(table((tc("", GO_ON), tc("甲")), (tc("", GO_ON), tc("乙")))) == [
        (1, 1, 2, 1, ""),
        (1, 2, 1, 1, "甲"),
        (2, 2, 1, 1, "乙"),
    ]


def test_a_row_that_begins_further_right() -> None:
    row = f'<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>{tc("甲")}</w:tr>'
    assert cells(f"<w:tbl>{row}</w:tbl>") == [(1, 3, 1, 1, "甲")]


def test_prose_between_tables_is_a_grid_of_its_own() -> None:
    before = f"<w:p>{run('标题')}</w:p><w:p/><w:p>{run('年度')}</w:p>"
    found = grids(before + table((tc("甲"),)) + f"<w:p>{run('注')}</w:p>")

    assert [(grid.name, grid.is_prose) for grid in found] == [("段落", True), ("表1", False), ("段落", True)]
    assert [(cell.row, cell.text) for cell in found[0].cells] == [(1, "标题"), (3, "年度")]


def test_a_box_is_shown_once_and_where_it_hangs() -> None:
    inside = table((tc("甲"),), (f"<w:tc><w:p>{box('乙')}</w:p></w:tc>",))
    found = grids(f"<w:p>{run('标题')}{box('名称')}</w:p>{inside}")

    assert found[0].cells == (Cell(1, 1, "标题"), Cell(2, 1, "名称", is_floating=True))
    assert found[1].cells == (Cell(1, 1, "甲"), Cell(2, 1, ""), Cell(2, 1, "乙", is_floating=True))


def test_an_old_box_without_an_alternative_is_shown() -> None:
    inner = f"<w:txbxContent><w:p>{run('一')}</w:p><w:p>{run('二')}</w:p></w:txbxContent>"
    vml = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{inner}</v:textbox></v:shape></w:pict>'

    assert grids(f"<w:p><w:r>{vml}</w:r></w:p>")[0].cells == (Cell(2, 1, "一\n二", is_floating=True),)


def test_insertions_count_and_deletions_do_not() -> None:
    author = 'w:id="1" w:author="x"'
    body = (
        f"<w:p>{run('一')}<w:ins {author}>{run('二')}</w:ins><w:del {author}><w:r><w:delText>三</w:delText></w:r></w:del>"
        f"<w:moveFrom {author}>{run('四')}</w:moveFrom><w:moveTo {author}>{run('五')}</w:moveTo></w:p>"
    )
    gone_row = f"<w:tr><w:trPr><w:del {author}/></w:trPr>{tc('旧')}</w:tr>"
    new_row = f"<w:tr><w:trPr><w:ins {author}/></w:trPr>{tc('新')}{tc('去', f'<w:cellDel {author}/>')}</w:tr>"
    found = grids(body + f"<w:tbl>{gone_row}{new_row}</w:tbl>")

    assert [cell.text for cell in found[0].cells] == ["一二五"]
    assert [(cell.row, cell.text) for cell in found[1].cells] == [(1, "新")]


def test_what_word_wraps_around_cells_is_looked_through() -> None:
    row = f"<w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent>{tc('甲')}</w:sdtContent></w:sdt>{tc('乙')}</w:tr></w:sdtContent></w:sdt>"
    body = f"<w:sdt><w:sdtContent><w:tbl>{row}</w:tbl></w:sdtContent></w:sdt>"

    assert [(row, column, text) for row, column, _, _, text in cells(body)] == [(1, 1, "甲"), (1, 2, "乙")]


def test_signs_breaks_fields_and_symbols() -> None:
    runs = (
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>95%</w:t><w:br/><w:t>二</w:t><w:tab/><w:noBreakHyphen/></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:fldSimple><w:r><w:t>三</w:t></w:r></w:fldSimple>"
        "<w:r><w:ruby><w:rt><w:r><w:t>jì</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>绩</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    assert cells(f"<w:p>{runs}</w:p>")[0][-1] == "≥95%\n二\t-三绩"


def test_two_paragraphs_of_a_cell_are_two_lines() -> None:
    assert cells(table((tc(f"<w:p>{run('一')}</w:p><w:p>{run('二')}</w:p>"),)))[0][-1] == "一\n二"


def test_the_strict_namespace_is_read() -> None:
    strict = document(table((tc("甲"),))).replace(
        W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    ((grid,), remarks) = read("附件2.docx", package(main=strict))

    assert [cell.text for cell in grid.cells] == ["甲"]
    assert remarks == ()


@pytest.mark.parametrize("body", ["", "<w:p/>", "<w:tbl/>", "<w:tbl><w:tr/></w:tbl>"])
def test_nothing_is_no_grid(body: str) -> None:
    assert grids(body) == ()


@pytest.mark.parametrize("size", [64, 1000])
def test_a_document_that_comes_in_pieces_says_the_same(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_bare, "_PIECE", size)
    content = to_word(annex(forms=2))
    members = dict(guard.unzip(content, kinds.needed))
    main = "word/document.xml"
    thinner = docx_bare.Thinner()
    pieces = [thinner.feed(members[main][at : at + 50]) for at in range(0, len(members[main]), 50)]
    thin = b"".join([*pieces, thinner.close()])
    assert docx.grids({**members, main: thin}, main) == docx.grids(members, main)
    assert len(thin) < len(members[main])


def test_what_stands_in_a_comment_or_as_plain_text_is_not_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_bare, "_PIECE", 20)
    text = (
        b"<w:p><w:rPr><w:b/></w:rPr></w:p><w:t><![CDATA[<w:rPr><w:b/></w:rPr>" + b"<w:rPr><w:b/></w:rPr>" * 9
    )
    thinner = docx_bare.Thinner()
    thin = b"".join([*(thinner.feed(text[at : at + 7]) for at in range(0, len(text), 7)), thinner.close()])
    assert thin.endswith(text[text.index(b"<![CDATA[") :])


def test_a_namespace_declared_in_a_paragraph_holds_for_its_text() -> None:
    formatted = "<w:r><w:rPr><w:b/></w:rPr></w:r>"
    paragraph = f'<w:p xmlns:s="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{formatted}<s:r><s:t>甲</s:t></s:r></w:p>'
    assert cells(table((tc(paragraph),))) == [(1, 1, 1, 1, "甲")]
