"""The ledger: publications, runs, known files, and what an unfinished run leaves behind."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select

from tasks.publish import fail
from tests.support.judgements import BAOFENG, IN_TIME, TOULE, form, judged, submission
from tests.support.nights import FIRST, SECOND, night, staged, state
from warehouse.ledger import (
    Discarded,
    current_publication,
    discard_unpublished,
    finish_run,
    known_files,
    last_run,
    next_publication,
    start_run,
)
from warehouse.tables import run


def test_an_empty_warehouse_has_no_publication(engine: Engine) -> None:
    with engine.connect() as connection:
        assert current_publication(connection) == 0
    assert next_publication(engine) == 1
    assert known_files(engine) == {}
    assert last_run(engine) is None
    assert discard_unpublished(engine) == Discarded(0, 0)


def test_what_was_staged_and_never_published_is_undone(engine: Engine) -> None:
    night(engine, FIRST)
    before = state(engine)
    staged(engine, SECOND, run_id="dead")
    assert state(engine) != before
    discarded = discard_unpublished(engine)
    assert discarded.submissions == 1
    assert discarded.rows > 0
    assert state(engine) == before
    assert discard_unpublished(engine) == Discarded(0, 0)


def test_known_files_are_the_newest_published_versions(engine: Engine) -> None:
    first = submission("附件2.docx", form("甲", "1.00"))
    second = submission("附件2.docx", form("甲", "2.00"))
    other = submission("附件1.xlsx", form("甲", "2.00"), town=TOULE)
    night(engine, judged(first, other))
    staged(engine, judged(second), run_id="dead")
    known = known_files(engine)
    assert known.keys() == {(2023, BAOFENG, "附件2.docx"), (2023, TOULE, "附件1.xlsx")}
    (found, *_) = known[2023, BAOFENG, "附件2.docx"], known[2023, TOULE, "附件1.xlsx"]
    assert tuple(found) == (first.sha256, 1000, IN_TIME, 1, IN_TIME, True, True, False, "")


def test_a_failed_publication_keeps_its_number_and_reasons(engine: Engine) -> None:
    night(engine, FIRST)
    number, _ = staged(engine, SECOND, run_id="bad")
    fail(engine, "bad", ("理由一", "理由二"), publication_no=number)
    with engine.connect() as connection:
        assert current_publication(connection) == 1
    assert next_publication(engine) == 3
    last = last_run(engine)
    assert last is not None
    assert (last["state"], last["reasons"], last["publication_no"]) == ("failed", ["理由一", "理由二"], 2)
    night(engine, SECOND, run_id="good")
    with engine.connect() as connection:
        assert current_publication(connection) == 3


def test_a_run_that_begins_calls_the_dead_ones_abandoned(engine: Engine) -> None:
    start_run(engine, "dead")
    start_run(engine, "living")
    finish_run(engine, "living", "unchanged")
    with engine.connect() as connection:
        rows = {row.run_id: row for row in connection.execute(select(run))}
    assert (rows["dead"].state, rows["living"].state) == ("abandoned", "unchanged")
    assert rows["dead"].finished_at <= datetime.now(UTC)
    assert rows["living"].reasons is None
