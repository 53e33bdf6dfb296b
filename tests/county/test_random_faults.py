"""Faults planted at random places of random sound forms are found: exactly those, none missed and none extra."""

from collections import Counter
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.rules import CATALOGUE
from tasks.judge import judge
from tests.county.faults import FAULTS, OF_THE_FILE, Fault
from tests.county.sound import Draft, drafts
from tests.support.county import example

MOST_FAULTS = 4
Found = tuple[str, int | None, str]
"""Town, form, rule."""


class Sown(NamedTuple):
    """A file with faults in it, and the findings that must come of them."""

    draft: Draft
    findings: tuple[Found, ...]


@st.composite
def sown(draw: st.DrawFn) -> Sown:
    """A sound file, with up to four faults of parts that no other fault takes."""
    draft = draw(drafts())
    taken: set[tuple[int, str]] = set()
    findings: list[Found] = []
    places = st.integers(0, len(draft.forms) - 1)
    for fault, at, other in draw(
        st.lists(st.tuples(st.sampled_from(FAULTS), places, places), max_size=MOST_FAULTS)
    ):
        parts = _parts(fault, at, other)
        if not fault.needs(draft) or (fault.others and at == other) or parts & taken:
            continue
        taken |= parts
        fault.plant(draft, at, other)
        findings.append((draft.town.code, _place(fault, at, other), fault.rule))
    return Sown(draft, tuple(findings))


def _parts(fault: Fault, at: int, other: int) -> set[tuple[int, str]]:
    own = {(-1 if part.startswith("file") else at, part) for part in fault.touches}
    return own | {(other, part) for part in fault.others}


def _place(fault: Fault, at: int, other: int) -> int | None:
    if fault.rule in OF_THE_FILE:
        return None
    return 1 + (max(at, other) if fault.is_later else at)


def found(files: list[Draft]) -> Counter[Found]:
    judgement = judge([draft.source for draft in files], example())
    rows = judgement.findings.astype(object)
    rows = rows.where(rows.notna(), None)
    return Counter(
        (key.split("/")[1], form, rule)
        for key, form, rule in zip(rows["submission_key"], rows["form_no"], rows["rule_id"], strict=True)
    )


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(sown(), min_size=1, max_size=8, unique_by=lambda each: each.draft.town.code))
def test_exactly_the_faults_planted_are_found(files: list[Sown]) -> None:
    wanted = Counter(finding for each in files for finding in each.findings)
    assert found([each.draft for each in files]) == wanted


NOT_SOWN = {
    *("R01", "R02", "R03", "R08", "R09", "R10", "R13", "R15"),  # no form can be read, or what is no form
    *("R11", "R12"),  # a scan
    *("L05", "R17"),  # a template with weights
    *("S01", "S03", "S04", "S06", "S08", "S09", "S10"),  # folders, and files that are missing or there twice
    *("Y01", "Y02", "Y03", "Y04"),  # other towns and years
}
"""Rules that no fault in a form can break; the example county has them broken."""


def test_the_faults_break_every_rule_that_a_fault_in_a_form_can_break() -> None:
    assert {fault.rule for fault in FAULTS} == set(CATALOGUE) - NOT_SOWN
