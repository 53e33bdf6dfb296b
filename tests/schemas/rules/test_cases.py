"""Every rule by its cases: what it finds, and what it leaves alone. One file per rule under ``cases/``.

A case lists forms (or files of forms) as ``tests.support.frames.a_form`` takes them. ``finds`` are the rule's own
findings in order, with the fields to compare; ``besides`` the ids of other rules that the case cannot avoid. No
other finding may appear: a rule that cries wolf on a sound form is a defect. Cases of letter Y list what stands in the
warehouse of several towns instead (``tests.support.towns``).
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.form import Address, Form, ParsedFile, Remark, Source, UnreadableError
from schemas.frames import Judgement
from schemas.rules import CATALOGUE, finding
from schemas.rules.comparisons import COMPARISONS
from schemas.rules.registry import CHECKS, WORDED_BY_THE_FLOW
from tasks.normalise import normalise
from tasks.validate import validate
from tests.support.frames import a_county, a_form, a_source
from tests.support.towns import compared

CASES = Path(__file__).parent / "cases"
ALL = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(CASES.glob("*.yml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
_COMPARED = {
    "form": "form_no",
    "value": "value",
    "expected": "expected",
    "address": "address",
    "message": "message",
}


def _form(number: int, told: dict[str, Any]) -> Form:
    remarks = tuple(
        Remark(
            remark["rule"],
            Address(number, f"表{number}", remark.get("row", 1), "内容"),
            remark["value"],
            remark.get("expected", ""),
        )
        for remark in told.get("remarks", ())
    )
    return a_form(**{"number": number, **told, "remarks": remarks})


def _judgement(case: dict[str, Any]) -> Judgement:
    files = case.get("files") or [{"name": "附件2.docx", "forms": case["forms"]}]
    sources: list[Source] = []
    parsed: list[tuple[Source, ParsedFile]] = []
    unreadable: dict[str, UnreadableError] = {}
    for file in files:
        received = file.get("received")
        source = a_source(
            file["name"],
            town=file.get("town"),
            year=file.get("year"),
            content=file["content"].encode() if "content" in file else None,
            received_at=datetime.fromisoformat(received) if received else None,
            is_late=file.get("late", False),
            due_date=str(file.get("due", "")),
        )
        sources.append(source)
        if fault := file.get("unreadable"):
            unreadable[source.key] = UnreadableError(
                fault["rule"], value=fault.get("value", ""), expected=fault.get("expected", "")
            )
        else:
            forms = tuple(_form(number, told) for number, told in enumerate(file["forms"], start=1))
            parsed.append((source, ParsedFile(forms, ())))
    return validate(sources, normalise(parsed), a_county(), unreadable)


def _compared(row: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    names = {_COMPARED.get(name, name): name for name in wanted}
    return {wanted_name: row["file" if name == "file" else name] for name, wanted_name in names.items()}


@pytest.mark.parametrize(("rule_id", "case"), ALL)
def test_rule_finds_exactly_this(rule_id: str, case: dict[str, Any]) -> None:
    if "towns" in case:
        rows = compared(case)
    elif "worded" in case:
        row = finding(rule_id, county=a_county(), **{"file": "", **case["worded"]})
        assert row is not None
        rows = [row]
    else:
        judgement = _judgement(case)
        rows = [
            {str(name): held for name, held in row.items()} for row in judgement.findings.to_dict("records")
        ]
        files = dict(
            zip(judgement.submissions["submission_key"], judgement.submissions["file_name"], strict=True)
        )
        for row in rows:
            row["file"] = files[row["submission_key"]]
    own = [row for row in rows if row["rule_id"] == rule_id]
    wanted = case.get("finds", [])
    assert [_compared(row, want) for row, want in zip(own, wanted, strict=False)] == wanted
    assert len(own) == len(wanted), [row["message"] for row in own]
    besides = sorted(row["rule_id"] for row in rows if row["rule_id"] != rule_id)
    assert besides == sorted(case.get("besides", [])), [row["message"] for row in rows]


def test_catalogue_checks_and_cases_name_the_same_rules() -> None:
    checked = (
        {check.rule_id for check in CHECKS} | {each.rule_id for each in COMPARISONS} | WORDED_BY_THE_FLOW
    )
    assert checked == set(CATALOGUE)
    assert {path.stem for path in CASES.glob("*.yml")} == set(CATALOGUE)


def test_each_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    for path in CASES.glob("*.yml"):
        finds = [bool(case.get("finds")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
        assert set(finds) == {True, False}, path.stem
