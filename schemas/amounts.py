"""The money and identity cells of a form: text as typed → exact 元, codes and names."""

import re
from collections.abc import Mapping
from decimal import Decimal, Inexact
from typing import Final

from schemas.notation import LONGEST, fold, read_number
from schemas.units import EXACT, resolve
from schemas.values import is_blank, plain
from schemas.vocabulary.folding import visible

_FEN: Final = Decimal("0.01")
MONEY_UNITS: Final[Mapping[str, Decimal]] = {
    unit: resolve(unit, is_money=True).factor for unit in ("万元", "元", "千元", "百万元", "亿元")
}
"""The units a form's amounts may stand in, each in 元; a form names one for all that name none of their own."""
LARGEST_YUAN: Final = Decimal(10) ** 11
"""千亿元, more than any county's whole budget. What is larger is a slip of the pen and returns its form; the audit
refuses to publish it, so it must not get that far. The sums of the views stay inside 64 bits below it."""


class AmountError(ValueError):
    """A text in a money cell that is not one amount; says what was written and what is expected."""


def parse_amount(text: str, money_unit: str) -> Decimal | None:
    """An amount in exact 元 with two places.

    Args:
        text: the cell as typed: ``138.02``, ``3,309,840.00``, ``１０``, ``10万元``, ``¥5``.
        money_unit: of the money block's heading, one of ``MONEY_UNITS``; for a cell without a unit of its own.

    Returns:
        None for a blank or a mark that stands for one (``/``, ``—``).

    Raises:
        AmountError: prose, two amounts in one cell (``854万854万``), or an amount finer than a 分.
    """
    if is_blank(text):
        return None
    folded = fold(text[: LONGEST + 1])
    number = None if len(text) > LONGEST else read_number(re.sub("^(?:人民币)?[¥￥]?", "", folded))
    if number is None or number.is_chinese:
        raise AmountError(f"“{text[:LONGEST]}”不是一个金额，请只填一个数字，单位{money_unit}")
    unit = number.rest[1:-1] if re.fullmatch(r"\([^()]+\)", number.rest) else number.rest
    measure = resolve(unit or money_unit, is_money=True)
    if measure.dimension != "money":
        raise AmountError(f"“{text}”里除金额外还有“{unit}”，请只填一个数字，单位{money_unit}")
    yuan = EXACT.multiply(number.value, measure.factor)
    try:
        booked = yuan.quantize(_FEN, context=EXACT)
    except Inexact:
        raise AmountError(f"“{text}”合 {plain(yuan)} 元，比分还小，不能入账，请写到分为止") from None
    if abs(booked) >= LARGEST_YUAN:
        raise AmountError(f"“{text}”超出可入账的范围，请核对")
    return booked


_CODE = r"[0-9]{2,9}"
_DEPARTMENTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<code>{_CODE})\s*[-_—–－:：、.]+\s*(?P<name>.*)",
        rf"[\[(（【〔]\s*(?P<code>{_CODE})\s*[\])）】〕]\s*(?P<name>.*)",
        rf"(?P<name>.+?)\s*[\[(（【〔]\s*(?P<code>{_CODE})\s*[\])）】〕]",
        rf"(?P<name>\D+?)\s*[-_—–－]+\s*(?P<code>{_CODE})",
        # without a separator only what cannot be the number of a 110 centre or a 12345 hotline
        r"(?P<code>0[0-9]{2}|[0-9]{6}|[0-9]{9})\s*(?P<name>[^0-9\s].*)",
        rf"(?P<code>{_CODE})(?P<name>)",
    )
)

_LONGEST_DEPARTMENT: Final = 200
"""Characters; the patterns go back over what they have read, and a longer text names nobody."""


def parse_department(text: str) -> tuple[str | None, str | None]:
    """Code and name of 主管部门及代码: ``058-平罗县宝丰镇人民政府``, ``[077]名``, ``058-``, a bare name.

    Returns:
        Either part is None where it is not written. The code keeps its leading zeros.
    """
    line = one_line(text)
    half = line.translate(_HALF_WIDTH_DIGITS)
    for pattern in _DEPARTMENTS if len(half) <= _LONGEST_DEPARTMENT else ():
        found = pattern.fullmatch(half)
        if found is not None:
            return found["code"], found["name"].strip() or None
    return None, line or None


_HALF_WIDTH_DIGITS: Final = {ord("０") + digit: ord("0") + digit for digit in range(10)}

_CODE_OF_PROJECT = "(?P<code>[0-9]{8}[A-Za-z0-9][0-9]{12})"
_PROJECT = re.compile(rf"{_CODE_OF_PROJECT}(?![0-9])\s*[-_—–－:：]*\s*(?P<name>.*)")
_CODE_BEHIND = re.compile(rf"[-_—–－(（\[【]\s*+{_CODE_OF_PROJECT}[)）\]】]?$")
"""Project code of the integrated budget system (预算管理一体化): 6 digits of division, 2 of year, a type
letter or digit, 12 digits; seen as ``51000021R000000019951-工资性支出``, and behind the name in brackets."""


def parse_project_name(text: str) -> tuple[str | None, str | None]:
    """Code of 21 characters, where the cell has one, and name of 项目名称; None for what is not written."""
    line = one_line(text)
    found = _PROJECT.fullmatch(line)
    if found is not None:
        return found["code"].upper(), found["name"] or None
    behind = _CODE_BEHIND.search(line)
    if behind is not None:
        return behind["code"].upper(), line[: behind.start()].rstrip("-_—–－ ") or None
    return None, line or None


_HAN = "\u3400-\u9fff"
_BREAK_IN_NAME = re.compile(rf"(?<=[{_HAN}“”（）])\s+(?=[{_HAN}“”（）])")


def one_line(text: str) -> str:
    """A name on one line: blanks and breaks between Chinese characters go, other blanks become one space."""
    return re.sub(r"\s+", " ", _BREAK_IN_NAME.sub("", visible(text))).strip()
