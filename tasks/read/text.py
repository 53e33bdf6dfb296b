"""Plain text in, grids out: the flattening of a Word table that town offices paste into a text file.

Every cell is opened by a TAB; rows are parted by an empty line; a line without a TAB continues the cell above; an
empty cell is a TAB alone. Forms follow each other, and each title row of a form opens a table of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.form import Cell, Grid
from schemas.vocabulary import is_blank, vocabulary
from tasks.read import guard

PROSE = "段落"
"""Name of a grid of prose."""

# Control characters that no text editor writes; one of them makes the bytes something else than text.
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PROBE = 65536


@dataclass(slots=True)
class _Row:
    texts: list[str] = field(default_factory=list)
    is_prose: bool = False


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


def grids(text: str) -> tuple[Grid, ...]:
    """The grids of decoded text: one per form, and one for prose before the first table.

    Raises:
        UnreadableError: R08 over a budget.
    """
    tally = guard.Tally()
    found: list[Grid] = []
    opened: list[_Row] = []
    rows = list(_rows(text))
    starts = _table_starts(rows)
    for index, row in enumerate(rows):
        if opened and (index in starts or row.is_prose != opened[-1].is_prose):
            found.append(_grid(opened, tally))
            opened = []
        opened.append(row)
    if opened:
        found.append(_grid(opened, tally))
    return tuple(found)


def _rows(text: str) -> Iterator[_Row]:
    row: _Row | None = None
    parted = True
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line:
            parted = True
            continue
        if line.startswith("\t"):
            if row is None or row.is_prose or parted:
                if row is not None:
                    yield row
                row = _Row()
            # Cells pasted side by side stand in one line, each behind its TAB.
            row.texts.extend(line[1:].split("\t"))
        elif row is None or row.is_prose:
            if row is not None:
                yield row
            row = _Row([line], is_prose=True)
        else:
            row.texts[-1] = f"{row.texts[-1]}\n{line}"
        parted = False
    if row is not None:
        yield row


def _table_starts(rows: list[_Row]) -> set[int]:
    """Where a title row opens a table: before a form's name, not where it is only repeated at a page break."""
    words = vocabulary()
    starts: set[int] = set()
    title: int | None = None
    for index, row in enumerate(rows):
        filled = [text for text in row.texts if not is_blank(text)]
        if row.is_prose or not filled:
            continue
        if len(filled) == 1 and words.set_aside(filled[0]):
            starts.add(index)
            title = None
        elif len(filled) == 1 and words.title(filled[0]):
            title = index
        elif title is not None and any(_names_a_project(text) for text in row.texts):
            starts.add(title)
            title = None
    return starts


def _names_a_project(text: str) -> bool:
    found = vocabulary().form.match(text)
    return found is not None and found.meaning.key == "project_name"


def _grid(rows: list[_Row], tally: guard.Tally) -> Grid:
    is_prose = rows[0].is_prose
    name = PROSE if is_prose else f"表{tally.table()}"
    cells: list[Cell] = []
    for number, row in enumerate(rows, 1):
        tally.cells(len(row.texts))
        tally.reach(number, len(row.texts))
        cells.extend(Cell(number, column, text) for column, text in enumerate(row.texts, 1))
    return Grid(name, tuple(cells), is_prose)
