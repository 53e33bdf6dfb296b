"""What happened in a run in, log lines out: who is late or missing, what was returned, what failed.

A log line is a constant message plus fields, so that no file name can forge one.
"""

import logging

from tasks.published import Published

LOGGER = logging.getLogger("huizong.notify")


def notify_published(published: Published, publication: int) -> None:
    """Tell the log what the publication means for the office."""
    LOGGER.info(
        "published",
        extra={
            "publication": publication,
            "late": [town.town_code for town in published.towns if town.state == "late"],
            "missing": [town.town_code for town in published.towns if town.state == "missing"],
            "returned": [town.town_code for town in published.towns if town.forms_returned],
        },
    )


def notify_failed(reasons: tuple[str, ...]) -> None:
    """Tell the log why nothing was published."""
    LOGGER.error("not published", extra={"reasons": list(reasons)})
