"""The same county in SQLite and in PostgreSQL: audited, published, and the same rows in every view."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import Engine, text

from tasks.towns import chunks, judge_towns
from tests.support.county import Taken, publish_county
from tests.support.postgres import opened
from warehouse.migrations import upgrade
from warehouse.tables import metadata
from warehouse.views import read as read_view
from warehouse.views import views as declared_views

BAOFENG = Decimal("2861800.00")


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    with opened(sqlite_url) as engine:
        yield engine


@pytest.fixture
def postgresql(postgres_url: str) -> Iterator[Engine]:
    with opened(postgres_url) as engine:
        yield engine


def views(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {view.name: read_view(connection, view.name) for view in declared_views()}


def rows_in_all_tables(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(
            connection.scalar(text(f"SELECT count(*) FROM {table.name}")) or 0  # noqa: S608 - our own names
            for table in metadata.sorted_tables
            if table.name not in {"run", "publication", "lock"}
        )


@pytest.mark.postgres
def test_both_engines_show_the_same_rows(sqlite: Engine, postgresql: Engine, taken: Taken) -> None:
    for engine in (sqlite, postgresql):
        _, audited = publish_county(engine, taken)
        assert audited.ok
    shown = views(sqlite)
    assert shown == views(postgresql)
    assert all(shown.values()), "a view without a row proves nothing"


def test_the_order_of_towns_does_not_matter(sqlite: Engine, tmp_path: Path, taken: Taken) -> None:
    publish_county(sqlite, taken)
    shuffled = list(taken.judgements)
    random.Random(7).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with opened(url) as other:
        upgrade(other)
        publish_county(other, Taken(taken.county, taken.reception, tuple(shuffled), taken.archive))
        assert views(sqlite) == views(other)


@pytest.mark.parametrize("towns_at_once", [1, 5, 13])
def test_the_size_of_a_batch_does_not_matter(taken: Taken, towns_at_once: int) -> None:
    one_by_one = pd.concat([judgement.findings for judgement in taken.judgements], ignore_index=True)
    batches = chunks(taken.reception.towns, towns_at_once)
    judgements = [judge_towns(batch, taken.archive, taken.county) for batch in batches]
    together = pd.concat([judgement.findings for judgement in judgements], ignore_index=True)
    assert_frame_equal(together, one_by_one)


def test_a_second_night_changes_no_row(sqlite: Engine, taken: Taken) -> None:
    publish_county(sqlite, taken)
    before, rows = views(sqlite), rows_in_all_tables(sqlite)
    counts, _ = publish_county(sqlite, taken, "second")
    assert (counts.new_versions, counts.rows_inserted, counts.rows_closed) == (0, 0, 0)
    assert (views(sqlite), rows_in_all_tables(sqlite)) == (before, rows)


def test_baofeng_is_the_same_sum_in_file_budget_and_town(sqlite: Engine, taken: Taken) -> None:
    publish_county(sqlite, taken)
    with sqlite.connect() as connection:
        budgets = [row for row in read_view(connection, "v_budget") if row["town_name"] == "宝丰镇"]
        towns = {row["town_name"]: row for row in read_view(connection, "v_town_summary")}
        indicators = [row for row in read_view(connection, "v_indicator") if row["town_name"] == "宝丰镇"]
    assert sum(row["total_yuan"] for row in budgets) == BAOFENG
    assert towns["宝丰镇"]["total_yuan"] == BAOFENG
    assert (len(budgets), towns["宝丰镇"]["projects"], len(indicators)) == (14, 14, 111)
    # 286.18 万元 over nine villages, to the cent.
    assert towns["宝丰镇"]["yuan_per_village"] == Decimal("317977.78")
