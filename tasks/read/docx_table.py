"""A settled Word table in, its cells out: places, spans and texts, in one walk over the table's elements.

A table nested in a cell is handed back with the cell; ``docx_nested`` says where its cells go. Element names: ECMA-376
part 1, 17.4.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.form import Cell
from tasks.read import guard
from tasks.read.docx_text import TextReader, child, lettered, shows
from tasks.read.element import Element, count

_WIDEST_SPAN = 1 << 20
"""Wider than any page: a number made up to cost memory or time."""
_WIDEST_ROW = 256
"""Merges of a wider row are followed by their first column only."""

_TEXT, _PARAGRAPH, _CELL, _ROW = range(4)
_SPAN, _MERGE, _BEFORE, _MERGE_ACROSS, _MERGE_TRACKED = range(4, 9)
_TRACKED = {"cont": "continue", "rest": "restart"}
"""Of a merge that is a tracked change, in the words of one that is none."""

_Layout = tuple[int, str | None, str | None]
"""How a cell lies: the columns it takes, its vertical and its horizontal merge."""
_PLAIN: _Layout = (1, None, None)

Part = str | Element
"""Of a cell with tables in it: a paragraph's text, or a table."""


@dataclass(slots=True)
class Draft:
    """A cell while its vertical merge may still grow."""

    row: int
    column: int
    column_span: int = 1
    text: str = ""
    row_span: int = 1
    is_floating: bool = False
    parts: list[Part] | None = None
    """What the cell holds in order, where it holds tables."""

    def finished(self) -> Cell:
        """The cell for good."""
        # All fields at once: the constructor takes twice as long.
        return tuple.__new__(
            Cell,
            (
                self.row,
                self.column,
                self.text,
                self.row_span,
                self.column_span,
                "",
                self.is_floating,
                1.0,
                "",
            ),
        )


class _Rows:
    """A table's cells while its rows come in."""

    def __init__(self, tally: guard.Tally) -> None:
        self.drafts: list[Draft] = []
        self._widest = 1
        self._tally = tally
        self.height = 0
        self._column = 1
        self._above: dict[int, Draft] = {}
        self._ongoing: dict[int, Draft] = {}

    def row(self) -> None:
        self.height += 1
        self._widest = self.width
        self._column = 1
        self._above, self._ongoing = self._ongoing, {}

    @property
    def width(self) -> int:
        """As far as any row reaches, or one column more."""
        return max(self._widest, self._column)

    def skip(self, columns: int) -> None:
        self._column += columns

    def cell(
        self, text: str, lines: int = 0, span: int = 1, merge: str | None = None, across: str | None = None
    ) -> Draft | None:
        """The next cell of the row; None where it only goes on with the one above or to the left.

        Args:
            text: Of its paragraphs.
            lines: How many these are.
            span: The columns it takes.
            merge: ``restart`` or ``continue`` of a vertical merge.
            across: The same of a horizontal one.
        """
        self._tally.cells(1)
        column = self._column
        self._column = column + span
        if across == "continue" and self.drafts and self.drafts[-1].row == self.height:
            self.drafts[-1].column_span += span
            return None
        if merge is not None:
            above = self._merged_above(column) if merge == "continue" else None
            if above is not None:
                # What stood in a cell before it was merged upwards is kept by Word, and not shown.
                above.row_span = self.height - above.row + 1
                self._ongoing[above.column] = above
                return None
        draft = Draft(self.height, column, span, lettered(text.strip("\n") if lines > 1 else text))
        self.drafts.append(draft)
        if merge is not None:
            self._ongoing[column] = draft
        return draft

    def _merged_above(self, column: int) -> Draft | None:
        found = self._above.get(column)
        if found is None and len(self._above) <= _WIDEST_ROW:
            # Rows of one table may count their columns apart; the merge goes on below any part of its first cell.
            return next(
                (
                    each
                    for each in self._above.values()
                    if each.column <= column < each.column + each.column_span
                ),
                None,
            )
        return found


class TableReader:
    """Reads the tables of one document."""

    def __init__(self, w: str, text: TextReader, tally: guard.Tally) -> None:
        self._text = text
        self._tally = tally
        self._value = w + "val"
        self._tracked = w + "vMerge"
        self._row_properties, self._cell_properties = w + "trPr", w + "tcPr"
        self._kinds = {
            **dict.fromkeys((*text.texts, *text.signs), _TEXT),
            text.p: _PARAGRAPH,
            text.tc: _CELL,
            w + "gridSpan": _SPAN,
            w + "vMerge": _MERGE,
            text.tr: _ROW,
            w + "gridBefore": _BEFORE,
            w + "hMerge": _MERGE_ACROSS,
            w + "cellMerge": _MERGE_TRACKED,
        }

    def drafts(self, table: Element) -> list[Draft]:
        """A table's cells in reading order, the boxes that hang in a cell behind it.

        Raises:
            UnreadableError: R08 over a budget.
        """
        is_flat = not self._text.boxes and next(table.iterdescendants(self._text.tbl), None) is None
        rows = self._flat(table) if is_flat else self._structured(table)
        if not self._tally.holds(rows.height, rows.width):
            for draft in rows.drafts:
                if shows(draft.text):
                    self._tally.reach(draft.row, draft.column)
        return rows.drafts

    def _flat(self, table: Element) -> _Rows:
        """The cells of a table without boxes and tables in it, in one pass over all that matters."""
        kinds, signs, rows = self._kinds, self._text.signs, _Rows(self._tally)
        in_cell = False
        text = ""
        lines = 0
        span = 1
        merge = across = None
        for element in table.iterdescendants(*kinds):
            kind = kinds[element.tag]
            if kind == _TEXT:
                text += element.text or signs.get(element.tag, "")
            elif kind == _PARAGRAPH:
                lines += 1
                if lines > 1:
                    text += "\n"
            elif kind <= _ROW:
                if in_cell:
                    rows.cell(text, lines, span, merge, across)
                text = ""
                lines = 0
                span = 1
                merge = across = None
                in_cell = kind == _CELL
                if not in_cell:
                    rows.row()
            elif kind == _SPAN:
                span = self._columns(element, 1)
            elif kind == _MERGE:
                merge = element.get(self._value, "continue")
            elif kind == _BEFORE:
                rows.skip(self._columns(element, 0))
            else:
                span, merge, across = self._laid((span, merge, across), kind, element)
        if in_cell:
            rows.cell(text, lines, span, merge, across)
        return rows

    def _structured(self, table: Element) -> _Rows:
        """The same, level by level: tables in cells and boxes in paragraphs are told apart from the cell's own text."""
        rows = _Rows(self._tally)
        for row in self._text.content(table, self._text.tr):
            rows.row()
            for property_ in _children(child(row, self._row_properties)):
                if self._kinds.get(property_.tag) == _BEFORE:
                    rows.skip(self._columns(property_, 0))
            for cell in self._text.content(row, self._text.tc):
                layout = _PLAIN
                for property_ in _children(child(cell, self._cell_properties)):
                    layout = self._laid(layout, self._kinds.get(property_.tag, -1), property_)
                draft = rows.cell("", 0, *layout)
                if draft is not None:
                    self._fill(cell, draft, rows.drafts)
        return rows

    def _laid(self, layout: _Layout, kind: int, element: Element) -> _Layout:
        """How a cell lies by one more of its properties."""
        span, merge, across = layout
        if kind == _SPAN:
            return self._columns(element, 1), merge, across
        if kind == _MERGE:
            return span, element.get(self._value, "continue"), across
        if kind == _MERGE_ACROSS:
            return span, merge, element.get(self._value, "continue")
        if kind == _MERGE_TRACKED:
            return span, _TRACKED.get(str(element.get(self._tracked))), across
        return layout

    def _columns(self, element: Element, fewest: int) -> int:
        return max(fewest, count(element.get(self._value), fewest, _WIDEST_SPAN))

    def _fill(self, cell: Element, draft: Draft, drafts: list[Draft]) -> None:
        """Put a cell's text into its draft and its boxes behind it."""
        parts: list[Part] = []
        for block in self._text.content(cell, self._text.p, self._text.tbl):
            if block.tag == self._text.tbl:
                parts.append(block)
                continue
            parts.append(self._text.text(block))
            for box in self._text.boxes.get(block, ()):
                text, tables = self._text.box(box)
                parts.extend(tables)
                if shows(text):
                    self._tally.cells(1)
                    drafts.append(Draft(draft.row, draft.column, text=text, is_floating=True))
        lines = [part for part in parts if isinstance(part, str)]
        draft.text = lines[0] if len(lines) == 1 else "\n".join(lines).strip("\n")
        if len(lines) < len(parts):
            draft.parts = parts


def _children(element: Element | None) -> Iterable[Element]:
    return () if element is None else element
