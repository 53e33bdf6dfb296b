"""A settled Word paragraph in, its text out; a box in, the lines and tables it holds.

To be asked only once ``docx_settle`` has taken out what is not shown: then a paragraph is its runs in order. Element
names: ECMA-376 part 1, chapter 17.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from tasks.read.docx_settle import sign
from tasks.read.element import Element

_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
# Letters typed in a symbol font, where Word stored them as letters and not as w:sym.
_PRIVATE = re.compile("[\uf020-\uf0ff]")

Boxes = Mapping[Element, Sequence[Element]]


class TextReader:
    """Reads paragraphs and boxes. Names of elements follow the root's namespace: transitional or strict."""

    def __init__(self, w: str, boxes: Boxes) -> None:
        self.p, self.tbl, self.tr, self.tc = w + "p", w + "tbl", w + "tr", w + "tc"
        self.boxes = boxes
        self.texts = (w + "t", _MATH_TEXT)
        self.signs: Mapping[str, str] = {
            w + "tab": "\t",
            w + "ptab": "\t",
            w + "br": "\n",
            w + "cr": "\n",
            w + "noBreakHyphen": "-",
        }
        self._shown = (*self.texts, *self.signs)

    def content(self, parent: Element, *tags: str) -> Iterator[Element]:
        """Children with these tags, also inside what Word wraps around them (controls, insertions, choices)."""
        for child in parent:
            tag = child.tag
            if tag in tags:
                yield child
            elif tag not in (self.p, self.tc, self.tr, self.tbl) and len(child):
                yield from self.content(child, *tags)

    def text(self, paragraph: Element) -> str:
        """A paragraph's own text."""
        pieces = [
            self.signs.get(str(element.tag)) or element.text or "" for element in paragraph.iter(*self._shown)
        ]
        return lettered("".join(pieces))

    def box(self, box: Element) -> tuple[str, list[Element]]:
        """A box's text, a line for each paragraph, and the tables in it; a box in the box counts as its text."""
        lines: list[str] = []
        tables: list[Element] = []
        for block in self.content(box, self.p, self.tbl):
            if block.tag == self.tbl:
                tables.append(block)
                continue
            lines.append(self.text(block))
            for inner in self.boxes.get(block, ()):
                text, more = self.box(inner)
                lines.append(text)
                tables.extend(more)
        return "\n".join(lines).strip("\n"), tables


def lettered(text: str) -> str:
    """The text with letters of a symbol font as the signs they show."""
    if text.isascii() or not _PRIVATE.search(text):
        return text
    return _PRIVATE.sub(lambda found: sign(ord(found[0])), text)


def child(element: Element | None, tag: str) -> Element | None:
    """The first child with a tag; ``find`` would go through a path language for it."""
    return None if element is None else next(element.iterchildren(tag), None)


def shows(text: str) -> bool:
    """Whether a text is more than blanks."""
    return bool(text) and not text.isspace()
