"""Style rules in, what they keep from being displayed out: as much of CSS as decides whether a reader sees a text.

Only rules for one class, one id or one element are followed, and only outside of @media: a rule for printing hides
nothing on the screen. An element's own style goes before any rule.
"""

import re
from collections.abc import Iterator, Mapping

# Each of these is linear whatever the sheet: a comment nobody closed goes to the end.
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_NOT_SHOWN = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all)",
    re.IGNORECASE,
)
_SHOWN = re.compile(r"(?:^|[;\s])display\s*:\s*(?!none)\w", re.IGNORECASE)
_SIMPLE = re.compile(r"\w*[.#][\w-]+")
_FLOATS = re.compile(r"(?:^|[;\s])position\s*:\s*(?:absolute|fixed)", re.IGNORECASE)
_FRAME_FLOATS = re.compile(r"(?:^|[;\s])float\s*:\s*(?:left|right)", re.IGNORECASE)
_KEEPS_SPACES = re.compile(r"(?:^|[;\s])white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)


class Styles:
    """The rules of a page, as far as they hide something."""

    def __init__(self) -> None:
        self._hidden: set[str] = set()

    def add(self, sheet: str) -> None:
        """Take in a style sheet."""
        for selectors, declarations in _rules(_COMMENT.sub("", sheet)):
            if _NOT_SHOWN.search(declarations):
                named = (selector.strip().lower() for selector in selectors.split(","))
                self._hidden.update(selector for selector in named if _SIMPLE.fullmatch(selector))

    def hides(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Whether an element and all in it is not displayed."""
        own = attributes.get("style", "")
        if own and _NOT_SHOWN.search(own):
            return True
        if "hidden" in attributes:
            return True
        if not self._hidden or (own and _SHOWN.search(own)):
            return False
        marks = [f".{each}" for each in attributes.get("class", "").lower().split()]
        marks += [f"#{attributes['id'].lower()}"] if "id" in attributes else []
        return any(mark in self._hidden or tag + mark in self._hidden for mark in marks)


def floats(attributes: Mapping[str, str]) -> bool:
    """Whether an element is taken out of the flow and laid over the page: a box placed freely, or LibreOffice's frame."""
    own = attributes.get("style", "")
    if not own:
        return False
    is_frame = attributes.get("id", "").startswith("Frame")
    return bool(_FLOATS.search(own) or (is_frame and _FRAME_FLOATS.search(own)))


def keeps_spaces(attributes: Mapping[str, str]) -> bool:
    """Whether spaces and line breaks of the source are displayed as they are."""
    own = attributes.get("style", "")
    return bool(own and _KEEPS_SPACES.search(own))


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that stand in no block of rules (@media)."""
    depth, start, selectors = 0, 0, ""
    for brace in _BRACE.finditer(sheet):
        if brace[0] == "{":
            depth += 1
            if depth == 1:
                selectors = sheet[start : brace.start()]
        elif depth:
            depth -= 1
            if not depth and not selectors.lstrip().startswith("@"):
                yield selectors, sheet[start : brace.start()]
        start = brace.end()
