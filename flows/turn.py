"""Whose turn it is: an engine in, the run lock out, or a sentence that another run is at work."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Engine

from tasks.faults import NotPublishedError
from warehouse.lock import Lock, acquire, holder

_HELD: ContextVar[Lock | None] = ContextVar("held_run_lock", default=None)


class AnotherRunError(NotPublishedError):
    """A living run holds the lock; this one leaves."""


@contextmanager
def our_turn(engine: Engine, name: str) -> Iterator[Lock]:
    """Hold the run lock; where this process holds it already, go on under it.

    A run by hand takes its turn before it starts Prefect, so that of two runs at once the second leaves
    directly and never shares Prefect's own database with the first; the flow inside it finds the lock held.

    Raises:
        AnotherRunError: a living run has the lock.
    """
    held = _HELD.get()
    if held is not None:
        yield held
        return
    lock = acquire(engine, name)
    if lock is None:
        raise AnotherRunError(
            f"另一个汇总正在运行：{holder(engine) or '刚刚结束'}；本次不再运行，请等它结束后再试。"
        )
    with lock:
        mark = _HELD.set(lock)
        try:
            yield lock
        finally:
            _HELD.reset(mark)
