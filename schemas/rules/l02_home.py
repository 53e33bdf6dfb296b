"""L02: an indicator under a second-level heading where it does not belong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, marked, matches

if TYPE_CHECKING:
    from schemas.rules.checks import Column, Flags
    from schemas.rules.tables import Tables

SATISFACTION = "服务对象满意度指标"
_TIMELINESS = "时效指标"


@dataclass(frozen=True, slots=True)
class _Home:
    """Names that belong under one heading, and the headings they are wrongly put under."""

    names: re.Pattern[str]
    home: str
    wrongly: frozenset[str]
    kinds: frozenset[str]
    """Kinds of value the name must go with to be certain; empty for any."""


_HOMES = (
    _Home(
        # 提升群众满意度 states an effect; 群众满意度 ≥95% measures satisfaction.
        re.compile(r"^(?!.*(?:提升|提高|增强|改善|促进|增进)).*(?:满意度|满意率)(?:指标)?$"),
        SATISFACTION,
        frozenset(
            {
                "数量指标",
                "质量指标",
                "时效指标",
                "成本指标",
                "社会效益指标",
                "经济效益指标",
                "生态效益指标",
                "可持续影响指标",
            }
        ),
        frozenset(),
    ),
    _Home(
        re.compile(r"(?:及时性|及时率|及时程度|时效性?|时限)$"),
        _TIMELINESS,
        frozenset({"数量指标", "质量指标", "成本指标"}),
        frozenset(),
    ),
    _Home(
        re.compile(r"(?:时间|日期|期限|工期)$"),
        _TIMELINESS,
        frozenset({"数量指标", "质量指标", "成本指标", SATISFACTION}),
        frozenset({"deadline"}),
    ),
    _Home(
        re.compile(r"(?:人数|个数|次数|户数|条数|场次|件数|份数|里程|面积)$"),
        "数量指标",
        frozenset({"质量指标", "时效指标", "成本指标"}),
        frozenset({"quantity", "frequency"}),
    ),
    _Home(
        # 投诉次数 measures satisfaction as well.
        re.compile(r"^(?!.*(?:投诉|信访|上访|举报|差评|纠纷)).*(?:个数|户数|条数|场次|份数|里程|面积)$"),
        "数量指标",
        frozenset({SATISFACTION}),
        frozenset({"quantity"}),
    ),
    _Home(
        re.compile(r"(?:合格率|达标率|优良率|完好率|准确率)$"),
        "质量指标",
        frozenset({"数量指标", "时效指标", "成本指标", SATISFACTION}),
        frozenset({"ratio"}),
    ),
    _Home(
        re.compile(r"(?:成本|费用|经费|资金|总额)$"),
        "成本指标",
        frozenset({"质量指标", "时效指标", SATISFACTION}),
        frozenset({"money", "unit_price"}),
    ),
)


def homes_meant(indicators: pd.DataFrame) -> "Column":
    """The second level each misplaced indicator belongs under, None for those at home.

    Args:
        indicators: with ``level1``, ``level2``, ``kind`` and ``name``.
    """
    meant = pd.Series(None, index=indicators.index, dtype=object)
    for home in reversed(_HOMES):
        meant[_strays(indicators, home)] = home.home
    return meant


def _strays(indicators: pd.DataFrame, home: _Home) -> "Flags":
    misplaced = indicators["level2"].isin(home.wrongly)
    if SATISFACTION not in home.wrongly:
        misplaced &= indicators["level1"] != "满意度指标"
    if home.kinds:
        misplaced &= indicators["kind"].isin(home.kinds)
    held = indicators[misplaced]
    return marked(indicators, held.index[matches(held["name"], home.names)])


def _fails(indicators: pd.DataFrame) -> "Flags":
    return homes_meant(indicators).notna()


def _explain(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    home = next(
        home
        for home in _HOMES
        if indicator["level2"] in home.wrongly
        and (not home.kinds or indicator["kind"] in home.kinds)
        and home.names.search(indicator["name"])
    )
    yield Evidence(
        indicator["level3"],
        home.home,
        indicator["level3_address"],
        {"level2": indicator["level2"]},
    )


CHECKS = (check_by_row("L02", "indicators", _fails, _explain),)
