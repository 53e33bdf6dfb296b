"""A publication being prepared in, what the rules of letter Y compare out: county by county, a year and the one before."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Numeric,
    Row,
    Select,
    Text,
    and_,
    cast,
    func,
    select,
)

from schemas.county import County
from schemas.programmes import programmes
from schemas.rules.comparing import FORMS_IN_FORCE, Absences, Towns
from tasks.identity import listed_programme
from warehouse.ledger import is_shown_in
from warehouse.tables import (
    dim_programme,
    dim_project,
    dim_town,
    fact_budget,
    fact_finding,
    fact_indicator,
    fact_submission,
    is_compared,
    submission,
)

_MOST_HEADS = 100_000_000
"""More is no headcount (as in ``v_programme_comparison``)."""
_ROWS_AT_ONCE = 5_000


def years_in_force(connection: Connection, publication_no: int) -> list[int]:
    """The fiscal years that have a file in the publication."""
    table = fact_submission
    query = select(table.c.fiscal_year).where(is_shown_in(table, publication_no)).distinct()
    return sorted(connection.scalars(query))


def counties(connection: Connection, county: County, year: int, publication_no: int) -> Iterator[Towns]:
    """Each county of the warehouse with its forms of ``year`` and of the year before; one is held at a time.

    Args:
        connection: The warehouse, with everything staged.
        county: Its words for programmes.
        year: Fiscal year.
        publication_no: The publication being prepared.
    """
    absences = _absences(connection, county, year, publication_no)
    words = programmes(county.words)
    found = connection.execute(_forms(year, publication_no).execution_options(yield_per=_ROWS_AT_ONCE))
    for county_code, rows in groupby(found, key=lambda row: row.county_code):
        forms = _frame(rows)
        this = forms["fiscal_year"] == year
        yield Towns(
            forms[this].reset_index(drop=True),
            forms[~this].reset_index(drop=True),
            absences.get(county_code, Absences()),
            words.measure,
        )


def _forms(year: int, publication_no: int) -> Select[Any]:
    people = (
        select(
            fact_indicator.c.form_key,
            func.max(cast(func.round(_plain(fact_indicator.c.value) * 1000), BigInteger)).label("heads"),
        )
        .where(
            is_shown_in(fact_indicator, publication_no),
            fact_indicator.c.kind == "quantity",
            fact_indicator.c.unit == "人",
            _plain(fact_indicator.c.value).between(0, _MOST_HEADS),
        )
        .group_by(fact_indicator.c.form_key)
        .subquery()
    )
    b, p, t = fact_budget, dim_project, dim_town
    return (
        select(
            t.c.county_code,
            b.c.fiscal_year,
            b.c.town_code,
            t.c.town_name,
            t.c.villages,
            submission.c.file_name,
            b.c.submission_id,
            b.c.form_no,
            b.c.form_key,
            dim_programme.c.programme_name,
            p.c.project_name,
            p.c.attribute,
            p.c.goal,
            # Whole 分: the amount's text without its point, exact on both engines.
            cast(func.replace(cast(b.c.total_yuan, Text), ".", ""), BigInteger).label("fen"),
            people.c.heads,
            b.c.total_address,
            b.c.goal_address,
            b.c.form_address,
        )
        .join(submission, submission.c.submission_id == b.c.submission_id)
        .join(p, and_(p.c.project_key == b.c.project_key, is_shown_in(p, publication_no)))
        .join(dim_programme, dim_programme.c.programme_key == p.c.programme_key)
        .join(t, and_(t.c.town_code == b.c.town_code, is_shown_in(t, publication_no)))
        .outerjoin(people, people.c.form_key == b.c.form_key)
        .where(is_shown_in(b, publication_no), b.c.fiscal_year.in_((year - 1, year)))
        .order_by(t.c.county_code)
    )


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(column, Numeric(asdecimal=False))


def _frame(rows: Iterable[Row[Any]]) -> pd.DataFrame:
    """FORMS_IN_FORCE, by town, file, and form: databases order texts each in their own way, Python always in one."""
    told = sorted(
        rows, key=lambda row: (row.town_code, row.fiscal_year, row.file_name, row.form_no, row.form_key)
    )
    columns = {
        name: pd.Series([getattr(row, name) for row in told], dtype=kind)
        for name, kind in FORMS_IN_FORCE.items()
    }
    return pd.DataFrame(columns)


def _absences(
    connection: Connection, county: County, year: int, publication_no: int
) -> Mapping[str, Absences]:
    """County code → what its towns have sent that is not in force, or not sent."""
    returned: dict[str, set[tuple[str, str | None]]] = {}
    for row in connection.execute(_returned(year, publication_no)):
        returned.setdefault(row.county_code, set()).add((row.town_code, row.project_name))
    names = {name for held in returned.values() for _, name in held}
    programme_of = _programme_names(connection, county, names, publication_no)
    sent: set[str] = set()
    refused: set[str] = set()
    files = fact_submission
    for row in connection.execute(
        select(files.c.town_code, files.c.forms_in, files.c.verdict).where(
            is_shown_in(files, publication_no), files.c.fiscal_year == year
        )
    ):
        sent.add(row.town_code)
        if row.forms_in == 0 and row.verdict == "returned":
            refused.add(row.town_code)
    towns: dict[str, set[str]] = {}
    for row in connection.execute(
        select(dim_town.c.county_code, dim_town.c.town_code).where(is_shown_in(dim_town, publication_no))
    ):
        towns.setdefault(row.county_code, set()).add(row.town_code)
    return {
        code: Absences(
            frozenset((town, programme_of.get(name)) for town, name in returned.get(code, ())),
            frozenset(town for town in held if town not in sent or town in refused),
        )
        for code, held in towns.items()
    }


def _returned(year: int, publication_no: int) -> Select[Any]:
    """Projects with an error in their form; that one is in force all the same where an earlier version was sound."""
    f = fact_finding
    return (
        select(dim_town.c.county_code, f.c.town_code, f.c.project_name)
        .join(dim_town, and_(dim_town.c.town_code == f.c.town_code, is_shown_in(dim_town, publication_no)))
        .where(
            is_shown_in(f, publication_no),
            f.c.fiscal_year == year,
            f.c.severity == "error",
            f.c.state == "open",
            f.c.form_no.is_not(None),
            ~is_compared(),
        )
        .distinct()
    )


def _programme_names(
    connection: Connection, county: County, names: set[str | None], publication_no: int
) -> Mapping[str | None, str]:
    """Project name → its programme: that of a project in force under this name, else what the vocabulary says."""
    if not names:
        return {}
    query = (
        select(dim_project.c.project_name, dim_programme.c.programme_name)
        .join(dim_programme, dim_programme.c.programme_key == dim_project.c.programme_key)
        .where(is_shown_in(dim_project, publication_no))
        .distinct()
    )
    held = {row.project_name: row.programme_name for row in connection.execute(query)}
    return {name: held.get(name) or listed_programme(name, county) for name in names if name is not None}
