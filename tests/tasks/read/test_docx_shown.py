"""What a Word document shows and what it hides: tracked changes, hidden text, controls, fields, signs, formatting."""

import zipfile
from io import BytesIO

import pytest

from schemas.form import Cell, Grid, Remark
from tasks.parse import parse
from tasks.read import read
from tests.support.annex import box, run
from tests.tasks.read.test_docx import GO_ON, RESTART, SPAN_2, cells, grids, table, tc
from tests.tasks.read.test_hostile import W, document, package

AUTHOR = 'w:id="1" w:author="x"'
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def text(body: str) -> str:
    """The only text of a body."""
    ((*_, only),) = cells(body)
    return str(only)


def struck(words: str) -> str:
    return f"<w:del {AUTHOR}><w:r><w:delText>{words}</w:delText></w:r></w:del>"


def paragraph(content: str, mark: str = "") -> str:
    properties = f"<w:pPr><w:rPr>{mark}</w:rPr></w:pPr>" if mark else ""
    return f"<w:p>{properties}{content}</w:p>"


# ---- tracked changes


def test_the_end_of_a_paragraph_that_was_deleted_joins_it_with_the_next() -> None:
    gone = f"<w:del {AUTHOR}/>"
    two = (
        paragraph(run("村干部") + struck("的"), gone) + paragraph(run("补贴"), gone) + paragraph(run("经费"))
    )

    assert text(two) == "村干部补贴经费"
    assert cells(table((tc(two),))) == [(1, 1, 1, 1, "村干部补贴经费")]


def test_an_inserted_paragraph_and_row_and_cell_are_read() -> None:
    new = f"<w:ins {AUTHOR}/>"
    row = f"<w:tr><w:trPr>{new}</w:trPr>{tc('甲', f'<w:cellIns {AUTHOR}/>')}</w:tr>"

    assert text(paragraph(f"<w:ins {AUTHOR}>{run('新')}</w:ins>", new)) == "新"
    assert cells(f"<w:tbl>{row}</w:tbl>") == [(1, 1, 1, 1, "甲")]


def test_text_that_was_moved_is_read_once() -> None:
    body = paragraph(f"<w:moveFrom {AUTHOR}>{run('一')}</w:moveFrom>", f"<w:moveFrom {AUTHOR}/>") + paragraph(
        f"<w:moveTo {AUTHOR}>{run('一')}</w:moveTo>{run('二')}"
    )
    assert text(body) == "一二"


def test_a_merge_made_while_changes_were_tracked() -> None:
    merge = '<w:cellMerge w:id="1" w:author="x" w:vMerge="{}"/>'
    body = table(
        (tc("甲", merge.format("rest")), tc("乙")),
        (tc("", merge.format("cont")), tc("丙")),
    )
    assert cells(body) == [(1, 1, 2, 1, "甲"), (1, 2, 1, 1, "乙"), (2, 2, 1, 1, "丙")]


def test_formatting_that_was_changed_hides_nothing() -> None:
    old = f"<w:rPrChange {AUTHOR}><w:rPr><w:vanish/><w:b/></w:rPr></w:rPrChange>"
    old_cell = f"<w:tcPrChange {AUTHOR}><w:tcPr><w:gridSpan w:val='3'/></w:tcPr></w:tcPrChange>"
    run_ = f"<w:r><w:rPr><w:sz w:val='18'/>{old}</w:rPr><w:t>甲</w:t></w:r>"
    body = table((tc(f"<w:p>{run_}</w:p>", SPAN_2 + old_cell), tc("乙")))

    assert cells(body) == [(1, 1, 1, 2, "甲"), (1, 3, 1, 1, "乙")]


# ---- hidden text


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ("<w:vanish/>", "见"),
        ('<w:vanish w:val="1"/>', "见"),
        ('<w:vanish w:val="false"/>', "藏见"),
        ("", "藏见"),
    ],
)
def test_hidden_text_is_not_read(mark: str, shown: str) -> None:
    hidden = f"<w:r><w:rPr><w:b/>{mark}</w:rPr><w:t>藏</w:t></w:r>"
    assert text(f"<w:p>{hidden}{run('见')}</w:p>") == shown
    assert cells(table((tc(f"<w:p>{hidden}{run('见')}</w:p>"),)))[0][-1] == shown


def test_a_hidden_end_of_a_paragraph_hides_no_text() -> None:
    assert text(paragraph(run("甲"), "<w:vanish/>")) == "甲"


def test_a_hidden_row_is_not_read() -> None:
    hidden = f"<w:tr><w:trPr><w:hidden/></w:trPr>{tc('藏')}</w:tr>"
    assert cells(f"<w:tbl>{hidden}<w:tr>{tc('见')}</w:tr></w:tbl>") == [(1, 1, 1, 1, "见")]


def test_a_style_hides_its_text_unless_the_run_says_otherwise() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>'
        '<w:style w:styleId="c"><w:basedOn w:val="a"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style></w:styles>'
    )

    def styled(name: str, more: str, word: str) -> str:
        return f'<w:r><w:rPr><w:rStyle w:val="{name}"/>{more}</w:rPr><w:t>{word}</w:t></w:r>'

    own = '<w:vanish w:val="0"/>'
    body = f"<w:p>{styled('a', '', '一')}{styled('b', '', '二')}{styled('c', '', '三')}{styled('a', own, '四')}</w:p>"
    whole = f'<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr>{run("五")}</w:p>'
    (found,), _ = read("a.docx", package(("word/styles.xml", styles.encode()), main=document(body + whole)))
    assert [cell.text for cell in found.cells] == ["三四"]


# ---- content controls


def control(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(("state", "sign"), [("1", "☑"), ("true", "☑"), ("0", "□")])
def test_a_tick_box_of_a_control_is_a_sign(state: str, sign: str) -> None:
    ticked = f'<w14:checkbox {W14}><w14:checked w14:val="{state}"/></w14:checkbox>'
    as_symbol = '<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>'

    assert text(f"<w:p>{control(ticked, run('☒'))}{run('新增')}</w:p>") == f"{sign}新增"
    assert text(f"<w:p>{control(ticked, as_symbol)}{run('新增')}</w:p>") == f"{sign}新增"


def test_the_prompt_of_an_empty_control_is_no_content() -> None:
    empty = control("<w:showingPlcHdr/>", run("单击此处输入文字。"))
    filled = control("<w:text/>", run("村干部补贴"))

    assert cells(table((tc("名称"), tc(f"<w:p>{empty}</w:p>"), tc(f"<w:p>{filled}</w:p>")))) == [
        (1, 1, 1, 1, "名称"),
        (1, 2, 1, 1, ""),
        (1, 3, 1, 1, "村干部补贴"),
    ]


# ---- fields


def field_(instruction: str, result: str, data: str = "") -> str:
    parts = [
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>',
        instruction,
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}' if result else "",
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    ]
    return "".join(parts)


def test_a_field_shows_its_result_and_not_its_instruction() -> None:
    told = "<w:r><w:instrText>= SUM(C7:C9)</w:instrText></w:r>"
    inner = field_(told, run("1"))

    assert text(f"<w:p>{run('合计')}{field_(told, run('138.02'))}{run('万元')}</w:p>") == "合计138.02万元"
    assert text(f"<w:p>{field_(told + inner + run('? '), run('是'))}</w:p>") == "是"


def test_a_field_without_an_end_takes_nothing_away() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert text(f"<w:p>{run('甲')}{begin}{run('乙')}</w:p>") == "甲乙"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', "☑"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "□"),
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "☑"),
        (
            '<w:ddList><w:result w:val="1"/><w:listEntry w:val="新增"/><w:listEntry w:val="延续"/></w:ddList>',
            "延续",
        ),
    ],
)
def test_boxes_and_lists_of_a_form_show_their_state(data: str, shown: str) -> None:
    told = "<w:r><w:instrText> FORM </w:instrText></w:r>"
    assert (
        text(f"<w:p>{field_(told, '', f'<w:ffData>{data}</w:ffData>')}{run('项目')}</w:p>") == f"{shown}项目"
    )


# ---- signs, lists, notes


def test_letters_of_a_symbol_font_are_signs() -> None:
    font = '<w:r><w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr><w:t>\uf0b3</w:t></w:r>'
    body = f"<w:p>{font}{run('95%')}</w:p>"

    assert text(body) == "≥95%"
    assert cells(table((tc(body),)))[0][-1] == "≥95%"


def test_soft_hyphens_tab_stops_and_list_numbers_are_no_text() -> None:
    properties = (
        '<w:pPr><w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs>'
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>'
    )
    body = f"<w:p>{properties}<w:r><w:t>村</w:t><w:softHyphen/><w:t>干部</w:t></w:r></w:p>"

    assert text(body) == "村干部"
    assert cells(table((tc(body),)))[0][-1] == "村干部"


def test_footnotes_and_comments_are_not_mixed_in() -> None:
    marks = (
        '<w:commentRangeStart w:id="1"/><w:r><w:t>甲</w:t></w:r><w:commentRangeEnd w:id="1"/>'
        '<w:r><w:commentReference w:id="1"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    )
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p>{run("脚注")}</w:p></w:footnote></w:footnotes>'
    )
    content = package(("word/footnotes.xml", notes.encode()), main=document(f"<w:p>{marks}</w:p>"))

    assert [cell.text for grid in read("a.docx", content)[0] for cell in grid.cells] == ["甲"]


# ---- page headers


def with_header(header: str, body: str, kind: str = "default", settings: str = "") -> bytes:
    reference = f'<w:headerReference xmlns:r="{RELATIONS}" w:type="{kind}" r:id="rId7"/>'
    section = f"<w:sectPr>{reference}<w:pgSz/></w:sectPr>"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        f'Id="rId7" Type="{RELATIONS}/header" Target="header1.xml"/></Relationships>'
    )
    return package(
        ("word/header1.xml", f'<w:hdr xmlns:w="{W}">{header}</w:hdr>'.encode()),
        ("word/_rels/document.xml.rels", relations.encode()),
        ("word/settings.xml", f'<w:settings xmlns:w="{W}">{settings}</w:settings>'.encode()),
        main=document(body + section),
    )


def test_a_page_header_stands_as_prose_before_what_it_is_printed_over() -> None:
    header = f"<w:p>{run('(2023年度)')}</w:p><w:p/><w:p>{run('单位：万元')}</w:p>"
    found, _ = read("a.docx", with_header(header, table((tc("甲"),))))

    assert found == (
        Grid("页眉", (Cell(1, 1, "(2023年度)"), Cell(2, 1, "单位：万元")), is_prose=True),
        Grid("表1", (Cell(1, 1, "甲"),)),
    )


def test_what_a_page_header_says_is_said_of_every_form_below_it() -> None:
    header = f"<w:p>{run('(2023年度)')}</w:p><w:p>{run('单位：元')}</w:p>"
    forms = [(tc("项目名称") + tc(name), tc("年度资金总额") + tc("200")) for name in ("甲路", "乙路")]
    content = with_header(header, "<w:p/>".join(table(*rows) for rows in forms))

    parsed = parse(read("a.docx", content)[0])

    assert [each.fiscal_year and each.fiscal_year.text for each in parsed.forms] == [
        "(2023年度)",
        "(2023年度)",
    ]
    assert [str(each.fiscal_year.address) for each in parsed.forms if each.fiscal_year] == [
        "form 1 · 页眉 · 第1行 · 年度",
        "form 2 · 页眉 · 第1行 · 年度",
    ]
    assert [each.money_unit for each in parsed.forms] == ["元", "元"]
    assert [each.remarks for each in parsed.forms] == [(), ()]


def test_a_table_without_a_title_is_of_the_kind_its_page_header_names() -> None:
    rows = (tc("项目名称") + tc("甲路"), tc("年度资金总额") + tc("200"))
    content = with_header(f"<w:p>{run('项目支出绩效自评表')}</w:p>", table(*rows) + "<w:p/>" + table(*rows))

    parsed = parse(read("a.docx", content)[0])

    assert (parsed.forms, [remark.rule_id for remark in parsed.remarks]) == ((), ["R09", "R09"])


def test_a_header_of_a_first_page_that_is_not_set_apart_is_not_printed() -> None:
    found, _ = read("a.docx", with_header(f"<w:p>{run('藏')}</w:p>", table((tc("甲"),)), "first"))

    assert [grid.name for grid in found] == ["表1"]


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ("<w:evenAndOddHeaders/>", ["页眉", "表1"]),
        ('<w:evenAndOddHeaders w:val="0"/>', ["表1"]),
        ("", ["表1"]),
    ],
)
def test_a_header_of_even_pages_is_printed_where_they_are_set_apart(settings: str, names: list[str]) -> None:
    content = with_header(f"<w:p>{run('单位：元')}</w:p>", table((tc("甲"),)), "even", settings)

    assert [grid.name for grid in read("a.docx", content)[0]] == names


def test_the_next_section_has_its_header_from_its_first_paragraph_on() -> None:
    empty_section = "<w:p><w:pPr><w:sectPr><w:pgSz/></w:sectPr></w:pPr></w:p>"
    content = with_header(f"<w:p>{run('眉')}</w:p>", table((tc("甲"),)) + empty_section + table((tc("乙"),)))

    assert [grid.name for grid in read("a.docx", content)[0]] == ["表1", "页眉", "表2"]


# ---- what comes from elsewhere


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ("<w:altChunk/>", "插入的另一个文件"),
        ("<w:p><w:subDoc/></w:p>", "引用的子文档"),
        ("<w:p><w:r><w:object/></w:r></w:p>" * 2, "嵌入的对象（如 Excel 表格）"),
    ],
)
def test_what_is_not_followed_is_told(element: str, told: str) -> None:
    found, remarks = read("a.docx", package(main=document(table((tc("甲"),)) + element)))

    assert [cell.text for grid in found for cell in grid.cells] == ["甲"]
    assert remarks == (Remark("R15", None, told),)


@pytest.mark.parametrize(
    ("main_type", "name"),
    [
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "a.dotx"),
        ("application/vnd.ms-word.document.macroEnabled.main+xml", "a.docm"),
        ("application/vnd.ms-word.template.macroEnabledTemplate.main+xml", "a.dotm"),
    ],
)
def test_templates_and_documents_with_macros_are_documents(main_type: str, name: str) -> None:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(package())) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            part = old.read(info).replace(
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                main_type.encode(),
            )
            new.writestr(info.filename, part)
    found, remarks = read(name, target.getvalue())

    assert ([cell.text for cell in found[0].cells], remarks) == (["你好"], ())


# ---- formatting left out before the tree is built


def test_formatting_changes_nothing_and_comments_are_no_formatting() -> None:
    fonts = '<w:rPr><w:rFonts w:ascii="宋体"/><w:sz w:val="18"/></w:rPr>'
    borders = '<w:tcW w:w="1" w:type="dxa"/><w:tcBorders><w:top w:val="single"/></w:tcBorders>'
    rich = f"<w:p><w:pPr><w:jc w:val='center'/>{fonts}</w:pPr><w:r>{fonts}<w:t>甲</w:t></w:r></w:p>"
    rows = (
        (tc(rich, borders + SPAN_2 + RESTART), tc(rich, borders)),
        (tc("<w:p/>", SPAN_2 + GO_ON), tc(rich.replace("甲", "乙"), borders)),
    )
    expected = [(1, 1, 2, 2, "甲"), (1, 3, 1, 1, "甲"), (2, 3, 1, 1, "乙")]

    assert cells(table(*rows)) == expected
    # In a comment or in a text, what looks like formatting is none.
    assert cells("<!-- <w:rPr> -->" + table(*rows) + "<!-- </w:rPr> -->") == expected
    assert text("<w:p><w:r><w:t><![CDATA[<w:rPr></w:rPr>]]></w:t></w:r></w:p>") == "<w:rPr></w:rPr>"


def test_a_table_with_a_box_is_read_like_one_without() -> None:
    """The way through a table with boxes is another one; both must give the same cells."""
    rows = (
        (tc("甲", RESTART), tc("<w:p><w:r><w:t>一</w:t><w:br/><w:t>二</w:t></w:r></w:p>" + "<w:p/>", SPAN_2)),
        (tc("", GO_ON), tc("丙"), tc(f"<w:p>{run('丁')}</w:p><w:p>{run('戊')}</w:p>")),
    )
    before = '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + tc("己") + "</w:tr></w:tbl>"
    plain = table(*rows).replace("</w:tbl>", before)
    expected = [
        (1, 1, 2, 1, "甲"),
        (1, 2, 1, 2, "一\n二"),
        (2, 2, 1, 1, "丙"),
        (2, 3, 1, 1, "丁\n戊"),
        (3, 2, 1, 1, "己"),
    ]
    assert cells(plain) == expected
    (_, boxed) = grids(f"<w:p>{box('盒')}</w:p>" + plain)
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in boxed.cells] == expected
