"""How long ``huizong check`` takes beside the import of the libraries it stands on, and what all rules cost a form.

``python -m tests.benchmarks.checking``. A check is a process of its own, so its processor time is measured from outside,
turn by turn with the others: what else the machine does then falls on all of them. The bare read is a process that only
reads the file. The rules run over 1,000 forms in one frame, sound ones and ones with a fault each.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from schemas.county import County, Town
from tasks.normalise import normalise
from tasks.parse import parse
from tasks.read import read
from tasks.validate import validate
from tests.benchmarks.annex import annex, source, to_text
from tests.benchmarks.word import to_word

ROUNDS = 9
TOWNS = 50
FORMS_OF_A_TOWN = 20
LIBRARIES = "import pandas, pandera.pandas"
READ = "import sys; from tasks.read import read; read('a.docx', open(sys.argv[1], 'rb').read())"
MOST_TIMES = 1.5
MOST_MS_A_FORM = 1.0


def processor_ms(command: list[str]) -> float:
    """Processor time of one process, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def checking(console: Console) -> None:
    """One check of an annex as Word writes it, beside the libraries and the bare read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "附件2.docx"
        file.write_bytes(to_word(annex()))
        python = sys.executable
        commands = {
            "python": [python, "-c", "pass"],
            LIBRARIES: [python, "-c", LIBRARIES],
            "bare read": [python, "-c", READ, str(file)],
            "huizong check": [python, "-c", "from flows.cli import main; main()", "check", str(file)],
        }
        spent: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                spent[name].append(processor_ms(command))
    table = Table("process", "least ms", "median ms", title=f"Processor time, {ROUNDS} turns")
    for name, times in spent.items():
        table.add_row(name, f"{min(times):.0f}", f"{median(times):.0f}")
    console.print(table)
    for of, pick in (("least", min), ("median", median)):
        start, libraries, bare, check = (pick(times) for times in spent.values())
        ratio = check / (libraries + bare - start)
        console.print(f"check / (libraries + bare read), {of}: {ratio:.2f}, at most {MOST_TIMES}")


def ruling(console: Console) -> None:
    """All rules over 1,000 forms in one frame."""
    towns = [Town(code=f"999999{number:03d}", name=f"第{number}镇") for number in range(100, 100 + TOWNS)]
    county = County(code="999999", name="样例县", due={2023: date(2023, 3, 31)}, towns=tuple(towns))
    table = Table("forms", "findings", "normalise ms / form", f"rules ms / form, at most {MOST_MS_A_FORM}")
    for is_faulty in (False, True):
        files = []
        for town in towns:
            text = to_text(annex(town.name, FORMS_OF_A_TOWN))
            sent = source(
                town,
                "附件2.txt",
                text.replace("年12月底".encode(), "年13月底".encode()) if is_faulty else text,
            )
            files.append((sent, parse(read(sent.file_name, sent.content)[0])))
        sources = [sent for sent, _ in files]
        spent = []
        for _ in range(3):
            start = time.process_time()
            frames = normalise(files)
            middle = time.process_time()
            judgement = validate(sources, frames, county, {})
            spent.append((middle - start, time.process_time() - middle))
        forms = len(frames.forms)
        per_form = [f"{min(times) * 1000 / forms:.2f}" for times in zip(*spent, strict=True)]
        table.add_row(f"{forms:,}", f"{len(judgement.findings):,}", *per_form)
    console.print(table)


if __name__ == "__main__":
    terminal = Console(width=120)
    checking(terminal)
    ruling(terminal)
