"""Notes in, a Word document of its own out: for a file that cannot be marked itself (PDF, scans, text, old Office)."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from tasks.annotate.notes import HEADINGS, Note, purpose

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_WIDTHS = (600, 1100, 2000, 3000, 1800, 2000)
"""Of the columns, in twentieths of a point."""
_FILLS = {"error": "F8CBAD", "warning": "FFF2CC", "info": "DDEBF7"}
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of the members: the same notes give the same bytes."""


def notice(file_name: str, notes: Sequence[Note]) -> bytes:
    """The notice that goes back with a file (退回修改通知, 核对通知).

    Args:
        file_name: Of the file the notes are about.
        notes: In their order.

    Returns:
        A Word document.
    """
    returned = sum(note.severity == "error" for note in notes)
    asked = f"其中 {returned} 条必须改正后重新报送" if returned else "没有必须改正的，请核对"
    rows = [_row(HEADINGS, fill="D9D9D9")]
    rows += [_row(note.columns, _FILLS[note.severity]) for note in notes]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    table = f"<w:tbl><w:tblPr>{_borders()}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    summary = f"《{file_name}》共有 {len(notes)} 条意见，{asked}。"
    body = _paragraph(f"{purpose(notes)}通知", size=36) + _paragraph(summary) + table + _paragraph("")
    document = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content)
    return target.getvalue()


def _row(texts: Sequence[str], fill: str) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{_shading(fill if at < 2 else None)}</w:tcPr>'
        f"{_paragraph(text)}</w:tc>"
        for at, (text, width) in enumerate(zip(texts, _WIDTHS, strict=True))
    )
    return f"<w:tr>{cells}</w:tr>"


def _shading(fill: str | None) -> str:
    return "" if fill is None else f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'


def _borders() -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return f"<w:tblBorders>{sides}</w:tblBorders>"


def _paragraph(text: str, size: int = 0) -> str:
    properties = f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr>' if size else ""
    shown = escape("".join(letter for letter in text if letter.isprintable()))
    return f'<w:p><w:r>{properties}<w:t xml:space="preserve">{shown}</w:t></w:r></w:p>'
