"""Lines in, rows out: cells ended by bars, a cell per line (``项目名称 |``) or a row per line (``a | b | c``, Markdown).

Where each cell has a line of its own and no empty line parts the rows, ``tasks.read.text_stream`` finds where rows
begin by the labels in them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from tasks.read import guard
from tasks.read.text_rows import Row, is_title, trimmed
from tasks.read.text_stream import is_announced, rows_of_cells

_OTHER_BARS = str.maketrans(dict.fromkeys("｜│┃¦║", "|"))
_RULE = re.compile(r"(?=.*[-=─━═])[\s|+:=\-─-╬]+")
"""A line drawn under a heading or around a table: ``|---|:--:|``, ``+----+----+``, ``├──┼──┤``."""
_BREAK = re.compile(r"<br\s{0,4}/?>", re.IGNORECASE)
_MOST_BARS = 5 * guard.BUDGETS.cells
"""Sheets are published with hundreds of blank columns; these are cut off before cells are counted."""
_ESCAPED = "\\|"
_HELD = "\ue000"
"""Stands for an escaped bar while a line is cut; private use, so in no text that means anything."""


def signs(lines: Sequence[str]) -> tuple[int, int]:
    """How many lines are a cell ended by a bar, and how many a row of cells between bars.

    Raises:
        UnreadableError: R08 where there are more bars than any sheet with blank columns has.
    """
    cells = rows = total = 0
    for line in lines:
        if "|" not in line and line.isascii():
            continue
        bars = line.translate(_OTHER_BARS).count("|")
        total += bars
        if total > _MOST_BARS or cells > guard.BUDGETS.cells:
            raise guard.over(f"超过 {_MOST_BARS:,} 条竖线", f"不超过 {_MOST_BARS:,} 条竖线")
        if bars == 1 and line.translate(_OTHER_BARS).rstrip().endswith("|"):
            cells += 1
        elif bars:
            rows += 1
    return cells, rows


def cell_rows(lines: Sequence[str]) -> Iterator[Row]:
    """The rows of a text with a cell per line."""
    cells: list[tuple[str, bool]] = []
    pending: list[str] = []
    gap = False
    for line in (each.translate(_OTHER_BARS).rstrip() for each in lines):
        if not line:
            gap = gap or not pending
            pending.extend([""] if pending else [])
        elif not line.endswith("|"):
            pending.append(line)
        else:
            first, *more = line[:-1].split("|")
            if not cells:
                # Nothing tells the start of the first cell from the end of the text above it: a line is a line.
                yield from _prose(pending)
                pending = []
            cells.append((_joined([*pending, first]), gap))
            cells.extend((text.strip(), False) for text in more)
            pending, gap = [], False
    yield from _cut(cells)
    yield from _prose(pending)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines).strip()


def _prose(lines: Sequence[str]) -> Iterator[Row]:
    return (Row([line], is_prose=True) for line in lines if line)


def _cut(cells: Sequence[tuple[str, bool]]) -> Iterator[Row]:
    """Rows by empty lines where these part rows; by labels where they stand nowhere, or between all cells."""
    gaps = sum(parted for _, parted in cells[1:])
    if len(cells) // 12 < gaps < 0.8 * (len(cells) - 1):
        row = Row([])
        for text, parted in cells:
            if parted and row.texts:
                yield row
                row = Row([])
            row.texts.append(text)
        yield row
    else:
        yield from (Row(texts) for texts in rows_of_cells([text for text, _ in cells]))


def piped_rows(lines: Sequence[str]) -> list[Row]:
    """The rows of a text with a row per line."""
    lines = [line.translate(_OTHER_BARS).replace(_ESCAPED, _HELD) for line in lines]
    barred = [line.strip() for line in lines if "|" in line]
    # A bar before the first cell is the table's edge if every row has one; else the first cell is empty.
    opens = all(line.startswith("|") for line in barred)
    closes = opens and all(line.endswith("|") for line in barred)
    if opens and not closes:
        closes = sum(line.endswith("|") for line in barred) > len(barred) // 2
    return trimmed(_piped(lines, opens=opens, closes=closes))


def _piped(lines: Sequence[str], *, opens: bool, closes: bool) -> Iterator[Row]:
    usual = _usual_width(lines)
    row: Row | None = None
    parted = True
    for line in lines:
        if not line.strip():
            parted = True
            continue
        if "|" in line:
            if closes and row and not row.is_prose and not parted and not line.lstrip().startswith("|"):
                texts = _texts(line, opens=False, closes=closes)
                row.texts[-1] = f"{row.texts[-1]}\n{texts[0]}"
                row.texts.extend(texts[1:])
                continue
            if _RULE.fullmatch(line):
                continue
            if row:
                yield row
            row = Row(_texts(line, opens=opens, closes=closes))
        elif row and not row.is_prose and not parted and len(row.texts) <= usual and not _stands_alone(line):
            # A line that only the width of a cell broke.
            row.texts[-1] = f"{row.texts[-1]}\n{line.strip()}"
        elif not _RULE.fullmatch(line):
            if row:
                yield row
            row = Row([line.strip()], is_prose=not _stands_alone(line))
        parted = False
    if row:
        yield row


def _stands_alone(line: str) -> bool:
    return is_title(line) or is_announced(line.strip())


def _usual_width(lines: Sequence[str]) -> int:
    widths = Counter(line.count("|") for line in lines if "|" in line)
    return widths.most_common(1)[0][0] + 1


def _texts(line: str, *, opens: bool, closes: bool) -> list[str]:
    line = line.strip()
    if opens and line.startswith("|"):
        line = line[1:]
    if closes and line.endswith("|"):
        line = line[:-1]
    return [_BREAK.sub("\n", text).replace(_HELD, "|").strip() for text in line.split("|")]
