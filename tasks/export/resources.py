"""The warehouse's declarations in, what an export consists of out: tables and views with their fields, and their rows.

One publication is exported, as readers saw it. The columns that say in which publications a row is visible are left
out, and so is what only this installation can use; with that the same publication gives the same files for ever.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Date, Integer, Table, Text, select

from warehouse.columns import Moment, Money, Number
from warehouse.ledger import is_shown_in
from warehouse.tables import HISTORY, natural_key, submission
from warehouse.views import Kind, View, read, views

Row = Mapping[str, Any]

_OURS = ("pub_from", "pub_to", "run_id", "archive_url")


class Field(NamedTuple):
    """One column."""

    name: str
    kind: Kind
    unit: str
    comment: str
    is_required: bool = False
    allowed: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


class Reference(NamedTuple):
    """A column whose values are the key of another resource."""

    field: str
    resource: str
    key: str


class Resource(NamedTuple):
    """One table or view."""

    name: str
    title: str
    grain: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    table: Table | None = None
    """None for a view."""


def resources() -> tuple[Resource, ...]:
    """The submissions, the dimensions and facts, and the views."""
    tables = sorted(HISTORY, key=lambda table: table.name)
    return (*map(_of_table, (submission, *tables)), *map(_of_view, views()))


def rows_of(connection: Connection, resource: Resource, publication_no: int) -> Sequence[Row]:
    """A resource's rows in a publication, in the order of its key; the same on both engines.

    Args:
        connection: An open connection; all resources of an export are read in one transaction.
        resource: Of ``resources()``.
        publication_no: A published one.
    """
    table = resource.table
    if table is None:
        return read(connection, resource.name, publication_no=publication_no)
    query = select(*(table.c[field.name] for field in resource.fields))
    is_shown = (
        table.c.pub_from <= publication_no if table is submission else is_shown_in(table, publication_no)
    )
    rows = [dict(row) for row in connection.execute(query.where(is_shown)).mappings()]
    return sorted(rows, key=lambda row: [row[name] for name in resource.key])


def _of_table(table: Table) -> Resource:
    columns = [each for each in table.c if each.name not in _OURS]
    told = {each.parent.name: each.target_fullname for each in table.foreign_keys}
    told |= {each.name: each.info["refers"] for each in columns if "refers" in each.info}
    references = (Reference(name, *target.split(".")) for name, target in sorted(told.items()))
    return Resource(
        table.name,
        table.comment or "",
        table.info["grain"],
        tuple(map(_field, columns)),
        natural_key(table),
        tuple(references),
        table,
    )


def _field(column: "Column[Any]") -> Field:
    info = column.info
    return Field(
        column.name,
        next(kind for types, kind in _KINDS if isinstance(column.type, types)),
        info["unit"],
        column.comment or "",
        not column.nullable,
        info.get("allowed", ()),
        info.get("low"),
        info.get("high"),
    )


_KINDS: tuple[tuple[Any, Kind], ...] = (
    (Money, "yuan"),
    (Number, "number"),
    (Moment, "moment"),
    (Boolean, "flag"),
    (Date, "date"),
    (Integer, "count"),
    (Text, "text"),
)


def _of_view(view: View) -> Resource:
    fields = (Field(each.name, each.kind, each.unit, each.comment) for each in view.columns)
    return Resource(view.name, view.title, view.grain, tuple(fields))
