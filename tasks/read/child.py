"""The child's side of ``tasks.read.foreign``: files on standard input, grids as JSON on standard output.

Started as ``python -m tasks.read.child MODULE OPTIONS``. It bounds its own memory before the parser is imported, and
ends with its input even in the midst of a file, so that it never outlives the process that started it.
"""

import importlib
import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, NamedTuple

from schemas.form import Grid, UnreadableError

_HEADER_BYTES = 8
_OPEN_FILES = 128
"""A parser needs its own libraries and models, opened one after the other."""
_CPU_MARGIN_SECONDS = 2

Grids = Callable[[bytes], Iterable[Grid]]


class File(NamedTuple):
    """A file to be read."""

    words: bytes
    """The county's own as JSON, on top of the bundled vocabulary; or nothing."""
    content: bytes


def serve(grids: Grids, files: Iterable[File], target: BinaryIO) -> None:
    """Answer file after file: a message for each grid, then one that says it was the last, or what went wrong."""
    for words, content in files:
        last: dict[str, object] = {"done": True}
        try:
            with _spoken(words):
                for grid in grids(content):
                    # A header is told once, as the last prose before the tables it is printed above.
                    is_headed = grid.header is not None
                    _send(target, {"grid": (grid.name, grid.cells, grid.is_prose, grid.is_hidden, is_headed)})
        except UnreadableError as error:
            last = _error(error.rule_id, error.value, error.expected, error.details)
        except MemoryError:
            last = _error("R08", "读取所需的内存太多", "更小的文件", is_spent=True)
        except Exception as error:  # noqa: BLE001  a foreign parser may raise anything; it is told to the clerk, not lost
            reason = f"文件内部有损坏或无法识别的内容（{type(error).__name__}）"
            last = _error("R01", reason, is_spent=True)
        _send(target, last)


def _spoken(words: bytes) -> AbstractContextManager[None]:
    if not words:
        return nullcontext()
    from schemas.vocabulary import Words, spoken  # noqa: PLC0415 - most counties have none, and it takes long

    return spoken(Words.model_validate_json(words))


def files(source: BinaryIO, end: Callable[[], object]) -> Iterator[File]:
    """The files of an input, each as soon as it is complete.

    A thread reads ahead, so that the end of the input is seen while a file is being read.

    Args:
        source: For each file the county's words and its content, each as its length in eight bytes, then its bytes.
        end: Called in the thread where the input ends.
    """
    read: queue.SimpleQueue[File | None] = queue.SimpleQueue()

    def part() -> bytes | None:
        header = source.read(_HEADER_BYTES)
        return source.read(int.from_bytes(header, "big")) if len(header) == _HEADER_BYTES else None

    def listen() -> None:
        while (words := part()) is not None and (content := part()) is not None:
            read.put(File(words, content))
        read.put(None)
        end()

    threading.Thread(target=listen, daemon=True).start()
    while (file := read.get()) is not None:
        yield file


def _error(
    rule_id: str, value: str, expected: str = "", details: object = None, *, is_spent: bool = False
) -> dict[str, object]:
    fields = {"rule_id": rule_id, "value": value, "expected": expected, "details": details or {}}
    return {"error": {**fields, "is_spent": is_spent}}


def _send(target: BinaryIO, message: object) -> None:
    # A half of a surrogate pair is no text, and no UTF-8.
    answer = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    target.write(len(answer).to_bytes(_HEADER_BYTES, "big") + answer)
    target.flush()


def bound(memory_bytes: int) -> None:
    """Let this process have no more bytes of its own, write no file, open few, and leave no core behind."""
    try:
        import resource  # noqa: PLC0415  not on Windows, where only the time is bounded
    except ImportError:
        return
    bounds = {
        resource.RLIMIT_DATA: memory_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for kind, bound_ in bounds.items():
        hard = resource.getrlimit(kind)[1]
        limit = bound_ if hard == resource.RLIM_INFINITY else min(bound_, hard)
        resource.setrlimit(kind, (limit, limit))


def within(seconds: float, grids: Grids) -> Grids:
    """The parser, whose process the system ends when one file takes more of the processors' time.

    The parent watches the clock; this holds where there is no parent any more.
    """
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return grids

    def timed(content: bytes) -> Iterable[Grid]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = seconds * (os.cpu_count() or 1) + _CPU_MARGIN_SECONDS
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        limit = int(used.ru_utime + used.ru_stime + allowed)
        resource.setrlimit(
            resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard)
        )
        return grids(content)

    return timed


def main(module: str, memory_bytes: int, seconds: float) -> None:
    """Serve standard input and output until the input ends."""
    bound(memory_bytes)
    # What a library prints or reads must not get between the files and the answers.
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123  no path of the disk
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    try:
        grids: Grids = importlib.import_module(module).grids
    except Exception as error:  # noqa: BLE001  whatever a library's import raises is told, and ends this process
        _send(target, {"fault": f"{type(error).__name__}: {error}"})
        return
    _send(target, {"ready": True})
    serve(within(seconds, grids), files(source, lambda: os._exit(0)), target)


if __name__ == "__main__":
    main(sys.argv[1], **json.loads(sys.argv[2]))
