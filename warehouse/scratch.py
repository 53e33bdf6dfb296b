"""A warehouse in, a copy of what it publishes out, in which anything can be tried: the warehouse itself stays as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, Table, select

from warehouse.engine import open_engine, writing
from warehouse.ledger import current_publication, discard_unpublished, is_shown_in
from warehouse.merge import insert_rows
from warehouse.migrations import upgrade
from warehouse.tables import HISTORY, metadata

_LEFT_OUT = frozenset({"lock", "run"})
_ROWS_AT_ONCE = 5_000


@contextmanager
def scratch(engine: Engine) -> Iterator[str]:
    """A copy on SQLite of the current publication, with the ledger.

    Args:
        engine: The warehouse, on either engine; it is read in one transaction.

    Yields:
        The URL of the copy, which is gone on leaving.
    """
    with TemporaryDirectory(prefix="huizong-", ignore_cleanup_errors=True) as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        copy = open_engine(url)
        try:
            upgrade(copy)
            with engine.connect() as source, writing(copy) as target:
                now = current_publication(source)
                for table in metadata.sorted_tables:
                    if table.name not in _LEFT_OUT:
                        _copy(source, target, table, now)
            discard_unpublished(copy)
        finally:
            copy.dispose()
        yield url


def _copy(source: Connection, target: Connection, table: Table, publication_no: int) -> None:
    query = select(table)
    if table in HISTORY:
        query = query.where(is_shown_in(table, publication_no))
    found = source.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)).mappings()
    for rows in found.partitions(_ROWS_AT_ONCE):
        insert_rows(target, table, [dict(row) for row in rows])
