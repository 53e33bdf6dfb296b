"""A child that judges file after file and tells what each cost: for tests that must outlive what they feed it.

``python -m tests.hostile.worker``: requests on standard input, answers on standard output, each as its length in
eight bytes and then JSON, a request followed by the file's bytes.
"""

import contextlib
import ctypes
import gc
import hashlib
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import yaml

MIB = 1024 * 1024
_HEADER_BYTES = 8
_WORN_MIB = 190
"""What a child once took it may keep, and the next file would be blamed for it: one that took this much is replaced."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    rules: tuple[str, ...]
    """Of its findings, in order; or how the child ended."""
    words: str
    """All messages, and what was expected."""
    verdict: str
    forms: int
    seconds: float
    peak_mib: float
    """Of the child itself."""
    parser_mib: float
    """Of the foreign parsers it started, the largest."""
    unforeseen: tuple[str, ...]
    """Exceptions that only the last net caught."""
    balanced: bool
    """Cells in = consumed + ignored + reported."""

    @property
    def error(self) -> str:
        """The rule by which the file as a whole went back, or nothing."""
        return next((rule for rule in self.rules if rule in FILE_RULES), "")


FILE_RULES = ("R01", "R02", "R03", "R08", "R10", "timeout", "died")


class Worker:
    """The parent's side."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def judge(
        self, file_name: str, content: bytes, *, off: tuple[str, ...] = (), seconds: float = 60
    ) -> Outcome:
        """Judge one file, with parts of the guard switched off; a child that takes too long or dies is replaced."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.hostile.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        process = self._process
        assert process.stdin
        assert process.stdout
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        started = time.monotonic()
        try:
            request = json.dumps({"file_name": file_name, "size": len(content), "off": off}).encode()
            process.stdin.write(len(request).to_bytes(_HEADER_BYTES, "big") + request + content)
            process.stdin.flush()
            header = process.stdout.read(_HEADER_BYTES)
            answer = (
                process.stdout.read(int.from_bytes(header, "big")) if len(header) == _HEADER_BYTES else b""
            )
        except BrokenPipeError:
            answer = b""
        finally:
            timer.cancel()
            timer.join()
        taken = time.monotonic() - started
        if not answer:
            self.close()
            rule = "timeout" if taken >= seconds else "died"
            return Outcome((rule,), "", "", 0, taken, 0, 0, (), balanced=False)
        fields: dict[str, Any] = json.loads(answer)
        rules, unforeseen = tuple(fields.pop("rules")), tuple(fields.pop("unforeseen"))
        outcome = Outcome(rules=rules, unforeseen=unforeseen, **fields)
        if outcome.peak_mib > _WORN_MIB:
            self.close()
        return outcome

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


class _Net(logging.Handler):
    """Counts how often the judge's last net caught something."""

    def __init__(self) -> None:
        super().__init__()
        self.caught: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0] is not None:
            place = ""
            trace = record.exc_info[2]
            while trace is not None:
                place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
                trace = trace.tb_next
            self.caught.append(f"{record.exc_info[0].__name__} at {place}")


def judged(file_name: str, content: bytes) -> dict[str, Any]:
    """Judge one file here. Heavy imports are those of the judge itself."""
    from schemas.county import County  # noqa: PLC0415
    from schemas.form import Source  # noqa: PLC0415
    from tasks import judge  # noqa: PLC0415

    county = County.model_validate(
        yaml.safe_load((files("schemas") / "counties" / "640221.yml").read_text(encoding="utf-8"))
    )
    net = _Net()
    logger = logging.getLogger(judge.__name__)
    logger.addHandler(net)
    logger.propagate = False
    _forget_peaks()
    started = time.monotonic()
    try:
        source = Source(file_name, file_name, content, hashlib.sha256(content).hexdigest())
        judgement = judge.judge([source], county)
    finally:
        logger.removeHandler(net)
    row = judgement.submissions.iloc[0]
    handled = row["cells_consumed"] + row["cells_ignored"] + row["cells_reported"]
    own, *parsers = (_peak(pid) for pid in _processes())
    return {
        "rules": list(judgement.findings["rule_id"]),
        "words": "\n".join(judgement.findings[["message", "expected"]].fillna("").agg(" ".join, axis=1)),
        "verdict": str(row["verdict"]),
        "forms": int(row["forms_in"]),
        "seconds": time.monotonic() - started,
        "peak_mib": own,
        "parser_mib": max(parsers, default=0),
        "unforeseen": net.caught,
        "balanced": bool(row["cells_in"] == handled),
    }


def _processes() -> list[str]:
    children = Path("/proc/self/task").glob("*/children")
    return ["self", *(pid for each in children for pid in each.read_text().split())]


def _forget_peaks() -> None:
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    for pid in _processes():
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def _peak(pid: str) -> float:
    with contextlib.suppress(OSError):  # it may be gone
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


@contextlib.contextmanager
def switched_off(names: tuple[str, ...]) -> Iterator[None]:
    """The guard without some of its parts: a budget by its name, a check by the name of its function."""
    from lxml import etree  # noqa: PLC0415

    from tasks.read import budgets, guard, guard_xml, guard_zip  # noqa: PLC0415

    def tower(part: bytes, _: object = None) -> etree._Element:
        return etree.fromstring(part, etree.XMLParser(huge_tree=True))

    replacements: dict[str, list[tuple[Any, str, Callable[..., Any]]]] = {
        "plain_xml": [(module, "plain_xml", lambda part: part) for module in (guard, guard_xml)],
        "depth": [(module, "parse_xml", tower) for module in (guard, guard_xml)],
        **{
            name: [(guard_zip, name, lambda *_: None)]
            for name in ("_check_name", "_check_nesting", "_check_truth", "_check_place")
        },
    }
    undo: list[tuple[Any, str, Any]] = []
    try:
        for name in names:
            if name in replacements:
                for module, attribute, replacement in replacements[name]:
                    undo.append((module, attribute, getattr(module, attribute)))
                    setattr(module, attribute, replacement)
            else:
                undo.append((budgets.BUDGETS, name, getattr(budgets.BUDGETS, name)))
                object.__setattr__(budgets.BUDGETS, name, 1 << 40)
        yield
    finally:
        for owner, attribute, value in reversed(undo):
            (object.__setattr__ if owner is budgets.BUDGETS else setattr)(owner, attribute, value)


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Answer request after request."""
    while len(header := source.read(_HEADER_BYTES)) == _HEADER_BYTES:
        request = json.loads(source.read(int.from_bytes(header, "big")))
        content = source.read(request["size"])
        with switched_off(tuple(request["off"])):
            answer = json.dumps(judged(request["file_name"], content)).encode()
        target.write(len(answer).to_bytes(_HEADER_BYTES, "big") + answer)
        target.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
