"""The seven views: what they show, that both engines show the same, and that they are declared as they are."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from tests.support.judgements import (
    ABSENT,
    BAOFENG,
    BEIJING,
    TOULE,
    content_with,
    form,
    indicator,
    judged,
    people,
    returned,
    submission,
)
from tests.support.nights import FIRST, SECOND, night
from tests.support.postgres import opened
from warehouse.tables import metadata
from warehouse.views import read, views

CONTRACT = {
    "v_budget": "fiscal_year county_name town_code town_name department_code project_name programme_name total_yuan"
    " form_no file_name file_sha256 submission_version is_stale",
    "v_funding": "fiscal_year town_code town_name project_name programme_name funding_source amount_yuan",
    "v_indicator": "fiscal_year town_code town_name project_name programme_name form_no level1 level2 level3 kind"
    " operator value value_high unit deadline weight raw address findings period_start period_end",
    "v_finding": "fiscal_year town_code town_name file_name form_no project_name rule_id severity address value"
    " expected message action",
    "v_submission_status": "fiscal_year town_code town_name state due_date received_at days_late version verdict"
    " forms_in forms_accepted forms_returned errors warnings",
    "v_town_summary": "fiscal_year town_code town_name projects total_yuan yuan_per_village satisfaction_target_pct"
    " forms_returned warnings",
    "v_programme_comparison": "fiscal_year programme_name town_name total_yuan headcount yuan_per_head"
    " county_median_yuan_per_head",
}
"""Columns at least (design §5.5)."""


def shown(engine: Engine, name: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return read(connection, name)


def test_the_views_are_those_of_the_contract() -> None:
    declared = {view.name: {column.name for column in view.columns} for view in views()}
    assert declared.keys() == CONTRACT.keys()
    for name, columns in CONTRACT.items():
        assert set(columns.split()) <= declared[name], name


def test_each_view_has_the_columns_it_declares(engine: Engine) -> None:
    with engine.connect() as connection:
        for view in views():
            held = connection.execute(text(f"SELECT * FROM {view.name}")).keys()  # noqa: S608
            assert list(held) == [column.name for column in view.columns]
            assert set(view.order) - {"file_name"} <= set(held)
            assert all(column.comment and column.unit for column in view.columns)


def test_both_engines_show_the_same_rows(sqlite_url: str, postgres_url: str) -> None:
    found = []
    for url in (sqlite_url, postgres_url):
        with opened(url) as engine:
            night(engine, FIRST)
            night(engine, SECOND, run_id="2")
            with engine.connect() as connection:
                found.append(
                    {
                        (view.name, number): read(connection, view.name, publication_no=number)
                        for view in views()
                        for number in (1, 2)
                    }
                )
                assert all(read(connection, view.name) == found[-1][view.name, 2] for view in views()), (
                    "the current publication is the second"
                )
    assert found[0] == found[1]
    assert all(found[0].values())


def test_a_budget_row_leads_back_to_its_file(engine: Engine) -> None:
    sent = submission("附件2.docx", form("村干部任职补贴", "1380200.00"))
    night(engine, judged(sent))
    (row,) = shown(engine, "v_budget")
    assert (row["file_name"], row["file_sha256"], row["submission_version"]) == ("附件2.docx", sent.sha256, 1)
    assert (row["total_yuan"], row["total_raw"]) == (Decimal("1380200.00"), "138.02")
    assert (row["county_name"], row["department_code"], row["form_no"]) == ("平罗县", "058", 1)
    assert row["address"].startswith("form 1 · 表1 · 第")


def test_an_indicator_row_has_value_and_text_side_by_side(engine: Engine) -> None:
    rows = [
        indicator(
            "成本指标",
            "补助标准",
            "3万元 /村",
            kind="unit_price",
            operator="=",
            value="30000",
            unit="元/村",
            typed_value="3",
            typed_unit="万元/村",
            conversion="万元→元 ×10000",
        ),
        indicator(
            "质量指标",
            "比例",
            "45%-60%",
            kind="ratio",
            operator="between",
            value="45",
            value_high="60",
            unit="%",
            weight="12.50",
        ),
        indicator("社会效益指标", "治理能力", "有效提升"),
    ]
    rules = [("U02", "warning", 2), ("U07", "info", 2), ("U02", "warning", 2)]
    night(engine, judged(submission("附件2.docx", form("甲", "1.00", *rows, rules=rules))))
    price, ratio, words = shown(engine, "v_indicator")
    assert (price["value"], price["unit"], price["raw"]) == (Decimal(30000), "元/村", "3万元 /村")
    assert (ratio["operator"], ratio["value"], ratio["value_high"]) == ("between", Decimal(45), Decimal(60))
    assert (ratio["findings"], ratio["weight"]) == ("U02,U07", Decimal("12.5"))
    assert (words["kind"], words["value"], words["findings"]) == ("qualitative", None, None)
    assert words["level1"] == "效益指标"
    assert words["address"] == "form 1 · 表1 · 第15行 · 指标值"


def test_status_tells_on_time_late_and_missing(engine: Engine) -> None:
    late = datetime(2023, 4, 3, 0, 30, tzinfo=BEIJING)
    night(
        engine,
        judged(
            submission("a.docx", form("甲", "1.00"), returned("乙"), rules=(("R04", "warning"),)),
            submission("b.docx", rules=(("R01", "error"),)),
            submission("a.docx", form("丙", "1.00"), town=TOULE, received=late),
        ),
    )
    first, second, third = shown(engine, "v_submission_status")
    assert (first["state"], first["verdict"], first["files"]) == ("on_time", "partial", 2)
    assert (first["forms_in"], first["forms_accepted"], first["forms_returned"]) == (2, 1, 1)
    assert (first["errors"], first["warnings"], first["days_late"]) == (2, 1, 0)
    assert (second["state"], second["days_late"], second["verdict"]) == ("late", 3, "accepted")
    assert second["received_at"] == datetime(2023, 4, 2, 16, 30, tzinfo=UTC)
    assert (third["town_code"], third["state"], third["version"]) == (ABSENT, "missing", None)
    assert (third["received_at"], third["days_late"], third["verdict"]) == (None, None, None)


def test_town_summary_adds_up_and_weights_satisfaction_by_money(engine: Engine) -> None:
    night(
        engine,
        judged(
            submission(
                "附件2.docx",
                form("甲", "300000.10", content_with("90")),
                form("乙", "100000.20", content_with("98"), content_with("95")),
                form("丙", "999999.99", people("3")),
                returned("丁", "5.00"),
            ),
            submission("附件2.docx", rules=(("R01", "error"),), town=TOULE),
        ),
    )
    first, second = shown(engine, "v_town_summary")
    assert (first["projects"], first["total_yuan"]) == (3, Decimal("1400000.29"))
    assert first["yuan_per_village"] == Decimal("155555.59")
    # (300000.10 × 90 + 100000.20 × 96.5) / 400000.30
    assert first["satisfaction_target_pct"] == Decimal("91.63")
    assert (first["forms_returned"], first["stale_forms"]) == (1, 0)
    assert (second["projects"], second["total_yuan"], second["satisfaction_target_pct"]) == (
        0,
        Decimal("0.00"),
        None,
    )


def test_a_town_without_villages_has_no_money_per_village(engine: Engine) -> None:
    night(engine, judged(submission("附件2.docx", form("甲", "1.00"), town=ABSENT)))
    (row,) = shown(engine, "v_town_summary")
    assert row["yuan_per_village"] is None


def test_programmes_are_compared_across_towns(engine: Engine) -> None:
    night(
        engine,
        judged(
            submission("附件2.docx", form("宝丰镇2023年度村干部任职补贴", "100.00", people("3"))),
            submission(
                "附件2.docx", form("头闸 村干部（任职）补贴", "100.01", people("2"), people("1")), town=TOULE
            ),
            submission("附件2.docx", form("村干部任职补贴", "5.00", content_with("90")), town=ABSENT),
        ),
    )
    with engine.connect() as connection:
        rows = read(connection, "v_programme_comparison", programme_name="村干部任职补贴")
    assert [(row["town_code"], row["headcount"], row["yuan_per_head"]) for row in rows] == [
        (BAOFENG, Decimal(3), Decimal("33.33")),
        (TOULE, Decimal(2), Decimal("50.01")),
        (ABSENT, None, None),
    ]
    assert {row["county_median_yuan_per_head"] for row in rows} == {Decimal("41.67")}


def test_the_median_of_three_is_the_middle_one(engine: Engine) -> None:
    night(
        engine,
        judged(
            *(
                submission("附件2.docx", form("补贴", total, people("10")), town=town)
                for town, total in ((BAOFENG, "10.00"), (TOULE, "990.00"), (ABSENT, "20.00"))
            )
        ),
    )
    rows = shown(engine, "v_programme_comparison")
    assert {row["county_median_yuan_per_head"] for row in rows} == {Decimal("2.00")}


def test_absurd_numbers_do_not_break_a_view(engine: Engine) -> None:
    night(
        engine,
        judged(submission("附件2.docx", form("甲", "1.00", people("9" * 30), content_with("1" + "0" * 30)))),
    )
    (summary,) = shown(engine, "v_town_summary")
    (programme,) = shown(engine, "v_programme_comparison")
    assert (summary["satisfaction_target_pct"], programme["headcount"]) == (None, None)
    assert shown(engine, "v_indicator")[0]["value"] == Decimal("1E+30")


def test_a_failed_publication_is_not_the_current_one(engine: Engine) -> None:
    night(engine, FIRST)
    before = shown(engine, "v_budget")
    with engine.begin() as connection:
        connection.execute(
            insert(metadata.tables["publication"]),
            {"publication_no": 2, "state": "failed", "run_id": "x", "decided_at": datetime.now(UTC)},
        )
    assert shown(engine, "v_budget") == before


def test_reading_asks_only_for_what_is_there(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(KeyError):
            read(connection, "v_nothing")
        with pytest.raises(KeyError, match="no column"):
            read(connection, "v_budget", nothing=1)
