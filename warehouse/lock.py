"""The run lock: one run writes at a time, a second one leaves, a dead one is taken over."""

import logging
import os
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from sqlalchemy import Connection, Engine, Row, delete, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from warehouse.engine import WarehouseError, fenced, writing
from warehouse.tables import lock

HEARTBEAT_EVERY = timedelta(seconds=10)
"""Six missed beats before a holder counts as dead: a busy machine or a short network break is not a death."""
STALE_AFTER = timedelta(seconds=60)
_NAME = "run"
_log = logging.getLogger(__name__)


class LockLostError(WarehouseError):
    """Another run has taken over; this one may write nothing more."""

    def __init__(self) -> None:
        super().__init__(
            "这次运行停顿太久，运行锁已被另一次运行接管；这次没有发布，也不再写入，请以那一次的结果为准。"
        )


class Lock:
    """A held lock with its heartbeat; released on leaving the ``with`` block. Made by ``acquire``."""

    def __init__(self, engine: Engine, token: str, every: timedelta) -> None:
        self._engine = engine
        self._token = token
        self._every = every
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="huizong-heartbeat", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> bool:
        """Another run has taken over, because this one gave no sign of life for too long."""
        return self._lost.is_set()

    @property
    def is_beating(self) -> bool:
        """The heartbeat is running."""
        return self._thread.is_alive()

    def confirm(self, connection: Connection) -> bool:
        """Whether the lock is still ours, asked within the caller's transaction (before it publishes)."""
        held = connection.scalar(select(lock.c.token).where(lock.c.name == _NAME))
        if held != self._token:
            self._lost.set()
        return held == self._token

    def fenced(self, engine: Engine) -> Engine:
        """The same warehouse for one who writes under this lock: every writing transaction first confirms it.

        Taking a lock over is a writing transaction too, so between confirming and committing nobody can. Such a
        transaction raises LockLostError where another run has taken over.
        """
        return fenced(engine, self._require)

    def _require(self, connection: Connection) -> None:
        if not self.confirm(connection):
            raise LockLostError

    def release(self) -> None:
        """Gives the lock back. Twice is once; a lock that was taken over stays with its new holder."""
        self._stop.set()
        self._thread.join()
        with writing(self._engine) as connection:
            connection.execute(delete(lock).where(lock.c.name == _NAME, lock.c.token == self._token))

    def __enter__(self) -> "Lock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _beat(self) -> None:
        while not self._stop.wait(self._every.total_seconds()):
            try:
                with writing(self._engine) as connection:
                    beat = update(lock).where(lock.c.name == _NAME, lock.c.token == self._token)
                    found = connection.execute(beat.values(heartbeat_at=_now(connection))).rowcount
            except SQLAlchemyError:
                # The next beat may get through; if none does, the lock goes stale and ``confirm`` says so.
                _log.warning("heartbeat failed", exc_info=True)
                continue
            if found == 0:
                self._lost.set()
                _log.error("run lock was taken over")
                return


def acquire(
    engine: Engine,
    holder: str,
    *,
    stale_after: timedelta = STALE_AFTER,
    heartbeat_every: timedelta = HEARTBEAT_EVERY,
) -> Lock | None:
    """Takes the run lock.

    Args:
        engine: The warehouse.
        holder: Who takes it, for the message of the one who finds it taken (``nightly``, ``huizong run``).
        stale_after: A heartbeat older than this belongs to a dead holder. A holder on this host whose process
        is gone
            is dead at once.
        heartbeat_every: How often the holder gives a sign of life.

    Returns:
        The lock, or None where a living holder has it.
    """
    token = uuid4().hex
    with writing(engine) as connection:
        now = _now(connection)
        held = connection.execute(select(lock).where(lock.c.name == _NAME)).first()
        if held is not None and not _is_dead(held, now, stale_after):
            return None
        connection.execute(delete(lock).where(lock.c.name == _NAME))
        connection.execute(
            insert(lock).values(
                name=_NAME,
                token=token,
                holder=holder,
                host=socket.gethostname(),
                pid=os.getpid(),
                process_started=_process_started(os.getpid()),
                acquired_at=now,
                heartbeat_at=now,
            )
        )
    if held is not None:
        _log.warning("run lock taken over from a dead holder", extra={"holder": held.holder, "pid": held.pid})
    return Lock(engine, token, heartbeat_every)


def holder(engine: Engine) -> str | None:
    """Who holds the lock, in words for a message; None when it is free."""
    with engine.connect() as connection:
        held = connection.execute(select(lock).where(lock.c.name == _NAME)).first()
    if held is None:
        return None
    return f"{held.holder}（主机 {held.host}，进程 {held.pid}，{held.acquired_at:%Y-%m-%d %H:%M:%S} UTC 起）"


def _is_dead(held: "Row[tuple[object, ...]]", now: datetime, stale_after: timedelta) -> bool:
    if now - held.heartbeat_at > stale_after:
        return True
    if held.host != socket.gethostname():
        return False
    try:
        os.kill(held.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    # The number may have gone to another process since.
    return held.process_started is not None and held.process_started != _process_started(held.pid)


def _process_started(pid: int) -> str | None:
    """The kernel's start time of a process (field 22 of /proc/<pid>/stat); None where there is no such file."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def _now(connection: Connection) -> datetime:
    """The database's clock: holders on several hosts share it."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.scalar(text("SELECT clock_timestamp()"))
        return moment.astimezone(UTC)
    return datetime.now(UTC)
