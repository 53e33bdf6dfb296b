"""A form's description in, its printed page out: rows of slots over a fixed number of columns, as a town's file shows it.

Word, Excel and text draw the same rows; only here is it said where a label, a value and a merged level stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from tests.county.describe import File, Folder, FormText, template

Role = Literal["title", "year", "label", "value", "text", "box"]
COLUMNS = {"standard": 6, "split": 8, "mid": 6}
"""Columns of the printed grid: block, level 1, level 2, then 三级指标 (two columns wide in the standard template) …"""


@dataclass(frozen=True)
class Slot:
    """One printed cell; columns from 1. ``box`` is an empty cell with a box floating over it."""

    text: str
    column: int
    width: int
    role: Role
    height: int = 1


@dataclass(frozen=True)
class Page:
    """One form."""

    columns: int
    rows: tuple[tuple[Slot, ...], ...]
    """Slots from left to right; a row below a merged slot leaves its place out."""
    above: tuple[str, ...] = ()
    """Title and year where they stand outside the table."""
    is_boxed: bool = False
    """The first line above floats in a box."""

    def cells(self, number: int) -> Iterator[tuple[Slot, bool]]:
        """The cells of row ``number`` (from 0) from left to right, each with whether it goes on from the row above."""
        reaching = [
            (slot, top != number)
            for top, row in enumerate(self.rows[: number + 1])
            for slot in row
            if top + slot.height > number
        ]
        return iter(sorted(reaching, key=lambda each: each[0].column))


def page(folder: Folder, file: File, form: FormText) -> Page:
    """Lay out one form."""
    return _Printer(folder, file, form).page()


@dataclass
class _Printer:
    folder: Folder
    file: File
    form: FormText
    rows: list[tuple[Slot, ...]] = field(default_factory=list)

    @property
    def last(self) -> int:
        return COLUMNS[self.file.template]

    def page(self) -> Page:
        title = template().title, template().year if self.form.year is None else self.form.year
        is_inside = self.file.title == "inside"
        if is_inside:
            self.rows += [(self._across(title[0], "title"),), (self._across(title[1], "year"),)]
            # The template leaves this row free; the name of one project strayed into it.
            self.rows.append(
                (self._across(self.form.name, "box"),) if self.form.displaced_name else self._blank()
            )
        self._identity()
        self._money()
        if self.form.remark:
            self.rows.append((self._across(self.form.remark, "text"),))
        self.rows.append((self._label("年度总体目标", 1), self._to_the_end(self.form.goal, 2, "text")))
        self._indicators()
        above = () if is_inside else title
        return Page(self.last, tuple(self.rows), above, is_boxed=self.file.title == "box")

    # ---- blocks

    def _identity(self) -> None:
        form, government = self.form, f"平罗县{self.folder.town}人民政府"
        department = self.folder.department if form.department is None else form.department
        name = "" if form.displaced_name else form.name
        self.rows += [
            (self._label("项目名称", 1), self._to_the_end(name, 2)),
            self._pair("主管部门及代码", department, "实施单位", form.unit or government),
            self._pair("项目属性", form.attribute, "项目期", form.period),
        ]

    def _pair(self, first: str, value: str, second: str, other: str) -> tuple[Slot, ...]:
        return (
            self._label(first, 1),
            Slot(value, 2, 2, "value"),
            self._label(second, 4),
            self._to_the_end(other, 5),
        )

    def _money(self) -> None:
        funding = self.form.funding or {"财政拨款": self.form.total, "其他资金": ""}
        lines = [("年度资金总额", self.form.total), *funding.items()]
        block = self._label("项目资金", 1, height=len(lines))
        for number, (label, amount) in enumerate(lines):
            line = (replace(self._label(label, 2), width=2), self._to_the_end(amount, 4))
            self.rows.append((block, *line) if number == 0 else line)

    def _indicators(self) -> None:
        headings = ("名称", "一级指标", "二级指标", *template().columns[self.file.template])
        self.rows.append(self._indicator_row([self._printed(heading) for heading in headings], "label"))
        lines = self._lines()
        block = self._label("绩效指标", 1, height=len(lines))
        told = {1: 0, 2: 0}
        for number, (level, cells) in enumerate(lines):
            slots = [block] if number == 0 else []
            for depth in (1, 2):
                if told[depth] <= number:
                    height = _same(lines[number:], depth)
                    told[depth] = number + height
                    slots.append(Slot(self._level(level, depth), depth + 1, 1, "label", height))
            self.rows.append((*slots, *self._indicator_row(cells, "value", first=3)))

    def _lines(self) -> list[tuple[str, Sequence[str]]]:
        """The indicators in the template's order of levels, with what the town left blank; short name of level first."""
        width = len(template().columns[self.file.template])
        blank = ("",) * width
        lines: list[tuple[str, Sequence[str]]] = [(level, cells) for level, *cells in self.form.indicators]
        if wrong := [cells for _, cells in lines if len(cells) != width]:
            raise ValueError(f"{self.folder.name}/{self.file.name}/{self.form.name}: {wrong} 应有{width}栏")
        if self.file.optional_rows:
            used = {level for level, _ in lines}
            lines += [(level, blank) for level in template().optional if level not in used]
        order = list(template().levels)
        lines.sort(key=lambda line: order.index(line[0]))
        return lines + [(lines[-1][0], blank)] * self.file.blank_rows

    # ---- slots

    def _indicator_row(self, cells: Sequence[str], role: Role, first: int = 0) -> tuple[Slot, ...]:
        """Cells over their columns, starting with the ``first`` heading; 三级指标 is two wide in the standard template."""
        wide = 3 if self.file.template == "standard" else -1
        slots, column = [], first + 1
        for position, text in enumerate(cells, first):
            width = 2 if position == wide else 1
            slots.append(Slot(text, column, width, role))
            column += width
        return tuple(slots)

    def _level(self, level: str, depth: int) -> str:
        printed = template().levels[level][depth - 1]
        return self.form.misprints.get(level, printed) if depth == 2 else printed

    def _printed(self, label: str) -> str:
        printed = template().labels[self.file.labels].get(label, label)
        return self.form.misprints.get(label, printed)

    def _label(self, label: str, column: int, height: int = 1) -> Slot:
        return Slot(self._printed(label), column, 1, "label", height)

    def _to_the_end(self, text: str, column: int, role: Role = "value") -> Slot:
        return Slot(text, column, self.last - column + 1, role)

    def _across(self, text: str, role: Role) -> Slot:
        return Slot(text, 1, self.last, role)

    def _blank(self) -> tuple[Slot, ...]:
        return (self._across("", "value"),)


def _same(lines: Sequence[tuple[str, Sequence[str]]], depth: int) -> int:
    """How many rows from the first on share its name of level ``depth``."""
    levels = template().levels
    _, group = next(groupby(lines, key=lambda line: levels[line[0]][:depth]))
    return len(list(group))
