"""Named steps at which a test may kill this process, to show that a run can die anywhere and be run again."""

import os
import signal

KILL_AT = "HUIZONG_KILL_AT"
"""Environment variable that names the step to die at. Unset in real life, and then ``reach`` does nothing."""

STEPS = (
    "load.reference",
    "load.begin",
    "load.submission",
    "load.dimensions",
    "load.facts",
    "load.before_commit",
    "load.after_commit",
    "load.findings",
    "programmes.staged",
    "compare.staged",
    "publish.begin",
    "publish.before_commit",
    "publish.after_commit",
)
"""Every step there is, in the order a run meets them."""


def reach(step: str) -> None:
    """Note that the run has come to ``step``; die there, without any cleaning up, when the environment says so.

    Raises:
        ValueError: the step is not one of ``STEPS``.
    """
    if step not in STEPS:
        raise ValueError(f"{step} is not a known step")
    if os.environ.get(KILL_AT) == step:
        os.kill(os.getpid(), signal.SIGKILL)
