"""Target values (指标值): the text of a cell → operator, exact number, canonical unit or dates, and back.

``parse_value`` never raises and never guesses in silence: what it converts it says in ``conversion``, and a
text it does not wholly understand is ``qualitative``; ``holds_number`` tells of a number left unread (U07).
"""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from schemas.context import Context, read_context
from schemas.dates import read_when
from schemas.habits import A_DAY, MORE, NAMED, ONCE_A, share, tidied
from schemas.notation import (
    LONGEST,
    Number,
    fold,
    holds_number,
    read_number,
    split_after,
    split_before,
)
from schemas.target import Value, format_value, plain
from schemas.units import EXACT, Measure, convert, is_known_unit, lookup, resolve

__all__ = ["Value", "format_value", "holds_number", "is_blank", "parse_value", "plain"]

ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)


MISSING: Final = Value("missing")

_PLACEHOLDER = re.compile(
    r"[-_/\\*.,;:?!()\[\]{}、。%‰≥≤<>=~年月日+|]*|[≥≤<>=]*[*×○Xx]{2,}[^0-9]{0,6}|\(?[0-9]{1,4}字(?:以内|左右)\)?"
)
"""Marks and hints that stand for nothing: ``/``, ``**``, ``≥**%``, ``-年-月-日``, ``(100字以内)``."""

_YES: Final = frozenset({"是", "√", "✓", "✔", "☑", "yes", "y"})
_NO: Final = frozenset({"否", "×", "✗", "✘", "☒", "no", "n"})

_UNKNOWN_UNIT = re.compile(r"(?!.*[Xx]{2}|[年月日号])[^\W\d_]{1,6}(?:[/·*][^\W\d_]{1,4}){0,2}")
_RANGE = re.compile(r"([^0-9~至到-]{0,6})(?:-{1,2}|~|至|到)(?=[+-]?[0-9零〇一二两三四五六七八九十])")


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, ``/``, ``—``, ``**``, a template's hint. Missing, never zero."""
    return len(text) <= LONGEST and _PLACEHOLDER.fullmatch(fold(text)) is not None


@lru_cache(maxsize=32_768)
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
    if folded.lower() in _YES or folded.lower() in _NO:
        return _truth(folded.lower() in _YES)
    context = read_context(
        level1=level1 or "",
        level2=level2 or "",
        level3=level3,
        operator=operator or "",
        unit=unit or "",
        fiscal_year=fiscal_year,
    )
    value = _read(folded, context)
    if value is None:
        name = NAMED.match(folded)
        # 完成率100%: the indicator's name again, before its value.
        value = _read(folded[name.end() :], context) if name else None
        value = _noted(value, f"略去“{name[0]}”") if name and value else None
    return qualitative if value is None else value


def _read(folded: str, context: Context) -> Value | None:
    before = split_before(folded)
    value = (
        _time(before.body, before.operator or context.operator, context)
        or _range(before.body, context)
        or _measured(before.body, before.operator, context)
        or _fraction(before.body, before.operator, context)
    )
    return _noted(value, before.misread) if value and before.misread else value


def _fraction(text: str, operator: str | None, context: Context) -> Value | None:
    """三分之二, 3/4 of a rate, 九成五: a share, where it comes out even in percent."""
    percent = share(text, is_rate=context.is_rate)
    if percent is None:
        return None
    chosen = operator or context.operator or context.hint_operator or "="
    return Value("ratio", chosen, percent, None, "%", typed_unit="%", conversion=f"{text}→{plain(percent)}%")


def _truth(is_true: bool) -> Value:
    return Value("boolean", "=", Decimal(int(is_true)), typed_value=Decimal(int(is_true)))


def _time(text: str, operator: str | None, context: Context) -> Value | None:
    dated = f"{text}年" if context.unit == "年" and re.fullmatch("(?:19|20)[0-9]{2}", text) else text
    is_time = context.is_time and not context.unit
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


def _range(text: str, context: Context) -> Value | None:
    low = read_number(text)
    found = None if low is None else _RANGE.match(low.rest)
    if low is None or found is None:
        return None
    high = read_number(low.rest[found.end() :])
    if high is None:
        return None
    after = split_after(high.rest)
    high_unit = after.body or context.unit or found[1]
    low_unit = found[1] or high_unit
    upper = _unit_measure(high_unit, high, context)
    # 10万-20万元: the second unit tells what the first 万 is
    is_money = upper is not None and upper.dimension == "money"
    lower = _unit_measure(low_unit, low, replace(context, is_money=True) if is_money else context)
    if lower is None or upper is None or lower.unit != upper.unit or after.operator not in {None, "="}:
        return None
    value = _build(low.value, low_unit, lower, "between", context)
    value_high = convert(high.value, upper)
    if value is None or value.value is None or value.value > value_high:
        return None
    if upper.factor != lower.factor:
        value = _noted(value, f"{high_unit}→{upper.unit} ×{plain(upper.factor)}")
    return replace(value, value_high=value_high)


def _unit_measure(unit: str, number: Number, context: Context) -> Measure | None:
    """What the unit means; None where it cannot be one: 一般 and 一次性 are no numbers of an unknown unit."""
    if not unit:
        return None if number.is_chinese and number.value == 0 else Measure(None, ONE, "none")
    measure = resolve(unit, is_money=context.is_money)
    if measure.is_known:
        return measure
    return measure if not number.is_chinese and _UNKNOWN_UNIT.fullmatch(unit) else None


def _measured(text: str, operator: str | None, context: Context) -> Value | None:
    turned = _turned(text)
    if turned != text:
        inner = split_before(turned)
        if inner.operator and operator and inner.operator != operator:
            return None
        turned, operator = inner.body, inner.operator or operator
    number = read_number(turned)
    if number is None:
        return None
    rest, after = number.rest, None
    # a unit the table knows is never cut, whatever it ends in
    if rest and not is_known_unit(rest):
        compared = split_after(rest)
        rest, after = compared.body, compared.operator
        if rest[:1] in MORE and is_known_unit(rest[1:]):
            # 100余人: a hundred and some.
            rest, after = rest[1:], after or ">="
    if operator and after and after not in {operator, "="}:
        return None
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1]
    elif rest.startswith("%") and number.is_chinese and rest != "%":
        return None
    typed_unit = rest or context.unit
    measure = _unit_measure(typed_unit, number, context)
    if measure is None:
        return None
    if after == "=" and operator:
        after = None
    chosen = after or operator or context.operator or context.hint_operator or "="
    value = _build(number.value, typed_unit, measure, chosen, context)
    return None if value is None else _explained(value, rest, context)


def _turned(text: str) -> str:
    """``每季度不少于4次`` → ``不少于4次/季度``: what stands after 每 becomes what is counted per."""
    parts, rest = [], text
    if ONCE_A.match(rest):
        # 一年两次 for 每年两次; 一季度 may as well be the first one.
        rest = f"每{rest[1:]}"
    while rest.startswith("每"):
        size = next((size for size in (4, 3, 2, 1) if lookup(rest[1 : 1 + size]) is not None), None)
        if size is None:
            return text
        parts.append(rest[1 : 1 + size])
        rest = rest[1 + size :]
    # 每月25日 is a day of each month, not so many days a month
    return f"{rest}/{'·'.join(parts)}" if parts and rest and not A_DAY.match(rest) else text


_KINDS: Final = {
    "money": "money",
    "price": "unit_price",
    "ratio": "ratio",
    "frequency": "frequency",
    "time": "duration",
}


def _build(
    number: Decimal, typed_unit: str, measure: Measure, operator: str, context: Context
) -> Value | None:
    """The value, with the conversion it took; a bare number takes its kind from the indicator's name."""
    kind = _KINDS.get(measure.dimension, "quantity")
    typed = typed_unit or None
    if measure.dimension == "none" and measure.factor == ONE:
        return _bare(number, operator, context)
    conversion = None
    if measure.factor != ONE or (typed_unit.startswith("/") and measure.is_known):
        scale = "" if measure.factor == ONE else f"×{plain(measure.factor)}"
        conversion = f"{typed_unit}→{' '.join(part for part in (measure.unit, scale) if part)}"
    return Value(kind, operator, convert(number, measure), None, measure.unit, number, typed, conversion)


def _bare(number: Decimal, operator: str, context: Context) -> Value | None:
    plainly = Value("quantity", operator, number, typed_value=number)
    if context.is_rate and 0 <= number <= HUNDRED:
        if number == 0 or number > ONE:
            return replace(plainly, kind="ratio", unit="%", conversion="按指标名称补单位 %")
        if number < ONE and context.is_small_rate:
            # 0.5 of complaints may be 0.5% or 50%: nothing in the cell tells which.
            return None
        # 0.95 is 95%; a bare 1 is 100% where every other reading is absurd, and stays a number elsewhere
        if number < ONE or (operator in {"=", ">="} and not context.is_small_rate):
            percent = EXACT.multiply(number, HUNDRED)
            return replace(plainly, kind="ratio", value=percent, unit="%", conversion="小数→% ×100")
    return replace(plainly, kind="money") if context.is_money and not context.is_rate else plainly


def _explained(value: Value, own_unit: str, context: Context) -> Value:
    """Says where the unit came from if not from the cell, and which one was not used if there were two."""
    if not own_unit and context.unit and context.unit_source:
        return _noted(value, f"单位取自{context.unit_source}“{context.unit}”")
    if own_unit and context.unit and not context.unit_source:
        other = resolve(context.unit, is_money=context.is_money)
        if other.unit != value.unit:
            return _noted(value, f"单位栏“{context.unit}”未采用")
    return value


def _noted(value: Value, note: str) -> Value:
    return replace(value, conversion=f"{value.conversion}；{note}" if value.conversion else note)
