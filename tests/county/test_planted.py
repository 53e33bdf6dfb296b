"""The pipeline finds what was planted in the example county: nothing missed, nothing more."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from schemas.rules import CATALOGUE
from tasks.notices import findings_of
from tests.county.build import build
from tests.county.describe import HERE, folders
from tests.support.county import Taken

Finding = tuple[Any, ...]
"""Folder and file, form, rule, value, expected."""
PLANTED: dict[str, list[tuple[int | None, str, str | None, str | None]]] = yaml.safe_load(
    (HERE / "PLANTED.yml").read_text(encoding="utf-8")
)


def planted() -> Counter[Finding]:
    """What a file and its town can tell; ``test_compared`` looks for what is found between towns, letter Y."""
    return Counter(
        (place, *finding)
        for place, findings in PLANTED.items()
        for finding in map(tuple, findings)
        if not str(finding[1]).startswith("Y")
    )


def found(taken: Taken) -> Counter[Finding]:
    folder_of = {
        town.code: folder.name
        for folder in folders()
        if "/" not in folder.name and (town := taken.county.town_of_folder(folder.name))
    }
    frames = [judgement.findings for judgement in taken.judgements]
    frames.append(findings_of(taken.reception.notices, taken.county))
    return Counter(
        (_place(row.submission_key, folder_of), row.form_no, row.rule_id, row.value, row.expected)
        for frame in frames
        for row in _rows(frame)
    )


def _rows(frame: pd.DataFrame) -> Iterator["pd.Series[Any]"]:
    plain = frame.astype(object)
    for _, row in plain.where(plain.notna(), None).iterrows():
        yield row


def _place(submission_key: str | None, folder_of: dict[str, str]) -> str:
    if submission_key is None:
        return "inbox"
    _, town, name = submission_key.split("/", 2)
    return f"{folder_of[town]}/{name}"


def test_exactly_the_planted_findings_are_found(taken: Taken) -> None:
    missed = planted() - found(taken)
    extra = found(taken) - planted()
    assert (missed, extra) == (Counter(), Counter())


def test_baofeng_carries_the_figures_of_the_real_annex(taken: Taken) -> None:
    (baofeng,) = [each for each in taken.judgements if "宝丰" in str(each.forms["department_name"].iloc[0])]
    assert len(baofeng.forms) == 14
    assert len(baofeng.indicators) == 111
    assert sum(baofeng.forms["total_yuan"]) == Decimal("2861800.00")
    assert set(baofeng.forms["verdict"]) == {"accepted"}


def test_every_cell_of_every_file_is_accounted_for(taken: Taken) -> None:
    submissions = pd.concat([judgement.submissions for judgement in taken.judgements])
    told = submissions["cells_consumed"] + submissions["cells_ignored"] + submissions["cells_reported"]
    assert (submissions["cells_in"] == told).all()
    assert (submissions["forms_in"] == submissions["forms_accepted"] + submissions["forms_returned"]).all()
    assert submissions["cells_reported"].sum() == sum(
        finding[1] == "R05" for findings in PLANTED.values() for finding in findings
    )


def test_the_same_description_builds_the_same_bytes(tmp_path: Path, taken: Taken) -> None:
    build(tmp_path)
    again = {
        path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()
    }
    first_inbox = Path(taken.archive).parent / "inbox"
    assert again == {
        path.relative_to(first_inbox): path.read_bytes()
        for path in first_inbox.rglob("*.*")
        if path.is_file()
    }


def test_every_planted_rule_is_in_the_catalogue() -> None:
    assert {finding[1] for findings in PLANTED.values() for finding in findings} <= set(CATALOGUE)
