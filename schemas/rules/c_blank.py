"""C01 C02 C06 C07 C08 C09 C10: an entry of the form's head that is not there. One table, one row per rule."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, RuleCheck, blank, check_by_row, each_text
from schemas.rules.formulas import unless_formula
from schemas.rules.hints import is_hint, is_mark, is_none
from schemas.rules.wording import shown

if TYPE_CHECKING:
    from schemas.rules.checks import Column, Flags
    from schemas.rules.tables import Tables


def _missing(column: "Column") -> "Flags":
    """Where an entry is blank, or a word or dash for nothing."""
    return blank(column) | each_text(column, is_none)


def _no_name(forms: pd.DataFrame) -> "Flags":
    return _missing(forms["project_name"])


def _no_department(forms: pd.DataFrame) -> "Flags":
    return _missing(forms["department_name"]) & blank(forms["department_code"])


def _no_goal(forms: pd.DataFrame) -> "Flags":
    return _missing(forms["goal"])


def _no_total(forms: pd.DataFrame) -> "Flags":
    # A placeholder in the total is no total either.
    return _missing(forms["total_raw"]) | each_text(forms["total_raw"], is_mark)


def _no_period(forms: pd.DataFrame) -> "Flags":
    # A template without a 项目期 asks for none.
    unreadable = forms["period_start"].isna() | forms["period_end"].isna()
    return forms["period_address"].notna() & unreadable & ~each_text(forms["period_raw"], is_hint)


def _no_year(forms: pd.DataFrame) -> "Flags":
    return forms["fiscal_year"].isna()


def _year_from_period(forms: pd.DataFrame) -> "Flags":
    return forms["fiscal_year"].notna() & forms["fiscal_year_address"].isna()


def _at(form: Row, name: str) -> str:
    return str(form[name] or form["form_address"])


def _explain_name(form: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(address=_at(form, "project_name_address"))


def _explain_department(form: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(address=_at(form, "department_address"))


def _explain_goal(form: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(address=_at(form, "goal_address"))


def _explain_total(form: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(form["total_raw"] or "", form["money_unit"], _at(form, "total_address"))


def _explain_period(form: Row, _: "Tables") -> Iterator[Evidence]:
    raw = (form["period_raw"] or "").strip()
    year = form["fiscal_year"] or form["folder_year"]
    reason = f"“{shown(raw)}”看不出起止时间" if raw else "没有填写"
    expected = f"如 {year}年1月至12月" if year else "起止年月"
    yield Evidence(raw, expected, _at(form, "period_address"), {"reason": reason})


def _explain_year(form: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(address=_at(form, "fiscal_year_address"))


def _explain_year_from_period(form: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(form["period_raw"] or "", str(form["fiscal_year"]), _at(form, "period_address"))


CHECKS = (
    check_by_row("C01", "forms", _no_name, _explain_name),
    check_by_row("C02", "forms", _no_department, _explain_department),
    RuleCheck("C06", "forms", _no_goal, unless_formula("goal_address", _explain_goal)),
    check_by_row("C07", "forms", _no_total, _explain_total),
    check_by_row("C08", "forms", _no_period, _explain_period),
    check_by_row("C09", "forms", _no_year, _explain_year),
    check_by_row("C10", "forms", _year_from_period, _explain_year_from_period),
)
