"""Runs as processes of their own: killed at any step and run again, or two at once."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.flows.annex import BAOFENG, TOUZHA, Project, put
from tests.flows.conftest import Server, Site, arguments_of, process_environment, shown_by
from warehouse.engine import open_engine
from warehouse.ledger import last_run

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

FIRST = [Project("农村道路养护"), Project("环境卫生整治", "6.5", cost="6.5元")]
SECOND = [Project("农村道路养护", "12"), Project("文化活动", "10", funded="8")]


def start(site: Site, server: Server, **environment: str) -> "subprocess.Popen[str]":
    """``huizong run`` as a process that leads a group of its own."""
    return subprocess.Popen(
        arguments_of("run", "--year", "2023"),
        cwd=site.root,
        env=process_environment({**server.environment, **site.environment, **environment}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=200)
    return process.returncode, out, err


def hand_in(site: Site) -> None:
    put(site.inbox, BAOFENG, "附件2.txt", FIRST)
    put(site.inbox, TOUZHA, "附件2.txt", SECOND)


@pytest.mark.parametrize("step", ["load.facts", "publish.after_commit"])
def test_killed_and_run_again_equals_a_clean_run(
    office: Site, server: Server, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    hand_in(office)
    killed = start(office, server, HUIZONG_KILL_AT=step)
    assert finish(killed)[0] == -signal.SIGKILL
    from flows.consolidate import consolidate  # noqa: PLC0415

    again = consolidate(year=2023)
    assert again.page.exists()  # type: ignore[attr-defined]
    clean = Site(office.root / "clean")
    hand_in(clean)
    for name, value in clean.environment.items():
        monkeypatch.setenv(name, value)
    consolidate(year=2023)
    assert shown_by(office.warehouse_url) == shown_by(clean.warehouse_url)
    assert files_below(office.root / "var" / "archive") == files_below(clean.root / "var" / "archive")
    engine = open_engine(office.warehouse_url)
    try:
        with engine.connect() as connection:
            counts = connection.exec_driver_sql("SELECT state, COUNT(*) FROM run GROUP BY state").all()
        ended = last_run(engine)
    finally:
        engine.dispose()
    assert ended is not None
    is_published = step == "publish.after_commit"
    assert ended["state"] == ("unchanged" if is_published else "published")
    assert dict(counts) == (  # type: ignore[arg-type]
        {"published": 1, "unchanged": 1} if is_published else {"abandoned": 1, "published": 1}
    )


def files_below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_of_two_runs_at_once_one_works_and_the_other_says_so_and_leaves(site: Site, server: Server) -> None:
    hand_in(site)
    both = [start(site, server), start(site, server)]
    ends = sorted(finish(process) for process in both)
    assert [code for code, _, _ in ends] == [0, 1]
    assert "已发布第 1 号" in ends[0][1]
    assert "另一个汇总正在运行：huizong run" in ends[1][2]
    assert "Traceback" not in ends[1][2]


def test_a_run_without_any_server_prints_its_summary_and_what_to_open(site: Site) -> None:
    hand_in(site)
    bare = {name: value for name, value in site.environment.items() if name != "HUIZONG_INBOX"}
    process = subprocess.Popen(
        arguments_of("run", "--inbox", "inbox", "--year", "2023"),
        cwd=site.root,
        env=process_environment(bare),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    code, out, err = finish(process)
    assert (code, err) == (0, "")
    assert (site.root / "var" / "prefect" / "prefect.db").exists()
    for said in ("13 个：按时 2，迟报 0，未报 11", "4 张：通过 3，退回 1", "头闸镇 1 张", "第一次发布"):
        assert said in out
    page = next(line for line in out.splitlines() if line.startswith("下一步")).rpartition(" ")[2]
    assert Path(site.root, page).exists()
    with pytest.raises(ProcessLookupError):  # the temporary server has gone with its run
        os.killpg(process.pid, 0)
