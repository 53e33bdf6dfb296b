"""Promise 9: no file can harm. Every hostile file is refused in words, or read, within the budgets of time and memory."""

from collections.abc import Callable
from functools import cache

import pytest

from tests.hostile.corpus import Case, corpus
from tests.hostile.worker import Outcome, Request, Worker

PEAK_MIB = 250
PARSER_MIB = 1024
"""Of a foreign parser in its own process; the largest that may be asked of a scan is more."""
SECONDS = 20
BROKEN_SECONDS = 4
_LIGHT_BYTES = 200_000
_TOGETHER = 20

CASES = corpus()
GUARDED = [case for case in CASES if case.off]


@pytest.fixture(scope="session")
def judged(worker: Worker) -> Callable[[Case], Outcome]:
    """What became of a file. Small ones are judged with their neighbours: each is read alone, and measured, but judging has its price."""
    outcomes: dict[str, Outcome] = {}

    def told(case: Case) -> Outcome:
        if len(_built(case)) >= _LIGHT_BYTES:
            return worker.judge(case.file_name, _built(case), seconds=SECONDS)
        if case.name not in outcomes:
            start = CASES.index(case) // _TOGETHER * _TOGETHER
            near = [each for each in CASES[start : start + _TOGETHER] if len(_built(each)) < _LIGHT_BYTES]
            sent = [Request(each.file_name, _built(each)) for each in near]
            answers = worker.judge_all(sent, seconds=SECONDS * 2)
            outcomes.update((each.name, answer) for each, answer in zip(near, answers, strict=True))
        return outcomes[case.name]

    return told


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_hostile_file_is_refused_in_words_or_read_within_budget(
    case: Case, judged: Callable[[Case], Outcome]
) -> None:
    outcome = judged(case)

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
    outcome = worker.judge(case.file_name, _built(case), off=case.off, seconds=BROKEN_SECONDS)

    assert (
        outcome.unforeseen  # mostly a MemoryError
        or outcome.error not in case.error.split("|")
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
