"""A number under its number format in, the text a clerk saw and meant out: 0.95 as 95%, 12 as 12人, 45000 as a date.

A sheet keeps bare numbers. Where a format multiplies by a hundred, writes a unit behind, shows 万 from some amount on,
or makes a date of the number, what it shows is what was meant. Digits a format only rounds away, thousands separators
and currency signs are left as they are (ECMA-376 part 1, 18.8.30 and 18.8.31).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from schemas.target import plain
from tasks.read import guard
from tasks.read.date_formats import BUILT_IN as _DATES
from tasks.read.date_formats import is_date, show_date

_BUILT_IN: Mapping[str, str] = {"9": "0%", "10": "0.00%", **_DATES}
# "quoted text", \x or !x escaped, [colour] or [$currency], _x padding, *x filling, or any single sign.
_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|\[[^\]]*\]|[_*].|(.)')
_END = re.compile(r'(?:"[^"]*"|[\\!_*].|\[[^\]]*\]|[^;])*')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_DIGITS = "0#?.,"
_DATE_SIGNS = frozenset("ymdhsYMDHSeEgG@")
_FILLED = re.compile("000+")
_GENERAL = re.compile(r"general|g/通用格式", re.IGNORECASE)
_FRACTION = re.compile(r"[0#?]\s*/\s*[0#?\d]")
# Words and comparison signs carry meaning; brackets and currency signs around an amount do not.
_MEANING = re.compile(r"[\u4e00-\u9fff≥≤=<>±/%‰℃]")


@dataclass(frozen=True, slots=True)
class Display:
    """What one section of a number format adds to a number."""

    is_percent: bool
    before: str
    after: str
    places: int = 0
    """Powers of ten it takes off: ``0,`` shows thousands, ``0!.0000`` sets a point before the last four digits."""
    width: int = 0
    """Digits of a code that is filled up with zeros: ``000`` shows 58 as 058."""

    def show(self, number: Decimal) -> str:
        """The number with what the format adds."""
        shown = plain((number * 100 if self.is_percent else number).scaleb(-self.places))
        if number >= 0 and number == number.to_integral_value():
            shown = shown.zfill(self.width)
        return f"{self.before}{shown}{'%' if self.is_percent else ''}{self.after}"


class NumberFormat:
    """A format code, with a section for each kind of number."""

    def __init__(self, code: str) -> None:
        self._sections = tuple(_Section.of(section) for section in _parted(code))
        self.adds = any(section.adds for section in self._sections) or len(self._sections) > 3

    def show(self, number: Decimal, *, from_1904: bool = False) -> str:
        """What the sheet shows for a number; empty where the format hides it."""
        section = self._of(number)
        if section is None:
            return plain(number)
        if section.is_hidden and len(self._sections) > 1:
            return ""
        if section.is_date:
            return show_date(section.code, number, from_1904=from_1904) or plain(number)
        return section.display.show(number) if section.display else section.words or plain(number)

    def show_text(self, text: str) -> str:
        """What the sheet shows for a text: ``@"万元"`` writes a unit behind it, an empty fourth section hides it."""
        if len(self._sections) > 3:
            section = self._sections[3]
            if section.is_hidden:
                return ""
        elif len(self._sections) == 1 and "@" in self._sections[0].code:
            section = self._sections[0]
        else:
            return text
        before, at, after = _texts(section.code)
        return f"{before}{text}{after}" if at else text

    def _of(self, number: Decimal) -> "_Section | None":
        """The section a number falls under."""
        sections = self._sections[:3]
        if any(section.condition for section in sections):
            for section in sections:
                if section.condition is None or _holds(section.condition, number):
                    return section
            return None
        if len(sections) < 2 or number > 0 or (number == 0 and len(sections) < 3):
            return sections[0] if sections else None
        return sections[1] if number < 0 else sections[2]


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a code."""

    code: str
    condition: tuple[str, Decimal] | None
    display: Display | None
    is_date: bool
    words: str
    """What it shows instead of any number (无 for zero)."""

    @classmethod
    def of(cls, code: str) -> "_Section":
        found = _CONDITION.search(code)
        condition = (found[1], Decimal(found[2])) if found else None
        bare = _CONDITION.sub("", code)
        if is_date(bare):
            return cls(bare, condition, None, is_date=True, words="")
        display = display_of(bare)
        before, at, after = _texts(bare)
        has_digits = bool(at) or any(sign and sign in _DIGITS for _, _, sign in _TOKEN.findall(bare))
        return cls(bare, condition, display, is_date=False, words="" if has_digits else before + after)

    @property
    def is_hidden(self) -> bool:
        return not self.code.strip()

    @property
    def adds(self) -> bool:
        """Whether it changes what a bare number shows."""
        return bool(self.display or self.is_date or self.words or self.is_hidden or self.condition) or (
            "@" in self.code and bool(_MEANING.search(self.code))
        )


def _parted(code: str) -> Iterator[str]:
    """The sections of a code: for positive numbers, negative ones, zero, and texts, or as their conditions say."""
    at = -1
    while at < len(code):
        found = _END.match(code, at + 1)
        if found is None:
            return
        yield found[0]
        at = found.end()


def _holds(condition: tuple[str, Decimal], number: Decimal) -> bool:
    sign, limit = condition
    return {
        "<": number < limit,
        "<=": number <= limit,
        ">": number > limit,
        ">=": number >= limit,
        "=": number == limit,
        "<>": number != limit,
    }[sign]


def display_of(code: str) -> Display | None:
    """What the first section of a code adds to a number; None where nothing, or where it is no number's format.

    A code with conditions of its own (``[>=10000]…``) shows now this, now that: ask a ``NumberFormat``.
    """
    if _CONDITION.search(code) or _FRACTION.search(code):
        return None
    code = _GENERAL.sub("General", code)
    is_percent = has_digits = False
    texts = {False: "", True: ""}
    signs = ""
    for quoted, escaped, sign in _TOKEN.findall(code):
        if sign == ";":
            break
        if "." in (quoted, escaped) and has_digits:
            # A point typed as text, as 0!.0, and 0"."0, set it.
            signs += "!"
        elif quoted or escaped:
            texts[has_digits] += quoted or escaped
        elif sign == "%":
            is_percent = True
        elif sign and sign in _DIGITS:
            has_digits = True
            signs += sign
        elif sign in _DATE_SIGNS:
            # General is written with date letters; it adds nothing, but text may stand around it.
            if "General" not in code:
                return None
            has_digits = True
        elif sign and _MEANING.match(sign):
            texts[has_digits] += sign
    before, after = (text.strip() if _MEANING.search(text) else "" for text in (texts[False], texts[True]))
    places, width = _places(signs), len(signs) if _FILLED.fullmatch(signs) else 0
    adds = has_digits and (is_percent or before or after or places or width)
    return Display(is_percent, before, after, places, width) if adds else None


def _texts(code: str) -> tuple[str, str, str]:
    """The words before and behind an @, and the @ where there is one."""
    texts = {False: "", True: ""}
    at = ""
    for quoted, escaped, sign in _TOKEN.findall(code):
        if sign == "@":
            at = "@"
        elif quoted or escaped or (sign and _MEANING.match(sign)):
            texts[bool(at)] += quoted or escaped or sign
    before, after = (text.strip() if _MEANING.search(text) else "" for text in (texts[False], texts[True]))
    return before, at, after


def _places(signs: str) -> int:
    """Powers of ten that the digit signs of a code take off; ``!`` stands for a point typed as text."""
    thousands = len(signs) - len(signs.rstrip(","))
    _, point, behind = signs.partition("!")
    return 3 * thousands + (sum(sign in "0#?" for sign in behind) if point else 0)


@lru_cache(maxsize=512)
def number_format(code: str) -> NumberFormat | None:
    """The format of a code; None where it shows bare numbers."""
    found = NumberFormat(code) if code and len(code) < 256 else None
    return found if found and found.adds else None


def styles_of(part: bytes | None) -> tuple[NumberFormat | None, ...]:
    """The number formats of a workbook's cells, by the index of their style; None for one that adds nothing.

    Args:
        part: The part ``styles.xml``, or None where the workbook has none.

    Raises:
        UnreadableError: R01 where the part is damaged.
    """
    if part is None:
        return ()
    root = guard.parse_xml(part)
    # A conditional format writes a format of its own (dxf), whose number may be another's.
    codes = {
        str(each.get("numFmtId")): str(each.get("formatCode", ""))
        for formats in root.iter("{*}numFmts")
        for each in formats
    }
    codes = {**_BUILT_IN, **codes}
    return tuple(
        number_format(codes.get(str(each.get("numFmtId")), ""))
        for formats in root.iter("{*}cellXfs")
        for each in formats
    )
