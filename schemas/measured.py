"""A number with its unit: folded text of a cell → ``Value``, exact and in the canonical unit, with the conversion it took.

Ranges, shares, changes and amounts of several parts (3万5千元) among them. None wherever a text is not wholly understood.
"""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from schemas.context import Context
from schemas.habits import (
    A_DAY,
    CHANGED,
    DOWNWARDS,
    ONCE_A,
    STATES_A_CHANGE,
    STATES_A_FALL,
    and_some,
    share,
    thing_counted,
)
from schemas.notation import Number, read_number, split_after, split_before
from schemas.target import Value, plain
from schemas.units import EXACT, ONE, Measure, convert, is_known_unit, lookup, resolve, vocabulary

HUNDRED: Final = Decimal(100)

_UNKNOWN_UNIT = re.compile(
    r"(?!.*[Xx]{2}|[年月日号前以]|.*[一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾佰仟半])[^\W\d_]{1,6}(?:[/·*][^\W\d_]{1,4}){0,2}"
)
_NEGATIVE_RANGE = re.compile(r"([^0-9~至到-]{0,6})(?:-|~|至|到)(?=[+-]?[0-9零〇一二两三四五六七八九十])")
_RANGE = re.compile(r"([^0-9~至到-]{0,6})(?:-{1,2}|~|至|到)(?=[+-]?[0-9零〇一二两三四五六七八九十])")


def read_range(text: str, context: Context) -> Value | None:
    """45%-60%, 10万-20万元."""
    text = _turned(text)
    low = read_number(text)
    # -5%--3%: between two that are negative, the second stroke is a minus
    span = _NEGATIVE_RANGE if low is not None and low.value < 0 else _RANGE
    found = None if low is None else span.match(low.rest)
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
    if upper is not None and upper.dimension == "price" and "/" not in low_unit:
        # 500元-800元/人
        low_unit = f"{low_unit}/{high_unit.partition('/')[2]}"
    lower = _unit_measure(low_unit, low, replace(context, is_money=True) if is_money else context)
    if lower is None or upper is None or lower.unit != upper.unit or after.operator not in {None, "="}:
        return None
    value = _build(low.value, low_unit, lower, "between", context)
    value_high = convert(high.value, upper)
    if value is None or value.value is None or value.value > value_high:
        return None
    if upper.factor != lower.factor:
        value = noted(value, f"{high_unit}→{upper.unit} ×{plain(upper.factor)}")
    return replace(value, value_high=value_high)


def _unit_measure(unit: str, number: Number, context: Context) -> Measure | None:
    """What the unit means; None where it cannot be one: 一般 and 一次性 are no numbers of an unknown unit."""
    if not unit:
        return None if number.is_chinese and number.value == 0 else Measure(None, ONE, "none")
    measure = resolve(unit, is_money=context.is_money)
    if measure.is_known:
        return measure
    return measure if not number.is_chinese and _UNKNOWN_UNIT.fullmatch(unit) else None


def read_measured(text: str, operator: str | None, context: Context) -> Value | None:
    """A number, what compares it, and its unit: 95%以上, 每季度不少于4次."""
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
        more = and_some(rest)
        if more is not None and (not more or is_known_unit(more)):
            rest, after = more, after or ">="
    counted = None if not rest or is_known_unit(rest) else _named(number, rest)
    rest = counted[0] if counted else rest
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
    if value is not None and counted:
        value = noted(value, f"略去“{counted[1]}”")
    return None if value is None else _explained(value, rest, context)


def _named(number: Number, rest: str) -> tuple[str, str] | None:
    """A noun behind the unit, or behind a nought, which counts nothing in any unit (0事故)."""
    if number.value == 0 and not number.is_chinese and re.fullmatch(r"[\u4e00-\u9fff]{2,6}", rest):
        return "", rest
    return thing_counted(rest)


_AFTER_ALL: Final = re.compile("(?:及以上|以上|及以下|以下|以内|之内|左右)$")


def _turned(text: str) -> str:
    """``每季度不少于4次`` → ``不少于4次/季度``: what stands after 每 becomes what is counted per."""
    parts, rest = [], text
    if ONCE_A.match(rest):
        # 一年两次 for 每年两次; 一季度 may as well be the first one, and 3月 March
        rest = f"每{rest}"
    while rest.startswith("每"):
        many = None if lookup(rest[1:3]) or lookup(rest[1:4]) else read_number(rest[1:])
        rest = rest[1:] if many is None else many.rest
        size = next((size for size in (4, 3, 2, 1) if lookup(rest[:size]) is not None), None)
        if size is None:
            return text
        parts.append(("" if many is None or many.value == 1 else plain(many.value)) + rest[:size])
        rest = rest[size:]
    # 每月25日 is a day of each month, not so many days a month
    if not parts or not rest or A_DAY.match(rest):
        return text
    after = _AFTER_ALL.search(rest)
    body = rest[: after.start()] if after else rest
    return f"{body}/{'·'.join(parts)}{after[0] if after else ''}"


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
        return noted(value, f"单位取自{context.unit_source}“{context.unit}”")
    if own_unit and context.unit and not context.unit_source:
        other = resolve(context.unit, is_money=context.is_money)
        if other.unit != value.unit:
            return noted(value, f"单位栏“{context.unit}”未采用")
    return value


def noted(value: Value, note: str) -> Value:
    """The value with one more note on how it was read."""
    return replace(value, conversion=f"{value.conversion}；{note}" if value.conversion else note)


def read_share(text: str, operator: str | None, context: Context) -> Value | None:
    """三分之二, 3/4 of a rate, 九成五: a share, where it comes out even in percent."""
    compared = split_after(text)
    percent = share(compared.body, is_rate=context.is_rate)
    if percent is None or (operator and compared.operator not in {None, "=", operator}):
        return None
    chosen = (
        compared.operator
        if compared.operator not in {None, "="}
        else operator or context.operator or context.hint_operator or "="
    )
    return Value(
        "ratio", chosen, percent, None, "%", typed_unit="%", conversion=f"{compared.body}→{plain(percent)}%"
    )


def read_change(text: str, name: str, context: Context) -> Value | None:
    """较上年增长5%, 提高5个百分点: a change; None where a rate could be changed by percent or by points."""
    found = CHANGED.match(text)
    value = read_measured(text[found.end() :], None, replace(context, is_small_rate=False)) if found else None
    if found is None or value is None or value.value is None or value.unit not in {"%", "百分点", "倍"}:
        return None
    states_change = STATES_A_CHANGE.search(name) is not None
    if value.unit == "%" and context.is_rate and not states_change:
        return None
    if found["way"] in DOWNWARDS and not (states_change and STATES_A_FALL.search(name)):
        opposite = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}.get(value.operator or "", value.operator)
        value = replace(value, operator=opposite, value=-value.value)
        return noted(value, f"“{found[0]}”读作负的变动幅度")
    return noted(value, f"“{found[0]}”读作变动幅度")


_STEP = re.compile(
    r"(?P<unit>[^0-9零一二两三四五六七八九十百千半+.,-]{1,3})(?=[0-9零一二两三四五六七八九十壹贰叁肆伍陆柒捌玖])"
)


def _amounts_in(text: str) -> list[tuple[Number, str]]:
    """Each number with the unit behind it, up to four."""
    parts: list[tuple[Number, str]] = []
    while (number := read_number(text)) is not None and number.value >= 0 and len(parts) < 4:
        step = _STEP.match(number.rest)
        if step is None:
            parts.append((number, number.rest))
            break
        parts.append((number, step["unit"]))
        text = number.rest[step.end() :]
    return parts


def read_compound(text: str, operator: str | None, context: Context) -> Value | None:
    """3公里500米, 1年6个月, 3万5千元: parts of one amount, each less than one unit of the part before it."""
    compared = split_after(text)
    parts = _amounts_in(compared.body)
    if (
        not 2 <= len(parts) <= 3
        or parts[-1][1] == ""
        or (operator and compared.operator not in {None, operator})
    ):
        return None
    words = tuple(word for word, _ in vocabulary().multipliers)
    last = parts[-1][1]
    if parts[-2][1] in words and parts[-1][0].value < 10 and not last.startswith(words):
        # 3万5元: 35,000 or 30,005?
        return None
    base = next((last.removeprefix(word) for word in words if last.startswith(word)), last)
    # 3万5千元: a bare 万 is of what the last part counts
    units = [f"{unit}{base}" if unit in words else unit for _, unit in parts]
    measures = [resolve(unit, is_money=context.is_money) for unit in units]
    if measures[0].dimension == "time" and not all(unit.startswith(("个", "天")) for unit in units[1:]):
        # 23年6月 is a date
        return None
    unit = measures[0].unit
    # without a unit: 3万5千 has it in another cell
    if unit is None or not all(each.is_known and each.unit == unit for each in measures):
        return None
    amounts = [convert(number.value, each) for (number, _), each in zip(parts, measures, strict=True)]
    if any(amount >= larger.factor for amount, larger in zip(amounts[1:], measures, strict=False)):
        return None
    chosen = compared.operator or operator or context.operator or context.hint_operator or "="
    whole = sum(amounts, Decimal(0))
    value = _build(whole, unit, resolve(unit, is_money=context.is_money), chosen, context)
    return None if value is None else noted(value, f"{compared.body}→{plain(whole)}{unit}")
