"""Everything staged in, the findings of letter Y out, staged under the same publication number.

Each county is compared within itself, year by year, on the rows the publication would show: so it does not matter
in which chunks, by how many workers, or on which database they were loaded. A finding that still holds stays as it
is, one that no longer does is closed, like any other.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Engine, select

from schemas.county import County
from schemas.rules.comparing import Difference, Towns
from schemas.rules.comparisons import compare
from schemas.rules.findings import finding
from tasks.compared_forms import counties, years_in_force
from tasks.identity import key
from tasks.records import Record
from tasks.star_findings import answered
from tasks.steps import reach
from warehouse.decisions import waivers
from warehouse.engine import writing
from warehouse.merge import Change, merge
from warehouse.tables import fact_finding, is_compared, submission

_NUMBERS = 1_000
"""A finding of Y02 on form 8 is number 2008 of its file: after the file's own, and the same whatever else is found."""
_OF_LAST_YEAR = frozenset({"Y04"})
"""Rules about what is no longer there: no file of this year holds it."""


def stage_comparisons(engine: Engine, county: County, publication_no: int) -> Change:
    """Stages every finding of letter Y, in one transaction; ``stage`` and ``stage_findings`` leave them alone.

    Args:
        engine: The warehouse, with all files of the publication staged and under their programmes.
        county: Its severities, and its words for programmes.
        publication_no: The publication being prepared.
    """
    with writing(engine) as connection:
        found = list(_findings(connection, county, publication_no))
        rows = answered(found, _hashes(connection, found), waivers(connection))
        change = merge(connection, fact_finding, rows, publication_no, within=is_compared())
        reach("compare.staged")
    return change


def _hashes(connection: Connection, rows: Iterable[Record]) -> dict[str, str]:
    """Submission id → sha256, of the files these findings are about."""
    named = {row["submission_id"] for row in rows if row["submission_id"] is not None}
    query = select(submission.c.submission_id, submission.c.file_sha256)
    found = connection.execute(query.where(submission.c.submission_id.in_(named)))
    return {row.submission_id: row.file_sha256 for row in found}


def _findings(connection: Connection, county: County, publication_no: int) -> Iterator[Record]:
    for year in years_in_force(connection, publication_no):
        for towns in counties(connection, county, year, publication_no):
            yield from findings_between(towns, county, year)


def findings_between(towns: Towns, county: County, year: int) -> Iterator[Record]:
    """Rows of ``fact_finding`` for what the towns of one county break; rules that are switched off say nothing."""
    for difference in compare(towns):
        row = _finding(difference, county, year)
        if row is not None:
            yield row


def _finding(difference: Difference, county: County, year: int) -> Record | None:
    form, evidence, rule_id = difference.row, difference.evidence, difference.rule_id
    is_gone = rule_id in _OF_LAST_YEAR
    row = finding(
        rule_id,
        file="" if is_gone else form["file_name"],
        value=evidence.value,
        expected=evidence.expected,
        county=county,
        address=evidence.address,
        form_no=None if is_gone else int(form["form_no"]),
        indicator_no=None,
        submission_key=None,
        group_key=f"{year}/{form['town_code']}",
        finding_no=int(rule_id[1:]) * _NUMBERS + int(form["position"] if is_gone else form["form_no"]),
        **evidence.details,
    )
    if row is None:
        return None
    # A goal belongs to its form; the other rules speak of a programme, whichever of its forms is named.
    what = form["form_key"] if rule_id == "Y03" else form["programme_name"]
    del row["submission_key"]
    return {
        **row,
        "finding_key": key("finding", rule_id, year, form["town_code"], what),
        "submission_id": None if is_gone else form["submission_id"],
        "fiscal_year": year,
        "town_code": form["town_code"],
        "project_name": form["project_name"],
    }
