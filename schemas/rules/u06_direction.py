"""U06: a target that points the wrong way or lies outside what its rate can be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, marked, matches, records
from schemas.rules.wording import target
from schemas.target import plain

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_HUNDRED = Decimal(100)
_GOOD_RATE = re.compile(
    r"(?<![不未非])(?:满意度?|覆盖|合格|及时|参与|到位|达标|成活|入住|普及|知晓|发放|准确|公开|通过|完好|正常运[转行]|正常使用|参保|参合|畅通|通畅|优良|出勤|在岗|在线)率$"
    r"|(?<!不)满意度$"
)
"""Rates of which more is better and 100% is all there is; not 不合格率. 完成率, 增长率 and 执行率 may pass 100%."""
_SHARE_DONE = re.compile(r"(?:完成|执行|使用|支付|拨付|兑现|落实|办结|整改|处置|清运|保存|受益)率$")
"""Rates that may pass 100%, yet are never promised at less than 1%."""
_BAD_RATE = re.compile(
    r"^(?!.*(?:降低|减少|下降|压降)).*(?:投诉|事故|差错|违规|违法|返贫|死亡|发案|失误|错误|故障|流失|辍学"
    r"|空置|错发|漏发|漏报|误报|瞒报|冒领|信访|上访|返工|逾期|超时|缺勤|漏损|失业|贫困|[不未](?:合格|达标|及时|到位|准确|满意|完成|覆盖)"
    r"|重复(?:领取|发放))(?:案件|事件)?(?:发生)?率$"
)
_BAD_COUNT = re.compile(
    r"^(?!.*(?:降低|减少|下降|压降|调处|调解|化解|处理|处置|受理|办理|办结|查处|查办|排查|演练|防范|预防|整治|整改|接待|答复)).*"
    r"(?:事故|上访|投诉|差错)(?:发生)?(?:起数|次数|件数|数量|数)$"
)
"""Events nobody promises a least number of."""
_COST_TO_CUT = re.compile(
    r"^(?!.*(?:标准|补贴|补助|补偿|救助|工资|待遇|报酬|津贴|奖|投入|节约|节省|降低|减少|增收|收入|完成)).+"
)
"""Costs that are better lower; what people are to receive is not one of them."""


@dataclass(frozen=True, slots=True)
class _Fault:
    reason: str
    expected: str


def _is_open_upwards(operator: object) -> bool:
    return operator in (">=", ">")


def _is_open_downwards(operator: object) -> bool:
    return operator in ("<=", "<")


def _fault(row: Row) -> _Fault | None:
    amount = f"{plain(row['value'])}{row['typed_unit'] or row['unit'] or ''}"
    if row["kind"] == "ratio":
        return _fraction(row) or _rate_fault(row)
    if row["kind"] in ("quantity", "frequency"):
        return _Fault("这样的事越少越好", target("<=", amount))
    if row["is_cost"] and _is_open_upwards(row["operator"]) and _COST_TO_CUT.search(row["name"]):
        typed = (
            f"{plain(row['typed_value'])}{row['typed_unit']}" if row["typed_value"] is not None else amount
        )
        return _Fault("成本应控制在一定数额以内，不应越高越好", target("<=", typed))
    return None


def _fraction(row: Row) -> _Fault | None:
    """A good rate that is a fraction with a percent sign behind it: 0.95%."""
    rate = row["value"]
    if not 0 < rate <= 1 or not (_GOOD_RATE.search(row["name"]) or _SHARE_DONE.search(row["name"])):
        return None
    return _Fault(
        "这个比率不超过1%，像是小数没有换成百分数", target(row["operator"], f"{plain(rate * 100)}%")
    )


def _rate_fault(row: Row) -> _Fault | None:
    rate, operator = row["value"], row["operator"]
    if _BAD_RATE.search(row["name"]) and _is_open_upwards(operator):
        return _Fault("这个比率越低越好", target("<=", f"{plain(rate)}%"))
    if not _GOOD_RATE.search(row["name"]):
        return None
    if rate > _HUNDRED or (rate == _HUNDRED and operator == ">"):
        return _Fault("这个比率不会超过100%", "不超过100%")
    if rate == _HUNDRED and operator == ">=":
        return _Fault("这个比率最高是100%，不会更高", "100%")
    if _is_open_downwards(operator):
        return _Fault("这个比率越高越好", target(">=", f"{plain(rate)}%"))
    return None


def _fails(indicators: pd.DataFrame) -> "Flags":
    given = indicators["value"].notna()
    rates = indicators[given & (indicators["kind"] == "ratio")]
    directed = matches(rates["name"], _GOOD_RATE) | matches(rates["name"], _BAD_RATE)
    fractions = (rates["value"] <= 1) & matches(rates["name"], _SHARE_DONE)
    rates = rates[directed | fractions]
    costs = indicators[given & indicators["is_cost"] & indicators["kind"].isin(["money", "unit_price"])]
    counts = indicators[given & indicators["kind"].isin(["quantity", "frequency"])]
    counts = counts[counts["operator"].isin([">=", ">"]) & (counts["value"] > 0)]
    # An equality within 100% is the common, sound case; what is left is few.
    bounded = indicators["operator"].isin([">=", ">", "<=", "<"])
    held = [
        *rates.index[bounded[rates.index] | (rates["value"] > _HUNDRED) | (rates["value"] <= 1)],
        *costs.index[bounded[costs.index]],
        *counts.index[matches(counts["name"], _BAD_COUNT)],
    ]
    rows = records(indicators.loc[held, _NEEDED])
    return marked(
        indicators, [label for label, row in zip(held, rows, strict=True) if _fault(row) is not None]
    )


_NEEDED = ["name", "kind", "operator", "value", "unit", "typed_value", "typed_unit", "is_cost"]


def _explain(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    fault = _fault(indicator)
    if fault is not None:
        details = {"level3": indicator["level3"] or "", "reason": fault.reason}
        yield Evidence(indicator["raw"] or "", fault.expected, details=details)


CHECKS = (check_by_row("U06", "indicators", _fails, _explain),)
