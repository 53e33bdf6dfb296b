"""The table of precision counts rightly, and on the real annex the rules find what its reader found, and nothing else."""

from tests.benchmarks.rules import Measured, annex, measure, told_of_annex, wanted_of_annex
from tests.support.annex import sample_text


def test_a_missed_fault_and_a_false_finding_are_counted_apart() -> None:
    wanted = [("M01", 1), ("M01", 2), ("U02", 1)]
    told = [("M01", 1), ("U02", 1), ("U02", 1), ("L04", 3)]
    assert measure(wanted, told) == {
        "L04": Measured(0, 0, 1),
        "M01": Measured(2, 1, 0),
        "U02": Measured(1, 1, 1),
    }


def test_the_reader_of_the_annex_agrees() -> None:
    assert sorted(told_of_annex(sample_text())) == sorted(wanted_of_annex())
    measured = annex()
    assert measured is not None
    assert all(each.false == 0 and each.found == each.wrong for each in measured.values())
