"""A Word document in, grids out: its tables with their merged cells, and the prose and boxes between them, in reading order.

One walk straight over ``word/document.xml``. Tracked insertions count, tracked deletions do not; nothing else is
hidden. A text box is shown where it is anchored: inside a table as a floating cell of the row it hangs on, elsewhere
as a row of prose. Element names: ECMA-376 part 1, chapter 17; the boxes: [MS-DOCX] wps and VML.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from schemas.form import Cell, Grid
from tasks.read import guard
from tasks.read.kinds import needed, package_kind

PROSE = "段落"
"""Name of a grid of prose."""

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_ALTERNATIVES = f"{_COMPATIBILITY}AlternateContent"
_CHOICE = f"{_COMPATIBILITY}Choice"
_FALLBACK = f"{_COMPATIBILITY}Fallback"

# Signs typed from a symbol font: Symbol's comparison signs, Wingdings' boxes and ticks. Word stores them as F0xx.
_SYMBOLS: Mapping[int, str] = {
    0xA3: "≤",
    0xB3: "≥",
    0xA8: "□",
    0xFE: "☑",
    0xFC: "√",
    0x52: "☑",
    0x50: "√",
    0xB4: "×",
}


@dataclass(slots=True)
class _Draft:
    """A cell while its vertical merge may still grow."""

    row: int
    column: int
    column_span: int
    text: str = ""
    row_span: int = 1
    is_floating: bool = False

    def finished(self) -> Cell:
        return Cell(
            self.row, self.column, self.text, self.row_span, self.column_span, is_floating=self.is_floating
        )


@dataclass(slots=True)
class _Story:
    """What one paragraph holds: its own text, the boxes anchored in it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)


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


class _Reader:
    """One document. The names of its elements are those of its root's namespace: transitional or strict."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._tally = guard.Tally()
        w = f"{{{etree.QName(root).namespace}}}"
        self._body, self._p, self._tbl, self._tr, self._tc = (
            w + "body",
            w + "p",
            w + "tbl",
            w + "tr",
            w + "tc",
        )
        self._row_properties, self._cell_properties = w + "trPr", w + "tcPr"
        self._span, self._merge, self._value = w + "gridSpan", w + "vMerge", w + "val"
        self._grid_before, self._cell_deleted = w + "gridBefore", w + "cellDel"
        self._t, self._symbol, self._symbol_code = w + "t", w + "sym", w + "char"
        self._box = w + "txbxContent"
        self._deleted = w + "del"
        # What these hold was struck out, or is no text of the page: instructions of fields, reading aids.
        self._hidden = frozenset(
            w + name for name in ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr")
        )
        self._signs = {w + "tab": "\t", w + "br": "\n", w + "cr": "\n", w + "noBreakHyphen": "-"}

    def grids(self) -> tuple[Grid, ...]:
        body = self._root.find(self._body)
        return () if body is None else tuple(self._blocks(body))

    def _blocks(self, parent: etree._Element) -> Iterator[Grid]:
        """Grids of the paragraphs and tables under ``parent``, prose between two tables as one grid."""
        prose: list[Cell] = []
        number = 0
        for block in self._content(parent, (self._p, self._tbl)):
            if block.tag == self._tbl:
                if prose:
                    yield Grid(PROSE, tuple(prose), is_prose=True)
                prose, number = [], 0
                yield from self._table(block)
                continue
            number += 1
            story = self._story(block)
            text = "".join(story.pieces)
            if text and not text.isspace():
                self._tally.cells(1)
                prose.append(Cell(number, 1, text))
            for box in story.boxes:
                text, tables = self._box_content(box)
                if text and not text.isspace():
                    number += 1
                    self._tally.cells(1)
                    prose.append(Cell(number, 1, text, is_floating=True))
                if tables:
                    if prose:
                        yield Grid(PROSE, tuple(prose), is_prose=True)
                    prose, number = [], 0
                    for table in tables:
                        yield from self._table(table)
        if prose:
            yield Grid(PROSE, tuple(prose), is_prose=True)

    def _content(self, parent: etree._Element, tags: tuple[str, ...]) -> Iterator[etree._Element]:
        """Children with these tags, also inside the wrappers Word puts around them (controls, insertions, choices)."""
        for child in parent:
            if child.tag in tags:
                yield child
            elif child.tag == _ALTERNATIVES:
                yield from self._content(_chosen(child), tags)
            elif (
                child.tag not in self._hidden
                and len(child)
                and child.tag not in (self._tc, self._tr, self._tbl)
            ):
                yield from self._content(child, tags)

    def _story(self, paragraph: etree._Element) -> _Story:
        story = _Story()
        self._collect(paragraph, story)
        return story

    def _collect(self, element: etree._Element, story: _Story) -> None:
        for child in element:
            tag = child.tag
            if tag == self._t or tag == _MATH_TEXT:
                story.pieces.append(child.text or "")
            elif tag in self._hidden:
                continue
            elif tag in self._signs:
                story.pieces.append(self._signs[tag])
            elif tag == self._symbol:
                story.pieces.append(self._sign(child))
            elif tag == self._box:
                story.boxes.append(child)
            elif tag == _ALTERNATIVES:
                self._collect(_chosen(child), story)
            elif len(child):
                self._collect(child, story)

    def _sign(self, symbol: etree._Element) -> str:
        try:
            code = int(str(symbol.get(self._symbol_code, "")), 16)
        except ValueError:
            return ""
        if 0xF000 <= code <= 0xF0FF:
            return _SYMBOLS.get(code - 0xF000, "□")
        return chr(code) if 0x20 <= code < 0xD800 else ""

    def _box_content(self, box: etree._Element) -> tuple[str, list[etree._Element]]:
        """A box's text, one line per paragraph, and the tables it holds; a box in the box counts as its text."""
        lines: list[str] = []
        tables: list[etree._Element] = []
        for block in self._content(box, (self._p, self._tbl)):
            if block.tag == self._tbl:
                tables.append(block)
                continue
            story = self._story(block)
            lines.append("".join(story.pieces))
            for inner in story.boxes:
                text, more = self._box_content(inner)
                lines.append(text)
                tables.extend(more)
        return "\n".join(lines).strip("\n"), tables

    def _table(self, table: etree._Element) -> Iterator[Grid]:
        """A table's grid; where tables are nested in it, its parts before and after each of them."""
        name = f"表{self._tally.table()}"
        drafts: list[_Draft] = []
        merging: dict[int, _Draft] = {}
        parts: list[tuple[int, list[etree._Element]]] = []
        number = 0
        for row in self._content(table, (self._tr,)):
            properties = row.find(self._row_properties)
            column = 1
            if properties is not None:
                if properties.find(self._deleted) is not None:
                    continue
                column += self._number(properties.find(self._grid_before), 0)
            number += 1
            continued: dict[int, _Draft] = {}
            for cell in self._content(row, (self._tc,)):
                column = self._cell(cell, number, column, drafts, merging, continued, parts)
            merging = continued
        at = 0
        for end, nested in parts:
            if end > at:
                yield Grid(name, tuple(draft.finished() for draft in drafts[at:end]))
            at = end
            for inner in nested:
                yield from self._table(inner)
        if at < len(drafts):
            yield Grid(name, tuple(draft.finished() for draft in drafts[at:]))

    def _cell(
        self,
        cell: etree._Element,
        row: int,
        column: int,
        drafts: list[_Draft],
        merging: Mapping[int, _Draft],
        continued: dict[int, _Draft],
        parts: list[tuple[int, list[etree._Element]]],
    ) -> int:
        """Read one ``w:tc`` into ``drafts``; gives the column after it."""
        span = 1
        merge: etree._Element | None = None
        properties = cell.find(self._cell_properties)
        if properties is not None:
            if properties.find(self._cell_deleted) is not None:
                return column
            span = max(1, self._number(properties.find(self._span), 1))
            merge = properties.find(self._merge)
        self._tally.cells(1)
        above = merging.get(column)
        if merge is not None and merge.get(self._value) in (None, "continue") and above is not None:
            above.row_span += 1
            continued[column] = above
            # Word keeps what stood in a cell before it was merged upwards, and does not show it.
            return column + span
        draft = _Draft(row, column, span)
        drafts.append(draft)
        if merge is not None:
            continued[column] = draft
        nested = self._fill(cell, draft, drafts)
        if draft.text and not draft.text.isspace():
            self._tally.reach(row, column)
        if nested:
            parts.append((len(drafts), nested))
        return column + span

    def _fill(self, cell: etree._Element, draft: _Draft, drafts: list[_Draft]) -> list[etree._Element]:
        """Put a cell's text into its draft and its boxes behind it; gives the tables nested in it."""
        lines: list[str] = []
        nested: list[etree._Element] = []
        for block in self._content(cell, (self._p, self._tbl)):
            if block.tag == self._tbl:
                nested.append(block)
                continue
            story = self._story(block)
            lines.append("".join(story.pieces))
            for box in story.boxes:
                text, tables = self._box_content(box)
                if text and not text.isspace():
                    self._tally.cells(1)
                    drafts.append(_Draft(draft.row, draft.column, 1, text, is_floating=True))
                nested.extend(tables)
        draft.text = lines[0] if len(lines) == 1 else "\n".join(lines).strip("\n")
        return nested

    def _number(self, element: etree._Element | None, default: int) -> int:
        if element is None:
            return default
        value = str(element.get(self._value, ""))
        # Wider than any page: a number made up to cost memory or time.
        return (
            min(int(value), 1 << 20) if value.isascii() and value.isdigit() and len(value) < 10 else default
        )


def _chosen(alternatives: etree._Element) -> etree._Element:
    """The one rendering of a thing Word stores twice: the choice, or the fallback where there is no choice."""
    choice = alternatives.find(_CHOICE)
    if choice is None:
        choice = alternatives.find(_FALLBACK)
    return alternatives if choice is None else choice
