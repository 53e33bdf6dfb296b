"""Today's rules or others in, what they would flip out: a run on a copy of the warehouse, of which nothing stays."""

from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Engine

from schemas.county import County
from tasks.compare import stage_comparisons
from tasks.flips import Flips, flips
from tasks.other_rules import processes, texts_in, under
from tasks.programmes import stage_programmes
from tasks.published import read_published
from tasks.reference import stage_reference
from tasks.replay import archived
from tasks.settings import Settings
from tasks.stage_towns import Place, stage_towns
from tasks.towns import pool
from warehouse.engine import open_engine
from warehouse.ledger import current_publication, next_publication
from warehouse.scratch import scratch

_RUN_ID = "rehearsal"


def rehearse(engine: Engine, settings: Settings, year: int | None = None, rules: Path | None = None) -> Flips:
    """Judge every archived file that counts in a copy of the warehouse.

    Args:
        engine: The warehouse; it is only read.
        settings: Where the archive is, and how many processes judge.
        year: One fiscal year; None for all.
        rules: A folder with a catalogue or a vocabulary to try; None for those in force.

    Raises:
        UserError: nothing has been consolidated yet, or the folder holds nothing that can be used.
        NotPublishedError: a file cannot be read from the archive any more.
    """
    texts = texts_in(rules) if rules else {}
    with scratch(engine) as url:
        if rules is None:
            return _rehearse(texts, url, settings, settings.loaded_county, year)
        return under(texts, rules, _rehearse, url, settings, settings.loaded_county, year)


def _rehearse(
    texts: Mapping[str, str], url: str, settings: Settings, county: County, year: int | None
) -> Flips:
    copy = open_engine(url)
    try:
        with copy.connect() as connection:
            publication = current_publication(connection)
        place = Place(copy, next_publication(copy), _RUN_ID, settings.archive)
        receptions = archived(copy, county, settings.archive, year)
        stage_reference(copy, county, [each.fiscal_year for each in receptions], place.publication_no)
        deliveries = [town for reception in receptions for town in reception.towns]
        # A process that judges by other rules starts others that do.
        judges: AbstractContextManager[Executor | None]
        judges = (
            processes(settings.workers, texts) if texts and settings.workers > 1 else pool(settings.workers)
        )
        with judges as executor:
            for _ in stage_towns(place, deliveries, county, executor, settings.workers):
                pass  # staged; how much that was is counted below
        stage_programmes(copy, county, place.publication_no)
        stage_comparisons(copy, county, place.publication_no)
        with copy.connect() as connection:
            return flips(
                read_published(connection, year, publication_no=publication),
                read_published(connection, year, publication_no=place.publication_no),
                publication=publication,
                files=sum(len(town.files) for town in deliveries),
            )
    finally:
        copy.dispose()
