"""L01: an indicator copied from another project, whose subject it names and this project does not have."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, RuleCheck, marked, records, squeeze
from schemas.rules.likeness import longest_shared, subject_of
from schemas.rules.wording import where_else

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
    """Output and cost rows whose name stands in another project's form of the same town and year as well.

    ``subject``: what the name shares with its own project.
    """
    judged = indicators["level1"].isin(_JUDGED_LEVELS) & (indicators["project"] != "")
    named = indicators.loc[judged, _NEEDED].drop_duplicates(["peers", "name", "form"])
    # Once each project is counted once, a name that still comes twice is shared by two projects.
    projects = named.drop_duplicates(["peers", "name", "project"])
    shared = projects.loc[projects.duplicated(["peers", "name"]), ["peers", "name"]].drop_duplicates()
    shared = shared[shared["name"].map(len) >= _LEAST_NAME]
    index = pd.Series(named.index, index=named.index)
    found = named.assign(label=index).merge(shared, on=["peers", "name"])
    subjects = [
        longest_shared(name, subject_of(project))
        for name, project in zip(found["name"], found["project"], strict=True)
    ]
    return found.assign(subject=pd.Series(subjects, index=found.index, dtype=object))


_NEEDED = ["peers", "name", "form", "form_no", "project", "project_name", "file_name"]


def _copies(indicators: pd.DataFrame) -> pd.DataFrame:
    """Rows that may be copied, each with the first form whose subject they name: ``label``, ``form``, ``*_origin``."""
    rows = _candidates(indicators)
    rows = rows.assign(fit=rows["subject"].map(len).astype("int64"))
    origins = rows[rows["fit"] >= _LEAST_SUBJECT]
    pairs = rows.merge(origins, on=["peers", "name"], suffixes=("", "_origin"))
    pairs = pairs[(pairs["project"] != pairs["project_origin"]) & (pairs["fit"] < pairs["fit_origin"])]
    return pairs.sort_values(["label", "form_origin"], kind="stable")


def _words(rows: pd.DataFrame, without: str) -> str:
    """A form's own words: its project, its goal and its indicators but for the one that is judged."""
    names = [name for name in rows["name"] if name != without]
    return "\n".join([rows["project"].iloc[0], squeeze(rows["goal"].iloc[0]), *names])


def _foreign(pairs: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The pairs whose subject the form itself never speaks of; the first origin of each row."""
    own = dict(tuple(indicators[indicators["form"].isin(set(pairs["form"]))].groupby("form", sort=False)))
    kept = [
        subject not in _words(own[form], name)
        for form, name, subject in zip(pairs["form"], pairs["name"], pairs["subject_origin"], strict=True)
    ]
    return pairs[pd.Series(kept, index=pairs.index, dtype=bool)].drop_duplicates("label")


def _fails(indicators: pd.DataFrame) -> "Flags":
    pairs = _copies(indicators)
    return marked(indicators, [] if pairs.empty else _foreign(pairs, indicators)["label"])


def _explain(failing: pd.DataFrame, tables: "Tables") -> Iterator[tuple[int, Evidence]]:
    pairs = _foreign(_copies(tables.indicators), tables.indicators).set_index("label")
    for label, row in zip(failing.index, records(failing), strict=True):
        origin = pairs.loc[label]
        yield (
            int(label),
            Evidence(
                row["level3"],
                address=row["level3_address"],
                details={
                    "project": row["project_name"],
                    "other": str(origin["form_no_origin"]),
                    "other_project": where_else(
                        origin["project_name_origin"], origin["file_name_origin"], row["file_name"]
                    ),
                },
            ),
        )


CHECKS = (RuleCheck("L01", "indicators", _fails, _explain),)
