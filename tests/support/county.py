"""The example county as the tests take it: built once, received, judged, and brought into a warehouse without Prefect."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from schemas.county import County
from schemas.frames import Judgement
from tasks.check import Audit, audit
from tasks.load import StageCounts, stage, stage_findings
from tasks.notices import findings_of
from tasks.publish import publish
from tasks.receive import receive
from tasks.reception import Reception
from tasks.reference import stage_reference
from tasks.settings import load_county
from tasks.towns import judge_towns
from tests.county.build import build
from tests.county.describe import YEAR
from warehouse.ledger import discard_unpublished, known_files, next_publication, start_run
from warehouse.lock import acquire


@dataclass(frozen=True)
class Taken:
    """What came in and how it was judged, town by town."""

    county: County
    reception: Reception
    judgements: tuple[Judgement, ...]
    archive: str
    year: int = YEAR


def take(folder: Path, year: int = YEAR) -> Taken:
    """Build the example county's year under ``folder`` and judge all of it."""
    build(folder / "inbox", year)
    return judge_inbox(folder, year)


def judge_inbox(folder: Path, year: int = YEAR) -> Taken:
    """Judge what stands in ``folder/inbox``, as if nothing of it were known."""
    county, archive = example(), str(folder / "archive")
    reception = receive(str(folder / "inbox"), year, county, {}, archive)
    judgements = tuple(judge_towns([town], archive, county) for town in reception.towns)
    return Taken(county, reception, judgements, archive, year)


@cache
def example() -> County:
    """平罗县, as bundled."""
    return load_county(None)


def publish_county(engine: Engine, taken: Taken, run_id: str = "run") -> tuple[StageCounts, Audit]:
    """A night on a warehouse: stage, audit, publish."""
    lock = acquire(engine, "test")
    assert lock is not None
    with lock:
        discard_unpublished(engine)
        start_run(engine, run_id)
        number = next_publication(engine)
        stage_reference(engine, taken.county, [taken.year], number)
        counts = stage_findings(
            engine,
            findings_of(taken.reception.notices, taken.county),
            county=taken.county,
            years=[taken.year],
            publication_no=number,
        )
        for judgement in taken.judgements:
            counts += stage(
                engine, judgement, county=taken.county, publication_no=number, run_id=run_id, archive_urls={}
            )
        audited = audit(engine, number)
        publish(engine, run_id, number, audited, lock=lock)
    assert known_files(engine)
    return counts, audited
