"""Straight lines in, tables out: where lines cross and close around a space there is a cell, merged ones as one."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.read import guard
from tasks.read.pdf_rules import Rule, merged


@dataclass(slots=True, eq=False)
class Box:
    """A cell of a table on a page, in points from the page's top left corner."""

    row: int
    """First row in its table, from 0."""
    row_span: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Table:
    """A ruled table on a page."""

    xs: list[float]
    """Its lines from left to right, and …"""
    ys: list[float]
    """… from top to bottom."""
    boxes: list[Box] = field(default_factory=list)
    """Its cells in reading order."""
    owners: list[list[Box]] = field(default_factory=list)
    """For each row and column between its lines, the cell there."""
    is_open_above: bool = False
    """No line closes it at its top: it goes on from the page before."""
    is_open_below: bool = False

    def box_at(self, x: float, y: float) -> Box | None:
        """The cell around a point; None outside the table."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        return self.owners[row][column]


def tables_of(level: Sequence[Rule], upright: Sequence[Rule], em: float) -> list[Table]:
    """The ruled tables of a page from top to bottom, without lone frames.

    Args:
        level: Level lines.
        upright: Upright lines.
        em: The usual height of a letter; lines closer than half of it are one line.

    Raises:
        UnreadableError: R08 where a table has too many rows or columns.
    """
    near = max(1.0, em / 2)
    across, down = merged(level, near), merged(upright, near)
    found = [
        table
        for lines in _connected(across, down, near)
        if (table := _table(*lines, near)) is not None and len(table.boxes) > 1
    ]
    return sorted(found, key=lambda table: (table.ys[0], table.xs[0]))


def _connected(across: list[Rule], down: list[Rule], near: float) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines by the table they belong to: those that meet, directly or through others."""
    parents = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    across.sort()
    heights = [rule.at for rule in across]
    for number, line in enumerate(down, len(across)):
        for index in range(bisect_left(heights, line.start - near), bisect_right(heights, line.end + near)):
            if across[index].start - near <= line.at <= across[index].end + near:
                parents[root(index)] = root(number)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate((*across, *down)):
        group = groups.setdefault(root(index), ([], []))
        group[index >= len(across)].append(rule)
    # Two lines each way close one cell at least; with one upright line the page shows two open columns.
    return [group for group in groups.values() if len(group[0]) > 1 and group[1]]


def _table(across: list[Rule], down: list[Rule], near: float) -> Table | None:
    left, right = min(rule.start for rule in across), max(rule.end for rule in across)
    top, bottom = min(rule.start for rule in down), max(rule.end for rule in down)
    xs = _positions([*(rule.at for rule in down), left, right], near)
    # What reaches from no line to another is the stroke under a word, and parts nothing.
    across = [rule for rule in across if _covered(xs, rule, near)]
    ys = _positions([*(rule.at for rule in across), top, bottom], near)
    down = [rule for rule in down if _covered(ys, rule, near)]
    xs = _positions([*(rule.at for rule in down), left, right], near)
    guard.Tally().reach(len(ys) - 1, len(xs) - 1)
    if len(xs) < 2 or len(ys) < 2:
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    # Whether a line closes the square (row, column) at its right, and below it.
    right_of = [bytearray(columns) for _ in range(rows)]
    below = [bytearray(columns) for _ in range(rows)]
    for rule in down:
        column = _nearest(xs, rule.at) - 1
        if 0 <= column < columns:
            for row in _covered(ys, rule, near):
                right_of[row][column] = 1
    above_first = bytearray(columns)
    for rule in across:
        row = _nearest(ys, rule.at) - 1
        for column in _covered(xs, rule, near):
            if row >= 0:
                below[row][column] = 1
            else:
                above_first[column] = 1
    table = Table(xs, ys)
    _fill(table, right_of, below)
    table.is_open_above = not any(above_first)
    table.is_open_below = not any(below[-1])
    return table


def _fill(table: Table, right_of: list[bytearray], below: list[bytearray]) -> None:
    """Make the cells: a stretch of squares without an upright line between them, and what continues it below."""
    xs, ys = table.xs, table.ys
    guard.Tally().cells((len(xs) - 1) * (len(ys) - 1))
    ongoing: dict[tuple[int, int], Box] = {}
    for row in range(len(ys) - 1):
        owners: list[Box] = []
        still: dict[tuple[int, int], Box] = {}
        start = 0
        for column in range(len(xs) - 1):
            if not right_of[row][column] and column < len(xs) - 2:
                continue
            stretch = (start, column + 1)
            box = ongoing.get(stretch)
            if box is not None:
                box.row_span += 1
                box.y1 = ys[row + 1]
            else:
                box = Box(row, 1, xs[start], ys[row], xs[column + 1], ys[row + 1])
                table.boxes.append(box)
            owners.extend([box] * (column + 1 - start))
            # A line that spans most of the cell closes it; a short one is the stroke under a word.
            closed = sum(xs[each + 1] - xs[each] for each in range(start, column + 1) if below[row][each])
            if closed * 2 < xs[column + 1] - xs[start]:
                still[stretch] = box
            start = column + 1
        table.owners.append(owners)
        ongoing = still


def _positions(values: list[float], near: float) -> list[float]:
    """Positions of lines, those that are one line as one; where it was drawn twice, between the two."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= near and value - groups[-1][0] <= near * 1.5:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [(group[0] + group[-1]) / 2 for group in groups]


def _nearest(values: list[float], value: float) -> int:
    index = bisect_left(values, value)
    if index and (index == len(values) or value - values[index - 1] <= values[index] - value):
        return index - 1
    return index


def _covered(values: list[float], rule: Rule, near: float) -> range:
    """The spaces between ``values`` that a line runs along."""
    return range(bisect_left(values, rule.start - near), bisect_right(values, rule.end + near) - 1)
