"""Towns' deliveries in, staged rows out, a batch at a time: judge, close what has been replaced, stage the rest."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

from sqlalchemy import Engine

from schemas.county import County
from tasks.load import StageCounts, stage
from tasks.reception import TownDelivery
from tasks.settle import close_files
from tasks.towns import judged, replaced_files


class Place(NamedTuple):
    """Where a run's rows go, and in whose name."""

    engine: Engine
    publication_no: int
    run_id: str
    archive_url: str


def stage_towns(
    place: Place,
    deliveries: Sequence[TownDelivery],
    county: County,
    executor: Executor | None = None,
    workers: int = 1,
) -> Iterator[tuple[Sequence[TownDelivery], StageCounts]]:
    """Judge whole towns and stage each of their files.

    Args:
        place: The warehouse, the publication being prepared, the run, the archive.
        deliveries: Whole towns.
        county: Whose towns they are.
        executor: The pool to judge in; None judges here.
        workers: Processes of the pool.

    Yields:
        Each batch of towns with what staging it changed, in the order given.
    """
    for batch, judgement in judged(deliveries, place.archive_url, county, executor, workers):
        staged = close_files(place.engine, replaced_files(batch, judgement), place.publication_no)
        staged += stage(
            place.engine,
            judgement,
            county=county,
            publication_no=place.publication_no,
            run_id=place.run_id,
            archive_urls={
                file.key: f"{place.archive_url}/{file.archive_path}" for town in batch for file in town.files
            },
        )
        yield batch, staged
