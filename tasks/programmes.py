"""Projects in force in, projects under their conformed programmes out, staged under the next publication number.

Which names are one programme depends on all names in force, so it is settled when every file is loaded. The same
names and decisions give the same programmes, so a second night stages nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, delete, select

from schemas.county import County
from schemas.programme_groups import Decision, Grouping, group
from schemas.programmes import programmes
from tasks.identity import key, programme_name
from tasks.star import FormRows
from tasks.steps import reach
from warehouse.engine import writing
from warehouse.merge import Change, add_missing, merge
from warehouse.tables import dim_programme, dim_project, programme_decision

_AT_ONCE = 500
"""Keys in one query: SQLite takes some thousands of bound values, PostgreSQL more."""


@dataclass(frozen=True, slots=True)
class Named:
    """One project in force, and what it is called."""

    project_key: str
    project_name: str | None
    town_code: str
    programme_key: str
    bare: str
    """``tasks.identity.programme_name``."""


def in_held_programmes(connection: Connection, forms: Sequence[FormRows]) -> list[FormRows]:
    """The forms, those of a project in force in the programme it is in: what that should be is settled at the end."""
    keys = [form.project["project_key"] for form in forms]
    query = select(dim_project.c.project_key, dim_project.c.programme_key)
    held = {
        row.project_key: row.programme_key
        for some in _some(keys)
        for row in connection.execute(
            query.where(dim_project.c.pub_to.is_(None), dim_project.c.project_key.in_(some))
        )
    }
    return [
        form.in_programme(held[name]) if (name := form.project["project_key"]) in held else form
        for form in forms
    ]


def stage_programmes(engine: Engine, county: County, publication_no: int) -> Change:
    """Brings every project in force under its programme, in one transaction.

    Args:
        engine: The warehouse, with all files of the publication staged.
        county: Its words for programmes, and the names of places that are no part of a project's name.
        publication_no: The publication being prepared.
    """
    with writing(engine) as connection:
        named = named_projects(connection, county, dim_project.c.pub_to.is_(None))
        found = grouped(connection, county, named)
        wanted = {each.project_key: found.programme_of[each.bare] for each in named}
        keys = {name: key("programme", name) for name in set(wanted.values())}
        moved = {
            each.project_key: keys[wanted[each.project_key]]
            for each in named
            if each.programme_key != keys[wanted[each.project_key]]
        }
        change = Change()
        for some in _some(sorted(set(moved.values()))):
            names = {value: name for name, value in keys.items()}
            rows = [{"programme_key": each, "programme_name": names[each]} for each in some]
            change += add_missing(connection, dim_programme, rows, publication_no)
        for some in _some(sorted(moved)):
            change += _move(connection, {each: moved[each] for each in some}, publication_no)
        # A programme that this publication brought and no project belongs to after all was never seen by anybody.
        in_use = select(dim_project.c.programme_key).where(
            dim_project.c.programme_key == dim_programme.c.programme_key
        )
        unseen = dim_programme.c.pub_from == publication_no
        connection.execute(delete(dim_programme).where(unseen, ~in_use.exists()))
        reach("programmes.staged")
    return change


def named_projects(connection: Connection, county: County, which: ColumnElement[bool]) -> list[Named]:
    """Projects with their bare names; ``which`` are rows of ``dim_project``."""
    columns = (
        dim_project.c.project_key,
        dim_project.c.project_name,
        dim_project.c.town_code,
        dim_project.c.programme_key,
    )
    rows = connection.execute(select(*columns).where(which)).all()
    bare = {name: programme_name(name, county) for name in {row.project_name for row in rows}}
    return [
        Named(row.project_key, row.project_name, row.town_code, row.programme_key, bare[row.project_name])
        for row in rows
    ]


def grouped(connection: Connection, county: County, named: Iterable[Named]) -> Grouping:
    """The programmes these projects make, with the decisions people have taken so far."""
    towns: dict[str, set[str]] = {}
    for each in named:
        towns.setdefault(each.bare, set()).add(each.town_code)
    counts = {name: len(held) for name, held in towns.items()}
    return group(counts, programmes(county.words), decisions(connection))


def decisions(connection: Connection) -> list[Decision]:
    """All decisions, in the order they were taken."""
    table = programme_decision
    query = select(table.c.name, table.c.other_name, table.c.verdict).order_by(table.c.decision_no)
    return [Decision(row.name, row.other_name, row.verdict) for row in connection.execute(query)]


def _move(connection: Connection, moved: Mapping[str, str], publication_no: int) -> Change:
    within = dim_project.c.project_key.in_(moved)
    held = connection.execute(select(dim_project).where(dim_project.c.pub_to.is_(None), within)).mappings()
    rows = [{**row, "programme_key": moved[row["project_key"]]} for row in held]
    return merge(connection, dim_project, rows, publication_no, within=within)


def _some(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
