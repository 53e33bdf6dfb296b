"""A run that stalled until another took its lock over: it stages nothing more, publishes nothing, and ends clean."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from flows.opening import warehouse_faults
from schemas.frames import Judgement
from tasks.faults import NotPublishedError
from tasks.load import stage, stage_findings
from tasks.publish import publish
from tasks.reference import stage_reference
from tests.support.judgements import COUNTY, TOULE, form, judged, loose_findings, submission
from tests.support.nights import night, state, trusting
from warehouse.engine import writing
from warehouse.ledger import (
    discard_unpublished,
    finish_run,
    last_run,
    next_publication,
    start_run,
)
from warehouse.lock import STALE_AFTER, Lock, LockLostError, acquire
from warehouse.tables import lock, run

FIRST_BATCH = judged(submission("附件2.docx", form("村干部任职补贴", "1.00")))
SECOND_BATCH = judged(submission("附件1.xlsx", form("道路养护", "2.00"), town=TOULE))
BOTH = judged(
    submission("附件2.docx", form("村干部任职补贴", "1.00")),
    submission("附件1.xlsx", form("道路养护", "2.00"), town=TOULE),
)


@pytest.fixture
def stalled(engine: Engine) -> Iterator[tuple[Engine, Lock]]:
    """A run that has staged its first batch, and then gave no sign of life; its warehouse and its lock."""
    held = acquire(engine, "stalled", heartbeat_every=timedelta(days=1))
    assert held is not None
    ours = held.fenced(engine)
    discard_unpublished(ours)
    start_run(ours, "stalled")
    stage_reference(ours, COUNTY, [2023], 1)
    _stage(ours, FIRST_BATCH)
    with writing(engine) as connection:
        long_ago = datetime.now(UTC) - STALE_AFTER - timedelta(seconds=1)
        connection.execute(update(lock).values(heartbeat_at=long_ago))
    yield ours, held
    held.release()


def _stage(engine: Engine, judgement: Judgement) -> None:
    stage(engine, judgement, county=COUNTY, publication_no=1, run_id="stalled", archive_urls={})


def test_a_run_taken_over_between_two_batches_stages_nothing_more(
    engine: Engine, stalled: tuple[Engine, Lock]
) -> None:
    ours, held = stalled
    successor = acquire(engine, "successor")
    assert successor is not None
    with successor:
        theirs = successor.fenced(engine)
        discard_unpublished(theirs)
        start_run(theirs, "successor")
        number = next_publication(theirs)
        stage_reference(theirs, COUNTY, [2023], number)
        _stage(theirs, FIRST_BATCH)
        before = state(engine)

        for write in (
            lambda: _stage(ours, SECOND_BATCH),
            lambda: stage_findings(
                ours, loose_findings(("S04", "散文件.docx")), county=COUNTY, years=[2023], publication_no=1
            ),
            lambda: stage_reference(ours, COUNTY.model_copy(update={"towns": COUNTY.towns[:1]}), [2023], 1),
            lambda: discard_unpublished(ours),
            lambda: start_run(ours, "stalled again"),
            lambda: publish(ours, "stalled", 1, trusting(1), lock=held),
        ):
            with pytest.raises(LockLostError, match="已被另一次运行接管"):
                write()
        finish_run(engine, "stalled", "failed", reasons=["运行锁已被另一次运行接管"])

        assert state(engine) == before
        with engine.connect() as connection:
            states = {row.run_id: row.state for row in connection.execute(select(run))}
        assert states == {"stalled": "abandoned", "successor": "running"}
        publish(theirs, "successor", number, trusting(number), lock=successor)
    assert held.lost
    ended = last_run(engine)
    assert ended is not None
    assert (ended["run_id"], ended["state"], ended["publication_no"]) == ("successor", "published", 1)
    again = night(engine, BOTH, run_id="next")
    assert (again.new_versions, again.unchanged) == (1, 1)


def test_a_run_that_kept_its_lock_writes_on(engine: Engine) -> None:
    held = acquire(engine, "nightly")
    assert held is not None
    with held:
        ours = held.fenced(engine)
        start_run(ours, "run")
        stage_reference(ours, COUNTY, [2023], 1)
        _stage(ours, BOTH)
        publish(ours, "run", 1, trusting(1), lock=held)
    assert next_publication(engine) == 2


def test_it_leaves_as_a_run_that_did_not_publish() -> None:
    with pytest.raises(NotPublishedError, match="请以那一次的结果为准") as told, warehouse_faults():
        raise LockLostError
    assert told.value.exit_code == 1
