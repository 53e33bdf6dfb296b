"""A Word paragraph in, its text and the boxes anchored in it out.

Tracked insertions count, tracked deletions do not; nothing else is hidden. A thing Word stores twice, for new readers
and for old ones, is taken once. Element names: ECMA-376 part 1, chapter 17; boxes: [MS-DOCX] wps and VML.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

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
class Story:
    """What one paragraph holds: its own text in pieces, and the boxes anchored in it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The paragraph's own text."""
        return "".join(self.pieces)


class TextReader:
    """Reads paragraphs and boxes. Names of elements follow the root's namespace: transitional or strict."""

    def __init__(self, namespace: str) -> None:
        w = f"{{{namespace}}}"
        self.p, self.tbl, self.tr, self.tc = w + "p", w + "tbl", w + "tr", w + "tc"
        self._text = frozenset((w + "t", _MATH_TEXT))
        self._symbol, self._symbol_code = w + "sym", w + "char"
        self._box = w + "txbxContent"
        # What these hold was struck out, or is no text of the page: instructions of fields, reading aids.
        hidden = ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr")
        self._hidden = frozenset(w + name for name in hidden)
        self._signs = {w + "tab": "\t", w + "br": "\n", w + "cr": "\n", w + "noBreakHyphen": "-"}
        # A paragraph with none of these is its runs in order, and can be read in one go. Tab stops are named like tabs.
        self._plain = (*self._text, *self._signs)
        self._special = (
            _ALTERNATIVES,
            self._box,
            self._symbol,
            w + "tabs",
            *(w + name for name in hidden if name not in ("pPr", "rPr")),
        )

    def content(self, parent: etree._Element, *tags: str) -> Iterator[etree._Element]:
        """Children with these tags, also inside what Word wraps around them (controls, insertions, choices)."""
        for child in parent:
            tag = child.tag
            if tag in tags:
                yield child
            elif tag == _ALTERNATIVES:
                yield from self.content(_chosen(child), *tags)
            elif tag not in self._hidden and tag not in (self.tc, self.tr, self.tbl) and len(child):
                yield from self.content(child, *tags)

    def story(self, paragraph: etree._Element) -> Story:
        """A paragraph's text and boxes."""
        story = Story()
        if next(paragraph.iter(*self._special), None) is None:
            for element in paragraph.iter(*self._plain):
                story.pieces.append(self._signs.get(str(element.tag)) or element.text or "")
        else:
            self._collect(paragraph, story)
        return story

    def _collect(self, element: etree._Element, story: Story) -> None:
        for child in element:
            tag = str(child.tag)
            if tag in self._text:
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

    def box(self, box: etree._Element) -> tuple[str, list[etree._Element]]:
        """A box's text, a line for each paragraph, and the tables in it; a box in the box counts as its text."""
        lines: list[str] = []
        tables: list[etree._Element] = []
        for block in self.content(box, self.p, self.tbl):
            if block.tag == self.tbl:
                tables.append(block)
                continue
            story = self.story(block)
            lines.append(story.text)
            for inner in story.boxes:
                text, more = self.box(inner)
                lines.append(text)
                tables.extend(more)
        return "\n".join(lines).strip("\n"), tables


def child(element: etree._Element | None, tag: str) -> etree._Element | None:
    """The first child with a tag; ``find`` would go through a path language for it."""
    return None if element is None else next(element.iterchildren(tag), None)


def _chosen(alternatives: etree._Element) -> etree._Element:
    """The one rendering of a thing Word stores twice: the choice, or the fallback where there is no choice."""
    chosen = child(alternatives, _CHOICE)
    if chosen is None:
        chosen = child(alternatives, _FALLBACK)
    return alternatives if chosen is None else chosen
