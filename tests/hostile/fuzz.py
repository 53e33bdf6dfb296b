"""Spoiled files by the thousand: ``python -m tests.hostile.fuzz --minutes 10 [--seed 1] [--format docx]``.

What is found is written to ``var/fuzz``: a line that says how to build the file again, and the file.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.hostile.build import (
    CATALOGUE,
    FORM,
    ODS,
    ODT,
    ONE_PAGE,
    flat,
    opendocument,
    page,
    pdf,
    png,
    replaced,
    stream,
)
from tests.hostile.mutate import mutated
from tests.hostile.worker import Outcome, Request, Worker
from tests.support.annex import Placed, Rows, place, to_docx, to_xlsx
from tests.support.biff import to_xls

SECONDS = 20
FOREIGN_SECONDS = 120
"""For a batch that another program reads, its start among them."""
PEAK_MIB = 250
PARSER_MIB = 1024
_BATCH = 25


@dataclass(frozen=True, slots=True)
class Found:
    """A file that broke the invariant, and how to build it again."""

    kind: str
    seed: int
    what: str
    content: bytes


def _undated(content: bytes) -> bytes:
    """An Office file without the time it was made: a seed must give the same bytes on any day."""
    stamp = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
    return replaced(content, "docProps/core.xml", lambda core: stamp.sub(b"2023-01-01T00:00:00Z", core))


def _html(rows: Rows) -> bytes:
    lines: dict[int, list[str]] = {}
    for cell in place(rows):
        spans = f'rowspan="{cell.row_span}" colspan="{cell.column_span}"'
        lines.setdefault(cell.row, []).append(f"<td {spans}>{cell.text}</td>")
    body = "".join(f"<tr>{''.join(line)}</tr>\n" for line in lines.values())
    return f"<html><head><meta charset='utf-8'></head><body><p>{FORM.heading}</p><table>{body}</table></body></html>".encode()


def _open(kind: str, rows: Rows) -> bytes:
    lines: dict[int, list[str]] = {}
    for cell in place(rows):
        lines.setdefault(cell.row, []).append(_open_cell(cell))
    body = "".join(f"<table:table-row>{''.join(line)}</table:table-row>" for line in lines.values())
    return opendocument(kind, f'<table:table table:name="表">{body}</table:table>')


def _open_cell(cell: Placed) -> str:
    spans = f'table:number-rows-spanned="{cell.row_span}" table:number-columns-spanned="{cell.column_span}"'
    return f"<table:table-cell {spans}><text:p>{cell.text}</text:p></table:table-cell>"


def _pdf() -> bytes:
    """A ruled table in Latin letters; what is fuzzed is the parser."""
    drawn = [b"BT /F1 10 Tf"]
    for row in range(20):
        drawn += [
            b"1 0 0 1 %d %d Tm (r%dc%d) Tj" % (60 + 100 * column, 780 - 30 * row, row, column)
            for column in range(4)
        ]
    drawn.append(b"ET")
    drawn += [b"50 %d m 450 %d l S" % (800 - 30 * row, 800 - 30 * row) for row in range(21)]
    drawn += [b"%d 800 m %d 200 l S" % (50 + 100 * column, 50 + 100 * column) for column in range(5)]
    return pdf([CATALOGUE, ONE_PAGE, page(), stream(b"\n".join(drawn))])


def _picture() -> bytes:
    """Ruled lines without any text: recognising some would take seconds a file."""
    lines = []
    for y in range(240):
        line = bytearray(b"\xff" * 320)
        if y % 60 < 2:
            line[10:310] = bytes(300)
        elif 8 < y < 232:
            for x in (10, 110, 210, 308):
                line[x : x + 2] = bytes(2)
        lines.append(b"\x00" + bytes(line))
    return png(320, 240, b"".join(lines))


_SOUND: Mapping[str, Callable[[], bytes]] = {
    "docx": lambda: _undated(to_docx(FORM, boxed_names=True)),
    "xlsx": lambda: _undated(to_xlsx(FORM)),
    "txt": flat,
    "odt": lambda: _open(ODT, FORM.forms[0]),
    "ods": lambda: _open(ODS, FORM.forms[0]),
    "html": lambda: _html(FORM.forms[0]),
    "xls": lambda: to_xls(FORM),
    "pdf": _pdf,
}
FORMATS = tuple(_SOUND)
_FOREIGN: Mapping[str, Callable[[], bytes]] = {
    "doc": (Path(__file__).parents[1] / "files" / "annex" / "word.doc").read_bytes,
    "png": _picture,
}
FOREIGN = tuple(_FOREIGN)
"""Formats read by a large program of others, LibreOffice or a network that recognises text: fewer files of them."""


@cache
def sound(kind: str) -> bytes:
    """The sound file of a format that the spoiled ones are made of."""
    return (_SOUND.get(kind) or _FOREIGN[kind])()


def spoiled(kind: str, seed: int) -> bytes:
    """The file of a seed."""
    return mutated(sound(kind), seed)


def breaches(outcome: Outcome) -> str:
    """Which part of the invariant an outcome breaks, or nothing."""
    if outcome.unforeseen:
        return f"unforeseen: {', '.join(outcome.unforeseen)}"
    if outcome.rules[:1] in (("timeout",), ("died",)):
        return f"{outcome.rules[0]} after {outcome.seconds:.1f} s"
    if not outcome.balanced:
        return "cells are not in balance"
    if outcome.verdict == "returned" and not outcome.rules:
        return "returned without a reason"
    if outcome.seconds > SECONDS or outcome.peak_mib > PEAK_MIB or outcome.parser_mib > PARSER_MIB:
        return f"{outcome.seconds:.1f} s, {outcome.peak_mib:.0f} MiB, parser {outcome.parser_mib:.0f} MiB"
    return ""


def hunt(worker: Worker, kind: str, seeds: Sequence[int]) -> list[Found]:
    """Judge the spoiled files of some seeds; those that break the invariant."""
    return [
        Found(kind, seed, breaches(outcome), spoiled(kind, seed))
        for seed, outcome in zip(seeds, outcomes(worker, kind, seeds), strict=True)
        if breaches(outcome)
    ]


def outcomes(worker: Worker, kind: str, seeds: Sequence[int]) -> list[Outcome]:
    """What becomes of the spoiled files of some seeds."""
    files = [Request(f"附件2.{kind}", spoiled(kind, seed)) for seed in seeds]
    return worker.judge_all(files, seconds=(SECONDS if kind in FORMATS else FOREIGN_SECONDS) + len(files))


def main() -> int:
    """Hunt for a while; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=(*FORMATS, *FOREIGN), action="append")
    parser.add_argument("--out", type=Path, default=Path("var/fuzz"))
    options = parser.parse_args()
    kinds = options.format or [*FORMATS, *FOREIGN]
    worker, count, tried = Worker(), 0, 0
    end = time.monotonic() + options.minutes * 60
    first = options.seed * 1_000_000
    try:
        while time.monotonic() < end:
            for kind in kinds:
                found = hunt(worker, kind, range(first, first + _BATCH))
                count, tried = count + len(found), tried + _BATCH
                for each in found:
                    _keep(each, options.out)
            first += _BATCH
            sys.stdout.write(f"{tried} files, {count} found\n")
            sys.stdout.flush()
    finally:
        worker.close()
    return 1 if count else 0


def _keep(found: Found, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{found.seed}.{found.kind}").write_bytes(found.content)
    line = {"format": found.kind, "seed": found.seed, "what": found.what, "bytes": len(found.content)}
    with (folder / "found.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.write(f"{json.dumps(line, ensure_ascii=False)}\n")


if __name__ == "__main__":
    sys.exit(main())
