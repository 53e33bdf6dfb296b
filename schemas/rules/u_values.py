"""U01 U02 U04 U07: a value of the wrong kind for what its indicator asks."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, each_text, marked, matches
from schemas.rules.hints import is_hint
from schemas.values import holds_number

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

HEADCOUNT = re.compile(
    r"(?:人数|人员数|人员数量)(?!.*(?:率|比例|比重|占比|百分比|增幅|完成度|完成情况|到位情况|覆盖面))"
)
"""Names that ask how many people; not those that ask for a share of them (参训人数占比, 人数增长率)."""
_STANDARD = re.compile(r"标准(?!化)")
_ASSESSED = re.compile(r"考核|考评|评定|评级|评价|评估|评比|等级|等次|级别|验收|审计|鉴定|检查|巡查|测评")
_GRADE = re.compile(
    r"(?:优秀|优良|良好|优|良|中等|中|好|较好|合格|达标|[一二三]等奖?|[一二三四五]星级?|[一二三甲乙A-D]级|三级甲等|三甲|[1-5]?A+级?"
    r"|(?:[一二三四五]|[Ⅰ-ⅤIV]{1,3})类)(?:及?以上)?"
)
_CHECKABLE = re.compile(
    r"(?:全部|均|已|验收)?(?:合格|达标|通过|完成|合规|符合要求|符合标准|无|有|是|否|全覆盖|不发生)"
    r"|(?:全年)?(?:无|零)(?:重大|责任|安全)*[\u4e00-\u9fff]{2,4}"
)
"""Words that a reviewer answers with yes or no at the end of the year."""


def _percent_for_people(indicators: pd.DataFrame) -> "Flags":
    return matches(indicators["name"], HEADCOUNT) & (indicators["kind"] == "ratio")


def _qualitative(indicators: pd.DataFrame) -> "Flags":
    asked = indicators[
        indicators["level2"].isin(["数量指标", "质量指标"])
        & (indicators["kind"] == "qualitative")
        & ~each_text(indicators["raw"], lambda text: is_hint(text) or holds_number(text))
    ]
    graded = matches(asked["name"], _ASSESSED) & each_text(
        asked["raw"], lambda text: bool(_GRADE.fullmatch(text))
    )
    checkable = each_text(asked["raw"], lambda text: bool(_CHECKABLE.fullmatch(text)))
    return marked(indicators, asked.index[~graded & ~checkable])


def _standard_is_total(indicators: pd.DataFrame) -> "Flags":
    named = indicators[
        (indicators["kind"] == "money") & indicators["value"].notna() & indicators["total_yuan"].notna()
    ]
    named = named[matches(named["name"], _STANDARD)]
    return marked(indicators, named.index[(named["value"] == named["total_yuan"]) & (named["value"] > 0)])


def _not_understood(indicators: pd.DataFrame) -> "Flags":
    readable = each_text(indicators["raw"], lambda text: not is_hint(text) and holds_number(text))
    return (indicators["kind"] == "qualitative") & readable


def _explain(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    details = {"level3": indicator["level3"] or "", "level2": indicator["level2"] or ""}
    yield Evidence(indicator["raw"] or "", details=details)


CHECKS = (
    check_by_row("U01", "indicators", _percent_for_people, _explain),
    check_by_row("U02", "indicators", _qualitative, _explain),
    check_by_row("U04", "indicators", _standard_is_total, _explain),
    check_by_row("U07", "indicators", _not_understood, _explain),
)
