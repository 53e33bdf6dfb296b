"""OpenDocument files: tables with what is repeated, merged, covered, nested and hidden; text as it is displayed."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from schemas.form import Grid, UnreadableError
from tasks.parse import parse
from tasks.read import opendocument, read
from tests.benchmarks.annex import annex
from tests.support.annex import sample, sample_text, to_docx, to_xlsx
from tests.support.meaning import check_references, meaning, parsed
from tests.support.opendocument import package, to_ods, to_odt

CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def text_cells(body: str, styles: str = "") -> list[list[tuple[object, ...]]]:
    grids = opendocument.read(package("text", body, styles=styles))
    return [
        [(cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in grid.cells]
        for grid in grids
    ]


def sheet(
    rows: str, *, columns: str = "", styles: str = "", table: str = "", masters: str = ""
) -> tuple[Grid, ...]:
    body = f'<table:table table:name="Sheet1" {table}>{columns}{rows}</table:table>'
    return opendocument.read(package("spreadsheet", body, styles=styles, masters=masters))


def row(*texts: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(CELL.format(text) for text in texts)}</table:table-row>"


def shown(content: str, attributes: str = "") -> str:
    (grid,) = sheet(
        f"<table:table-row><table:table-cell {attributes}>{content}</table:table-cell></table:table-row>"
    )
    return grid.cells[0].text if grid.cells else ""


def test_a_table_without_cells_under_its_merged_ones_is_laid_out_as_they_reach() -> None:
    # As pandoc writes it.
    tall = CELL.format("产出指标").replace(
        "<table:table-cell", '<table:table-cell table:number-rows-spanned="2"'
    )
    wide = CELL.format("修路").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-spanned="2"'
    )
    body = f"<table:table><table:table-row>{tall}{wide}{CELL.format('7公里')}</table:table-row>{row('植树', '种草', '90亩')}{row('效益', '甲', '乙', '丙')}</table:table>"

    assert text_cells(body) == [
        [
            (1, 1, 2, 1, "产出指标"),
            (1, 2, 1, 2, "修路"),
            (1, 4, 1, 1, "7公里"),
            (2, 2, 1, 1, "植树"),
            (2, 3, 1, 1, "种草"),
            (2, 4, 1, 1, "90亩"),
            *((3, at, 1, 1, text) for at, text in enumerate(("效益", "甲", "乙", "丙"), 1)),
        ]
    ]


# ---- text


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ("甲<text:span>乙<text:span>丙</text:span></text:span>丁", "甲乙丙丁"),
        ("一<text:s/>二<text:s text:c='3'/>三", "一 二   三"),
        ("一<text:tab/>二<text:line-break/>三", "一\t二\n三"),
        ("\n   甲\n  乙\n ", "甲 乙"),
        ("     9人", "     9人"),
        ('<text:a xlink:href="http://a.example/" xmlns:xlink="http://www.w3.org/1999/xlink">链接</text:a>', "链接"),
        ("绩<text:note><text:note-body><text:p>注</text:p></text:note-body></text:note>效", "绩效"),
        ("绩<office:annotation><text:p>批注</text:p></office:annotation>效", "绩效"),
        ("<text:ruby><text:ruby-base>绩</text:ruby-base><text:ruby-text>jì</text:ruby-text></text:ruby>", "绩"),
        ('见<text:span text:style-name="T9">不见</text:span>', "见"),
        ('见<text:hidden-text text:is-hidden="true">不见</text:hidden-text>', "见"),
        ("第<text:page-number>3</text:page-number>页", "第3页"),
    ],
)  # fmt: skip
def test_a_paragraph_is_read_as_it_is_displayed(paragraph: str, text: str) -> None:
    style = '<style:style style:name="T9" style:family="text"><style:text-properties text:display="none"/></style:style>'

    assert text_cells(f"<text:p>{paragraph}</text:p>", style) == [[(1, 1, 1, 1, text)]]


def test_inserted_text_counts_and_deleted_text_does_not() -> None:
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>旧的</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    line = '<text:p>甲<text:change text:change-id="a"/><text:change-start text:change-id="b"/>新<text:change-end text:change-id="b"/></text:p>'

    assert text_cells(changes + line) == [[(1, 1, 1, 1, "甲新")]]


def test_headings_lists_and_sections_are_prose_between_tables() -> None:
    cell = "<table:table-cell><text:p>表</text:p></table:table-cell>"
    grids = opendocument.read(
        package(
            "text",
            "<text:h>标题</text:h><text:list><text:list-item><text:p>一</text:p></text:list-item></text:list><text:p/>"
            f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
            "<text:section><text:p>后</text:p></text:section>"
            '<text:section text:display="none"><text:p>藏</text:p></text:section>',
        )
    )
    assert [(grid.name, grid.is_prose, [cell.text for cell in grid.cells]) for grid in grids] == [
        ("段落", True, ["标题", "一"]),
        ("表1", False, ["表"]),
        ("段落", True, ["后"]),
    ]


def test_merged_and_covered_cells() -> None:
    def cell(text: str, attributes: str = "") -> str:
        return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"

    head = (
        cell("题", 'table:number-columns-spanned="3"')
        + '<table:covered-table-cell table:number-columns-repeated="2"/>'
    )
    side = cell("甲", 'table:number-rows-spanned="2"') + cell("乙") + cell("丙")
    below = "<table:covered-table-cell><text:p>盖住</text:p></table:covered-table-cell>" + cell(
        "", 'table:number-columns-repeated="2"'
    )
    rows = "".join(f"<table:table-row>{each}</table:table-row>" for each in (side, below))
    body = f"<table:table><table:table-header-rows><table:table-row>{head}</table:table-row></table:table-header-rows>{rows}</table:table>"

    assert text_cells(body) == [
        [
            (1, 1, 1, 3, "题"),
            (2, 1, 2, 1, "甲"),
            (2, 2, 1, 1, "乙"),
            (2, 3, 1, 1, "丙"),
            (3, 2, 1, 1, ""),
            (3, 3, 1, 1, ""),
        ]
    ]


def test_nested_tables_stand_in_reading_order() -> None:
    inner = f"<table:table><table:table-row>{CELL.format('内')}</table:table-row></table:table>"
    first = f"<table:table-cell><text:p>前</text:p>{inner}</table:table-cell>"
    body = f"<table:table><table:table-row>{first}{CELL.format('后')}</table:table-row></table:table>"
    grids = opendocument.read(package("text", body))

    assert [(grid.name, [(cell.row, cell.column, cell.text) for cell in grid.cells]) for grid in grids] == [
        ("表1", [(1, 1, "前")]),
        ("表2", [(1, 1, "内")]),
        ("表1", [(1, 2, "后")]),
    ]


def test_a_box_floats_over_the_row_it_hangs_on() -> None:
    box = "<draw:frame><draw:text-box><text:p>村干部</text:p><text:p>补贴</text:p></draw:text-box><svg:title>图</svg:title></draw:frame>"
    body = (
        f"{box}<table:table><table:table-row>{CELL.format('项目名称')}<table:table-cell><text:p>{box}</text:p></table:table-cell>"
        "</table:table-row></table:table>"
        "<text:p>段<draw:g><draw:custom-shape><text:p>形</text:p></draw:custom-shape></draw:g></text:p>"
    )
    grids = opendocument.read(package("text", body))

    assert [
        [(cell.row, cell.column, cell.text, cell.is_floating) for cell in grid.cells] for grid in grids
    ] == [
        [(1, 1, "村干部\n补贴", True)],
        [(1, 1, "项目名称", False), (1, 2, "", False), (1, 2, "村干部\n补贴", True)],
        [(1, 1, "段", False), (2, 1, "形", True)],
    ]


# ---- sheets


@pytest.mark.parametrize(
    ("content", "attributes", "text"),
    [
        ("<text:p>95%</text:p>", 'office:value-type="percentage" office:value="0.95"', "95%"),
        ("<text:p>138.02万元</text:p>", 'office:value-type="float" office:value="1380200"', "138.02万元"),
        (
            "<text:p>2023年12月</text:p>",
            'office:value-type="date" office:date-value="2023-12-01"',
            "2023年12月",
        ),
        ("<text:p>一</text:p><text:p>二</text:p>", 'office:value-type="string"', "一\n二"),
        ("<office:annotation><text:p>批注</text:p></office:annotation><text:p>甲</text:p>", "", "甲"),
        ("", 'office:value-type="percentage" office:value="0.985"', "98.5%"),
        ("", 'office:value-type="percentage" office:value="0.07"', "7%"),
        ("", 'office:value-type="float" office:value="138.02000000000001"', "138.02"),
        ("", 'office:value-type="currency" office:currency="CNY" office:value="1380200"', "1380200"),
        ("", 'office:value-type="date" office:date-value="2023-12-31"', "2023-12-31"),
        ("", 'office:value-type="date" office:date-value="2023-12-31T00:00:00"', "2023-12-31"),
        ("", 'office:value-type="date" office:date-value="2023-12-31T08:30:00"', "2023-12-31 08:30:00"),
        ("", 'office:value-type="time" office:time-value="PT08H30M00S"', "08:30:00"),
        ("", 'office:value-type="boolean" office:boolean-value="true"', "TRUE"),
        ("", 'office:value-type="string" office:string-value="文字"', "文字"),
        ("", 'office:value-type="float" office:value="很多"', "很多"),
    ],
)
def test_a_cell_shows_what_is_displayed_else_its_value(content: str, attributes: str, text: str) -> None:
    assert shown(content, attributes) == text


def test_references_are_quoted_like_a_workbooks() -> None:
    names = ("Sheet1", "村 干部", "2023年")
    body = "".join(f'<table:table table:name="{name}">{row("", "甲")}</table:table>' for name in names)
    grids = opendocument.read(package("spreadsheet", body))

    assert [(grid.name, [cell.reference for cell in grid.cells]) for grid in grids] == [
        ("表1", ["Sheet1!B1"]),
        ("表2", ["'村 干部'!B1"]),
        ("表3", ["'2023年'!B1"]),
    ]


def test_what_is_repeated_stands_in_each_of_its_places() -> None:
    twice = '<table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>10</text:p></table:table-cell>'
    (grid,) = sheet(
        row("头") + f'<table:table-row table:number-rows-repeated="2">{twice}</table:table-row>' + row("尾")
    )
    assert [(cell.reference, cell.text) for cell in grid.cells] == [
        ("Sheet1!A1", "头"), ("Sheet1!B1", ""),
        ("Sheet1!A2", "10"), ("Sheet1!B2", "10"),
        ("Sheet1!A3", "10"), ("Sheet1!B3", "10"),
        ("Sheet1!A4", "尾"), ("Sheet1!B4", ""),
    ]  # fmt: skip


def test_empty_rows_and_columns_cost_nothing() -> None:
    far = '<table:table-cell table:number-columns-repeated="16380"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{far}</table:table-row>'
    first = f"<table:table-row>{CELL.format('甲')}{far}</table:table-row>"
    (grid,) = sheet(first + empty)

    assert [(cell.reference, cell.text) for cell in grid.cells] == [("Sheet1!A1", "甲")]


def test_text_repeated_over_the_whole_sheet_is_over_the_budget() -> None:
    with pytest.raises(UnreadableError) as refused:
        sheet(row("甲", attributes='table:number-rows-repeated="1048576"'))
    assert refused.value.rule_id == "R08"


def test_a_number_that_is_none_counts_as_one() -> None:
    (grid,) = sheet(row("甲", attributes='table:number-rows-repeated="-9"') + row("乙"))

    assert [cell.reference for cell in grid.cells] == ["Sheet1!A1", "Sheet1!A2"]


def test_a_far_cell_is_over_the_budget() -> None:
    skip = '<table:table-cell table:number-columns-repeated="16000"/>'
    with pytest.raises(UnreadableError) as refused:
        sheet(f"<table:table-row>{skip}{CELL.format('甲')}</table:table-row>")
    assert refused.value.rule_id == "R08"


def test_merges_end_with_what_is_written() -> None:
    wide = 'table:number-columns-spanned="1000000" table:number-rows-spanned="1000000"'
    (grid,) = sheet(
        f"<table:table-row><table:table-cell {wide}><text:p>题</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:covered-table-cell/><table:covered-table-cell/></table:table-row>"
        + row("", "", "")
    )
    assert [(cell.text, cell.row_span, cell.column_span) for cell in grid.cells] == [("题", 1, 1)]


def test_a_hidden_sheet_is_told_and_not_read() -> None:
    style = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    hidden = f'<table:table table:name="选项" table:style-name="ta2">{row("一年期项目")}</table:table>'
    seen = f'<table:table table:name="Sheet1" table:style-name="ta1">{row("甲")}</table:table>'
    for content in (
        package("spreadsheet", hidden + seen, styles=style),
        package("spreadsheet", hidden + seen, named_styles=style),
    ):
        grids, remarks = read("附件2.ods", content)

        assert [(grid.name, [cell.text for cell in grid.cells]) for grid in grids] == [("表1", ["甲"])]
        assert [(remark.rule_id, remark.value) for remark in remarks] == [("R13", "选项")]


def test_hidden_rows_and_columns_are_told_and_not_read() -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
    title = '<table:table-cell table:number-columns-spanned="4"><text:p>题</text:p></table:table-cell>'
    rows = (
        f'<table:table-row table:visibility="filter">{title}</table:table-row>'
        + row("甲", "藏", "", "乙")
        + row("筛掉", attributes='table:visibility="filter" table:number-rows-repeated="2"')
        + row("丙", "", "", "丁")
    )
    body = f'<table:table table:name="Sheet1">{columns}{rows}</table:table>'
    grids, remarks = read("附件2.ods", package("spreadsheet", body))

    assert [[(cell.reference, cell.text) for cell in grid.cells] for grid in grids] == [
        [("Sheet1!A2", "甲"), ("Sheet1!D2", "乙"), ("Sheet1!A5", "丙"), ("Sheet1!D5", "丁")]
    ]
    assert [(remark.rule_id, remark.value) for remark in remarks] == [("R13", "Sheet1（隐藏的行列，如 A1）")]


def test_a_merged_text_is_seen_where_only_its_first_row_or_column_is_hidden() -> None:
    columns = '<table:table-column table:visibility="collapse"/><table:table-column/>'
    block = '<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="3"><text:p>绩效指标</text:p></table:table-cell>'
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    rows = (
        f'<table:table-row table:visibility="collapse">{block}</table:table-row>'
        f"<table:table-row>{covered}{CELL.format('甲')}</table:table-row>"
        f"<table:table-row>{covered}{CELL.format('乙')}</table:table-row>"
    )
    (grid,) = sheet(rows, columns=columns)

    assert [
        (cell.row, cell.column, cell.row_span, cell.column_span, cell.text, cell.reference)
        for cell in grid.cells
    ] == [
        (2, 2, 2, 1, "绩效指标", "Sheet1!A1"),
        (2, 3, 1, 1, "甲", "Sheet1!C2"),
        (3, 3, 1, 1, "乙", "Sheet1!C3"),
    ]


def test_hidden_rows_and_columns_of_a_text_table_are_not_read() -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    rows = row("甲", "藏", "乙") + row("筛", attributes='table:visibility="collapse"') + row("丙", "", "丁")

    assert [each[-1] for each in text_cells(f"<table:table>{columns}{rows}</table:table>")[0]] == [
        "甲",
        "乙",
        "丙",
        "丁",
    ]


def test_a_shape_over_a_sheet_floats() -> None:
    box = "<draw:frame><draw:text-box><text:p>补贴</text:p></draw:text-box></draw:frame>"
    (grid,) = sheet(
        f"<table:table-row>{CELL.format('甲')}<table:table-cell>{box}</table:table-cell></table:table-row>{row('乙')}"
    )
    assert [(cell.row, cell.column, cell.text, cell.is_floating) for cell in grid.cells] == [
        (1, 1, "甲", False),
        (1, 2, "补贴", True),
        (2, 1, "乙", False),
    ]


# ---- the file around them


@pytest.mark.parametrize("kind", ["text", "spreadsheet"])
def test_a_password_is_r02(kind: str) -> None:
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    with pytest.raises(UnreadableError) as refused:
        read("a.odt", package(kind, "", manifest=entry))
    assert refused.value.rule_id == "R02"


def test_a_file_without_its_type_is_known_by_its_manifest() -> None:
    grids, remarks = read("a.docx", package("text", "<text:p>甲</text:p>", mimetype=False))

    assert [cell.text for grid in grids for cell in grid.cells] == ["甲"]
    assert [(remark.rule_id, remark.value, remark.expected) for remark in remarks] == [
        ("R04", "OpenDocument 文档（.odt）", ".odt")
    ]


@pytest.mark.parametrize("content", ["<a/>", "<office:document", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_damaged_content_is_r01(content: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    with pytest.raises(UnreadableError) as refused:
        read("a.odt", target.getvalue())
    assert refused.value.rule_id == "R01"


# ---- the annex


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.odt", to_odt),
        ("a.ods", to_ods),
        ("a.ods", lambda described: to_ods(described, stacked=True)),
    ],
)
def test_the_annex_gives_the_same_forms(name: str, write: object) -> None:
    content = write(annex())  # type: ignore[operator]
    found = parsed(name, content)
    expected = parsed("a.docx", to_docx(annex()))

    assert len(found.forms) == 14
    assert [meaning(form) for form in found.forms] == [meaning(form) for form in expected.forms]
    if name == "a.ods":
        assert check_references(content, found.forms) == 14 * (8 + 2 + 7 * 2)
        cost = found.forms[7].indicators[3].value
        assert (cost.text, cost.address.table) == (
            "24.25万元",
            "表8" if "Sheet8" in cost.address.reference else "表1",
        )


@pytest.mark.parametrize(("target", "boxed"), [("odt", False), ("odt", True), ("ods", False)])
def test_the_sample_as_libreoffice_writes_it_gives_the_same_forms(
    target: str, *, boxed: bool, tmp_path: Path
) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    source = tmp_path / ("annex.docx" if target == "odt" else "annex.xlsx")
    source.write_bytes(to_docx(sample(), boxed_names=boxed) if target == "odt" else to_xlsx(sample()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        target,
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    content = (tmp_path / f"annex.{target}").read_bytes()
    found = parsed(f"a.{target}", content)
    expected = parse(read("a.txt", sample_text())[0])

    assert len(found.forms) == 14
    assert sum(len(form.indicators) for form in found.forms) == 111
    assert [meaning(form) for form in found.forms] == [meaning(form) for form in expected.forms]
    if target == "ods":
        assert check_references(content, found.forms) > 14 * 20


# ---- what is printed above each page

OF_PAGE = '<style:style style:name="ta1" style:family="table" style:master-page-name="页"/>'
REGIONS = (
    "<style:region-left><text:p>（2023年度）</text:p></style:region-left>"
    "<style:region-right><text:p>单位：<text:span>元</text:span></text:p></style:region-right>"
)
NAMED = "<text:p><text:sheet-name>???</text:sheet-name></text:p>"


def master(headers: str, name: str = "页") -> str:
    return f'<style:master-page style:name="{name}">{headers}</style:master-page>'


@pytest.mark.parametrize(
    ("headers", "lines"),
    [
        (f"<style:header>{REGIONS}</style:header>", ["（2023年度）", "单位：元"]),
        (f"<style:header>{NAMED}<text:p>第<text:page-number>1</text:page-number>页</text:p></style:header>", ["第页"]),
        ("<style:header><text:p>次页</text:p></style:header><style:header-left><text:p>双页</text:p></style:header-left><style:header-first><text:p>首页</text:p></style:header-first>",
            ["首页", "次页", "双页"],
        ),
        ('<style:header><text:p>甲</text:p></style:header><style:header-left style:display="false"><text:p>藏</text:p></style:header-left>', ["甲"]),
    ],
)  # fmt: skip
def test_a_print_header_stands_as_prose_before_its_sheet(headers: str, lines: list[str]) -> None:
    header, found = sheet(
        row("甲"),
        styles=OF_PAGE,
        table='table:style-name="ta1"',
        masters=master(headers) + master("", "Default"),
    )
    assert (header.name, header.is_prose, [cell.text for cell in header.cells]) == ("页眉", True, lines)
    assert (found.name, found.header) == ("表1", header)


@pytest.mark.parametrize(
    "masters",
    [
        "",
        master(f"<style:header>{NAMED}</style:header>"),
        master("<style:footer><text:p>脚</text:p></style:footer>"),
        master('<style:header style:display="false"><text:p>藏</text:p></style:header>'),
        master("<style:header><text:p>别的页</text:p></style:header>", "Default"),
    ],
)
def test_a_sheet_without_a_print_header(masters: str) -> None:
    (found,) = sheet(row("甲"), styles=OF_PAGE, table='table:style-name="ta1"', masters=masters)

    assert (found.name, found.header) == ("表1", None)


def test_a_sheet_of_no_style_is_printed_as_all_are() -> None:
    header, _ = sheet(
        row("甲"), masters=master("<style:header><text:p>眉</text:p></style:header>", "Default")
    )

    assert [cell.text for cell in header.cells] == ["眉"]
