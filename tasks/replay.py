"""The ledger and the archive in, what has to be judged anew out: every file that counts, whether or not the inbox has it."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine

from schemas.county import County
from tasks.archive import Archive
from tasks.faults import UserError
from tasks.inbox import Entry
from tasks.reception import Reception
from tasks.register import Register
from warehouse.decisions import decisions_in
from warehouse.ledger import known_files

_BEGINNING = datetime.fromtimestamp(0, UTC)


def archived(engine: Engine, county: County, archive_url: str, year: int | None) -> list[Reception]:
    """Every file that counts, year by year, as if all of it came in again.

    Args:
        engine: The warehouse.
        county: Its towns and due dates.
        archive_url: Where the bytes are.
        year: One fiscal year; None for all.

    Raises:
        UserError: nothing counts yet, or nothing of that year.
    """
    known, decided, archive = known_files(engine), decisions_in(engine), Archive(archive_url)
    current = {file: each for file, each in known.items() if each.is_current and year in (None, file[0])}
    if not current:
        which = "" if year is None else f" {year} 年度的"
        raise UserError(f"还没有汇总过{which}任何文件；请先运行 huizong run。")
    receptions = []
    for each_year in sorted({file[0] for file in current}):
        register = Register(each_year, county, known, decided)
        for (own_year, town_code, name), file in current.items():
            if own_year == each_year:
                entry = Entry(name, "", "file", file.size_bytes, file.received_at or _BEGINNING)
                path = archive.path_of(file.sha256, name)
                register.keep(town_code, entry, file.sha256, path, is_gone=file.is_missed)
        # Nobody looked into the inbox, so nothing has vanished from it.
        receptions.append(replace(register.reception(full=True), is_vanished=False))
    return receptions
