"""One Prefect server for all tests of the flow, an office to run in, and the command line as a process."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from warehouse.engine import open_engine
from warehouse.views import read, views

REPO = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "GX_ANALYTICS_ENABLED": "false"}


@dataclass(frozen=True)
class Server:
    """A running Prefect server."""

    api_url: str
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**QUIET, "PREFECT_API_URL": self.api_url, "PREFECT_HOME": str(self.home)}


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server on a free port, with a home of its own; ready when its health endpoint says so.

    It ends with these tests: an idle one takes a fifth of a core from all others.
    """
    home = tmp_path_factory.mktemp("prefect")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Server(f"http://127.0.0.1:{port}/api", home)
    command = [str(BIN / "prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, **running.environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _await_health(running, process)
            yield running
        finally:
            end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that leads a session, with its children: how fast Prefect shuts down under load is not ours to test."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def _await_health(running: Server, process: "subprocess.Popen[bytes]") -> None:
    with httpx.Client(timeout=5) as client:
        while True:
            try:
                if client.get(f"{running.api_url}/health").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            try:
                process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue  # alive, still starting
            pytest.fail(
                f"the server ended: {(running.home / 'server.log').read_text(errors='replace')[-2000:]}"
            )


@dataclass(frozen=True)
class Site:
    """A county's office: an inbox and places for what the run makes, all in one folder."""

    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def warehouse_url(self) -> str:
        return f"sqlite:///{self.root / 'var' / 'huizong.db'}"

    @property
    def out(self) -> Path:
        return self.root / "var" / "out"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HUIZONG_INBOX": str(self.inbox),
            "HUIZONG_WAREHOUSE_URL": self.warehouse_url,
            "HUIZONG_ARCHIVE": str(self.root / "var" / "archive"),
            "HUIZONG_OUT": str(self.out),
            "HUIZONG_WORKERS": "1",
        }


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty office."""
    made = Site(tmp_path)
    made.inbox.mkdir()
    return made


def command(
    *arguments: str | Path, cwd: Path, environment: Mapping[str, str] = {}
) -> "subprocess.CompletedProcess[str]":
    """``huizong …`` as a process of its own."""
    return subprocess.run(
        arguments_of(*arguments),
        cwd=cwd,
        env=process_environment(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def arguments_of(*arguments: str | Path) -> Sequence[str | Path]:
    """The command line of a process that runs huizong from this tree."""
    return [sys.executable, "-c", "from flows.cli import main; main()", *arguments]


def process_environment(given: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without anyone's settings of huizong, plus what is given."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("HUIZONG_", "PREFECT_"))
    }
    return {**clean, **QUIET, "PYTHONPATH": str(REPO), "COLUMNS": "200", **given}


@pytest.fixture
def office(server: Server, site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An office whose flow runs in this process and reports to the server."""
    from prefect.settings import (  # noqa: PLC0415 - Prefect reads its settings when imported
        PREFECT_API_URL,
        PREFECT_HOME,
        PREFECT_LOGGING_TO_API_ENABLED,
        temporary_settings,
    )

    for name, value in {**server.environment, **site.environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(site.root)
    here = {
        PREFECT_API_URL: server.api_url,
        PREFECT_HOME: server.home,
        PREFECT_LOGGING_TO_API_ENABLED: False,  # its thread would outlive the server
    }
    with temporary_settings(here):
        yield site


Huizong = Callable[..., str]
"""``huizong`` and its arguments in, what it prints out."""


@pytest.fixture
def huizong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Huizong:
    """``main`` in this process; its output, or its complaint where ``code`` says it must fail."""

    def run(*arguments: str, code: int = 0) -> str:
        from flows.cli import main  # noqa: PLC0415

        monkeypatch.setattr(sys, "argv", ["huizong", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        assert int(left.value.code or 0) == code, said.err
        return said.err if code else said.out

    return run


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, office: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """An office's warehouse, on each engine in turn."""
    if request.param == "sqlite":
        return office.warehouse_url
    server: str = request.getfixturevalue("postgres_url")
    monkeypatch.setenv("HUIZONG_WAREHOUSE_URL", server)
    return server


def shown_by(warehouse_url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every published view: what a reader can see."""
    engine = open_engine(warehouse_url)
    try:
        with engine.connect() as connection:
            return {view.name: read(connection, view.name) for view in views()}
    finally:
        engine.dispose()
