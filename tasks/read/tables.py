"""Tables nested in tables in, grids in reading order out: shared by the readers of flowing text (.odt, web pages)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemas.form import Cell, Grid
from tasks.read import guard

PROSE = "段落"
"""Name of a grid of prose."""


@dataclass(slots=True, eq=False)
class Table:
    """A table while it is read."""

    cells: list[Cell] = field(default_factory=list)
    nested: list[tuple[int, "Block"]] = field(default_factory=list)
    """What is nested in its cells, with how many cells stand before it."""


@dataclass(slots=True, eq=False)
class Prose:
    """Lines between two tables."""

    cells: list[Cell] = field(default_factory=list)
    rows: int = 0

    def line(self, text: str, tally: guard.Tally, *, is_floating: bool = False) -> None:
        """Append a line; an empty one only counts as a row."""
        self.rows += 1
        if text and not text.isspace():
            tally.cells(1)
            self.cells.append(Cell(self.rows, 1, text, is_floating=is_floating))


Block = Table | Prose


def grids(blocks: Iterable[Block]) -> Iterator[Grid]:
    """The grids of a file's blocks: a table in parts before and after each table nested in it, all under one name."""
    names: dict[Table, str] = {}
    for block, cells in _parts(blocks):
        if isinstance(block, Prose):
            yield Grid(PROSE, tuple(cells), is_prose=True)
        else:
            yield Grid(names.setdefault(block, f"表{len(names) + 1}"), tuple(cells))


def _parts(blocks: Iterable[Block]) -> Iterator[tuple[Block, list[Cell]]]:
    for block in blocks:
        if isinstance(block, Prose):
            if block.cells:
                yield block, block.cells
            continue
        at = 0
        for end, nested in block.nested:
            if end > at:
                yield block, block.cells[at:end]
            at = end
            yield from _parts([nested])
        if at < len(block.cells):
            yield block, block.cells[at:]
