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
import resource
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import yaml

MIB = 1024 * 1024
_HEADER_BYTES = 8
_MORE_MIB = 200
_START_SECONDS = 120
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


@dataclass(frozen=True, slots=True)
class Request:
    """A file to judge."""

    file_name: str
    content: bytes


class Worker:
    """The parent's side."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def judge(
        self, file_name: str, content: bytes, *, off: tuple[str, ...] = (), seconds: float = 60
    ) -> Outcome:
        """Judge one file, with parts of the guard switched off; a child that takes too long or dies is replaced."""
        return self.judge_all([Request(file_name, content)], off=off, seconds=seconds)[0]

    def judge_all(
        self, files: Sequence[Request], *, off: tuple[str, ...] = (), seconds: float = 60
    ) -> list[Outcome]:
        """Judge files in one go, each for itself; one by one where they bring the child down together."""
        if off and self._process is None:
            # A file must not seem to break the budget because a child takes as long to start.
            self._ask([Request("a.txt", "通知".encode())], (), _START_SECONDS)
        taken, answer = self._ask(files, off, seconds)
        if answer is None:
            if len(files) > 1:
                return [self.judge_all([file], off=off, seconds=seconds)[0] for file in files]
            rule = "timeout" if taken >= seconds else "died"
            return [Outcome((rule,), "", "", 0, taken, 0, 0, (), balanced=False)]
        outcomes = [
            Outcome(rules=tuple(fields.pop("rules")), unforeseen=tuple(fields.pop("unforeseen")), **fields)
            for fields in answer
        ]
        if max(outcome.peak_mib for outcome in outcomes) > _WORN_MIB:
            self.close()
        return outcomes

    def _ask(
        self, files: Sequence[Request], off: tuple[str, ...], seconds: float
    ) -> tuple[float, list[dict[str, Any]] | None]:
        """How long the answer took, and the answer; None where the child ended instead."""
        process = self._running()
        assert process.stdin
        assert process.stdout
        listed = [(file.file_name, len(file.content)) for file in files]
        request = json.dumps({"files": listed, "off": off}).encode()
        contents = b"".join(file.content for file in files)
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        started = time.monotonic()
        answer = b""
        try:
            process.stdin.write(len(request).to_bytes(_HEADER_BYTES, "big") + request + contents)
            process.stdin.flush()
            header = process.stdout.read(_HEADER_BYTES)
            if len(header) == _HEADER_BYTES:
                answer = process.stdout.read(int.from_bytes(header, "big"))
        except BrokenPipeError:
            answer = b""
        finally:
            timer.cancel()
            timer.join()
        taken = time.monotonic() - started
        if not answer:
            self.close()
        return taken, json.loads(answer) if answer else None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.hostile.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def close(self) -> None:
        """End the child."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def judged(files: Sequence[Request]) -> list[dict[str, Any]]:
    """Judge files here, each as the only one of its town. Heavy imports are those of the judge itself."""
    from schemas.form import Source  # noqa: PLC0415
    from tasks.judge import judge  # noqa: PLC0415

    logging.getLogger("tasks.judge").disabled = True  # what the last net catches is told below
    told = [_measured(file) for file in files]
    sources = [
        Source(
            f"{number}/{file.file_name}",
            file.file_name,
            file.content,
            hashlib.sha256(file.content).hexdigest(),
            fiscal_year=2023,
            town_code=f"{640221100 + number}",
            received_at=datetime(2023, 3, 1, tzinfo=UTC),
        )
        for number, file in enumerate(files)
    ]
    started = time.monotonic()
    judgement = judge(sources, _county())
    spread = (time.monotonic() - started) / len(files)
    for source, fields in zip(sources, told, strict=True):
        row = judgement.submissions[judgement.submissions["submission_key"] == source.key].iloc[0]
        found = judgement.findings[judgement.findings["submission_key"] == source.key]
        handled = row["cells_consumed"] + row["cells_ignored"] + row["cells_reported"]
        fields |= {
            "rules": list(found["rule_id"]),
            "words": "\n".join(
                f"{message} {expected}"
                for message, expected in zip(found["message"], found["expected"], strict=True)
            ),
            "verdict": str(row["verdict"]),
            "forms": int(row["forms_in"]),
            "balanced": bool(row["cells_in"] == handled),
        }
        fields["seconds"] = max(fields["seconds"], spread)
        own, *parsers = (_peak(pid) for pid in _processes())
        fields["peak_mib"] = max(fields["peak_mib"], own if len(files) == 1 else 0)
        fields["parser_mib"] = max(fields["parser_mib"], *parsers, 0)
    return told


def _measured(file: Request) -> dict[str, Any]:
    """Read and parse a file for what that takes, and for what nobody foresaw, which the judge would catch."""
    from schemas.form import UnreadableError  # noqa: PLC0415
    from tasks.parse import parse  # noqa: PLC0415
    from tasks.read import read  # noqa: PLC0415

    _forget_peaks()
    unforeseen: list[str] = []
    started = time.monotonic()
    try:
        parse(read(file.file_name, file.content)[0])
    except UnreadableError as error:
        if "无法识别的内容（" in error.value:  # the net of the foreign parsers' child
            unforeseen.append(error.value)
    except Exception as error:  # noqa: BLE001  to be told
        unforeseen.append(f"{type(error).__name__} at {_place(error)}")
    own, *parsers = (_peak(pid) for pid in _processes())
    return {
        "seconds": time.monotonic() - started,
        "peak_mib": own,
        "parser_mib": max(parsers, default=0),
        "unforeseen": unforeseen,
    }


def _place(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


@cache
def _county() -> Any:  # noqa: ANN401  its class is imported late
    from schemas.county import County  # noqa: PLC0415

    return County.model_validate(
        yaml.safe_load((files("schemas") / "counties" / "640221.yml").read_text(encoding="utf-8"))
    )


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

    from tasks import parse  # noqa: PLC0415
    from tasks.read import budgets, guard, guard_xml, guard_zip  # noqa: PLC0415

    def failing(grids: object) -> object:
        return grids and 1 // 0

    def tower(part: bytes, _: object = None) -> etree._Element:
        return etree.fromstring(part, etree.XMLParser(huge_tree=True))

    replacements: dict[str, list[tuple[Any, str, Callable[..., Any]]]] = {
        "plain_xml": [(module, "plain_xml", lambda part: part) for module in (guard, guard_xml)],
        "planted fault": [(parse, "parse", failing)],
        "depth": [(module, "parse_xml", tower) for module in (guard, guard_xml)],
        **{
            name: [(guard_zip, name, lambda *_: None)]
            for name in ("_check_name", "_check_nesting", "_check_truth", "_check_place")
        },
    }
    undo: list[tuple[Any, str, Any]] = []
    bounded = _bounded() if names else contextlib.nullcontext()
    try:
        for name in names:
            if name in replacements:
                for module, attribute, replacement in replacements[name]:
                    undo.append((module, attribute, getattr(module, attribute)))
                    setattr(module, attribute, replacement)
            else:
                undo.append((budgets.BUDGETS, name, getattr(budgets.BUDGETS, name)))
                object.__setattr__(budgets.BUDGETS, name, 1 << 40)
        with bounded:
            yield
    finally:
        for owner, attribute, value in reversed(undo):
            (object.__setattr__ if owner is budgets.BUDGETS else setattr)(owner, attribute, value)


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """No more memory than the budget on top of what is in use: what breaks it breaks soon, and not the machine."""
    used = next(
        int(line.split()[1]) * 1024
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmData:")
    )
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (used + _MORE_MIB * MIB, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Answer request after request."""
    while len(header := source.read(_HEADER_BYTES)) == _HEADER_BYTES:
        request = json.loads(source.read(int.from_bytes(header, "big")))
        sent = [Request(name, source.read(size)) for name, size in request["files"]]
        with switched_off(tuple(request["off"])):
            answer = json.dumps(judged(sent)).encode()
        target.write(len(answer).to_bytes(_HEADER_BYTES, "big") + answer)
        target.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
