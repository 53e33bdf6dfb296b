"""Towns' deliveries in, their judgements out, in the same order: in this process, or in a pool of processes.

A town is judged as a whole, so the rules across its forms see all of them; towns do not depend on each other,
so neither the number of processes nor the size of a batch changes a result. Several towns are one batch of frames:
building and validating frames costs about as much for one town as for ten.
"""

import multiprocessing
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from math import ceil

from schemas.county import County
from schemas.form import Source
from schemas.frames import Judgement
from tasks.archive import Archive
from tasks.identity import project_parts
from tasks.judge import judge
from tasks.reception import FileName, TownDelivery
from tasks.records import records

TOWNS_PER_CHUNK = 64
"""Towns of one Prefect task, each of which costs Prefect a good part of a second."""
TOWNS_PER_BATCH = 16
"""Towns judged in one set of frames: enough to spread their fixed cost, few enough to keep all processes busy."""


def chunks(deliveries: Sequence[TownDelivery], size: int = TOWNS_PER_CHUNK) -> list[Sequence[TownDelivery]]:
    """Deliveries in parts of at most ``size``."""
    return [deliveries[start : start + size] for start in range(0, len(deliveries), size)]


def judge_towns(deliveries: Sequence[TownDelivery], archive_url: str, county: County) -> Judgement:
    """Read towns' files from the archive and judge them, each town's together.

    A file that is gone from the inbox and says nothing that the town's other files do not say again has been replaced:
    it is left out, so that no finding speaks of it.

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
            decisions=file.decisions,
        )
        for delivery in deliveries
        for file in delivery.files
    ]
    judgement = judge(sources, county)
    replaced = _replaced(judgement, {file.key for town in deliveries for file in town.files if file.is_gone})
    if not replaced:
        return judgement
    return judge([source for source in sources if source.key not in replaced], county)


def replaced_files(deliveries: Sequence[TownDelivery], judgement: Judgement) -> list[FileName]:
    """The files of these deliveries that their judgement leaves out."""
    judged_keys = set(judgement.submissions["submission_key"])
    return [
        (file.fiscal_year, file.town_code, file.file_name)
        for delivery in deliveries
        for file in delivery.files
        if file.key not in judged_keys
    ]


def _replaced(judgement: Judgement, gone: Collection[str]) -> set[str]:
    """Keys of files gone whose every form repeats (X02) a project of which another file has an accepted form."""
    if not gone:
        return set()
    findings = judgement.findings[judgement.findings["rule_id"] == "X02"]
    repeated = set(zip(findings["submission_key"], findings["form_no"], strict=True))
    accepted: set[tuple[str, ...]] = set()
    told: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for form in records(judgement.forms):
        key = form["submission_key"]
        project = (*key.split("/")[:2], *project_parts(form))  # a key begins with year and town
        if key in gone:
            told.setdefault(key, []).append((form["form_no"], project))
        elif form["verdict"] == "accepted":
            accepted.add(project)
    return {
        key
        for key, own in told.items()
        if all((key, number) in repeated and project in accepted for number, project in own)
    }


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
