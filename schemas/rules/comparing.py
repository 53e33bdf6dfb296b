"""What the rules of letter Y read: the forms in force of one county and year beside its other towns and the year before.

They run on the warehouse, after every file is loaded, because a file alone knows no other town; ``huizong check``
does not know them. Money is counted in whole 分 and people in thousandths, so that medians are exact and the same
everywhere.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pandas as pd
import pandera.pandas as pa

from schemas.programmes import Measure
from schemas.rules.checks import Evidence, Row, records

if TYPE_CHECKING:
    from schemas.rules.checks import Flags

FrameOfTowns: TypeAlias = Literal["spending", "goals", "vanished"]
_ATTRIBUTE_OF_ONCE = "一次性"

FORMS_IN_FORCE: Mapping[str, str] = {
    "fiscal_year": "int64",
    "town_code": "object",
    "town_name": "object",
    "villages": "int64",
    "file_name": "object",
    "submission_id": "object",
    "form_no": "int64",
    "form_key": "object",
    "programme_name": "object",
    "project_name": "object",
    "attribute": "object",
    "goal": "object",
    "fen": "Int64",  # 年度资金总额 in 分; missing where the form has none
    "heads": "Int64",  # the largest number of 人 among its indicators, in thousandths; missing where it counts none
    "total_address": "object",
    "goal_address": "object",
    "form_address": "object",
}
"""Columns of the frame of forms: name → dtype."""


@dataclass(frozen=True, slots=True)
class Absences:
    """What is known of forms that are not in force, so that nothing is concluded from their absence."""

    returned: frozenset[tuple[str, str | None]] = frozenset()
    """(town code, programme name) of forms of this year that went back; None for one without a name."""
    silent: frozenset[str] = frozenset()
    """Towns that sent nothing this year, or a file in which no form could be read."""


@dataclass(frozen=True, slots=True)
class Towns:
    """One county in one year."""

    forms: pd.DataFrame
    """This year's, ``FORMS_IN_FORCE``, ordered by town, file, and form."""
    before: pd.DataFrame
    """The year before's, the same; empty where there is none."""
    absences: Absences
    measure: Callable[[str], Measure | None]
    """What the vocabulary compares a programme by."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A rule over one of the frames below."""

    rule_id: str
    frame: FrameOfTowns
    fails: "Callable[[pd.DataFrame], Flags]"
    explain: Callable[[Row], Evidence]


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule of letter Y broken by one town."""

    rule_id: str
    row: Row
    """Which form: its town, file, number, programme, project."""
    evidence: Evidence


def spending(towns: Towns) -> pd.DataFrame:
    """One row per town and programme of this year, with the form of the largest amount, and last year's ``fen_before``.

    Columns beside those of the form: ``fen`` and ``heads`` summed, ``per`` (人, 村, None), ``fen_per``, ``towns`` with
    such a figure, ``median`` (doubled) and ``deviation`` (median absolute deviation, fourfold) over them.
    """
    by = ["town_code", "programme_name"]
    forms = towns.forms[towns.forms["fen"].notna()]
    # What went back may belong to the same programme: half a sum is no sum.
    back = pd.MultiIndex.from_tuples(towns.absences.returned, names=by) if towns.absences.returned else None
    if back is not None:
        forms = forms[~pd.MultiIndex.from_frame(forms[by]).isin(back)]
    largest = forms.sort_values("fen", ascending=False, kind="stable").drop_duplicates(by)
    sums = forms.groupby(by, sort=False)[["fen", "heads"]].sum(min_count=1)
    before = towns.before[towns.before["fen"].notna()].groupby(by)["fen"].sum().rename("fen_before")
    rows = largest.drop(columns=["fen", "heads"]).join(sums, on=by).join(before, on=by)
    rows = rows.sort_index().reset_index(drop=True)
    return _with_distribution(_with_figures(rows, towns.measure))


def _with_figures(rows: pd.DataFrame, measure: Callable[[str], Measure | None]) -> pd.DataFrame:
    """``per`` and ``fen_per``, half up; a programme has one measure for all its towns."""
    # Fewer than one person is a slip of the pen, and would make a figure beyond 64 bits.
    by_heads = rows["heads"].where(rows["heads"] >= 1000)
    by_villages = (rows["villages"] * 1000).astype("Int64").where(rows["villages"] > 0)
    names = pd.Index(rows["programme_name"].unique())
    told = rows["programme_name"].map({name: measure(name) or "人" for name in names}).astype(object)
    divisor = by_heads.where(told == "人", by_villages)
    figure = (2000 * rows["fen"] + divisor) // (2 * divisor)
    return rows.assign(per=told.where(figure.notna(), None), fen_per=figure)


def _with_distribution(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows[rows["fen_per"].notna()]
    sizes = known.groupby("programme_name").size().astype("Int64")
    middle = _doubled_median(known["fen_per"], known["programme_name"])
    rows = rows.join(sizes.rename("towns"), on="programme_name").join(
        middle.rename("median"), on="programme_name"
    )
    away = (2 * rows["fen_per"] - rows["median"]).abs()
    spread = _doubled_median(away[known.index], known["programme_name"])
    return rows.assign(away=away).join(spread.rename("deviation"), on="programme_name")


def _doubled_median(values: "pd.Series[Any]", groups: "pd.Series[Any]") -> "pd.Series[Any]":
    """The sum of the two middle values of each group, or twice the middle one: exact in whole numbers."""
    told = pd.DataFrame({"value": values, "group": groups}).sort_values(["group", "value"], kind="stable")
    place = told.groupby("group").cumcount()
    size = told.groupby("group")["value"].transform("size")
    lower = told[place == (size - 1) // 2].set_index("group")["value"]
    upper = told[place == size // 2].set_index("group")["value"]
    return (lower + upper).astype("Int64")


def vanished(towns: Towns) -> pd.DataFrame:
    """One row per town and programme of the year before that this year has no form of, and where that is certain.

    The forms are those of the year before. Left out: what was meant for once, towns that sent nothing or something
    unreadable, and towns of which a form of an unknown programme went back, which may be the one.
    """
    by = ["town_code", "programme_name"]
    before = towns.before.assign(position=towns.before.groupby("town_code").cumcount() + 1)
    before = before[~before["attribute"].fillna("").str.contains(_ATTRIBUTE_OF_ONCE, regex=False)]
    before = before.drop_duplicates(by)
    held = set(zip(towns.forms["town_code"], towns.forms["programme_name"], strict=True))
    known = set(zip(before["town_code"], before["programme_name"], strict=True))
    unclear = {town for town, programme in towns.absences.returned if (town, programme) not in known | held}
    gone = [
        place not in held and place not in towns.absences.returned
        for place in zip(before["town_code"], before["programme_name"], strict=True)
    ]
    left_out = before["town_code"].isin(unclear | towns.absences.silent)
    return before[pd.Series(gone, index=before.index, dtype=bool) & ~left_out].reset_index(drop=True)


def differences(
    frames: Mapping[FrameOfTowns, pd.DataFrame],
    comparisons: tuple[Comparison, ...],
    failing: "Callable[[pa.DataFrameSchema, pd.DataFrame], Mapping[str, list[Any]]]",
) -> Iterator[Difference]:
    """What breaks the rules, by frame and rule, towns in their order."""
    by_id = {each.rule_id: each for each in comparisons}
    for name, frame in frames.items():
        checks = [
            pa.Check(_passes(each), name=each.rule_id, ignore_na=False)
            for each in comparisons
            if each.frame == name
        ]
        for rule_id, labels in failing(
            pa.DataFrameSchema(checks=checks, name=f"letter Y over {name}"), frame
        ).items():
            for row in records(frame.loc[labels]):
                yield Difference(rule_id, row, by_id[rule_id].explain(row))


def _passes(comparison: Comparison) -> "Callable[[pd.DataFrame], Flags]":
    return lambda frame: ~comparison.fails(frame)
