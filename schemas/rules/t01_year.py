"""T01: a year other than the form's, promised in the goal, an indicator's name or its value."""

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.remembered import remembered
from schemas.rules.checks import Evidence, Row, check_by_row, each_value, marked, records

if TYPE_CHECKING:
    from schemas.rules.checks import Column, Flags
    from schemas.rules.tables import Tables

_CITED = re.compile(
    r"《[^《》]*》|[〔\[(【<][12][0-9]{3}(?:年)?[〕\])】>]\s*(?:第?\s*[0-9]+\s*号)?|[12][0-9]{3}\s*年?第?\s*[0-9]+\s*号"
)
"""Titles and numbers of documents (《…2020…》, 〔2020〕517号): their years are not the form's."""
_RANGE = re.compile(
    r"[12][0-9]{3}\s*年?度?\s*(?:[0-9]{1,2}\s*月)?(?:[0-9]{1,2}\s*[日号])?\s*[-—–~～至到]+\s*[12][0-9]{3}\s*年?"
)
"""From one year to another: plans and warranties legitimately span."""
_YEAR = re.compile(
    r"(?<![0-9])(?<![较比到至自从同与和离])(?<!截[至止])(?<!相比)(?<!不低于)(?<!不超过)"
    r"(?P<year>19[0-9]{2}|20[0-9]{2})\s*年度?"
    r"(?!\s*(?:以前|之前|前))"
    r"(?!\s*(?:[0-9]{1,2}\s*月)?(?:年?[底末初])?\s*"
    r"(?:以来|以后|之后|起|相比|同期|基础上|的基础|水平|已|结转|遗留|拖欠|欠|尾款|质保|实际|决算|为基[期数]|增长|普查|修订|修正|版))"
)
"""A promised year: 到2025年, 较2022年, 2022年以来, 2022年结转 only refer to another year and promise nothing in it.

2022年以前 refers back as well; 2022年12月底前 is a deadline, and so a promise.
"""


@remembered(maxsize=65536)
def promised_years(text: str) -> tuple[int, ...]:
    """The years a text speaks of as its own, in order, each once."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    plain = _RANGE.sub(" ", _CITED.sub(" ", plain))
    return tuple(dict.fromkeys(int(found["year"]) for found in _YEAR.finditer(plain)))


def _strangers(text: str | None, year: int | None) -> tuple[int, ...]:
    if text is None or year is None:
        return ()
    return tuple(other for other in promised_years(text) if other != year)


def _wrong_in(frame: pd.DataFrame, column: str, year: str) -> "Flags":
    """Where a text of the frame promises a year that is not its form's."""
    years: Column = each_value(frame[column], promised_years)
    speaking = frame[years.map(bool).astype(bool)]
    wrong = [
        label
        for label, own, promised in zip(speaking.index, speaking[year], years[speaking.index], strict=True)
        if own is not None and any(each != own for each in promised)
    ]
    return marked(frame, wrong)


def _dated_elsewhere(indicator: Row) -> int | None:
    """The year of a deadline or period that lies outside the form's year; None where it is inside or may be.

    A project that runs into another year may name a deadline there; a deadline is wrong when not even the
    project's own time covers it.
    """
    year, start, end = indicator["form_year"], indicator["project_start"], indicator["project_end"]
    if indicator["kind"] == "deadline" and indicator["deadline"] is not None:
        due = indicator["deadline"].year
        covered = start is not None and end is not None and start.year <= due <= end.year
        return None if due == year or covered else int(due)
    if (
        indicator["kind"] == "period"
        and indicator["period_start"] is not None
        and indicator["period_end"] is not None
    ):
        first, last = indicator["period_start"].year, indicator["period_end"].year
        return None if first <= year <= last else int(first)
    return None


def _goal_fails(forms: pd.DataFrame) -> "Flags":
    return _wrong_in(forms, "goal", "fiscal_year")


def _indicator_fails(indicators: pd.DataFrame) -> "Flags":
    dated = indicators[indicators["kind"].isin(["deadline", "period"]) & indicators["form_year"].notna()]
    wrong = [
        label
        for label, row in zip(dated.index, records(dated[_DATED]), strict=True)
        if _dated_elsewhere(row) is not None
    ]
    # What was read as a date is judged as one; only the other values are judged by their words.
    spoken = indicators[~indicators["kind"].isin(["deadline", "period"])]
    by_words = marked(indicators, spoken.index[_wrong_in(spoken, "raw", "form_year")])
    return _wrong_in(indicators, "level3", "form_year") | by_words | marked(indicators, wrong)


_DATED = ["kind", "deadline", "period_start", "period_end", "form_year", "project_start", "project_end"]


def _evidence(years: tuple[int, ...], year: int, address: str | None) -> Evidence:
    written = "、".join(f"{each}年" for each in years)
    return Evidence(written, f"{year}年", address, {"year": str(year)})


def _explain_goal(form: Row, _: "Tables") -> Iterator[Evidence]:
    years = _strangers(form["goal"], form["fiscal_year"])
    yield _evidence(years, form["fiscal_year"], form["goal_address"] or form["form_address"])


def _explain_indicator(indicator: Row, _: "Tables") -> Iterator[Evidence]:
    year = indicator["form_year"]
    if named := _strangers(indicator["level3"], year):
        yield _evidence(named, year, indicator["level3_address"])
    if indicator["kind"] in ("deadline", "period"):
        due = _dated_elsewhere(indicator)
        valued: tuple[int, ...] = () if due is None else (due,)
    else:
        valued = _strangers(indicator["raw"], year)
    if valued:
        yield _evidence(valued, year, indicator["address"])


CHECKS = (
    check_by_row("T01", "forms", _goal_fails, _explain_goal),
    check_by_row("T01", "indicators", _indicator_fails, _explain_indicator),
)
