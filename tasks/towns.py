"""Towns' deliveries in, their judgements out, in the same order: in this process, or in a pool of processes.

A town is judged as a whole, so the rules across its forms see all of them; towns do not depend on each other,
so neither the number of processes nor the size of a batch changes a result. Several towns are one batch of frames:
building and validating frames costs about as much for one town as for ten.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from math import ceil

from schemas.county import County
from schemas.form import Source
from schemas.frames import Judgement
from tasks.archive import Archive
from tasks.judge import judge
from tasks.reception import TownDelivery

TOWNS_PER_CHUNK = 64
"""Towns of one Prefect task, each of which costs Prefect a good part of a second."""
TOWNS_PER_BATCH = 16
"""Towns judged in one set of frames: enough to spread their fixed cost, few enough to keep all processes busy."""


def chunks(deliveries: Sequence[TownDelivery], size: int = TOWNS_PER_CHUNK) -> list[Sequence[TownDelivery]]:
    """Deliveries in parts of at most ``size``."""
    return [deliveries[start : start + size] for start in range(0, len(deliveries), size)]


def judge_towns(deliveries: Sequence[TownDelivery], archive_url: str, county: County) -> Judgement:
    """Read towns' files from the archive and judge them, each town's together.

    Raises:
        NotPublishedError: a file cannot be read from the archive any more.
    """
    archive = Archive(archive_url)
    sources = [
        Source(
            key=file.key,
            file_name=file.file_name,
            content=archive.bring(file.archive_path, file.sha256),
            sha256=file.sha256,
            fiscal_year=file.fiscal_year,
            town_code=file.town_code,
            received_at=file.received_at,
            is_late=file.is_late,
            due_date=file.due_date,
        )
        for delivery in deliveries
        for file in delivery.files
    ]
    return judge(sources, county)


@contextmanager
def pool(workers: int) -> Iterator[Executor | None]:
    """Processes to judge in, or None where one process is enough.

    They are started afresh and not forked: a fork of a process with threads (Prefect's) may never wake up.
    """
    if workers <= 1:
        yield None
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


def judged(
    deliveries: Sequence[TownDelivery],
    archive_url: str,
    county: County,
    executor: Executor | None = None,
    workers: int = 1,
) -> Iterator[tuple[Sequence[TownDelivery], Judgement]]:
    """Batches of deliveries with their judgement, in the order given, as soon as they are there.

    Args:
        deliveries: Whole towns.
        archive_url: Where their files are kept.
        county: Whose towns they are.
        executor: The pool to judge in; None judges here.
        workers: Processes of the pool, each of which is to have a batch.
    """
    batches = chunks(deliveries, max(1, min(TOWNS_PER_BATCH, ceil(len(deliveries) / workers))))
    if executor is None:
        for batch in batches:
            yield batch, judge_towns(batch, archive_url, county)
        return
    futures = [executor.submit(judge_towns, batch, archive_url, county) for batch in batches]
    for batch, future in zip(batches, futures, strict=True):
        yield batch, future.result()
