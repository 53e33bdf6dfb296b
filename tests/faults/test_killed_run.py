"""Kill -9 at every labelled step, run again: the same state as after a clean run (promises 2, 4, 11)."""

import multiprocessing
import signal
import threading
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from tasks.steps import STEPS, reach
from tests.support.nights import FIRST, SECOND, child_night, night, state
from tests.support.postgres import opened
from warehouse.lock import acquire
from warehouse.migrations import upgrade
from warehouse.views import read

# One helper process imports everything once and forks a child per test: an import takes seconds, a fork does not.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.support.nights"])


def die_at(step: str, url: str, night_name: str) -> None:
    """Runs a night in a child that kills itself at ``step``."""
    child = CHILDREN.Process(target=child_night, args=(url, night_name, step))
    child.start()
    child.join(timeout=120)
    assert child.exitcode == -signal.SIGKILL


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    """The state after two nights that nothing disturbed."""
    with opened(f"sqlite:///{tmp_path_factory.mktemp('clean') / 'huizong.db'}") as engine:
        upgrade(engine)
        night(engine, FIRST)
        night(engine, SECOND, run_id="again")
        return state(engine)


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_and_run_again_gives_the_state_of_a_clean_run(
    step: str, sqlite_url: str, clean: dict[str, list[dict[str, object]]]
) -> None:
    with opened(sqlite_url) as engine:
        night(engine, FIRST)
        before = _shown(engine)
        die_at(step, sqlite_url, "second")
        if step != "publish.after_commit":
            assert _shown(engine) == before
            night(engine, SECOND, run_id="again")
        assert state(engine) == clean


@pytest.mark.postgres
@pytest.mark.parametrize("step", ["load.facts", "load.after_commit", "publish.before_commit"])
def test_the_same_on_postgresql(
    step: str, postgres_url: str, clean: dict[str, list[dict[str, object]]]
) -> None:
    with opened(postgres_url) as engine:
        night(engine, FIRST)
        before = _shown(engine)
        die_at(step, postgres_url, "second")
        assert _shown(engine) == before
        night(engine, SECOND, run_id="again")
        assert state(engine) == clean


def test_the_first_run_of_all_may_die_too(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine:
        die_at("load.after_commit", sqlite_url, "first")
        assert not read_budget(engine)
        counts = night(engine, FIRST)
        assert counts.new_versions == 2
        assert len(read_budget(engine)) == 4


def test_a_dead_runs_lock_is_taken_over_at_once(engine: Engine, warehouse_url: str) -> None:
    die_at("load.begin", warehouse_url, "first")
    lock = acquire(engine, "the next one")
    assert lock is not None
    lock.release()


def test_a_polling_reader_sees_the_old_publication_then_the_new_and_never_a_mix(
    engine: Engine, warehouse_url: str
) -> None:
    night(engine, FIRST)
    old = _shown(engine)
    seen: list[object] = []
    started, done = threading.Event(), threading.Event()

    def poll() -> None:
        with opened(warehouse_url) as reader:
            while not done.is_set():
                seen.append(_shown(reader))
                started.set()
            seen.append(_shown(reader))

    thread = threading.Thread(target=poll)
    thread.start()
    started.wait(timeout=30)
    night(engine, SECOND, run_id="again")
    done.set()
    thread.join(timeout=30)
    new = _shown(engine)
    assert old != new
    assert seen[0] == old
    assert seen[-1] == new
    switches = [later for earlier, later in pairwise(seen) if earlier != later]
    assert switches == [new]


def test_steps_must_be_known() -> None:
    with pytest.raises(ValueError, match=r"load\.befor "):
        reach("load.befor")


def read_budget(engine: Engine) -> list[dict[str, object]]:
    with engine.connect() as connection:
        return read(connection, "v_budget")


def _shown(engine: Engine) -> object:
    """What a reader sees, in one transaction."""
    with engine.connect() as connection, connection.begin():
        return (
            read(connection, "v_budget"),
            read(connection, "v_finding"),
            read(connection, "v_submission_status"),
        )
