"""Amounts and numbers come back as they went in, on both engines."""

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, Engine, insert, make_url, select

from tests.support.judgements import form, judged, submission
from tests.support.nights import night
from tests.support.postgres import opened
from warehouse.columns import Moment, Money, Number
from warehouse.tables import metadata

SQLITE: Dialect = make_url("sqlite://").get_dialect()()
POSTGRESQL: Dialect = make_url("postgresql+psycopg://").get_dialect()()
CENTS = st.decimals(min_value=-(10**15), max_value=10**15, places=2, allow_nan=False, allow_infinity=False)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)


@given(CENTS)
def test_an_amount_is_the_same_on_both_engines(amount: Decimal) -> None:
    money = Money()
    stored = money.process_bind_param(amount, SQLITE)
    assert isinstance(stored, str)
    assert money.process_result_value(stored, SQLITE) == amount
    assert money.process_result_value(money.process_bind_param(amount, POSTGRESQL), POSTGRESQL) == amount
    assert int(stored.replace(".", "")) == amount * 100


@given(NUMBERS)
def test_a_number_keeps_every_digit(value: Decimal) -> None:
    number = Number()
    stored = number.process_bind_param(value, SQLITE)
    assert "E" not in str(stored)
    assert number.process_result_value(stored, SQLITE) == value


def test_less_than_a_cent_is_rounded_half_up() -> None:
    assert [
        Money().process_bind_param(Decimal(typed), SQLITE) for typed in ("0.005", "0.0049", "-0.005")
    ] == [
        "0.01",
        "0.00",
        "-0.01",
    ]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(datetime(2023, 1, 1), SQLITE)  # noqa: DTZ001


def test_a_moment_keeps_its_instant(engine: Engine) -> None:
    run = metadata.tables["run"]
    moment = datetime(2023, 3, 31, 15, 59, 59, 123456, tzinfo=UTC)
    with engine.begin() as connection:
        connection.execute(
            insert(run), {"run_id": "r", "state": "running", "host": "h", "pid": 1, "started_at": moment}
        )
        assert connection.scalar(select(run.c.started_at)) == moment


def test_plain_sqlite_users_see_sensible_amounts_that_add_up(sqlite_url: str) -> None:
    amounts = ["1380200.00", "0.10", "0.20", "99999999.99"]
    with opened(sqlite_url) as engine:
        night(
            engine,
            judged(submission("附件2.docx", *(form(f"项目{n}", each) for n, each in enumerate(amounts)))),
        )
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    try:
        stored = connection.execute("SELECT total_yuan FROM fact_budget ORDER BY form_no").fetchall()
        in_table, in_view, in_summary = (
            connection.execute(f"SELECT SUM(total_yuan) FROM {name}").fetchone()[0]  # noqa: S608
            for name in ("fact_budget", "v_budget", "v_town_summary")
        )
        large = connection.execute("SELECT COUNT(*) FROM v_budget WHERE total_yuan > 1000000").fetchone()[0]
    finally:
        connection.close()
    assert [row[0] for row in stored] == amounts
    assert {f"{each:.2f}" for each in (in_table, in_view, in_summary)} == {"101380200.29"}
    assert large == 2
