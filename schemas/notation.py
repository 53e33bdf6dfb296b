"""How numbers are written in a cell: full-width text, digits, Chinese numerals, words of comparison.

Takes text as typed, gives its parts. Every pattern is anchored and run on at most ``LONGEST`` characters, so
that no text can make reading slow.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from schemas.units import is_known_unit, vocabulary

LONGEST: Final = 80
"""Characters of a text that is still read as a value; the longest notation seen has 24."""

_MOST_WHOLE_DIGITS: Final = 16
"""Digits before the point of a readable number: the warehouse keeps NUMERIC(18,2)."""
_MOST_DECIMALS: Final = 20
"""Digits after it: what a spreadsheet writes of a binary fraction has up to 17."""

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("−–—―﹣－", "-"),
        **dict.fromkeys("～〜∼﹏", "~"),
        **dict.fromkeys("≧⩾", "≥"),
        **dict.fromkeys("≦⩽", "≤"),
        **dict.fromkeys("﹪٪", "%"),
        **dict.fromkeys("•∙⋅‧", "·"),
        # invisible and without meaning; marks that reorder text stay, so that such a text is not read
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"),
    }
)
_TYPED_SIGNS: Final = {"》=": ">=", "〉=": ">=", "《=": "<=", "〈=": "<="}
"""What the keys of > and < give where Chinese is typed; before a number alone they may be what is left of a title."""
_SUPERSCRIPT = re.compile(r"(?<![mMｍＭ米])([²³])|[¹⁰⁴-⁹₀-₉]")
_ENUMERATOR = re.compile(r"[①-⓿❶-➓㈠-㈩⒈-⒛]")
_BLANK = re.compile(r"(?P<inside>(?<=[0-9.,])\s+(?=[0-9.,]))|\s+")


def fold(raw: str) -> str:
    """Text as typed → the form every notation is read in.

    Full-width signs become half-width (NFKC), look-alike signs one sign, blanks vanish. A blank between two
    digits becomes one space and stays: ``88 100`` is two numbers, never 88100. Superscripts other than m² and
    m³ become ``^``, list marks such as ① a semicolon, so that neither is taken for a digit of its neighbour. 》= at the
    head is >=.
    """
    if raw.isascii() and raw.isalnum():
        return raw
    text = _SUPERSCRIPT.sub("^", _ENUMERATOR.sub(";", raw.translate(_SIGNS)))
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
    text = _BLANK.sub(lambda blank: " " if blank["inside"] else "", text)
    return _TYPED_SIGNS.get(text[:2], text[:2]) + text[2:]


_NUMBER = re.compile(
    r"([+-]?)((?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|0|[1-9][0-9]*)(?:\.[0-9]+)?)(?![0-9,]|\.[0-9])"
)
_CHINESE = re.compile(
    r"百分(?:之百|百)(?![零一二三四五六七八九])|百分之(?=[零〇一二两三四五六七八九十百0-9])"
    r"|[零〇一二两三四五六七八九十百千半]+(?:万[零一二两三四五六七八九十百千]+)?"
    r"(?:点(?P<decimals>[零一二三四五六七八九]{1,4})(?![十百千零一二三四五六七八九]))?"
)
_FINANCIAL = re.compile("[零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]+(?:[万萬][零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]+)?")
_COMMON: Final = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬", "一二二三三四五六六七八九十百千万")
"""The numerals that cannot be altered on a cheque, and the everyday ones."""
_CHINESE_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_CHINESE_SCALES: Final = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Number:
    """A number at the head of a text and what follows it."""

    value: Decimal
    rest: str
    is_chinese: bool = False


def read_number(text: str) -> Number | None:
    """The number a folded text begins with; None where it begins with none that can be read exactly.

    A leading zero (``0952…``), a thousands separator out of place and digits beyond counting are not numbers.
    """
    found = _NUMBER.match(text)
    if found is None:
        return _read_chinese(text)
    digits = found[2].replace(",", "")
    whole, _, fraction = digits.partition(".")
    if len(whole) > _MOST_WHOLE_DIGITS or len(fraction) > _MOST_DECIMALS:
        return None
    return Number(Decimal(found[1] + digits), text[found.end() :])


def _read_chinese(text: str) -> Number | None:
    financial = _FINANCIAL.match(text)
    if financial is not None:
        text = financial[0].translate(_COMMON) + text[financial.end() :].replace("萬", "万")
    found = _CHINESE.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    if found[0].startswith("百分"):
        if found[0] != "百分之":
            return Number(Decimal(100), f"%{rest}", is_chinese=True)
        percent = read_number(rest)
        return (
            None
            if percent is None
            else Number(percent.value, f"%{percent.rest}", is_chinese=percent.is_chinese)
        )
    if found[0] == "半":
        return Number(Decimal("0.5"), rest, is_chinese=True)
    numerals = found[0].partition("点")[0]
    value = _counted(numerals)
    if value is None and numerals[-1] == "千" and found["decimals"] is None:
        # 十千克: the scale belongs to the unit
        value, rest = _counted(numerals[:-1]), f"千{rest}"
    if value is None:
        return None
    decimals = "".join(str(_CHINESE_DIGITS[sign]) for sign in found["decimals"] or "")
    return Number(Decimal(f"{value}.{decimals}" if decimals else value), rest, is_chinese=True)


def _counted(numerals: str) -> int | None:
    value = 0
    for place, part in enumerate(numerals.split("万")):
        below = _below_ten_thousand(part)
        # 三万五 is 35,000 to who says it and 30,005 to who counts
        if below is None or (place and len(part) == 1):
            return None
        value = value * 10_000 + below
    return value


def _below_ten_thousand(text: str) -> int | None:
    if re.search("[百千][一二两三四五六七八九]$|^零.千", text):
        # 一百二 is 120 to who says it and 102 to who counts; 零五千克 is 5 千克, as nothing is left out before 五千
        return None
    total, digit, last_scale = 0, None, 10_000
    for sign in text:
        if sign in _CHINESE_SCALES:
            scale = _CHINESE_SCALES[sign]
            if scale >= last_scale or (digit is None and not (sign == "十" and total == 0)):
                return None
            total, digit, last_scale = total + (1 if digit is None else digit) * scale, None, scale
        elif sign == "半" or (digit not in {None, 0}):
            return None
        else:
            digit = _CHINESE_DIGITS[sign]
    return total + (digit or 0)


@dataclass(frozen=True, slots=True)
class Compared:
    """A text freed of its words of comparison."""

    body: str
    operator: str | None
    """None where the text has none."""
    misread: str | None = None
    """What an OCR sign was read as (``二→=``)."""


def split_before(text: str) -> Compared:
    """The comparison and the fillers before a value: ``不低于95%`` → ``>=``, ``95%``."""
    table = vocabulary()
    for word, meant in table.misread:
        rest = text.removeprefix(word)
        # 二95% is =95% to a machine that reads pictures, but 二0二三年 is a year.
        if rest != text and "0" <= rest[:1] <= "9" and rest[1:2] not in _CHINESE_DIGITS:
            return Compared(rest, meant, f"{word}→{meant}")
    operator: str | None = None
    for _ in range(3):
        rest, sign = _strip_word(text, table.before, str.removeprefix)
        if sign is None:
            rest, _filler = _strip_word(text, ((word, "") for word in table.fillers_before), str.removeprefix)
        elif operator not in {None, sign}:
            break
        if rest == text or not rest:
            break
        text, operator = rest, sign or operator
    return Compared(text, operator)


def split_after(text: str) -> Compared:
    """The comparison and fillers after a value: ``95%以上`` → ``>=``, ``95%``; asides in brackets go too."""
    table = vocabulary()
    aside = re.fullmatch(r"([^()]+)\([^()0-9]*\)", text)
    # 95(%) holds its unit in the brackets; 18万元(含税) holds an aside there
    if aside is not None and not is_known_unit(text[len(aside[1]) + 1 : -1]):
        text = aside[1]
    text, _ = _strip_word(text, ((word, "") for word in table.fillers_after), str.removesuffix)
    body, operator = _strip_word(text, table.after, str.removesuffix)
    return Compared(body, operator)


def _strip_word(
    text: str, words: Iterable[tuple[str, str]], strip: Callable[[str, str], str]
) -> tuple[str, str | None]:
    for word, sign in words:
        rest = strip(text, word)
        if rest != text:
            return rest, sign
    return text, None


def read_operator(text: str) -> str | None:
    """The operator of a cell that holds nothing else (指标性质: ``≥``); None for 定性 or a blank."""
    folded = fold(text[:LONGEST])
    for word, sign in vocabulary().before:
        if word == folded:
            return sign
    return None


_NO_TARGET = re.compile(
    r"《[^《》]*》|[〔\[(【][0-9]{4}[〕\])】][0-9]*(?:-[0-9]+)?号?|[0-9]{4}年度?(?![0-9])|(?<![0-9])[0-9]+A+级?"
    r"|[0-9]G(?![A-Za-z0-9])|附(?:件|表)[0-9]{1,2}(?![0-9])|(?:每(?:月|年|季度?|周)|[次当]月)(?:[0-9]{1,2}[日号]?[-~至到])?[0-9]{1,2}[日号]|每年[0-9]{1,2}月?(?:[、,和及~至到-][0-9]{1,2}月)*"
    r"|(?:12345|12315|12328|12393|110|119|120|122)(?=热线|平台|中心|电话|工单)"
    r"|(?:第|(?<![0-9.,]))[0-9]+[号类级条款章](?![0-9])|第[0-9]+项|7[*×x]24(?:小时|h)?|(?<![0-9.])[1-9]\.(?=[^0-9百千万亿元])",
    re.IGNORECASE,
)
"""Digits of a text that are no target: cited documents, years, grades, networks, hotlines, pay days, numbering."""
_IN_WORDS = re.compile(
    r"(?:[约近超上达]|不?(?:少|低|多|高|大|小)于|不?超过|至少|最多|每[^0-9]{1,2})?"
    r"(?:[数几][十百千万亿]|[十百千万亿][几余多]|(?<=[近上超达])[十百千万亿]|[零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾半][零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟半]*[几余多]?)"
    r"(?P<unit>[^0-9]{1,4}?)(?:半|一次)?(?:以上|以下|以内|左右|之内|及以上)?"
)
_NUMERALS = re.compile("[零〇一二两三四五六七八九十百千万]{3,}")
_SHARE_IN_WORDS = re.compile("[一二两三四五六七八九十百千万]分之|[一二三四五六七八九]成|半数|过半")
"""``十几人``, ``三分之二以上``: a number spelled out, where nothing else is said."""


def holds_number(text: str) -> bool:
    """Whether a text that is no value still holds a number a reader may be after (rule U07).

    Digits of cited documents, years, grades, networks (5G), hotlines and pay days are names, not targets. A number
    spelled out counts where it is the whole text with a unit behind it, so that 一次性 and 一流 do not.
    """
    found = fold(text) if len(text) <= LONGEST else unicodedata.normalize("NFKC", text)
    if any(sign.isdigit() for sign in _NO_TARGET.sub(";", found)):
        return True
    if len(text) > LONGEST:
        return False
    spelled = _IN_WORDS.fullmatch(found)
    # 两三次: two numbers side by side; 一级 is a grade
    unit = spelled["unit"].removeprefix("个半") if spelled else ""
    return (bool(unit) and unit not in _GRADES and is_known_unit(unit)) or (
        _SHARE_IN_WORDS.search(found) is not None or _NUMERALS.fullmatch(found) is not None
    )


_GRADES: Final = frozenset({"级", "度", "点", "分", "方", "道", "面", "期", "届", "字", "家"})
"""Units that make a phrase of a numeral more often than a count (一级, 百分, 四方, 一面, 万家)."""
