"""Promise 9: no file can harm. Every hostile file is refused in words, or read, within the budgets of time and memory."""

from functools import cache

import pytest

from tests.hostile.corpus import Case, corpus
from tests.hostile.worker import Outcome, Worker

PEAK_MIB = 250
PARSER_MIB = 1024
"""Of a foreign parser in its own process; the largest that may be asked of a scan is more."""
SECONDS = 20

CASES = corpus()
GUARDED = [case for case in CASES if case.off]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_hostile_file_is_refused_in_words_or_read_within_budget(case: Case, worker: Worker) -> None:
    outcome = worker.judge(case.file_name, _built(case), seconds=SECONDS)

    assert outcome.unforeseen == ()
    assert outcome.error in case.error.split("|"), outcome
    assert case.says in outcome.words
    assert set(case.also) <= set(outcome.rules)
    assert outcome.verdict == ("returned" if outcome.error else outcome.verdict)
    assert outcome.balanced
    assert outcome.peak_mib < PEAK_MIB
    assert outcome.parser_mib < PARSER_MIB
    assert _speaks(outcome)


@pytest.mark.parametrize("case", GUARDED, ids=[case.name for case in GUARDED])
def test_without_its_part_of_the_guard_the_file_is_taken_or_breaks_the_budget(
    case: Case, worker: Worker
) -> None:
    """So that the test above would fail if that part of the guard were gone."""
    outcome = worker.judge(case.file_name, _built(case), off=case.off, seconds=SECONDS / 4)

    assert (
        outcome.error not in case.error.split("|")
        or case.says not in outcome.words
        or outcome.peak_mib > PEAK_MIB
    )


@cache
def _built(case: Case) -> bytes:
    return case.build()


def _speaks(outcome: Outcome) -> bool:
    """A refusal is a sentence in Chinese, and shows nothing of a machine's insides."""
    if not outcome.error:
        return True
    return (
        any("\u4e00" <= letter <= "\u9fff" for letter in outcome.words) and "Traceback" not in outcome.words
    )


def test_names_are_given_once() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
