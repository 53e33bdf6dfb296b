"""What a table does not part in, the parts out: sign, number and unit under one 指标值; a name and its value in one cell."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas.form import Cell, Entry
from schemas.told import described
from schemas.vocabulary import fold, is_blank

_SIGN = re.compile(r"[≥≤><=＝≧≦]=?|定性|大于等于|小于等于|不低于|不高于|不少于|不超过|等于|大于|小于")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


class Parts(NamedTuple):
    """Cells by what they hold; each at most one, ``value`` also where nothing tells the cells apart."""

    value: Sequence[Cell]
    operator: Sequence[Cell] = ()
    unit: Sequence[Cell] = ()


def parts_of(cells: Sequence[Cell]) -> Parts:
    """Tell sign, number and unit apart where a heading stands over several cells (``≥ | 95 | %``).

    Only where every cell is clearly one of them; else the cells are one value, as in a table without such columns.
    """
    if len(cells) < 2:
        return Parts(cells)
    filled = [cell for cell in cells if not is_blank(cell.text)]
    if len(filled) < 2:
        return Parts(cells)
    signs = [cell for cell in filled if _SIGN.fullmatch(fold(cell.text))]
    numbers = [cell for cell in filled if _NUMBER.fullmatch(fold(cell.text))]
    rest = [cell for cell in filled if cell not in signs and cell not in numbers]
    if len(signs) > 1 or len(numbers) > 1 or len(rest) > 1:
        return Parts(cells)
    if numbers:
        return Parts(numbers, signs, rest)
    return Parts(rest, signs) if rest and signs else Parts(cells)


def between(lower: Entry, upper: Entry) -> tuple[Entry, Entry | None]:
    """The value that two ends tell, and its sign: ``12～24``, or one end with ≥ or ≤ where the other is blank."""
    if not lower.text or not upper.text:
        end, sign = (lower, "≥") if lower.text else (upper, "≤")
        return end, end._replace(text=sign) if _NUMBER.match(fold(end.text)) else None
    if fold(lower.text) == fold(upper.text):
        return lower, None
    return lower._replace(text=f"{lower.text.strip()}～{upper.text.strip()}"), None


_HINT = re.compile(r"指标[\d一二三四五六七八九十]{1,2}[:.…]*")
_PIECE = re.compile(r"[；;\n]+")
_LONGEST = 400
"""Characters of a line that may hold a name and a value; the pattern goes back over what it has read."""
_BEHIND_NAME = re.compile(r"[≥≤<>＝=]|\d+(?:\.\d+)?(?![\d.、．)）])")
"""How a value begins, and no line of a list."""
_NAME_ALONE = re.compile(r"[^\d≥≤<>=＝:：；;。]+[≥≤<>＝=]?")
_VALUE = re.compile(
    r"^(?P<name>.*?[^\d\s≥≤<>=＝:：~～.-])\s*+(?:[:：=＝]\s*+)?"
    r"(?P<value>(?:[≥≤<>]=?|不低于|不少于|不超过|不高于|大于等于|小于等于|达到?|约)?\s*+\d.*|[:：].+)$"
)


def indicators_in(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of each indicator a cell lists (``培训次数≥12次；培训人数300人``); the value blank where none is told."""
    for piece in _PIECE.split(_unbroken(text)):
        line = piece.strip(" \t\u3000，,。")
        if not line:
            continue
        found = _VALUE.match(line) if len(line) <= _LONGEST else None
        if found:
            yield found["name"].strip(), found["value"].lstrip(":：").strip()
        else:
            name, colon, value = line.replace("：", ":").partition(":")
            yield (name.strip(), value.strip()) if colon else described(line) or (line, "")


def _unbroken(text: str) -> str:
    """The text without the breaks that the width of a cell put between a name and its value (群众满意度 over ≥90%)."""
    if "\n" not in text:
        return text
    told: list[str] = []
    for line in text.split("\n"):
        if told and _BEHIND_NAME.match(line.strip()) and _NAME_ALONE.fullmatch(told[-1].strip()):
            told[-1] += line.strip()
        else:
            told.append(line)
    return "\n".join(told)


def is_hint(text: str) -> bool:
    """Whether a name of an indicator is only the template's number for one: 指标3：."""
    return _HINT.fullmatch(fold(text)) is not None
