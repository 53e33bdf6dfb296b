"""The product's promise: one annex, in whatever format a town sends it, gives the same forms, indicators and values.

The annex of ``tests/files`` as LibreOffice wrote it, against what a person wrote down that it says; and the sample annex
as the LibreOffice of this machine writes it, against the text it came from.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.form import Entry, Form, UnreadableError
from tasks.parse import parse
from tasks.read import convert, read
from tests.files.build import ANNEX, WRITTEN
from tests.support.annex import sample, sample_text, to_docx, to_xlsx
from tests.support.meaning import meaning, parsed
from tests.support.office import convert as written_by_libreoffice
from tests.support.office import laid_out_document, laid_out_workbook, program

FILES = Path(__file__).parents[2] / "files"
NAMES = sorted(path.name for path in (FILES / "annex").iterdir())
OLD_WORD = (".doc", ".rtf")
EXPECTED: list[dict[str, Any]] = yaml.safe_load((FILES / "annex.yml").read_text(encoding="utf-8"))


def even(entry: Entry | None) -> str | None:
    return None if entry is None else "".join(entry.text.split())


def said(form: Form) -> dict[str, Any]:
    """A form in the words of ``annex.yml``."""
    names = ("project_name", "department", "implementing_unit", "attribute", "period", "goal", "fiscal_year")
    return {
        **{name: even(getattr(form, name)) for name in names},
        "total": shown(even(form.total)),
        "project_name_displaced": form.project_name_displaced,
        "money_unit": form.money_unit,
        "funding": [[line.source, shown(even(line.amount))] for line in form.funding],
        "indicators": [
            [line.level1, line.level2, even(line.level3), even(line.value)] for line in form.indicators
        ],
        "remarks": [remark.rule_id for remark in form.remarks],
    }


def shown(amount: str | None) -> str | None:
    """An amount without the zeros at its end, which a sheet does not keep of a number that is typed with them."""
    return f"{Decimal(amount).normalize():f}" if amount else amount


def wanted(form: dict[str, Any]) -> dict[str, Any]:
    return {
        **form,
        "fiscal_year": "".join(form["fiscal_year"].split()),
        "total": shown(form["total"]),
        "funding": [[source, shown(amount)] for source, amount in form["funding"]],
    }


def test_a_file_of_every_format_is_there() -> None:
    assert sorted(f"{stem}.{extension}" for stem, each in WRITTEN.items() for extension in each) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_annex_gives_the_same_forms_in_every_format(name: str) -> None:
    if name.endswith(OLD_WORD):
        program()
    found = parsed(name, (FILES / "annex" / name).read_bytes())

    assert [said(form) for form in found.forms] == [wanted(form) for form in EXPECTED]
    assert found.remarks == ()
    for form in found.forms:
        assert form.cells.total == form.cells.consumed + form.cells.ignored + form.cells.reported
        assert form.cells.reported == 0


@pytest.mark.parametrize("name", ["word.doc", "word.rtf"])
def test_an_old_document_of_a_batch_gives_what_it_gives_alone(name: str) -> None:
    program()
    contents = {each: (FILES / "annex" / each).read_bytes() for each in NAMES}
    converted = convert(contents.values())

    assert sorted(each for each, content in contents.items() if content in converted) == [
        "word.doc",
        "word.rtf",
    ]
    assert read(name, contents[name], converted) == read(name, contents[name])


@pytest.mark.parametrize("name", ["word.doc", "word.rtf"])
def test_an_old_document_cut_short_is_read_or_refused_in_words(name: str) -> None:
    program()
    whole = (FILES / "annex" / name).read_bytes()
    with pytest.raises(UnreadableError) as refused:
        read(name, whole[: len(whole) // 2])
    assert refused.value.rule_id == "R01"


# ---- the sample annex


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The sample annex in every format, by stem and extension; a format is one start of LibreOffice."""
    folder = tmp_path_factory.mktemp("sample")
    contents = {
        "word.docx": laid_out_document(to_docx(sample(), boxed_names=True)),
        "sheet.xlsx": laid_out_workbook(to_xlsx(sample())),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    made = [
        path
        for stem, extensions in WRITTEN.items()
        for extension in extensions
        for path in written_by_libreoffice(
            [*folder.glob(f"{stem}.*")], extension, folder / "written"
        ).values()
    ]
    return {path.name: path.read_bytes() for path in made}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [f"{stem}.{extension}" for stem, extensions in WRITTEN.items() for extension in extensions]
)
def test_the_sample_gives_the_same_forms_in_every_format(name: str, written: dict[str, bytes]) -> None:
    text = parse(read("附件2.txt", sample_text())[0])
    found = parsed(name, written[name])

    assert len(found.forms) == 14
    assert sum(len(form.indicators) for form in found.forms) == 111
    assert [meaning(form) for form in found.forms] == [meaning(form) for form in text.forms]


def test_the_annex_is_described_once() -> None:
    """The description files are built from, and what a person wrote that they say, are of the same forms."""
    assert len(ANNEX.forms) == len(EXPECTED) == 3
