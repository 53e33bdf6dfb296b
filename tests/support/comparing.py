"""Six towns over two years, and nights of theirs without the inbox, for tests of what looks across towns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from schemas.county import County, Town
from schemas.frames import Judgement
from tasks.compare import stage_comparisons
from tasks.load import StageCounts, stage
from tasks.programmes import stage_programmes
from tasks.publish import publish
from tasks.reference import stage_reference
from tests.support.judgements import Sent, Told, content_with, judged, people
from tests.support.judgements import form as told_form
from tests.support.judgements import submission as sent
from tests.support.nights import trusting
from warehouse.ledger import discard_unpublished, next_publication, start_run
from warehouse.views import read

TOWNS = tuple(f"6402211{number:02}" for number in range(1, 7))
SIX = County(
    code="640221",
    name="平罗县",
    due={},
    towns=tuple(
        Town(code=code, name=f"{number}号镇", villages=tuple(f"{number}镇{each}村" for each in range(10)))
        for number, code in enumerate(TOWNS, 1)
    ),
)


def form(project: str, total: str, heads: str | None = None, goal: str | None = None) -> Told:
    """A sound form that counts ``heads`` people, or none."""
    rows = [content_with("95")] if heads is None else [people(heads)]
    return told_form(project, total, *rows, goal=goal or f"做好{project}。")


def files(forms: Mapping[int, Sequence[Told]], year: int = 2024) -> list[Sent]:
    """Town number → its forms, one file each."""
    return [
        replace(sent("附件2.docx", *told, town=TOWNS[town - 1]), year=year) for town, told in forms.items()
    ]


def night(
    engine: Engine, batches: Sequence[Sequence[Sent]], county: County = SIX, run_id: str = "run"
) -> StageCounts:
    """A night that loads the files batch by batch, each batch a chunk of its own."""
    judgements: list[Judgement] = [judged(*batch) for batch in batches]
    discard_unpublished(engine)
    start_run(engine, run_id)
    number = next_publication(engine)
    stage_reference(engine, county, [2023, 2024], number)
    counts = StageCounts()
    for judgement in judgements:
        counts += stage(
            engine, judgement, county=county, publication_no=number, run_id=run_id, archive_urls={}
        )
    changed = stage_programmes(engine, county, number) + stage_comparisons(engine, county, number)
    publish(engine, run_id, number, trusting(number))
    return counts + StageCounts(rows_inserted=changed.inserted, rows_closed=changed.closed)


def found(engine: Engine, publication_no: int | None = None) -> list[tuple[Any, ...]]:
    """Published findings of letter Y: town number, rule, form, value, expected."""
    with engine.connect() as connection:
        return [
            (
                TOWNS.index(row["town_code"]) + 1,
                row["rule_id"],
                row["form_no"],
                row["value"],
                row["expected"],
            )
            for row in read(connection, "v_finding", publication_no=publication_no)
            if row["rule_id"].startswith("Y")
        ]
