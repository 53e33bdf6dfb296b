"""The published views: one SQL file each, which documents itself; how they are made, and how rows are read from them.

A file opens with comment lines: ``title:``, ``grain:``, ``order:`` (columns that order the rows), and one
``- name | type | unit | comment`` per column. Types are those of ``_READERS``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

from sqlalchemy import Connection, text

from warehouse.columns import CENT, plain

_CURRENT = "SELECT MAX(publication_no) AS n FROM publication WHERE state = 'published'"
"""How every view finds the current publication; ``read`` puts another number in its place."""

_DIGITS = Context(prec=15)
"""A number in a view of SQLite is a binary float, true to 15 significant digits; both engines are read to that."""


Kind = Literal["text", "count", "yuan", "number", "date", "moment", "flag"]
"""What a column of a view holds."""


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view."""

    name: str
    kind: Kind
    unit: str
    comment: str


@dataclass(frozen=True, slots=True)
class View:
    """One view: its declaration and its SELECT."""

    name: str
    title: str
    grain: str
    order: tuple[str, ...]
    columns: tuple[ViewColumn, ...]
    select: str


def _yuan(value: object) -> Decimal:
    return Decimal(str(value)).quantize(CENT)


def _number(value: object) -> Decimal:
    return plain(_DIGITS.plus(Decimal(str(value))))


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _moment(value: object) -> datetime:
    return (value if isinstance(value, datetime) else datetime.fromisoformat(str(value))).astimezone(UTC)


_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    "text": str,
    "count": int,
    "yuan": _yuan,
    "number": _number,
    "date": _day,
    "moment": _moment,
    "flag": bool,
}


@cache
def views() -> tuple[View, ...]:
    """All views, by name."""
    folder = files(__package__)
    found = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".sql")), key=lambda each: each.name
    )
    return tuple(
        _declared(each.name.removesuffix(".sql"), each.read_text(encoding="utf-8")) for each in found
    )


def create_views(connection: Connection) -> None:
    """Makes every view of this release. On PostgreSQL its comment holds its title and the digest of its SELECT."""
    for view in views():
        connection.exec_driver_sql(_create(view))
        if connection.dialect.name == "postgresql":
            # A comment takes no bound value; the remark is this package's own title and digest, without a
            # quote.
            connection.exec_driver_sql(f"COMMENT ON VIEW {view.name} IS '{_remark(view)}'")


def views_in_place(connection: Connection) -> bool:
    """Whether every view is there as this release has it, so that nothing has to take it away from its readers."""
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT relname, obj_description(oid) FROM pg_class WHERE relkind = 'v' AND relname LIKE 'v\\_%'"
        )
        wanted = {view.name: _remark(view) for view in views()}
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'view'"
        wanted = {view.name: _create(view) for view in views()}
    held = {row[0]: row[1] for row in connection.execute(text(query))}
    return all(held.get(name) == content for name, content in wanted.items())


def _create(view: View) -> str:
    return f"CREATE VIEW {view.name} AS {view.select}"


def _remark(view: View) -> str:
    return f"{view.title}（{sha256(view.select.encode()).hexdigest()[:16]}）"


def drop_views(connection: Connection) -> None:
    """Removes every view of this release, where it is there."""
    for view in views():
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")


def read(
    connection: Connection, name: str, *, publication_no: int | None = None, **equals: object
) -> list[dict[str, Any]]:
    """Rows of a view with the same Python values on both engines, in the view's order.

    Args:
        connection: An open connection.
        name: Name of the view.
        publication_no: Read as publication ``publication_no`` showed it; None for the current one.
        equals: Column = value, to keep only such rows.

    Raises:
        KeyError: there is no such view or column.
    """
    view = {each.name: each for each in views()}[name]
    kinds = {each.name: _READERS[each.kind] for each in view.columns}
    unknown = equals.keys() - kinds.keys()
    if unknown:
        raise KeyError(f"{name} has no column {', '.join(sorted(unknown))}")
    if publication_no is None:
        found = connection.execute(text(f"SELECT * FROM {view.name}"))  # noqa: S608 - a name of this package
    else:
        select = view.select.replace(_CURRENT, "SELECT CAST(:publication_no AS INTEGER) AS n")
        found = connection.execute(text(select), {"publication_no": publication_no})
    rows = [
        {key: None if value is None else kinds[key](value) for key, value in row.items()}
        for row in found.mappings()
    ]
    kept = [row for row in rows if all(row[key] == value for key, value in equals.items())]
    return sorted(kept, key=lambda row: [(row[key] is not None, row[key]) for key in view.order])


def _declared(name: str, content: str) -> View:
    facts = dict(re.findall(r"^-- (title|grain|order): (.+)$", content, re.MULTILINE))
    columns = tuple(_column(line, name) for line in re.findall(r"^-- - (.+)$", content, re.MULTILINE))
    if _CURRENT not in content:
        raise ValueError(f"{name}.sql does not ask for the current publication in the common words")
    select = "\n".join(line for line in content.splitlines() if not line.startswith("--")).strip().rstrip(";")
    order = tuple(part.strip() for part in facts["order"].split(","))
    return View(name, facts["title"], facts["grain"], order, columns, select)


def _column(line: str, view: str) -> ViewColumn:
    name, kind, unit, comment = (part.strip() for part in line.split("|"))
    known = next((each for each in _READERS if each == kind), None)
    if known is None:
        raise ValueError(f"{view}.{name} is of the unknown kind {kind}")
    return ViewColumn(name, known, unit, comment)
