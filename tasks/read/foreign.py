"""Foreign parsers in a process of their own: bytes in, grids out, within limits of time and memory.

A library written in C or C++ may crash, hang or swell on hostile bytes. It runs in a child (``tasks.read.child``) that
this process starts once and keeps: the child bounds its own memory, this side bounds its time, and what comes back is
plain JSON, never a pickle. A child that breaks any limit is killed, and only the file it was reading is lost.
"""

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from schemas.form import Cell, Grid, UnreadableError
from tasks.read import guard

MIB = 1024 * 1024
_HEADER_BYTES = 8


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


@dataclass(frozen=True, slots=True)
class Parser:
    """A foreign parser: the module whose ``grids(content)`` yields a file's grids, and its limits."""

    module: str
    limits: Limits = Limits()


PDF = Parser("tasks.read.pdf")
SCAN = Parser("tasks.read.scan", Limits(seconds=1800, memory_bytes=3 * 1024 * MIB))
"""Recognising text takes seconds a page; the network's weights and buffers alone take more than a gigabyte of addresses."""


def read(parser: Parser, content: bytes) -> Iterator[Grid]:
    """The grids of a file, read by a foreign parser in a child process.

    Args:
        parser: Which one.
        content: The file's bytes.

    Yields:
        Grids in reading order, each as soon as it is read.

    Raises:
        UnreadableError: what the parser raises; R08 where it takes too long or too much memory; R01 where it crashes.
    """
    with _LOCK:
        yield from _child(parser).read(content)


class _Child:
    """One running child, which reads file after file with one parser."""

    def __init__(self, parser: Parser) -> None:
        self._limits = parser.limits
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        command = (sys.executable, "-m", "tasks.read.child", parser.module, str(parser.limits.memory_bytes))
        self._process = subprocess.Popen(  # noqa: S603  our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        assert self._process.stdin and self._process.stdout  # noqa: S101  asked for just above
        self._stdin: IO[bytes] = self._process.stdin
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def read(self, content: bytes) -> Iterator[Grid]:
        """See :func:`read`."""
        finished = False
        try:
            self._send(content)
            end = time.monotonic() + self._limits.seconds
            answered = 0
            while True:
                answer = self._answer(end)
                answered += len(answer)
                if answered > self._limits.answer_bytes:
                    raise guard.over("内容太多", f"不超过 {self._limits.answer_bytes // MIB} MiB 文字")
                message = json.loads(answer)
                if "grid" in message:
                    yield _grid(message["grid"])
                    continue
                finished = True
                if "error" in message:
                    raise _error(message["error"])
                return
        finally:
            if not finished:
                # Half an answer is still in the pipe; the next file gets a child of its own.
                self.kill()

    def kill(self) -> None:
        """End the child at once."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._stdin.close()

    def _send(self, content: bytes) -> None:
        try:
            self._stdin.write(len(content).to_bytes(_HEADER_BYTES, "big") + content)
            self._stdin.flush()
        except OSError as error:
            raise guard.broken("读取这个文件的程序没有启动") from error

    def _answer(self, end: float) -> bytes:
        wait = min(self._limits.seconds_per_grid, end - time.monotonic())
        try:
            answer = self._answers.get(timeout=max(wait, 0.001))
        except queue.Empty as error:
            raise guard.over("读取时间太长", f"{self._limits.seconds:.0f} 秒内读完") from error
        if answer is None:
            self._process.wait()
            raise guard.broken("文件内容使读取程序中断")
        return answer

    def _listen(self, stdout: IO[bytes]) -> None:
        with stdout:
            while len(header := stdout.read(_HEADER_BYTES)) == _HEADER_BYTES:
                size = int.from_bytes(header, "big")
                if size > self._limits.answer_bytes:
                    break
                answer = stdout.read(size)
                if len(answer) < size:
                    break
                self._answers.put(answer)
        self._answers.put(None)


_LOCK = threading.RLock()
_CHILDREN: dict[Parser, _Child] = {}


def _child(parser: Parser) -> _Child:
    child = _CHILDREN.get(parser)
    if child is None or not child.is_alive:
        child = _CHILDREN[parser] = _Child(parser)
    return child


@atexit.register
def _end_children() -> None:
    for child in _CHILDREN.values():
        child.kill()


def _environment() -> dict[str, str]:
    """The child sees the packages of this process, and one thread for each library."""
    own = {"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path), "PYTHONSAFEPATH": "1"}
    return {**os.environ, **own, "OMP_NUM_THREADS": "1"}


def _grid(fields: list[Any]) -> Grid:
    name, cells, is_prose, is_hidden = fields
    return Grid(str(name), tuple(Cell(*cell) for cell in cells), bool(is_prose), bool(is_hidden))


def _error(fields: dict[str, Any]) -> UnreadableError:
    return UnreadableError(
        fields["rule_id"], value=fields["value"], expected=fields["expected"], **fields["details"]
    )
