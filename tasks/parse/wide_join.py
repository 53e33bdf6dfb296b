"""Wide tables of one file in; those that say more of another one's projects are joined to them, a project at a time.

Systems export it so: a sheet with a row for each project (what it is, what it costs, its goal), and one with a row for
each indicator. They share the code of the project, or its name.
"""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace

from schemas.vocabulary import fold
from tasks.parse.rows import Row
from tasks.parse.wide import WideTable

_KEYS = ("project_code", "project_name")
"""Of which the first that both tables have joins them."""
_SAID_TWICE = ("fiscal_year", "total", "goal")
"""Fields that a table of indicators may repeat."""


def join(tables: Sequence[WideTable]) -> Set[int]:
    """Join tables of indicators to the table of their projects.

    Args:
        tables: In reading order; a table of projects is given what others say of them (``joined``), and those keep the
            projects it does not know.

    Returns:
        ``id`` of the tables of which no project is left.
    """
    gone: set[int] = set()
    for home in tables:
        if home.indicators or any(column.kind == "level2" for column in home.columns):
            continue
        for other in tables:
            if other.indicators and not other.owners and id(other) not in gone and _attach(home, other):
                gone.add(id(other))
    return gone


def _attach(home: WideTable, other: WideTable) -> bool:
    """Give the projects of one table what the other says of them; True where nothing is left of the other."""
    key = next((key for key in _KEYS if home.column("field", key) and other.column("field", key)), None)
    if key is None or _differ(home, other):
        return False
    known = [_told(home, rows, key) for rows in home.projects]
    counts = Counter(known)
    places = {name: at for at, name in enumerate(known) if name and counts[name] == 1}
    found = [(places.get(_told(other, rows, key)), rows) for rows in other.projects]
    kept = [rows for at, rows in found if at is None]
    agree = all(at is None or _agree(home, home.projects[at], other, rows) for at, rows in found)
    if len(kept) == len(found) or not agree:
        return False
    bare = replace(other, labels=(), before=[], heading=[], sums=[], notes=[])
    # What stands around its rows is read with the first project, here or there.
    part = bare if kept else other
    for at, rows in found:
        if at is not None:
            home.joined.setdefault(at, []).append(replace(part, projects=[rows]))
            part = bare
    home.above.extend(other.before)
    other.projects = kept
    return not kept


def _differ(home: WideTable, other: WideTable) -> bool:
    """Whether the tables are of different years."""
    years = [
        {fold(sense.year) for row in table.before for sense in row.senses if sense.year}
        for table in (home, other)
    ]
    return bool(years[0] and years[1]) and years[0] != years[1]


def _agree(home: WideTable, own: Sequence[Row], other: WideTable, rows: Sequence[Row]) -> bool:
    """Whether what both tables say of a project is the same, and not one year's and another's."""
    told = ((_told(home, own, key), _told(other, rows, key)) for key in _SAID_TWICE)
    return all(not first or not second or first == second for first, second in told)


def _told(table: WideTable, rows: Sequence[Row], key: str) -> str:
    """The first text of a project in the column of a field."""
    column = table.column("field", key)
    cells = (table.cell(row, column) for row in rows) if column else ()
    return next((text for cell in cells if cell is not None and (text := fold(cell.text))), "")
