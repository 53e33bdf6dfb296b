"""U01 U02 U04 U07: a value of the wrong kind for what its indicator asks."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, each_text, marked, matches
from schemas.rules.hints import is_hint
from schemas.rules.l02_home import SATISFACTION, homes_meant
from schemas.values import holds_number

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_NO_SHARE = r"(?!.*(?:率|比例|比重|占比|百分比|增幅|增长|增加|提高|提升|减少|下降|变化|完成度|完成情况|到位情况|覆盖面))"
"""Not those that ask for a share or a change: 参训人数占比, 受益人数增长."""
HEADCOUNT = re.compile(
    r"(?:人数|名额|(?:人员|[^动]员|者|干部|群众|学生|教师|居民|村民|老人|儿童|妇女|代表|职工|员工|学徒)数量?)(?![据字控])"
    + _NO_SHARE
)
"""Names that ask how many people."""
HOUSEHOLDS = re.compile(r"户数(?![据字])" + _NO_SHARE)
_VISITS = re.compile(r"人次数?$")
_THINGS = re.compile(r"(?:个数|次数|件数|场次|场数|座数|条数|份数|里程|面积)$")
_ASKED = (
    (HEADCOUNT, "人数", "45人"),
    (HOUSEHOLDS, "户数", "45户"),
    (_VISITS, "人次", "300人次"),
    (_THINGS, "数量", "12个"),
)
"""Names that ask how many, what they ask for, and an answer."""
_STANDARD = re.compile(r"(?<!高)标准(?!化)(?!.*(?:合计|总额|总计|总数|小计)$)")
_ASSESSED = re.compile(
    r"考核|考评|评定|评级|评价|评估|评比|等级|等次|级别|类别|水质|验收|审计|鉴定|检查|巡查|测评"
)
_GRADE = re.compile(
    r"(?:优秀|优良|良好|优|良|中等|中|好|较好|合格|达标|[一二三]等奖?|[一二三四五]星级?|[一二三甲乙A-D]级|三级甲等|三甲|[1-5]?A+级?"
    r"|(?:[一二三四五]|[Ⅰ-ⅤIV]{1,3})类)(?:及?以上)?"
)
_CHECKABLE = re.compile(
    r"(?:全部|均|已|验收)?(?:合格|达标|通过|完成|合规|符合要求|符合标准|无|有|是|否|全覆盖|不发生)"
    r"|(?:全年)?(?:无|零)(?:重大|责任|安全)*[\u4e00-\u9fff]{2,4}"
)
"""Words that a reviewer answers with yes or no at the end of the year."""
_MEASURED = re.compile(r"(?:率|数|数量|里程|面积|长度|人次|场次|比例|占比|重量|产量)$")
"""Names that only a number answers: 完好率 无, 维修里程 完成 say nothing."""


def _percent_for_people(indicators: pd.DataFrame) -> "Flags":
    rates = indicators[indicators["kind"] == "ratio"]
    return marked(indicators, rates.index[each_text(rates["name"], lambda name: _asked(name) is not None)])


def _asked(name: str) -> tuple[str, str] | None:
    """What is to be counted, and an answer; None where no number of anything is asked."""
    return next(((what, answer) for names, what, answer in _ASKED if names.search(name)), None)


def _qualitative(indicators: pd.DataFrame) -> "Flags":
    asked = indicators[
        indicators["level2"].isin(["数量指标", "质量指标"])
        & (indicators["kind"] == "qualitative")
        & ~each_text(indicators["raw"], lambda text: is_hint(text) or holds_number(text))
    ]
    # At home, where it belongs (L02), satisfaction may be told in words.
    asked = asked[homes_meant(asked) != SATISFACTION]
    graded = matches(asked["name"], _ASSESSED) & each_text(
        asked["raw"], lambda text: bool(_GRADE.fullmatch(text))
    )
    checkable = each_text(asked["raw"], lambda text: bool(_CHECKABLE.fullmatch(text)))
    return marked(indicators, asked.index[~graded & (~checkable | matches(asked["name"], _MEASURED))])


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


def _explain_count(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    what, answer = _asked(indicator["name"]) or ("", "")
    yield Evidence(
        indicator["raw"] or "", answer, details={"level3": indicator["level3"] or "", "asked": what}
    )


CHECKS = (
    check_by_row("U01", "indicators", _percent_for_people, _explain_count),
    check_by_row("U02", "indicators", _qualitative, _explain),
    check_by_row("U04", "indicators", _standard_is_total, _explain),
    check_by_row("U07", "indicators", _not_understood, _explain),
)
