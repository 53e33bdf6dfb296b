"""Target values (指标值): the text of a cell → operator, exact number, canonical unit or dates, and back.

``parse_value`` never raises and never guesses in silence: what it converts it says in ``conversion``, and a
text it does not wholly understand is ``qualitative``; ``holds_number`` tells of a number left unread (U07).
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from schemas import remembered
from schemas.context import Context, read_context
from schemas.dates import read_when
from schemas.habits import NAMED, tidied
from schemas.measured import noted, read_change, read_compound, read_measured, read_range, read_share
from schemas.notation import LONGEST, fold, holds_number, split_before
from schemas.target import Value, format_value, plain

__all__ = ["Value", "format_value", "holds_number", "is_blank", "parse_value", "plain"]

MISSING: Final = Value("missing")

_PLACEHOLDER = re.compile(
    r"[-_/\\*.,;:?!()\[\]{}、。%‰≥≤<>=~年月日+|]*|[≥≤<>=]*[*×○Xx]{2,}[^0-9]{0,6}|\(?[0-9]{1,4}字(?:以内|左右)\)?"
)
"""Marks and hints that stand for nothing: ``/``, ``**``, ``≥**%``, ``-年-月-日``, ``(100字以内)``."""

_SERIAL = re.compile(r"3[6-9]\d{3}|4\d{4}|5[0-4]\d{3}")
"""A date of this century as a sheet counts it, where a time is asked for: 45291 is the last day of 2023."""
_CODE = re.compile(
    r"[2-6][Gg](?:网络)?|[1-5]?[Aa]{1,5}级?|[1-5]A级?(?:以上)?|[1-9一二三四五六七八九十]级(?:及?以[上下])?"
)
"""Names that begin with a digit: a network (5G), a grade (3A级, 二级以上)."""

_ASIDE = re.compile(r"(?<=[^(])\((?:其中|含|包括|上年|去年)[^()]{1,40}\)$")
"""18人(其中女性5人), ≥95%(上年93%): what a part of the value is, or was a year before."""

_YES: Final = frozenset({"是", "√", "✓", "✔", "☑", "yes", "y"})
_NO: Final = frozenset({"否", "×", "✗", "✘", "☒", "no", "n"})


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, ``/``, ``—``, ``**``, a template's hint. Missing, never zero."""
    return len(text) <= LONGEST and _PLACEHOLDER.fullmatch(fold(text)) is not None


def parse_value(
    raw: str,
    *,
    level1: str | None = None,
    level2: str | None = None,
    level3: str = "",
    operator: str | None = None,
    unit: str | None = None,
    fiscal_year: int | None = None,
) -> Value:
    """Reads one target value.

    Args:
        raw: the cell as typed.
        level1: canonical 一级指标.
        level2: canonical 二级指标.
        level3: 三级指标 as typed; its brackets may hold unit and operator (``苗木成活率(≥**%)``).
        operator: the cell of 指标性质, where the template has one.
        unit: the cell of 度量单位, where the template has one.
        fiscal_year: of the form, for dates without a year.

    Returns:
        The value; kind ``missing`` for a blank, ``qualitative`` for everything that is not wholly understood.
    """
    is_short = len(raw) + len(level3) + len(operator or "") + len(unit or "") <= remembered.LONGEST
    read = _parsed if is_short else _parsed.__wrapped__
    return read(raw, level1 or "", level2 or "", level3, operator or "", unit or "", fiscal_year)


@lru_cache(maxsize=32_768)
def _parsed(  # noqa: PLR0917  together the key of the cache
    raw: str, level1: str, level2: str, level3: str, operator: str, unit: str, fiscal_year: int | None
) -> Value:
    trimmed = raw.strip()
    if not trimmed:
        return MISSING
    qualitative = Value("qualitative", text=trimmed)
    if len(trimmed) > LONGEST:
        return qualitative
    folded = fold(trimmed)
    if _PLACEHOLDER.fullmatch(folded):
        return MISSING
    folded = tidied(folded)
    if _CODE.fullmatch(folded):
        return qualitative
    if folded.lower() in _YES or folded.lower() in _NO:
        return _truth(folded.lower() in _YES)
    context = read_context(
        level1=level1, level2=level2, level3=level3, operator=operator, unit=unit, fiscal_year=fiscal_year
    )
    value = _read(folded, context)
    aside = _ASIDE.search(folded) if value is None else None
    if aside:
        value = _read(folded[: aside.start()], context)
        value = noted(value, f"略去“{aside[0]}”") if value else None
    if value is None:
        name = NAMED.match(folded)
        # 完成率100%: the indicator's name again, before its value.
        value = _read(folded[name.end() :], context) if name else None
        value = noted(value, f"略去“{name[0]}”") if name and value else read_change(folded, level3, context)
    return qualitative if value is None else value


def _read(folded: str, context: Context) -> Value | None:
    before = split_before(folded)
    value = (
        _time(before.body, before.operator or context.operator, context)
        or read_range(before.body, context)
        or read_measured(before.body, before.operator, context)
        or read_compound(before.body, before.operator, context)
        or read_share(before.body, before.operator, context)
    )
    return noted(value, before.misread) if value and before.misread else value


def _truth(is_true: bool) -> Value:
    return Value("boolean", "=", Decimal(int(is_true)), typed_value=Decimal(int(is_true)))


def _time(text: str, operator: str | None, context: Context) -> Value | None:
    dated = f"{text}年" if context.unit == "年" and re.fullmatch("(?:19|20)[0-9]{2}", text) else text
    is_time = context.is_time and not context.unit
    if is_time and _SERIAL.fullmatch(text):
        return Value("qualitative", text=text)
    when = read_when(dated, context.fiscal_year, is_time=is_time)
    if when is None:
        return None
    if when.is_bare_month and (context.is_span or not context.is_time or when.end is None):
        return None
    if when.end is None:
        return Value("qualitative", text=text)
    if when.start is not None:
        return Value("period", "between", period_start=when.start, period_end=when.end)
    late = operator if operator in {">", ">="} else "<="
    return Value("deadline", late, deadline=when.end)
