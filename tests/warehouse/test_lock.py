"""The run lock: one at a time, taken over from the dead, never from the living (promise 11)."""

import logging
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import OperationalError

from tests.support.postgres import opened
from warehouse import lock as locking
from warehouse.engine import writing
from warehouse.lock import STALE_AFTER, Lock, acquire, holder
from warehouse.tables import lock


def pretend(engine: Engine, **changes: object) -> None:
    """Makes the held lock look like somebody else's."""
    with writing(engine) as connection:
        connection.execute(update(lock).values(changes))


def taken(engine: Engine, **options: timedelta) -> Lock:
    held = acquire(engine, "nightly", **options)
    assert held is not None
    return held


def test_a_second_run_finds_it_taken_and_by_whom(engine: Engine, warehouse_url: str) -> None:
    with taken(engine), opened(warehouse_url) as other:
        assert acquire(other, "by hand") is None
        assert f"nightly（主机 {socket.gethostname()}，进程 {os.getpid()}" in str(holder(other))
    assert holder(engine) is None
    taken(engine).release()


def test_a_dead_process_of_this_host_is_taken_over_at_once(engine: Engine) -> None:
    child = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    first = taken(engine)
    pretend(engine, pid=int(child.stdout))
    second = taken(engine)
    first.release()
    assert holder(engine) is not None, "the first one gives back only what is still its own"
    second.release()


def test_a_process_number_used_again_is_not_its_former_bearer(engine: Engine) -> None:
    first = taken(engine)
    pretend(engine, process_started="1")
    taken(engine).release()
    first.release()


def test_another_host_is_dead_only_when_its_heart_has_stopped(engine: Engine) -> None:
    first = taken(engine)
    pretend(engine, host="another", pid=1)
    assert acquire(engine, "second") is None
    pretend(engine, heartbeat_at=datetime.now(UTC) - STALE_AFTER - timedelta(seconds=1))
    second = taken(engine)
    second.release()
    first.release()


def test_the_heart_beats(engine: Engine) -> None:
    long_ago = datetime(2023, 1, 1, tzinfo=UTC)
    beaten = threading.Event()
    with taken(engine, heartbeat_every=timedelta(milliseconds=20)):
        pretend(engine, heartbeat_at=long_ago)
        for _ in range(500):
            with engine.connect() as connection:
                if connection.scalar(select(lock.c.heartbeat_at)) != long_ago:
                    break
            beaten.wait(0.02)
        else:
            pytest.fail("no heartbeat in ten seconds")


def test_one_that_was_taken_over_knows_it(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="warehouse.lock")
    beaten = threading.Event()
    with taken(engine, heartbeat_every=timedelta(milliseconds=20)) as held:
        with engine.connect() as connection:
            assert held.confirm(connection)
        pretend(engine, token="of another")  # noqa: S106 - a lock's, no secret
        with engine.connect() as connection:
            assert not held.confirm(connection)
        for _ in range(500):
            if not held.is_beating:
                break
            beaten.wait(0.02)
        assert held.lost
        assert not held.is_beating


def test_a_beat_that_fails_is_told_and_tried_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, failed, recovered = writing, threading.Event(), threading.Event()

    def flaky(bind: Engine) -> object:
        if not failed.is_set():
            failed.set()
            raise OperationalError("beat", {}, Exception("the network is down"))
        recovered.set()
        return real(bind)

    with taken(engine, heartbeat_every=timedelta(milliseconds=20)) as held:
        monkeypatch.setattr(locking, "writing", flaky)
        assert recovered.wait(10)
        assert not held.lost
    assert "heartbeat failed" in caplog.text


def test_of_two_at_once_one_gets_it(engine: Engine, warehouse_url: str) -> None:
    won: list[Lock] = []
    both = threading.Barrier(2)

    def run() -> None:
        with opened(warehouse_url) as own:
            both.wait(timeout=30)
            held = acquire(own, "one of two")
            if held is not None:
                won.append(held)
            both.wait(timeout=30)
            if held is not None:
                held.release()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(won) == 1
    assert holder(engine) is None
