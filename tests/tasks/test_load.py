"""Loading by difference: what is the same stays, what changed is replaced, what was returned keeps its predecessor."""

import threading
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from schemas.frames import Judgement
from tasks.load import StageCounts, stage, stage_findings
from tasks.reference import stage_reference
from tests.support.judgements import (
    ABSENT,
    BAOFENG,
    BEIJING,
    COUNTY,
    TOULE,
    content_with,
    form,
    judged,
    loose_findings,
    people,
    returned,
    submission,
)
from tests.support.nights import night, staged, state
from tests.support.postgres import opened
from warehouse.ledger import known_files
from warehouse.tables import HISTORY, fact_budget, fact_finding, fact_indicator, metadata, submission as ledger
from warehouse.views import read


def budget(engine: Engine, **equals: object) -> dict[str, tuple[int, Decimal, bool]]:
    """Project → (version of its file, total, stale), as published."""
    with engine.connect() as connection:
        return {
            row["project_name"]: (row["submission_version"], row["total_yuan"], row["is_stale"])
            for row in read(connection, "v_budget", **equals)
        }


def history(engine: Engine, table: str) -> list[tuple[int, int | None]]:
    with engine.connect() as connection:
        held = metadata.tables[table]
        return sorted(
            (row.pub_from, row.pub_to or 0) for row in connection.execute(select(held.c.pub_from, held.c.pub_to))
        )


def nights(engine: Engine, *judgements: Judgement) -> list[StageCounts]:
    return [night(engine, each, run_id=f"run {number}") for number, each in enumerate(judgements, 1)]


def test_loading_the_same_again_changes_nothing(engine: Engine) -> None:
    same = judged(
        submission("附件2.docx", form("甲", "1.10"), returned("乙"), rules=(("R04", "warning"),)),
        submission("附件2.docx", form("甲", "2.20"), town=TOULE),
    )
    first, second = nights(engine, same, same)
    assert first.new_versions == 2
    assert second == StageCounts(unchanged=2)
    assert all(pub_from == 1 and not pub_to for table in HISTORY for pub_from, pub_to in history(engine, table.name))


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
    good = judged(submission("附件2.docx", form("甲", "1.00", rules=[("U02", "warning", 1)]), form("乙", "2.00")))
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
    counts = night(engine, judged(submission("附件2.docx", flagged, content="一"), rules_version="r2"), run_id="2")
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
    first, second = nights(engine, twice, twice)
    assert second.unchanged == 2
    with engine.connect() as connection:
        assert {row["attribute"] for row in read(connection, "v_budget")} == {"新增"}
    night(engine, judged(submission("a.docx", form("丙", "2.00"))), run_id="3")
    assert set(budget(engine)) == {"甲", "丙"}


def test_the_same_project_twice_in_one_file_is_two_forms(engine: Engine) -> None:
    nights(engine, judged(submission("附件2.docx", form("甲", "1.00"), form(" 甲 ", "2.00"))))
    with engine.connect() as connection:
        assert [row["total_yuan"] for row in read(connection, "v_budget")] == [Decimal("1.00"), Decimal("2.00")]
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


def test_findings_without_a_submission_close_when_their_cause_is_gone(engine: Engine) -> None:
    def shown() -> list[tuple[Any, ...]]:
        with engine.connect() as connection:
            return [
                (row["rule_id"], row["fiscal_year"], row["town_name"], row["group_key"])
                for row in read(connection, "v_finding")
            ]

    before = loose_findings(("S03", f"2023/{ABSENT}"), ("S01", "2023/旧街道"), ("S04", "散文件.docx"))
    for number, findings in enumerate((before, before, loose_findings(("S01", "2023/旧街道"))), 1):
        count = stage_findings(engine, findings, county=COUNTY, years=[2023], publication_no=number)
        stage_reference(engine, COUNTY, [2023], number)
        _publish_by_hand(engine, number)
        if number == 2:
            assert count == StageCounts()
            assert shown() == [
                ("S04", None, None, "散文件.docx"),
                ("S01", 2023, None, "2023/旧街道"),
                ("S03", 2023, "姚伏镇", f"2023/{ABSENT}"),
            ]
    assert shown() == [("S01", 2023, None, "2023/旧街道")]


def test_findings_of_another_year_stay(engine: Engine) -> None:
    stage_findings(engine, loose_findings(("S03", f"2022/{ABSENT}")), county=COUNTY, years=[2022], publication_no=1)
    stage_findings(engine, loose_findings(), county=COUNTY, years=[2023], publication_no=2)
    assert history(engine, "fact_finding") == [(1, 0)]


def test_findings_of_a_submission_are_refused_without_it(engine: Engine) -> None:
    findings = judged(submission("附件2.docx", returned("甲"))).findings
    with pytest.raises(ValueError, match="loaded with it"):
        stage_findings(engine, findings, county=COUNTY, years=[2023], publication_no=1)


def test_a_judgement_from_offline_is_refused(engine: Engine) -> None:
    offline = judged(submission("附件2.docx", form("甲", "1.00")))
    offline.submissions.loc[0, "town_code"] = None
    with pytest.raises(ValueError, match="no town and year"):
        stage(engine, offline, county=COUNTY, publication_no=1, run_id="r", archive_urls={})


def test_due_dates_and_towns_follow_the_county(engine: Engine) -> None:
    nights(engine, judged(submission("附件2.docx", form("甲", "1.00"))))
    later = COUNTY.model_copy(update={"due": {2023: date(2023, 2, 1)}, "towns": COUNTY.towns[:1]})
    change = stage_reference(engine, later, [2023], 2)
    assert (change.inserted, change.closed) == (1, 3)
    _publish_by_hand(engine, 2)
    with engine.connect() as connection:
        (status,) = read(connection, "v_submission_status")
    assert (status["state"], status["days_late"], status["town_code"]) == ("late", 28, BAOFENG)


def test_a_town_that_left_the_county_stays_while_its_files_are_in_force(engine: Engine) -> None:
    nights(engine, judged(submission("附件2.docx", form("甲", "1.00"))))
    change = stage_reference(engine, COUNTY.model_copy(update={"towns": COUNTY.towns[1:]}), [2023], 2)
    assert (change.inserted, change.closed) == (0, 0)


def test_the_archive_is_written_down(engine: Engine) -> None:
    sent = submission("附件2.docx", form("甲", "1.00"))
    stage(
        engine,
        judged(sent),
        county=COUNTY,
        publication_no=1,
        run_id="r",
        archive_urls={sent.key: "s3://归档/2023"},
    )
    with engine.connect() as connection:
        row = connection.execute(select(ledger)).one()
    assert (row.archive_url, row.file_sha256, row.version, row.run_id) == ("s3://归档/2023", sent.sha256, 1, "r")


def test_two_at_once_load_a_file_once(engine: Engine, warehouse_url: str) -> None:
    same = judged(submission("附件2.docx", *(form(f"项目{n}", "1.00") for n in range(5))))
    counts: list[StageCounts] = []
    both = threading.Barrier(2)

    def load() -> None:
        with opened(warehouse_url) as own:
            both.wait(timeout=30)
            counts.append(stage(own, same, county=COUNTY, publication_no=1, run_id="r", archive_urls={}))

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted((each.new_versions, each.unchanged) for each in counts) == [(0, 1), (1, 0)]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ledger)) == 1
        assert connection.scalar(select(func.count()).select_from(fact_budget)) == 5


def test_a_county_loads_in_well_under_two_seconds(sqlite_url: str) -> None:
    codes = [f"6402211{n:02d}" for n in range(13)]
    towns = tuple(
        COUNTY.towns[0].model_copy(update={"code": code, "name": f"第{code}镇", "aliases": ()}) for code in codes
    )
    county = COUNTY.model_copy(update={"towns": towns})
    whole = judged(
        *(
            submission(
                "附件2.docx",
                *(form(f"项目{n}", "10.00", *([people("45"), content_with("95")] * 4)) for n in range(8)),
                town=code,
            )
            for code in codes
        )
    )
    with opened(sqlite_url) as engine:
        stage_reference(engine, county, [2023], 1)
        start = time.process_time()
        stage(engine, whole, county=county, publication_no=1, run_id="r", archive_urls={})
        assert time.process_time() - start < 1.5
        with engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(fact_indicator)) == 13 * 8 * 8


def test_a_late_file_is_late_and_its_correction_is_not_later(engine: Engine) -> None:
    at = datetime(2023, 3, 31, 23, 59, tzinfo=BEIJING)
    first = submission("a.docx", form("甲", "1.00"), received=at)
    nights(engine, judged(first))
    again = submission("a.docx", form("甲", "2.00"), received=at + timedelta(days=40))
    other = submission("b.docx", form("乙", "2.00"), received=at + timedelta(minutes=2))
    night(engine, judged(again), run_id="2")
    with engine.connect() as connection:
        (status,) = read(connection, "v_submission_status", town_code=BAOFENG)
    assert (status["state"], status["days_late"], status["version"]) == ("on_time", 0, 2)
    night(engine, judged(again, other), run_id="3")
    with engine.connect() as connection:
        (status,) = read(connection, "v_submission_status", town_code=BAOFENG)
    assert (status["state"], status["days_late"], status["files"]) == ("late", 1, 2)


def test_nothing_staged_is_seen_before_it_is_published(engine: Engine) -> None:
    staged(engine, judged(submission("附件2.docx", form("甲", "1.00"), returned("乙"))))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(fact_finding)) == 2
        assert not any(read(connection, name) for name in ("v_budget", "v_finding", "v_submission_status"))


def _publish_by_hand(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(
            metadata.tables["publication"].insert(),
            {
                "publication_no": number,
                "state": "published",
                "run_id": "r",
                "decided_at": datetime.now(BEIJING),
            },
        )
