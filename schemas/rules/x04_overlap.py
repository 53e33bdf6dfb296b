"""X04: two projects of a town with like names and a sentence in common that no other project has."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.catalogue import CATALOGUE
from schemas.rules.checks import Evidence, RuleCheck, marked, records
from schemas.rules.clauses import clauses
from schemas.rules.likeness import alike
from schemas.rules.wording import where_else

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_THRESHOLDS = CATALOGUE["X04"].thresholds
_LEAST_SENTENCE = int(_THRESHOLDS["characters"])
"""Characters of a sentence that says something of its own."""
LIKE = float(_THRESHOLDS["like"])
"""村级/乡镇创新社会管理工作经费 share 0.83 of their characters, 社区工作者任职补贴/社区工作者公积金 0.59."""
_STOCK = int(_THRESHOLDS["forms"])
"""A sentence in this many forms of a town is a stock phrase, whatever the projects are called."""


@dataclass(frozen=True, slots=True)
class _Overlap:
    other: int
    """Label of the earlier form."""
    sentence: str


def _statements(forms: pd.DataFrame) -> pd.DataFrame:
    """One row per form and long statement: the clauses of its goal, the names of its indicators (as joined in)."""
    rows = [
        (peers, statement, label)
        for label, peers, goal, names in zip(
            forms.index, forms["peers"], forms["goal"], forms["indicator_names"], strict=True
        )
        for statement in {*clauses(goal or ""), *(names if isinstance(names, tuple) else ())}
        if len(statement) >= _LEAST_SENTENCE
    ]
    return pd.DataFrame(rows, columns=["peers", "statement", "form"]).astype({"form": "int64"})


def _overlaps(forms: pd.DataFrame) -> dict[int, _Overlap]:
    """Later form → the earlier one it overlaps with."""
    statements = _statements(forms)
    shared = statements[statements.duplicated(["peers", "statement"], keep=False)]
    users: dict[tuple[str, str], list[int]] = defaultdict(list)
    for peers, statement, form in zip(shared["peers"], shared["statement"], shared["form"], strict=True):
        users[peers, statement].append(form)
    project = forms["project"].to_dict()
    found: dict[int, _Overlap] = {}
    for (_, statement), holders in sorted(users.items()):
        if len(holders) >= _STOCK or not _all_alike([project[form] for form in holders]):
            continue
        first, *later = sorted(holders)
        for form in later:
            known = found.get(form)
            # Of several shared sentences the longest says most; between equals the alphabet decides.
            if known is None or len(statement) > len(known.sentence):
                found[form] = _Overlap(first, statement)
    return found


def _all_alike(projects: list[str]) -> bool:
    return all(
        one and other and one != other and alike(one, other, LIKE) for one, other in combinations(projects, 2)
    )


def _fails(forms: pd.DataFrame) -> "Flags":
    return marked(forms, _overlaps(forms))


def _explain(failing: pd.DataFrame, tables: "Tables") -> Iterator[tuple[int, Evidence]]:
    overlaps = _overlaps(tables.forms)
    for label, form in zip(failing.index, records(failing), strict=True):
        overlap = overlaps[int(label)]
        other = tables.forms.loc[overlap.other]
        yield (
            int(label),
            Evidence(
                overlap.sentence,
                address=form["project_name_address"] or form["form_address"],
                details={
                    "other": str(other["form_no"]),
                    "other_project": where_else(
                        str(other["project_name"]), str(other["file_name"]), form["file_name"]
                    ),
                },
            ),
        )


CHECKS = (RuleCheck("X04", "forms", _fails, _explain),)
