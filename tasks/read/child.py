"""The child's side of ``tasks.read.foreign``: files on standard input, grids as JSON on standard output.

Started as ``python -m tasks.read.child MODULE MEMORY_BYTES``; bounds its own memory before the parser is imported, and
lives until its input ends, so that it never outlives the process that started it.
"""

import dataclasses
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import BinaryIO

from schemas.form import Grid, UnreadableError

_HEADER_BYTES = 8


def serve(grids: Callable[[bytes], Iterable[Grid]], source: BinaryIO, target: BinaryIO) -> None:
    """Answer file after file: a message for each grid, then one that says it was the last, or what went wrong."""
    while len(header := source.read(_HEADER_BYTES)) == _HEADER_BYTES:
        content = source.read(int.from_bytes(header, "big"))
        last: dict[str, object] = {"done": True}
        try:
            for grid in grids(content):
                _send(target, {"grid": (grid.name, _cells(grid), grid.is_prose, grid.is_hidden)})
        except UnreadableError as error:
            last = _error(error.rule_id, error.value, error.expected, **error.details)
        except MemoryError:
            last = _error("R08", "读取所需的内存太多", "更小的文件")
        except Exception as error:  # noqa: BLE001  a foreign parser may raise anything; it is told to the clerk, not lost
            last = _error("R01", f"文件内部有损坏或无法识别的内容（{type(error).__name__}）")
        _send(target, last)


def _cells(grid: Grid) -> list[tuple[object, ...]]:
    return [dataclasses.astuple(cell) for cell in grid.cells]


def _error(rule_id: str, value: str, expected: str = "", **details: str) -> dict[str, object]:
    return {"error": {"rule_id": rule_id, "value": value, "expected": expected, "details": details}}


def _send(target: BinaryIO, message: object) -> None:
    answer = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    target.write(len(answer).to_bytes(_HEADER_BYTES, "big") + answer)
    target.flush()


def _bound_memory(limit: int) -> None:
    """Let this process have no more than ``limit`` bytes of its own, write no file, and leave no core behind."""
    try:
        import resource  # noqa: PLC0415  not on Windows, where only the time is bounded
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    _bound_memory(int(sys.argv[2]))
    module = importlib.import_module(sys.argv[1])
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(module.grids, sys.stdin.buffer, answers)
