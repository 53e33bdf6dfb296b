"""The threshold of X04, measured on labelled pairs: what it catches of names whose work overlaps, and what beside them."""

from pathlib import Path

import pytest
import yaml

from schemas.rules.likeness import alike
from schemas.rules.x04_overlap import LIKE

PAIRS: list[tuple[str, str, bool]] = yaml.safe_load(
    Path(__file__).with_name("overlap_pairs.yml").read_text(encoding="utf-8")
)


def _told(least: float) -> tuple[int, int]:
    """Pairs taken for like ones, and how many of them are."""
    taken = [same for name, other, same in PAIRS if alike(name, other, least)]
    return len(taken), sum(taken)


@pytest.mark.parametrize(
    ("least", "taken", "right"),
    [(0.7, 34, 22), (0.75, 32, 22), (0.8, 27, 21), (0.85, 18, 15), (0.9, 3, 3)],
)
def test_the_measured_table_holds(least: float, taken: int, right: int) -> None:
    assert _told(least) == (taken, right)


def test_the_threshold_is_the_one_that_errs_least() -> None:
    """By F1, the mean of precision and recall that the worse of the two rules."""
    overlapping = sum(same for _, _, same in PAIRS)
    assert (len(PAIRS), overlapping) == (48, 22)

    def errs_least(least: float) -> float:
        taken, right = _told(least)
        return 2 * right / (taken + overlapping)

    assert max((0.7, 0.75, 0.8, 0.85, 0.9), key=errs_least) == LIKE
