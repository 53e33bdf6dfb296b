"""Where a run by hand shows how far it is: the flow reports steps, whoever listens draws them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int], None]
"""Takes the step's name, how many parts are done, and of how many."""

_LISTENER: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


def report_progress(step: str, done: int = 0, total: int = 0) -> None:
    """Tell the listener, if there is one."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(step, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let a listener hear the steps of a run in this process."""
    mark = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(mark)
