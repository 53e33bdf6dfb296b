"""X02: one project in two forms of a town's year."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.programmes import folded
from schemas.rules.checks import Evidence, RuleCheck, each_text, each_value, marked, records, squeeze
from schemas.rules.hints import is_hint, is_none

if TYPE_CHECKING:
    from schemas.rules.checks import Column, Flags
    from schemas.rules.tables import Tables


def _office(forms: pd.DataFrame) -> "Column":
    """Whose project it is: two offices of a town may each have their 办公经费."""
    office = each_value(forms["implementing_unit"], squeeze)
    return office.where(office.notna(), each_value(forms["department_name"], squeeze))


def _names(forms: pd.DataFrame) -> "Column":
    """The projects without the form's own year: 2023年村级公路养护, 村级公路养护（2023年）. Of another year it is another project."""
    told = [
        None if project is None else re.sub(rf"^{year}年度?(?=\D)|(?<=\D){year}年度?$", "", folded(project))
        for project, year in zip(forms["project"], forms["fiscal_year"], strict=True)
    ]
    return pd.Series(told, index=forms.index, dtype=object)


def _is_no_name(text: str) -> bool:
    return is_hint(text) or is_none(text)


def _first_of_same(forms: pd.DataFrame) -> "Column":
    """For each named form, the label of the first form of the same project; its own for that one."""
    # As the warehouse tells projects apart (``tasks.star.project_key``): a bracket or a comma makes no other project.
    name = _names(forms)
    is_named = name.notna() & (name != "") & ~each_text(forms["project"], _is_no_name)
    named = forms.assign(project=name)[is_named]
    office = _office(named)
    # A form without an office is taken for the first office that names this project.
    first_office = office.groupby([named["peers"], named["project"]], sort=False).transform("first")
    office = office.where(office.notna(), first_office).fillna("")
    code = named["project_code"].fillna("")
    labels = pd.Series(named.index, index=named.index)
    return labels.groupby([named["peers"], named["project"], office, code], sort=False).transform("first")


def _fails(forms: pd.DataFrame) -> "Flags":
    if forms.empty:
        return marked(forms, [])
    first = _first_of_same(forms)
    return marked(forms, first.index[first != first.index])


def _explain(failing: pd.DataFrame, tables: "Tables") -> Iterator[tuple[int, Evidence]]:
    first = _first_of_same(tables.forms)
    for label, form in zip(failing.index, records(failing), strict=True):
        other = tables.forms.loc[first[label]]
        yield (
            int(label),
            Evidence(
                form["project_name"],
                address=form["project_name_address"] or form["form_address"],
                details={"other": str(other["form_no"]), "other_file": other["file_name"]},
            ),
        )


CHECKS = (RuleCheck("X02", "forms", _fails, _explain),)
