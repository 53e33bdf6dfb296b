"""The blank form and a year in, its printed grid out: where each label stands, and each cell that is to be filled in.

Workbook and document draw the same slots, so that both look like the same sheet of paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from schemas.blank_form import BlankForm, Kind

Entry = Literal[
    "project_name",
    "department",
    "implementing_unit",
    "attribute",
    "period",
    "total",
    "source",
    "goal",
    "level1",
    "level2",
    "level3",
    "operator",
    "value",
    "unit",
]
"""What a cell is to be filled in with."""

COLUMNS = 8
"""名称, 一级指标, 二级指标, 三级指标 (two columns wide), 指标性质, 指标值, 计量单位."""


class Slot(NamedTuple):
    """One printed cell; row and column from 0."""

    row: int
    column: int
    height: int
    width: int
    label: str = ""
    """What is printed in it; empty where the clerk writes."""
    entry: Entry | None = None
    kind: Kind | None = None
    """Of an indicator's cell: the kind printed in its line; None in a line whose levels the clerk chooses."""
    is_first: bool = False
    """It stands in the first line of its kind, which is to be filled in where the kind is required."""
    is_left: bool = False
    """Its text begins at the left, as sentences and the sources of money do."""

    @property
    def is_heading(self) -> bool:
        """It names a block or a column, in bold."""
        return not self.entry and not self.is_left and self.width < 3

    @property
    def hint(self) -> str:
        """Name of the hint for who fills it in."""
        return "date" if self.entry == "value" and self.kind and self.kind.dates else self.entry or ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One form's slots in reading order."""

    slots: tuple[Slot, ...]

    @property
    def rows(self) -> int:
        """How many rows the form has."""
        return max(slot.row + slot.height for slot in self.slots)

    def entries(self, *names: Entry) -> list[Slot]:
        """The cells to be filled in with one of these."""
        return [slot for slot in self.slots if slot.entry in names]

    def below(self, row: int) -> list[tuple[Slot, bool]]:
        """The cells of a row from left to right, each with whether it goes on from the row above."""
        reaching = [slot for slot in self.slots if slot.row <= row < slot.row + slot.height]
        return [(slot, slot.row < row) for slot in sorted(reaching, key=lambda each: each.column)]


def layout(form: BlankForm) -> Layout:
    """Lay out one form, from 项目名称 to the last indicator line."""
    return Layout(tuple(sorted(_slots(form), key=lambda slot: (slot.row, slot.column))))


def _slots(form: BlankForm) -> Iterator[Slot]:
    labels = form.labels
    yield Slot(0, 0, 1, 1, labels["project_name"])
    yield Slot(0, 1, 1, 7, entry="project_name", is_left=True)
    pairs: tuple[tuple[Entry, Entry], ...] = (("department", "implementing_unit"), ("attribute", "period"))
    for row, (left, right) in enumerate(pairs, 1):
        yield Slot(row, 0, 1, 1, labels[left])
        yield Slot(row, 1, 1, 2, entry=left)
        yield Slot(row, 3, 1, 1, labels[right])
        yield Slot(row, 4, 1, 4, entry=right)
    yield Slot(3, 0, 1 + len(form.sources), 1, labels["money"])
    yield Slot(3, 1, 1, 3, labels["total"])
    yield Slot(3, 4, 1, 4, entry="total")
    for number, source in enumerate(form.sources):
        yield Slot(4 + number, 1, 1, 3, f"其中：{source}" if number == 0 else f"　　　{source}", is_left=True)
        yield Slot(4 + number, 4, 1, 4, entry="source")
    goal = 4 + len(form.sources)
    yield Slot(goal, 0, 1, 1, labels["goal"])
    yield Slot(goal, 1, 1, 7, entry="goal", is_left=True)
    yield from _heading(form, goal + 1)
    yield from _lines(form, goal + 2)


_PLACES: tuple[tuple[Literal["level3", "operator", "value", "unit"], int, int], ...] = (
    ("level3", 3, 2),
    ("operator", 5, 1),
    ("value", 6, 1),
    ("unit", 7, 1),
)
"""Column and width of what a line says."""


def _heading(form: BlankForm, row: int) -> Iterator[Slot]:
    for column, name in enumerate(("block", "level1", "level2")):
        yield Slot(row, column, 1, 1, form.labels[name])
    for entry, column, width in _PLACES:
        yield Slot(row, column, 1, width, form.labels[entry])


def _lines(form: BlankForm, top: int) -> Iterator[Slot]:
    kinds = list(form.lines())
    yield Slot(top, 0, len(kinds), 1, form.labels["indicators"])
    row = top
    for level1, group in groupby(form.kinds, key=lambda kind: kind.level1):
        held = list(group)
        yield Slot(row, 1, sum(each.lines for each in held), 1, level1)
        for each in held:
            yield Slot(row, 2, each.lines, 1, each.printed)
            row += each.lines
    for number, kind in enumerate(kinds):
        if kind is None:
            yield Slot(top + number, 1, 1, 1, entry="level1")
            yield Slot(top + number, 2, 1, 1, entry="level2")
        for entry, column, width in _PLACES:
            is_first = kind is not None and (number == 0 or kinds[number - 1] != kind)
            is_left = entry == "level3"
            yield Slot(
                top + number, column, 1, width, entry=entry, kind=kind, is_first=is_first, is_left=is_left
            )
