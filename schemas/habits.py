"""Habits of writing a value that are no notation of their own: folded text in, text or number in plain notation out.

Each was seen in submitted forms or lies one step from one that was; each pattern is anchored and linear.
"""

import re
from collections.abc import Callable
from decimal import Decimal, Inexact
from typing import Final

from schemas.notation import read_number
from schemas.units import EXACT

MORE: Final = ("余", "多", "来")
"""Behind a number: and some (100余人)."""
NAMED: Final = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:率|比例|满意度|程度|数量|人数|次数|个数|户数|金额|资金|经费|成本|面积|长度|里程)(?:为|达到|达|:)?(?=[≥≤<>=0-9不])"
)
"""The name of what is measured, written before its value (完成率100%)."""
ONCE_A: Final = re.compile(r"一[年月周天](?=[零一二两三四五六七八九十0-9不至≥≤])")
A_DAY: Final = re.compile(r"[0-9]{1,2}[日号]")

_INCLUSIVE = re.compile(r"\(含[^()]{0,12}\)")
_BETWEEN_UNIT_AND_PER = re.compile(
    r"^(?P<number>[^/]{1,20}?)(?P<more>以上|以下|以内|左右)(?P<per>/[^/]{1,8})$"
)
_BOTH_BOUNDS = re.compile(
    r"^(?:≥|>=|>|不低于|不少于|大于等于?)(?P<low>[0-9.,]+)(?P<unit>[^0-9且,、;并至≤<]{0,6})(?:且|,|、|;|并且?|至)?"
    r"(?:≤|<=|<|不高于|不超过|小于等于?)(?P<high>[0-9.,]+)(?P=unit)$"
)
_MONEY_SIGN = re.compile(r"^[¥￥](?=[0-9])(?P<amount>[0-9.,]+)(?P<unit>.*)$")
_OWN_YEAR = re.compile(r"^(?:本年度?|当年|今年)(?=[0-9]{1,2}月)")


def tidied(folded: str) -> str:
    """The same value without what adds nothing to it, or with its parts in the usual order.

    ``≥95%(含95%)`` loses its aside, ``2次以上/年`` becomes ``2次/年以上``, ``≥90%且≤95%`` becomes ``90%至95%``,
    ``¥500`` becomes ``500元``, ``本年12月底`` becomes ``12月底``.
    """
    text = _INCLUSIVE.sub("", folded)
    for pattern, order in _ORDERS:
        found = pattern.match(text)
        if found:
            return order(found)
    return _OWN_YEAR.sub("", text)


_ORDERS: tuple[tuple["re.Pattern[str]", Callable[["re.Match[str]"], str]], ...] = (
    (_BETWEEN_UNIT_AND_PER, lambda found: f"{found['number']}{found['per']}{found['more']}"),
    (_BOTH_BOUNDS, lambda found: f"{found['low']}{found['unit']}至{found['high']}{found['unit']}"),
    (_MONEY_SIGN, lambda found: found["amount"] + (found["unit"] or "元")),
)

_PARTS = re.compile(r"(?P<whole>[^分之]{1,6})分之(?P<part>[^分之%]{1,6})")
_SLASH = re.compile(r"(?P<part>[0-9]{1,6})/(?P<whole>[0-9]{1,6})")
_TENTHS = re.compile(r"(?P<tenths>[一二三四五六七八九1-9])成(?P<half>[一二三四五六七八九半])")


def share(text: str, *, is_rate: bool) -> Decimal | None:
    """A share in percent: ``四分之三`` and, where a rate is asked for, ``3/4`` → 75, ``九成五`` → 95.

    Returns:
        None where the text is no share, or one that does not come out even (``三分之二``): no number is rounded here.
    """
    tenths = _TENTHS.fullmatch(text)
    if tenths:
        first, half = read_number(tenths["tenths"]), tenths["half"]
        second = Decimal(5) if half == "半" else _value(half)
        return None if first is None or second is None else first.value * 10 + second
    found = _PARTS.fullmatch(text) or (_SLASH.fullmatch(text) if is_rate else None)
    if found is None:
        return None
    part, whole = _value(found["part"]), _value(found["whole"])
    if part is None or not whole:
        return None
    try:
        return EXACT.divide(part * 100, whole)
    except Inexact:
        return None


def _value(text: str) -> Decimal | None:
    number = read_number(text)
    return number.value if number is not None and not number.rest else None
