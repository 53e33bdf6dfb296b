"""Spoiled files of every format, always the same ones: judged without an exception, in balance, within the budgets."""

import hashlib
import subprocess
import sys

import pytest

from tests.hostile import fuzz
from tests.hostile.fuzz import FOREIGN_SECONDS, FORMATS, breaches, hunt, outcomes, sound, spoiled
from tests.hostile.mutate import mutated
from tests.hostile.worker import Outcome, Worker
from tests.support.office import program

SEEDS = range(40)


@pytest.mark.parametrize("kind", FORMATS)
def test_spoiled_files_are_judged_without_an_exception(kind: str, worker: Worker) -> None:
    seen = outcomes(worker, kind, SEEDS)

    assert [(seed, breaches(outcome)) for seed, outcome in enumerate(seen) if breaches(outcome)] == []
    if kind in ("docx", "xlsx", "odt", "ods"):
        # What is spoiled inside a zip must reach its reader, not only the guard.
        assert sum(not outcome.error for outcome in seen) >= 3


@pytest.mark.parametrize(("kind", "seeds"), [("doc", 12), ("png", 12)])
def test_spoiled_files_for_programs_of_others_are_judged_too(kind: str, seeds: int, worker: Worker) -> None:
    if kind == "doc":
        program()
    seen = outcomes(worker, kind, range(seeds))
    whole = worker.judge(f"附件2.{kind}", sound(kind), seconds=FOREIGN_SECONDS)

    assert [(seed, breaches(outcome)) for seed, outcome in enumerate(seen) if breaches(outcome)] == []
    assert (whole.error, whole.forms) == (("", 3) if kind == "doc" else ("R03", 0))


@pytest.mark.parametrize("kind", FORMATS)
def test_the_sound_file_is_read(kind: str, worker: Worker) -> None:
    """So that what is spoiled is not refused at the door."""
    outcome = worker.judge(f"附件2.{kind}", sound(kind))

    assert (outcome.error, outcome.forms, breaches(outcome)) == (
        ("R03", 0, "") if kind == "pdf" else ("", 1, "")
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_a_seed_always_gives_the_same_file(kind: str) -> None:
    files = [spoiled(kind, seed) for seed in SEEDS]

    assert files == [mutated(sound(kind), seed) for seed in SEEDS]
    assert len(set(files)) > len(SEEDS) * 0.8


@pytest.mark.parametrize("kind", FORMATS)
def test_a_seed_gives_the_same_file_in_another_process_at_another_time(kind: str) -> None:
    script = (
        "import hashlib, sys; from tests.hostile.fuzz import spoiled\n"
        "print(*(hashlib.sha256(spoiled(sys.argv[1], seed)).hexdigest() for seed in range(3)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, kind], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == [hashlib.sha256(spoiled(kind, seed)).hexdigest() for seed in range(3)]


def test_a_hunt_names_what_it_finds(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "breaches", lambda outcome: "" if outcome.error else "read")
    found = hunt(worker, "txt", range(10))

    assert 0 < len(found) < 10
    assert all((each.kind, each.what) == ("txt", "read") for each in found)
    assert [each.content for each in found] == [spoiled("txt", each.seed) for each in found]


def test_the_hunt_finds_a_reader_that_fails(worker: Worker) -> None:
    """So that an empty catch means something."""
    outcome = worker.judge("附件2.txt", sound("txt"), off=("planted fault",))

    assert breaches(outcome).startswith("unforeseen: ZeroDivisionError at worker.py:")


GOOD = Outcome(("R01",), "", "returned", 0, 1.0, 100, 0, (), balanced=True)


@pytest.mark.parametrize(
    ("outcome", "what"),
    [
        (GOOD, ""),
        (Outcome(("timeout",), "", "", 0, 60.0, 0, 0, (), balanced=False), "timeout after 60.0 s"),
        (Outcome(("R05",), "", "accepted", 1, 1.0, 100, 0, (), balanced=False), "cells are not in balance"),
        (Outcome((), "", "returned", 0, 1.0, 100, 0, (), balanced=True), "returned without a reason"),
        (Outcome((), "", "accepted", 1, 1.0, 300, 0, (), balanced=True), "1.0 s, 300 MiB, parser 0 MiB"),
    ],
)
def test_what_breaks_the_invariant_is_named(outcome: Outcome, what: str) -> None:
    assert breaches(outcome) == what
