"""A workbook's parts in, out comes which cells show more than their number: 0.95 as 95%, 12 as 12人.

The reader of cells gives bare numbers. Where a format multiplies by a hundred or writes a unit behind, the clerk saw
and meant what the format shows (ECMA-376 part 1, 18.8.30 and 18.8.31).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from tasks.read import guard

_PERCENT_FORMATS = ("9", "10")
"""Built-in formats 0% and 0.00%."""
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION_ID_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
# "quoted text", \x or !x escaped, [colour] or [$currency], _x padding, *x filling, or any single sign.
_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|\[[^\]]*\]|[_*].|(.)')
_CONDITION = re.compile(r"\[[<>=]")
_DIGITS = "0#?.,"
_DATE_SIGNS = frozenset("ymdhsYMDHSeEgG@")
# Words and comparison signs carry meaning; brackets and currency signs around an amount do not.
_MEANING = re.compile(r"[\u4e00-\u9fff≥≤=<>±/]")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d{1,6})["']""")


@dataclass(frozen=True, slots=True)
class Display:
    """What a number format adds to a number."""

    is_percent: bool
    before: str
    after: str
    places: int = 0
    """Powers of ten it takes off: ``0,`` shows thousands, ``0!.0000`` sets a point before the last four digits."""

    def show(self, number: Decimal) -> str:
        """The number with what the format adds."""
        shown = format((number * 100 if self.is_percent else number).scaleb(-self.places), "f")
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        return f"{self.before}{shown}{'%' if self.is_percent else ''}{self.after}"


def displays(parts: Mapping[str, bytes], main: str) -> Mapping[str, Mapping[tuple[int, int], Display]]:
    """By sheet name and (row, column) from 0, the cells whose format adds something.

    Args:
        parts: XML by name.
        main: Name of the workbook part.

    Raises:
        UnreadableError: R01 where a part is damaged.
    """
    folder = main.rpartition("/")[0]
    styles = parts.get(f"{folder}/styles.xml")
    if styles is None:
        return {}
    by_style = _by_style(guard.parse_xml(styles))
    if not by_style:
        return {}
    return {
        name: _cells(parts[part], by_style)
        for name, part in _sheets(parts, main, folder)
        if part in parts and not by_style.keys().isdisjoint(_STYLE.findall(parts[part]))
    }


def _by_style(styles: etree._Element) -> dict[bytes, Display]:
    """Displays by the index of a cell's style."""
    codes = {str(each.get("numFmtId")): str(each.get("formatCode", "")) for each in styles.iter("{*}numFmt")}
    codes |= dict.fromkeys(_PERCENT_FORMATS, "0%")
    found: dict[bytes, Display] = {}
    for cell_formats in styles.iter("{*}cellXfs"):
        for index, each in enumerate(cell_formats):
            display = display_of(codes.get(str(each.get("numFmtId")), ""))
            if display:
                found[str(index).encode()] = display
    return found


def display_of(code: str) -> Display | None:
    """What a format code adds to a positive number; None where nothing, or where it is no number's format.

    A code with conditions of its own (``[>=10000]…``) shows now this, now that: the bare number is taken.
    """
    if _CONDITION.search(code):
        return None
    is_percent = has_digits = False
    texts = {False: "", True: ""}
    signs = ""
    for quoted, escaped, sign in _TOKEN.findall(code):
        if sign == ";":
            break
        if escaped == "." and has_digits:
            signs += "!"
        elif quoted or escaped:
            texts[has_digits] += quoted or escaped
        elif sign == "%":
            is_percent = True
        elif sign and sign in _DIGITS:
            has_digits = True
            signs += sign
        elif sign in _DATE_SIGNS:
            # General is written with date letters; it adds nothing, but text may stand behind it.
            if not code.lower().startswith("general"):
                return None
            has_digits = True
        elif sign and _MEANING.match(sign):
            texts[has_digits] += sign
    before, after = (text.strip() if _MEANING.search(text) else "" for text in (texts[False], texts[True]))
    places = _places(signs)
    adds = has_digits and (is_percent or before or after or places)
    return Display(is_percent, before, after, places) if adds else None


def _places(signs: str) -> int:
    """Powers of ten that the digit signs of a code take off; ``!`` stands for a point typed as text."""
    thousands = len(signs) - len(signs.rstrip(","))
    _, point, behind = signs.partition("!")
    return 3 * thousands + (sum(sign in "0#?" for sign in behind) if point else 0)


def _sheets(parts: Mapping[str, bytes], main: str, folder: str) -> Iterator[tuple[str, str]]:
    """Name of each sheet and of its part."""
    relations = parts.get(f"{folder}/_rels/{main.rpartition('/')[2]}.rels")
    if relations is None:
        return
    targets = {str(each.get("Id")): str(each.get("Target", "")) for each in guard.parse_xml(relations)}
    for sheet in guard.parse_xml(parts[main]).iter("{*}sheet"):
        target = targets.get(str(sheet.get(_RELATION_ID) or sheet.get(_RELATION_ID_STRICT)), "")
        yield str(sheet.get("name")), target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"


def _cells(sheet: bytes, by_style: Mapping[bytes, Display]) -> dict[tuple[int, int], Display]:
    found: dict[tuple[int, int], Display] = {}
    for cell in guard.parse_xml(sheet).iter("{*}c"):
        display = by_style.get(str(cell.get("s", "")).encode())
        reference = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", str(cell.get("r", "")))
        if display and reference and len(cell):
            column = 0
            for letter in reference[1]:
                column = column * 26 + ord(letter) - 64
            found[int(reference[2]) - 1, column - 1] = display
    return found
