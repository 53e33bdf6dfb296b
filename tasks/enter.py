"""One version of a file in, its entry in the ledger out: made where the content differs from the newest one known."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from tasks.identity import key
from tasks.records import Record
from warehouse.ledger import FileName
from warehouse.tables import submission


def enter(
    connection: Connection,
    file: FileName,
    *,
    sha256: str,
    size_bytes: int,
    received_at: datetime | None,
    archive_url: str | None,
    run_id: str,
    publication_no: int,
    timezone: str,
) -> tuple[Record, bool]:
    """Enter a file in the ledger, inside the caller's transaction.

    Args:
        connection: In a writing transaction.
        file: Fiscal year, town code, file name.
        sha256: Of its bytes.
        size_bytes: How many there are.
        received_at: When they came.
        archive_url: Where they are kept.
        run_id: The run that enters them.
        publication_no: The publication being prepared.
        timezone: Of the county, for the day they came.

    Returns:
        The entry, and whether it was made now.
    """
    year, town_code, name = file
    same_file = (
        (submission.c.fiscal_year == year)
        & (submission.c.town_code == town_code)
        & (submission.c.file_name == name)
    )
    known = connection.execute(
        select(submission).where(same_file).order_by(submission.c.version.desc()).limit(1)
    )
    newest = known.mappings().first()
    if newest is not None and newest["file_sha256"] == sha256:
        return dict(newest), False
    version = 1 if newest is None else newest["version"] + 1
    day = None if received_at is None else received_at.astimezone(ZoneInfo(timezone)).date()
    entry = {
        "submission_id": key("submission", *file, version),
        "fiscal_year": year,
        "town_code": town_code,
        "file_name": name,
        "version": version,
        "file_sha256": sha256,
        "size_bytes": size_bytes,
        "received_at": received_at,
        "received_ordinal": None if day is None else day.toordinal(),
        "archive_url": archive_url,
        "run_id": run_id,
        "pub_from": publication_no,
    }
    connection.execute(insert(submission).values(entry))
    return entry, True
