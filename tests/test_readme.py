"""The README tells the truth: its commands, options, settings, targets and links are those of the project."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main

from flows.cli import app
from schemas.rules import CATALOGUE
from schemas.rules_page import page
from tasks.settings import Settings
from tests.county.build import build
from warehouse.dictionary import dictionary

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def options_of(app: typer.Typer, prefix: str = "") -> dict[str, set[str]]:
    """Command → its options."""
    group: Any = typer.main.get_group(app)
    nested = {each.name: each.typer_instance for each in app.registered_groups}
    found: dict[str, set[str]] = {}
    for name, command in group.commands.items():
        inner = nested.get(name)
        if inner is not None:
            found |= options_of(inner, f"{name} ")
        else:
            found[prefix + name] = {option for parameter in command.params for option in parameter.opts}
    return found


def told_commands() -> dict[str, set[str]]:
    """Command → options, from the table under Commands."""
    section = README.split("## Commands")[1].split("\n## ")[0]
    told: dict[str, set[str]] = {}
    for cell in re.findall(r"^\| (`huizong .*?`) \|", section, re.MULTILINE):
        for line in re.findall(r"`huizong ([^`]*)`", cell.replace("\\|", "|")):
            name = re.match(r"(?:db )?[a-z]+", line)
            assert name
            told[name[0]] = set(re.findall(r"--[a-z-]+", line))
    return told


def test_the_table_of_commands_names_every_command_and_only_real_options() -> None:
    real, told = options_of(app), told_commands()
    assert set(told) == set(real)
    for name, options in told.items():
        assert options <= real[name], name


def test_the_table_of_settings_is_the_settings_with_their_defaults() -> None:
    told = dict(re.findall(r"^\| `(HUIZONG_\w+)` \| (.+?) \|", README, re.MULTILINE))
    real = {f"HUIZONG_{name.upper()}": field.default for name, field in Settings.model_fields.items()}
    assert set(told) == set(real)
    for name, default in real.items():
        assert default is None or told[name] == f"`{default}`", name


def test_every_make_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", README)) | set(
        re.findall(r"^\$ make ([a-z]+)", README, re.MULTILINE)
    )
    assert {"run", "test"} <= named <= targets


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_every_rule_it_quotes_is_in_the_catalogue() -> None:
    quoted = set(re.findall(r"`([A-Z]\d\d)`", README))
    assert quoted
    assert quoted <= set(CATALOGUE)


def test_ci_runs_the_test_command_of_the_readme_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if line]
    assert [line for line in lines if not line.startswith(("#", "set ", "cd "))] == ["make test"]


def test_the_data_dictionary_is_what_the_tables_say() -> None:
    assert (ROOT / "warehouse" / "DICTIONARY.md").read_text(encoding="utf-8") == dictionary()


def test_the_page_of_rules_is_what_the_catalogue_says() -> None:
    assert (ROOT / "schemas" / "rules" / "RULES.md").read_text(encoding="utf-8") == page()


@pytest.mark.slow
def test_make_run_ends_as_the_readme_shows(tmp_path: Path) -> None:
    build(tmp_path / "inbox")
    told = README.split("`make run` ends like this:")[1].split("```")[1].removeprefix("text\n")
    shown = _make_run(tmp_path)
    expected = [line for line in told.splitlines() if line and not line.startswith("示例县")]
    assert [line.replace(str(tmp_path), "var") for line in shown] == expected
    again = _make_run(tmp_path)
    assert "没有新的内容" in again[0]
    assert "没有新的行" in again[0]
    judged, flipped = _shown(["huizong", "replay", "--dry-run"], tmp_path)
    [forms] = re.findall(r"目标表\s+(\d+) 张", told)
    assert re.search(rf"重审第 1 号发布的 \d+ 个文件、{forms} 张表", judged)
    assert flipped == "意见、结论和金额都不变。"


def _make_run(folder: Path) -> list[str]:
    """The lines that ``make run`` prints for the inbox in ``folder``, everything else in that folder too."""
    return _shown(["make", "--silent", "run", f"INBOX={folder / 'inbox'}", "YEAR=2023"], folder)


def _shown(command: list[str], folder: Path) -> list[str]:
    """The lines that a command prints whose warehouse, archive and reports are in ``folder``."""
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "PREFECT_", "HUIZONG_"))
        },
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "COLUMNS": "200",
        "HUIZONG_WAREHOUSE_URL": f"sqlite:///{folder / 'huizong.db'}",
        "HUIZONG_ARCHIVE": str(folder / "archive"),
        "HUIZONG_OUT": str(folder / "out"),
        "PREFECT_HOME": str(folder / "prefect"),
    }
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
