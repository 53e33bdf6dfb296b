"""Words for people: a submitter's text made safe to show, numbers and money written out, templates filled."""

import string
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from schemas.amounts import MONEY_UNITS
from schemas.target import plain

SHOWN_LENGTH = 60
"""Characters of a submitter's text in a message: a line of a report; the address leads to the rest."""
LISTED_LENGTH = 400
"""Characters of a list of parts, whose names are shortened one by one already."""

SEVERITY_WORDS: Mapping[str, str] = {"error": "退回", "warning": "提醒", "info": "提示"}
"""What a clerk reads for a severity, the gravest first."""
WAN = Decimal(10_000)

_OPERATOR_SIGNS: Mapping[str, str] = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜"}


def shown(text: str, limit: int = SHOWN_LENGTH) -> str:
    """``text`` on one line, with nothing invisible in it, at most ``limit`` characters.

    Line breaks and runs of blanks become one blank; control, format and bidi marks are written out
    (``⟨U+202E⟩``), so that a message shows what is there and cannot reorder the text around it.
    """
    visible = []
    for character in text[: limit * 4 + 1]:
        category = unicodedata.category(character)
        if character.isspace() or category in ("Zl", "Zp"):
            visible.append(" ")
        elif category[0] == "C":
            visible.append(f"⟨U+{ord(character):04X}⟩")
        else:
            visible.append(character)
    line = " ".join("".join(visible).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def fill(template: str, places: Mapping[str, str]) -> str:
    """A template of the catalogue with its places filled; braces inside a filled text stay text.

    Raises:
        KeyError: the template asks for a name that is not given.
    """
    return string.Formatter().vformat(template, (), dict(places))


def money(yuan: Decimal, unit: str = "元") -> str:
    """An amount in 元 written in ``unit``, one of ``MONEY_UNITS``."""
    return plain(yuan / MONEY_UNITS[unit]) + unit


def budget_as_typed(row: Mapping[str, Any]) -> str:
    """The form's 年度资金总额 as typed, with the unit its heading gives unless the cell names one."""
    raw = str(row["total_raw"] or "").strip()
    return raw if "元" in raw else f"{raw}{row['money_unit']}"


def where_else(project: str | None, file: str, own_file: str) -> str:
    """Another form's project, and its file where that is not the reader's own: a form's number says too little then."""
    name = shown(project or "未填名称", 30)
    return name if file == own_file else f"{name}，见《{shown(file, 40)}》"


def target(operator: str | None, amount: str) -> str:
    """A target value as a clerk writes it: the sign of the operator, none for equality, then the amount."""
    return _OPERATOR_SIGNS.get(operator or "=", "") + amount
