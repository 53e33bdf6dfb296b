"""Y01 Y02: what a town spends on a programme, beside the other towns of its county and beside its own last year."""

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.catalogue import CATALOGUE
from schemas.rules.checks import Evidence, Row
from schemas.rules.comparing import Comparison
from schemas.rules.wording import WAN
from schemas.target import plain

if TYPE_CHECKING:
    from schemas.rules.checks import Flags

_Y01 = CATALOGUE["Y01"].thresholds
_Y02 = CATALOGUE["Y02"].thresholds
_COUNTED = {"人": "人数", "村": "按区划应有的村数"}


def _outlying(spending: pd.DataFrame) -> "Flags":
    """Far from the median twice over: in the county's own measure of spread, and as a multiple.

    Where most towns pay the very same, the spread is nothing and the multiple alone decides.
    """
    known = spending["towns"].fillna(0) >= int(_Y01["towns"])
    # Columns hold whole numbers: the figure once, the median twofold, the distance twofold, the spread fourfold.
    spread = _above(2 * spending["away"], _Y01["deviations"], spending["deviation"])
    high = _above(2 * spending["fen_per"], _Y01["times"], spending["median"], equal=True)
    low = _above(spending["median"], _Y01["times"], 2 * spending["fen_per"], equal=True)
    return (known & spread & (high | low)).fillna(value=False).astype(bool)


def _jumping(spending: pd.DataFrame) -> "Flags":
    now, before = spending["fen"], spending["fen_before"]
    grown = _above(now, _Y02["times"], before, equal=True)
    shrunk = _above(before, _Y02["times"], now, equal=True)
    much = (now - before).abs() >= int(_Y02["least_yuan"] * 100)
    return ((grown | shrunk) & much).fillna(value=False).astype(bool)


def _above(
    value: "pd.Series[int]", factor: Decimal, other: "pd.Series[int]", *, equal: bool = False
) -> "pd.Series[bool]":
    """Whether ``value`` is more than (or equal to) ``factor`` × ``other``, in whole numbers."""
    over, under = factor.as_integer_ratio()
    return value * under >= other * over if equal else value * under > other * over


def _explain_outlying(row: Row) -> Evidence:
    per, value, median = row["per"], _yuan(row["fen_per"]), _yuan(row["median"]) / 2
    return Evidence(
        f"{_told(value)}/{per}",
        f"{_told(median)}/{per}",
        row["total_address"] or row["form_address"],
        {
            "project": row["project_name"] or "未填名称",
            "programme": row["programme_name"],
            "towns": str(int(row["towns"])),
            "multiple": _multiple(value, median),
            "counted": _COUNTED[per],
        },
    )


def _explain_jumping(row: Row) -> Evidence:
    now, before = _yuan(row["fen"]), _yuan(row["fen_before"])
    return Evidence(
        _wan(now),
        _wan(before),
        row["total_address"] or row["form_address"],
        {
            "programme": row["programme_name"],
            "year": str(row["fiscal_year"] - 1),
            "multiple": _multiple(now, before),
        },
    )


def _yuan(fen: int) -> Decimal:
    return Decimal(int(fen)) / 100


def _told(yuan: Decimal) -> str:
    return plain(yuan.quantize(Decimal("0.01"))) + "元"


def _wan(yuan: Decimal) -> str:
    return plain(yuan / WAN) + "万元"


def _multiple(value: Decimal, other: Decimal) -> str:
    """3倍, or 三分之一 as 0.33倍; nothing to divide by: 多出全部."""
    return f"{plain((value / other).quantize(Decimal('0.01')))}倍" if other else "无法比较的倍数"


CHECKS = (
    Comparison("Y01", "spending", _outlying, _explain_outlying),
    Comparison("Y02", "spending", _jumping, _explain_jumping),
)
