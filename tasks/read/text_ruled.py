"""Lines in, rows out: tables drawn with signs, as pandoc, rst and consoles write them.

A drawn grid (``+----+----+``, or ┌──┬──┐) keeps merged cells: a wall that is not there joins what it would part. A
table under a ruler (``----- -----``) has its columns where the strokes are. What stands in several lines of one cell is
one text. Both may stand in a cell of a grid, which then falls into their rows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.read import guard
from tasks.read.text_rows import Row

_DRAWN = str.maketrans(
    {
        **dict.fromkeys("─━═╌╍┄┅┈┉", "-"),
        **dict.fromkeys("│┃║╎╏┆┇┊┋¦", "|"),
        **dict.fromkeys(map(chr, range(0x250C, 0x254C)), "+"),
        **dict.fromkeys(map(chr, range(0x2552, 0x256D)), "+"),
    }
)
_EDGE = re.compile(r"\+(?:[-=:]+\+)+")
"""A line drawn around or between the rows of a grid, whole or from one wall to another."""
_RULER = re.compile(r"-{3,}(?: +-{2,})+")
_STROKE = re.compile(r"-{10,}")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_STRONG = re.compile(r"(\*\*|__)([^*_]+)\1")
_FILLER = "\ue001"
"""Behind a character two columns wide; private use, so in no text that means anything."""
_WIDE = ("WF", "WFA", "")
"""What programs take for two columns wide: Chinese characters, ≥ and “ as well, or nothing."""
_DEEPEST = 3
_TALLEST = 8
"""Lines of the headings above a ruler."""
_FEWEST_EDGES = 3
"""A grid with no more draws none between its rows, if each line begins a cell: the upper one, one below the headings,
the lower one."""
Others = Callable[[Sequence[str]], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn table: which of the lines it takes, and its rows, merged cells as blank ones."""

    start: int
    end: int
    rows: list[list[str]]


def drawn(lines: Sequence[str]) -> list[Drawn]:
    """The drawn tables of a text, in order.

    Raises:
        UnreadableError: R08 over a budget of cells.
    """
    if not any(
        "--" in line or "──" in line or "━━" in line or "==" in line or "══" in line for line in lines
    ):
        return []
    return list(_tables([line.translate(_DRAWN).rstrip() for line in lines], 0))


def plain(text: str) -> str:
    """A text of Markdown as it is shown: without the marks of bold around it, and the strokes that escape signs."""
    text = text.strip()
    strong = _STRONG.fullmatch(text)
    return _ESCAPE.sub(r"\1", strong[2] if strong else text)


def rows(lines: Sequence[str], tables: Iterable[Drawn], others: Others) -> list[Row]:
    """The rows of a text with drawn tables; ``others`` gives those of each stretch of lines between them."""
    found: list[Row] = []
    at = 0
    for table in tables:
        found.extend(others(lines[at : table.start]))
        found.extend(Row(texts) for texts in table.rows)
        at = table.end
    found.extend(others(lines[at:]))
    return found


def _tables(lines: Sequence[str], depth: int) -> Iterator[Drawn]:
    at = 0
    while at < len(lines):
        text = lines[at].lstrip()
        table = None
        end = at + 1
        if _EDGE.fullmatch(text):
            end = _block_end(lines, at)
            table = _grid(lines, at, end, depth)
        elif text.startswith("--") and _RULER.fullmatch(text):
            table = _ruled(lines, at)
        if table is not None:
            yield table
            end = table.end
        at = end


# ---- a grid


def _block_end(lines: Sequence[str], at: int) -> int:
    """Behind the last edge of the lines that begin with an edge or a wall, or one line on where there is no second edge."""
    end = at
    while end < len(lines) and lines[end].lstrip()[:1] in ("+", "|"):
        end += 1
    while end > at + 1 and not _EDGE.fullmatch(lines[end - 1].strip()):
        end -= 1
    return end


def _grid(lines: Sequence[str], at: int, end: int, depth: int) -> Drawn | None:
    if end - at < _FEWEST_EDGES:
        return None
    indent = len(lines[at]) - len(lines[at].lstrip())
    block = [line[indent:] if not line[:indent].strip() else line.lstrip() for line in lines[at:end]]
    if any(line[-1] not in "+|" for line in block):
        # Behind the last wall nothing may stand: it would be lost.
        return None
    told = [_cells(line) for line in block if not _EDGE.fullmatch(line)]
    if (
        len(block) - len(told) <= _FEWEST_EDGES
        and len(told) > _FEWEST_EDGES
        and all(texts[0] for texts in told)
    ):
        return Drawn(at, end, told)
    canvas = _canvas(block)
    found = _flat(block) if canvas is None else _Grid(canvas, depth).rows()
    return Drawn(at, end, found)


def _cells(line: str) -> list[str]:
    return [plain(text) for text in line.strip("|").split("|")]


def _canvas(block: Sequence[str]) -> list[str] | None:
    """The lines with a place for each column of the screen; None where they are not equally wide by any measure."""
    for wide in _WIDE:
        canvas = [_spread(line, wide) for line in block]
        if len(set(map(len, canvas))) == 1:
            return canvas
    return None


def _spread(line: str, wide: str) -> str:
    if line.isascii() or not wide:
        return line
    return "".join(
        letter + _FILLER if unicodedata.east_asian_width(letter) in wide else letter for letter in line
    )


def _flat(block: Sequence[str]) -> list[list[str]]:
    """Rows of a grid whose lines are not equally wide: between two edges, the cells by their order."""
    found: list[list[str]] = []
    held: list[list[str]] = []
    for line in block:
        if not line.startswith("+"):
            held.append(line.strip().strip("|").split("|"))
        elif held:
            width = max(map(len, held))
            found.append(
                [_joined(each[column] for each in held if column < len(each)) for column in range(width)]
            )
            held = []
    return found


class _Grid:
    """The cells of a grid, found by the walls that hang together with its edge."""

    def __init__(self, canvas: Sequence[str], depth: int) -> None:
        self._canvas = canvas
        self._depth = depth
        self._runs: list[tuple[tuple[int, int], ...]] = []
        """By line, from where to where an edge is drawn."""
        self._walls: list[frozenset[int]] = []
        """By line, the columns of the walls."""
        self._trace()
        self._columns = sorted(
            {x for runs, walls in zip(self._runs, self._walls, strict=True) if runs for x in walls}
        )
        self._edges = [y for y, runs in enumerate(self._runs) if runs]

    def _trace(self) -> None:
        """Follow the walls from the upper edge down: what is drawn inside a cell does not touch them."""
        active: frozenset[int] = frozenset()
        for y, line in enumerate(self._canvas):
            standing = {x for x in active if x < len(line) and line[x] in "+|"}
            runs: list[tuple[int, int]] = []
            for found in _EDGE.finditer(line) if "+" in line else ():
                corners = [found.start() + at for at, sign in enumerate(found[0]) if sign == "+"]
                if y == 0 or not standing.isdisjoint(corners):
                    runs.append((corners[0], corners[-1]))
                    standing.update(corners)
            self._runs.append(tuple(runs))
            active = frozenset(standing)
            self._walls.append(active)

    def rows(self) -> list[list[str]]:
        tally = guard.Tally()
        owners = self._owners()
        found: list[list[str]] = []
        for row in range(len(self._edges) - 1):
            tally.cells(len(self._columns) - 1)
            texts: list[list[list[str]]] = []
            for column in range(len(self._columns) - 1):
                is_first = owners[row, column] == (row, column)
                texts.append(self._cell(owners, row, column) if is_first else [[""]])
            height = max(map(len, texts))
            found.extend(
                [text for cell in texts for text in (cell[line] if line < len(cell) else [""] * len(cell[0]))]
                for line in range(height)
            )
        return found

    def _owners(self) -> dict[tuple[int, int], tuple[int, int]]:
        """By row and column, the row and column in which the cell there begins."""
        owners: dict[tuple[int, int], tuple[int, int]] = {}
        for row, (top, bottom) in enumerate(pairwise(self._edges)):
            for column, (left, right) in enumerate(pairwise(self._columns)):
                if row and not self._is_edge(top, left, right):
                    owners[row, column] = owners[row - 1, column]
                elif column and not all(left in walls for walls in self._walls[top + 1 : bottom]):
                    owners[row, column] = owners[row, column - 1]
                else:
                    owners[row, column] = (row, column)
        return owners

    def _is_edge(self, y: int, left: int, right: int) -> bool:
        return any(start <= left and right <= end for start, end in self._runs[y])

    def _cell(
        self, owners: Mapping[tuple[int, int], tuple[int, int]], row: int, column: int
    ) -> list[list[str]]:
        """What stands in a cell, as rows of texts: one of one, unless a table is drawn in it."""
        right, below = column, row
        while owners.get((row, right + 1)) == (row, column):
            right += 1
        while owners.get((below + 1, column)) == (row, column):
            below += 1
        start, end = self._columns[column] + 1, self._columns[right + 1]
        lines = [
            line[start:end].replace(_FILLER, "")
            for line in self._canvas[self._edges[row] + 1 : self._edges[below + 1]]
        ]
        inner = (
            list(_tables([line.rstrip() for line in lines], self._depth + 1))
            if self._depth < _DEEPEST
            else []
        )
        if not inner:
            return [[_joined(lines)]]
        told: list[list[str]] = []
        at = 0
        for table in inner:
            above = _joined(lines[at : table.start])
            told.extend([[above]] if above else [])
            told.extend(table.rows)
            at = table.end
        behind = _joined(lines[at:])
        told.extend([[behind]] if behind else [])
        width = max(map(len, told))
        return [[*texts, *[""] * (width - len(texts))] for texts in told]


# ---- a table under a ruler


def _ruled(lines: Sequence[str], at: int) -> Drawn | None:
    ruler = lines[at]
    spans = [found.span() for found in re.finditer("-+", ruler)]
    start = at
    while start > max(0, at - _TALLEST) and lines[start - 1].strip() and not _is_stroke(lines[start - 1]):
        start -= 1
    is_framed = start > 0 and _is_stroke(lines[start - 1]) and start < at
    head = lines[start:at] if is_framed or at - start == 1 else []
    if head and not is_framed and len(_under(head[0], spans)) < 2:
        head = []
    is_headed = bool(head) and not is_framed
    stop = at + 1
    while stop < len(lines) and not _is_stroke(lines[stop]) and not _RULER.fullmatch(lines[stop].strip()):
        if is_headed and not lines[stop].strip():
            break
        stop += 1
    is_closed = stop < len(lines) and bool(lines[stop].strip())
    if is_closed and not is_framed and lines[stop].strip() != ruler.strip():
        is_closed = False
    if not is_closed:
        stop = next((line for line in range(at + 1, len(lines)) if not lines[line].strip()), len(lines))
    body = lines[at + 1 : stop]
    if not any(line.strip() for line in body):
        return None
    found = [_placed(head, spans)] if head else []
    found.extend(_placed(row, spans) for row in _ruled_rows(body))
    begin = start - is_framed if head else at
    return Drawn(begin, stop + is_closed, found)


def _is_stroke(line: str) -> bool:
    return _STROKE.fullmatch(line.strip()) is not None


def _ruled_rows(body: Sequence[str]) -> Iterator[Sequence[str]]:
    """A row per line, or where empty lines stand among them, per stretch between these."""
    inside = [line for line in body if line.strip()]
    if len(inside) == len(body):
        yield from ([line] for line in body)
        return
    row: list[str] = []
    for line in (*body, ""):
        if line.strip():
            row.append(line)
        elif row:
            yield row
            row = []


def _placed(row: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[str]:
    parts = [_under(line, spans) for line in row]
    return [_joined(part[column] for part in parts) for column in range(len(spans))]


def _under(line: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The stretches of a line under the strokes of the ruler."""
    spread = _spread(line, _WIDE[0])
    bounds = [start for start, _ in spans[1:]]
    return [
        spread[start:end].replace(_FILLER, "")
        for start, end in zip((0, *bounds), (*bounds, len(spread)), strict=True)
    ]


def _joined(lines: Iterable[str]) -> str:
    """The lines of a cell as its text: an empty line parts paragraphs, another end of a line is only the cell's width."""
    told = ""
    parted = False
    for line in lines:
        text = line.strip()
        if not text:
            parted = bool(told)
            continue
        needs_blank = told[-1:].isascii() and text[:1].isascii()
        told += ("\n" if parted else " " if needs_blank else "") * bool(told) + text
        parted = False
    return plain(told)
