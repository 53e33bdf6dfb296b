"""The example county, built and judged once for all tests of this folder."""

from pathlib import Path

import pytest

from tests.county.build import build
from tests.county.describe import YEAR
from tests.support.county import Taken, take


@pytest.fixture(scope="session")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    return take(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the year; only to be read."""
    place = tmp_path_factory.mktemp("built")
    build(place)
    return place / str(YEAR)
