"""Faults that a person can mend: one Chinese sentence each, saying what, where and what to do."""

from collections.abc import Sequence


class UserError(Exception):
    """Its text is one sentence; the command line shows it without a traceback, leaving with ``exit_code``."""

    exit_code = 2


class NotPublishedError(UserError):
    """The run could not publish. Yesterday's publication stays."""

    exit_code = 1


class AuditFailedError(NotPublishedError):
    """The audit found staged rows that contradict each other or their source."""

    def __init__(self, message: str, reasons: Sequence[str]) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)
        """Each expectation that failed, with the rows that broke it."""
