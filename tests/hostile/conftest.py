"""What the hostile tests share."""

from collections.abc import Iterator

import pytest

from tests.hostile.worker import Worker


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """A child that judges and measures."""
    started = Worker()
    yield started
    started.close()
