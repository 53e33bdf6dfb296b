"""S02 S05 S06 S07: who sent what, when, and whether it is theirs. Offline nothing is known of it, and nothing said.

S01, S03, S04, S08, S09 and S10 are about folders, towns without a file and files that are not there; the flow words them
with ``finding``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables


def _late(files: pd.DataFrame) -> "Flags":
    return files["is_late"].astype(bool)


def _twin(files: pd.DataFrame) -> "Flags":
    return files["twin"].notna()


def _other_year(forms: pd.DataFrame) -> "Flags":
    both = forms["folder_year"].notna() & forms["fiscal_year"].notna()
    return both & (forms["folder_year"] != forms["fiscal_year"])


def _other_town(forms: pd.DataFrame) -> "Flags":
    """Forms whose offices are another town's: certain only where one of them is, and none is the folder's."""
    flags = [
        folder is not None and bool(named) and folder not in named
        for folder, named in zip(forms["folder_town"], _named_towns(forms), strict=True)
    ]
    return pd.Series(flags, index=forms.index, dtype=bool)


def _named_towns(forms: pd.DataFrame) -> Iterator[list[object]]:
    for department, unit in zip(forms["department_town"], forms["unit_town"], strict=True):
        yield [town for town in (department, unit) if town is not None]


def _explain_late(file: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(file["received_day"], file["due_date"])


def _explain_twin(file: Row, _: "Tables") -> Iterator[Evidence]:
    yield Evidence(file["twin"])


def _explain_year(form: Row, _: "Tables") -> Iterator[Evidence]:
    address = form["fiscal_year_address"] or form["form_address"]
    yield Evidence(f"{form['fiscal_year']}年度", f"{form['folder_year']}年度", address)


def _explain_town(form: Row, _: "Tables") -> Iterator[Evidence]:
    offices = dict.fromkeys(name for name in (form["department_name"], form["implementing_unit"]) if name)
    address = form["department_address"] or form["implementing_unit_address"] or form["form_address"]
    yield Evidence("、".join(offices), form["folder_town"].name, address)


CHECKS = (
    check_by_row("S02", "files", _late, _explain_late),
    check_by_row("S05", "forms", _other_year, _explain_year),
    check_by_row("S06", "files", _twin, _explain_twin),
    check_by_row("S07", "forms", _other_town, _explain_town),
)
