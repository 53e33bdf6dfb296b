"""The balance of one form's cells (law 1) and its remarks, while it is being read."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal

from schemas.form import Address, Cell, CellCount, Entry, Remark
from schemas.vocabulary import Match, is_blank
from tasks.parse.rows import Row

SURE = 0.9
"""A text recognised with less confidence than this is reported; ``tasks.read.scan`` says how it was measured."""

_new = tuple.__new__

Fate = Literal["consumed", "ignored", "reported"]


class FormSheet:
    """A form's rows, and what became of each cell that shows something. A cell meets its fate once."""

    def __init__(self, number: int, rows: Sequence[Row]) -> None:
        self.number = number
        self.rows = rows
        grid = rows[0].grid
        self._table = grid.name if all(row.grid is grid for row in rows) else None
        """The name of its table, where it stands in one."""
        self._fates: dict[int, Fate] = {}
        self._remarks: list[tuple[Cell | None, Remark]] = []
        """With the cell each is about, for their order; None for what is said of the form as a whole."""
        self._told: set[int] = set()

    @cached_property
    def _row_of(self) -> dict[int, Row]:
        """The row of each cell by its ``id``; few forms ask."""
        return {id(cell): row for row in self.rows for cell in (*row.floating, *row.cells)}

    def consume(self, *cells: Cell) -> None:
        """These cells were read."""
        for cell in cells:
            self._fates.setdefault(id(cell), "consumed")

    def ignore(self, *cells: Cell) -> None:
        """These cells are ignored by a named entry of the vocabulary."""
        for cell in cells:
            self._fates.setdefault(id(cell), "ignored")

    def is_open(self, cell: Cell) -> bool:
        """Whether a cell still waits for its fate."""
        return id(cell) not in self._fates

    def address(self, cell: Cell, label: str) -> Address:
        """Where a cell of this form stands."""
        return self._row_of[id(cell)].address(cell, label, self.number)

    def entry(self, cell: Cell, label: str, text: str | None = None) -> Entry:
        """A cell as a value, or the part of it that is the value; says where a picture was hard to read (R11, R12)."""
        if cell.confidence < 1 and id(cell) not in self._told and not is_blank(cell.text):
            self._told.add(id(cell))
            if cell.recognised:
                self.remark("R12", cell, label, cell.recognised, cell.text.strip())
            elif cell.confidence < SURE:
                self.remark("R11", cell, label, cell.text.strip(), f"{cell.confidence:.0%}")
        table = self._table or self._row_of[id(cell)].grid.name
        # All fields at once: the constructors take twice as long, and a form has a hundred entries.
        address = _new(Address, (self.number, table, cell.row, label, cell.reference, cell.column))
        return _new(Entry, (cell.text if text is None else text, address))

    def label(self, cell: Cell, match: Match, place: str) -> None:
        """A cell was read as a label; says so where it has a misprint (R07)."""
        if id(cell) in self._fates:
            return
        self._fates[id(cell)] = "ignored" if match.meaning.kind == "ignored" else "consumed"
        if match.expected:
            self.remark("R07", cell, place, cell.text.strip(), match.expected)

    def remark(self, rule_id: str, cell: Cell, place: str, value: str, expected: str = "") -> None:
        """Something to tell about a cell."""
        self._remarks.append((cell, Remark(rule_id, self.address(cell, place), value, expected)))

    def tell(self, rule_id: str, entry: Entry, expected: str) -> None:
        """Something to tell about a value already read."""
        self._remarks.append((None, Remark(rule_id, entry.address, entry.text.strip(), expected)))

    def row(self, cell: Cell) -> Row:
        """The row a cell stands in."""
        return self._row_of[id(cell)]

    def leftover(self, cell: Cell, place: str) -> None:
        """A cell nobody could place (R05)."""
        if id(cell) not in self._fates:
            self._fates[id(cell)] = "reported"
            self.remark("R05", cell, place, cell.text.strip())

    def cover(self, cell: Cell) -> None:
        """A cell is told of by the remark about its column's heading."""
        self._fates.setdefault(id(cell), "reported")

    def close(self, is_ignored: Callable[[Cell], bool]) -> tuple[tuple[Remark, ...], CellCount]:
        """Report each cell that still waits for its fate, but for those that are ignored, and strike the balance."""
        fates = self._fates
        shown = [cell for row in self.rows for cell in row.shown]
        for cell in [cell for cell in shown if id(cell) not in fates]:
            if is_ignored(cell):
                self.ignore(cell)
            else:
                self.leftover(cell, "")
        count = Counter([fates[id(cell)] for cell in shown])
        return self._in_order(), CellCount(len(shown), count["consumed"], count["ignored"], count["reported"])

    def _in_order(self) -> tuple[Remark, ...]:
        """The remarks by where their cells stand; what is said of the whole form comes last."""
        if len(self._remarks) > 1:
            order = {key: at for at, key in enumerate(self._row_of)}
            last = len(order)
            self._remarks.sort(key=lambda told: last if told[0] is None else order[id(told[0])])
        return tuple(remark for _, remark in self._remarks)
