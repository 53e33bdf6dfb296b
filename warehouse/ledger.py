"""The ledger: what was received, which run did it, and which publication is current."""

import json
import os
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, delete, func, insert, select, update

from schemas.rules.wording import shown
from warehouse.engine import writing
from warehouse.tables import (
    HISTORY,
    correction,
    fact_budget,
    fact_finding,
    fact_submission,
    publication,
    run,
    submission,
)


class KnownFile(NamedTuple):
    """The newest published version of a file."""

    sha256: str
    size_bytes: int
    received_at: datetime | None
    version: int
    first_received_at: datetime | None = None
    """Of version 1."""
    is_current: bool = True
    """It is judged and counts; not so a file that was withdrawn or renamed, and a zip, whose members count instead."""
    is_in_force: bool = True
    """Readers see a form of it."""
    is_missed: bool = False
    """Readers are told that it is in the inbox no more (S08)."""
    decisions_version: str = ""
    """What people had decided of it when it was judged."""


FileName: TypeAlias = tuple[int, str, str]
"""Fiscal year, town code, file name."""
KnownFiles: TypeAlias = Mapping[FileName, KnownFile]


class Publication(NamedTuple):
    """A numbered switch that readers saw."""

    number: int
    published_at: datetime


class Discarded(NamedTuple):
    """What an unfinished run had left behind."""

    rows: int
    submissions: int


def current_publication(connection: Connection) -> int:
    """The publication readers see; 0 before the first."""
    query = select(func.max(publication.c.publication_no)).where(publication.c.state == "published")
    return connection.scalar(query) or 0


def publications(connection: Connection) -> tuple[Publication, ...]:
    """All that were published, oldest first."""
    query = select(publication.c.publication_no, publication.c.decided_at)
    found = connection.execute(
        query.where(publication.c.state == "published").order_by(publication.c.publication_no)
    )
    return tuple(Publication(*row) for row in found)


def next_publication(engine: Engine) -> int:
    """The number a run writes under: one after the newest, failed ones included. Taken while holding the lock."""
    with engine.connect() as connection:
        return (connection.scalar(select(func.max(publication.c.publication_no))) or 0) + 1


def known_files(engine: Engine) -> dict[FileName, KnownFile]:
    """(fiscal year, town code, file name) → the newest version that has been published."""
    found: dict[FileName, KnownFile] = {}
    with engine.connect() as connection:
        now = current_publication(connection)
        judged = _judged_in(connection, now)
        in_force = _submissions_in(connection, fact_budget, now)
        missed = _missed(connection, now)
        query = select(submission).where(submission.c.pub_from <= now).order_by(submission.c.version)
        for row in connection.execute(query):
            name = (row.fiscal_year, row.town_code, row.file_name)
            before = found.get(name)
            found[name] = KnownFile(
                row.file_sha256,
                row.size_bytes,
                row.received_at,
                row.version,
                before.first_received_at if before else row.received_at,
                is_current=row.submission_id in judged,
                decisions_version=judged.get(row.submission_id) or "",
                # A form may stand from an earlier version.
                is_in_force=row.submission_id in in_force or (before is not None and before.is_in_force),
                is_missed=not missed.isdisjoint(
                    (row.fiscal_year, row.town_code, shown(each))
                    for each in (row.file_name, row.file_name.partition("/")[0])
                ),
            )
    return found


def is_shown_in(table: Table, publication_no: int) -> ColumnElement[bool]:
    """Whether a publication shows a row of a table with history."""
    until = func.coalesce(table.c.pub_to, publication_no + 1)
    return and_(table.c.pub_from <= publication_no, until > publication_no)


def _judged_in(connection: Connection, publication_no: int) -> dict[str, str | None]:
    """Submission → the version of the decisions it was judged with."""
    query = select(fact_submission.c.submission_id, fact_submission.c.decisions_version)
    found = connection.execute(query.where(is_shown_in(fact_submission, publication_no)))
    return {row.submission_id: row.decisions_version for row in found}


def _submissions_in(connection: Connection, table: Table, publication_no: int) -> set[str]:
    query = select(table.c.submission_id).where(is_shown_in(table, publication_no)).distinct()
    return set(connection.scalars(query))


def _missed(connection: Connection, publication_no: int) -> set[FileName]:
    """Files, and zips with all their members, of which readers are told that they are gone, as the finding shows them."""
    query = select(fact_finding.c.fiscal_year, fact_finding.c.town_code, fact_finding.c.value).where(
        fact_finding.c.rule_id == "S08", is_shown_in(fact_finding, publication_no)
    )
    return {(row.fiscal_year, row.town_code, row.value) for row in connection.execute(query)}


def discard_unpublished(engine: Engine) -> Discarded:
    """Takes the warehouse back to its current publication: what a run wrote that never published is undone.

    Rows that only a later publication would show are removed, rows closed for one are open again, and
    versions it put in the ledger are forgotten, so their files count as new. To be called while holding the
    lock. Doing it twice changes nothing, and so does doing it after a clean run.
    """
    rows = 0
    with writing(engine) as connection:
        current = current_publication(connection)
        for table in reversed(HISTORY):
            rows += connection.execute(delete(table).where(table.c.pub_from > current)).rowcount
            rows += connection.execute(
                update(table).where(table.c.pub_to > current).values(pub_to=None)
            ).rowcount
        forgotten = connection.execute(delete(submission).where(submission.c.pub_from > current)).rowcount
        connection.execute(update(correction).where(correction.c.void_from > current).values(void_from=None))
    return Discarded(rows, forgotten)


def start_run(engine: Engine, run_id: str) -> None:
    """Notes that a run has begun. To be called while holding the lock: runs still called running are dead ones."""
    with writing(engine) as connection:
        now = datetime.now(UTC)
        connection.execute(
            update(run).where(run.c.state == "running").values(state="abandoned", finished_at=now)
        )
        connection.execute(
            insert(run).values(
                run_id=run_id, state="running", host=socket.gethostname(), pid=os.getpid(), started_at=now
            )
        )


def finish_run(
    engine: Engine, run_id: str, state: str, *, reasons: Sequence[str] = (), publication_no: int | None = None
) -> None:
    """Notes how a run ended.

    Args:
        engine: The warehouse.
        run_id: As given to ``start_run``.
        state: ``published``, ``unchanged`` (nothing new in the inbox) or ``failed``.
        reasons: Why it failed, in sentences.
        publication_no: The publication it made or tried to make.
    """
    with writing(engine) as connection:
        note_end(connection, run_id, state, reasons=reasons, publication_no=publication_no)


def note_end(
    connection: Connection, run_id: str, state: str, *, reasons: Sequence[str], publication_no: int | None
) -> None:
    """As ``finish_run``, inside a transaction of the caller. What has ended keeps its end."""
    connection.execute(
        update(run)
        .where(run.c.run_id == run_id, run.c.state == "running")
        .values(
            state=state,
            finished_at=datetime.now(UTC),
            publication_no=publication_no,
            reasons=json.dumps(list(reasons), ensure_ascii=False) if reasons else None,
        )
    )


def last_run(engine: Engine) -> Mapping[str, object] | None:
    """The run that began last, with its reasons as a list; None before the first."""
    with engine.connect() as connection:
        found = connection.execute(select(run).order_by(run.c.started_at.desc()).limit(1)).mappings().first()
    return None if found is None else {**found, "reasons": json.loads(found["reasons"] or "[]")}
