"""How right a scanned annex is read, and how long it takes: ``python -m tests.benchmarks.scan [DPI ...]``.

Fourteen forms, one a page, scanned askew, with a red stamp over a corner, as JPEG in a PDF without text; compared field by
field with the reading of the same annex from text. The sample annex is measured too where it lies beside the repository
and LibreOffice can print it. ``silent`` counts what is wrong without a finding R11 or R12 at its cell: it must be none.
"""

import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from schemas.form import Entry, Form, IndicatorLine, ParsedFile
from schemas.values import parse_value
from tasks.parse import parse
from tasks.parse.sheet import SURE
from tasks.read import foreign, text
from tests.benchmarks.annex import to_text
from tests.support.annex import SAMPLE, parse_annex, to_docx
from tests.support.office import convert
from tests.support.scans import Picture, annex, annex_pages, jpegs_in_pdf, printed, scanned

TILTS = (1.5, -1.5, 0.8, -0.6, 0.0)
CORNERS = ((0.8, 0.62), (0.82, 0.83), (0.2, 0.16), None)
"""Where the stamp's middle lies, in turn."""


@dataclass
class Score:
    """Fields of one kind: how many there are, how many are right, and which are wrong."""

    total: int = 0
    right: int = 0
    flagged: int = 0
    """Wrong ones that a finding tells of."""
    wrong: list[tuple[int, str, str]] = field(default_factory=list)
    """Form, what is written, what was read."""

    def add(self, number: int, written: object, read: object, *, is_told: bool) -> None:
        """Count one field."""
        self.total += 1
        if written == read:
            self.right += 1
            return
        self.flagged += is_told
        self.wrong.append((number, str(written), f"{read}{' (told)' if is_told else ''}"))


def scans(pictures: Sequence[Picture], dpi: int) -> bytes:
    """Pages as a scanner sends them: a PDF of JPEGs, each page askew in its own way, most of them stamped."""
    return jpegs_in_pdf(
        [
            scanned(
                page,
                dpi,
                tilt=TILTS[number % len(TILTS)],
                stamp=CORNERS[number % len(CORNERS)],
                seed=number,
            )
            for number, page in enumerate(pictures)
        ],
        dpi,
    )


def compare(expected: ParsedFile, found: ParsedFile) -> dict[str, Score]:
    """Forms as read from a scan beside the same forms from text, by kind of field."""
    scores = {
        kind: Score() for kind in ("forms", "identity", "amounts", "goals", "levels", "names", "values")
    }
    forms = iter(found.forms)
    for form in expected.forms:
        other = next(forms, None)
        scores["forms"].add(form.number, True, other is not None, is_told=False)
        if other is None:
            continue
        told = {
            (remark.address.row, remark.address.column)
            for remark in other.remarks
            if remark.address and remark.rule_id in ("R11", "R12")
        }
        for kind, ours, theirs in _fields(form, other):
            place = theirs.address if theirs else None
            is_told = place is not None and (place.row, place.column) in told
            scores[kind].add(form.number, _plain(ours), _plain(theirs), is_told=is_told)
        theirs_by_place = {(line.level2, _folded(line.level3)): line for line in other.indicators}
        for at, line in enumerate(form.indicators):
            near = theirs_by_place.get((line.level2, _folded(line.level3)))
            if near is None:
                near = other.indicators[at] if at < len(other.indicators) else None
            row = near.value.address.row if near else 0
            is_told = any(each == row for each, _ in told)
            levels = (near.level1, near.level2) if near else None
            scores["levels"].add(form.number, (line.level1, line.level2), levels, is_told=is_told)
            scores["names"].add(
                form.number, _plain(line.level3), near and _plain(near.level3), is_told=is_told
            )
            same = near is not None and _value(line) == _value(near)
            shown = line.value.text if same else (near.value.text if near else None)
            scores["values"].add(form.number, line.value.text, shown, is_told=is_told)
    return scores


def _value(line: IndicatorLine) -> tuple[object, ...]:
    """What a target means; of one without a number, its text."""
    found = parse_value(
        line.value.text, level1=line.level1, level2=line.level2, level3=line.level3.text, fiscal_year=2023
    )
    text_of = _folded(line.value) if found.kind == "qualitative" else ""
    return found.kind, found.operator, found.value, found.value_high, found.unit, found.deadline, text_of


def _fields(form: Form, other: Form) -> Iterator[tuple[str, Entry | None, Entry | None]]:
    for name in ("fiscal_year", "project_name", "department", "implementing_unit", "attribute", "period"):
        yield "identity", getattr(form, name), getattr(other, name)
    yield "amounts", form.total, other.total
    theirs = {line.source: line.amount for line in other.funding}
    for line in form.funding:
        yield "amounts", line.amount, theirs.get(line.source)
    yield "goals", form.goal, other.goal


_FORMS_OF_SIGNS = str.maketrans("，：；（）！？％＝", ",:;()!?%=")


def _plain(entry: Entry | None) -> str | None:
    return None if entry is None else _folded(entry)


def _folded(entry: Entry) -> str:
    return "".join(entry.text.split()).translate(_FORMS_OF_SIGNS)


def measure(expected: ParsedFile, content: bytes, pages: int) -> tuple[dict[str, Score], float, float]:
    """The scores of a scan, seconds a page, and its weakest cell among those that are right."""
    start = time.perf_counter()
    grids = list(foreign.read(foreign.SCAN, content))
    spent = (time.perf_counter() - start) / pages
    unsure = sum(0 < cell.confidence < SURE for grid in grids for cell in grid.cells if cell.text.strip())
    return compare(expected, parse(grids)), spent, unsure


def show(console: Console, title: str, scores: dict[str, Score], spent: float, unsure: float) -> None:
    """One table."""
    table = Table(title=f"{title}: {spent:.1f} s a page, {unsure} cells told as unsure")
    for heading in ("field", "of", "right", "share", "told", "silent"):
        table.add_column(heading, justify="left" if heading == "field" else "right")
    for kind, score in scores.items():
        silent = len(score.wrong) - score.flagged
        share = f"{score.right / score.total:.1%}" if score.total else "-"
        table.add_row(kind, str(score.total), str(score.right), share, str(score.flagged), str(silent))
    console.print(table)
    for kind, score in scores.items():
        for number, written, read in score.wrong:
            console.print(f"  {kind}: form {number}: {written!r} read as {read!r}", markup=False)


def main(resolutions: Sequence[int]) -> None:
    """Measure everything."""
    console = Console(width=110)
    expected = parse(text.read(to_text(annex())))
    for dpi in resolutions:
        pictures = annex_pages(dpi)
        scores, spent, unsure = measure(expected, scans(pictures, dpi), len(pictures))
        show(console, f"our annex, {dpi} dpi", scores, spent, unsure)
    if SAMPLE.exists() and shutil.which("soffice"):
        sample = parse_annex(SAMPLE.read_text(encoding="utf-8"))
        truth = parse(text.read(SAMPLE.read_bytes()))
        with tempfile.TemporaryDirectory() as name:
            source = Path(name) / "sample.docx"
            source.write_bytes(to_docx(sample))
            (made,) = convert([source], "pdf", Path(name) / "out").values()
            content = made.read_bytes()
        for dpi in resolutions:
            pictures = printed(content, dpi)
            scores, spent, unsure = measure(truth, scans(pictures, dpi), len(pictures))
            show(console, f"the sample annex, {dpi} dpi", scores, spent, unsure)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    console.print(f"largest child so far: {peak:.0f} MiB")


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [150, 200])
