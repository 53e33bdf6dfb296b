"""The rules of letter Y on the warehouse, on both engines: what is planted is found, whatever way it was loaded."""

from typing import Any

import pytest
from sqlalchemy import Engine

from schemas.county import Override
from tasks.check import audit
from tasks.letters import town_letters
from tasks.published import read_published
from tests.support.comparing import SIX, TOWNS, files, form, found, night
from tests.support.judgements import Sent, Told, returned
from tests.support.letters import shown_in
from warehouse.ledger import current_publication
from warehouse.tables import fact_finding, is_compared
from warehouse.views import read

COPIED = "坚持定人定岗定责、月初有安排月底有通报，确保件件有着落事事有回音"
SIGNS = "零甲乙丙丁戊己"
ROADS = "乡村道路养护费"


def last_year() -> dict[int, list[Told]]:
    told = {
        town: [form("村干部任职补贴", "300000", "10"), form("村委会办公经费", "300000"), form(ROADS, "50000")]
        for town in range(1, 7)
    }
    told[2].append(form("河长制工作经费", "40000"))
    told[5].append(form("禁毒工作经费", "20000"))
    return told


def this_year() -> dict[int, list[Told]]:
    """Planted: two towns out of line (Y01), two that jump (Y02), three that copy (Y03), two that dropped one (Y04)."""
    names = ["村干部任职补贴", "村干部报酬", "村两委干部补贴", "村干部工资", "村干部补贴", "村干部任职补贴"]
    pay = {1: "300000", 2: "310000", 3: "295000", 4: "305000", 5: "590000", 6: "300000"}
    told = {
        town: [
            # 9 万元 a head in town 3: its people, not its money, are out of line.
            form(names[town - 1], pay[town], "3" if town == 3 else "10"),
            form("村级办公经费", "140000" if town == 4 else "300000"),
            form("农村公路养护经费", "160000" if town == 1 else "50000"),
        ]
        for town in range(1, 7)
    }
    for town in (2, 4, 6):
        told[town].append(form("禁毒专项经费", "20000", goal=f"{SIGNS[town]}{COPIED}{SIGNS[town]}"))
    told[5].append(form("人大代表活动经费", "20000", goal=f"戊{COPIED[:24]}戊"))
    return told


PLANTED = [
    (1, "Y02", 3, "16万元", "与上年 5万元 相近"),
    (2, "Y03", 4, COPIED, "针对本乡镇的目标"),
    (2, "Y04", None, "河长制工作经费", "每年都做的项目继续报送"),
    (3, "Y01", 1, "98333.33元/人", "与中位数 30750元/人 相近"),
    (4, "Y01", 2, "14000元/村", "与中位数 30000元/村 相近"),
    (4, "Y02", 2, "14万元", "与上年 30万元 相近"),
    (4, "Y03", 4, COPIED, "针对本乡镇的目标"),
    (5, "Y04", None, "禁毒工作经费", "每年都做的项目继续报送"),
    (6, "Y03", 4, COPIED, "针对本乡镇的目标"),
]


def both_years() -> list[list[Sent]]:
    return [files(last_year(), 2023), files(this_year(), 2024)]


def by_town(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: (row[0], row[1]))


def test_what_is_planted_is_found_and_nothing_else(engine: Engine) -> None:
    night(engine, both_years())
    assert by_town(found(engine)) == PLANTED


@pytest.mark.parametrize("chunks", [1, 5])
def test_the_size_of_a_chunk_and_the_order_of_towns_do_not_matter(engine: Engine, chunks: int) -> None:
    sent = [each for batch in both_years() for each in batch][::-1]
    size = -(-len(sent) // chunks)
    night(engine, [sent[start : start + size] for start in range(0, len(sent), size)])
    assert by_town(found(engine)) == PLANTED


def test_a_second_night_and_judging_all_again_change_nothing(engine: Engine) -> None:
    night(engine, both_years())
    again = night(engine, both_years(), run_id="again")
    assert (again.new_versions, again.rows_inserted, again.rows_closed) == (0, 0, 0)
    idle = night(engine, [], run_id="idle")
    assert (idle.rows_inserted, idle.rows_closed) == (0, 0)


def test_a_finding_that_is_mended_closes_and_the_others_stay_open(engine: Engine) -> None:
    night(engine, both_years())
    mended = this_year()
    mended[1] = [*mended[1][:2], form("农村公路养护经费", "55000")]
    mended[2] = [*mended[2], form("河长制经费", "40000")]
    night(engine, [files({town: mended[town] for town in (1, 2)})], run_id="second")
    left = [row for row in PLANTED if row[:2] not in ((1, "Y02"), (2, "Y04"))]
    assert by_town(found(engine)) == left
    assert by_town(found(engine, 1)) == PLANTED
    with engine.connect() as connection:
        spans = {
            (row.town_code, row.rule_id): (row.pub_from, row.pub_to)
            for row in connection.execute(fact_finding.select().where(is_compared()))
            if row.town_code != TOWNS[1]
        }
    assert spans[TOWNS[0], "Y02"] == (1, 2)
    assert {span for place, span in spans.items() if place != (TOWNS[0], "Y02")} == {(1, None)}


def test_what_the_publication_shows_passes_the_audit(engine: Engine) -> None:
    night(engine, both_years())
    with engine.connect() as connection:
        number = current_publication(connection)
    assert audit(engine, number).failures == ()


def test_the_findings_reach_the_town_with_their_address(engine: Engine) -> None:
    night(engine, both_years())
    with engine.connect() as connection:
        published = read_published(connection)
        rows = {row["rule_id"]: row for row in read(connection, "v_finding")}
    letter = shown_in(town_letters(published, "平罗县")[f"{TOWNS[3]}-4号镇.docx"])
    assert "14000元/村，全县 6 个乡镇同类项目（村委会办公经费）的中位数是 30000元/村" in letter
    assert "2号镇、6号镇" in letter
    assert rows["Y01"]["address"].startswith("form 2 · 表2 · ")
    assert (rows["Y03"]["file_name"], rows["Y03"]["severity"]) == ("附件2.docx", "info")
    assert rows["Y04"]["file_name"] is None
    assert rows["Y04"]["address"].startswith("2023年度《附件2.docx》 · form 4 · ")


def test_a_returned_form_has_neither_vanished_nor_jumped(engine: Engine) -> None:
    told = this_year()
    told[2].append(returned("河长制经费"))
    told[1] = [*told[1], returned("农村道路养护")]
    night(engine, [files(last_year(), 2023), files(told)])
    assert by_town(found(engine)) == [row for row in PLANTED if row[:2] not in ((1, "Y02"), (2, "Y04"))]


def test_without_last_year_nothing_jumps_and_nothing_vanishes(engine: Engine) -> None:
    night(engine, [files(this_year())])
    assert by_town(found(engine)) == [row for row in PLANTED if row[1] in ("Y01", "Y03")]


def test_a_county_switches_a_rule_off_and_makes_another_heavier(engine: Engine) -> None:
    night(engine, both_years())
    severities = {
        "Y03": Override(severity="off", reason="目标由县里统一拟定"),
        "Y04": Override(severity="warning", reason="本县要求说明"),
    }
    night(engine, [], SIX.model_copy(update={"severities": severities}), run_id="second")
    assert by_town(found(engine)) == [row for row in PLANTED if row[1] != "Y03"]
    with engine.connect() as connection:
        gone = [row for row in read(connection, "v_finding") if row["rule_id"] == "Y04"]
    assert {row["severity"] for row in gone} == {"warning"}
