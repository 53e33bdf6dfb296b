# ruff: noqa: ANN401 - Prefect's states are passed through as they are
"""Answering back: corrections and waivers from the terminal, through a run, to the views; and what makes them void."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.flows.annex import BAOFENG, LATE, TOUZHA, Project, put
from tests.flows.conftest import Huizong, Site, shown_by
from tests.support.letters import shown_in
from warehouse.engine import open_engine
from warehouse.tables import correction

pytestmark = pytest.mark.prefect

ROADS = Project("农村道路养护")
SLIPPED = Project("环境卫生整治", "6.5", cost="6.5元")
UNBALANCED = Project("文化活动", "10", funded="8")


def consolidated() -> Any:
    from flows.consolidate import consolidate  # noqa: PLC0415 - after the office has set Prefect's settings

    return consolidate(return_state=True, year=2023).result()


def found(huizong: Huizong, rule: str) -> dict[str, Any]:
    [row] = json.loads(huizong("findings", "--rule", rule, "--json"))
    return dict(row)


def archived(office: Site) -> dict[str, str]:
    files = (path for path in (office.root / "var" / "archive").rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def ledger(url: str) -> list[tuple[Any, ...]]:
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            table = correction.c
            query = select(table.kind, table.rule_id, table.old_value, table.new_value, table.void_from)
            return [tuple(row) for row in connection.execute(query.order_by(table.decision_no))]
    finally:
        engine.dispose()


def cost_of(url: str, project: str) -> dict[str, Any]:
    [row] = [
        row
        for row in shown_by(url)["v_indicator"]
        if (row["project_name"], row["level2"]) == (project, "成本指标")
    ]
    return row


def test_a_correction_counts_from_the_next_run_until_a_new_version_comes(
    url: str, office: Site, huizong: Huizong
) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS, SLIPPED])
    consolidated()
    before = archived(office)
    finding = found(huizong, "M03")
    assert finding["finding_id"] in huizong("findings", "--rule", "M03")
    said = huizong("accept", finding["finding_id"], "--by", "张三", "--note", "电话核对过")
    assert "由“6.5元”更正为“6.5万元”（张三）；下次 huizong run 生效" in said
    assert cost_of(url, "环境卫生整治")["is_corrected"] is False  # not before a run
    summary = consolidated()
    assert summary.is_new
    assert dict(summary.lines())["答复"] == "采用由人确认的更正 1 处"
    row = cost_of(url, "环境卫生整治")
    assert (row["raw"], row["corrected_raw"], row["is_corrected"]) == ("6.5元", "6.5万元", True)
    assert (row["value"], row["unit"], row["findings"]) == (Decimal(65000), "元", None)
    assert json.loads(huizong("findings", "--rule", "M03", "--json")) == []
    assert [r["is_corrected"] for r in shown_by(url)["v_indicator"]].count(True) == 1
    assert not any(r["is_corrected"] for r in shown_by(url)["v_budget"])
    assert archived(office) == before
    assert not consolidated().is_new

    put(office.inbox, BAOFENG, "附件2.txt", [ROADS, SLIPPED, Project("护林防火", "3")], LATE)
    summary = consolidated()
    assert dict(summary.lines())["失效"] == (
        "宝丰镇《附件2.txt》M03 的更正“6.5万元”（张三）：文件有了新版，不再采用"
    )
    row = cost_of(url, "环境卫生整治")
    assert (row["is_corrected"], row["corrected_raw"], row["findings"]) == (False, None, "M03")
    assert found(huizong, "M03")["finding_id"] != finding["finding_id"]
    assert ledger(url) == [("correction", "M03", "6.5元", "6.5万元", summary.publication)]
    assert "失效" not in dict(consolidated().lines())


def test_a_waived_error_returns_no_form_and_stays_in_sight(url: str, office: Site, huizong: Huizong) -> None:
    put(office.inbox, TOUZHA, "附件2.txt", [ROADS, UNBALANCED])
    assert consolidated().published.forms_returned == 1
    finding = found(huizong, "M01")
    huizong("accept", finding["finding_id"][:8], "--by", "李四", "--note", "另有捐款 2 万元", "--waive")
    summary = consolidated()
    assert summary.published.forms_returned == 0
    assert dict(summary.lines())["答复"] == "豁免意见 1 条"
    views = shown_by(url)
    [row] = [row for row in views["v_finding"] if row["rule_id"] == "M01"]
    assert (row["state"], row["decided_by"], row["note"], row["severity"]) == (
        "waived",
        "李四",
        "另有捐款 2 万元",
        "error",
    )
    assert {row["project_name"] for row in views["v_budget"]} == {"农村道路养护", "文化活动"}
    [status] = [row for row in views["v_submission_status"] if row["town_name"] == "头闸镇"]
    assert (status["verdict"], status["forms_returned"], status["errors"]) == ("accepted", 0, 0)
    assert "李四 已豁免：另有捐款 2 万元" in huizong("findings", "--rule", "M01")
    assert not any("M01" in shown_in(path.read_bytes()) for path in summary.letters.glob("*.docx"))
    assert "李四" in summary.page.read_text(encoding="utf-8")

    said = huizong("accept", finding["finding_id"], "--by", "李四", "--note", "捐款没有到", "--undo")
    assert "M01 的意见以前的决定撤销" in said
    summary = consolidated()
    assert summary.published.forms_returned == 1
    assert {row["project_name"] for row in shown_by(url)["v_budget"]} == {"农村道路养护"}


def test_a_sum_can_be_corrected_and_all_views_show_it(url: str, office: Site, huizong: Huizong) -> None:
    put(office.inbox, TOUZHA, "附件2.txt", [ROADS, Project("文化活动", "10", funded="8", cost="8万元")])
    consolidated()
    finding = found(huizong, "M01")
    refused = huizong("accept", finding["finding_id"], "--by", "王五", "--note", "抄错", code=2)
    assert "没有可以直接采用的改法；请用 --value" in refused
    signed = ("--by", "王五", "--note", "抄错")
    refused = huizong("accept", finding["finding_id"], *signed, "--value", "约八万", code=2)
    assert "这一格是金额，“约八万”不是一个可以入账的数" in refused
    assert "单位万元，如 12.5" in refused
    huizong("accept", finding["finding_id"], *signed, "--value", "8")
    assert consolidated().published.total_yuan == Decimal("180000.00")
    [row] = [row for row in shown_by(url)["v_budget"] if row["project_name"] == "文化活动"]
    assert (row["total_yuan"], row["total_raw"], row["is_corrected"]) == (Decimal("80000.00"), "10", True)
    assert {row["is_corrected"] for row in shown_by(url)["v_funding"]} == {False}
    # The finding is mended and published no more; its id still names the decision.
    assert "以前已经这样决定过" in huizong(
        "accept", finding["finding_id"], "--by", "王五", "--note", "抄错", "--value", "8"
    )
    huizong("accept", finding["finding_id"], "--by", "王五", "--note", "仍以原表为准", "--undo")
    assert consolidated().published.total_yuan == Decimal("100000.00")


def test_a_town_that_need_not_send_can_be_let_off(office: Site, huizong: Huizong) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    consolidated()
    rows = json.loads(huizong("findings", "--rule", "S03", "--town", "姚伏镇", "--json"))
    huizong("accept", rows[0]["finding_id"], "--by", "张三", "--note", "本年没有项目", "--waive")
    assert consolidated().is_new
    [row] = json.loads(huizong("findings", "--rule", "S03", "--town", "姚伏镇", "--json"))
    assert (row["state"], row["note"]) == ("waived", "本年没有项目")
    assert not consolidated().is_new


def test_an_id_is_the_same_every_day_and_in_every_warehouse(
    office: Site, huizong: Huizong, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [SLIPPED])
    consolidated()
    first = found(huizong, "M03")["finding_id"]
    monkeypatch.setenv("HUIZONG_WAREHOUSE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    consolidated()
    assert found(huizong, "M03")["finding_id"] == first


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ID", "--note", "对"], "请用 --by 写明由谁决定"),
        (["ID", "--by", " ", "--note", "对"], "请用 --by 写明由谁决定"),
        (["ID", "--by", "张三"], "请用 --note 写明理由"),
        (["ID", "--by", "张三", "--note", "对", "--waive", "--value", "1"], "一次只能用一个"),
        (["ID", "--by", "张三", "--note", "对", "--value", " "], "不能是空的"),
        (["ID", "--by", "张三", "--note", "对", "--value", "6.5元"], "这一格写的就是“6.5元”"),
        (["ID", "--by", "张三", "--note", "对", "--undo"], "没有作过决定"),
        (["0000000000", "--by", "张三", "--note", "对"], "没有编号为“0000000000”的意见"),
        (["M03", "--by", "张三", "--note", "对"], "没有编号为“M03”的意见；请照 huizong findings"),
    ],
)
def test_what_cannot_be_decided_is_a_sentence(
    office: Site, huizong: Huizong, arguments: list[str], says: str
) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [SLIPPED])
    consolidated()
    name = found(huizong, "M03")["finding_id"]
    told = huizong("accept", *[name if each == "ID" else each for each in arguments], code=2)
    assert says in told
    assert len(told.strip().splitlines()) == 1
    assert ledger(office.warehouse_url) == []


def test_what_is_about_no_cell_and_what_was_not_read(office: Site, huizong: Huizong) -> None:
    path = put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    path.with_name("附件3.docx").write_bytes(b"PK\x03\x04 no document at all")
    consolidated()
    broken = found(huizong, "R01")["finding_id"]
    signed = ("--by", "张三", "--note", "对")
    assert "不能豁免" in huizong("accept", broken, *signed, "--waive", code=2)
    assert "不是针对某一格" in huizong("accept", broken, *signed, "--value", "甲", code=2)


def test_check_knows_nothing_of_it(office: Site, huizong: Huizong) -> None:
    path = put(office.inbox, BAOFENG, "附件2.txt", [SLIPPED])
    consolidated()
    huizong("accept", found(huizong, "M03")["finding_id"], "--by", "张三", "--note", "对")
    consolidated()
    [answer] = [json.loads(huizong("check", str(path), "--json"))]
    assert [each["rule"] for each in answer["findings"]] == ["M03"]
