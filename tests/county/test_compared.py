"""What is found between towns, between years and between nights: letter Y and S08 on the example county."""

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine

from tasks.compare import stage_comparisons
from tasks.compared_forms import counties, years_in_force
from tasks.programmes import stage_programmes
from tasks.receive import receive
from tests.county.describe import HERE, YEAR, folders
from tests.county.test_planted import PLANTED
from tests.support.county import Taken, publish_county, take
from warehouse.ledger import known_files, next_publication
from warehouse.merge import Change
from warehouse.views import read

Told = Mapping[str, list[tuple[int | None, str, str | None, str | None]]]
BESIDE_LAST_YEAR: Told = yaml.safe_load((HERE / "COMPARED.yml").read_text(encoding="utf-8"))
GONE = (
    "640221100-城关镇/城关镇2023年绩效目标表（村级项目）.docx",
    "黄渠桥镇/黄渠桥镇2023年项目绩效目标.xlsx",
)
"""Files that are taken away before the second night: S08."""


def planted(*told: Told) -> Counter[tuple[Any, ...]]:
    """The planted findings of letter Y; of what names no form, the town is all that is known."""
    return Counter(
        (place if form else place.partition("/")[0], form, *rest)
        for each in told
        for place, findings in each.items()
        for form, *rest in findings
        if str(rest[0]).startswith("Y")
    )


def compared(engine: Engine, taken: Taken) -> Counter[tuple[Any, ...]]:
    """The findings of letter Y as the next publication will show them."""
    number = next_publication(engine)
    assert stage_programmes(engine, taken.county, number) == Change(), (
        "every name is its own programme already"
    )
    change = stage_comparisons(engine, taken.county, number)
    folder_of = {
        town.code: folder.name
        for folder in folders()
        if "/" not in folder.name and (town := taken.county.town_of_folder(folder.name))
    }
    with engine.connect() as connection:
        rows = [
            row
            for row in read(connection, "v_finding", publication_no=number)
            if row["rule_id"].startswith("Y")
        ]
    assert change == Change(inserted=len(rows), closed=0)
    return Counter(
        (
            "/".join(filter(None, (folder_of[row["town_code"]], row["file_name"]))),
            row["form_no"],
            row["rule_id"],
            row["value"],
            row["expected"],
        )
        for row in rows
    )


def test_exactly_the_planted_differences_between_towns_are_found(engine: Engine, taken: Taken) -> None:
    publish_county(engine, taken)
    number = next_publication(engine)
    assert compared(engine, taken) == planted(PLANTED)
    with engine.connect() as connection:
        assert years_in_force(connection, number) == [YEAR]
        (towns,) = counties(connection, taken.county, YEAR, number)
        budgets = read(connection, "v_budget")
    assert len(towns.forms) == len(budgets) >= 70
    assert towns.forms["heads"].notna().sum() >= 15
    assert towns.forms["goal"].notna().sum() >= 65
    # 高仁乡 and 红崖子乡 have sent nothing; the others also sent a file in which no form can be read.
    assert towns.absences.silent >= {"640221204", "640221205", "640221200", "640221202"}
    assert len(towns.absences.returned) >= 5


def test_exactly_the_planted_differences_between_years_are_found(
    engine: Engine, taken: Taken, tmp_path: Path
) -> None:
    last = take(tmp_path, YEAR - 1)
    assert all(judgement.findings.empty for judgement in last.judgements), "what was published was sound"
    publish_county(engine, last, "last year")
    publish_county(engine, taken)
    assert compared(engine, taken) == planted(PLANTED, BESIDE_LAST_YEAR)


def test_exactly_the_files_taken_away_are_missed(engine: Engine, taken: Taken, tmp_path: Path) -> None:
    publish_county(engine, taken)
    shutil.copytree(Path(taken.archive).parent / "inbox", tmp_path / "inbox", copy_function=shutil.copy2)
    for place in GONE:
        (tmp_path / "inbox" / str(YEAR) / place).unlink()
    known = known_files(engine)
    again = receive(str(tmp_path / "inbox"), YEAR, taken.county, known, taken.archive)
    assert sorted(each.value for each in again.notices if each.rule_id == "S08") == sorted(
        place.partition("/")[2] for place in GONE
    )
