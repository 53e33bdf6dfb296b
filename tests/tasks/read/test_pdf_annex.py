"""Whole annexes as PDF, as other programs write them: the same forms as from text, and addresses that lead back."""

import io
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pdfplumber
import pytest

from schemas.form import Form
from schemas.vocabulary import fold
from tasks.parse import parse
from tasks.read import read, text
from tests.benchmarks.annex import annex, to_text
from tests.county.build import build
from tests.support.annex import sample, sample_text, to_docx
from tests.support.meaning import entries, meaning, parsed
from tests.support.office import check_font
from tests.support.pdf import to_pdf

FILES = Path(__file__).parents[2] / "files" / "pdf"


def expected(forms: int) -> list[object]:
    return [meaning(form) for form in parse(text.read(to_text(annex(forms=forms)))).forms]


def follow(content: bytes, forms: Sequence[Form]) -> int:
    """Follow each address to its page with another reader than ours; gives how many were followed.

    A text stands in a cell of its page, or, where a page break cut the cell, is whole with a cell of the next page.
    """
    with pdfplumber.open(io.BytesIO(content)) as opened:
        pages = [
            [fold(cell) for table in page.extract_tables() for row in table for cell in row if cell]
            + [fold(page.extract_text())]
            for page in opened.pages
        ]
    followed = 0
    for entry in entries(tuple(forms)):
        number = int(entry.address.reference.removeprefix("第").removesuffix("页"))
        typed = fold(entry.text)
        here, there = pages[number - 1], pages[number] if number < len(pages) else []
        whole = any(typed in cell for cell in here)
        cut = any(
            typed.startswith(head) and any(cell.startswith(typed[len(head) :]) for cell in there)
            for head in here
        )
        assert whole or cut, entry
        assert entry.address.label
        followed += 1
    return followed


@pytest.mark.parametrize(
    ("name", "forms"), [("annex.pdf", 14), ("annex-without-borders.pdf", 14), ("annex-from-browser.pdf", 4)]
)
def test_an_annex_printed_by_another_program_gives_the_same_forms(name: str, forms: int) -> None:
    found = parsed(name, (FILES / name).read_bytes())

    assert [meaning(form) for form in found.forms] == expected(forms)
    assert found.remarks == ()


def test_every_address_leads_to_its_page() -> None:
    content = (FILES / "annex.pdf").read_bytes()
    found = parsed("annex.pdf", content)

    assert follow(content, found.forms) == 14 * (8 + 2 + 7 * 2)
    assert str(found.forms[0].indicators[0].value.address) == "form 1 · 表1 · 第12行 · 指标值 · 第1页"


@pytest.mark.parametrize("page_each", [True, False])
@pytest.mark.parametrize("titles_outside", [True, False])
def test_an_annex_drawn_with_another_library_gives_the_same_forms(
    *, page_each: bool, titles_outside: bool
) -> None:
    content = to_pdf(annex(), page_each=page_each, titles_outside=titles_outside)

    assert [meaning(form) for form in parsed("a.pdf", content).forms] == expected(14)


def converted(tmp_path: Path, *sources: Path) -> dict[str, bytes]:
    """Word files as LibreOffice prints them, by name; skips where it is not installed."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    check_font()
    out = tmp_path / "printed"
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(out),
        *map(str, sources),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return {path.stem: path.read_bytes() for path in out.iterdir()}


@pytest.mark.slow
def test_the_sample_printed_by_libreoffice_gives_the_same_forms(tmp_path: Path) -> None:
    for name, options in (
        ("plain", {}),
        ("boxed", {"boxed_names": True}),
        ("outside", {"titles_outside": True}),
    ):
        (tmp_path / f"{name}.docx").write_bytes(to_docx(sample(), **options))
    contents = converted(tmp_path, *sorted(tmp_path.glob("*.docx")))
    wanted = parse(read("a.txt", sample_text())[0])

    assert sorted(contents) == ["boxed", "outside", "plain"]
    for content in contents.values():
        found = parsed("a.pdf", content)
        assert len(found.forms) == 14
        assert sum(len(form.indicators) for form in found.forms) == 111
        assert [meaning(form) for form in found.forms] == [meaning(form) for form in wanted.forms]
        assert follow(content, found.forms) > 14 * 20


@pytest.mark.slow
def test_the_example_county_printed_by_libreoffice_gives_the_same_forms(tmp_path: Path) -> None:
    build(tmp_path / "inbox")
    sources: dict[str, Path] = {}
    for path in sorted((tmp_path / "inbox").rglob("*.docx")):
        if path.read_bytes()[:2] == b"PK" and path.stem[:3] in ("附件2", "城关镇", "陶乐镇"):
            copy = tmp_path / f"{len(sources)}.docx"
            copy.write_bytes(path.read_bytes())
            sources[copy.stem] = copy
    contents = converted(tmp_path, *sources.values())

    assert len(contents) == len(sources) >= 4
    for name, content in contents.items():
        typed = parse(read("a.docx", sources[name].read_bytes())[0])
        printed = parsed("a.pdf", content)
        assert [meaning(form) for form in printed.forms] == [meaning(form) for form in typed.forms]
        assert [remark.rule_id for remark in printed.remarks] == [remark.rule_id for remark in typed.remarks]
