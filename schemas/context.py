"""What a row says beside its value: the indicator's name, its level, its unit and operator columns.

Takes those texts as typed, gives a ``Context`` that decides what the value alone leaves open: whether 万
means money, whether a bare 85 is a rate, whether 12月 is December or twelve months.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from schemas.notation import LONGEST, fold, read_operator
from schemas.units import is_known_unit, vocabulary

_TIME_NAME = re.compile("时间|时限|日期|期限|截止|完成时|时点")
_SPAN_NAME = re.compile("期限|工期|周期|年限|时长|全年|寿命|月数|月份数|使用年|服务期")
_SIGNED_UNIT = re.compile(r"(?P<sign>[≥≤<>=]{1,2})(?P<unit>[^()0-9≥≤<>=]{1,8})")
"""≥% in the column of units: the sign that compares, and the unit."""
_BRACKETED_UNIT = re.compile(r"\(([^()]{1,8})\)")
"""(万元) in the column of units."""
_NAME_HINT = re.compile(r"\((?P<sign>[≥≤<>=]{0,2})\*{0,4}(?P<unit>[^()0-9*≥≤<>=]{1,8})\)[^()]{0,4}$")


@dataclass(frozen=True, slots=True)
class Context:
    """What the row says beside the value itself."""

    fiscal_year: int | None
    is_money: bool
    is_rate: bool
    is_small_rate: bool
    is_time: bool
    is_span: bool
    operator: str | None
    unit: str
    """Of the unit column, or in the brackets of the indicator's name; empty where neither has one."""
    unit_source: str
    hint_operator: str | None


def read_context(
    *, level1: str, level2: str, level3: str, operator: str, unit: str, fiscal_year: int | None
) -> Context:
    """The context of one row, from its cells as typed; an empty text stands for an absent column.

    Args:
        level1: canonical 一级指标.
        level2: canonical 二级指标.
        level3: 三级指标.
        operator: 指标性质.
        unit: 度量单位.
        fiscal_year: of the form.
    """
    # the cells end where they are read to, so that no cache keeps more of them
    return _read_context(
        level1[:LONGEST],
        level2[:LONGEST],
        level3[: LONGEST * 2],
        read_operator(operator),
        unit[:LONGEST],
        fiscal_year,
    )


@lru_cache(maxsize=8192)
def _read_context(  # noqa: PLR0917  together the key of the cache
    level1: str, level2: str, level3: str, operator: str | None, unit: str, fiscal_year: int | None
) -> Context:
    table = vocabulary()
    name = fold(level3)
    hint = _NAME_HINT.search(name)
    typed = fold(unit)
    bracketed = _BRACKETED_UNIT.fullmatch(typed)
    typed = bracketed[1] if bracketed else typed
    source = ""
    signed = _SIGNED_UNIT.fullmatch(typed)
    typed = signed["unit"] if signed else typed
    if not typed and hint is not None and is_known_unit(hint["unit"]):
        typed, source = hint["unit"], "名称括号"
    told = signed or hint
    bare = name.rpartition("(")[0] if hint else name
    is_rate = "满意度" in level2 or (bare.endswith(table.rate_words) and not bare.endswith(table.not_rates))
    return Context(
        fiscal_year=fiscal_year,
        is_money="成本" in level1
        or "成本" in level2
        or (any(word in name for word in table.money_words) and not bare.endswith(table.not_money)),
        is_rate=is_rate,
        is_small_rate=is_rate and any(word in bare for word in table.small_rates),
        is_time="时效" in level2 or _TIME_NAME.search(name) is not None,
        is_span=_SPAN_NAME.search(name) is not None,
        operator=operator,
        unit=typed,
        unit_source=source,
        hint_operator=read_operator(told["sign"]) if told and told["sign"] else None,
    )
