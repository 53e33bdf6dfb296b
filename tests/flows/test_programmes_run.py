# ruff: noqa: ANN401 - Prefect's states are passed through as they are
"""From files in the inbox to comparable towns: a run, the list of programmes, a decision, and the run that applies it."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.flows.annex import Project, put
from tests.flows.conftest import Site, shown_by
from tests.support.letters import shown_in

pytestmark = pytest.mark.prefect

PAY = {
    "640221100-城关镇": ("村委会办公经费", "48"),
    "640221101-黄渠桥镇": ("村级办公经费", "42"),
    "640221102-宝丰镇": ("宝丰镇村委会办公经费", "27"),
    "640221103-头闸镇": ("村级组织办公经费", "36"),
    "640221104-姚伏镇": ("行政村办公经费", "57"),
    "640221105-崇岗镇": ("村委会办公经费", "81"),
}
"""3 万元 a village by the county's division list; 崇岗镇 9."""


@pytest.fixture
def huizong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        from flows.cli import main  # noqa: PLC0415

        monkeypatch.setattr(sys, "argv", ["huizong", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code
        return capsys.readouterr().out

    return run


def consolidated(warehouse: str) -> Any:
    from flows.consolidate import consolidate  # noqa: PLC0415 - after the office has set Prefect's settings

    return consolidate(return_state=True, year=2023, warehouse=warehouse)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_from_the_inbox_to_towns_that_can_be_compared(
    kind: str, office: Site, huizong: Callable[..., str], request: pytest.FixtureRequest
) -> None:
    url = office.warehouse_url if kind == "sqlite" else request.getfixturevalue("postgres_url")
    for town, (name, wan) in PAY.items():
        extra = Project("护林防火经费" if town.endswith("宝丰镇") else "森林防火经费", "3")
        put(office.inbox, town, "附件2.txt", [Project(name, wan), extra])
    summary = consolidated(url).result()
    rows = [row for row in shown_by(url)["v_finding"] if row["rule_id"].startswith("Y")]
    assert [(row["town_name"], row["rule_id"], row["value"]) for row in rows] == [
        ("崇岗镇", "Y01", "90000元/村")
    ]
    assert "全县 6 个乡镇同类项目" in summary.page.read_text(encoding="utf-8")
    letters = {path.name for path in summary.letters.glob("*.docx") if "Y01" in shown_in(path.read_bytes())}
    assert letters == {"640221105-崇岗镇.docx"}

    told = json.loads(huizong("programmes", "--json", "--warehouse", url))
    assert [(each["programme"], len(each["members"])) for each in told["programmes"]] == [
        ("护林防火经费", 1),
        ("村委会办公经费", 4),
        ("森林防火经费", 1),
    ]
    assert "护林防火经费　与　森林防火经费　相近 75%" in huizong("programmes", "--review", "--warehouse", url)
    kept = huizong(
        "programmes", "--merge", "护林防火经费", "森林防火经费", "--by", "张三", "--warehouse", url
    )
    assert "下次 huizong run 生效" in kept
    assert "生效" in huizong("programmes", "--warehouse", url)

    consolidated(url)
    comparison = shown_by(url)["v_programme_comparison"]
    assert len([row for row in comparison if row["programme_name"] == "森林防火经费"]) == 6
    assert "没有拿不准的名称" in huizong("programmes", "--review", "--warehouse", url)
    assert "没有新的内容" in dict(consolidated(url).result().lines())["汇总"]
