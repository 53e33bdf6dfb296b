"""The nightly flow: an inbox in, a publication out.

One run at a time; what an unfinished run left is taken back first; a run that fails leaves yesterday's
publication in force and today's reasons. Correctness lives in the ledger, not in Prefect: Prefect says when, and
shows what happened. A Prefect task is a chunk of towns and hands on counts, not frames.
"""

from collections.abc import Sequence
from concurrent.futures import Executor

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.progress import report_progress
from flows.run import Run, one_run
from flows.summary import Summary, vanished
from tasks.check import Audit, audit
from tasks.compare import stage_comparisons
from tasks.faults import AuditFailedError, NotPublishedError
from tasks.load import StageCounts, stage_findings
from tasks.notices import findings_of
from tasks.programmes import stage_programmes
from tasks.publish import GateShutError, publish
from tasks.receive import receive, years_in
from tasks.reception import Reception, TownDelivery
from tasks.reference import stage_reference
from tasks.settings import load_settings
from tasks.settle import close_files, enter_packed, true_notices
from tasks.stage_towns import Place, stage_towns
from tasks.towns import chunks, pool
from warehouse.decisions import decisions_in, void_decisions
from warehouse.ledger import discard_unpublished, known_files


@flow(name="consolidate", description="每晚汇总各乡镇报送的项目支出预算绩效目标表")
def consolidate(
    inbox: str | None = None,
    warehouse: str | None = None,
    year: int | None = None,
    workers: int | None = None,
    *,
    full: bool = False,
) -> State[Summary]:
    """Consolidate once. What is not given comes from the settings; without a year, all years of the inbox.

    Raises:
        UserError: a setting cannot be used.
        NotPublishedError: another run is at work, the inbox is empty, a place cannot be written, or the audit
            failed.
    """
    settings = load_settings(inbox=inbox, warehouse_url=warehouse, workers=workers)
    with one_run(settings) as run, pool(settings.workers) as executor:
        discard_unpublished(run.engine)
        receptions = receive_inbox(run, year, full=full)
        seen = [reception for reception in receptions if not reception.is_vanished]
        staged = stage_county(run, seen)
        staged += judge_and_stage_all(run, seen, executor)
        staged += stage_notices(run, seen)
        staged += conform_programmes(run)
        staged += compare_towns(run)
        void_answers(run)
        if not (staged.new_versions or staged.rows_inserted or staged.rows_closed):
            return run.nothing_new(receptions, staged, executor)
        publish_staged(run, audit_staged(run))
        return run.published(receptions, staged, executor)


def judge_and_stage_all(run: Run, receptions: Sequence[Reception], executor: Executor | None) -> StageCounts:
    """Judge and stage what was received, a task for each chunk of towns."""
    staged = StageCounts()
    for chunk in chunks([town for reception in receptions for town in reception.towns]):
        staged += judge_and_stage(run, chunk, executor, first=chunk[0].code, last=chunk[-1].code)
    return staged


@task(task_run_name="receive", cache_policy=NO_CACHE)
def receive_inbox(run: Run, year: int | None, *, full: bool) -> list[Reception]:
    """Look into the inbox, year by year; new content goes to the archive.

    Without a year, a year whose files are in force and whose folder is gone is among them.

    Raises:
        NotPublishedError: nothing stands there: most likely the wrong folder, or one that is not connected.
    """
    report_progress("收文")
    inbox, archive = run.settings.inbox, run.settings.archive
    known = known_files(run.engine)
    decided = decisions_in(run.engine)
    in_force = {each[0] for each, file in known.items() if file.is_current}
    years = sorted({*years_in(inbox), *in_force}) if year is None else (year,)
    receptions = [
        receive(inbox, each, run.county, known, archive, decisions=decided, full=full) for each in years
    ]
    if any(not (reception.is_empty or reception.is_vanished) for reception in receptions):
        return receptions
    if any(reception.is_vanished for reception in receptions):
        raise NotPublishedError(
            f"{vanished(inbox, receptions)}没有发布，第 {run.publication_before} 号发布仍然有效。"
        )
    raise NotPublishedError(
        f"收文文件夹 {inbox} 里没有{f' {year} 年度' if year else ''}任何乡镇的文件，没有发布；"
        "请检查 --inbox 和 --year，文件按“年度/乡镇/文件”存放。"
    )


@task(task_run_name="stage-county", cache_policy=NO_CACHE)
def stage_county(run: Run, receptions: Sequence[Reception]) -> StageCounts:
    """Stage what comes from the county's settings, and what the inbox says of whole files."""
    years = [reception.fiscal_year for reception in receptions]
    changed = stage_reference(run.engine, run.county, years, run.publication_no)
    enter_packed(
        run.engine,
        [each for reception in receptions for each in reception.packed],
        county=run.county,
        publication_no=run.publication_no,
        run_id=run.run_id,
        archive_url=run.settings.archive,
    )
    closed = [each.file for reception in receptions for each in reception.closed]
    return close_files(run.engine, closed, run.publication_no) + StageCounts(
        rows_inserted=changed.inserted, rows_closed=changed.closed
    )


@task(task_run_name="stage-notices", cache_policy=NO_CACHE)
def stage_notices(run: Run, receptions: Sequence[Reception]) -> StageCounts:
    """Stage the findings that belong to no file, once it is known what is in force."""
    notices = [notice for reception in receptions for notice in reception.notices]
    return stage_findings(
        run.engine,
        findings_of(true_notices(run.engine, notices), run.county),
        county=run.county,
        years=[reception.fiscal_year for reception in receptions],
        publication_no=run.publication_no,
    )


@task(task_run_name="judge-and-stage-{first}-to-{last}", cache_policy=NO_CACHE)
def judge_and_stage(
    run: Run,
    chunk: Sequence[TownDelivery],
    executor: Executor | None,
    first: str,  # noqa: ARG001 - names the task's run in Prefect
    last: str,  # noqa: ARG001
) -> StageCounts:
    """Judge a chunk of towns and stage each of their files."""
    staged, done = StageCounts(), 0
    place = Place(run.engine, run.publication_no, run.run_id, run.settings.archive)
    for batch, counts in stage_towns(place, chunk, run.county, executor, run.settings.workers):
        staged += counts
        done += len(batch)
        report_progress(f"审核装载 {batch[-1].name}", done, len(chunk))
    return staged


@task(task_run_name="conform-programmes", cache_policy=NO_CACHE)
def conform_programmes(run: Run) -> StageCounts:
    """Bring the same programme under its different names together, once every name is known."""
    report_progress("归并同类项目")
    changed = stage_programmes(run.engine, run.county, run.publication_no)
    return StageCounts(rows_inserted=changed.inserted, rows_closed=changed.closed)


@task(task_run_name="compare-towns", cache_policy=NO_CACHE)
def compare_towns(run: Run) -> StageCounts:
    """Compare each town with the others and with its own last year: the rules of letter Y."""
    report_progress("比较各乡镇")
    changed = stage_comparisons(run.engine, run.county, run.publication_no)
    return StageCounts(rows_inserted=changed.inserted, rows_closed=changed.closed)


@task(task_run_name="void-answers", cache_policy=NO_CACHE)
def void_answers(run: Run) -> None:
    """A new version of a file makes void what people decided of the one before."""
    void_decisions(run.engine, run.publication_no)


@task(task_run_name="audit", cache_policy=NO_CACHE)
def audit_staged(run: Run) -> Audit:
    """Ask great-expectations about the staged rows, as the publication would show them."""
    report_progress("核对")
    return audit(run.engine, run.publication_no)


@task(task_run_name="publish", cache_policy=NO_CACHE)
def publish_staged(run: Run, audited: Audit) -> None:
    """Move the publication number, if the audit and every other guard let it.

    Raises:
        AuditFailedError: one did not; yesterday's publication stays.
    """
    report_progress("发布")
    try:
        publish(run.engine, run.run_id, run.publication_no, audited, lock=run.lock)
    except GateShutError as error:
        stays = f"第 {run.publication_before} 号发布仍然有效" if run.publication_before else "还没有任何发布"
        rows = [
            f"{failure.name}：" + "，".join(f"{name}={value}" for name, value in row.items())
            for failure in audited.failures
            for row in failure.rows
        ]
        raise AuditFailedError(
            f"入库核对没有通过，没有发布，{stays}；请把下列原因和行交给数据维护人员，改正后再运行一次。",
            [*error.reasons, *rows],
        ) from error
