"""Lines of text in, tables without borders out: texts that begin below each other, where that is certain.

Certain means: in at least ``_ROWS`` lines stand several texts side by side, each begins where others begin, and none
runs into the next column. All else stays prose.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.read.pdf_halves import completes, is_label
from tasks.read.pdf_letters import Letter
from tasks.read.pdf_lines import Line, goes_on, line_of, seam

_ROWS = 3
_GUTTER = 0.9
"""A gap this many letters wide parts two texts of one line; Word leaves 10.8 points between cells."""
_ALIGNED = 0.6
"""Texts of one column begin within this share of a letter."""


@dataclass(slots=True)
class Row:
    """A line of a page, its texts from left to right."""

    top: float
    texts: list[Line]


@dataclass(slots=True)
class Columns:
    """A stretch of lines that is a table."""

    first: int
    """Index of its first line, and …"""
    last: int
    """… of its last."""
    edges: list[float]
    """Where its columns begin, and where the last one ends."""
    cells: list[list[list[Line]]]
    """For each row and column the lines of the cell."""


def row_of(letters: Sequence[Letter]) -> Row | None:
    """The texts of a line, parted where a wide gap is between them; None where it shows nothing."""
    groups: list[list[Letter]] = []
    for letter in letters:
        if letter.text.isspace():
            if groups:
                groups[-1].append(letter)
            continue
        shown = (
            next((each for each in reversed(groups[-1]) if not each.text.isspace()), None) if groups else None
        )
        if shown is None or letter.x0 - shown.x1 > _GUTTER * letter.size:
            groups.append([])
        groups[-1].append(letter)
    texts = [line for group in groups if (line := line_of(group)) is not None]
    return Row(texts[0].y - texts[0].size, texts) if texts else None


def columns_of(rows: Sequence[Row]) -> list[Columns]:
    """The tables without borders among lines that follow each other."""
    edges = _edges([row for row in rows if len(row.texts) > 1])
    if edges is None:
        return []
    found: list[Columns] = []
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and _placed(rows[end], edges) is not None:
            end += 1
        table = _table(rows, at, end, edges)
        if table is not None:
            found.append(table)
        at = max(end, at + 1)
    return found


def _edges(rows: Sequence[Row]) -> list[float] | None:
    """Where the columns begin, and where the last one ends; None where texts do not begin below each other."""
    starts = sorted((text.x0, text.size) for row in rows for text in row.texts)
    groups: list[list[tuple[float, float]]] = []
    for x0, size in starts:
        if groups and x0 - groups[-1][0][0] <= _ALIGNED * size:
            groups[-1].append((x0, size))
        else:
            groups.append([(x0, size)])
    edges = [group[0][0] for group in groups if len(group) > 1]
    # Texts set further in are of the column before: no line has a text in both.
    at = 1
    while at < len(edges):
        beside = any({_column(edges, text) for text in row.texts} >= {at - 1, at} for row in rows)
        if beside:
            at += 1
        else:
            del edges[at]
    if len(edges) < 2:
        return None
    return [*edges, max(text.x1 for row in rows for text in row.texts) + 1]


def _column(edges: Sequence[float], text: Line) -> int:
    return max(0, bisect_right(edges, text.x0 + _ALIGNED * text.size) - 1)


def _placed(row: Row, edges: Sequence[float]) -> list[list[Line]] | None:
    """The texts of a line by column; None where they do not keep to the columns."""
    placed: list[list[Line]] = [[] for _ in edges[:-1]]
    for text in row.texts:
        column = min(_column(edges, text), len(placed) - 1)
        if placed[column] or text.x0 < edges[0] - _ALIGNED * text.size:
            return None
        placed[column].append(text)
    for column, lines in enumerate(placed):
        after = next((index for index in range(column + 1, len(placed)) if placed[index]), len(placed))
        if lines and lines[0].x1 > edges[after] + _ALIGNED * lines[0].size:
            return None
    return placed


def _table(rows: Sequence[Row], first: int, end: int, edges: list[float]) -> Columns | None:
    """The table of lines that keep to the columns, without lone lines of prose before and after it."""
    while first < end and _is_loose(rows[first], edges):
        first += 1
    while end > first and _is_loose(rows[end - 1], edges):
        end -= 1
    if sum(len(row.texts) > 1 for row in rows[first:end]) < _ROWS:
        return None
    cells: list[list[list[Line]]] = []
    for row in rows[first:end]:
        placed = _placed(row, edges) or []
        if cells and _continues(cells[-1], placed, edges):
            for held, lines in zip(cells[-1], placed, strict=True):
                held.extend(lines)
        else:
            cells.append(placed)
    return Columns(first, end - 1, edges, cells)


def _is_loose(row: Row, edges: Sequence[float]) -> bool:
    """Whether a line may as well be prose: one text, at the left."""
    return len(row.texts) == 1 and _column(edges, row.texts[0]) == 0


def _continues(
    above: Sequence[Sequence[Line]], placed: Sequence[Sequence[Line]], edges: Sequence[float]
) -> bool:
    """Whether a line only goes on with cells of the row above: with a label that ends here, or with full lines."""
    filled = [column for column, lines in enumerate(placed) if lines]
    if any(is_label(placed[column][0].text) for column in filled):
        return False
    held = [column for column in filled if above[column]]
    if any(completes(text_of(above[column]), placed[column][0].text) for column in held):
        return True
    return len(held) == len(filled) < sum(bool(lines) for lines in above) and all(
        goes_on(above[column][-1], placed[column][0], edges[column], _right(above, column, edges))
        for column in held
    )


def _right(cells: Sequence[Sequence[Line]], column: int, edges: Sequence[float]) -> float:
    """Where the text of a cell must end: a letter before the next text of its row."""
    after = next((index for index in range(column + 1, len(cells)) if cells[index]), None)
    return edges[-1] if after is None else edges[after] - cells[column][-1].size


def text_of(lines: Sequence[Line]) -> str:
    """The text of a cell whose lines were put together."""
    text = ""
    for line in lines:
        text += (seam(text, line.text) if text else "") + line.text
    return text
