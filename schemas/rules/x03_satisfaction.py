"""X03: the same people, a different satisfaction target in another form."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, RuleCheck, each_value, marked, matches, records
from schemas.rules.wording import where_else

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_SATISFACTION = re.compile(r"(?:满意度|满意率)(?:指标)?$")
_NOBODY_IN_PARTICULAR = re.compile(
    r"^(?:项目|社会|直接|广大|人民)*(?:服务对象|受益对象|受益群体|受益群众|受益人群?|补助对象|公众|群众|使用者|相关人员|有关人员)?"
    r"(?:的|对.*)?(?:满意度|满意率)"
)
"""服务对象满意度 is other people in each project; 群众满意度 other matters."""


_UNIT = re.compile(r"[（(][%％][）)]$")
_RAISED = re.compile(r"^(?:提高|提升|确保|保证|达到)")


def people(name: str) -> str:
    """An indicator's name without what two clerks word differently: 提高社区干部的满意率（%） → 社区干部满意度."""
    plain = _RAISED.sub("", _UNIT.sub("", name)).removesuffix("指标")
    return plain.replace("的满意", "满意").replace("满意率", "满意度")


def _targets(indicators: pd.DataFrame) -> pd.DataFrame:
    """Satisfaction targets of named people, with the target as one comparable text."""
    at_home = (indicators["level1"] == "满意度指标") | (indicators["level2"] == "服务对象满意度指标")
    held = indicators[at_home & (indicators["kind"] == "ratio") & indicators["value"].notna()]
    held = held.assign(name=each_value(held["name"], people))
    held = held[matches(held["name"], _SATISFACTION) & ~matches(held["name"], _NOBODY_IN_PARTICULAR)]
    return pd.DataFrame(held).assign(
        target=[
            f"{operator} {value.normalize():f} {high or ''}"
            for operator, value, high in zip(held["operator"], held["value"], held["value_high"], strict=True)
        ]
    )


def _later(targets: pd.DataFrame) -> pd.DataFrame:
    """The targets that differ from the first one for the same people, with the label of that first one."""
    keys = [targets["peers"], targets["name"]]
    labels = pd.Series(targets.index, index=targets.index)
    first = labels.groupby(keys, sort=False).transform("first")
    differs = targets["target"] != first.map(targets["target"])
    elsewhere = targets["form"] != first.map(targets["form"])
    return targets.assign(first=first)[differs & elsewhere]


def _fails(indicators: pd.DataFrame) -> "Flags":
    targets = _targets(indicators)
    return marked(indicators, [] if targets.empty else _later(targets).index)


def _explain(failing: pd.DataFrame, tables: "Tables") -> Iterator[tuple[int, Evidence]]:
    first = _later(_targets(tables.indicators))["first"]
    for label, row in zip(failing.index, records(failing), strict=True):
        other = tables.indicators.loc[first[label]]
        yield (
            int(label),
            Evidence(
                row["raw"] or "",
                other["raw"] or "",
                details={
                    "level3": row["level3"],
                    "other": str(other["form_no"]),
                    "other_project": where_else(other["project_name"], other["file_name"], row["file_name"]),
                    "other_value": other["raw"] or "",
                },
            ),
        )


CHECKS = (RuleCheck("X03", "indicators", _fails, _explain),)
