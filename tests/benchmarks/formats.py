"""How long reading and parsing takes as a file grows: every format with 14, 140 and 1,400 forms in one file.

``python -m tests.benchmarks.formats [FORMAT …]``. One process; the best of ``ROUNDS``, imports, child processes' start
and file writing left out. A format joins with a line in ``FORMATS``. ``tables`` holds a table for each form, ``stacked``
all forms in one sheet or table below each other.
"""

import functools
import gc
import itertools
import sys
import time
from collections.abc import Callable, Mapping

from rich.console import Console
from rich.table import Table

from schemas.form import UnreadableError
from tasks.parse import parse
from tasks.read import read
from tests.benchmarks.annex import annex, to_text
from tests.benchmarks.excel import to_excel
from tests.benchmarks.word import to_word
from tests.support.annex import Annex
from tests.support.biff import to_xls
from tests.support.opendocument import to_ods, to_odt
from tests.support.web import to_html, to_mht, to_spreadsheetml

SIZES = (14, 140, 1400)
ROUNDS = 3
MOST_TIMES_LINEAR = 1.5
"""What ten times the forms may cost beyond ten times the time before it is called more than linear."""

FORMATS: Mapping[str, tuple[str, Callable[[Annex], bytes]]] = {
    "text": ("a.txt", to_text),
    "docx tables": ("a.docx", to_word),
    "xlsx sheets": ("a.xlsx", to_excel),
    "xlsx stacked": ("a.xlsx", functools.partial(to_excel, stacked=True)),
    "odt tables": ("a.odt", to_odt),
    "ods sheets": ("a.ods", to_ods),
    "ods stacked": ("a.ods", functools.partial(to_ods, stacked=True)),
    "html tables": ("a.html", to_html),
    "html stacked": ("a.html", functools.partial(to_html, stacked=True)),
    "mht tables": ("a.mht", lambda described: to_mht(to_html(described))),
    "xls sheets": ("a.xls", to_xls),
    "xls stacked": ("a.xls", functools.partial(to_xls, stacked=True)),
    "xml stacked": ("a.xml", functools.partial(to_spreadsheetml, stacked=True)),
}
"""By name: the file's name, and what writes an annex as such a file."""
_IN_A_CHILD = ("a.xls",)


def measured(file_name: str, content: bytes, forms: int) -> tuple[float, float] | str:
    """Best milliseconds of reading and of parsing a file that holds its forms; the rule where it is over a budget."""
    reading, parsing = [], []
    # This process's own time, so that other work on the machine does not count; a child's can only be waited for.
    clock = time.perf_counter if file_name in _IN_A_CHILD else time.process_time
    for _ in range(ROUNDS):
        start = clock()
        try:
            grids, _ = read(file_name, content)
        except UnreadableError as refused:
            return refused.rule_id
        middle = clock()
        found = parse(grids)
        parsing.append(clock() - middle)
        reading.append(middle - start)
        assert len(found.forms) == forms
    return min(reading) * 1000, min(parsing) * 1000


def ratio(small: tuple[float, float] | str, large: tuple[float, float] | str) -> str:
    """What ten times the forms cost to read, marked where that is more than linear."""
    if isinstance(small, str) or isinstance(large, str):
        return "–"
    times = large[0] / small[0]
    return f"{times:.1f}" + ("" if times < 10 * MOST_TIMES_LINEAR else " !")


def show(console: Console, names: list[str]) -> None:
    """One table: milliseconds to read, and to read and parse, at each size, and what ten times the forms cost."""
    table = Table("format", title="Read (and read + parse), ms")
    for size in SIZES:
        table.add_column(f"{size:,} forms", justify="right")
    for small, large in itertools.pairwise(SIZES):
        table.add_column(f"{large:,} / {small:,}", justify="right")
    for name in names:
        file_name, write = FORMATS[name]
        read(file_name, write(annex(forms=1)))
        times = [measured(file_name, write(annex(forms=size)), size) for size in SIZES]
        table.add_row(
            name,
            *(each if isinstance(each, str) else f"{each[0]:.1f} ({sum(each):.1f})" for each in times),
            *(ratio(small, large) for small, large in itertools.pairwise(times)),
        )
    console.print(table)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    # As a check does: what was imported, here by the writers of the files too, is not searched for garbage.
    gc.freeze()
    show(Console(width=140), [name for name in FORMATS if not wanted or name.split()[0] in wanted])
