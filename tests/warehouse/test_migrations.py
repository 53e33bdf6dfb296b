"""Migrations: base → head → base → head, models equal the migrated schema, and views that are there and up to date."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from tests.support.nights import FIRST, night, state
from tests.support.postgres import Postgres, opened
from warehouse.engine import WarehouseError, open_engine
from warehouse.migrations import current_revision, downgrade, head_revision, require_head, upgrade
from warehouse.tables import metadata
from warehouse.views import views, views_in_place


def test_models_equal_the_migrated_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_up_and_down_and_up_again(engine: Engine) -> None:
    downgrade(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert inspect(engine).get_view_names() == []
    upgrade(engine)
    assert set(inspect(engine).get_view_names()) == {view.name for view in views()}
    night(engine, FIRST)


def test_upgrading_again_touches_nothing(engine: Engine) -> None:
    night(engine, FIRST)
    before = state(engine)
    upgrade(engine)
    assert state(engine) == before


def test_a_view_of_an_older_release_is_made_anew(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP VIEW v_budget"))
        connection.execute(text("CREATE VIEW v_budget AS SELECT 1 AS old"))
        assert not views_in_place(connection)
    upgrade(engine)
    with engine.connect() as connection:
        assert views_in_place(connection)


def test_every_table_and_column_of_postgresql_has_its_comment(postgres_url: str) -> None:
    with opened(postgres_url) as engine:
        inspector = inspect(engine)
        for table in metadata.sorted_tables:
            assert inspector.get_table_comment(table.name)["text"] == table.comment
            held = {column["name"]: column["comment"] for column in inspector.get_columns(table.name)}
            assert held == {column.name: column.comment for column in table.c}


def test_a_schema_of_a_newer_release_is_left_alone(engine: Engine, warehouse_url: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WarehouseError, match=r"9999.*比本程序新.*升级 huizong"):
        open_engine(warehouse_url)
    with pytest.raises(WarehouseError, match="比本程序新"):
        upgrade(engine)


def test_an_empty_warehouse_says_what_to_do(engine: Engine) -> None:
    require_head(engine)
    downgrade(engine, "base")
    with pytest.raises(WarehouseError, match="huizong db upgrade"):
        require_head(engine)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_upgrades_at_once_follow_one_another(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('two') / 'huizong.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database(migrated=False)
    failures: list[Exception] = []
    both = threading.Barrier(2)

    def go() -> None:
        with opened(url) as own:
            both.wait(timeout=30)
            try:
                upgrade(own)
            except WarehouseError as error:
                failures.append(error)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    with opened(url) as engine, engine.connect() as connection:
        assert current_revision(connection) == head_revision()
