"""A run by hand, and how the reading commands come to published rows: options in, a summary or rows out."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast

from flows import environment
from flows.opening import open_migrated, refuse_absent, refuse_other_county, warehouse_faults
from flows.progress import listening
from flows.screen import console, print_lines
from flows.summary import Summary
from flows.turn import our_turn
from schemas.os_faults import why
from tasks.faults import AuditFailedError, NotPublishedError, UserError
from tasks.inbox import Inbox
from tasks.published import Published, read_published
from tasks.report import writable
from tasks.settings import Settings, load_settings
from warehouse.engine import open_engine
from warehouse.migrations import current_revision, require_head

_LONGEST_SILENCE = 10
"""Seconds in which a Prefect server answers that it is there."""
PREFECT_HOME = Path("var/prefect")
"""Where a run without a Prefect server keeps Prefect's own database, beside the warehouse's default place."""


def run_now(
    *, inbox: str | None, warehouse: str | None, year: int | None, workers: int | None, full: bool
) -> None:
    """Consolidate once, through the flow, and print what came of it.

    Raises:
        UserError: an option or setting cannot be used.
        NotPublishedError: nothing was published; says why.
    """
    settings = load_settings(inbox=inbox, warehouse_url=warehouse, workers=workers)
    settings.loaded_county  # noqa: B018 - a wrong county file speaks up before anything is opened
    Inbox(settings.inbox)
    _run_by_hand(settings, "consolidate", inbox=settings.inbox, year=year, full=full)


def replay_now(*, warehouse: str | None, year: int | None, workers: int | None) -> None:
    """Judge the archive anew, through the flow, and print what came of it.

    Raises:
        UserError: an option or setting cannot be used, or nothing has been consolidated yet.
        NotPublishedError: nothing was published; says why.
    """
    settings = load_settings(warehouse_url=warehouse, workers=workers)
    settings.loaded_county  # noqa: B018 - as above
    refuse_absent(settings.warehouse_url)
    _run_by_hand(settings, "replay", year=year)


def _run_by_hand(settings: Settings, flow: Literal["consolidate", "replay"], **options: object) -> None:
    writable(Path(settings.out))
    engine = open_migrated(settings.warehouse_url)
    try:
        with warehouse_faults(), our_turn(engine, "huizong replay" if flow == "replay" else "huizong run"):
            refuse_other_county(engine, settings.loaded_county)
            summary = _through_the_flow(settings, flow, options)
    finally:
        engine.dispose()
    print_lines(console(), summary.lines())


def _refuse_silent_server() -> None:
    """A server that is named and does not answer is told before Prefect tells it in a hundred lines.

    Raises:
        NotPublishedError: nothing answers there.
    """
    api = os.environ.get("PREFECT_API_URL")
    if not api:
        return
    import httpx  # noqa: PLC0415 - Prefect's own way to its server

    try:
        httpx.get(f"{api.rstrip('/')}/health", timeout=_LONGEST_SILENCE).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotPublishedError(
            f"Prefect 服务器 {api} 没有应答，没有发布；请先启动它（prefect server start），"
            "或取消环境变量 PREFECT_API_URL 再运行。"
        ) from error


def _through_the_flow(settings: Settings, flow: str, options: Mapping[str, object]) -> Summary:
    _refuse_silent_server()
    if not (os.environ.get("PREFECT_API_URL") or os.environ.get("PREFECT_HOME")):
        try:
            PREFECT_HOME.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotPublishedError(
                f"Prefect 的工作文件夹 {PREFECT_HOME.resolve()} 建不起来（{why(error)}）；"
                "请换到可以写入的文件夹运行，或用 PREFECT_HOME 指定。"
            ) from error
    environment.prepare(prefect_home=PREFECT_HOME, quiet_console=True)
    from flows.consolidate import consolidate  # noqa: PLC0415 - Prefect reads its environment when imported
    from flows.replay import replay  # noqa: PLC0415

    with _progress_bar():
        try:
            # A flow that returns a state with data gives the data to who calls it.
            run: Callable[..., object] = replay if flow == "replay" else consolidate
            summary = run(warehouse=settings.warehouse_url, workers=settings.workers, **options)
            return cast("Summary", summary)
        except AuditFailedError as error:
            print_lines(console(), [("核对", reason) for reason in error.reasons])
            raise


@contextmanager
def _progress_bar() -> Iterator[None]:
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("启动", total=None)

        def draw(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total or None)

        with listening(draw):
            yield


def upgrade_warehouse(warehouse: str | None) -> None:
    """Bring the warehouse's tables to this release.

    Raises:
        UserError: it cannot be opened.
    """
    open_migrated(load_settings(warehouse_url=warehouse).warehouse_url).dispose()


def published_in(warehouse: str | None, year: int | None) -> Published:
    """What the warehouse publishes; nothing for one that is there and empty.

    Raises:
        UserError: the warehouse is absent or cannot be opened.
    """
    url = load_settings(warehouse_url=warehouse).warehouse_url
    refuse_absent(url)
    with warehouse_faults():
        engine = open_engine(url)
        try:
            with engine.connect() as connection:
                if current_revision(connection) is None:
                    return Published(towns=(), findings=())
            require_head(engine)
            with engine.connect() as connection:
                return read_published(connection, year)
        finally:
            engine.dispose()


def town_code_of(town: str | None) -> str | None:
    """The code of a town given by name, alias or code.

    Raises:
        UserError: the county has no such town.
    """
    if town is None:
        return None
    county = load_settings().loaded_county
    found = county.town_of_folder(town)
    if found is None:
        names = "、".join(each.name for each in county.towns)
        raise UserError(f"{county.name}没有“{town}”这个乡镇；请写其中之一：{names}。")
    return found.code
