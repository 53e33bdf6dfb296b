"""The audit: a sound warehouse passes, and each planted corruption is caught and its rows named (promise 15)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, text

from tasks.check import SHOWN_ROWS, Audit, audit
from tests.support.judgements import (
    ABSENT,
    BAOFENG,
    TOULE,
    content_with,
    form,
    judged,
    people,
    returned,
    submission,
)
from tests.support.nights import FIRST, SECOND, night, staged
from tests.support.postgres import opened
from warehouse.expectations import expectations
from warehouse.migrations import upgrade
from warehouse.tables import HISTORY
from warehouse.views import read

SOURCES = (("财政拨款", "1.10", False), ("中央资金", "0.60", True), ("其他资金", "0.90", False))
TOWNS = judged(
    submission(
        "附件2.docx",
        form("甲", "2.00", people("45"), content_with("95"), funding=SOURCES, rules=[("M03", "warning", 1)]),
        form("乙", "3.00"),
        returned("丙"),
    ),
    submission("附件1.xlsx", form("甲", "5.00"), town=TOULE),
    submission("空.docx", rules=(("R01", "error"),), town=ABSENT),
)
LATER = judged(
    submission("附件2.docx", form("甲", "2.00", funding=SOURCES), returned("乙"), content="二"),
    submission("附件1.xlsx", form("甲", "5.00"), town=TOULE),
    submission("空.docx", rules=(("R01", "error"),), town=ABSENT),
)
"""As ``TOWNS``, after a new version that leaves 乙 stale. Publication 2."""


def prepared(engine: Engine) -> None:
    upgrade(engine)
    night(engine, TOWNS)
    staged(engine, LATER, run_id="second")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with publication 2 staged, nothing wrong with it."""
    path = tmp_path_factory.mktemp("sound") / "huizong.db"
    with opened(f"sqlite:///{path}") as engine:
        prepared(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def corruptible(sound: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy of ``sound``."""
    copyfile(sound, tmp_path / "huizong.db")
    with opened(f"sqlite:///{tmp_path / 'huizong.db'}") as engine:
        yield engine


_CASES = yaml.safe_load((Path(__file__).parent / "corruptions.yml").read_text(encoding="utf-8"))
CORRUPTIONS: dict[str, dict[str, Any]] = {**_CASES["everywhere"], **_CASES["sqlite"]}
TELLTALE = """
import os, sys
sys.meta_path.insert(0, type("", (), {"find_spec": staticmethod(
    lambda name, *_: print(os.environ["GX_ANALYTICS_ENABLED"]) if name == "great_expectations" else None)}))
from tasks.check import audit
from tests.support.postgres import opened
with opened(sys.argv[1]) as engine:
    audit(engine, 1)
from great_expectations.data_context.data_context.context_factory import project_manager
print(project_manager.get_current_project().config.analytics_enabled)
"""
"""Prints the setting at the moment great-expectations is looked for, and what its context made of it."""


def failed(found: Audit) -> set[str]:
    return {failure.name for failure in found.failures}


def corrupt(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Outside any transaction: inside one SQLite does not hear it.
            held = connection.connection.driver_connection
            assert held is not None
            held.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            assert connection.execute(text(statement)).rowcount > 0, "the corruption changed nothing"
        connection.invalidate()


def test_a_sound_warehouse_passes(corruptible: Engine) -> None:
    found = audit(corruptible, 2)
    assert found.failures == ()
    assert found.ok
    assert found.checked == len(expectations())


def test_a_past_publication_can_be_audited_too(engine: Engine) -> None:
    night(engine, FIRST)
    night(engine, SECOND, run_id="2")
    assert audit(engine, 2).ok


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_corruption_is_caught(name: str, corruptible: Engine) -> None:
    case = CORRUPTIONS[name]
    corrupt(corruptible, case["sql"])
    found = audit(corruptible, 2)
    assert not found.ok
    assert case["caught_by"] in failed(found)


@pytest.mark.postgres
@pytest.mark.parametrize("name", [name for name, case in CORRUPTIONS.items() if case.get("postgresql")])
def test_the_same_is_caught_on_postgresql(name: str, postgres_url: str) -> None:
    case = CORRUPTIONS[name]
    with opened(postgres_url) as engine:
        prepared(engine)
        assert audit(engine, 2).failures == ()
        corrupt(engine, case["sql"])
        assert case["caught_by"] in failed(audit(engine, 2))


def test_a_failure_names_its_rows_and_counts_them_truly(corruptible: Engine) -> None:
    corrupt(corruptible, CORRUPTIONS["a cent too much"]["sql"])
    (failure,) = audit(corruptible, 2).failures
    assert failure.count == 1
    (row,) = failure.rows
    assert (row["town_code"], row["file_name"], row["version"], row["form_no"]) == (
        "640221102",
        "附件2.docx",
        "2",
        "1",
    )
    assert (row["total_yuan"], row["funding_fen"]) == ("2.01", "200")
    assert "附件2.docx" in str(failure)
    assert "共 1 行" in str(failure)


def test_many_failing_rows_are_counted_and_some_are_shown(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / '有$的 文件夹' / 'huizong.db'}") as engine:
        upgrade(engine)
        many = [form(f"项目{n}", "1.00") for n in range(SHOWN_ROWS + 13)]
        staged(engine, judged(submission("附件2.docx", *many)))
        corrupt(engine, "UPDATE fact_budget SET money_unit = '角'")
        (failure,) = audit(engine, 1).failures
    assert failure.count == SHOWN_ROWS + 13
    assert len(failure.rows) == SHOWN_ROWS


def test_a_question_that_cannot_be_asked_does_not_hold(corruptible: Engine) -> None:
    with corruptible.begin() as connection:
        for view in ("v_funding", "v_budget"):
            connection.execute(text(f"DROP VIEW {view}"))
        connection.execute(text("ALTER TABLE fact_funding RENAME TO elsewhere"))
    found = audit(corruptible, 2)
    assert not found.ok
    assert "fact_funding.count" in failed(found)
    assert all("没有做成" in str(failure) for failure in found.failures if failure.count < 0)
    assert not any("没有结果" in failure.sentence for failure in found.failures)


def test_a_sum_that_the_rules_have_flagged_is_the_towns_not_ours(engine: Engine) -> None:
    wrong = form("甲", "2.00", funding=(("财政拨款", "1.00", False),), rules=[("M01", "warning", None)])
    staged(engine, judged(submission("附件2.docx", wrong)), run_id="1")
    assert audit(engine, 1).ok
    silent = form("甲", "2.00", funding=(("财政拨款", "1.00", False),))
    staged(engine, judged(submission("附件2.docx", silent)), run_id="2")
    assert failed(audit(engine, 1)) == {"fact_budget.balance"}


def test_two_offices_may_each_have_a_project_of_one_name(engine: Engine) -> None:
    school, clinic = "平罗县宝丰镇中心小学", "平罗县宝丰镇卫生院"
    forms = [form("办公经费", "2.00", implementing_unit=each) for each in (school, clinic)]
    night(engine, judged(submission("附件2.docx", *forms)))
    assert audit(engine, 1).ok
    with engine.connect() as connection:
        assert [row["implementing_unit"] for row in read(connection, "v_budget")] == [school, clinic]
        (summary,) = read(connection, "v_town_summary", town_code=BAOFENG)
    assert summary["projects"] == 2


def test_a_project_twice_that_the_rules_have_flagged_is_the_towns_not_ours(engine: Engine) -> None:
    again = form("甲", "3.00", rules=[("X02", "warning", None)])
    staged(engine, judged(submission("附件2.docx", form("甲", "2.00"), again)), run_id="1")
    assert audit(engine, 1).ok
    staged(engine, judged(submission("附件2.docx", form("甲", "2.00"), form("甲", "3.00"))), run_id="2")
    (failure,) = audit(engine, 1).failures
    assert failure.name == "fact_budget.one_per_project"
    assert (failure.rows[0]["project_name"], failure.rows[0]["forms"]) == ("甲", "2")


def test_telemetry_is_off_before_the_library_is_there(sqlite_url: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", TELLTALE, sqlite_url],
        env={**os.environ, "GX_ANALYTICS_ENABLED": "true"},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["false", "False"]


def test_expectations_follow_from_the_tables() -> None:
    names = [each.name for each in expectations()]
    assert len(set(names)) == len(names)
    for table in HISTORY:
        assert {f"{table.name}.span", f"{table.name}.unique", f"{table.name}.keys"} <= set(names)
    assert all("{batch}" in each.query for each in expectations())
