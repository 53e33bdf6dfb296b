"""Rows as they should be in, the smallest change of a table with history out: nothing, close, insert."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, select, true, update

from warehouse.tables import natural_key

Row = Mapping[str, Any]
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows a merge touched."""

    inserted: int = 0
    closed: int = 0

    def __add__(self, other: "Change") -> "Change":
        return Change(self.inserted + other.inserted, self.closed + other.closed)


def merge(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    publication_no: int,
    *,
    within: ColumnElement[bool] | None = None,
) -> Change:
    """Makes the open rows of ``table`` inside ``within`` equal to ``rows`` from publication ``publication_no`` on.

    A row that is the same stays untouched, so merging twice changes nothing. One that changed or is gone is
    closed (``pub_to``), or removed where this very publication brought it and nobody has seen it.

    Args:
        connection: In a transaction.
        table: A table with ``pub_from`` and ``pub_to``.
        rows: What should be in force; every column but those two.
        publication_no: The publication being prepared.
        within: Which open rows are in question; None for the whole table.
    """
    names = natural_key(table)
    content = [each.name for each in table.c if each.name not in ("pub_from", "pub_to")]
    key_of = _key_of(names)
    wanted = {key_of(row): {name: row[name] for name in content} for row in rows}
    if len(wanted) != len(rows):
        raise ValueError(f"two rows for {table.name} have the same natural key")
    query = select(table).where(table.c.pub_to.is_(None), true() if within is None else within)
    held: list[Row] = [dict(row) for row in connection.execute(query).mappings()]
    open_rows = {key_of(row): row for row in held}
    gone = [
        row
        for key, row in open_rows.items()
        if key not in wanted or any(row[name] != wanted[key][name] for name in content)
    ]
    fresh = [
        row
        for key, row in wanted.items()
        if key not in open_rows or any(open_rows[key][name] != row[name] for name in content)
    ]
    _close(connection, table, names, gone, publication_no)
    insert_rows(connection, table, [{**row, "pub_from": publication_no, "pub_to": None} for row in fresh])
    return Change(inserted=len(fresh), closed=len(gone))


def add_missing(connection: Connection, table: Table, rows: Sequence[Row], publication_no: int) -> Change:
    """Adds the rows whose key the table does not hold yet, for tables whose rows are what their key says."""
    names = natural_key(table)
    key_of = _key_of(names)
    wanted = {key_of(row): row for row in rows}
    if not wanted:
        return Change()
    (name,) = names
    query = select(table.c[name]).where(table.c[name].in_([key[0] for key in wanted]))
    held = {(value,) for value in connection.scalars(query)}
    fresh = [
        {**row, "pub_from": publication_no, "pub_to": None} for key, row in wanted.items() if key not in held
    ]
    insert_rows(connection, table, fresh)
    return Change(inserted=len(fresh))


def insert_rows(connection: Connection, table: Table, rows: Collection[Row]) -> None:
    """Inserts many rows at once: COPY on PostgreSQL, executemany on SQLite (ten times faster than row by row)."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), [dict(row) for row in rows])
        return
    processors: list[tuple[str, Callable[[Any], Any] | None]] = [
        (each.name, each.type.dialect_impl(connection.dialect).bind_processor(connection.dialect))
        for each in table.c
    ]
    quote = connection.dialect.identifier_preparer
    target = f"{quote.format_table(table)} ({', '.join(quote.format_column(each) for each in table.c)})"
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection was given back to its pool")
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row([process(row[name]) if process else row[name] for name, process in processors])


def _close(
    connection: Connection, table: Table, names: Sequence[str], gone: Sequence[Row], publication_no: int
) -> None:
    same = and_(*(table.c[name] == bindparam(f"key_{name}") for name in (*names, "pub_from")))
    bound = [{f"key_{name}": row[name] for name in (*names, "pub_from")} for row in gone]
    unseen = [each for each in bound if each["key_pub_from"] == publication_no]
    seen = [each for each in bound if each["key_pub_from"] != publication_no]
    if unseen:
        connection.execute(delete(table).where(same), unseen)
    if seen:
        connection.execute(update(table).where(same).values(pub_to=publication_no), seen)


def _key_of(names: Sequence[str]) -> Callable[[Row], _Key]:
    return lambda row: tuple(row[name] for name in names)
