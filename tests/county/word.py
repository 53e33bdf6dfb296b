"""A file's pages in, a Word document out, as a town's office types it: A4, 宋体 labels, 仿宋 values, black borders.

Written as WordprocessingML by hand: merged cells are ``gridSpan`` and ``vMerge``, boxes float as ``wps:txbx`` with a VML
fallback, and every byte is ours.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from xml.sax.saxutils import escape

from tests.county.describe import File, OtherTable
from tests.county.layout import Page, Role, Slot
from tests.county.packed import CORE, core_properties, packed

TEXT_WIDTH = 9638
"""Twips between the margins of the A4 page (11906 less 1134 on either side)."""
_NARROW = {6: (1250, 1350, 2050, 1500, 1988, 1500), 8: (1100, 1250, 1900, 2088, 850, 1000, 800, 650)}
"""Widths of the grid's columns, by their number."""
_FONTS: dict[Role, tuple[str, int, bool]] = {
    "title": ("方正小标宋简体", 36, False),
    "year": ("宋体", 24, False),
    "label": ("宋体", 21, True),
    "value": ("仿宋", 21, False),
    "text": ("仿宋", 21, False),
    "box": ("仿宋", 21, False),
}
"""Font, size in half points, bold."""
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/>'
    f'<Override PartName="/{CORE}" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    '<Default Extension="html" ContentType="text/html"/></Types>'
)
_RELATIONS = (
    f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="{CORE}"/>'
    "</Relationships>"
)
_DOCUMENT_RELATIONS = (
    f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>{{inserted}}</Relationships>'
)
_INSERTED = {
    "document": '<w:altChunk xmlns:r="{office}" r:id="rId2"/>',
    "object": '<w:p><w:r><w:object w:dxaOrig="4000" w:dyaOrig="1000"/></w:r></w:p>',
    "": "",
}
"""What stands in the text for what is held elsewhere."""
_CHUNK = "<html><body><p>项目明细见此</p></body></html>"
_STYLES = (
    f"{_DECLARATION}<w:styles {_SPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="21"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>'
)
_SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" '
    'w:left="1134" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
)
_NEXT_PAGE = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
_BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="114300" '
    'distR="114300" simplePos="0" relativeHeight="{height}" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
    '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
    '<wp:extent cx="{wide}" cy="400050"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
    '<wp:docPr id="{number}" name="文本框 {number}"/><wp:cNvGraphicFramePr/><a:graphic>'
    '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
    '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="400050"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
    "<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx>"
    '<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0"/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>'
    '</mc:Choice><mc:Fallback><w:pict><v:shape id="文本框 {number}" o:spt="202" '
    'style="position:absolute;margin-left:85pt;margin-top:0;width:340pt;height:31.5pt;z-index:{height}" '
    'filled="f" stroked="f"><v:textbox inset="0,0,0,0"><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape>'
    "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def word_file(file: File, pages: Sequence[Page]) -> bytes:
    """The file's letter, or its pages, one form a page, with what stands behind them."""
    body = "".join(_body(file, pages)) + _INSERTED[file.inserted].format(office=_OFFICE)
    return wrapped(body, file.heading, _CHUNK if file.inserted == "document" else "")


def wrapped(body: str, title: str, chunk: str = "") -> bytes:
    """A Word document around this body; ``chunk`` is the page that it inserts."""
    document = f"{_DECLARATION}<w:document {_SPACES}><w:body>{body}{_SECTION}</w:body></w:document>"
    relation = f'<Relationship Id="rId2" Type="{_OFFICE}/aFChunk" Target="inserted.html"/>' if chunk else ""
    return packed(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONS,
            "word/document.xml": document,
            "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS.format(inserted=relation),
            **({"word/inserted.html": chunk} if chunk else {}),
            "word/styles.xml": _STYLES,
            CORE: core_properties(title),
        }
    )


def _body(file: File, pages: Sequence[Page]) -> Iterator[str]:
    numbers = count(1)
    for position, text in enumerate(file.paragraphs):
        yield _paragraph(text, "title" if position == 0 else "text", "center" if position == 0 else "left")
    if file.heading:
        yield _paragraph(file.heading, "text", "left")
    for position, page in enumerate(pages):
        if position:
            yield _NEXT_PAGE
        for place, line in enumerate(page.above):
            role: Role = "year" if place else "title"
            if page.is_boxed and not place:
                yield f'<w:p><w:pPr><w:spacing w:after="480"/></w:pPr>{_box(line, role, next(numbers))}</w:p>'
            else:
                yield _paragraph(line, role, "center")
        yield _table(page, numbers)
    for table in file.after:
        yield _NEXT_PAGE
        yield from _other(table)
    # A table must not be the last thing of a document.
    yield "<w:p/>"


def _table(page: Page, numbers: Iterator[int]) -> str:
    rows = []
    for number in range(len(page.rows)):
        cells = [
            _cell(slot, page.columns, numbers, is_below=is_below) for slot, is_below in page.cells(number)
        ]
        rows.append(f'<w:tr><w:trPr><w:trHeight w:val="440"/></w:trPr>{"".join(cells)}</w:tr>')
    return _framed(_NARROW[page.columns], rows)


def _other(table: OtherTable) -> Iterator[str]:
    """A table of another kind: its title and note above, its rows filled up to the widest."""
    yield _paragraph(table.title, "title", "center")
    yield _paragraph(table.note, "year", "center")
    columns = max(len(row) for row in table.rows)
    width = TEXT_WIDTH // columns
    rows = []
    for row in table.rows:
        slots = [Slot(text, place, 1, "value") for place, text in enumerate(row[:-1], 1)]
        slots.append(Slot(row[-1], len(row), columns - len(row) + 1, "value"))
        rows.append(
            "<w:tr>" + "".join(_cell(slot, columns, count(1), is_below=False) for slot in slots) + "</w:tr>"
        )
    yield _framed((width,) * columns, rows)


def _framed(widths: Sequence[int], rows: Sequence[str]) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(slot: Slot, columns: int, numbers: Iterator[int], *, is_below: bool) -> str:
    widths = _NARROW.get(columns, (TEXT_WIDTH // columns,) * columns)
    width = sum(widths[slot.column - 1 : slot.column - 1 + slot.width])
    span = f'<w:gridSpan w:val="{slot.width}"/>' if slot.width > 1 else ""
    restart = "" if is_below else ' w:val="restart"'
    merge = f"<w:vMerge{restart}/>" if slot.height > 1 else ""
    properties = (
        f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
    )
    if is_below:
        return f"<w:tc>{properties}<w:p/></w:tc>"
    if slot.role == "box":
        return f"<w:tc>{properties}<w:p>{_box(slot.text, slot.role, next(numbers))}</w:p></w:tc>"
    return f"<w:tc>{properties}{_paragraph(slot.text, slot.role, _side(slot))}</w:tc>"


def _side(slot: Slot) -> str:
    # Padding at the front of a text is typed to place it by eye.
    return "left" if slot.role == "text" or slot.text[:1].isspace() else "center"


def _paragraph(text: str, role: Role, side: str) -> str:
    return f'<w:p><w:pPr><w:jc w:val="{side}"/></w:pPr>{_run(text, role)}</w:p>'


def _run(text: str, role: Role) -> str:
    font, size, is_bold = _FONTS[role]
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    bold = "<w:b/>" if is_bold else ""
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:hint="eastAsia"/>'
    return f'<w:r><w:rPr>{fonts}{bold}<w:sz w:val="{size}"/></w:rPr>{lines}</w:r>' if text else ""


def _box(text: str, role: Role, number: int) -> str:
    """A floating box as Word writes it: once for new readers, once in VML for old ones."""
    inner = _paragraph(text, role, "center")
    return _BOX.format(inner=inner, number=number, left=900000, wide=4318000, height=251659264 + number)
