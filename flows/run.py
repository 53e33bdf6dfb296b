"""The frame around one run: settings in; the lock, the ledger's entry, and how a run ends out.

Whatever happens inside, the run's entry in the ledger says how it ended, and the lock is given back.
"""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from prefect.client.schemas.objects import State
from prefect.states import Completed
from sqlalchemy import Engine

from flows import environment
from flows.artifacts import show_failure, show_summary
from flows.opening import open_migrated, refuse_other_county, warehouse_faults
from flows.summary import Summary
from flows.turn import our_turn
from schemas.county import County
from schemas.os_faults import why
from tasks.annotate.write import marked_files
from tasks.answers import Answers, answers_told
from tasks.county_workbook import county_workbook
from tasks.faults import AuditFailedError
from tasks.load import StageCounts
from tasks.notify import notify_failed, notify_published
from tasks.published import Published, difference, read_published
from tasks.reception import Reception
from tasks.replay import archived
from tasks.report import paths_of, report, writable
from tasks.settings import Settings
from warehouse.ledger import current_publication, finish_run, next_publication, start_run
from warehouse.lock import Lock

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Run:
    """A run under way."""

    run_id: str
    settings: Settings
    county: County
    engine: Engine
    """Of the warehouse; writes nothing once another run has taken over."""
    lock: Lock
    publication_no: int
    """What it writes under, invisible until published."""
    publication_before: int
    """What readers saw when it began; 0 before the first."""
    is_replay: bool = False
    """It judges the archive anew, and does not look into the inbox."""

    def nothing_new(
        self, receptions: Sequence[Reception], staged: StageCounts, executor: Executor | None
    ) -> State[Summary]:
        """The end of a run that found nothing to publish."""
        finish_run(self.engine, self.run_id, "unchanged")
        summary = self._summary(receptions, staged, executor, is_new=False)
        show_summary(summary)
        return Completed(name="NothingNew", message="没有新的内容，没有新的发布", data=summary)

    def published(
        self, receptions: Sequence[Reception], staged: StageCounts, executor: Executor | None
    ) -> State[Summary]:
        """The end of a run that has published: reports, artifacts, notes, and a state that says what went back."""
        summary = self._summary(receptions, staged, executor, is_new=True)
        show_summary(summary)
        notify_published(summary.published, summary.publication)
        returned = summary.published.forms_returned
        return Completed(
            name="CompletedWithReturns" if returned else "Completed",
            message=f"第 {summary.publication} 号发布，退回 {returned} 张表",
            data=summary,
        )

    def _summary(
        self,
        receptions: Sequence[Reception],
        staged: StageCounts,
        executor: Executor | None,
        *,
        is_new: bool,
    ) -> Summary:
        years = tuple(each.fiscal_year for each in receptions if not each.is_vanished)
        publication = self.publication_no if is_new else self.publication_before
        everything = self._read(publication)
        before = self._read(self.publication_before) if is_new else everything
        out = Path(self.settings.out)
        paths = paths_of(out, publication)
        fault = ""
        # A run killed between publishing and reporting left neither; `huizong report` writes a page without letters.
        if is_new or not (paths.page.exists() and paths.letters.exists()):
            try:
                sent = receptions if is_new else self._archived()
                marked = self._marked(sent, everything, executor)
                workbook = self._workbook(everything, publication)
                report(everything, publication, self.county.name, out, workbook=workbook, marked=marked)
            except OSError as error:
                # The publication stands: what readers see does not depend on a full or locked folder.
                LOGGER.exception("reports not written", extra={"publication_no": publication})
                fault = (
                    f"第 {publication} 号已经发布，但报告没有写进 {out}（{why(error)}）；"
                    "请检查这个文件夹的空间和权限，再运行一次即可补写。"
                )
        return Summary(
            county_name=self.county.name,
            years=years,
            publication=publication,
            is_new=is_new,
            is_first=self.publication_before == 0,
            receptions=tuple(receptions),
            inbox=self.settings.inbox,
            published=everything.of_years(years),
            change=difference(before.of_years(years), everything.of_years(years)),
            page=None if fault else paths.page,
            letters=None if fault else paths.letters,
            fault=fault,
            answers=self._answers(staged, publication if is_new else None),
            is_replay=self.is_replay,
        )

    def _archived(self) -> Sequence[Reception]:
        """All that counts, whenever it came in."""
        if self.publication_before == 0:
            return ()
        return archived(self.engine, self.county, self.settings.archive, None)

    def _answers(self, staged: StageCounts, publication: int | None) -> Answers:
        with self.engine.connect() as connection:
            return answers_told(
                connection, self.county, publication=publication, lost=staged.corrections_lost
            )

    def _marked(
        self, receptions: Sequence[Reception], published: Published, executor: Executor | None
    ) -> Iterator[tuple[str, bytes]]:
        """The files of the towns that sent something new, with their findings marked in them."""
        towns = [town for reception in receptions if not reception.is_vanished for town in reception.towns]
        names = {town.code: town.name for town in towns}
        files = (file for town in towns for file in town.files)
        return marked_files(
            files, published.findings, names, self.settings.archive, self.county, executor=executor
        )

    def _workbook(self, published: Published, publication_no: int) -> bytes:
        with self.engine.connect() as connection:
            return county_workbook(connection, published, publication_no, self.county)

    def _read(self, publication_no: int) -> Published:
        with self.engine.connect() as connection:
            return read_published(connection, publication_no=publication_no)


@contextmanager
def one_run(settings: Settings, *, is_replay: bool = False) -> Iterator[Run]:
    """Hold the lock, enter the run in the ledger, and see to it that a failure is on record before it goes on.

    Raises:
        AnotherRunError: a living run holds the lock.
        UserError: a setting cannot be used.
        NotPublishedError: the warehouse or the reports' folder cannot be written.
    """
    environment.prepare()
    county = settings.loaded_county
    writable(Path(settings.out))
    engine = open_migrated(settings.warehouse_url)
    try:
        with our_turn(engine, "replay" if is_replay else "consolidate") as lock, warehouse_faults():
            refuse_other_county(engine, county)
            run_id = uuid4().hex
            ours = lock.fenced(engine)
            start_run(ours, run_id)
            try:
                with engine.connect() as connection:
                    before = current_publication(connection)
                number = next_publication(engine)
                yield Run(run_id, settings, county, ours, lock, number, before, is_replay=is_replay)
            except Exception as error:
                reasons = error.reasons if isinstance(error, AuditFailedError) else ()
                # Not under the lock: it touches this run's own entry only, and one taken over has ended already.
                finish_run(engine, run_id, "failed", reasons=[str(error), *reasons])
                notify_failed((str(error), *reasons))
                show_failure(str(error), reasons)
                raise
    finally:
        engine.dispose()
