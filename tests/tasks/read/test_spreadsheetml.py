"""Excel 2003 XML workbooks: places, merges, formats, what is hidden, encodings."""

import pytest

from schemas.form import UnreadableError
from tasks.read import read, spreadsheetml
from tests.benchmarks.annex import annex
from tests.support.annex import to_docx
from tests.support.meaning import meaning, parsed
from tests.support.web import to_spreadsheetml, workbook


def sheet(rows: str, *, options: str = "", name: str = "Sheet1", columns: str = "") -> str:
    return f'<Worksheet ss:Name="{name}"><Table>{columns}{rows}</Table>{options}</Worksheet>'


def cell(text: object, kind: str = "String", attributes: str = "") -> str:
    return f'<Cell {attributes}><Data ss:Type="{kind}">{text}</Data></Cell>'


def test_cells_stand_where_they_say_or_behind_the_one_before() -> None:
    title = cell("题", attributes='ss:MergeAcross="2"')
    side = cell("甲", attributes='ss:MergeDown="1"')
    rows = (
        f"<Row>{title}{cell('后')}</Row>"
        f'<Row ss:Index="4">{side}{cell("乙")}</Row>'
        f'<Row><Cell ss:Index="2"/>{cell("丙")}</Row>'
    )
    (grid,) = spreadsheetml.grids(workbook(sheet(rows)))

    assert [(c.reference, c.row_span, c.column_span, c.text) for c in grid.cells if c.text] == [
        ("Sheet1!A1", 1, 3, "题"),
        ("Sheet1!D1", 1, 1, "后"),
        ("Sheet1!A4", 2, 1, "甲"),
        ("Sheet1!B4", 1, 1, "乙"),
        ("Sheet1!C5", 1, 1, "丙"),
    ]


@pytest.mark.parametrize(
    ("value", "kind", "code", "text"),
    [
        ("0.95", "Number", "0%", "95%"),
        ("0.95", "Number", "Percent", "95%"),
        ("138.02000000000001", "Number", "Fixed", "138.02"),
        ("45", "Number", "0&quot;人&quot;", "45人"),
        ("2023-12-31T00:00:00.000", "DateTime", "yyyy&quot;年&quot;m&quot;月&quot;", "2023年12月"),
        ("2023-12-31T00:00:00.000", "DateTime", "Short Date", "2023/12/31"),
        ("2023-12-31T00:00:00.000", "DateTime", "", "2023-12-31"),
        ("不是日子", "DateTime", "Short Date", "不是日子"),
        ("1", "Boolean", "", "TRUE"),
        ("#DIV/0!", "Error", "", "#DIV/0!"),
        ("NaN", "Number", "0%", "NaN"),
        ("一&#10;二", "String", "", "一\n二"),
        ('一<B xmlns="http://www.w3.org/TR/REC-html40">粗</B>', "String", "", "一粗"),
    ],
)
def test_a_value_is_read_as_the_sheet_shows_it(value: str, kind: str, code: str, text: str) -> None:
    styles = f'<Style ss:ID="s1"><NumberFormat ss:Format="{code}"/></Style><Style ss:ID="s2" ss:Parent="s1"/>'
    for style in ("s1", "s2"):
        row = f"<Row>{cell(value, kind, f'ss:StyleID={chr(34)}{style}{chr(34)}')}</Row>"
        (grid,) = spreadsheetml.grids(workbook(sheet(row), styles))
        assert [c.text for c in grid.cells] == [text]


def test_what_is_hidden_is_told_and_not_read() -> None:
    options = '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>'
    rows = (
        f'<Row>{cell("甲")}{cell("藏")}{cell("乙")}</Row><Row ss:Hidden="1" ss:Span="1">{cell("藏")}</Row>'
        f'<Row ss:Index="4">{cell("丙")}</Row>'
    )
    columns = '<Column ss:Index="2" ss:Hidden="1"/>'
    content = workbook(
        sheet(f"<Row>{cell('藏')}</Row>", options=options, name="选项") + sheet(rows, columns=columns)
    )
    (grid,), remarks = read("附件2.xml", content)

    assert [c.text for c in grid.cells if c.text] == ["甲", "乙", "丙"]
    assert [(remark.rule_id, remark.value) for remark in remarks] == [
        ("R13", "选项"),
        ("R13", "Sheet1（隐藏的行列，如 B1）"),
    ]


def test_a_workbook_under_the_name_xls_in_another_encoding_is_read_and_told() -> None:
    content = workbook(sheet(f"<Row>{cell('项目名称')}</Row>")).decode()
    content = content.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="gb2312"?>')
    (grid,), (remark,) = read("附件2.xls", content.encode("gb2312"))

    assert [c.text for c in grid.cells] == ["项目名称"]
    assert (remark.rule_id, remark.value, remark.expected) == ("R04", "Excel 2003 XML 表格（.xml）", ".xml")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (workbook("<Worksheet>"), "R01"),
        (workbook("").replace(b"<Workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><Workbook'), "R01"),
        (workbook(sheet(f'<Row ss:Index="99999999">{cell("甲")}</Row>')), "R08"),
        (workbook(sheet(f'<Row><Cell ss:Index="999">{cell("甲")[6:]}</Row>')), "R08"),
    ],
)
def test_damaged_and_made_up_workbooks_are_refused(content: bytes, rule: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read("a.xml", content)
    assert refused.value.rule_id == rule


@pytest.mark.parametrize("stacked", [False, True])
def test_the_annex_gives_the_same_forms(*, stacked: bool) -> None:
    found = parsed("a.xml", to_spreadsheetml(annex(), stacked=stacked))
    expected = parsed("a.docx", to_docx(annex()))

    assert [meaning(form) for form in found.forms] == [meaning(form) for form in expected.forms]
    cost = found.forms[7].indicators[3].value
    assert (cost.text, cost.address.reference) == ("24.25万元", "Sheet1!E148" if stacked else "Sheet8!E15")


def test_a_print_header_stands_as_prose_before_its_sheet() -> None:
    setup = '<PageSetup><Header x:Margin="0.3" x:Data="&amp;L（2023年度）&amp;R单位：元"/></PageSetup>'
    options = f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">{setup}</WorksheetOptions>'
    header, found = spreadsheetml.grids(workbook(sheet(f"<Row>{cell('甲')}</Row>", options=options)))

    assert (header.name, [each.text for each in header.cells]) == ("页眉", ["（2023年度）", "单位：元"])
    assert found.header == header
