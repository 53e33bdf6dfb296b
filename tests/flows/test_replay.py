# ruff: noqa: ANN401 - Prefect's states are passed through as they are
"""Judging the archive anew: what would flip by other rules, nothing touched; and as a run that publishes."""

import hashlib
import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.flows.annex import BAOFENG, LATE, TOUZHA, Project, put
from tests.flows.conftest import Huizong, Site, shown_by
from warehouse.engine import open_engine
from warehouse.tables import metadata

pytestmark = pytest.mark.prefect

ROADS, CLEANING = Project("农村道路养护"), Project("环境卫生整治", "6.5", cost="6.5元")
UNBALANCED = Project("文化活动", "10", funded="8")


@pytest.fixture
def published(url: str, office: Site) -> str:
    """Two towns, one form returned (M01), one with a slip of the unit (M03)."""
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS, CLEANING])
    put(office.inbox, TOUZHA, "附件2.txt", [UNBALANCED])
    consolidated()
    return url


def consolidated() -> Any:
    from flows.consolidate import consolidate  # noqa: PLC0415 - after the office has set Prefect's settings

    return consolidate(return_state=True).result()


def replayed() -> Any:
    from flows.replay import replay  # noqa: PLC0415

    return replay(return_state=True)


def everything(url: str, office: Site) -> dict[str, Any]:
    """Every row of the warehouse and every file but the warehouse's own and Prefect's."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            rows: dict[str, Any] = {
                table.name: sorted(map(repr, connection.execute(table.select())))
                for table in metadata.sorted_tables
            }
    finally:
        engine.dispose()
    kept = [
        path for place in (office.inbox, office.root / "var") for path in place.rglob("*") if path.is_file()
    ]
    return rows | {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in kept
        if not path.name.startswith("huizong.db")
    }


def rules_of(name: str, *replacements: tuple[str, str]) -> str:
    """A file of the rules or words with some words in the place of others."""
    package = "schemas.rules" if name == "catalogue.yml" else "schemas.vocabulary"
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


def tried(huizong: Huizong, folder: Path, name: str, text: str, *more: str) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    told: dict[str, Any] = json.loads(huizong("replay", "--dry-run", "--rules", str(folder), "--json", *more))
    return told


def test_todays_rules_flip_nothing_and_nothing_is_touched(
    published: str, office: Site, huizong: Huizong
) -> None:
    before = everything(published, office)
    shutil.rmtree(office.inbox)

    told = huizong("replay", "--dry-run")

    assert "2 个文件、3 张表" in told
    assert "意见、结论和金额都不变" in told
    office.inbox.mkdir()
    after = everything(published, office)
    assert {name: after.get(name) for name in before if "/inbox/" not in name} == {
        name: held for name, held in before.items() if "/inbox/" not in name
    }
    assert after.keys() <= before.keys()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_other_weights_flip_verdicts_by_rule_town_and_form(
    published: str, office: Site, huizong: Huizong, tmp_path: Path
) -> None:
    catalogue = rules_of(
        "catalogue.yml",
        ("{id: M03, heading: 适当性, severity: warning", "{id: M03, heading: 适当性, severity: error"),
        ("{id: M01, heading: 规范性, severity: error", "{id: M01, heading: 规范性, severity: warning"),
    )
    before = everything(published, office)

    told = tried(huizong, tmp_path / "rules", "catalogue.yml", catalogue)

    reweighed = {"appeared": 0, "vanished": 0, "reweighed": 1}
    assert told["rules"] == [{"rule_id": "M01", **reweighed}, {"rule_id": "M03", **reweighed}]
    assert told["towns"] == [
        {"fiscal_year": 2023, "town_name": "头闸镇", "returned": 0, "accepted": 1, **reweighed},
        {"fiscal_year": 2023, "town_name": "宝丰镇", "returned": 1, "accepted": 0, **reweighed},
    ]
    assert [
        (each["project_name"], each["form_no"], each["verdict"], each["rules"]) for each in told["flipped"]
    ] == [
        ("环境卫生整治", 2, "returned", ["M03"]),
        ("文化活动", 1, "accepted", ["M01"]),
    ]
    assert (told["yuan_before"], told["yuan"]) == ("165000.00", "265000.00")
    printed = huizong("replay", "--dry-run", "--rules", str(tmp_path / "rules"))
    assert "通过 → 退回  2023 宝丰镇《附件2.txt》第2张表 环境卫生整治（M03）" in printed
    assert "16.5 万元 → 26.5 万元" in printed
    assert everything(published, office) == before


def test_other_words_and_more_processes_count_too(office: Site, huizong: Huizong, tmp_path: Path) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    put(office.inbox, TOUZHA, "附件2.txt", [ROADS])
    consolidated()
    levels = rules_of("levels.yml", ("数量指标", "数目指标"))

    told = tried(huizong, tmp_path / "rules", "levels.yml", levels, "--workers", "2")

    changed = {each["rule_id"]: each["appeared"] for each in told["rules"]}
    assert changed["R05"] == 2
    assert {each["town_name"] for each in told["towns"]} == {"宝丰镇", "头闸镇"}


def test_rules_that_cannot_be_used_are_a_sentence(office: Site, huizong: Huizong, tmp_path: Path) -> None:
    put(office.inbox, BAOFENG, "附件2.txt", [ROADS])
    consolidated()
    for number, (name, text, told) in enumerate(
        (
            ("catalogue.yml", "- {id: M01}\n- {id: [M03}\n", "catalogue.yml 第 2 行附近写法有误"),
            ("catalogue.yml", "- {id: M03, severity: fatal}", "不能用"),
            ("units.yml", "operators: 5", "不能用"),
            ("rules.yml", "", "文件名只能是 catalogue.yml"),
            ("notes.txt", "", "里没有规则目录或词表"),
        )
    ):
        folder = tmp_path / f"rules{number}"
        folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")

        said = huizong("replay", "--dry-run", "--rules", str(folder), code=2)

        assert told in said
        assert str(folder) in said


def test_usage(office: Site, huizong: Huizong) -> None:
    assert "先运行 huizong run" in huizong("replay", "--dry-run", code=2)
    assert "先运行 huizong run" in huizong("replay", code=2)
    assert "只能和 --dry-run 一起用" in huizong("replay", "--rules", str(office.root), code=2)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_file_that_is_gone_stays_behind_those_that_are_there(url: str, office: Site) -> None:
    """What both say is held against the one that is gone: nobody can mend it any more."""
    sent = put(office.inbox, BAOFENG, "附件2.txt", [ROADS, CLEANING])
    consolidated()
    sent.unlink()
    put(office.inbox, BAOFENG, "改正.txt", [Project("环境卫生整治", "7")], LATE)
    consolidated()
    kept = shown_by(url)

    assert replayed().name == "NothingNew"
    assert shown_by(url) == kept


def test_as_a_run_it_judges_what_lies_no_more_in_the_inbox(
    published: str, office: Site, huizong: Huizong, monkeypatch: pytest.MonkeyPatch
) -> None:
    [slip] = json.loads(huizong("findings", "--rule", "M01", "--json"))
    huizong("accept", slip["finding_id"], "--by", "李审核", "--note", "另有捐款", "--waive")
    consolidated()
    put(office.inbox, TOUZHA, "附件2.txt.撤回", []).write_bytes(b"")
    (office.inbox / "2023" / BAOFENG / "附件2.txt").unlink()
    consolidated()
    kept = shown_by(published)
    shutil.rmtree(office.inbox)

    unchanged = replayed()
    assert unchanged.name == "NothingNew"
    assert "存档的 1 个文件重审后结论不变" in dict(unchanged.result().lines())["汇总"]
    assert shown_by(published) == kept

    county = yaml.safe_load((files("schemas") / "counties" / "640221.yml").read_text(encoding="utf-8"))
    county["severities"] = {"M03": {"severity": "error", "reason": "本县从严"}}
    (office.root / "county.yml").write_text(yaml.safe_dump(county, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("HUIZONG_COUNTY", str(office.root / "county.yml"))
    stricter = replayed()

    assert stricter.name == "CompletedWithReturns"
    assert [
        (row["rule_id"], row["severity"]) for row in shown_by(published)["v_finding"] if row["form_no"] == 2
    ] == [("M03", "error")]
    told = {
        row["rule_id"]: row["value"] for row in shown_by(published)["v_finding"] if row["form_no"] is None
    }
    assert (told["S08"], told["S09"]) == ("附件2.txt", "附件2.txt")
    assert {row["town_name"] for row in shown_by(published)["v_budget"]} == {"宝丰镇"}
