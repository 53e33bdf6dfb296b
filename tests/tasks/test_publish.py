"""The gate: every guard can keep it shut, yesterday stays, and the reasons are kept."""

import pytest
from sqlalchemy import Engine, select, update

from tasks.check import Audit, Failure
from tasks.publish import GateShutError, publish
from tests.support.judgements import judged, returned, submission
from tests.support.nights import FIRST, SECOND, night, staged, trusting
from warehouse.engine import writing
from warehouse.ledger import current_publication, finish_run, last_run, next_publication
from warehouse.lock import acquire
from warehouse.tables import fact_budget, fact_funding, lock, publication
from warehouse.tables import submission as ledger
from warehouse.views import read

FAILURE = Failure("fact_budget.balance", "年度资金总额不等于各来源之和。", ({"file_name": "附件2.docx"},), 3)


def current(engine: Engine) -> int:
    with engine.connect() as connection:
        return current_publication(connection)


def shut(engine: Engine, number: int, audit: Audit, words: str, run_id: str = "second") -> GateShutError:
    """Publishes, expects a refusal for ``words`` that leaves publication 1 and its rows."""
    with engine.connect() as connection:
        before = read(connection, "v_budget")
    with pytest.raises(GateShutError, match=words) as caught:
        publish(engine, run_id, number, audit)
    assert current(engine) == 1
    with engine.connect() as connection:
        assert read(connection, "v_budget") == before
    return caught.value


def test_publishing_moves_the_number_and_ends_the_run(engine: Engine) -> None:
    number, _ = staged(engine, FIRST)
    assert current(engine) == 0
    publish(engine, "run", number, trusting(number))
    assert current(engine) == 1
    last = last_run(engine)
    assert last is not None
    assert (last["state"], last["publication_no"], last["reasons"]) == ("published", 1, [])
    assert last["finished_at"] is not None


def test_a_failed_audit_keeps_yesterday_and_todays_reasons(engine: Engine) -> None:
    night(engine, FIRST)
    number, _ = staged(engine, SECOND, run_id="second")
    refused = shut(engine, number, Audit(number, 74, (FAILURE,)), "不等于各来源之和.*共 3 行.*附件2.docx")
    last = last_run(engine)
    assert last is not None
    assert (last["state"], last["reasons"]) == ("failed", list(refused.reasons))
    with engine.connect() as connection:
        rows = {row.publication_no: row for row in connection.execute(select(publication))}
    assert (rows[1].state, rows[2].state) == ("published", "failed")
    assert "附件2.docx" in rows[2].reasons
    assert next_publication(engine) == 3
    night(engine, SECOND, run_id="third")
    assert current(engine) == 3


def test_all_reasons_are_told_at_once(engine: Engine) -> None:
    night(engine, FIRST)
    number, _ = staged(engine, SECOND, run_id="second")
    refused = shut(engine, number, Audit(number + 5, 74, (FAILURE, FAILURE)), "审计的是第 7 次发布")
    assert len(refused.reasons) == 3


def test_an_audit_that_asked_nothing_is_none(engine: Engine) -> None:
    night(engine, FIRST)
    number, _ = staged(engine, SECOND, run_id="second")
    shut(engine, number, Audit(number, 0, ()), "一项也没有检查")


def test_a_run_that_is_not_under_way_does_not_publish(engine: Engine) -> None:
    night(engine, FIRST)
    number, _ = staged(engine, SECOND, run_id="second")
    finish_run(engine, "second", "failed", reasons=["别的原因"])
    shut(engine, number, trusting(number), "没有正在进行的运行")
    number, _ = staged(engine, SECOND, run_id="third")
    shut(engine, number, trusting(number), "没有正在进行的运行 nobody", run_id="nobody")


def test_a_number_that_is_taken_is_not_published_again(engine: Engine) -> None:
    night(engine, FIRST)
    staged(engine, SECOND, run_id="second")
    shut(engine, 1, trusting(1), "第 1 次发布已经有了结论")
    last = last_run(engine)
    assert last is not None
    assert last["state"] == "failed"


def test_rows_beyond_the_number_keep_the_gate_shut(engine: Engine) -> None:
    night(engine, FIRST)
    number, _ = staged(engine, SECOND, run_id="second")
    with writing(engine) as connection:
        connection.execute(
            update(fact_funding).where(fact_funding.c.pub_from == number).values(pub_from=number + 1)
        )
    shut(engine, number, trusting(number), "第 2 次以后的行")


def test_a_lost_lock_keeps_the_gate_shut(engine: Engine) -> None:
    night(engine, FIRST)
    number, _ = staged(engine, SECOND, run_id="second")
    held = acquire(engine, "second")
    assert held is not None
    with held:
        with writing(engine) as connection:
            connection.execute(update(lock).values(token="of another"))  # noqa: S106
        with pytest.raises(GateShutError, match="已被另一次运行接管"):
            publish(engine, "second", number, trusting(number), lock=held)
    assert current(engine) == 1
    # The number is the other run's now: it is not marked failed.
    assert next_publication(engine) == number


def test_a_county_does_not_vanish_overnight(engine: Engine) -> None:
    night(engine, FIRST)
    number, _ = staged(engine, SECOND, run_id="second")
    with writing(engine) as connection:
        connection.execute(update(fact_budget).where(fact_budget.c.pub_from == 1).values(pub_to=2))
        connection.execute(update(fact_budget).where(fact_budget.c.pub_from == 2).values(pub_to=2))
    shut(engine, number, trusting(number), "所有在用的表都消失")


def test_a_first_publication_without_an_accepted_form_is_one_too(engine: Engine) -> None:
    night(engine, judged(submission("附件2.docx", returned("甲"))))
    assert current(engine) == 1
    with engine.connect() as connection:
        assert connection.scalar(select(ledger.c.version)) == 1
