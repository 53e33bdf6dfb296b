"""XML in, the bytes of an OpenDocument file out; and an annex as one, with real merged cells."""

import io
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from tests.support.annex import COLUMNS, Annex, Placed, place

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("manifest", "manifest"),
        ("svg", "svg-compatible"),
    )
)
_TYPE = "application/vnd.oasis.opendocument."


def package(
    kind: str,
    body: str,
    *,
    styles: str = "",
    named_styles: str = "",
    masters: str = "",
    manifest: str = "",
    mimetype: bool = True,
) -> bytes:
    """An OpenDocument file.

    Args:
        kind: ``text`` or ``spreadsheet``.
        body: What stands in ``office:text`` or ``office:spreadsheet``.
        styles: What stands in the automatic styles of the content.
        named_styles: What stands in the styles of the whole document.
        masters: Its master pages.
        manifest: Further entries of the manifest.
        mimetype: Write the member that tells the type.
    """
    content = (
        f"<office:document-content {_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    whole = (
        f"<office:document-styles {_SPACES}><office:styles>{named_styles}</office:styles>"
        f"<office:master-styles>{masters}</office:master-styles></office:document-styles>"
    )
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}{kind}"/>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), _TYPE + kind)
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", whole)
        archive.writestr(
            "META-INF/manifest.xml", f"<manifest:manifest {_SPACES}>{entry}{manifest}</manifest:manifest>"
        )
    return target.getvalue()


def paragraphs(text: str) -> str:
    """A paragraph for each line; spaces in front and behind another one are elements."""
    lines = (re.sub("(?<![^ ]) ", "<text:s/>", escape(line)) for line in text.split("\n"))
    return "".join(f"<text:p>{line}</text:p>" for line in lines)


def table(cells: list[Placed], name: str = "") -> str:
    """A table with merged cells, and the covered ones under them."""
    height = max(cell.row + cell.row_span - 1 for cell in cells)
    lines = [["<table:covered-table-cell/>"] * COLUMNS for _ in range(height)]
    for cell in cells:
        spans = ' office:value-type="string"' if cell.text else ""
        if cell.row_span > 1 or cell.column_span > 1:
            spans += f' table:number-columns-spanned="{cell.column_span}" table:number-rows-spanned="{cell.row_span}"'
        lines[cell.row - 1][cell.column - 1] = (
            f"<table:table-cell{spans}>{paragraphs(cell.text)}</table:table-cell>"
        )
    rows = "".join(f"<table:table-row>{''.join(line)}</table:table-row>" for line in lines)
    columns = f'<table:table-column table:number-columns-repeated="{COLUMNS}"/>'
    return f"<table:table table:name={quoteattr(name)}>{columns}{rows}</table:table>"


def to_odt(annex: Annex) -> bytes:
    """The annex as a text document, a table for each form."""
    tables = "".join(f"{table(place(form))}<text:p/>" for form in annex.forms)
    return package("text", paragraphs(annex.heading) + tables)


def to_ods(annex: Annex, *, stacked: bool = False) -> bytes:
    """The annex as a spreadsheet: a sheet for each form, or all of them in one sheet below each other."""
    if stacked:
        return package("spreadsheet", table(place(joined(annex)), "Sheet1"))
    return package(
        "spreadsheet",
        "".join(table(place(form), f"Sheet{number}") for number, form in enumerate(annex.forms, 1)),
    )


def joined(annex: Annex) -> tuple[tuple[str, ...], ...]:
    """The rows of all forms below each other, an empty one between them."""
    return tuple(row for form in annex.forms for row in (*form, ("",)))
