"""Habits of writing a value that are no notation of their own: folded text in, text or number in plain notation out.

Each was seen in submitted forms or lies one step from one that was; each pattern is anchored and linear.
"""

import re
from collections.abc import Callable
from decimal import Decimal, Inexact
from typing import Final

from schemas.notation import read_number
from schemas.units import EXACT, lookup, vocabulary

MORE: Final = ("余", "多", "来", "+")
"""Behind a number or its unit: and some (100余人, 3公里多, 100+)."""
_SOME_TEN_THOUSAND: Final = re.compile("(?P<scale>[百千]?万|亿|千|百)[余多](?P<unit>.*)")
_CHANGES: Final = "提高|提升|增加|增长|上升|增幅|降低|减少|下降|压降|压减|降幅|节约|节省"
NAMED: Final = re.compile(
    rf"(?!.{{0,12}}?(?:{_CHANGES})(?![至到率幅比]))(?:(?![每均各])[\u4e00-\u9fff]){{0,12}}?(?:率|比例|满意度|程度|数量|人数|次数|个数|户数|金额|资金|经费|成本"
    r"|投入|投资|预算|支出|费用|补助|补贴|标准|面积|全长|总长|长度|长|里程)(?:为|达到|达|至|:)?(?=[≥≤<>=0-9不]|[大小高低]于|超过|至少)"
)
"""The name of what is measured, written before its value (完成率100%); not of what changes by so much (降低成本5%)."""
CHANGED: Final = re.compile(
    r"(?:(?:较|比|与|同)?(?:上年度?|去年|上一年|前一年|往年|(?:19|20)[0-9]{2}年)?(?:同期)?(?:相比|同比)?|年均|每年)"
    r"(?P<way>提高|提升|增长|增加|上升|下降|降低|减少|压降|压减)(?:了|约|率|幅度)?(?=[^至到])"
)
"""``较上年增长5%``: by how much something is to change."""
DOWNWARDS: Final = frozenset({"下降", "降低", "减少", "压降", "压减"})
STATES_A_CHANGE: Final = re.compile(
    r"(?:增长|增幅|提高|提升|增加|上升|下降|降幅|降低|减少|压降|压减)(?:率|幅度?|比例)?$"
)
"""How the name of a rate of change ends."""
STATES_A_FALL: Final = re.compile("下降|降幅|降低|减少|压降|压减")
ONCE_A: Final = re.compile(
    r"(?:一个?[年月周天日]|半年)(?=[零一二两三四五六七八九十0-9不至≥≤])"
    # 2天100人次 is a course of two days, 2天1次 an interval
    r"|(?:半个?月|[两二三四六八十]个?[月周天日年]|[0-9]{1,2}(?:个月|[天年周]))(?=(?:不少于|至少|≥)?[1一][次回场期趟轮批]$)"
)
A_DAY: Final = re.compile(r"(?:[0-9]{1,2}(?:-|~|至|到))?[0-9]{1,2}(?:[日号]|月(?!/))")
"""每月25日, 每年6月: when, not how much."""

_INCLUSIVE = re.compile(r"\((?:含|及)[^()]{0,12}\)")
_PUNCTUATION = re.compile(r"^[:,、]+|[。;,、]+$|(?<=[^0-9.])\.+$")
_BRACKETED = re.compile(r"\((?P<all>[^()]*)\)")
_EACH = re.compile(r"^(?P<what>[月季周日人户村亩次车校班])均(?=[0-9不≥≤<>=约])")
_PER_BRACKETED = re.compile(r"/\((?P<per>[^()]+)\)$")
_EACH_PAID = re.compile(
    r"^(?P<each>每[\u4e00-\u9fff]{1,2}(?:每[年月天次])?)(?:补助|补贴|奖励|奖补|救助|发放|支付|给予)(?=[0-9不≥≤])"
)
_EACH_AND_EACH = re.compile("^每(?P<one>[人户村组校])/(?P<other>[年月日])(?=[0-9])")
_BETWEEN_UNIT_AND_PER = re.compile(
    r"^(?P<number>[^/]{1,20}?)(?P<more>以上|以下|以内|左右)(?P<per>/[^/]{1,8})$"
)
_BOTH_BOUNDS = re.compile(
    r"^(?:≥|>=|>|不低于|不少于|大于等于?)(?P<low>[0-9.,]+)(?P<unit>[^0-9且,、;并至≤<]{0,6})(?:且|,|、|;|并且?|至)?"
    r"(?:≤|<=|<|不高于|不超过|小于等于?)(?P<high>[0-9.,]+)(?P=unit)$"
)
_MONEY_SIGN = re.compile(r"^[¥￥](?=[0-9])(?P<amount>[0-9.,]+)(?P<unit>.*)$")
_OWN_YEAR = re.compile(r"^(?:本年度?|当年|今年)(?=[0-9]{1,2}月)")


def _in_yuan(unit: str) -> str:
    """The unit behind an amount with a money sign: 万 is 万元, 万/人 is 万元/人."""
    counted, slash, per = unit.partition("/")
    return f"{counted}元{slash}{per}" if counted in ("", "千", "万", "亿") else unit


def tidied(folded: str) -> str:
    """The same value without what adds nothing to it, or with its parts in the usual order.

    ``≥95%(含95%)`` loses its aside, ``2次以上/年`` becomes ``2次/年以上``, ``≥90%且≤95%`` becomes ``90%至95%``,
    ``¥500`` becomes ``500元``, ``本年12月底`` becomes ``12月底``, ``人均500元`` becomes ``每人500元``.
    """
    text = _PUNCTUATION.sub("", _INCLUSIVE.sub("", folded))
    whole = _BRACKETED.fullmatch(text)
    text = _PER_BRACKETED.sub(r"/\g<per>", (whole["all"] if whole else text) or folded)
    if text == "零":
        return "0"
    text = _EACH_PAID.sub(r"\g<each>", text)
    text = _EACH_AND_EACH.sub(r"每\g<one>每\g<other>", _EACH.sub(r"每\g<what>", text))
    for pattern, order in _ORDERS:
        found = pattern.match(text)
        if found:
            return order(found)
    return _OWN_YEAR.sub("", text)


_ORDERS: tuple[tuple["re.Pattern[str]", Callable[["re.Match[str]"], str]], ...] = (
    (_BETWEEN_UNIT_AND_PER, lambda found: f"{found['number']}{found['per']}{found['more']}"),
    (_BOTH_BOUNDS, lambda found: f"{found['low']}{found['unit']}至{found['high']}{found['unit']}"),
    (_MONEY_SIGN, lambda found: found["amount"] + _in_yuan(found["unit"])),
)

_WHOLES: Final = {"千": Decimal(1000), "万": Decimal(10_000)}
_PARTS = re.compile(r"(?P<whole>[^分之]{1,6})分之(?P<part>[^分之%]{1,6})")
_SLASH = re.compile(r"(?P<part>[0-9]{1,6})/(?P<whole>[0-9]{1,6})")
_TENTHS = re.compile(r"(?P<tenths>[一二三四五六七八九1-9])成(?P<half>[一二三四五六七八九1-9半])")
_HALF: Final = frozenset({"一半", "半数"})


def share(text: str, *, is_rate: bool) -> Decimal | None:
    """A share in percent: ``四分之三`` and, where a rate is asked for, ``3/4`` → 75, ``九成五`` → 95.

    Returns:
        None where the text is no share, or one that does not come out even (``三分之二``): no number is rounded here.
    """
    if is_rate and text in _HALF:
        return Decimal(50)
    tenths = _TENTHS.fullmatch(text)
    if tenths:
        first, half = read_number(tenths["tenths"]), tenths["half"]
        second = Decimal(5) if half == "半" else _value(half)
        return None if first is None or second is None else first.value * 10 + second
    found = _PARTS.fullmatch(text) or (_SLASH.fullmatch(text) if is_rate else None)
    if found is None:
        return None
    part, whole = _value(found["part"]), _WHOLES.get(found["whole"]) or _value(found["whole"])
    if part is None or not whole:
        return None
    try:
        return EXACT.divide(part * 100, whole)
    except Inexact:
        return None


def and_some(rest: str) -> str | None:
    """What follows a number without its “and some”: 余人 → 人, 万余元 → 万元, 公里多 → 公里; None where it has none."""
    scaled = _SOME_TEN_THOUSAND.fullmatch(rest)
    if scaled is not None:
        return f"{scaled['scale']}{scaled['unit']}"
    if rest[:1] in MORE:
        return rest[1:]
    return rest[:-1] if rest[-1:] in MORE else None


_NOUN = re.compile(r"(?![半多余来几第每百千万亿以及至到])[\u4e00-\u9fff]{1,10}")
_NOT_COUNTED: Final = frozenset(
    {"time", "money", "ratio", "points", "visits", "events", "floor", "land", "length", "mass"}
)


def thing_counted(rest: str) -> tuple[str, str] | None:
    """``名村干部`` → ``名``, ``村干部``: a unit and the noun behind it; None where the noun could change the unit."""
    unit, noun = rest[:1], rest[1:]
    if unit not in vocabulary().classifiers or _NOUN.fullmatch(noun) is None:
        return None
    ends = (lookup(noun[start:]) for start in range(len(noun)))
    if any(end is not None and end[0].dimension in _NOT_COUNTED for end in ends):
        return None
    return unit, noun


def _value(text: str) -> Decimal | None:
    number = read_number(text)
    return number.value if number is not None and not number.rest else None
