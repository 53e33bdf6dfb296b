"""An OpenDocument paragraph in, its text and what floats over it out.

Names of elements: OpenDocument 1.3 part 3, chapters 5 (text content), 6 (fields), 10 (drawings). What was deleted
stands apart in ``text:tracked-changes`` and is never met here; what was inserted is ordinary text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from tasks.read.element import count

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW, STYLE = (
    f"{{{_SPACE}{name}:1.0}}" for name in ("office", "text", "table", "drawing", "style")
)

PARAGRAPHS = frozenset((f"{TEXT}p", f"{TEXT}h"))
TABLE_TAG = f"{TABLE}table"

# What is meant to be seen has elements of its own; XML cannot hold these three signs, so they can stand for those
# elements while the raw white space is put right. Raw breaks only lay out the XML. Raw spaces should count as one, but
# Calc writes all spaces of a cell of several lines that way, and reads them back.
_SIGNS = {f"{TEXT}tab": "\x01", f"{TEXT}line-break": "\x02"}
_SPACES, _COUNT = f"{TEXT}s", f"{TEXT}c"
_AS_SEEN = {0: " ", 1: "\t", 2: "\n"}
_BREAK = re.compile(r"[\t\r\n]")
_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 1000

_DISPLAY, _HIDDEN_NOW = f"{TEXT}display", f"{TEXT}is-hidden"
_HIDEABLE = f"{TEXT}hidden-text"

# Notes, comments, reading aids, numbers an application works out itself, titles of pictures, and hidden text.
_UNSEEN = frozenset(
    (
        f"{TEXT}note",
        f"{OFFICE}annotation",
        f"{TEXT}ruby-text",
        f"{TEXT}number",
        f"{TEXT}script",
        f"{TEXT}tracked-changes",
        f"{OFFICE}forms",
        f"{OFFICE}event-listeners",
    )
)
SHAPES = frozenset(
    DRAW + name
    for name in (
        "frame",
        "custom-shape",
        "rect",
        "ellipse",
        "g",
        "caption",
        "text-box",
        "line",
        "polygon",
        "path",
        "a",
    )
)


@dataclass(slots=True)
class Story:
    """What one paragraph holds: its own text, and the shapes anchored in it."""

    text: str
    shapes: list[etree._Element] = field(default_factory=list)


class TextReader:
    """Reads paragraphs and shapes of one document.

    Args:
        hidden_styles: Names of the styles whose text is not displayed.
    """

    def __init__(self, hidden_styles: frozenset[str]) -> None:
        self._hidden = hidden_styles
        self._style = f"{TEXT}style-name"

    def story(self, paragraph: etree._Element) -> Story:
        """A paragraph's text and shapes."""
        if not len(paragraph) and not self.hides(paragraph):
            return Story(_tidied(paragraph.text or ""))
        pieces: list[str] = []
        story = Story("")
        self._collect(paragraph, pieces, story.shapes)
        story.text = _tidied("".join(pieces)).translate(_AS_SEEN)
        return story

    def hides(self, element: etree._Element) -> bool:
        """Whether an element's style keeps it from being displayed."""
        return bool(self._hidden) and element.get(self._style) in self._hidden

    def _collect(self, element: etree._Element, pieces: list[str], shapes: list[etree._Element]) -> None:
        if self.hides(element):
            return
        pieces.append(element.text or "")
        for child in element:
            tag = str(child.tag)
            if tag == _SPACES:
                pieces.append("\x00" * count(child.get(_COUNT), 1, _MOST_SPACES))
            elif tag in _SIGNS:
                pieces.append(_SIGNS[tag])
            elif tag in SHAPES:
                shapes.append(child)
            elif tag not in _UNSEEN and not (tag == _HIDEABLE and child.get(_HIDDEN_NOW) != "false"):
                self._collect(child, pieces, shapes)
            pieces.append(child.tail or "")

    def shape(self, shape: etree._Element) -> tuple[str, list[etree._Element]]:
        """A shape's text, a line for each paragraph, and the tables in it; a shape in the shape counts as its text."""
        lines: list[str] = []
        tables: list[etree._Element] = []
        for block in blocks(shape):
            if block.tag == TABLE_TAG:
                tables.append(block)
                continue
            story = self.story(block)
            lines.append(story.text)
            for inner in story.shapes:
                text, more = self.shape(inner)
                lines.append(text)
                tables.extend(more)
        return "\n".join(lines).strip("\n"), tables


def blocks(parent: etree._Element, more: frozenset[str] = frozenset()) -> Iterator[etree._Element]:
    """Paragraphs and tables under an element, and elements of ``more`` tags; looks into all else that is seen."""
    for child in parent:
        tag = child.tag
        if tag in PARAGRAPHS or tag == TABLE_TAG or tag in more:
            yield child
        elif tag not in _UNSEEN and not _is_hidden_section(child):
            yield from blocks(child, more)


def _is_hidden_section(element: etree._Element) -> bool:
    display = element.get(_DISPLAY)
    return display == "none" or (display == "condition" and element.get(_HIDDEN_NOW) == "true")


def _tidied(text: str) -> str:
    if not _BREAK.search(text):
        return text
    return _BLANKS.sub(lambda found: " " if _BREAK.search(found[0]) else found[0], text).strip(" ")
