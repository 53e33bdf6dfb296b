"""A Word document's tree in; out of it is taken what nobody sees on the page, so that what is left can be read plainly.

Tracked insertions stay and deletions go; of a thing stored twice, for new readers and for old ones, one rendering
stays; hidden text, instructions of fields and prompts of empty content controls go; signs typed from a symbol font
become letters; text boxes are lifted out and kept beside the paragraph they hang on. Element names: ECMA-376 part 1,
chapter 17; boxes: [MS-DOCX] wps and VML; check boxes: [MS-DOCX] w14.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from tasks.read.docx_fields import settle_fields
from tasks.read.element import Element

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_OFF = ("0", "false", "off", "none")

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
_NOT_FOLLOWED: Mapping[str, str] = {"altChunk": "插入的另一个文件", "subDoc": "引用的子文档"}
_OBJECT = "嵌入的对象（如 Excel 表格）"


@dataclass(slots=True)
class Settled:
    """What the tree no longer holds."""

    boxes: dict[Element, list[Element]] = field(default_factory=dict)
    """Text boxes by the paragraph they hang on."""
    unread: list[str] = field(default_factory=list)
    """What the document shows and this reader does not follow, in a clerk's words."""


def settle(root: Element, w: str, hidden_styles: frozenset[str] = frozenset()) -> Settled:
    """Take out of a tree what is not shown.

    Args:
        root: Of the document or of a page header; changed in place.
        w: The namespace of its elements in braces, transitional or strict.
        hidden_styles: Ids of the styles that hide text.
    """
    return _Settler(root, w, hidden_styles).settle()


def is_on(element: Element, w: str) -> bool:
    """Whether a property that is either on or off is on."""
    return str(element.get(w + "val", "1")).lower() not in _OFF


class _Settler:
    def __init__(self, root: Element, w: str, hidden_styles: frozenset[str]) -> None:
        self._root = root
        self._w = w
        self._hidden_styles = hidden_styles
        self._settled = Settled()
        self._steps: Mapping[str, Callable[[Element], None]] = {
            _COMPATIBILITY + "AlternateContent": self._choose,
            w + "del": self._deleted,
            w + "moveFrom": self._deleted,
            w + "cellDel": self._cell_deleted,
            w + "vanish": self._vanish,
            w + "hidden": self._hidden_row,
            w + "sdt": self._control,
            w + "sym": self._symbol,
            # Reading aids above letters; tab stops, which are named like tabs; how cells lay before they were changed.
            w + "rt": _remove,
            w + "tabs": _remove,
            w + "tcPrChange": _remove,
            w + "trPrChange": _remove,
            w + "altChunk": self._not_followed,
            w + "subDoc": self._not_followed,
            w + "object": self._object,
        }

    def settle(self) -> Settled:
        if self._hidden_styles:
            self._hide_styles()
        # Last first: what a step moves or lifts out has itself been settled by then.
        for element in reversed(list(self._root.iter(*self._steps))):
            self._steps[str(element.tag)](element)
        with_fields = _parents(self._root.iter(self._w + "fldChar"), self._w + "p")
        self._lift_boxes()
        for paragraph in with_fields:
            settle_fields(paragraph, self._w)
        self._settled.unread.reverse()
        return self._settled

    def _choose(self, alternatives: Element) -> None:
        choices = list(alternatives.iterchildren(_COMPATIBILITY + "Choice"))
        for other in (
            [*choices[1:], *alternatives.iterchildren(_COMPATIBILITY + "Fallback")] if choices else ()
        ):
            _remove(other)

    def _deleted(self, mark: Element) -> None:
        """A deleted stretch, or the mark of a deleted row or end of paragraph."""
        parent = mark.getparent()
        if parent is None:
            return
        if parent.tag == self._w + "trPr":
            _remove(parent.getparent())
        elif parent.tag != self._w + "rPr":
            _remove(mark)
        elif (properties := parent.getparent()) is not None and properties.tag == self._w + "pPr":
            self._join_with_next(properties.getparent())

    def _join_with_next(self, paragraph: Element | None) -> None:
        following = None if paragraph is None else paragraph.getnext()
        if paragraph is None or following is None or following.tag != paragraph.tag:
            return
        # Into the following one, which may hold what was joined already: so each run is moved once.
        for element in reversed([each for each in paragraph if each.tag != self._w + "pPr"]):
            following.insert(0, element)
        _remove(paragraph)

    def _cell_deleted(self, mark: Element) -> None:
        properties = mark.getparent()
        _remove(None if properties is None else properties.getparent())

    def _vanish(self, mark: Element) -> None:
        properties = mark.getparent()
        if properties is None or not is_on(mark, self._w):
            return
        run = properties.getparent()
        if run is not None and run.tag == self._w + "r":
            _remove(run)

    def _hide_styles(self) -> None:
        w = self._w
        for name in list(self._root.iter(w + "rStyle", w + "pStyle")):
            if name.get(w + "val") not in self._hidden_styles:
                continue
            properties = name.getparent()
            home = None if properties is None else properties.getparent()
            if home is None:
                continue
            runs = [home] if home.tag == w + "r" else list(home.iterchildren(w + "r"))
            for run in runs:
                own = next(run.iter(w + "vanish"), None)
                if own is None or is_on(own, w):
                    _remove(run)

    def _hidden_row(self, mark: Element) -> None:
        properties = mark.getparent()
        if properties is not None and properties.tag == self._w + "trPr" and is_on(mark, self._w):
            _remove(properties.getparent())

    def _control(self, control: Element) -> None:
        """A content control: a tick box becomes a sign; the prompt of an empty one is no content."""
        w = self._w
        properties = next(control.iterchildren(w + "sdtPr"), None)
        if properties is None:
            return
        box = next(properties.iterchildren(_W14 + "checkbox"), None)
        prompt = next(properties.iterchildren(w + "showingPlcHdr"), None)
        # Only properties may stand there, but a file may hold anything.
        _remove(properties)
        if box is not None:
            checked = next(box.iterchildren(_W14 + "checked"), None)
            is_checked = checked is not None and str(checked.get(_W14 + "val", "1")).lower() not in _OFF
            _say(control.iter(w + "t"), "☑" if is_checked else "□")
        elif prompt is not None and is_on(prompt, w):
            _say(control.iter(w + "t"), "")

    def _symbol(self, symbol: Element) -> None:
        try:
            code = int(str(symbol.get(self._w + "char", "")), 16)
        except ValueError:
            return
        symbol.tag = self._w + "t"
        symbol.text = sign(code)

    def _not_followed(self, element: Element) -> None:
        self._settled.unread.append(_NOT_FOLLOWED[etree.QName(element).localname])

    def _object(self, _: Element) -> None:
        self._settled.unread.append(_OBJECT)

    def _lift_boxes(self) -> None:
        boxes = list(self._root.iter(self._w + "txbxContent"))
        homes = [next(box.iterancestors(self._w + "p"), None) for box in boxes]
        for box, home in zip(boxes, homes, strict=True):
            _remove(box)
            if home is not None:
                self._settled.boxes.setdefault(home, []).append(box)


def sign(code: int) -> str:
    """The letter for a code of a symbol font; empty where it shows nothing."""
    if 0xF000 <= code <= 0xF0FF:
        return _SYMBOLS.get(code - 0xF000, "□")
    return chr(code) if 0x20 <= code < 0xD800 else ""


def _remove(element: Element | None) -> None:
    parent = None if element is None else element.getparent()
    if element is not None and parent is not None:
        # Blanks between elements go with it; Word writes no text there.
        parent.remove(element)


def _say(texts: Iterable[Element], text: str) -> None:
    """Put ``text`` in the place of what these elements say together."""
    for element in texts:
        element.text, text = text, ""


def _parents(elements: Iterable[Element], tag: str) -> Iterable[Element]:
    """Each nearest ancestor with a tag once, in order."""
    found = (next(element.iterancestors(tag), None) for element in list(elements))
    return list(dict.fromkeys(each for each in found if each is not None))
