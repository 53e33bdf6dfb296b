"""A town that sends its forms again under another name: in force once, never twice and never not at all."""

import hashlib

import pytest
from sqlalchemy import Engine

from schemas.form import Source
from tasks.judge import judge
from tasks.load import stage
from tasks.reference import stage_reference
from tests.benchmarks.annex import annex, to_text
from tests.support.county import example
from tests.support.nights import publish_by_hand
from warehouse.views import read

FORMS = 3
SOUND = to_text(annex("平罗县宝丰镇", FORMS))
# One form whose sources do not add up to its total (M01), so it goes back.
ONE_BAD = SOUND.replace(
    "\t3.25\n\n\t\n\t         其中：财政拨款\n\t3.25".encode(),
    "\t9.25\n\n\t\n\t         其中：财政拨款\n\t3.25".encode(),
)
UNREADABLE = b"PK\x03\x04 cut off"


def night(engine: Engine, number: int, files: dict[str, bytes]) -> list[tuple[str, bool]]:
    """Stage and publish what the town's folder holds; gives the file and staleness of each form in force."""
    county = example()
    sources = [
        Source(
            key=f"2023/640221102/{name}",
            file_name=name,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            fiscal_year=2023,
            town_code="640221102",
        )
        for name, content in files.items()
    ]
    stage_reference(engine, county, [2023], number)
    stage(engine, judge(sources, county), county=county, publication_no=number, run_id="run", archive_urls={})
    publish_by_hand(engine, number)
    with engine.connect() as connection:
        return [(row["file_name"], row["is_stale"]) for row in read(connection, "v_budget")]


def test_the_inputs_are_what_they_say() -> None:
    assert ONE_BAD != SOUND


@pytest.mark.parametrize(
    "second", [{"b.txt": SOUND, "a.txt": SOUND + b"\n"}, {"a.txt": UNREADABLE, "b.txt": SOUND}]
)
def test_a_correction_under_a_new_name_takes_the_place_of_the_old(
    engine: Engine, second: dict[str, bytes]
) -> None:
    assert night(engine, 1, {"a.txt": SOUND}) == [("a.txt", False)] * FORMS
    assert night(engine, 2, second) == [("b.txt", False)] * FORMS


def test_a_returned_form_stays_in_force_also_when_its_file_came_twice(engine: Engine) -> None:
    night(engine, 1, {"a.txt": SOUND})
    alone = night(engine, 2, {"a.txt": ONE_BAD})
    assert sorted(alone) == [("a.txt", False)] * (FORMS - 1) + [("a.txt", True)]
    twice = night(engine, 3, {"0.txt": ONE_BAD, "a.txt": ONE_BAD})
    assert sorted(twice) == [("0.txt", False)] * (FORMS - 1) + [("a.txt", True)]
