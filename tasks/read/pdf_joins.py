"""A table's next page in, one table out: what a page break cut is put together, what it repeated is dropped.

Only where it is certain. A table that might be another one stays one of its own; the parser joins by labels.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.form import Cell
from schemas.vocabulary import fold, is_blank, vocabulary
from tasks.read.pdf_halves import completes, is_label
from tasks.read.pdf_lines import goes_on, seam
from tasks.read.pdf_parts import PageParts, Part, ProseLine, TablePart

_EDGE = 5.0
"""How far the sides of a table may move from page to page, in points."""
_MARGIN = 0.12
"""Share of the page's height, at its top and bottom, where headers and page numbers stand."""
_PAGE_NUMBER = re.compile(
    r"[-—–―·~〜\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[,，/／]?\s*共?\s*\d{1,4}\s*页?)?[-—–―·~〜\s]*"
)
_FEWEST_ROWS = 6
_HEAD = 12
"""Rows at the beginning of a form among which its name stands."""
_SENTENCE_ENDS = "。；;！!"


@dataclass(slots=True)
class OpenTable:
    """A table that may go on on the next page."""

    left: float
    right: float
    rows: int
    parts: list[Part]
    titles: list[str] = field(default_factory=list)
    """Lines of prose above it, and at the top of the page it began on."""
    padding: float = 0.0
    is_open_below: bool = False
    is_ruled: bool = True

    @classmethod
    def of(cls, part: TablePart, titles: Sequence[str]) -> "OpenTable":
        """A table by its first page."""
        return cls(
            part.left,
            part.right,
            part.rows,
            part.parts,
            list(titles),
            part.padding,
            part.is_open_below,
            part.is_ruled,
        )

    def cells(self) -> list[Cell]:
        """Its cells, rows and columns from 1, in reading order."""
        edges = _edges([edge for part in self.parts for edge in (part.x0, part.x1)])
        found = []
        for part in self.parts:
            start, end = _index(edges, part.x0), _index(edges, part.x1)
            found.append(
                Cell(
                    part.row + 1,
                    start + 1,
                    part.text,
                    part.row_span,
                    max(1, end - start),
                    reference=f"第{part.page}页",
                    confidence=part.confidence,
                    recognised=part.recognised,
                )
            )
        found.sort(key=lambda cell: (cell.row, cell.column))
        return found


def without_numbers(page: PageParts) -> list[TablePart | ProseLine]:
    """A page's blocks without the page number at its top or bottom, which belongs to no table that goes on there."""
    blocks = list(page.blocks)
    while blocks and _is_number(blocks[-1], page):
        blocks.pop()
    while blocks and _is_number(blocks[0], page):
        blocks.pop(0)
    return blocks


def _is_number(block: TablePart | ProseLine, page: PageParts) -> bool:
    if not isinstance(block, ProseLine):
        return False
    margin = page.height * _MARGIN
    return not margin < block.top < page.height - margin and bool(_PAGE_NUMBER.fullmatch(block.line.text))


def continued(table: OpenTable, part: TablePart, titles: Sequence[str]) -> bool:
    """Join a table's next page to it, if it is certain that it is its next page.

    Args:
        table: What was open at the end of the page before; grows where the answer is yes.
        part: The first table on this page.
        titles: The lines of prose above it.
    """
    is_loose = not (table.is_ruled or part.is_ruled)
    if table.is_ruled != part.is_ruled or abs(table.left - part.left) > _EDGE:
        return False
    # Without a border a table ends at the right where its longest text ends.
    if not is_loose and abs(table.right - part.right) > _EDGE:
        return False
    if not set(titles) <= set(table.titles):
        return False
    dropped = _repeated(table, part)
    rest = _texts(part)[dropped:]
    cut = table.is_open_below or part.is_open_above
    own = _texts_of(table.parts, _HEAD)
    if not cut and (not rest or _opens(rest, own) or _is_same_start(table, rest, dropped)):
        return False
    if titles and not _names_a_project(own):
        return False
    _append(table, part, dropped)
    return True


def is_right_half(left: TablePart, right: TablePart) -> bool:
    """Whether a table is what a sheet wider than the paper left over for a later page: the same rows, no name of its own.

    Their cells are cut where the paper ends, some on both pages, so that the halves cannot be put together for certain.
    """
    if min(len(left.levels), len(right.levels)) <= _FEWEST_ROWS:
        return False
    if abs(left.left - right.left) <= _EDGE and abs(left.right - right.right) <= _EDGE:
        return False
    same = sum(any(abs(a - b) <= 1 for a in left.levels) for b in right.levels)
    return (
        same * 10 >= 9 * max(len(left.levels), len(right.levels))
        and _names_a_project(_texts(left))
        and not _names_a_project(_texts(right))
    )


def _texts(part: TablePart) -> list[list[str]]:
    return _texts_of(part.parts, part.rows)


def _texts_of(parts: Sequence[Part], rows: int) -> list[list[str]]:
    """The folded texts of the first rows; cells that show nothing left out."""
    found: list[list[str]] = [[] for _ in range(rows)]
    for part in sorted(parts, key=lambda each: each.x0):
        if part.row < rows and not is_blank(part.text):
            found[part.row].append(fold(part.text))
    return found


def _repeated(table: OpenTable, part: TablePart) -> int:
    """How many rows at the top of a page repeat the first rows of its table."""
    own, first = _texts(part), _texts_of(table.parts, part.rows)
    count = same = 0
    while count < len(own) - 1 and own[count] == first[count]:
        count += 1
        if own[count - 1]:
            same = count
    # A form's own name among them is no heading: it is another form of the same project.
    return 0 if _names_a_project(own[:same]) else same


def _is_same_start(table: OpenTable, rest: Sequence[Sequence[str]], dropped: int) -> bool:
    """Whether what follows the repetition begins as the table itself began: another one of the same template."""
    first = _texts_of(table.parts, dropped + 1)[dropped]
    return bool(dropped and rest[0] and first and rest[0][0] == first[0])


def _opens(rows: Sequence[Sequence[str]], own: Sequence[Sequence[str]]) -> bool:
    """Whether rows begin a table of their own: with a title, or with a project's name where ``own`` names one too."""
    filled = [row for row in rows if row]
    titled = next((index for index, row in enumerate(filled) if _is_title(row)), len(filled))
    # A title with nothing below it waits for the name that the next page brings.
    is_waiting = all(len(row) <= 1 for row in own)
    return titled == 0 or (not is_waiting and _names_a_project(filled[: min(titled, _HEAD)]))


def _is_title(row: Sequence[str]) -> bool:
    words = vocabulary()
    return len(row) == 1 and (words.title(row[0]) or words.set_aside(row[0])) is not None


def _names_a_project(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row says 项目名称 and then a name; as a heading over a column it has other headings beside it."""
    words = vocabulary().form
    for row in rows:
        for index, text in enumerate(row):
            found = words.match(text)
            if found is not None and found.meaning.key == "project_name":
                return index + 1 >= len(row) or words.match(row[index + 1]) is None
    return False


def _append(table: OpenTable, part: TablePart, dropped: int) -> None:
    """Put the rows of the next page below, after those that are only repeated."""
    fresh = [each for each in part.parts if each.row >= dropped]
    first = [each for each in fresh if each.row == dropped]
    last = [each for each in table.parts if each.row + each.row_span == table.rows]
    pairs = [
        (above, below)
        for below in first
        if (above := _above(below, last, is_ruled=table.is_ruled)) is not None
    ]
    # One line missing says little: where borders collapse, the one at the break is drawn on one of the two pages.
    is_open = table.is_open_below and part.is_open_above and not any(is_label(each.text) for each in first)
    cut = len(pairs) == len(first) == len(last) and (is_open or _is_cut(table, pairs)) and dropped == 0
    # A cut row is one row: its second half stands in the row it began in.
    offset = table.rows - dropped - (1 if cut else 0)
    gone: set[int] = set()
    for above, below in pairs:
        if cut:
            _glue(above, below, table)
        elif not _is_merged(above, below):
            continue
        above.row_span = below.row + offset + below.row_span - above.row
        if is_blank(above.text) and not is_blank(below.text):
            above.text, above.lines, above.page = below.text, below.lines, below.page
            above.confidence, above.recognised = below.confidence, below.recognised
        gone.add(id(below))
    for each in fresh:
        if id(each) not in gone:
            each.row += offset
            table.parts.append(each)
    table.rows = part.rows + offset
    table.is_open_below = part.is_open_below
    table.padding = part.padding


def _above(below: Part, last: Sequence[Part], *, is_ruled: bool) -> Part | None:
    """The cell in the last row of the page before that has the same sides; without borders only its left is sure."""
    return next(
        (
            each
            for each in last
            if abs(each.x0 - below.x0) <= _EDGE and (not is_ruled or abs(each.x1 - below.x1) <= _EDGE)
        ),
        None,
    )


def _is_merged(above: Part, below: Part) -> bool:
    """Whether a cell merged over several rows goes on: a blank half beside a half that shows something."""
    blanks = is_blank(above.text), is_blank(below.text)
    if blanks == (False, True):
        return above.row_span > 1 or below.row_span > 1
    return blanks == (True, False) and above.row_span > 1


def _is_cut(table: OpenTable, pairs: Sequence[tuple[Part, Part]]) -> bool:
    """Whether the page break cut the last row, though each half has a line around it.

    Certain where a label is only whole with its second half; or where every text at the top of the page goes on a
    full line right above, and something that stood in the last row does not stand there again.
    """
    filled = [(above, below) for above, below in pairs if not is_blank(below.text)]
    halves = [(above, below) for above, below in filled if not is_blank(above.text)]
    reading = [pair for pair in halves if _reads_on(*pair, table.padding)]
    if any(completes(above.text, below.text) for above, below in reading):
        return True
    if not reading or any(is_label(below.text) for _, below in filled):
        return False
    return len(reading) == len(filled) and any(
        is_blank(below.text) and not is_blank(above.text) and above.row_span == below.row_span == 1
        for above, below in pairs
    )


def _reads_on(above: Part, below: Part, padding: float) -> bool:
    if above.text[-1] in _SENTENCE_ENDS:
        return False
    if is_label(above.text) and not is_label(above.text + below.text):
        return False
    return goes_on(above.lines[-1], below.lines[0], above.x0 + padding, above.x1 - padding)


def _glue(above: Part, below: Part, table: OpenTable) -> None:
    """Put the second half of a cell's text behind its first."""
    if not is_blank(above.text) and not is_blank(below.text):
        left, right = above.x0 + table.padding, above.x1 - table.padding
        flows = goes_on(above.lines[-1], below.lines[0], left, right)
        above.text += (seam(above.text, below.text) if flows else "\n") + below.text
        above.lines = [*above.lines, *below.lines]
        above.confidence = min(above.confidence, below.confidence)
        above.recognised = above.recognised or below.recognised


def _edges(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _EDGE:
            found.append(value)
    return found


def _index(edges: Sequence[float], value: float) -> int:
    """The edge a side of a cell lies on: the last one not beyond it."""
    return max(0, bisect_right(edges, value) - 1)
