"""Defaults in the process's environment, set before Prefect or great-expectations are imported.

Both read their settings at import, and both would otherwise phone home. What the user has set always wins.
"""

import os
from pathlib import Path

_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}
"""No telemetry."""

_EPHEMERAL = {
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
    # A first start migrates Prefect's own database: measured 13-16 s on two cores, and its own limit is 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}
"""A temporary server for one run."""

_SILENT_CONSOLE = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}
"""The summary is what a person reads; the run's log stays in Prefect."""


def prepare(*, prefect_home: Path | None = None, quiet_console: bool = False) -> None:
    """Set what is not set.

    Args:
        prefect_home: where a run without a server keeps Prefect's own database; unused where the user has
            named a server (``PREFECT_API_URL``) or a home (``PREFECT_HOME``).
        quiet_console: keep Prefect's log lines off the terminal.
    """
    defaults = dict(_QUIET)
    if not os.environ.get("PREFECT_API_URL"):
        defaults |= _EPHEMERAL
        if prefect_home is not None:
            defaults["PREFECT_HOME"] = str(prefect_home.resolve())
    if quiet_console:
        defaults |= _SILENT_CONSOLE
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
