"""What the inbox says of whole files in: the rows of withdrawn files closed, the zips of submissions in the ledger.

Everything is staged under the next publication number, and staging it twice changes nothing.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, select

from schemas.county import County
from tasks.enter import enter
from tasks.load import StageCounts
from tasks.reception import Notice, Packed
from warehouse.engine import writing
from warehouse.ledger import FileName
from warehouse.merge import Change, merge
from warehouse.tables import (
    dim_project,
    fact_budget,
    fact_finding,
    fact_funding,
    fact_indicator,
    fact_submission,
    submission,
)


def close_files(engine: Engine, files: Iterable[FileName], publication_no: int) -> StageCounts:
    """Closes every row of these files, each in a transaction of its own: they are judged and counted no more.

    The ledger keeps all their versions, and past publications show them as they did.

    Args:
        engine: The warehouse.
        files: Fiscal year, town code and file name of each.
        publication_no: The publication being prepared.
    """
    change = Change()
    for file in files:
        with writing(engine) as connection:
            change += _close(connection, file, publication_no)
    return StageCounts(rows_inserted=change.inserted, rows_closed=change.closed)


def enter_packed(
    engine: Engine,
    packed: Iterable[Packed],
    *,
    county: County,
    publication_no: int,
    run_id: str,
    archive_url: str,
) -> None:
    """Enters zips of submissions in the ledger, beside their members, so that an unchanged one is not opened again.

    That alone is nothing to publish: a zip packed anew around the same files is opened every night until something
    else is published.
    """
    with writing(engine) as connection:
        for each in packed:
            enter(
                connection,
                each.file,
                sha256=each.sha256,
                size_bytes=each.size_bytes,
                received_at=each.received_at,
                archive_url=f"{archive_url}/{each.archive_path}",
                run_id=run_id,
                publication_no=publication_no,
                timezone=county.timezone,
            )


def true_notices(engine: Engine, notices: Iterable[Notice]) -> list[Notice]:
    """Notices without those of a file gone (S08) of which nothing is in force any more.

    Whether a file that is gone has been replaced is known only when its town is judged.
    """
    query = (
        select(submission.c.fiscal_year, submission.c.town_code, submission.c.file_name)
        .join(fact_submission, fact_submission.c.submission_id == submission.c.submission_id)
        .where(fact_submission.c.pub_to.is_(None))
    )
    with engine.connect() as connection:
        current = {
            (f"{row.fiscal_year}/{row.town_code}", name)
            for row in connection.execute(query)
            for name in (row.file_name, row.file_name.partition("/")[0])
        }
    return [each for each in notices if each.rule_id != "S08" or (each.group, each.value) in current]


def _close(connection: Connection, file: FileName, publication_no: int) -> Change:
    year, town_code, name = file
    versions = select(submission.c.submission_id).where(
        submission.c.fiscal_year == year,
        submission.c.town_code == town_code,
        submission.c.file_name == name,
    )
    forms = fact_budget.c.pub_to.is_(None) & fact_budget.c.submission_id.in_(versions)
    projects = set(connection.scalars(select(fact_budget.c.project_key).where(forms)))
    change = Change()
    for table in (fact_submission, fact_budget, fact_funding, fact_indicator, fact_finding):
        change += merge(connection, table, [], publication_no, within=table.c.submission_id.in_(versions))
    held = select(fact_budget.c.project_key).where(
        fact_budget.c.pub_to.is_(None), fact_budget.c.project_key.in_(projects)
    )
    orphans = projects - set(connection.scalars(held))
    return change + merge(
        connection, dim_project, [], publication_no, within=dim_project.c.project_key.in_(orphans)
    )
