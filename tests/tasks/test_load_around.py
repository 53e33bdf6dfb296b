"""Loading what stands around the submissions: the county, loose findings, lateness; two at once, and a whole county."""

import threading
import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from tasks.load import StageCounts, stage, stage_findings
from tasks.reference import stage_reference
from tests.support.judgements import (
    ABSENT,
    BAOFENG,
    BEIJING,
    COUNTY,
    content_with,
    form,
    judged,
    loose_findings,
    people,
    returned,
    submission,
)
from tests.support.nights import history, night, nights, publish_by_hand, staged
from tests.support.postgres import opened
from warehouse.tables import (
    fact_budget,
    fact_finding,
    fact_indicator,
)
from warehouse.tables import (
    submission as ledger,
)
from warehouse.views import read


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
        publish_by_hand(engine, number)
        if number == 2:
            assert count == StageCounts()
            assert shown() == [
                ("S04", None, None, "散文件.docx"),
                ("S01", 2023, None, "2023/旧街道"),
                ("S03", 2023, "姚伏镇", f"2023/{ABSENT}"),
            ]
    assert shown() == [("S01", 2023, None, "2023/旧街道")]


def test_findings_of_another_year_stay(engine: Engine) -> None:
    stage_findings(
        engine, loose_findings(("S03", f"2022/{ABSENT}")), county=COUNTY, years=[2022], publication_no=1
    )
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
    publish_by_hand(engine, 2)
    with engine.connect() as connection:
        (status,) = read(connection, "v_submission_status")
    assert (status["state"], status["days_late"], status["town_code"]) == ("late", 28, BAOFENG)


def test_towns_that_sent_nothing_are_missing_also_where_no_due_date_is_set(engine: Engine) -> None:
    nights(engine, judged(submission("附件2.docx", form("甲", "1.00"))))
    stage_reference(engine, COUNTY.model_copy(update={"due": {}}), [2023], 2)
    publish_by_hand(engine, 2)
    with engine.connect() as connection:
        states = {row["town_code"]: row["state"] for row in read(connection, "v_submission_status")}
    assert states == {town.code: "on_time" if town.code == BAOFENG else "missing" for town in COUNTY.towns}


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
    assert (row.archive_url, row.file_sha256, row.version, row.run_id) == (
        "s3://归档/2023",
        sent.sha256,
        1,
        "r",
    )


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
        COUNTY.towns[0].model_copy(update={"code": code, "name": f"第{code}镇", "aliases": ()})
        for code in codes
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
