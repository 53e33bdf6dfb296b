"""Foreign parsers in a process of their own: bytes in, grids out, within limits of time and memory.

A library written in C or C++ may crash, hang or swell on hostile bytes. It runs in a child (``tasks.read.child``) that
is started once and kept: the child bounds its own memory, this side bounds its time, and what comes back is plain JSON,
never a pickle, and believed no more than the file was. A child that breaks any limit is killed, and only the file it
was reading is lost.
"""

import atexit
import os
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.form import Grid
from tasks.read.foreign_process import Process

if TYPE_CHECKING:
    from schemas.vocabulary import Words

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a foreign parser may use for one file (the table of budgets in the promises)."""

    seconds_per_grid: float = 60
    """Between one table or page and the next."""
    seconds: float = 60
    """For the whole file."""
    memory_bytes: int = 1024 * MIB
    """Of the child; enforced where the system can (not on Windows)."""
    answer_bytes: int = 64 * MIB
    """All that it may tell of one file."""


@dataclass(frozen=True, slots=True)
class Parser:
    """A foreign parser: the module whose ``grids(content)`` yields a file's grids, and its limits."""

    module: str
    limits: Limits = Limits()
    goes_by_words: bool = True
    """Whether it parts tables by the words of forms."""


PDF = Parser("tasks.read.pdf")
SCAN = Parser("tasks.read.scan", Limits(seconds_per_grid=1800, seconds=1800, memory_bytes=3 * 1024 * MIB))
"""Nine seconds for each of the 200 pages a scan may have, measured 1.5 to 6; one table may go on over all of them. The network's weights and buffers alone take more than a gigabyte of addresses."""
XLS = Parser("tasks.read.xls", goes_by_words=False)
PARSERS: Mapping[str, Parser] = {"pdf": PDF, "scan": SCAN, "xls": XLS}
"""By the name of the reader (``kinds.Kind.reader``)."""


def read(parser: Parser, content: bytes, words: "Words | None" = None) -> Generator[Grid, None, None]:
    """The grids of a file, read by a foreign parser in a child process.

    Several threads may read at once: each has a child of its own, and one is kept for the next file.

    Args:
        parser: Which one.
        content: The file's bytes.
        words: The county's own, on top of the bundled vocabulary.

    Yields:
        Grids in reading order, each as soon as it is read. Closing it halfway ends the child.

    Raises:
        UnreadableError: what the parser raises; R08 where it takes too long, too much memory or tells too much; R01
            where it crashes, or cannot be started on this machine.
    """
    child = _CHILDREN.take(parser)
    try:
        yield from child.read(content, words.model_dump_json() if words and parser.goes_by_words else "")
    finally:
        _CHILDREN.give_back(parser, child)


class _Children:
    """The children of this process: those at work, and at most one at rest for each parser."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work: set[Process] = set()
        self._at_rest: dict[Parser, Process] = {}

    def take(self, parser: Parser) -> Process:
        with self._lock:
            child = self._at_rest.pop(parser, None)
        if child is not None and not child.is_fit:
            child.end()
            child = None
        if child is None:
            child = Process(parser.module, parser.limits)
        with self._lock:
            self._at_work.add(child)
        return child

    def give_back(self, parser: Parser, child: Process) -> None:
        with self._lock:
            self._at_work.discard(child)
            if child.is_fit and parser not in self._at_rest:
                self._at_rest[parser] = child
                return
        child.end()

    def end(self) -> None:
        with self._lock:
            children = (*self._at_work, *self._at_rest.values())
            self._at_work.clear()
            self._at_rest.clear()
        for child in children:
            child.end()

    def disown(self) -> None:
        """After a fork the children are still the parent's: two must not talk to one, nor keep its input open."""
        children = (*self._at_work, *self._at_rest.values())
        self.__init__()  # type: ignore[misc]  # the lock may be held by a thread that does not exist here
        for child in children:
            child.disown()


_CHILDREN = _Children()
atexit.register(_CHILDREN.end)
if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_CHILDREN.disown)
