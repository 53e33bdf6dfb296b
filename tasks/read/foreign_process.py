"""One child process that reads file after file with one foreign parser: the parent's side of ``tasks.read.child``.

A message is its length in eight bytes and then JSON. While this side waits for one, a timer stands ready to kill the
child: that ends the wait on every system, whatever the child is doing.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, Any, Protocol, cast, get_type_hints

from schemas.form import Cell, Grid, UnreadableError
from tasks.read import guard

_LOG = logging.getLogger(__name__)

_HEADER_BYTES = 8
_ANSWER_BYTES = 16 * guard.MIB
"""One message at most: a table of a hundred thousand cells; as objects it takes several times as much here."""
_START_SECONDS = 120
"""For starting the child: a network's weights come from a cold disk, beside other processes that start too."""
_KEPT_ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV"),
    *("SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONHASHSEED"),
)
"""What a parser may know of this process. Not the settings: an address of the warehouse holds a password."""

_CELL_TYPES = tuple(get_type_hints(Cell).values())


class Limited(Protocol):
    """The limits a child works under; see ``tasks.read.foreign.Limits``."""

    @property
    def seconds_per_grid(self) -> float: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def memory_bytes(self) -> int: ...  # noqa: D102
    @property
    def answer_bytes(self) -> int: ...  # noqa: D102


class Process:
    """A running child."""

    def __init__(self, module: str, limits: Limited) -> None:
        self._module, self._limits = module, limits
        options = json.dumps({"memory_bytes": limits.memory_bytes, "seconds": limits.seconds})
        self._process = subprocess.Popen(  # noqa: S603  our own module, no shell
            (sys.executable, "-m", "tasks.read.child", module, options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            bufsize=0,  # a buffer would be copied by a fork, and sent twice
        )
        pipes = self._process.stdin, self._process.stdout
        self._stdin, self._stdout = (cast("IO[bytes]", pipe) for pipe in pipes)
        self._is_ready = False
        self._is_between_files = True
        self._is_late = False

    @property
    def is_fit(self) -> bool:
        """Whether it can take another file: it lives, and nothing of the last file is still in the pipe."""
        return self._is_between_files and self._process.poll() is None

    def read(self, content: bytes, words: str) -> Iterator[Grid]:
        """See ``tasks.read.foreign.read``; the county's words as JSON, or nothing."""
        self._is_between_files = False
        self._make_ready()
        tally = guard.Tally()
        prose: Grid | None = None
        seconds, told = self._limits.seconds, 0
        with self._killed_after(seconds, self._too_long), contextlib.suppress(OSError):
            # A child that died cannot take it all; why it died shows below.
            self._send(words.encode(), content)
        while True:
            # Only waiting counts: what the taker of the grids does between two of them is no fault of the file.
            started = time.monotonic()
            with self._killed_after(min(seconds, self._limits.seconds_per_grid), self._too_long):
                answer = self._answer()
            seconds = max(0.0, seconds - (time.monotonic() - started))
            told += len(answer)
            if told > self._limits.answer_bytes:
                raise guard.over("内容太多", f"不超过 {self._limits.answer_bytes // guard.MIB} MiB 文字")
            kind, fields = _message(answer)
            if kind == "grid":
                grid = _grid(fields, prose, tally)
                prose = grid if grid.is_prose else prose
                yield grid
                continue
            error = _error(fields) if kind == "error" else None
            # One that failed unforeseen, or for want of memory, may have lost more than it knows.
            self._is_between_files = kind == "done" or (error is not None and not fields["is_spent"])
            if error is not None:
                raise error
            return

    def end(self) -> None:
        """End the child at once, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        self.disown()

    def disown(self) -> None:
        """Close this process's ends of the pipes, and know nothing of the child: after a fork it is the parent's."""
        self._stdin.close()
        self._stdout.close()
        if self._process.returncode is None:
            self._process.returncode = 0

    def _make_ready(self) -> None:
        if self._is_ready:
            return
        with self._killed_after(_START_SECONDS, self._not_started):
            try:
                kind, reason = _message(self._answer())
            except UnreadableError as error:
                raise self._not_started() from error
        if kind != "ready":
            raise self._not_started(str(reason))
        self._is_ready = True

    def _not_started(self, reason: str = "") -> UnreadableError:
        """The machine's fault and not the file's: it goes to the log as well."""
        fields = {"parser": self._module, "reason": reason, "exit_code": self._process.poll()}
        _LOG.error("foreign parser cannot be started", extra=fields)
        detail = f"（{reason[:200]}）" if reason else ""
        return guard.broken(f"这台电脑上读取这种文件的程序无法启动{detail}")

    def _too_long(self) -> UnreadableError:
        return guard.over("读取时间太长", f"{self._limits.seconds:g} 秒内读完")

    @contextlib.contextmanager
    def _killed_after(self, seconds: float, error: Callable[[], UnreadableError]) -> Iterator[None]:
        """Kill the child when the block takes longer, and raise ``error`` then."""
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        except UnreadableError as caused:
            if not self._is_late:
                raise
            raise error() from caused
        finally:
            timer.cancel()
            timer.join()
        if self._is_late:
            raise error()

    def _expire(self) -> None:
        self._is_late = True
        self._process.kill()

    def _send(self, *parts: bytes) -> None:
        for part in parts:
            for piece in (len(part).to_bytes(_HEADER_BYTES, "big"), part):
                rest = memoryview(piece)
                while rest:
                    rest = rest[self._stdin.write(rest) :]

    def _answer(self) -> bytes:
        size = int.from_bytes(self._received(_HEADER_BYTES), "big")
        if size > _ANSWER_BYTES:
            raise guard.over("一张表的内容太多", f"不超过 {_ANSWER_BYTES // guard.MIB} MiB 文字")
        return self._received(size)

    def _received(self, size: int) -> bytes:
        received = bytearray()
        while len(received) < size:
            part = self._stdout.read(min(size - len(received), guard.MIB))
            if not part:
                raise guard.broken("文件内容使读取程序中断")
            received += part
        return bytes(received)


def _environment() -> dict[str, str]:
    """The child sees the packages of this process, and one thread for each library."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    own = {
        "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
    }
    return kept | own


def _message(answer: bytes) -> tuple[str, Any]:
    """A message's kind and what it says. A parser that a file has broken may say anything.

    Raises:
        UnreadableError: R01 where it is no message.
    """
    try:
        message = json.loads(answer)
        ((kind, fields),) = message.items()
    except (ValueError, AttributeError, RecursionError) as error:
        raise _garbled() from error
    return str(kind), fields


def _garbled() -> UnreadableError:
    return guard.broken("文件内容使读取程序出错")


def _grid(fields: Any, prose: Grid | None, tally: guard.Tally) -> Grid:  # noqa: ANN401  anything at all, until it was looked at
    try:
        name, rows, is_prose, is_hidden, is_headed = fields
        if type(name) is not str or {type(is_prose), type(is_hidden), type(is_headed)} != {bool}:
            raise _garbled()
        if is_headed and prose is None:
            raise _garbled()
        if not is_prose:
            tally.table()
        tally.cells(len(rows))
        return Grid(
            name,
            tuple(_cell(values, tally) for values in rows),
            is_prose,
            is_hidden,
            prose if is_headed else None,
        )
    except (TypeError, ValueError) as error:
        raise _garbled() from error


def _cell(values: Any, tally: guard.Tally) -> Cell:  # noqa: ANN401
    if tuple(map(type, values)) != _CELL_TYPES:
        raise _garbled()
    cell = Cell(*values)
    if min(cell.row, cell.column, cell.row_span, cell.column_span) < 1 or not 0 <= cell.confidence <= 1:
        raise _garbled()
    tally.reach(cell.row, cell.column)
    return cell


def _error(fields: Any) -> UnreadableError:  # noqa: ANN401
    try:
        texts = {name: str(fields[name]) for name in ("rule_id", "value", "expected")}
        details = {str(name): str(value) for name, value in fields["details"].items()}
        fields["is_spent"]
    except (TypeError, KeyError, AttributeError) as error:
        raise _garbled() from error
    if texts["rule_id"] not in ("R01", "R02", "R08", "R10") or details.keys() & texts.keys():
        raise _garbled()
    return UnreadableError(texts["rule_id"], value=texts["value"], expected=texts["expected"], **details)
