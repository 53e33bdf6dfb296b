"""Verdicts and counts: what is accepted, what goes back, and that nothing is lost or counted twice."""

import pickle
from typing import Any

import pytest

from schemas.form import ParsedFile, UnreadableError
from schemas.frames import FINDINGS, FORMS, SUBMISSIONS
from schemas.rules import rules_version
from tasks.normalise import normalise
from tasks.validate import validate
from tests.support.frames import a_county, a_form, a_source, judged, judged_from, rules_of

ERROR: dict[str, Any] = {"project": "甲", "funding": ["财政拨款 9"]}
WARNING: dict[str, Any] = {"project": "乙", "goal": ""}


@pytest.mark.parametrize(
    ("forms", "verdict", "counts"),
    [
        ([{}], "accepted", (1, 1, 0)),
        ([{}, WARNING], "accepted", (2, 2, 0)),
        ([{}, ERROR], "partial", (2, 1, 1)),
        ([ERROR], "returned", (1, 0, 1)),
    ],
    ids=["sound", "a warning loads", "an error returns its form", "all forms returned"],
)
def test_verdict_follows_the_errors(
    forms: list[dict[str, Any]], verdict: str, counts: tuple[int, ...]
) -> None:
    judgement = judged([a_form(number=number, **form) for number, form in enumerate(forms, start=1)])
    row = judgement.submissions.iloc[0]
    assert row["verdict"] == verdict
    assert (row["forms_in"], row["forms_accepted"], row["forms_returned"]) == counts
    assert (
        row["cells_in"]
        == row["cells_consumed"] + row["cells_ignored"] + row["cells_reported"]
        == 40 * len(forms)
    )


def test_a_file_that_cannot_be_read_goes_back_and_the_others_are_judged() -> None:
    broken, sound = a_source("坏.docx"), a_source("好.docx")
    error = UnreadableError("R02")
    parsed = [(sound, ParsedFile((a_form(),), ()))]
    judgement = validate([broken, sound], normalise(parsed), a_county(), {broken.key: error})
    assert list(judgement.submissions["verdict"]) == ["returned", "accepted"]
    assert list(judgement.submissions["errors"]) == [1, 0]
    assert judgement.findings["message"][0] == "《坏.docx》设有打开密码，无法读取。"


def test_a_county_makes_a_warning_an_error_and_the_form_goes_back() -> None:
    strict = a_county(severities={"C06": {"severity": "error", "reason": "本县要求"}})
    assert list(judged([a_form(**WARNING)], strict).forms["verdict"]) == ["returned"]
    assert list(judged([a_form(**WARNING)]).forms["verdict"]) == ["accepted"]


def test_a_rule_switched_off_leaves_no_trace() -> None:
    lenient = a_county(severities={"M01": {"severity": "off", "reason": "试行"}})
    judgement = judged([a_form(**ERROR)], lenient)
    assert rules_of(judgement) == []
    assert list(judgement.forms["verdict"]) == ["accepted"]


def test_a_severity_for_no_rule_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Z99"):
        judged([a_form()], a_county(severities={"Z99": {"severity": "off", "reason": "笔误"}}))


def test_the_same_bytes_twice_are_counted_once() -> None:
    first, second = a_source("a.docx", content=b"same"), a_source("b.docx", content=b"same")
    judgement = judged_from([(first, [a_form()]), (second, [a_form()])])
    assert rules_of(judgement) == ["S06"]
    assert len(judgement.forms) == 1
    assert list(judgement.submissions["verdict"]) == ["accepted", "accepted"]
    assert list(judgement.submissions["forms_in"]) == [1, 0]
    assert list(judgement.submissions["cells_in"]) == [40, 0]


def test_a_twin_shares_the_outcome_of_the_first() -> None:
    first, second = a_source("a.docx", content=b"same"), a_source("b.docx", content=b"same")
    judgement = judged_from([(first, [a_form(**ERROR)]), (second, [a_form(**ERROR)])])
    assert rules_of(judgement) == ["M01", "S06"]
    assert list(judgement.submissions["verdict"]) == ["returned", "returned"]


def test_the_judgement_is_valid_and_travels_between_processes() -> None:
    judgement = judged([a_form(**ERROR), a_form(number=2, **WARNING)])
    SUBMISSIONS.validate(judgement.submissions)
    FORMS.validate(judgement.forms)
    FINDINGS.validate(judgement.findings)
    assert judgement.rules_version == rules_version()
    back = pickle.loads(pickle.dumps(judgement))  # noqa: S301  our own bytes
    assert back.findings.equals(judgement.findings)


def test_a_frame_of_a_stranger_is_refused() -> None:
    parsed = [(a_source("a.docx"), ParsedFile((a_form(),), ()))]
    with pytest.raises(ValueError, match=r"not among the sources: a\.docx"):
        validate([a_source("b.docx")], normalise(parsed), a_county(), {})
