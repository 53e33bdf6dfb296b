"""The command line: what it loads, what it answers, and how it leaves."""

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from flows.cli import app
from flows.opening import refuse_other_county, warehouse_faults
from flows.screen import print_answer
from schemas.county import County, Town
from schemas.yaml_faults import BrokenTableError
from tasks.faults import NotPublishedError
from tasks.reference import stage_reference
from tasks.settings import load_settings
from tests.flows.annex import BAOFENG, Project, annex, put
from tests.flows.conftest import Site, command, process_environment
from warehouse.engine import open_engine
from warehouse.ledger_tables import publication

ROADS, CLEANING = Project("农村道路养护"), Project("环境卫生整治", "6.5")
SLIPPED = Project("环境卫生整治", "6.5", cost="6.5元")
UNBALANCED = Project("文化活动", "10", funded="8")


@pytest.fixture
def huizong(site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Huizong":
    for name in ("HUIZONG_COUNTY", "HUIZONG_INBOX"):
        monkeypatch.delenv(name, raising=False)
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(site.root)
    return Huizong(monkeypatch, capsys)


class Huizong:
    """Runs ``main`` in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        from flows.cli import main  # noqa: PLC0415

        self.monkeypatch.setattr(sys, "argv", ["huizong", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        said = self.capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err


def write(path: Path, *projects: Project) -> Path:
    path.write_text(annex(projects), encoding="utf-8")
    return path


def modules_after(site: Site, *arguments: str | Path) -> set[str]:
    """Modules loaded by a process that has run ``huizong`` with these arguments."""
    script = (
        "import contextlib, sys\n"
        "from flows.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main()\n"
        "print('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=site.root,
        env=process_environment({}),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("LOADED ")[2].split())


def test_check_loads_neither_prefect_nor_a_database_nor_the_audit(site: Site) -> None:
    file = write(site.root / "附件2.txt", ROADS)
    loaded = modules_after(site, "check", file)
    assert "pandera" in loaded
    assert not loaded & {"prefect", "great_expectations", "sqlalchemy", "warehouse", "alembic"}


def test_help_loads_not_even_pandas(site: Site) -> None:
    loaded = modules_after(site, "--help")
    assert "typer" in loaded
    assert not loaded & {"pandas", "pandera", "prefect", "great_expectations", "sqlalchemy", "lxml"}


@pytest.mark.parametrize(
    "command", [[], *([each.callback.__name__] for each in app.registered_commands if each.callback)]
)
def test_help_stands_whole_on_a_narrow_screen(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = CliRunner().invoke(app, [*command, "--help"])

    assert told.exit_code == 0
    assert "…" not in told.output.replace("：….xlsx 或 ….docx", "")


def test_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).output == f"huizong {version('huizong')}\n"


def test_check_of_a_sound_file(huizong: Huizong, site: Site) -> None:
    code, out, err = huizong("check", write(site.root / "附件2.txt", ROADS))
    assert (code, err) == (0, "")
    assert "《附件2.txt》 通过" in out
    assert "农村道路养护" in out


def test_check_names_each_finding_with_address_expectation_and_action(huizong: Huizong, site: Site) -> None:
    code, out, _ = huizong("check", write(site.root / "附件2.txt", ROADS, SLIPPED))
    assert code == 0  # a warning loads
    [line] = [line for line in out.splitlines() if "M03" in line]
    for part in ("提醒", "第2张表 · 表2 · 第14行 · 指标值", "6.5元", "应为：6.5万元", "请把指标值改为"):
        assert part in line
    assert out.index("第2张表") < out.index("M03")


def test_check_of_a_form_that_goes_back(huizong: Huizong, site: Site) -> None:
    code, out, _ = huizong("check", write(site.root / "附件2.txt", ROADS, UNBALANCED))
    assert code == 1
    assert "《附件2.txt》 部分退回" in out


def test_check_json_is_the_contract(huizong: Huizong, site: Site) -> None:
    code, out, _ = huizong("check", "--json", write(site.root / "附件2.txt", SLIPPED))
    answer = json.loads(out)
    assert code == 0
    assert list(answer) == ["file", "sha256", "verdict", "rules_version", "forms", "findings"]
    [form] = answer["forms"]
    assert {name: value for name, value in form.items() if name != "indicators"} == {
        "form": 1,
        "verdict": "accepted",
        "fiscal_year": 2023,
        "project_name": "环境卫生整治",
        "department_code": "058",
        "department_name": "平罗县宝丰镇人民政府",
        "implementing_unit": "平罗县宝丰镇人民政府",
        "attribute": "一年期项目",
        "period_start": "2023-01-01",
        "period_end": "2023-12-31",
        "total_yuan": "65000.00",
        "funding": [{"source": "财政拨款", "amount_yuan": "65000.00"}],
        "goal": "按时完成环境卫生整治的各项任务。",
    }
    by_kind: dict[str, Any] = {each["kind"]: each for each in form["indicators"]}
    assert by_kind["money"] == {
        "level1": "产出指标",
        "level2": "成本指标",
        "level3": "环境卫生整治经费总额",
        "raw": "6.5元",
        "kind": "money",
        "operator": "=",
        "value": "6.50",
        "value_high": None,
        "unit": "元",
        "deadline": None,
        "weight": None,
        "address": "form 1 · 表1 · 第14行 · 指标值",
    }
    assert (by_kind["ratio"]["value"], by_kind["ratio"]["unit"]) == ("95", "%")
    assert (by_kind["deadline"]["deadline"], by_kind["deadline"]["value"]) == ("2023-12-31", None)
    assert (by_kind["qualitative"]["value"], by_kind["qualitative"]["operator"]) == (None, None)
    [finding] = answer["findings"]
    assert list(finding) == [
        "rule",
        "severity",
        "form",
        "address",
        "value",
        "expected",
        "message",
        "action",
    ]
    assert (finding["rule"], finding["value"], finding["expected"]) == ("M03", "6.5元", "6.5万元")


def test_several_files_are_judged_as_one_town(huizong: Huizong, site: Site) -> None:
    first, second = write(site.root / "一.txt", ROADS), write(site.root / "二.txt", ROADS, CLEANING)
    code, out, _ = huizong("check", first, second, "--json")
    answers = json.loads(out)
    assert [answer["file"] for answer in answers] == ["一.txt", "二.txt"]
    assert code == 1
    assert "X02" in {each["rule"] for answer in answers for each in answer["findings"]}


def test_check_offline_says_nothing_about_who_and_when(huizong: Huizong, site: Site) -> None:
    _, out, _ = huizong("check", "--json", write(site.root / "附件2.txt", ROADS, UNBALANCED))
    assert not [each for each in json.loads(out)["findings"] if each["rule"].startswith("S")]


def test_check_of_what_is_no_submission(huizong: Huizong, site: Site) -> None:
    file = site.root / "通知.txt"
    file.write_text("各乡镇：请按时报送。", encoding="utf-8")
    code, out, _ = huizong("check", file)
    assert code == 2
    assert "R03" in out
    assert "R04" not in out
    # What the readers saw is told beside it.
    code, out, _ = huizong("check", file.rename(site.root / "通知.docx"))
    assert code == 2
    assert "R03" in out
    assert "R04" in out
    file = site.root / "通知.docx"
    code, out, _ = huizong("check", write(site.root / "附件2.txt", ROADS), file)
    assert code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check"], "没有指定文件；请写明"),
        (["check", "没有.docx"], "找不到文件 没有.docx；请检查"),
        (["check", "."], "是文件夹，不是文件；请写明"),
        (["findings", "--town", "幸福镇"], "没有“幸福镇”这个乡镇；请写"),
        (["findings", "--rule", "zz9"], "没有“ZZ9”这条规则；编号是"),
        (["findings", "--severity", "bad"], "没有“bad”这种程度；请写"),
        (["status"], "还没有建立；请先运行 huizong run"),
        (["status", "--warehouse", "mysql://x"], "不支持的数据库：mysql"),
        (["db", "upgrade", "--warehouse", "nonsense"], "数据仓库地址写得不对"),
        (["run", "--inbox", "没有"], "收文文件夹 没有 不存在；请用 --inbox"),
        (["run", "--warehouse", "nonsense"], "数据仓库地址写得不对"),
    ],
)
def test_wrong_use_is_one_sentence_with_a_remedy_and_leaves_with_2(
    huizong: Huizong, arguments: list[str], says: str
) -> None:
    code, out, err = huizong(*arguments)
    assert code == 2
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [["nonsense"], ["run", "--year", "soon"], ["run", "--workers", "0"]])
def test_an_unknown_command_or_option_value_is_usage(huizong: Huizong, arguments: list[str]) -> None:
    code, _, err = huizong(*arguments)
    assert code == 2
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("setting", "says"),
    [("HUIZONG_OUT={file}/out", "报告文件夹"), ("HUIZONG_WAREHOUSE_URL=sqlite:///{file}/x.db", "无法写入")],
)
def test_a_place_that_cannot_be_written_is_not_published(
    huizong: Huizong, site: Site, monkeypatch: pytest.MonkeyPatch, setting: str, says: str
) -> None:
    # A file where a folder should be: refused for every user, also for root.
    blocker = site.root / "blocker"
    blocker.write_text("", encoding="utf-8")
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value.format(file=blocker))
    put(site.inbox, BAOFENG, "附件2.txt", [ROADS])
    code, _, err = huizong("run", "--year", "2023")
    assert code == 1
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["run", "--year", "2023"], ["replay"]])
def test_a_warehouse_of_another_county_is_left_alone(
    huizong: Huizong, site: Site, arguments: list[str]
) -> None:
    huizong("db", "upgrade")
    put(site.inbox, BAOFENG, "附件2.txt", [ROADS])
    elsewhere = County(code="640106", name="金凤区", due={}, towns=(Town(code="640106100", name="良田镇"),))
    engine = open_engine(site.warehouse_url)
    stage_reference(engine, elsewhere, [2023], 1)
    refuse_other_county(engine, load_settings().loaded_county)
    with engine.begin() as connection:
        connection.execute(
            insert(publication).values(
                publication_no=1, state="published", run_id="1", decided_at=datetime.now(UTC)
            )
        )
    engine.dispose()

    code, _, err = huizong(*arguments)

    assert code == 2
    assert "这个数据仓库汇总的是金凤区（640106），而县设置是平罗县（640221）；请用 HUIZONG_COUNTY" in err


@pytest.mark.parametrize("unknown", [5, 6])
def test_many_cells_nobody_knows_may_be_a_template_of_its_own(unknown: int) -> None:
    finding = {"rule": "R05", "severity": "warning", "form": 1, "address": "", "message": "", "action": ""}
    answer = {"file": "a.docx", "verdict": "accepted", "forms": []}
    out = Console(record=True, width=200)
    print_answer(out, {**answer, "findings": [{**finding, "expected": "", "value": ""}] * unknown})
    assert ("请财政局把其中的栏目名补进县设置的 words" in out.export_text()) == (unknown == 6)


def test_a_prefect_server_that_does_not_answer_is_a_sentence(
    huizong: Huizong, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site.inbox, BAOFENG, "附件2.txt", [ROADS])
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    code, _, err = huizong("run", "--year", "2023")
    assert (code, err.count("\n")) == (1, 1)
    assert "Prefect 服务器 http://127.0.0.1:9/api 没有应答，没有发布" in err


def test_a_slip_in_a_file_of_words_or_rules_is_usage(
    huizong: Huizong, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slipped(*_: object) -> None:
        raise BrokenTableError("schemas.vocabulary", "units.yml", "第3行附近不是正确的 YAML")

    monkeypatch.setattr("tasks.offline.check", slipped)
    code, _, err = huizong("check", write(site.root / "附件2.txt", ROADS))
    assert (code, err) == (2, "schemas/vocabulary/units.yml 第3行附近不是正确的 YAML\n")


def test_a_warehouse_that_fails_underway_is_a_sentence() -> None:
    cause = sqlite3.OperationalError("attempt to write a readonly database")
    with pytest.raises(NotPublishedError, match=r"readonly database.*没有发布，请检查"), warehouse_faults():
        raise OperationalError("UPDATE lock", {}, cause)


def test_a_county_that_does_not_validate_is_usage(
    huizong: Huizong, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = site.root / "county.yml"
    county.write_text("code: 12", encoding="utf-8")
    monkeypatch.setenv("HUIZONG_COUNTY", str(county))
    code, _, err = huizong("check", write(site.root / "附件2.txt", ROADS))
    assert code == 2
    assert f"县设置文件 {county} 的“code”不对" in err


def test_an_empty_warehouse_has_nothing_to_show_and_that_is_fine(huizong: Huizong) -> None:
    assert huizong("db", "upgrade")[0] == 0
    for name in ("status", "findings"):
        code, out, _ = huizong(name)
        assert (code, out) == (0, "还没有发布过任何汇总；请先运行 huizong run。\n")
        code, out, _ = huizong(name, "--year", "2019")
        assert (code, out[:15]) == (0, "没有发布过 2019 年度的汇")
    assert huizong("status", "--json")[:2] == (0, "[]\n")
    assert huizong("findings", "--severity", "退回")[0] == 0


def test_the_dictionary_is_written_to_standard_output(huizong: Huizong) -> None:
    code, out, _ = huizong("db", "dictionary")
    assert code == 0
    assert "v_submission_status" in out


def test_a_name_with_control_characters_cannot_forge_a_line(site: Site) -> None:
    file = site.root / "附件\n\x1b[31m通过.txt"
    file.write_text(annex([ROADS]), encoding="utf-8")
    done = command("check", file, cwd=site.root)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "《附件 ⟨U+001B⟩[31m通过.txt》" in done.stdout


def test_template_writes_blank_forms_of_the_year(huizong: Huizong, site: Site) -> None:
    code, out, _ = huizong("template", "--year", "2024", "--forms", "3", site.root / "表样.docx")
    assert (code, out) == (0, f"空白表样写在 {site.root / '表样.docx'}：2024年度，3 张。\n")
    code, out, _ = huizong("check", "--json", site.root / "表样.docx")
    answer = json.loads(out)
    assert code == 1
    assert [form["fiscal_year"] for form in answer["forms"]] == [2024, 2024, 2024]
