"""What tests of several parts share: the PostgreSQL server and warehouses on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.postgres import Postgres, opened, postgres_server
from warehouse.migrations import upgrade


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real server for the whole session."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A migrated, empty warehouse on PostgreSQL."""
    url = postgres.database()
    yield url
    postgres.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A migrated, empty warehouse on SQLite."""
    url = f"sqlite:///{tmp_path / 'huizong.db'}"
    with opened(url) as engine:
        upgrade(engine)
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def warehouse_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty warehouse, on each engine in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def engine(warehouse_url: str) -> Iterator[Engine]:
    """An engine on ``warehouse_url``."""
    with opened(warehouse_url) as opened_engine:
        yield opened_engine
