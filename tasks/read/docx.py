"""A Word document in, grids out: tables with their merged cells, prose and boxes between them, in reading order.

One walk straight over ``word/document.xml``. A text box is shown where it is anchored: inside a table as a floating
cell of the row it hangs on, elsewhere as a row of prose.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from schemas.form import Cell, Grid
from tasks.read import guard
from tasks.read.docx_text import TextReader, child
from tasks.read.kinds import needed, package_kind

PROSE = "段落"
"""Name of a grid of prose."""

_WIDEST_SPAN = 1 << 20
"""Wider than any page: a number made up to cost memory or time."""


def read(content: bytes) -> tuple[Grid, ...]:
    """The grids of a Word document's bytes.

    Raises:
        UnreadableError: as ``tasks.read.read``.
    """
    members = guard.unzip(content, needed)
    return grids(members, package_kind(members)[1])


def grids(members: Mapping[str, bytes], main: str) -> tuple[Grid, ...]:
    """The grids of an unzipped Word document.

    Args:
        members: Verified bytes by name.
        main: Name of the part that holds the text.

    Raises:
        UnreadableError: R01 where the text is damaged, R08 over a budget.
    """
    return _Reader(guard.parse_xml(members[main])).grids()


@dataclass(slots=True)
class _Draft:
    """A cell while its vertical merge may still grow."""

    row: int
    column: int
    column_span: int = 1
    text: str = ""
    row_span: int = 1
    is_floating: bool = False

    def finished(self) -> Cell:
        return Cell(
            self.row, self.column, self.text, self.row_span, self.column_span, is_floating=self.is_floating
        )


@dataclass(slots=True)
class _Table:
    """A table while it is read."""

    drafts: list[_Draft] = field(default_factory=list)
    above: dict[int, _Draft] = field(default_factory=dict)
    """Vertical merges that may go on in the row being read, by column."""
    ongoing: dict[int, _Draft] = field(default_factory=dict)
    """Those that may go on in the next row."""
    nested: list[tuple[int, list[etree._Element]]] = field(default_factory=list)
    """Tables nested in a cell, with how many drafts stand before them."""


class _Reader:
    """One document."""

    def __init__(self, root: etree._Element) -> None:
        namespace = str(etree.QName(root).namespace)
        w = f"{{{namespace}}}"
        self._body = child(root, w + "body")
        self._text = TextReader(namespace)
        self._tally = guard.Tally()
        self._row_properties, self._cell_properties = w + "trPr", w + "tcPr"
        self._span, self._merge, self._value = w + "gridSpan", w + "vMerge", w + "val"
        self._grid_before, self._cell_deleted, self._deleted = w + "gridBefore", w + "cellDel", w + "del"

    def grids(self) -> tuple[Grid, ...]:
        return () if self._body is None else tuple(self._blocks(self._body))

    def _blocks(self, parent: etree._Element) -> Iterator[Grid]:
        """Grids of the paragraphs and tables under ``parent``, the prose between two tables as one grid."""
        prose: list[Cell] = []
        number = 0
        for block in self._text.content(parent, self._text.p, self._text.tbl):
            tables = [block]
            if block.tag == self._text.p:
                number, tables = self._prose(block, number + 1, prose)
            if tables:
                if prose:
                    yield Grid(PROSE, tuple(prose), is_prose=True)
                prose, number = [], 0
                for table in tables:
                    yield from self._table(table)
        if prose:
            yield Grid(PROSE, tuple(prose), is_prose=True)

    def _prose(
        self, paragraph: etree._Element, number: int, prose: list[Cell]
    ) -> tuple[int, list[etree._Element]]:
        """Append a paragraph and its boxes to ``prose``; gives the last row's number and the tables in the boxes."""
        story = self._text.story(paragraph)
        tables: list[etree._Element] = []
        if _shows(story.text):
            self._tally.cells(1)
            prose.append(Cell(number, 1, story.text))
        for box in story.boxes:
            text, more = self._text.box(box)
            tables.extend(more)
            if _shows(text):
                number += 1
                self._tally.cells(1)
                prose.append(Cell(number, 1, text, is_floating=True))
        return number, tables

    def _table(self, element: etree._Element) -> Iterator[Grid]:
        """A table's grid; where tables are nested in it, its parts before and after each of them."""
        name = f"表{self._tally.table()}"
        table = _Table()
        number = 0
        for row in self._text.content(element, self._text.tr):
            properties = child(row, self._row_properties)
            if child(properties, self._deleted) is not None:
                continue
            number += 1
            self._row(row, number, 1 + self._number(child(properties, self._grid_before), 0), table)
        at = 0
        for end, nested in table.nested:
            if end > at:
                yield Grid(name, tuple(draft.finished() for draft in table.drafts[at:end]))
            at = end
            for inner in nested:
                yield from self._table(inner)
        if at < len(table.drafts):
            yield Grid(name, tuple(draft.finished() for draft in table.drafts[at:]))

    def _row(self, row: etree._Element, number: int, column: int, table: _Table) -> None:
        table.above, table.ongoing = table.ongoing, {}
        for cell in self._text.content(row, self._text.tc):
            span, merge = 1, None
            properties = child(cell, self._cell_properties)
            for property_ in () if properties is None else properties:
                tag = property_.tag
                if tag == self._span:
                    span = max(1, self._number(property_, 1))
                elif tag == self._merge:
                    merge = property_.get(self._value, "continue")
                elif tag == self._cell_deleted:
                    span = 0
            if span:
                self._cell(cell, _Draft(number, column, span), merge, table)
            column += span

    def _cell(self, cell: etree._Element, draft: _Draft, merge: object, table: _Table) -> None:
        self._tally.cells(1)
        above = table.above.get(draft.column)
        if merge == "continue" and above is not None:
            # What stood in a cell before it was merged upwards is kept by Word, and not shown.
            above.row_span += 1
            table.ongoing[draft.column] = above
            return
        table.drafts.append(draft)
        if merge is not None:
            table.ongoing[draft.column] = draft
        nested = self._fill(cell, draft, table)
        if _shows(draft.text):
            self._tally.reach(draft.row, draft.column)
        if nested:
            table.nested.append((len(table.drafts), nested))

    def _fill(self, cell: etree._Element, draft: _Draft, table: _Table) -> list[etree._Element]:
        """Put a cell's text into its draft and its boxes behind it; gives the tables nested in it."""
        lines: list[str] = []
        nested: list[etree._Element] = []
        for block in self._text.content(cell, self._text.p, self._text.tbl):
            if block.tag == self._text.tbl:
                nested.append(block)
                continue
            story = self._text.story(block)
            lines.append(story.text)
            for box in story.boxes:
                text, tables = self._text.box(box)
                nested.extend(tables)
                if _shows(text):
                    self._tally.cells(1)
                    table.drafts.append(_Draft(draft.row, draft.column, text=text, is_floating=True))
        draft.text = lines[0] if len(lines) == 1 else "\n".join(lines).strip("\n")
        return nested

    def _number(self, element: etree._Element | None, default: int) -> int:
        value = "" if element is None else str(element.get(self._value, ""))
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            return default
        return min(int(value), _WIDEST_SPAN)


def _shows(text: str) -> bool:
    return bool(text) and not text.isspace()
