"""A night's work on the warehouse without the inbox: lock, clean up, stage, audit, publish."""

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select

from schemas.frames import Judgement
from tasks.check import Audit
from tasks.compare import stage_comparisons
from tasks.load import StageCounts, stage, stage_findings
from tasks.programmes import stage_programmes
from tasks.publish import publish
from tasks.reference import stage_reference
from tasks.steps import KILL_AT
from tests.support.judgements import (
    ABSENT,
    BAOFENG,
    COUNTY,
    TOULE,
    content_with,
    form,
    judged,
    loose_findings,
    people,
    returned,
    submission,
)
from tests.support.postgres import opened
from warehouse.ledger import discard_unpublished, next_publication, start_run
from warehouse.lock import acquire
from warehouse.tables import metadata
from warehouse.views import read

FIRST = judged(
    submission(
        "附件2.docx",
        form("村干部任职补贴", "1380200.00", people("45"), content_with("95"), rules=[("M03", "warning", 1)]),
        form("宝丰镇2023年村级运转", "270000.10", content_with("90")),
        form("环境整治", "50000.01"),
    ),
    submission("附件1.xlsx", form("村干部任职补贴", "600000.01", people("20")), town=TOULE),
)
SECOND = judged(
    submission(
        "附件2.docx",
        returned("村干部任职补贴"),
        form("宝丰镇2023年村级运转", "280000.10", content_with("90")),
        form("道路养护", "33333.33"),
    ),
    submission("附件1.xlsx", form("村干部任职补贴", "600000.01", people("20")), town=TOULE),
)
"""The next version of 宝丰镇: one form returned, one changed, one gone, one new."""
NIGHTS = {"first": FIRST, "second": SECOND}
MISSING = loose_findings(("S03", f"2023/{ABSENT}"))


def trusting(publication_no: int) -> Audit:
    """An audit that finds nothing, where great-expectations (some seconds to import) is not what is tested."""
    return Audit(publication_no, 1, ())


def staged(engine: Engine, judgement: Judgement, *, run_id: str = "run") -> tuple[int, StageCounts]:
    """Everything before the audit: the number staged under, and what staging changed."""
    discard_unpublished(engine)
    start_run(engine, run_id)
    number = next_publication(engine)
    stage_reference(engine, COUNTY, [2023], number)
    counts = stage(engine, judgement, county=COUNTY, publication_no=number, run_id=run_id, archive_urls={})
    counts += stage_findings(engine, MISSING, county=COUNTY, years=[2023], publication_no=number)
    changed = stage_programmes(engine, COUNTY, number) + stage_comparisons(engine, COUNTY, number)
    return number, counts + StageCounts(rows_inserted=changed.inserted, rows_closed=changed.closed)


def night(engine: Engine, judgement: Judgement, *, run_id: str = "run") -> StageCounts:
    """A whole night."""
    lock = acquire(engine, "night", heartbeat_every=timedelta(seconds=1))
    assert lock is not None, "another night is under way"
    with lock:
        number, counts = staged(engine, judgement, run_id=run_id)
        publish(engine, run_id, number, trusting(number), lock=lock)
    return counts


_OF_THE_RUN = {"run_id", "decided_at"}


def state(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but runs and locks, without what names the run or tells its time."""
    with engine.connect() as connection:
        return {
            table.name: sorted(
                (
                    {name: value for name, value in row.items() if name not in _OF_THE_RUN}
                    for row in connection.execute(select(table)).mappings()
                ),
                key=repr,
            )
            for table in metadata.sorted_tables
            if table.name not in ("run", "lock")
        }


def child_night(url: str, name: str, step: str) -> None:
    """What a child does that is to die at ``step``."""
    os.environ[KILL_AT] = step
    with opened(url) as engine:
        night(engine, NIGHTS[name], run_id="child")


def budget(engine: Engine, town_code: str = BAOFENG) -> dict[str, tuple[int, Decimal, bool]]:
    """Project → (version of its file, total, stale), as published."""
    with engine.connect() as connection:
        return {
            row["project_name"]: (row["submission_version"], row["total_yuan"], row["is_stale"])
            for row in read(connection, "v_budget", town_code=town_code)
        }


def history(engine: Engine, table: str) -> list[tuple[int, int | None]]:
    """The span of every row of a table; 0 for an open end."""
    with engine.connect() as connection:
        held = metadata.tables[table]
        return sorted(
            (row.pub_from, row.pub_to or 0)
            for row in connection.execute(select(held.c.pub_from, held.c.pub_to))
        )


def nights(engine: Engine, *judgements: Judgement) -> list[StageCounts]:
    """One night after the other."""
    return [night(engine, each, run_id=f"run {number}") for number, each in enumerate(judgements, 1)]


def publish_by_hand(engine: Engine, number: int) -> None:
    """Moves the number and nothing else."""
    with engine.begin() as connection:
        connection.execute(
            metadata.tables["publication"].insert(),
            {
                "publication_no": number,
                "state": "published",
                "run_id": "r",
                "decided_at": datetime.now(UTC),
            },
        )
