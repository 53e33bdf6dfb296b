"""The archive judged anew: today's rules and words in, a publication out, whatever the inbox holds by now."""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.consolidate import (
    audit_staged,
    compare_towns,
    conform_programmes,
    judge_and_stage_all,
    publish_staged,
    stage_county,
)
from flows.progress import report_progress
from flows.run import Run, one_run
from flows.summary import Summary
from tasks.reception import Reception
from tasks.replay import archived
from tasks.settings import load_settings
from tasks.towns import pool
from warehouse.ledger import discard_unpublished


@flow(name="replay", description="用现行规则和词表重审存档的全部文件，不看收件箱")
def replay(
    warehouse: str | None = None, year: int | None = None, workers: int | None = None
) -> State[Summary]:
    """Judge every archived file that counts anew, and publish. What the inbox says stays as the last run told it.

    Raises:
        UserError: a setting cannot be used, or nothing has been consolidated yet.
        NotPublishedError: another run is at work, a place cannot be written, or the audit failed.
    """
    settings = load_settings(warehouse_url=warehouse, workers=workers)
    with one_run(settings, is_replay=True) as run, pool(settings.workers) as executor:
        discard_unpublished(run.engine)
        receptions = receive_archived(run, year)
        staged = stage_county(run, receptions)
        staged += judge_and_stage_all(run, receptions, executor)
        staged += conform_programmes(run)
        staged += compare_towns(run)
        if not (staged.new_versions or staged.rows_inserted or staged.rows_closed):
            return run.nothing_new(receptions, staged, executor)
        publish_staged(run, audit_staged(run))
        return run.published(receptions, staged, executor)


@task(task_run_name="receive-archived", cache_policy=NO_CACHE)
def receive_archived(run: Run, year: int | None) -> list[Reception]:
    """Take every file that counts from the archive, whether or not the inbox has it."""
    report_progress("取档")
    return archived(run.engine, run.county, run.settings.archive, year)
