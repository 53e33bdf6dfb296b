"""``huizong report`` and ``huizong export`` as commands: where the files go, which publication, what is refused."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.conftest import Site
from tests.support.nights import FIRST, SECOND, night
from tests.support.postgres import opened
from warehouse.migrations import upgrade

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def published(site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Commands over a warehouse with two publications."""
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HUIZONG_COUNTY", raising=False)
    monkeypatch.chdir(site.root)
    with opened(site.warehouse_url) as engine:
        upgrade(engine)
        night(engine, FIRST)
        night(engine, SECOND, run_id="second")

    def huizong(*arguments: str | Path) -> tuple[int, str, str]:
        from flows.cli import main  # noqa: PLC0415

        monkeypatch.setattr(sys, "argv", ["huizong", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return huizong


def test_a_report_stands_beside_the_runs_own_or_where_it_is_asked_for(published: Command, site: Site) -> None:
    code, out, err = published("report")
    assert (code, err) == (0, "")
    folder = site.out / "0002"
    assert sorted(path.name for path in folder.iterdir()) == ["汇总.html", "汇总.xlsx"]
    assert str(folder / "汇总.xlsx") in out
    code, out, _ = published("report", "--out", "mine", "--publication", "1")
    assert code == 0
    assert "第 1 号发布" in (site.root / "mine" / "汇总.html").read_text(encoding="utf-8")


def test_an_export_says_what_it_wrote(published: Command, site: Site) -> None:
    code, out, _ = published("export", "star", "--publication", "1")
    assert code == 0
    assert out.startswith("第 1 号发布：22 个文件，")
    assert (site.root / "star" / "datapackage.json").exists()
    assert len(list((site.root / "star" / "data").glob("*.csv"))) == 22


def test_what_cannot_be_given_is_refused_in_a_sentence(published: Command, site: Site) -> None:
    assert published("report", "--publication", "9")[::2] == (
        2,
        "没有第 9 号发布；最近发布过的有 1、2 号。\n",
    )
    assert published("export", "star", "--format", "json")[0] == 2
    code, _, err = published("export", "star", "--warehouse", f"sqlite:///{site.root / 'none.db'}")
    assert (code, "还没有建立" in err) == (2, True)
    with opened(f"sqlite:///{site.root / 'new.db'}") as engine:
        upgrade(engine)
    code, _, err = published("report", "--warehouse", f"sqlite:///{site.root / 'new.db'}")
    assert (code, "还没有发布过任何汇总" in err) == (2, True)
    assert not (site.root / "star").exists()
