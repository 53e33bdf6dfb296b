"""The tags of a web page in, one after the other, its tables and prose out.

Nothing is built of the page but what is read: a page of a million tags costs no tree. What a person would not see is
not read; what a form's fields hold is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tasks.read import guard, tables
from tasks.read.html_layout import Draft, Layout
from tasks.read.html_style import Styles, floats, keeps_spaces
from tasks.read.html_text import Flow

_UNSEEN = frozenset(
    [
        "script",
        "title",
        "template",
        "noscript",
        "noframes",
        "iframe",
        "object",
        "audio",
        "video",
        "svg",
        "math",
        "xml",
        "button",
        "datalist",
        "del",
        "rt",
        "rp",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "ul",
    ]
)
_TABLE, _ROW, _CELLS = "table", "tr", ("td", "th")
_ROW_GROUPS = ("tbody", "thead", "tfoot")
_TICKS = ("checkbox", "radio")
_NO_TEXT_FIELDS = ("hidden", "submit", "button", "reset", "image", "file", "password")
_SHEET_TITLE = re.compile(r"table\d+")
"""What Calc names the title it writes above each sheet; a person who reads the sheets never saw it."""
_DEEPEST = 512
"""Browsers nest elements no deeper."""
_DEEPEST_TABLE = 64


@dataclass(slots=True)
class _Element:
    tag: str
    keeps_spaces: bool
    is_box: bool = False


@dataclass(slots=True)
class _OpenTable:
    """A table being read."""

    layout: Layout
    level: int
    """How many texts were being read when it began."""
    is_implied: bool = False
    """Rows without a table around them."""
    draft: Draft | None = None
    """The cell being read."""


class Page:
    """Takes a page's tags, as the target of a parser; gives its blocks in reading order.

    Args:
        tally: Counts tables and cells against the budgets.
    """

    def __init__(self, tally: guard.Tally) -> None:
        self._tally = tally
        self._styles = Styles()
        self.blocks: list[tables.Block] = []
        """What was found, complete when the page has ended."""
        self._elements: list[_Element] = []
        self._unseen = 0
        self._open: list[_OpenTable] = []
        self._flows: list[Flow] = [Flow()]
        """Texts being read, one in the other: the page's prose, then cells and the boxes that float over them."""
        self._sheet: list[str] | None = None
        self._options: list[tuple[bool, list[str]]] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if len(self._elements) + self._unseen >= _DEEPEST:
            raise guard.over("内容嵌套太深", f"嵌套不超过 {_DEEPEST} 层")
        if self._unseen or self._hides(tag, attributes):
            self._unseen += 1
            return
        outer = bool(self._elements) and self._elements[-1].keeps_spaces
        element = _Element(tag, outer or tag in ("pre", "textarea") or keeps_spaces(attributes))
        self._elements.append(element)
        if tag == "br":
            self._flows[-1].end_line()
        elif tag in _BLOCKS:
            self._flows[-1].end_block()
        elif tag == _TABLE:
            self._start_table()
        elif tag == _ROW or tag in _CELLS or tag in _ROW_GROUPS:
            self._start_in_table(tag, attributes)
        elif tag == "style":
            self._sheet = []
        else:
            self._start_field(tag, attributes)
        if tag not in _CELLS and floats(attributes) and self._open and self._open[-1].draft:
            element.is_box = True
            self._flows.append(Flow())

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._unseen:
            self._unseen -= 1
            return
        if not self._elements:
            return
        element = self._elements.pop()
        if element.is_box:
            self._end_box()
        if tag in _BLOCKS:
            self._flows[-1].end_block()
        elif tag == _TABLE:
            self._end_table()
        elif tag in _CELLS:
            self._end_cell()
        elif tag in _ROW_GROUPS and self._open:
            self._end_cell()
            self._open[-1].layout.end_group()
        elif tag == "style":
            self._styles.add("".join(self._sheet or ()))
            self._sheet = None
        elif tag == "select":
            self._end_select()

    def data(self, text: str) -> None:
        """Text between two tags."""
        if self._unseen:
            return
        if self._sheet is not None:
            self._sheet.append(text)
        elif self._options is not None:
            if self._options:
                self._options[-1][1].append(text)
        else:
            keep = bool(self._elements) and self._elements[-1].keeps_spaces
            self._flows[-1].add(text, keep_spaces=keep)

    def close(self) -> None:
        """The page ends."""
        while self._open:
            self._end_table()
        self._end_prose()

    def _hides(self, tag: str, attributes: Mapping[str, str]) -> bool:
        if tag in _UNSEEN or (tag == "dialog" and "open" not in attributes):
            return True
        if tag == "a" and _SHEET_TITLE.fullmatch(attributes.get("name", "")):
            return True
        # A page that covers itself while it loads is still the page.
        return bool(attributes) and tag not in ("html", "body") and self._styles.hides(tag, attributes)

    def _start_table(self, *, is_implied: bool = False) -> None:
        self._tally.table()
        if len(self._open) >= _DEEPEST_TABLE:
            raise guard.over("表格嵌套太深", f"嵌套不超过 {_DEEPEST_TABLE} 层")
        self._flows[-1].end_block()
        self._open.append(_OpenTable(Layout(self._tally), len(self._flows), is_implied))

    def _start_in_table(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._open:
            self._start_table(is_implied=True)
        # A cell that was not closed ends where the next one begins.
        self._end_cell()
        table = self._open[-1]
        if tag == _ROW:
            table.layout.next_row()
        elif tag in _CELLS:
            table.draft = table.layout.cell(attributes.get("rowspan"), attributes.get("colspan"))
            self._flows.append(Flow())

    def _end_cell(self) -> None:
        if not self._open or self._open[-1].draft is None:
            return
        table = self._open[-1]
        while len(self._flows) > table.level + 1:
            self._end_box()
        if table.draft:
            table.draft.text = self._flows.pop().text()
        table.draft = None

    def _end_box(self) -> None:
        """What floated over a cell; nothing where the cell has taken its boxes along when it ended."""
        table = self._open[-1] if self._open else None
        if table and len(self._flows) > table.level + 1:
            text = self._flows.pop().text()
            if text:
                table.layout.box(text)

    def _end_table(self) -> None:
        if not self._open:
            return
        self._end_cell()
        found = self._open.pop().layout.finished()
        self._flows[-1].end_block()
        if self._open:
            self._open[-1].layout.nest(found)
        else:
            # A caption, and what stands in a table outside its cells, is displayed in front of it.
            self._end_prose()
            self.blocks += found

    def _end_prose(self) -> None:
        prose = tables.Prose()
        for line in self._flows[0].lines():
            prose.line(line, self._tally)
        if prose.cells:
            self.blocks.append(prose)

    def _start_field(self, tag: str, attributes: Mapping[str, str]) -> None:
        """What a form's field shows is what a person typed or chose in it."""
        if tag == "input":
            kind = attributes.get("type", "text").lower()
            if kind in _TICKS:
                self._flows[-1].add("☑" if "checked" in attributes else "□")
            elif kind not in _NO_TEXT_FIELDS:
                self._flows[-1].add(attributes.get("value", ""))
        elif tag == "select":
            self._options = []
        elif tag == "option" and self._options is not None:
            self._options.append(("selected" in attributes, []))

    def _end_select(self) -> None:
        options, self._options = self._options or [], None
        # Where none is marked, a browser shows the first.
        chosen = [text for is_chosen, text in options if is_chosen] or [text for _, text in options[:1]]
        self._flows[-1].add(" ".join("".join(text).strip() for text in chosen))
