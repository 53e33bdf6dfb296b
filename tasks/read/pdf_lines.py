"""Letters in, lines of text out; and lines put together again where only the width of their cell broke them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.read.pdf_letters import Letter

_SAME_LINE = 0.5
"""Letters whose feet differ by less than this share of their height stand on one line."""
_WIDE_GAP = 0.8
"""A gap of this share of a letter between two Chinese ones is a blank a person sees; justified lines have narrower ones."""
_MIXED_GAP = 0.3
"""The same between a Chinese letter and a Latin one or digit; Word sets a quarter of a letter there by itself."""
_LATIN_GAP = 0.18
"""The same beside any other Latin sign; the narrowest blank of common fonts has 0.22."""
_PARAGRAPH_GAP = 2.6
"""Lines further apart than this many heights are two paragraphs (double spacing has 2.4)."""
_LONG = 15
"""A cell wider than this many letters holds running text, …"""
_RAGGED = 4
"""… whose lines may end this many letters early, at the seam of two words."""
_SENTENCE_ENDS = "。；;：:！!？?…）)"
CLOSING = "，。、；：？！）》〉」』】〕”’％,.;:?!)]}%…—"
"""Signs that no line begins with."""
OPENING = "（《〈「『【〔“‘([{"
"""Signs that no line ends with."""
_ITEM = re.compile(
    r"\d{1,2}(?:[、．]|\.(?!\d))|[（(][一二三四五六七八九十\d]{1,2}[）)]|[一二三四五六七八九十]、|[①-⑳]"
)
_ENDS = "。；;：:！!"


@dataclass(frozen=True, slots=True)
class Line:
    """Letters that stand beside each other."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    head: float
    """The width of what could not be parted at its start: its first letter, word or number."""


def rows_of(letters: Iterable[Letter]) -> list[list[Letter]]:
    """Letters by the line they stand on, from top to bottom, each line from left to right."""
    rows: list[list[Letter]] = []
    foot, size = 0.0, 0.0
    for letter in sorted(letters, key=lambda each: each.y):
        if rows and letter.y - foot <= _SAME_LINE * max(size, letter.size):
            rows[-1].append(letter)
        else:
            rows.append([letter])
            foot, size = letter.y, letter.size
    for row in rows:
        row.sort()
    return rows


def lines_of(letters: Iterable[Letter]) -> list[Line]:
    """The lines of a cell; lines of blanks left out."""
    return [line for row in rows_of(letters) if (line := line_of(row)) is not None]


def line_of(row: Sequence[Letter]) -> Line | None:
    """The line that letters form, given from left to right; None where they show nothing."""
    kept: list[Letter] = []
    parts: list[str] = []
    size = end = 0.0
    blank = False
    for letter in row:
        x0, x1, _, high, text = letter
        if text.isspace():
            blank = True
            continue
        if kept:
            previous = kept[-1]
            if text == previous.text and x0 - previous.x0 < 0.2 * high:
                continue  # drawn twice, for bold
            if blank or (x0 - previous.x1 > _LATIN_GAP * high and _parted(previous, letter)):
                parts.append(" ")
        kept.append(letter)
        parts.append(text)
        blank = False
        size, end = max(size, high), max(end, x1)
    if not kept:
        return None
    start = kept[0].x0
    head = kept[unbroken([each.text for each in kept]) - 1].x1 - start
    return Line(start, end, kept[0].y, size, "".join(parts), head)


def _parted(left: Letter, right: Letter) -> bool:
    """Whether the gap between two letters is a blank."""
    gap = (right.x0 - left.x1) / max(left.size, right.size)
    latin = [each.text for each in (left, right) if each.text.isascii()]
    if len(latin) == 1 and latin[0].isalnum():
        return gap > _MIXED_GAP
    return gap > (_LATIN_GAP if latin else _WIDE_GAP)


def unbroken(letters: Sequence[str]) -> int:
    """Of how many letters, counted from its start, a line can be broken behind none but the last."""
    at = 0
    while at + 1 < len(letters) and letters[at] in OPENING:
        at += 1
    if letters[at].isascii() and letters[at].isalnum():
        while at + 1 < len(letters) and letters[at + 1].isascii():
            at += 1
    while at + 1 < len(letters) and letters[at + 1] in CLOSING:
        at += 1
    return at + 1


def is_full(line: Line, following: Line, left: float, right: float) -> bool:
    """Whether a line ends because what follows had no room left in the cell.

    Args:
        line: The line.
        following: The line below it.
        left: Where a cell's text can begin.
        right: Where it must end.
    """
    room = right - line.x1
    middle = (line.x0 + line.x1) / 2
    if abs(middle - (left + right) / 2) < 0.1 * line.size and abs(line.x0 - following.x0) > 0.2 * line.size:
        room += line.x0 - left  # centred: the room is on both sides
    if room < following.head + 0.15 * line.size:
        return True
    # Some programs part lines between words, some squeeze them: a long line that stops amid a sentence is full too.
    is_long = right - left > _LONG * line.size and room < _RAGGED * line.size
    return is_long and line.text[-1] not in _SENTENCE_ENDS


def goes_on(line: Line, following: Line, left: float, right: float) -> bool:
    """Whether the line below continues the same paragraph."""
    if _ITEM.match(following.text) and line.text[-1] in _ENDS:
        return False
    return is_full(line, following, left, right)


def joined(lines: Sequence[Line], left: float, right: float) -> str:
    """The text of a cell: a break where a paragraph ends, none where only the cell's width broke the line.

    Args:
        lines: From top to bottom.
        left: Where the cell's text can begin.
        right: Where it must end.
    """
    parts: list[str] = []
    in_item = False
    for index, line in enumerate(lines):
        begins_item = _ITEM.match(line.text) is not None
        if index:
            above = lines[index - 1]
            near = line.y - above.y <= _PARAGRAPH_GAP * max(line.size, above.size)
            flows = near and goes_on(above, line, left, right) and not (in_item and begins_item)
            parts.append(seam(above.text, line.text) if flows else "\n")
            in_item = in_item and flows
        in_item = in_item or begins_item
        parts.append(line.text)
    return "".join(parts)


def seam(above: str, below: str) -> str:
    """What stands between two lines of one paragraph: a blank between two words, else nothing."""
    return (
        " "
        if above[-1:].isascii() and above[-1:].isalpha() and below[:1].isascii() and below[:1].isalpha()
        else ""
    )
