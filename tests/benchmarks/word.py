"""An annex in, a Word document out as Word itself writes one: every run with its fonts, every cell with its borders.

What a walk costs depends on how much formatting stands around each word, so the benchmark's file must carry as much of
it as a clerk's file does: ``rsid`` attributes, a paragraph id, ``pPr`` and ``rPr`` repeated, runs cut where digits
and Chinese letters meet, and the parts Word saves beside the text (styles, settings, theme, fonts).
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from tests.support.annex import Annex, Placed, place

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_SPACES = (
    'xmlns:wpc="http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp14="http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:w10="urn:schemas-microsoft-com:office:word" '
    f'xmlns:w="{_W}" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'mc:Ignorable="w14 w15 wp14"'
)
_WIDTHS = (1250, 1350, 2050, 2500, 2488)
_FONTS = (
    '<w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:cs="宋体"{hint}/><w:color w:val="000000"/><w:kern w:val="0"/>'
    '<w:sz w:val="18"/><w:szCs w:val="18"/>'
)
_EAST_ASIAN = ' w:hint="eastAsia"'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right")
)
_SCRIPTS = re.compile(r"\n|[\x20-\x7e]+|[^\x20-\x7e\n]+")
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="s{number}"><w:name w:val="样式 {number}"/>'
    '<w:basedOn w:val="a"/><w:uiPriority w:val="99"/><w:rsid w:val="00A7713B"/><w:pPr><w:widowControl/>'
    '<w:spacing w:before="100" w:beforeAutospacing="1" w:after="100" w:afterAutospacing="1"/><w:jc w:val="left"/>'
    f"</w:pPr><w:rPr>{_FONTS.format(hint='')}</w:rPr></w:style>"
    for number in range(40)
)
_THEME = "".join(
    f'<a:font script="Hans" typeface="宋体"/><a:font script="Jpan" typeface="ＭＳ 明朝{number}"/>'
    for number in range(60)
)
_SETTINGS = "".join(f'<w:rsid w:val="00{number:06X}"/>' for number in range(0xA7713B, 0xA7713B + 120))
_PARTS = ("styles", "settings", "webSettings", "fontTable", "theme")


def to_word(annex: Annex) -> bytes:
    """The annex as Word saves it: a heading, then for each form a table and the empty paragraph behind it."""
    ids = iter(range(0x10000000, 0x7FFFFFFF))
    body = [_paragraph(annex.heading, ids)]
    for form in annex.forms:
        body += [_table(place(form), ids), _paragraph("", ids)]
    document = f"<w:document {_SPACES}><w:body>{''.join(body)}{_SECTION}</w:body></w:document>"
    return _packed(document)


_SECTION = (
    '<w:sectPr w:rsidR="00A7713B"><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" '
    'w:bottom="1134" w:left="1134" w:header="851" w:footer="992" w:gutter="0"/><w:cols w:space="425"/>'
    '<w:docGrid w:type="lines" w:linePitch="312"/></w:sectPr>'
)


def _table(cells: Sequence[Placed], ids: Iterator[int]) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    height = max(cell.row + cell.row_span - 1 for cell in cells)
    lines: list[list[str]] = [[] for _ in range(height)]
    for cell in sorted(cells, key=lambda each: each.column):
        for offset in range(cell.row_span):
            lines[cell.row + offset - 1].append(_cell(cell, offset, ids))
    rows = "".join(
        f'<w:tr w:rsidR="00A7713B" w14:paraId="{next(ids):08X}" w14:textId="77777777" w:rsidTr="00C42E8F">'
        f'<w:trPr><w:trHeight w:val="440"/><w:jc w:val="center"/></w:trPr>{"".join(line)}</w:tr>'
        for line in lines
    )
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="9638" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" '
        f'w:noVBand="1"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    )


def _cell(cell: Placed, offset: int, ids: Iterator[int]) -> str:
    width = sum(_WIDTHS[cell.column - 1 : cell.column - 1 + cell.column_span])
    span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell.column_span > 1 else ""
    merge = "" if cell.row_span == 1 else "<w:vMerge/>" if offset else '<w:vMerge w:val="restart"/>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:tcBorders>{_BORDERS}</w:tcBorders>'
        '<w:shd w:val="clear" w:color="auto" w:fill="auto"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph('' if offset else cell.text, ids)}</w:tc>"
    )


def _paragraph(text: str, ids: Iterator[int]) -> str:
    return (
        f'<w:p w14:paraId="{next(ids):08X}" w14:textId="77777777" w:rsidR="00A7713B" w:rsidRDefault="00A7713B" '
        'w:rsidP="00C42E8F"><w:pPr><w:widowControl/><w:spacing w:line="280" w:lineRule="exact"/>'
        f'<w:jc w:val="center"/><w:rPr>{_FONTS.format(hint="")}</w:rPr></w:pPr>{"".join(_runs(text))}</w:p>'
    )


def _runs(text: str) -> Iterator[str]:
    """Word begins a new run wherever the script changes, for each script has its own font."""
    for piece in _SCRIPTS.findall(text):
        hint = "" if piece.isascii() else _EAST_ASIAN
        shown = "<w:br/>" if piece == "\n" else f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
        yield f'<w:r w:rsidRPr="00C42E8F"><w:rPr>{_FONTS.format(hint=hint)}</w:rPr>{shown}</w:r>'


def _packed(document: str) -> bytes:
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}.{name}+xml"/>' for name in _PARTS
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
        for number, name in enumerate(_PARTS, 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": document,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "word/styles.xml": f'<w:styles {_SPACES}><w:style w:type="paragraph" w:default="1" w:styleId="a">'
        f'<w:name w:val="Normal"/></w:style>{_STYLES}</w:styles>',
        "word/settings.xml": f"<w:settings {_SPACES}><w:rsids>{_SETTINGS}</w:rsids></w:settings>",
        "word/webSettings.xml": f"<w:webSettings {_SPACES}><w:optimizeForBrowser/></w:webSettings>",
        "word/fontTable.xml": f'<w:fonts {_SPACES}><w:font w:name="宋体"><w:altName w:val="SimSun"/></w:font></w:fonts>',
        "word/theme.xml": '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f"{_THEME}</a:theme>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), _DECLARATION + part, zipfile.ZIP_DEFLATED)
    return target.getvalue()
