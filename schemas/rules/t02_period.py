"""T02: a project period that leaves the form's year."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, marked

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables


def _fails(forms: pd.DataFrame) -> "Flags":
    dated = forms[forms["period_start"].notna() & forms["period_end"].notna() & forms["fiscal_year"].notna()]
    starts = dated["period_start"].map(lambda day: day.year) != dated["fiscal_year"]
    ends = dated["period_end"].map(lambda day: day.year) != dated["fiscal_year"]
    return marked(forms, dated.index[starts | ends])


def _explain(form: Row, _: "Tables") -> Iterator[Evidence]:
    year = form["fiscal_year"]
    address = form["period_address"] or form["form_address"]
    yield Evidence(form["period_raw"] or "", f"{year}年1月至12月", address, {"year": str(year)})


CHECKS = (check_by_row("T02", "forms", _fails, _explain),)
