"""Headings, lines and tables in, a Word document out: what goes to a town in words of our own.

Written as XML (ECMA-376 part 1, 17): the blank form's content controls are written by no library, and letters by the
thousand need none. The same text gives the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of the members."""
MADE_HERE = b"huizong"
"""Stands in the directory of the zip, beside the types of its parts, until another program saves the file."""
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_OFFICE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>'
    ),
    "word/styles.xml": (
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="21"/><w:lang w:eastAsia="zh-CN"/>'
        "</w:rPr></w:rPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
        # A heading, so that it is listed in the navigation pane.
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>'
        '<w:pPr><w:keepNext/><w:jc w:val="center"/><w:outlineLvl w:val="0"/></w:pPr>'
        '<w:rPr><w:rFonts w:ascii="黑体" w:hAnsi="黑体" w:eastAsia="黑体"/><w:sz w:val="36"/></w:rPr></w:style>'
        "</w:styles>"
    ),
}
_SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="800" w:right="800" w:bottom="700" w:left="800" w:header="400" w:footer="400" w:gutter="0"/></w:sectPr>'
)
"""A4 with narrow margins."""
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_BLANKS = "\u00a0\u3000"
"""Printed, whatever Python says."""
_HEADING_FILL = "D9D9D9"


def document(body: Iterable[str]) -> bytes:
    """A document.

    Args:
        body: What stands in it, one below the other: what the functions below give.
    """
    main = f'<w:document xmlns:w="{_W}"><w:body>{"".join(body)}{_SECTION}</w:body></w:document>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_PARTS, "word/document.xml": main}.items():
            member = zipfile.ZipInfo(name, _MOMENT)
            member.comment = MADE_HERE if name == "[Content_Types].xml" else b""
            archive.writestr(member, _HEAD + content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def heading(text: str, *, on_new_page: bool = False) -> str:
    """A heading."""
    before = "<w:pageBreakBefore/>" if on_new_page else ""
    return f'<w:p><w:pPr><w:pStyle w:val="1"/>{before}</w:pPr>{run(text)}</w:p>'


def paragraph(
    text: str, side: str = "left", *, size: int = 0, spacing: int = 0, is_bold: bool = False
) -> str:
    """A paragraph; ``size`` in half points, ``spacing`` behind it in twentieths of a point."""
    space = f'<w:spacing w:after="{spacing}"/>' if spacing else ""
    return f'<w:p><w:pPr>{space}<w:jc w:val="{side}"/></w:pPr>{run(text, size=size, is_bold=is_bold)}</w:p>'


def run(text: str, *, size: int = 0, is_bold: bool = False) -> str:
    """Some text of a paragraph; what cannot be printed is left out, lines stay lines."""
    bold = "<w:b/>" if is_bold else ""
    sized = f'<w:sz w:val="{size}"/>' if size else ""
    properties = f"<w:rPr>{bold}{sized}</w:rPr>" if bold or sized else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{_shown(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{properties}{lines}</w:r>"


def table(headings: Sequence[str], rows: Iterable[tuple[Sequence[str], str]], widths: Sequence[int]) -> str:
    """A table with lines, its headings repeated on each page.

    Args:
        headings: Of its columns.
        rows: Each with the colour of its first two cells, as six hexadecimal digits.
        widths: Of its columns, in twentieths of a point; a page is 10,306 wide.
    """
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row([(text, _HEADING_FILL) for text in headings], widths, "<w:tblHeader/>")
    below = (
        _row([(text, fill if at < 2 else "") for at, text in enumerate(texts)], widths)
        for texts, fill in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{"".join(below)}</w:tbl>'
    )


def _row(cells: Iterable[tuple[str, str]], widths: Sequence[int], properties: str = "") -> str:
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{_shading(fill)}</w:tcPr>{paragraph(text)}</w:tc>'
        for (text, fill), width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{inner}</w:tr>"


def _shading(fill: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""


def _shown(line: str) -> str:
    return escape("".join(letter for letter in line if letter.isprintable() or letter in _BLANKS))
