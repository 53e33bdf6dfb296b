"""Plain text in, grids out: tables as they are flattened when they leave Word, Excel or a web page as text.

Which flattening a file has is told by its content: cells opened by TABs (``text_tabbed``), rows of cells parted by
TABs or commas (``text_delimited``), cells ended by bars (``text_bars``), columns lined up by blanks (``text_columns``).
Lines in which nothing parts cells are cut by the labels in them (``text_labels``), where that is certain.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from schemas.form import Grid
from tasks.read import guard, text_bars, text_columns, text_delimited, text_labels, text_ruled, text_tabbed
from tasks.read.text_rows import Row, grids_of, is_title

# Control characters that no text editor writes; one of them makes the bytes something else than text.
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TABLE = re.compile(r"^[ \t]*<table\b[^<>\n]*>", re.MULTILINE)
_PROBE = 65536


def read(content: bytes) -> tuple[Grid, ...]:
    """The grids of a text file in any of the usual encodings.

    Raises:
        UnreadableError: R01 where the bytes are no text, R08 over a budget.
    """
    return grids(decode(content))


def decode(content: bytes) -> str:
    """Bytes as text: UTF-8 or UTF-16 with or without a mark, else GB 18030 (which includes GBK and GB 2312).

    Raises:
        UnreadableError: R01 where none of them fits, R08 over a budget.
    """
    for encoding in (_utf16(content) or "utf-8-sig", "gb18030"):
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(decoded[:_PROBE]):
            guard.check_text(decoded)
            return decoded
    raise guard.broken("不是文本，也不是认识的格式")


def _utf16(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    # Without a mark the TABs and line ends give it away: each is a byte beside a zero, on one side only.
    probe = content[:4096]
    for encoding in ("utf-16-le", "utf-16-be"):
        if any(probe.find(sign.encode(encoding)) % 2 == 0 for sign in ("\t", "\n")) and b"\x00" in probe:
            return encoding
    return None


def _between(lines: Sequence[str]) -> Iterable[Row]:
    """The rows of what stands between drawn tables."""
    if sum(text_bars.signs(lines)) > 1:
        return text_bars.piped_rows(lines)
    told = (text_ruled.plain(line) for line in lines)
    return [Row([line], is_prose=not is_title(line)) for line in told if line]


def page(text: str) -> str | None:
    """A text among whose lines stand tables of HTML, as Markdown writes those with merged cells, as a web page; else None."""
    if not _TABLE.search(text) or "</td>" not in text:
        return None
    told: list[str] = []
    for is_piped, held in groupby(
        text.split("\n"), key=lambda line: line.startswith("|") and "<" not in line
    ):
        lines = list(held)
        if is_piped:
            told.append(f"<table>{''.join(map(_table_row, text_bars.piped_rows(lines)))}</table>")
        else:
            told.extend(line if "<" in line or not line.strip() else _paragraph(line) for line in lines)
    return "\n".join(told)


def _table_row(row: Row) -> str:
    return f"<tr>{''.join(f'<td>{escape(text_ruled.plain(cell))}</td>' for cell in row.texts)}</tr>"


def _paragraph(line: str) -> str:
    return f"<p>{escape(text_ruled.plain(line))}</p>"


def grids(text: str) -> tuple[Grid, ...]:
    """The grids of decoded text: one per form, and one for each stretch of prose between the tables.

    Raises:
        UnreadableError: R08 over a budget.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return grids_of(list(_rows(lines)))


def _rows(lines: Sequence[str]) -> Iterable[Row]:
    """The rows of a text, by the flattening most of its lines speak for; drawn tables are told apart from the rest."""
    tables = text_ruled.drawn(lines)
    if tables:
        return text_ruled.rows(lines, tables, _between)
    opened = parted = 0
    for line in lines:
        if "\t" in line:
            is_cell = line.startswith("\t") and line.count("\t") == 1
            opened += is_cell
            parted += not is_cell
    cells, rows = text_bars.signs(lines)
    if opened + parted > cells + rows:
        # Cells pasted side by side among those of a tabbed text begin with a TAB as well.
        inner = sum(1 for line in lines if "\t" in line and not line.startswith("\t"))
        is_tabbed = opened >= parted or (not inner and "" in lines)
        return text_tabbed.rows(lines) if is_tabbed else text_delimited.tab_rows(lines)
    if cells + rows > 1:
        return text_bars.cell_rows(lines) if cells > rows else text_bars.piped_rows(lines)
    return (
        text_delimited.comma_rows(lines)
        or text_columns.rows(lines)
        or text_labels.rows(lines)
        or [Row([line], is_prose=True) for line in lines if line]
    )
