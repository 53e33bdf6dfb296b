"""A Word paragraph's fields in; out goes what they are told, so that what they show is left, boxes and lists included.

A field is spread over runs: begin, instruction, separate, result, end (ECMA-376 part 1, 17.16.18). An instruction may
hold fields of its own, whose results are no text of the page. A box or list of a form field shows no result at all:
its state stands in the field's data.
"""

from dataclasses import dataclass, field

from tasks.read.element import Element


@dataclass(slots=True)
class _Open:
    """A field that has begun."""

    shown: str
    """What a form field shows, by its data."""
    told: list[Element] = field(default_factory=list)
    """Texts since its beginning: its instruction, or its result once it is separated."""
    has_result: bool = False


def settle_fields(paragraph: Element, w: str) -> None:
    """Take the instructions of a paragraph's fields out of it.

    A field that never ends takes nothing away: rather too much text than too little.

    Args:
        paragraph: Changed in place.
        w: The namespace of its elements in braces.
    """
    opened: list[_Open] = []
    mark, text = w + "fldChar", w + "t"
    for element in list(paragraph.iter(mark, text, w + "br", w + "tab", w + "cr")):
        if element.tag != mark:
            if opened:
                opened[-1].told.append(element)
            continue
        kind = element.get(w + "fldCharType")
        if kind == "begin":
            opened.append(_Open(_form_field(element, w)))
        elif not opened:
            continue
        elif kind == "separate":
            _drop(opened[-1].told, text)
            opened[-1].told, opened[-1].has_result = [], True
        elif kind == "end":
            closed = opened.pop()
            if not closed.has_result:
                _drop(closed.told, text)
                closed.told = []
            if closed.shown and not any(each.text for each in closed.told):
                element.tag, element.text = text, closed.shown
                closed.told.append(element)
            if opened:
                opened[-1].told.extend(closed.told)


def _drop(elements: list[Element], text: str) -> None:
    for element in elements:
        element.tag, element.text = text, ""


def _form_field(begin: Element, w: str) -> str:
    """What a box or a list of a form field shows; empty for any other field."""
    box = next(begin.iter(w + "checkBox"), None)
    if box is not None:
        state = next(box.iterchildren(w + "checked"), next(box.iterchildren(w + "default"), None))
        is_checked = state is not None and state.get(w + "val", "1") not in ("0", "false", "off")
        return "☑" if is_checked else "□"
    choice = next(begin.iter(w + "ddList"), None)
    if choice is None:
        return ""
    entries = [str(each.get(w + "val", "")) for each in choice.iterchildren(w + "listEntry")]
    chosen = next(choice.iterchildren(w + "result"), next(choice.iterchildren(w + "default"), None))
    number = "0" if chosen is None else str(chosen.get(w + "val", "0"))
    at = int(number) if number.isdecimal() and len(number) < 5 else 0
    return entries[at] if at < len(entries) else ""
