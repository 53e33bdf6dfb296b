"""Loading by difference: what is the same stays, what changed is replaced, what was returned keeps its predecessor."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Engine, func, select

from tasks.load import StageCounts
from tests.support.judgements import (
    BAOFENG,
    TOULE,
    form,
    judged,
    people,
    returned,
    submission,
)
from tests.support.nights import budget, history, night, nights, state
from tests.support.postgres import opened
from warehouse.ledger import known_files
from warehouse.tables import (
    HISTORY,
    metadata,
)
from warehouse.tables import (
    submission as ledger,
)
from warehouse.views import read


def test_loading_the_same_again_changes_nothing(engine: Engine) -> None:
    same = judged(
        submission("附件2.docx", form("甲", "1.10"), returned("乙"), rules=(("R04", "warning"),)),
        submission("附件2.docx", form("甲", "2.20"), town=TOULE),
    )
    first, second = nights(engine, same, same)
    assert first.new_versions == 2
    assert second == StageCounts(unchanged=2)
    assert all(
        pub_from == 1 and not pub_to for table in HISTORY for pub_from, pub_to in history(engine, table.name)
    )


def test_two_engines_hold_the_same_rows(sqlite_url: str, postgres_url: str) -> None:
    first = judged(submission("附件2.docx", form("甲", "1.10"), form("乙", "0.05", people("4.50"))))
    second = judged(submission("附件2.docx", form("甲", "1.10"), returned("乙"), content="改"))
    states = []
    for url in (sqlite_url, postgres_url):
        with opened(url) as engine:
            nights(engine, first, second)
            states.append(state(engine))
    assert states[0] == states[1]


def test_a_new_version_replaces_what_changed_and_closes_what_is_gone(engine: Engine) -> None:
    nights(
        engine,
        judged(submission("附件2.docx", form("甲", "1.00"), form("乙", "2.00"))),
        judged(submission("附件2.docx", form("甲", "1.50"), form("丙", "3.00"))),
    )
    assert budget(engine) == {"甲": (2, Decimal("1.50"), False), "丙": (2, Decimal("3.00"), False)}
    assert history(engine, "fact_budget") == [(1, 2), (1, 2), (2, 0), (2, 0)]
    with engine.connect() as connection:
        assert {row["project_name"] for row in read(connection, "v_budget", publication_no=1)} == {"甲", "乙"}
        assert connection.scalar(select(func.count()).select_from(ledger)) == 2


def test_a_returned_form_leaves_the_last_accepted_one_in_force_and_says_so(engine: Engine) -> None:
    good = judged(
        submission("附件2.docx", form("甲", "1.00", rules=[("U02", "warning", 1)]), form("乙", "2.00"))
    )
    bad = judged(submission("附件2.docx", returned("甲", "9.00"), form("乙", "2.00")))
    mended = judged(submission("附件2.docx", form("甲", "1.25"), form("乙", "2.00")))
    nights(engine, good)
    counts = night(engine, bad, run_id="bad")
    assert counts.stale_forms == 1
    assert budget(engine) == {"甲": (1, Decimal("1.00"), True), "乙": (2, Decimal("2.00"), False)}
    with engine.connect() as connection:
        rows = read(connection, "v_indicator", project_name="甲")
        assert [row["findings"] for row in rows] == ["U02", None]
        assert {row["is_stale"] for row in rows} == {True}
        assert [row["rule_id"] for row in read(connection, "v_finding", town_code=BAOFENG)] == ["C07"]
    assert night(engine, bad, run_id="same").unchanged == 1
    night(engine, mended, run_id="mended")
    assert budget(engine) == {"甲": (3, Decimal("1.25"), False), "乙": (3, Decimal("2.00"), False)}


def test_a_file_returned_as_a_whole_leaves_all_its_forms_in_force(engine: Engine) -> None:
    nights(
        engine,
        judged(submission("附件2.docx", form("甲", "1.00"), form("乙", "2.00"))),
        judged(submission("附件2.docx", rules=(("R01", "error"),), content="坏文件")),
    )
    assert budget(engine) == {"甲": (1, Decimal("1.00"), True), "乙": (1, Decimal("2.00"), True)}
    with engine.connect() as connection:
        (status,) = read(connection, "v_submission_status", town_code=BAOFENG)
    assert (status["verdict"], status["version"], status["forms_in"]) == ("returned", 2, 0)


def test_a_returned_form_that_lost_its_name_keeps_the_one_of_its_number(engine: Engine) -> None:
    nights(
        engine,
        judged(submission("附件2.docx", form("甲", "1.00"), form("乙", "2.00"))),
        judged(submission("附件2.docx", form("甲", "1.00"), returned(None, rule="C01"))),
    )
    assert budget(engine) == {"甲": (2, Decimal("1.00"), False), "乙": (1, Decimal("2.00"), True)}


def test_a_returned_form_without_a_predecessor_is_only_reported(engine: Engine) -> None:
    nights(engine, judged(submission("附件2.docx", returned("甲", "5.00"))))
    assert budget(engine) == {}
    with engine.connect() as connection:
        (finding,) = read(connection, "v_finding", town_code=BAOFENG)
        (status,) = read(connection, "v_submission_status", town_code=BAOFENG)
    assert (finding["rule_id"], finding["project_name"], finding["form_no"]) == ("C07", "甲", 1)
    assert (status["forms_in"], status["forms_returned"], status["errors"]) == (1, 1, 1)


def test_versions_count_up_and_a_return_to_old_content_is_a_new_version(engine: Engine) -> None:
    one = judged(submission("附件2.docx", form("甲", "1.00"), content="一"))
    two = judged(submission("附件2.docx", form("甲", "2.00"), content="二"))
    nights(engine, one, two, one)
    assert budget(engine) == {"甲": (3, Decimal("1.00"), False)}
    (known,) = known_files(engine).values()
    assert known.version == 3


def test_files_of_one_name_in_two_towns_are_two_files(engine: Engine) -> None:
    both = judged(
        submission("附件2.docx", form("甲", "1.00")), submission("附件2.docx", form("甲", "2.00"), town=TOULE)
    )
    nights(engine, both, judged(submission("附件2.docx", form("甲", "3.00"))))
    assert budget(engine, town_code=BAOFENG) == {"甲": (2, Decimal("3.00"), False)}
    assert budget(engine, town_code=TOULE) == {"甲": (1, Decimal("2.00"), False)}


def test_new_rules_touch_only_what_they_judge_otherwise(engine: Engine) -> None:
    file = form("甲", "1.00")
    night(engine, judged(submission("附件2.docx", file, content="一")))
    flagged = replace(file, rules=(("U02", "warning", 2),))
    counts = night(
        engine, judged(submission("附件2.docx", flagged, content="一"), rules_version="r2"), run_id="2"
    )
    assert counts.new_versions == 0
    assert history(engine, "fact_budget") == [(1, 0)]
    assert history(engine, "fact_indicator") == [(1, 0), (1, 2), (2, 0)]
    assert history(engine, "fact_submission") == [(1, 2), (2, 0)]


def test_a_project_keeps_its_history(engine: Engine) -> None:
    nights(
        engine,
        judged(submission("附件2.docx", form("甲", "1.00", attribute="新增"))),
        judged(submission("附件2.docx", form("甲", "1.00", attribute="延续"))),
        judged(submission("附件2.docx", form("乙", "1.00"))),
    )
    assert history(engine, "dim_project") == [(1, 2), (2, 3), (3, 0)]
    with engine.connect() as connection:
        told = [read(connection, "v_budget", publication_no=number)[0]["attribute"] for number in (1, 2)]
    assert told == ["新增", "延续"]


def test_a_project_in_two_files_is_described_by_the_first_and_stays_put(engine: Engine) -> None:
    twice = judged(
        submission("b.docx", form("甲", "1.00", attribute="延续")),
        submission("a.docx", form("甲", "2.00", attribute="新增")),
    )
    _, second = nights(engine, twice, twice)
    assert second.unchanged == 2
    with engine.connect() as connection:
        assert {row["attribute"] for row in read(connection, "v_budget")} == {"新增"}
    night(engine, judged(submission("a.docx", form("丙", "2.00"))), run_id="3")
    assert set(budget(engine)) == {"甲", "丙"}


def test_the_same_project_twice_in_one_file_is_two_forms(engine: Engine) -> None:
    nights(engine, judged(submission("附件2.docx", form("甲", "1.00"), form(" 甲 ", "2.00"))))
    with engine.connect() as connection:
        assert [row["total_yuan"] for row in read(connection, "v_budget")] == [
            Decimal("1.00"),
            Decimal("2.00"),
        ]
        assert read(connection, "v_town_summary")[0]["projects"] == 1


def test_blank_sources_are_missing_and_details_are_not_added_again(engine: Engine) -> None:
    sources = (("财政拨款", "0.30", False), ("中央资金", "0.20", True), ("其他资金", None, False))
    nights(engine, judged(submission("附件2.docx", form("甲", "0.30", funding=sources))))
    with engine.connect() as connection:
        assert [(row["funding_source"], row["amount_yuan"]) for row in read(connection, "v_funding")] == [
            ("财政拨款", Decimal("0.30"))
        ]
        assert connection.scalar(select(func.count()).select_from(metadata.tables["fact_funding"])) == 2


def test_hostile_names_survive(engine: Engine) -> None:
    name = "甲'; DROP TABLE fact_budget; -- %s %(x)s {batch} \"😀\u202e\x00\ud800\t\\N\n乙"
    nights(engine, judged(submission("附件'2%.docx", form(name, "1.00"))))
    (held,) = budget(engine)
    assert held == name.replace("\x00", "\u2400").replace("\ud800", "?")
