"""The example county, built and judged once for all tests of this folder."""

import pytest

from tests.support.county import Taken, take


@pytest.fixture(scope="session")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    return take(tmp_path_factory.mktemp("county"))
