"""Web pages: tables by their spans, what is nested and what only lays out; what a person sees and nothing else."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from schemas.form import UnreadableError
from tasks.parse import parse
from tasks.read import html, read
from tests.benchmarks.annex import annex
from tests.support.annex import sample, sample_text, to_docx, to_xlsx
from tests.support.meaning import meaning, parsed
from tests.support.web import page, to_html, to_mht

Cells = list[tuple[int, int, int, int, str]]


def cells(body: str) -> list[Cells]:
    return [
        [(cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in grid.cells]
        for grid in html.grids(page(body))
    ]


def text(content: str) -> str:
    """What one cell shows."""
    ((cell,),) = cells(f"<table><tr><td>{content}</td></tr></table>")
    return cell[-1]


# ---- text


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("  支持  社区\t 个数 ", "支持 社区 个数"),
        ("一行<br>二行<br/><br>四行", "一行\n二行\n\n四行"),
        ("<p>一行</p>\n<p>二行</p><div>三行</div>四行", "一行\n二行\n三行\n四行"),
        ("<ul><li>一<li>二</ul>", "一\n二"),
        ("&nbsp;&nbsp;其中：财政拨款&nbsp;", "  其中：财政拨款 "),
        ("&ge;95%&#8451;&lt;3&amp;", "≥95%℃<3&"),
        ("项目支出\n   绩效目标", "项目支出绩效目标"),
        ("（\n2023\n年度）", "（ 2023 年度）"),
        ("138\n.02", "138 .02"),
        ("<pre>一  二\n三</pre>", "一  二\n三"),
        ("<span style='white-space: pre-wrap'>一  二</span>", "一  二"),
        ("<b>粗</b><i>斜</i><font color=red>红</font><o:p></o:p>", "粗斜红"),
        ("<a href='http://a.example/x' onclick='go()'>链接</a>", "链接"),
        ("甲<del>删</del><ins>增</ins>", "甲增"),
        ("<ruby>绩<rp>(</rp><rt>jì</rt><rp>)</rp></ruby>效", "绩效"),
        ("甲<![if !supportLists]>乙<![endif]><!--[if gte mso 9]><xml>丙</xml><![endif]-->", "甲乙"),
        ("x<sup>2</sup>", "x2"),
    ],
)
def test_text_is_broken_into_lines_as_a_browser_does(content: str, shown: str) -> None:
    assert text(content) == shown


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>document.write('藏')</script>",
        "<style>.a { color: red }</style>",
        "<!-- 藏 -->",
        "<span style='display:none'>藏</span>",
        "<span style='color:red; DISPLAY : None'>藏</span>",
        "<div style='visibility:hidden'><p>藏<br>藏</p></div>",
        "<span style='mso-hide:all'>藏</span>",
        "<span hidden>藏</span>",
        "<div class='big gone'>藏</div>",
        "<div id=away>藏</div>",
        "<p class=gone>藏</p>",
        "<template><b>藏</b></template>",
        "<noscript>藏</noscript>",
        "<button>提交</button>",
        "<input type=hidden value=藏><input type=submit value=提交>",
        "<dialog>藏</dialog>",
        "<svg><title>藏</title><text>藏</text></svg>",
        "<iframe src='http://a.example/'>藏</iframe>",
    ],
)
def test_what_is_not_displayed_is_not_read(hidden: str) -> None:
    rules = "<style>.gone, .other{display:none} div#away{visibility:hidden}</style>"
    assert text(f"{rules}前{hidden}后").replace("\n", "") == "前后"


def test_a_rule_for_printing_or_for_one_place_hides_nothing_on_the_screen() -> None:
    rules = (
        "<style>/* .c{display:none} */ @media print { .a { display: none } .b { display:none } } "
        ".menu .b{display:none} .d{display:none}</style>"
    )
    body = "<i class=a>甲</i><i class=b>乙</i><i class=c>丙</i><i class=d style='display:inline'>丁</i><i class=d>戊</i>"
    assert text(rules + body) == "甲乙丙丁"


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("<input value='138.02'>万元", "138.02万元"),
        ("<input type=text readonly value='村干部补贴'>", "村干部补贴"),
        ("<input type=checkbox>新增<input type=checkbox checked>延续", "□新增☑延续"),
        ("<input type=radio name=a checked=checked>是<input type=radio name=a>否", "☑是□否"),
        ("<select><option>请选择</option><option selected>一年期项目</option></select>", "一年期项目"),
        ("<select><option value=1>请选择<option value=2>一年期项目</select>", "请选择"),
        ("<textarea>第一行\n第二行</textarea>", "第一行\n第二行"),
        ("<input type=password value=秘密>", ""),
    ],
)
def test_a_field_shows_what_was_typed_or_chosen_in_it(field: str, shown: str) -> None:
    assert text(field) == shown


# ---- tables


def test_cells_stand_where_spans_put_them() -> None:
    body = (
        "<table><thead><tr><th colspan=5>题</th></tr></thead><tbody>"
        "<tr><td rowspan=3>甲</td><td rowspan='2' colspan='2'>乙</td><td>丙</td></tr>"
        "<tr><td>丁</td></tr><tr><td>戊</td><td>己</td><td>庚</td></tr></tbody></table>"
    )
    assert cells(body) == [
        [
            (1, 1, 1, 4, "题"),
            (2, 1, 3, 1, "甲"),
            (2, 2, 2, 2, "乙"),
            (2, 4, 1, 1, "丙"),
            (3, 4, 1, 1, "丁"),
            (4, 2, 1, 1, "戊"),
            (4, 3, 1, 1, "己"),
            (4, 4, 1, 1, "庚"),
        ]
    ]


def test_tags_nobody_closed_and_rows_without_a_table() -> None:
    unclosed = "<table border=1><tr><td>甲<td>乙<tr><td>丙<td>丁</table>"
    bare = "<tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr>"
    expected = [[(1, 1, 1, 1, "甲"), (1, 2, 1, 1, "乙"), (2, 1, 1, 1, "丙"), (2, 2, 1, 1, "丁")]]

    assert cells(unclosed) == cells(bare) == expected
    assert cells(unclosed.replace("<td>", "<td><div><font>")) == expected


def test_spans_end_with_the_group_of_rows_and_the_table() -> None:
    body = "<table><tbody><tr><td rowspan=99>甲<td>乙</tbody><tbody><tr><td rowspan=0>丙<td>丁<tr><td>戊</tbody></table>"
    assert cells(body) == [
        [(1, 1, 1, 1, "甲"), (1, 2, 1, 1, "乙"), (2, 1, 2, 1, "丙"), (2, 2, 1, 1, "丁"), (3, 2, 1, 1, "戊")]
    ]


@pytest.mark.parametrize("span", ["999999999999", "-3", "1e9", "", "２"])
def test_a_made_up_span_costs_nothing(span: str) -> None:
    body = f"<table><tr><td colspan='{span}' rowspan='{span}'>甲</td></tr><tr><td>乙</td></tr></table>"
    assert [cell[-1] for cell in cells(body)[0]] == ["甲", "乙"]
    assert all(rows <= 2 and columns <= 1001 for _, _, rows, columns, _ in cells(body)[0])


def test_hidden_rows_and_cells_take_no_place() -> None:
    body = (
        "<table><tr><td>甲</td><td style='display:none'>藏</td><td>乙</td></tr>"
        "<tr style='display:none'><td>藏</td><td>藏</td></tr><tr><td>丙</td><td>丁</td></tr></table>"
    )
    assert cells(body) == [[(1, 1, 1, 1, "甲"), (1, 2, 1, 1, "乙"), (2, 1, 1, 1, "丙"), (2, 2, 1, 1, "丁")]]


def test_a_table_that_only_lays_out_the_page_is_prose_around_the_tables_in_it() -> None:
    form = "<table><tr><td>项目名称</td><td>村干部补贴</td></tr></table>"
    layout = (
        "<table><tr><td colspan=2>县财政局</td></tr><tr><td>菜单<br>首页</td>"
        f"<td><table><tr><td>部门项目支出预算绩效目标表{form}</td></tr></table></td></tr><tr><td>版权</td></tr></table>"
    )
    grids = html.grids(page(layout))

    assert [(grid.name, grid.is_prose, [cell.text for cell in grid.cells]) for grid in grids] == [
        ("段落", True, ["县财政局", "菜单", "首页"]),
        ("段落", True, ["部门项目支出预算绩效目标表"]),
        ("表1", False, ["项目名称", "村干部补贴"]),
        ("段落", True, ["版权"]),
    ]


def test_a_table_in_a_cell_of_a_form_parts_it() -> None:
    inner = "<table><tr><td>人数</td><td>9人</td></tr></table>"
    grids = html.grids(
        page(
            f"<table><tr><td>绩效指标</td><td>见表{inner}后</td></tr><tr><td>备注</td><td>无</td></tr></table>"
        )
    )

    assert [(grid.name, [(cell.row, cell.column, cell.text) for cell in grid.cells]) for grid in grids] == [
        ("表1", [(1, 1, "绩效指标"), (1, 2, "见表\n后")]),
        ("表2", [(1, 1, "人数"), (1, 2, "9人")]),
        ("表1", [(2, 1, "备注"), (2, 2, "无")]),
    ]


def test_prose_captions_and_stray_text_stand_before_their_table() -> None:
    body = "<h1>标题</h1>甲<br>乙<table>散<caption>表题</caption><tr>落<td>格</td></tr></table><p>后"
    grids = html.grids(page(body))

    assert [(grid.is_prose, [(cell.row, cell.text) for cell in grid.cells]) for grid in grids] == [
        (True, [(1, "标题"), (2, "甲"), (3, "乙"), (4, "散"), (5, "表题"), (6, "落")]),
        (False, [(1, "格")]),
        (True, [(1, "后")]),
    ]


@pytest.mark.parametrize(
    "box",
    [
        "<div style='position:absolute;left:3px'><p>村干部补贴</p></div>",
        "<span id='Frame1' style='float: left; width: 2in'><p>村干部补贴</p></span>",
    ],
)
def test_a_box_laid_over_a_cell_floats(box: str) -> None:
    (grid,) = html.grids(
        page(f"<table><tr><td>项目名称</td><td>格{box}</td></tr><tr><td>末</td></tr></table>")
    )

    assert [(cell.row, cell.column, cell.text, cell.is_floating) for cell in grid.cells] == [
        (1, 1, "项目名称", False),
        (1, 2, "格", False),
        (1, 2, "村干部补贴", True),
        (2, 1, "末", False),
    ]


# ---- bytes


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="gb2312">', "gb18030"),
        ('<meta http-equiv=Content-Type content="text/html; charset=gbk">', "gbk"),
        ("", "gb18030"),
        ("", "utf-8"),
        ('<meta charset="gb2312">', "utf-8"),
        ('<meta charset="iso-8859-1">', "gb18030"),
        ('<meta charset="no-such-thing">', "gb18030"),
        ('<meta charset="utf-8a">', "gb18030"),
        ('<meta charset="undefined">', "gb18030"),
        ('<meta charset="big5">', "big5"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
    ],
)
def test_a_page_is_decoded_by_its_mark_its_words_or_its_bytes(head: str, encoding: str) -> None:
    content = (
        f"<html><head>{head}</head><body><table><tr><td>項目名稱</td><td>年度</td></tr></table></body></html>"
    )
    grids, remarks = read("a.html", content.encode(encoding))

    assert [cell.text for grid in grids for cell in grid.cells] == ["項目名稱", "年度"]
    assert remarks == ()


def test_a_byte_that_does_not_fit_spoils_no_more_than_its_place() -> None:
    content = page("<table><tr><td>甲</td><td>乙</td></tr></table>").replace("乙".encode(), b"\xe4\xb9")
    (grid,) = html.grids(content)

    assert [cell.text for cell in grid.cells] == ["甲", "\ufffd"]


def test_text_across_the_parsers_chunks_is_whole() -> None:
    long = "绩效目标，" * 20_000
    assert text(long) == long


@pytest.mark.parametrize(
    "start",
    [
        "<table border=1>", "\n\n<TABLE>", "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>",
        "<!-- 导出 --><style>td{}</style><table>", "<meta charset=utf-8><table>", "<center><table>",
        "<?xml version='1.0' encoding='utf-8'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN'><html><table>",
    ],
)  # fmt: skip
def test_a_table_under_the_name_xls_is_read_and_told(start: str) -> None:
    grids, (remark,) = read("附件2.xls", f"{start}<tr><td>项目名称</td></tr></table>".encode())

    assert [cell.text for grid in grids for cell in grid.cells] == ["项目名称"]
    assert (remark.rule_id, remark.value, remark.expected) == ("R04", "网页文件（.html）", ".html")


def test_text_that_begins_with_a_bracket_is_text() -> None:
    assert read("a.txt", "<项目名称>".encode())[1] == ()
    assert read("a.txt", "from: 甲\n\t项目名称".encode())[1] == ()


# ---- hostile pages


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<div>" * 200_000, "R08"),
        ("<b>" * 200_000 + "</i>" * 200_000, "R08"),
        ("<table><tr><td>" * 200, "R08"),
        ("<table></table>" * 3000, "R08"),
        ("<table>" + "<tr>" + "<td>" * 450_000, "R08"),
        ("<table><tr>" + "<td rowspan=9 colspan=1000>x" * 1000, "R08"),
        ("<table><tr>" + "<td>x" * 300, "R08"),
        ("<table><tr><td rowspan=65534 colspan=200>x" + "<tr><td>y" * 200_000, "R08"),
        ("<![CDATA[" * 1_200_000, "R08"),
    ],
)
def test_a_page_made_to_cost_is_refused(body: str, rule: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        html.grids(page(body))
    assert refused.value.rule_id == rule


@pytest.mark.parametrize("sheet", ["@a", "a.b", "/*", "{", "}", "a{", "@media{a{display:none"])
def test_a_style_sheet_made_to_cost_is_read_at_once(sheet: str) -> None:
    assert text(f"<style>{sheet * 200_000}</style>甲") == "甲"


def test_entities_and_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密", encoding="utf-8")
    content = (
        f"<!DOCTYPE html [<!ENTITY x SYSTEM '{secret.as_uri()}'>]><html><body>"
        f"<table><tr><td>甲&x;</td></tr></table><iframe src='{secret.as_uri()}'></iframe></body></html>"
    )
    assert "秘密" not in str(html.grids(content.encode()))


# ---- one file for a page


def test_a_page_in_an_envelope() -> None:
    first, second = (page(f"<table><tr><td>{name}</td></tr></table>") for name in ("甲", "乙"))
    grids, remarks = read("附件2.mht", to_mht(first, second))

    assert [(grid.name, [cell.text for cell in grid.cells]) for grid in grids] == [
        ("表1", ["甲"]),
        ("表2", ["乙"]),
    ]
    assert remarks == ()


def test_the_envelope_names_the_encoding_and_a_browsers_headers_stand_before_it() -> None:
    body = "<table><tr><td>甲=E4</td></tr></table>".encode("gbk").replace(b"=", b"=3D")
    content = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: http://a.example/\r\nSubject: =?utf-8?B?eA==?=\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"b\"\r\n\r\n"
        b"--b\r\nContent-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + body + b"\r\n--b\r\nContent-Type: text/html\r\nContent-Location: file:///C:/tabstrip.htm\r\n\r\n<p>Sheet1</p>\r\n--b--\r\n"
    )  # fmt: skip
    grids, remarks = read("附件2.mhtml", content)

    assert [cell.text for grid in grids for cell in grid.cells] == ["甲=E4"]
    assert remarks == ()


def test_envelopes_made_to_cost_are_refused() -> None:
    many = (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
        + b"--b\nContent-Type: text/html\n\nx\n" * 2500
    )
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(1500)
    )
    for content in (many, deep):
        with pytest.raises(UnreadableError) as refused:
            read("a.mht", content)
        assert refused.value.rule_id == "R08"


# ---- the annex


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", to_html(annex())),
        ("a.html", to_html(annex(), stacked=True)),
        ("a.mht", to_mht(to_html(annex()))),
    ],
)
def test_the_annex_gives_the_same_forms(name: str, content: bytes) -> None:
    found = parsed(name, content)
    expected = parsed("a.docx", to_docx(annex()))

    assert len(found.forms) == 14
    assert [meaning(form) for form in found.forms] == [meaning(form) for form in expected.forms]


def _with_widths(document: bytes) -> bytes:
    """LibreOffice puts merged cells of columns without a width where no browser would."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b"<w:gridCol/>", b'<w:gridCol w:w="1700"/>'))
    return target.getvalue()


@pytest.mark.parametrize("source", ["docx", "xlsx"])
def test_the_sample_as_libreoffice_saves_it_for_the_web_gives_the_same_forms(
    source: str, tmp_path: Path
) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    file = tmp_path / f"annex.{source}"
    file.write_bytes(
        _with_widths(to_docx(sample(), boxed_names=True)) if source == "docx" else to_xlsx(sample())
    )
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "html", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = parsed("a.html", (tmp_path / "annex.html").read_bytes())
    expected = parse(read("a.txt", sample_text())[0])

    assert len(found.forms) == 14
    assert sum(len(form.indicators) for form in found.forms) == 111
    assert [meaning(form) for form in found.forms] == [meaning(form) for form in expected.forms]
