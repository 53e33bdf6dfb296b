"""A foreign parser that does what the file tells it to: the bad manners of every library in one module."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from schemas.form import Cell, Grid, UnreadableError

MIB = 1024 * 1024
_KEPT: list[bytes] = []


def grids(content: bytes) -> Iterator[Grid]:
    """First what the file asks for, then what it holds: a grid for each line."""
    order, *lines = content.decode("utf-8", "surrogatepass").split("\n")
    if order:
        word, _, argument = order.partition(" ")
        yield from _ORDERS[word](argument)
    for number, line in enumerate(lines, 1):
        yield one(line, f"表{number}")


def one(text: str, name: str = "表1") -> Grid:
    return Grid(name, (Cell(1, 1, text, 1, 2, "第3页", is_floating=True, confidence=0.5, recognised="2"),))


def _allocate(mebibytes: str) -> Iterator[Grid]:
    _KEPT.extend(b"x" * (8 * MIB) for _ in range(int(mebibytes) // 8))
    yield one(str(len(_KEPT)))


def _allocate_in_c(mebibytes: str) -> Iterator[Grid]:
    """As a library does that does not look whether it got what it asked for."""
    malloc = ctypes.CDLL(None).malloc
    malloc.restype = ctypes.c_void_p
    ctypes.memset(malloc(ctypes.c_size_t(int(mebibytes) * MIB)), 1, int(mebibytes) * MIB)
    yield one("allocated")


def _abort(_: str) -> Iterator[Grid]:
    yield one("before")
    os.abort()


def _die(_: str) -> Iterator[Grid]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield one("never")


def _chat(_: str) -> Iterator[Grid]:
    print("loading model …", flush=True)  # noqa: T201
    os.write(1, b"\x00\x00\x00\x00\x00\x00\x00\x05hello")
    sys.stderr.write("warning\n")
    subprocess.run([sys.executable, "-c", "print('from below')"], check=True)
    yield one(str(sys.stdin.read()))


def _hang(_: str) -> Iterator[Grid]:
    yield one("before")
    threading.Event().wait()


def _spin(_: str) -> Iterator[Grid]:
    """In C, without ever letting go of the interpreter."""
    re.match(r"(a+)+$", "a" * 64 + "b")
    yield one("never")


def _drip(count: str) -> Iterator[Grid]:
    for number in range(int(count)):
        threading.Event().wait(0.05)
        yield one(str(number))


def _refuse(rule_id: str) -> Iterator[Grid]:
    raise UnreadableError(rule_id, value="为什么", expected="怎样", hint="细节")
    yield one("never")


def _fail(_: str) -> Iterator[Grid]:
    raise ZeroDivisionError
    yield one("never")


def _write(path: str) -> Iterator[Grid]:
    Path(path).write_bytes(b"x")
    yield one("written")


def _open_many(count: str) -> Iterator[Grid]:
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(int(count))]
    yield one(str(len(opened)))


def _look(name: str) -> Iterator[Grid]:
    yield one(os.environ.get(name, "unset"))


def _tell(count: str) -> Iterator[Grid]:
    yield one("x" * int(count))


def _say(message: str) -> Iterator[Grid]:
    """Past the protocol's own code, as a parser does whose memory a file has overwritten."""
    raw = bytes.fromhex(message)
    for descriptor in range(3, 12):
        try:
            if "pipe" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
                os.write(descriptor, raw)
        except OSError:
            continue
    yield one("after")


def _who(_: str) -> Iterator[Grid]:
    yield one(str(os.getpid()))


_ORDERS = {
    "allocate": _allocate,
    "allocate_in_c": _allocate_in_c,
    "abort": _abort,
    "die": _die,
    "chat": _chat,
    "hang": _hang,
    "spin": _spin,
    "drip": _drip,
    "refuse": _refuse,
    "fail": _fail,
    "write": _write,
    "open": _open_many,
    "look": _look,
    "tell": _tell,
    "say": _say,
    "who": _who,
}
