"""How long an annex takes as PDF, beside pdfplumber's tables, and whether both see the same cells.

``python -m tests.benchmarks.pdf``; processor time of one process, except ``in child``, which is wall time until the
child's answers are here. First the annex as LibreOffice prints it, 10 pages, and its pages again and again as far as
the budget of pages goes. Then forms drawn with reportlab, three to a page, so that 1,400 of them fit into the budget.
pdfplumber is left out of the largest files; it needs minutes.
"""

import io
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pdfplumber
import pypdfium2
from rich.console import Console
from rich.table import Table

from schemas.vocabulary import fold
from tasks.parse import parse
from tasks.read import foreign, pdf
from tasks.read.guard import Budgets
from tests.benchmarks.annex import annex, milliseconds
from tests.support.pdf import to_pdf

PRINTED = Path(__file__).parents[1] / "files" / "pdf" / "annex.pdf"
PAGE = (595, 1250)
TYPE_SIZE = 8
PLENTY = Budgets(tables=2_000)
"""A file of 1,400 forms has more tables than a town's may have; only here."""


def ours(content: bytes) -> int:
    """The reader in this process."""
    return sum(len(grid.cells) for grid in pdf.grids(content, PLENTY))


def in_child(content: bytes) -> int:
    """The reader as a run uses it: in a process of its own, its answers parsed."""
    return sum(len(grid.cells) for grid in foreign.read(foreign.PDF, content))


def plumbed(content: bytes) -> int:
    """What most scripts do."""
    return sum(len(cells) for cells in plumbed_cells(content))


def plumbed_cells(content: bytes) -> list[list[str]]:
    """The folded texts of each table, as pdfplumber sees them; covered squares (None) left out."""
    found: list[list[str]] = []
    with pdfplumber.open(io.BytesIO(content)) as opened:
        for page in opened.pages:
            found.extend(
                [fold(text) for row in table for text in row if text is not None]
                for table in page.extract_tables()
            )
    return found


def repeated(content: bytes, times: int) -> bytes:
    """The pages of a file again and again."""
    with pypdfium2.PdfDocument(content) as source, pypdfium2.PdfDocument.new() as whole:
        for _ in range(times):
            whole.import_pages(source)
        target = io.BytesIO()
        whole.save(target)
    return target.getvalue()


def contents() -> Iterator[tuple[str, int, bytes]]:
    """Who made a file, how many forms it has, its bytes."""
    printed = PRINTED.read_bytes()
    for times in (1, 10, 49):
        yield "LibreOffice", 14 * times, repeated(printed, times)
    for forms in (14, 140, 1_400):
        yield "reportlab", forms, to_pdf(annex(forms=forms), size=TYPE_SIZE, page=PAGE)


def our_cells(content: bytes) -> list[list[str]]:
    """The folded texts of each table, as we see them."""
    return [
        [fold(cell.text) for cell in grid.cells] for grid in pdf.grids(content, PLENTY) if not grid.is_prose
    ]


def main(console: Console) -> None:
    """Time 14, 140 and 1,400 forms."""
    table = Table(
        "made by",
        "forms",
        "pages",
        "MiB",
        "cells",
        "ours ms",
        "per form",
        "in child ms",
        "parse ms",
        "pdfplumber ms",
        "faster",
        "same cells",
    )
    for maker, forms, content in contents():
        rounds = 5 if forms < 100 else 1
        spent = _cpu_ms(ours, content, rounds)
        grids = list(pdf.grids(content, PLENTY))
        cells = sum(len(grid.cells) for grid in grids)
        child, plumber, ratio, same = "–", "–", "–", "–"
        if forms <= 140:
            child = f"{milliseconds(in_child, content, rounds=rounds):.0f}"
            its = _cpu_ms(plumbed, content, min(3, rounds))
            plumber, ratio = f"{its:.0f}", f"{its / spent:.1f} ×"
            same = f"{_same(our_cells(content), plumbed_cells(content)):.3f}"
        pages = {cell.reference for grid in grids for cell in grid.cells}
        table.add_row(
            maker,
            f"{forms:,}",
            f"{len(pages)}",
            f"{len(content) / 2**20:.2f}",
            f"{cells:,}",
            f"{spent:.0f}",
            f"{spent / forms:.2f}",
            child,
            f"{milliseconds(parse, grids, rounds=1):.0f}",
            plumber,
            ratio,
            same,
        )
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak of this process with pdfplumber in it: {peak:.0f} MiB")


def _same(mine: list[list[str]], theirs: list[list[str]]) -> float:
    """The share of our cells that pdfplumber has too; a cell cut by a page break it has in two halves."""
    a, b = (Counter(text for cells in tables for text in cells if text) for tables in (mine, theirs))
    return (a & b).total() / max(1, a.total())


def _cpu_ms(work: Callable[[bytes], object], content: bytes, rounds: int) -> float:
    """Median processor time of one call in this process; other processes of the machine do not count."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work(content)
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent)


if __name__ == "__main__":
    started = time.perf_counter()
    main(Console(width=150))
    sys.stdout.write(f"{time.perf_counter() - started:.0f} s\n")
