"""The frames as the rules read them: sorted, with a plain index, and with what a row needs joined in once.

Takes ``Frames`` as they come from normalise, the sources and the county; gives ``Tables``. A rule then works on
one frame alone, and no rule has to look up a form, a town or a file again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from schemas.county import County, Town
from schemas.form import Source, UnreadableError
from schemas.frames import Frames
from schemas.rules.checks import FrameName, Row, each_value, squeeze
from schemas.rules.divisions import DivisionCount, count_of, town_of_unit
from schemas.rules.summaries import funding_summary, indicator_summary

if TYPE_CHECKING:
    import numpy.typing as npt

    from schemas.rules.checks import Column

LONGEST_TEXT = 4_000
"""Characters of a cell that the rules look at. No sound cell is longer, and a pattern's time may grow with the square."""

_FORM_KEY = ["submission_key", "form_no"]
_FORM_CONTEXT: Mapping[str, str] = {
    "rank": "rank",
    "file_name": "file_name",
    "peers": "peers",
    "project_name": "project_name",
    "project": "project",
    "fiscal_year": "form_year",
    "period_start": "project_start",
    "period_end": "project_end",
    "total_raw": "total_raw",
    "total_yuan": "total_yuan",
    "money_unit": "money_unit",
    "funding_yuan": "funding_yuan",
    "goal": "goal",
    "divisions": "divisions",
}
"""Column of forms → its name where it is joined into funding and indicators."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The frames of a batch with their context; each has a RangeIndex in the order a reader meets the rows."""

    files: pd.DataFrame
    """One row per submitted file, in the sources' order."""
    forms: pd.DataFrame
    funding: pd.DataFrame
    indicators: pd.DataFrame
    remarks: pd.DataFrame
    _of_form: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def frame(self, name: FrameName) -> pd.DataFrame:
        """The frame of this name."""
        frames = {
            "files": self.files,
            "forms": self.forms,
            "funding": self.funding,
            "indicators": self.indicators,
            "remarks": self.remarks,
        }
        return frames[name]

    def of_form(self, form: Row, name: FrameName) -> pd.DataFrame:
        """The rows of funding or indicators that belong to a row of ``forms``."""
        if name not in self._of_form:
            self._of_form[name] = dict(self.frame(name).groupby("form", sort=False).indices)
        return self.frame(name).take(self._of_form[name].get(form["form"], np.array([], dtype=int)))


def tables_of(
    sources: Sequence[Source], frames: Frames, county: County, unreadable: Mapping[str, UnreadableError]
) -> Tables:
    """Join and sort the frames of a batch.

    Raises:
        ValueError: a frame holds a submission that is not among the sources, or a row of a form that is not there.
    """
    files = _files(sources, county)
    rank = pd.Series(range(len(files)), index=files["submission_key"], dtype="int64")
    funding = _ranked(frames.funding, rank, ["form_no", "line_no"])
    indicators = _ranked(frames.indicators, rank, ["form_no", "indicator_no"])
    forms = _forms(_ranked(frames.forms, rank, ["form_no"]), files, county)
    forms = _with_summaries(forms, funding_summary(funding), indicator_summary(indicators))
    return Tables(
        files=files,
        forms=forms,
        funding=_with_form(funding, forms),
        indicators=_with_names(_with_form(indicators, forms)),
        remarks=_remarks(frames.remarks, files, unreadable),
    )


def twins_of(sources: Sequence[Source]) -> dict[str, Source]:
    """Submissions whose bytes came before in the same group: key → the first file with those bytes."""
    first: dict[tuple[str, str], Source] = {}
    twins: dict[str, Source] = {}
    for source in sources:
        content = (source.group, source.sha256)
        if content in first:
            twins[source.key] = first[content]
        else:
            first[content] = source
    return twins


def _files(sources: Sequence[Source], county: County) -> pd.DataFrame:
    twins = twins_of(sources)
    towns = {town.code: town for town in county.towns}
    zone = ZoneInfo(county.timezone)
    rows = [
        {
            "submission_key": source.key,
            "group_key": source.group,
            "rank": rank,
            "file_name": source.file_name,
            "is_late": source.is_late,
            "due_date": source.due_date,
            "received_day": _day(source.received_at, zone),
            "twin": twins[source.key].file_name if source.key in twins else None,
            "folder_year": source.fiscal_year,
            "folder_town": towns.get(source.town_code or ""),
        }
        for rank, source in enumerate(sources)
    ]
    names = [
        "submission_key",
        "group_key",
        "rank",
        "file_name",
        "is_late",
        "due_date",
        "received_day",
        "twin",
        "folder_year",
        "folder_town",
    ]
    return pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows], dtype=_FILE_DTYPES.get(name, "object"))
            for name in names
        }
    )


_FILE_DTYPES: Mapping[str, str] = {"rank": "int64", "is_late": "bool"}


def _taken(column: "Column", position: "npt.ArrayLike", index: pd.Index) -> "Column":
    # The dtype is said, never inferred: pandas would make a column of texts and None one of str and NaN.
    return pd.Series(column.to_numpy()[np.asarray(position)], index=index, dtype=column.dtype)


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat() if moment is not None else ""


def _ranked(frame: pd.DataFrame, rank: "pd.Series[int]", order: list[str]) -> pd.DataFrame:
    position = rank.index.get_indexer(pd.Index(frame["submission_key"], dtype=object))
    if (position < 0).any():
        strangers = sorted(set(frame["submission_key"][position < 0]))
        raise ValueError(f"submissions that are not among the sources: {', '.join(strangers)}")
    # The index of a frame that comes from elsewhere may repeat; failing rows are told by it, so it is made anew.
    ranked = frame.assign(rank=position).sort_values(["rank", *order], kind="stable", ignore_index=True)
    return ranked.assign(**{name: _cut(ranked[name]) for name in _TYPED if name in ranked})


_TYPED = (
    "project_name",
    "department_name",
    "implementing_unit",
    "attribute",
    "attribute_raw",
    "period_raw",
    "total_raw",
    "goal",
    "amount_raw",
    "level1_raw",
    "level2_raw",
    "level3",
    "raw",
    "unit",
    "typed_unit",
)
"""Columns that hold a submitter's text at any length."""


def _cut(column: "Column") -> "Column":
    held = [text[:LONGEST_TEXT] if isinstance(text, str) else text for text in column]
    return pd.Series(held, index=column.index, dtype=object)


def _forms(forms: pd.DataFrame, files: pd.DataFrame, county: County) -> pd.DataFrame:
    by_file = {
        name: _taken(files[name], forms["rank"], forms.index)
        for name in ("file_name", "folder_year", "folder_town")
    }
    # An Int64 column gives NA; the rules compare plain numbers and None.
    year = forms["fiscal_year"].astype(object).where(forms["fiscal_year"].notna(), None)
    forms = forms.assign(
        **by_file,
        fiscal_year=year,
        project=pd.Series([squeeze(name) for name in forms["project_name"]], index=forms.index, dtype=object),
    )
    own = each_value(forms["department_name"], lambda text: town_of_unit(text, county))
    unit = each_value(forms["implementing_unit"], lambda text: town_of_unit(text, county))
    forms = forms.assign(department_town=own, unit_town=unit)
    town: list[Town | None] = [
        folder or department or unit
        for folder, department, unit in zip(forms["folder_town"], own, unit, strict=True)
    ]
    counts: list[DivisionCount | None] = [count_of(each) if each else None for each in town]
    peers = [
        # Offline the files of several towns may come together: the town then is the one the form itself names.
        f"{group}|{year or ''}|{own_town.code if own_town else squeeze(name)}"
        for group, year, own_town, name in zip(
            forms["group_key"], forms["fiscal_year"], town, forms["department_name"], strict=True
        )
    ]
    forms = forms.assign(
        divisions=pd.Series(counts, index=forms.index, dtype=object),
        peers=pd.Series(peers, index=forms.index, dtype=object),
    )
    return forms.assign(form=range(len(forms)))


def _with_summaries(forms: pd.DataFrame, *summaries: pd.DataFrame) -> pd.DataFrame:
    position = pd.MultiIndex.from_frame(forms[_FORM_KEY])
    for summary in summaries:
        aligned = summary.reindex(position).set_axis(forms.index)
        forms = forms.assign(**{str(name): aligned[name] for name in aligned.columns})
    return forms


def _with_form(frame: pd.DataFrame, forms: pd.DataFrame) -> pd.DataFrame:
    position = pd.MultiIndex.from_frame(forms[_FORM_KEY]).get_indexer(
        pd.MultiIndex.from_frame(frame[_FORM_KEY])
    )
    if (position < 0).any():
        stray = frame[position < 0].iloc[0]
        raise ValueError(
            f"a row of a form that is not there: {stray['submission_key']}, form {stray['form_no']}"
        )
    context = {name: _taken(forms[column], position, frame.index) for column, name in _FORM_CONTEXT.items()}
    return frame.assign(form=position, **context)


def _with_names(indicators: pd.DataFrame) -> pd.DataFrame:
    name: Column = each_value(indicators["level3"], squeeze)
    return indicators.assign(name=name.where(name.notna(), ""), is_cost=_is_cost(indicators))


def _is_cost(indicators: pd.DataFrame) -> "pd.Series[bool]":
    """Rows that say what the project costs in money: 成本指标, in the scheme of 2021 经济成本指标."""
    return indicators["level2"].isin(["成本指标", "经济成本指标"])


def _remarks(
    remarks: pd.DataFrame, files: pd.DataFrame, unreadable: Mapping[str, UnreadableError]
) -> pd.DataFrame:
    """The readers' remarks, and one row for each file that could not be read at all."""
    groups = dict(zip(files["submission_key"], files["group_key"], strict=True))
    errors = [
        {
            "submission_key": key,
            "group_key": groups.get(key, ""),
            "form_no": None,
            "rule_id": error.rule_id,
            "address": None,
            "value": error.value,
            "expected": error.expected,
            "details": dict(error.details),
        }
        for key, error in unreadable.items()
    ]
    both = remarks.astype(object).where(remarks.notna(), None).to_dict("records") + errors
    frame = pd.DataFrame(
        {name: pd.Series([row[name] for row in both], dtype=object) for name in remarks.columns}
    )
    rank = pd.Series(range(len(files)), index=files["submission_key"], dtype="int64")
    frame = frame.assign(reading_order=range(len(frame)))
    ranked = _ranked(frame, rank, ["reading_order"])
    return ranked.assign(file_name=_taken(files["file_name"], ranked["rank"], ranked.index))
