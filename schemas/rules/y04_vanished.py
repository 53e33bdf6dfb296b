"""Y04: a project of last year that this year has nothing of. Which ones are certain is settled in ``comparing.vanished``."""

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row
from schemas.rules.comparing import Comparison
from schemas.rules.wording import WAN
from schemas.target import plain

if TYPE_CHECKING:
    from schemas.rules.checks import Flags


def _fails(vanished: pd.DataFrame) -> "Flags":
    return vanished["position"] > 0


def _explain(form: Row) -> Evidence:
    fen = form["fen"]
    amount: str = "" if pd.isna(fen) else f"（{plain(Decimal(int(fen)) / 100 / WAN)}万元）"
    place = form["total_address"] or form["form_address"]
    return Evidence(
        form["project_name"] or "未填名称",
        address=f"{form['fiscal_year']}年度《{form['file_name']}》 · {place}",
        details={"year": str(form["fiscal_year"]), "amount": amount},
    )


CHECKS = (Comparison("Y04", "vanished", _fails, _explain),)
