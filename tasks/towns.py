"""Towns' deliveries in, their judgements out, in the same order: in this process, or in a pool of processes.

A town is judged as a whole, so the rules across its forms see all of them; towns do not depend on each other,
so neither the number of processes nor the size of a chunk changes a result.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from schemas.county import County
from schemas.form import Source
from schemas.frames import Judgement
from tasks.archive import Archive
from tasks.judge import judge
from tasks.reception import TownDelivery

TOWNS_PER_CHUNK = 8
"""Towns of one Prefect task: a task costs Prefect as much as reading a form, a town sends 3 to 30 forms."""


def chunks(deliveries: Sequence[TownDelivery], size: int = TOWNS_PER_CHUNK) -> list[Sequence[TownDelivery]]:
    """Deliveries in parts of at most ``size``."""
    return [deliveries[start : start + size] for start in range(0, len(deliveries), size)]


def judge_town(delivery: TownDelivery, archive_url: str, county: County) -> Judgement:
    """Read a town's files from the archive and judge them together.

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
    deliveries: Sequence[TownDelivery], archive_url: str, county: County, executor: Executor | None
) -> Iterator[tuple[TownDelivery, Judgement]]:
    """Each delivery with its judgement, in the order given, as soon as it is there."""
    if executor is None:
        for delivery in deliveries:
            yield delivery, judge_town(delivery, archive_url, county)
        return
    futures = [executor.submit(judge_town, delivery, archive_url, county) for delivery in deliveries]
    for delivery, future in zip(deliveries, futures, strict=True):
        yield delivery, future.result()
