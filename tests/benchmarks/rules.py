"""How precise the rules are: per rule, what was planted or is really wrong, what is found of it, and what is cried wolf.

``python -m tests.benchmarks.rules``. The example county has every fault planted (``PLANTED.yml``, ``COMPARED.yml``); on
the real annex a careful reader has judged what is found, ``tests/files/annex_judged.yml``. That annex is not part of
the repository, so it is left out, with a sentence, where it is missing.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rich.console import Console
from rich.table import Table

from schemas.rules import CATALOGUE
from tasks.judge import judge
from tests.county.describe import YEAR
from tests.county.test_compared import BESIDE_LAST_YEAR, compared
from tests.county.test_compared import planted as planted_between
from tests.county.test_planted import PLANTED, found, planted
from tests.support.annex import SAMPLE
from tests.support.county import example, publish_county, take
from tests.support.frames import a_source
from tests.support.postgres import opened
from warehouse.migrations import upgrade

JUDGED = Path(__file__).parents[1] / "files" / "annex_judged.yml"


class Measured(NamedTuple):
    """One rule over one set of forms."""

    wrong: int
    """Faults that are there: planted, or seen by the reader."""
    found: int
    """Those of them that are found."""
    false: int
    """Findings that are no fault."""


def measure(wanted: Iterable[tuple[str, Any]], told: Iterable[tuple[str, Any]]) -> Mapping[str, Measured]:
    """Rule → how it did. Both sides are (rule, whatever tells one place from another)."""
    there, said = Counter(wanted), Counter(told)
    right, wrong = there & said, said - there
    rules = {rule for rule, _ in (*there, *said)}
    return {rule: Measured(_of(rule, there), _of(rule, right), _of(rule, wrong)) for rule in sorted(rules)}


def _of(rule: str, counted: Counter[tuple[str, Any]]) -> int:
    return sum(many for (own, _), many in counted.items() if own == rule)


def county() -> Mapping[str, Measured]:
    """The example county beside its last year."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        taken, last = take(place / "this"), take(place / "last", YEAR - 1)
        with opened(f"sqlite:///{place / 'huizong.db'}") as engine:
            upgrade(engine)
            publish_county(engine, last, "last")
            publish_county(engine, taken, "this")
            between = compared(engine, taken)
        wanted = planted() + planted_between(PLANTED, BESIDE_LAST_YEAR)
        told = found(taken) + between
    return measure(_by_rule(wanted), _by_rule(told))


def _by_rule(findings: Counter[tuple[Any, ...]]) -> Iterable[tuple[str, Any]]:
    return [(finding[2], finding) for finding in findings.elements()]


def annex() -> Mapping[str, Measured] | None:
    """The real annex against its reader's judgement; None where it is not there."""
    if not SAMPLE.exists():
        return None
    return measure(wanted_of_annex(), told_of_annex(SAMPLE.read_bytes()))


def told_of_annex(content: bytes) -> list[tuple[str, Any]]:
    """What is found in the annex: (rule, form)."""
    rows = judge([a_source(SAMPLE.name, content=content)], example()).findings
    return [(rule, int(form)) for rule, form in zip(rows["rule_id"], rows["form_no"], strict=True)]


def wanted_of_annex() -> list[tuple[str, Any]]:
    """What the reader would tell the town: (rule, form)."""
    judged = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    return [(row["rule"], row["form"]) for row in judged if row["agrees"]]


def main() -> None:
    """Print the table."""
    console = Console()
    columns = {"county": county(), "annex": annex()}
    table = Table(title="planted (or really wrong) / found / false")
    for heading in ("rule", "title", "example county", "real annex"):
        table.add_column(heading)
    for rule in CATALOGUE.values():
        cells = [_cell(measured, rule.id) for measured in columns.values()]
        table.add_row(rule.id, rule.title, *cells)
    table.add_row("", "all", *(_whole(measured) for measured in columns.values()))
    console.print(table)
    if columns["annex"] is None:
        console.print(f"The real annex ({SAMPLE.name}) is not beside the repository: its column is left out.")


def _cell(measured: Mapping[str, Measured] | None, rule: str) -> str:
    held = measured.get(rule) if measured else None
    return "" if held is None else " / ".join(map(str, held))


def _whole(measured: Mapping[str, Measured] | None) -> str:
    if measured is None:
        return ""
    return " / ".join(str(sum(column)) for column in zip(*measured.values(), strict=True))


if __name__ == "__main__":
    main()
