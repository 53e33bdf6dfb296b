"""prefect.yaml on a real server: the deployment applies, gets its nightly runs, and a served run completes."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.flows.annex import BAOFENG, Project, put
from tests.flows.conftest import BIN, REPO, Server, Site, end, process_environment, shown_by

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

DEADLINE_SECONDS = 120
DEPLOYMENT = "consolidate/nightly"


@pytest.fixture(scope="module")
def deployed(server: Server) -> dict[str, Any]:
    """The deployment of prefect.yaml, applied as the README says."""
    for words in (
        ["work-pool", "create", "county", "--type", "process"],
        ["--no-prompt", "deploy", "--all"],
    ):
        done = subprocess.run(
            [BIN / "prefect", *words],
            cwd=REPO,
            env=process_environment(server.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = _get(server, f"/deployments/name/{DEPLOYMENT}")
    return found


def _get(server: Server, path: str) -> Any:  # noqa: ANN401 - JSON
    return httpx.get(f"{server.api_url}{path}", timeout=10).raise_for_status().json()


def _post(server: Server, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return httpx.post(f"{server.api_url}{path}", json=body, timeout=10).raise_for_status().json()


def _await(what: Callable[[], Any], alive: "subprocess.Popen[bytes] | None" = None) -> Any:  # noqa: ANN401 - JSON
    """Ask until there is an answer; fail when the time is up or the process that should give it has ended."""
    deadline, pause = time.monotonic() + DEADLINE_SECONDS, threading.Event()
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        if alive is not None and alive.poll() is not None:
            pytest.fail(f"the worker ended with {alive.returncode}")
        pause.wait(0.3)
    pytest.fail("no answer in time")


def test_the_deployment_is_what_prefect_yaml_says(deployed: dict[str, Any]) -> None:
    assert deployed["entrypoint"] == "flows.consolidate.consolidate"
    assert deployed["global_concurrency_limit"]["limit"] == 1
    assert deployed["job_variables"]["env"]["DO_NOT_TRACK"] == "1"
    [schedule] = deployed["schedules"]
    assert schedule["active"]
    assert schedule["schedule"]["cron"] == "0 1 * * *"
    assert schedule["schedule"]["timezone"] == "Asia/Shanghai"


def test_the_scheduler_makes_nightly_runs(server: Server, deployed: dict[str, Any]) -> None:
    query = {
        "deployments": {"id": {"any_": [deployed["id"]]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        "sort": "EXPECTED_START_TIME_ASC",
    }
    runs = _await(lambda: _post(server, "/flow_runs/filter", query))
    starts = [datetime.fromisoformat(each["expected_start_time"]) for each in runs]
    assert all(start > datetime.now(UTC) for start in starts)
    assert {start.astimezone(ZoneInfo("Asia/Shanghai")).hour for start in starts} == {1}


@pytest.fixture
def worker(server: Server, site: Site, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker that serves the pool, started elsewhere than in the repository."""
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [BIN / "prefect", "worker", "start", "--pool", "county", "--limit", "1"],
            cwd=tmp_path,
            env=process_environment({**server.environment, **site.environment}),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            end(process)


def test_a_served_run_completes(
    server: Server, deployed: dict[str, Any], site: Site, worker: "subprocess.Popen[bytes]"
) -> None:
    put(site.inbox, BAOFENG, "附件2.txt", [Project("农村道路养护"), Project("文化活动", "10", funded="8")])
    begun = _post(server, f"/deployments/{deployed['id']}/create_flow_run", {"parameters": {"year": 2023}})

    def ended() -> Any:  # noqa: ANN401 - JSON
        state = _get(server, f"/flow_runs/{begun['id']}")["state"]
        return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    state = _await(ended, worker)
    assert (state["type"], state["name"]) == ("COMPLETED", "CompletedWithReturns"), state["message"]
    [budget] = shown_by(site.warehouse_url)["v_budget"]
    assert budget["project_name"] == "农村道路养护"
