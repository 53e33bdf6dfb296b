"""One county in one year in, what its towns break of letter Y out."""

from collections.abc import Iterator

import pandas as pd

from schemas.rules import y03_goals, y04_vanished, y_spending
from schemas.rules.comparing import (
    Comparison,
    Difference,
    FrameOfTowns,
    Towns,
    differences,
    spending,
    vanished,
)
from schemas.rules.registry import failing

COMPARISONS: tuple[Comparison, ...] = (*y_spending.CHECKS, *y03_goals.CHECKS, *y04_vanished.CHECKS)
"""Every check of letter Y."""


def compare(towns: Towns) -> Iterator[Difference]:
    """All differences, by rule, towns and forms in their order.

    Raises:
        RuntimeError: a check itself broke.
    """
    frames: dict[FrameOfTowns, pd.DataFrame] = {
        "spending": spending(towns),
        "goals": y03_goals.goals(towns),
        "vanished": vanished(towns),
    }
    yield from differences(frames, COMPARISONS, failing)
