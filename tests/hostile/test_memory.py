"""A file as large as the budgets let it be is read and parsed in less than 250 MiB, measured in a process of its own."""

import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.read.guard import BUDGETS, MIB
from tests.benchmarks.annex import annex
from tests.benchmarks.word import to_word
from tests.hostile.build import FORM, SHEET, document, package, replaced
from tests.support.annex import Annex, to_docx, to_xlsx

PEAK_MIB = 250
_SCRIPT = """
import sys
from pathlib import Path
from schemas.form import UnreadableError
from tasks.parse import parse
from tasks.read import read
try:
    grids = read(sys.argv[1], Path(sys.argv[1]).read_bytes())[0]
    forms = len(parse(grids).forms)
    print(sum(len(grid.cells) for grid in grids), forms)
except UnreadableError as error:
    print(0, error.rule_id, error.value)
lines = Path("/proc/self/status").read_text().splitlines()
print(*(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")))
"""


def _with_picture(content: bytes, folder: str) -> bytes:
    """The file with a picture that makes it 19 MiB, as photographs do."""
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_STORED) as archive:
        size = 19 * MIB - len(content)
        archive.writestr(f"{folder}/media/image9.png", random.Random(1).randbytes(size))  # noqa: S311
    return target.getvalue()


def _many() -> Annex:
    """1,400 forms; what differs between them keeps them from deflating to nothing."""
    chance = random.Random(1)  # noqa: S311  noise, no secret

    def varied(cell: str) -> str:
        return f"{cell}{chance.getrandbits(800):x}" if "道路" in cell else cell

    rows = FORM.forms[0]
    return replace(FORM, forms=tuple(tuple(tuple(map(varied, row)) for row in rows) for _ in range(1_400)))


def _full_workbook() -> bytes:
    """A sheet of as many cells as may be, no two alike."""
    width = 20
    letters = [chr(ord("A") + column) for column in range(width)]
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{letter}{row}" t="inlineStr"><is><t>甲乙丙{row}{letter}</t></is></c>'
            for letter in letters
        )
        + "</row>"
        for row in range(1, BUDGETS.cells // width * 19 // 20)
    )
    data = b"<sheetData>" + rows.encode() + b"</sheetData>"
    return replaced(
        to_xlsx(FORM),
        SHEET,
        lambda old: old.partition(b"<sheetData>")[0] + data + old.partition(b"</sheetData>")[2],
    )


def _full_document() -> bytes:
    """Thirty megabytes of cells under formatting that is said anew for each."""
    made = '<w:tcPr><w:tcW w:w="{n}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    said = (
        '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/><w:sz w:val="{n}"/></w:rPr><w:t>甲乙{n}</w:t></w:r></w:p>'
    )
    cells = (f"<w:tc>{made}{said}</w:tc>".format(n=n) for n in range(130_000))
    rows = "".join(
        ("</w:tr></w:tbl><w:tbl><w:tr>" if n % 100 == 0 else "</w:tr><w:tr>" if n % 5 == 0 else "") + cell
        for n, cell in enumerate(cells)
    )
    return package(main=document("<w:tbl><w:tr>" + rows + "</w:tr></w:tbl>"))


def _formatted_document() -> bytes:
    """1,400 forms under as much formatting as Word writes, a hundred megabytes; paragraphs numbered anew in each copy."""

    def many(part: bytes) -> bytes:
        head, body, tables = part.partition(b"<w:tbl>")
        forms, section, end = tables.rpartition(b"<w:sectPr")
        copies = (body + forms.replace(b'paraId="1000', b'paraId="%04X' % number) for number in range(100))
        return head + b"".join(copies) + section + end

    return replaced(to_word(annex()), "word/document.xml", many)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a.docx": (lambda: _with_picture(to_docx(_many()), "word"), "1400"),
    "formatted.docx": (_formatted_document, "1400"),
    "full.xlsx": (_full_workbook, "R03"),
    "full.docx": (_full_document, "R03"),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measured in /proc")
@pytest.mark.parametrize("name", FILES)
def test_a_large_file_is_read_in_little_memory(name: str, tmp_path: Path) -> None:
    build, forms = FILES[name]
    (tmp_path / name).write_bytes(build())
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
        timeout=200,
    )
    counted, peak = done.stdout.splitlines()

    assert counted.split()[1] == forms, counted
    assert int(peak) < PEAK_MIB
