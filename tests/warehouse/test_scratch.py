"""A copy in which anything can be tried: what readers see now is in it, nothing older, and the warehouse stays."""

from pathlib import Path

from sqlalchemy import Engine, func, select

from tests.support.nights import FIRST, SECOND, night, staged, state
from tests.support.postgres import opened
from warehouse.ledger import current_publication, known_files
from warehouse.scratch import scratch
from warehouse.tables import HISTORY
from warehouse.views import read, views


def _seen(engine: Engine) -> dict[str, list[dict[str, object]]]:
    with engine.connect() as connection:
        return {view.name: read(connection, view.name) for view in views()}


def test_a_copy_shows_what_the_warehouse_shows_and_holds_no_more(engine: Engine) -> None:
    night(engine, FIRST)
    night(engine, SECOND, run_id="second")
    staged(engine, FIRST, run_id="third")  # and a third that never ended
    before = state(engine)
    with scratch(engine) as url, opened(url) as copy:
        place = Path(str(copy.url.database))
        assert _seen(copy) == _seen(engine)
        assert known_files(copy) == known_files(engine)
        with copy.connect() as connection:
            assert current_publication(connection) == 2
            for table in HISTORY:
                past = select(func.count()).select_from(table).where(table.c.pub_to.is_not(None))
                assert connection.scalar(past) == 0, table.name
        night(copy, FIRST, run_id="tried")
        assert _seen(copy) != _seen(engine)
    assert state(engine) == before
    assert not place.exists()
