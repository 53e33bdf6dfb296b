"""L01: an indicator copied from another project, whose subject it names and this project does not have."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, RuleCheck, marked, squeeze
from schemas.rules.likeness import longest_shared, subject_of

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_LEAST_NAME = 4
"""Characters below which two indicators are equal by chance (村数)."""
_LEAST_SUBJECT = 3
"""Characters that name a subject (村干部); two (干部, 社区) are shared by half a town's projects."""
_JUDGED_LEVELS = frozenset({"产出指标", "成本指标"})
"""Effects and satisfaction are worded alike across projects, and soundly so."""


def _candidates(indicators: pd.DataFrame) -> pd.DataFrame:
    """Output and cost rows whose name stands in another project's form of the same town and year as well."""
    named = indicators[
        indicators["level1"].isin(_JUDGED_LEVELS) & (indicators["name"].str.len() >= _LEAST_NAME)
    ]
    named = named[named["project"] != ""]
    projects = named.drop_duplicates(["peers", "name", "project"])
    shared = projects[projects.duplicated(["peers", "name"], keep=False)]
    keys = pd.MultiIndex.from_frame(shared[["peers", "name"]]).unique()
    return named[pd.MultiIndex.from_frame(named[["peers", "name"]]).isin(keys)]


def _origin(row: Row, others: pd.DataFrame, own_words: str) -> Row | None:
    """The other form the indicator fits, or None where it fits this one as well."""
    own_fit = len(longest_shared(row["name"], subject_of(row["project"])))
    for other in others[_NEEDED].to_dict("records"):
        subject = longest_shared(row["name"], subject_of(other["project"]))
        if len(subject) >= _LEAST_SUBJECT and len(subject) > own_fit and subject not in own_words:
            return {str(name): value for name, value in other.items()}
    return None


_NEEDED = ["form", "form_no", "name", "project", "project_name"]


def _found(indicators: pd.DataFrame) -> Iterator[tuple[int, Row]]:
    candidates = _candidates(indicators)
    if candidates.empty:
        return
    forms = indicators[indicators["form"].isin(set(candidates["form"]))]
    words = {form: _words(rows) for form, rows in forms.groupby("form", sort=False)}
    for _, same in candidates.groupby(["peers", "name"], sort=False):
        for label, row in zip(same.index, same[_NEEDED].to_dict("records"), strict=True):
            others = same[(same["project"] != row["project"]) & (same["form"] != row["form"])]
            own = {str(name): value for name, value in row.items()}
            origin = _origin(own, others, words[row["form"]](own["name"]))
            if origin is not None:
                yield int(label), origin


class _words:  # noqa: N801  used as a function that remembers its form
    """A form's own words: its project, its goal and its indicators but for the one that is judged."""

    def __init__(self, rows: pd.DataFrame) -> None:
        first = rows.iloc[0]
        self._head = f"{first['project']}\n{squeeze(first['goal'])}"
        self._names = list(rows["name"])

    def __call__(self, without: str) -> str:
        return "\n".join([self._head, *(name for name in self._names if name != without)])


def _fails(indicators: pd.DataFrame) -> "Flags":
    return marked(indicators, [label for label, _ in _found(indicators)])


def _explain(indicator: Row, tables: "Tables") -> Iterator[Evidence]:
    peers = tables.peers_of(indicator, "indicators")
    for label, origin in _found(peers):
        row = peers.loc[label]
        if row["form"] == indicator["form"] and row["indicator_no"] == indicator["indicator_no"]:
            yield Evidence(
                indicator["level3"],
                address=indicator["level3_address"],
                details={
                    "project": indicator["project_name"],
                    "other": str(origin["form_no"]),
                    "other_project": origin["project_name"],
                },
            )


CHECKS = (RuleCheck("L01", "indicators", _fails, _explain),)
