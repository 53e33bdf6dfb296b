"""Workbooks written by hand: what cells hold besides plain values, what is hidden, what floats over a sheet."""

import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.form import Address, Cell, Grid, Remark, UnreadableError
from tasks.read import read
from tasks.read.date_formats import show_date
from tasks.read.number_formats import NumberFormat
from tasks.read.outline import _small
from tasks.read.xlsx_markup import _known

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def relations(*named: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(named, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def workbook(
    sheet: str,
    *,
    parts: dict[str, str] | None = None,
    strings: str = "",
    styles: str = "",
    properties: str = "",
) -> bytes:
    """A workbook of one sheet, whose part is given."""
    all_parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "styles.xml"),
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        "xl/worksheets/sheet1.xml": sheet,
        **(parts or {}),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in all_parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def worksheet(rows: str, *, before: str = "", after: str = "", spaces: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"{spaces}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def unusual(sheet: str) -> str:
    """The same part with a comment in it, which no usual program writes: it is read through a tree."""
    return sheet.replace("<sheetData>", "<!-- --><sheetData>")


def formats(*codes: str) -> str:
    """Styles of which the n-th has the n-th code, or the built-in format where the code is a number."""
    own = "".join(
        f'<numFmt numFmtId="{200 + number}" formatCode="{code}"/>' for number, code in enumerate(codes)
    )
    cells = "".join(
        f'<xf numFmtId="{code if code.isdigit() else 200 + number}"/>' for number, code in enumerate(codes)
    )
    return f"<numFmts>{own}</numFmts><cellXfs>{cells}</cellXfs>"


def texts(content: bytes) -> list[str]:
    return [cell.text for grid in read("a.xlsx", content)[0] for cell in grid.cells]


WAYS = pytest.mark.parametrize("way", [str, unusual])


@WAYS
def test_every_kind_of_cell(way: type) -> None:
    rows = (
        '<row r="1"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>一&amp;二</t></is></c>'
        '<c r="C1" t="str"><f>A1</f><v>三</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#REF!</v></c>'
        '<c r="F1"><f>SUM(A2:A9)</f><v>138.02</v></c><c r="G1" t="d"><v>2023-05-01</v></c>'
        '<c r="H1" t="n"><v>1.3802E2</v></c><c t="s" s="0" r="I1"><v>1</v></c><c r="J1" t="s" cm="1"><v>1</v></c></row>'
    )
    strings = "<si><t>项目名称</t></si><si><r><rPr><b/></rPr><t>村</t></r><r><t xml:space='preserve'>干部 </t></r></si>"

    assert texts(workbook(way(worksheet(rows)), strings=strings)) == [
        "项目名称",
        "一&二",
        "三",
        "TRUE",
        "#REF!",
        "138.02",
        "2023-05-01",
        "138.02",
        "村干部 ",
        "村干部 ",
    ]


def test_escapes_and_reading_aids_and_line_ends() -> None:
    strings = (
        '<si><t>一_x000D_&#10;二_x005F_</t></si><si><t>绩效</t><rPh sb="0" eb="2"><t>jìxiào</t></rPh></si>'
        '<si><r><t>&lt;5</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si><si/>'
    )
    rows = "".join(f'<c r="{letter}1" t="s"><v>{at}</v></c>' for at, letter in enumerate("ABCD"))

    assert texts(workbook(worksheet(f'<row r="1">{rows}</row>'), strings=strings)) == [
        "一\n二_",
        "绩效",
        "<5",
    ]


@WAYS
def test_a_formula_without_a_result_is_told(way: type) -> None:
    rows = (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>合计</t></is></c><c r="B2"><f>SUM(B3:B9)</f></c>'
        '<c r="C2"><f>1+1</f><v></v></c><c r="D2" t="str"><f>""</f><v></v></c><c r="E2"><f t="shared" si="0"/></c></row>'
    )
    grids, remarks = read("a.xlsx", workbook(way(worksheet(rows))))

    assert [cell.text for cell in grids[0].cells] == ["合计"]
    assert remarks == tuple(
        Remark("R16", Address(None, "表1", 2, "", f"Sheet1!{column}2"), formula)
        for column, formula in (("B", "=SUM(B3:B9)"), ("C", "=1+1"), ("E", "（公式）"))
    )


@WAYS
def test_a_sign_in_an_attribute_that_ends_no_tag(way: type) -> None:
    rows = (
        '<row r="1" x="a>b" hidden="1"><c r="A1" t="inlineStr"><is><t>一</t></is></c></row>'
        '<row r="2"><c r="A2" x=">" t="inlineStr"><is><t>a>b</t></is></c></row>'
    )
    grids, _ = read("a.xlsx", workbook(way(worksheet(rows))))

    assert [cell.text for cell in grids[0].cells] == ["a>b"]


@WAYS
def test_of_a_cell_that_is_there_twice_the_last_counts(way: type) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>一</t></is></c><c r="B1"><v>1</v></c>'
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>二</t></is></c></row>'
    )
    assert texts(workbook(way(worksheet(rows)), strings="<si><t>甲</t></si>")) == ["甲", "二"]


@WAYS
@pytest.mark.parametrize("number", ["1", "-1", "+0", " 0", "0_0", "9" * 5_000, "一", ""])
def test_a_shared_string_that_is_not_there(way: type, number: str) -> None:
    rows = f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>{number}</v></c></row>'
    book = workbook(way(worksheet(rows)), strings="<si><t>甲</t></si>")
    if not number:
        assert texts(book) == ["甲"]
        return
    with pytest.raises(UnreadableError) as refused:
        read("a.xlsx", book)
    assert refused.value.rule_id == "R01"


@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(
                (
                    '<c r="{}" t="s"><v>{}</v></c>',
                    '<c r="{}" s="1" t="s"><v>{}</v></c>',
                    '<c r="{}"><v>{}</v></c>',
                    '<c r="{}" s="1"><v>{}</v></c>',
                    '<c r="{}" t="inlineStr"><is><t>一{}</t></is></c>',
                    '<c r="{}" t="inlineStr"><is><r><t>一</t></r><r><t>{}</t></r></is></c>',
                    '<c r="{}" t="str"><f>A1</f><v>{}</v></c>',
                    '<c r="{}"><f>SUM(A{})</f></c>',
                    '<c r="{}" s="{}"/>',
                    '<c r="{}"></c>\n ',
                    '<c r="{}" t="str"><v>&lt;{}&#10;</v></c> 间',
                )
            ),
            st.integers(0, 1),
        ),
        max_size=12,
    ),
    layout=st.lists(
        st.sampled_from(
            (
                '<mergeCell ref="A1:B2"/>',
                '<mergeCell ref="B3:C3"/>',
                "<headerFooter><oddHeader>&amp;C页</oddHeader></headerFooter>",
            )
        ),
        max_size=3,
        unique=True,
    ),
)
def test_tags_and_texts_taken_apart_say_what_the_tree_says(
    cells: list[tuple[str, int]], layout: list[str]
) -> None:
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            cell.format(f"{'ABC'[at]}{row}", number)
            for at, (cell, number) in enumerate(cells[start : start + 3])
        )
        + "</row>"
        for row, start in enumerate(range(0, len(cells), 3), 1)
    )
    part = worksheet(rows, after="".join(layout))
    strings = "<si><t>甲&amp;</t></si><si><t xml:space='preserve'> 乙</t></si>"

    ways = [
        read("a.xlsx", workbook(way(part), strings=strings, styles=formats("General", "0%")))
        for way in (str, unusual)
    ]
    assert ways[0] == ways[1]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ("<si><t>甲</t></si><si><t>乙</t></si>", ["甲", "乙"]),
        ('<si><t xml:space="preserve"> 甲</t></si><si><t></t></si>', [" 甲"]),
        ("<si><t>甲</t></si><si><t/></si><si><t>乙</t></si>", ["甲", "乙"]),
        ("<si><t>甲</t></si><si><r><t>乙</t></r><r><t>丙</t></r></si>", ["甲", "乙丙"]),
        ("<si><t>甲</t></si>\n<si><t>乙&gt;_x0041_</t></si>", ["甲", "乙>A"]),
        ("<si><t>甲</t></si><si><t>乙</t><rPh><t>yi</t></rPh></si>", ["甲", "乙"]),
    ],
)
def test_tables_of_strings(items: str, said: list[str]) -> None:
    rows = "".join(
        f'<c r="{letter}1" t="s"><v>{at}</v></c>' for at, letter in enumerate("ABC"[: items.count("<si>")])
    )

    assert [
        text for text in texts(workbook(worksheet(f'<row r="1">{rows}</row>'), strings=items)) if text
    ] == said


def test_many_formulas_without_a_result_are_told_together() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><f>B{row}</f></c></row>' for row in range(1, 101))
    _, remarks = read("a.xlsx", workbook(worksheet(rows)))

    assert [remark.rule_id for remark in remarks] == ["R16"] * 20 + ["R15"]
    assert remarks[-1].value == "工作表“Sheet1”另有 80 个没有结果的公式"


@WAYS
def test_hidden_rows_and_columns_are_not_read_and_told(way: type) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>4</v></c></row><row r="3"><c r="A3"><v>5</v></c></row>'
    )
    columns = '<cols><col min="2" max="2" width="9" hidden="1"/></cols>'
    grids, remarks = read("a.xlsx", workbook(way(worksheet(rows, before=columns))))

    assert [(cell.reference, cell.text) for cell in grids[0].cells if cell.text] == [
        ("Sheet1!A1", "1"),
        ("Sheet1!C1", "3"),
        ("Sheet1!A3", "5"),
    ]
    assert remarks == (Remark("R13", None, "Sheet1（隐藏的行列，如 B1）"),)


@WAYS
@pytest.mark.parametrize("place", ['min="a" max="b"', 'min="²" max="3"', 'max="2"', f'min="1" max="{9**40}"'])
def test_a_hidden_column_that_is_none_hides_nothing(way: type, place: str) -> None:
    columns = f'<cols><col {place} hidden="1"/></cols>'
    sheet = worksheet('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>', before=columns)
    assert texts(workbook(way(sheet))) == ["1", "2"]


@WAYS
def test_merged_blocks(way: type) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row><row r="2"><c r="C2"><v>3</v></c></row>'
    )
    merges = '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'
    grids, _ = read("a.xlsx", workbook(way(worksheet(rows, after=merges))))

    assert [(cell.reference, cell.row_span, cell.column_span) for cell in grids[0].cells] == [
        ("Sheet1!A1", 2, 2),
        ("Sheet1!C1", 1, 1),
        ("Sheet1!C2", 1, 1),
    ]


def test_a_prefix_for_every_name_and_cells_without_addresses() -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row>'
        "<x:row><x:c/><x:c><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    grids, _ = read("a.xlsx", workbook(sheet))
    assert [(cell.reference, cell.text) for cell in grids[0].cells if cell.text] == [
        ("Sheet1!A1", "1"),
        ("Sheet1!B1", "2"),
        ("Sheet1!B2", "3"),
    ]


def test_the_strict_namespace_is_read() -> None:
    content = workbook(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name).replace(MAIN.encode(), STRICT.encode())
            strict = part.replace(OFFICE.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships")
            new.writestr(name, strict)
    assert texts(target.getvalue()) == ["1"]


def test_a_box_floats_over_the_cell_it_hangs_on() -> None:
    body = "<a:p><a:r><a:t>护路员</a:t></a:r><a:br/><a:r><a:t>补贴</a:t></a:r></a:p><a:p/>"
    shape = f"<xdr:sp><xdr:nvSpPr/><xdr:spPr/><xdr:txBody><a:bodyPr/>{body}</xdr:txBody></xdr:sp>"
    anchor = (
        "<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>3</xdr:row></xdr:from>"
        f"{shape}<xdr:clientData/></xdr:twoCellAnchor>"
    )
    picture = "<xdr:oneCellAnchor><xdr:from/><xdr:pic/></xdr:oneCellAnchor>"
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("drawing", "../drawings/drawing1.xml")),
        "xl/drawings/drawing1.xml": f'<xdr:wsDr xmlns:xdr="{DRAWING}/spreadsheetDrawing" '
        f'xmlns:a="{DRAWING}/main">{anchor}{picture}</xdr:wsDr>',
    }
    sheet = worksheet(
        '<row r="4"><c r="A4" t="inlineStr"><is><t>项目名称</t></is></c></row>',
        after='<drawing r:id="rId1"/>',
        spaces=f' xmlns:r="{OFFICE}"',
    )
    ((grid,), _) = read("a.xlsx", workbook(sheet, parts=parts))

    assert grid == Grid(
        "表1",
        (
            Cell(4, 1, "项目名称", reference="Sheet1!A4"),
            Cell(4, 2, "护路员\n补贴", reference="Sheet1!B4", is_floating=True),
        ),
    )


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("yyyy&quot;年&quot;m&quot;月&quot;", "45047", "2023年5月"),
        ("[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@", "45291", "2023年12月31日"),
        ("m\\月d\\日", "45291", "12月31日"),
        ("14", "45291", "2023/12/31"),
        ("31", "45291", "2023年12月31日"),
        ("57", "45047", "2023年5月"),
        ("yyyy/mm/dd hh:mm:ss", "45047.5", "2023/05/01 12:00:00"),
        ("h:mm AM/PM", "0.75", "6:00 PM"),
        ("上午/下午h&quot;时&quot;mm&quot;分&quot;", "0.375", "上午9时00分"),
        ("[h]:mm", "1.5", "36:00"),
        ("aaaa", "45047", "星期一"),
        ("yyyy-mm-dd", "-1", "-1"),
        ("yyyy-mm-dd", "99999999", "99999999"),
        ("yyyy-mm-dd", "1E30", "1" + "0" * 30),
        ("0;-0;;@", "0", ""),
        (";;", "5", ""),
    ],
)
def test_dates_and_hidden_numbers(code: str, number: str, shown: str) -> None:
    rows = f'<row r="1"><c r="A1" s="0"><v>{number}</v></c><c r="B1" t="str"><v>。</v></c></row>'
    found = texts(workbook(worksheet(rows), styles=formats(code)))

    assert found == ([shown, "。"] if shown else ["。"])


def test_a_conditional_format_with_the_same_number_is_another_one() -> None:
    rows = '<row r="1"><c r="A1" s="0"><v>45291</v></c></row>'
    conditional = '<dxfs><dxf><numFmt numFmtId="200" formatCode="0.00%"/></dxf></dxfs>'
    assert texts(workbook(worksheet(rows), styles=formats("yyyy-mm-dd") + conditional)) == ["2023-12-31"]


def test_dates_that_count_from_1904() -> None:
    rows = '<row r="1"><c r="A1" s="0"><v>43829</v></c></row>'
    content = workbook(worksheet(rows), styles=formats("yyyy-mm-dd"), properties='<workbookPr date1904="1"/>')
    assert texts(content) == ["2023-12-31"]


@pytest.mark.parametrize(
    ("number", "shown"), [("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01")]
)
def test_the_first_days_of_the_calendar(number: str, shown: str) -> None:
    assert show_date("yyyy-mm-dd", Decimal(number), from_1904=False) == shown


@pytest.mark.parametrize(
    ("code", "text", "shown"),
    [
        ('@"万元"', "5", "5万元"),
        ("@", "5", "5"),
        ("General", "5", "5"),
        ("0;-0;0;", "5", ""),
        ('0;-0;0;"≥"@', "5", "≥5"),
    ],
)
def test_formats_of_texts(code: str, text: str, shown: str) -> None:
    assert NumberFormat(code).show_text(text) == shown


@pytest.mark.parametrize(
    "sheet",
    [
        worksheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')[:-30],
    ],
)
def test_a_damaged_sheet_is_r01(sheet: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read("a.xlsx", workbook(sheet))
    assert refused.value.rule_id == "R01"


def test_a_sheet_of_thousands_of_merged_blocks_is_read_and_not_kept() -> None:
    """What is remembered of sheets is small, however many a process reads; a block of one cell merges nothing."""
    merged = "".join(f'<mergeCell ref="B{row}:B{row}"/>' for row in range(2, 4_000))
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="B1"><v>1</v></c></row>'
    held = _known.cache_info().currsize, _small.cache_info().currsize
    ((grid,), _) = read("a.xlsx", workbook(worksheet(cells, after=f"<mergeCells>{merged}</mergeCells>")))

    assert [cell.text for cell in grid.cells] == ["甲", "1"]
    assert (_known.cache_info().currsize, _small.cache_info().currsize) == held


def test_hundreds_of_columns_of_every_project_in_one_sheet() -> None:
    """A project a row, its indicators in columns: wide, and read in full."""
    letters = [f"{first}{second}" for first in " ABCDEFGH" for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    row = "".join(f'<c r="{name.strip()}{{0}}"><v>{number}</v></c>' for number, name in enumerate(letters, 1))
    rows = "".join(f'<row r="{number}">{row.format(number)}</row>' for number in range(1, 101))
    ((grid,), _) = read("a.xlsx", workbook(worksheet(rows)))

    assert len(grid.cells) == 234 * 100
    assert (grid.cells[-1].reference, grid.cells[-1].text) == ("Sheet1!HZ100", "234")


@pytest.mark.parametrize("sheet", ['<c r="A1"><x>' * 150_000, '<c r="A1"><f>' * 150_000])
def test_cells_without_an_end_cost_no_search_through_the_whole_part(sheet: str) -> None:
    """Were each searched to the end of the part, this would take hours."""
    with pytest.raises(UnreadableError) as refused:
        read("a.xlsx", workbook(worksheet(f'<row r="1">{sheet}</row>')))
    assert refused.value.rule_id in {"R01", "R08"}


def test_reading_aids_without_an_end_cost_no_search_through_the_whole_part() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    strings = "<si><t>一</t>" + "<rPh >" * 200_000 + "</si>"

    assert texts(workbook(worksheet(rows), strings=strings)) == ["1"]


# ---- what is printed above each page

ROW_OF_ONE = '<row><c t="inlineStr"><is><t>甲</t></is></c></row>'


@pytest.mark.parametrize(
    ("printed", "lines"),
    [
        ("&amp;L&amp;&quot;宋体,加粗&quot;&amp;14（2023年度）&amp;R单位：元", ["（2023年度）", "单位：元"]),
        ("&amp;C甲&amp;&amp;乙&amp;K01+000丙", ["甲&乙丙"]),
        ("&amp;C&amp;A 第 &amp;P", ["第"]),
    ],
)
def test_a_print_header_stands_as_prose_before_its_sheet(printed: str, lines: list[str]) -> None:
    after = f"<headerFooter><oddHeader>{printed}</oddHeader></headerFooter>"
    content = workbook(worksheet(ROW_OF_ONE, after=after))

    header, sheet = read("a.xlsx", content)[0]

    assert (header.name, header.is_prose, [cell.text for cell in header.cells]) == ("页眉", True, lines)
    assert (sheet.name, sheet.header) == ("表1", header)


@pytest.mark.parametrize("after", ["", "<headerFooter><oddHeader>&amp;C&amp;A</oddHeader></headerFooter>"])
def test_a_print_header_of_codes_alone_says_nothing(after: str) -> None:
    content = workbook(worksheet(ROW_OF_ONE, after=after))

    assert [(grid.name, grid.header) for grid in read("a.xlsx", content)[0]] == [("表1", None)]


@pytest.mark.parametrize(
    ("attributes", "lines"),
    [
        ('differentFirst="1" differentOddEven="1"', ["单位：元", "次页", "双页"]),
        ('differentFirst="true"', ["单位：元", "次页"]),
        ('differentFirst="0"', ["次页"]),
    ],
)
def test_the_header_of_the_first_page_counts_where_it_is_set_apart(attributes: str, lines: list[str]) -> None:
    headers = (
        "<oddHeader>&amp;C次页</oddHeader><evenHeader>&amp;L单位：元&amp;C双页</evenHeader>"
        "<firstHeader>&amp;R单位：元</firstHeader>"
    )
    after = f"<headerFooter {attributes}>{headers}</headerFooter>"
    (header, sheet), _ = read("a.xlsx", workbook(worksheet(ROW_OF_ONE, after=after)))

    assert [cell.text for cell in header.cells] == lines
    assert sheet.header == header


def test_the_header_of_one_persons_own_view_is_not_the_sheets() -> None:
    view = "<customSheetView><headerFooter><oddHeader>藏</oddHeader></headerFooter></customSheetView>"
    content = workbook(worksheet(ROW_OF_ONE, after=f"<customSheetViews>{view}</customSheetViews>"))

    assert [grid.name for grid in read("a.xlsx", content)[0]] == ["表1"]
