"""The heading rows of an indicator block in, its columns out: which cells under them are what.

A heading may be one row or two (指标值 over 符号, 值, 单位), may stand beside a second block with the goals of the mid
term, or may be missing altogether, where the names of the levels show where the columns stand.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from schemas.form import Cell
from schemas.vocabulary import Match, Meaning, fold
from tasks.parse.rows import Row
from tasks.parse.senses import Sense

Horizon = Literal["year", "mid_term", "beside"]
"""For when the goals under a heading are; ``beside`` for the year's in a second block to the right of the first."""

_ANCHORS = frozenset({"level1", "level2", "level3"})
_SPLITTING = frozenset({"operator", "value", "unit", "weight", "mid_term", "lower", "upper"})
_TOLD_APART = frozenset({"asked", "weight", "level4"})
_MOST_PARTS = 2
"""Cells behind the first under a heading of the value: sign, number and unit."""
_PLAIN_ORDER = ("level3", "value")
_SIGNED_ORDER = ("level3", "operator", "value")
_SIGN = re.compile("[≥≤><=]=?|定性")
LABELS = {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "value": "指标值"}
"""What a column is called in addresses where no heading names it."""


class Column(NamedTuple):
    """A heading and the columns it covers, the last one excluded."""

    start: int
    end: int
    role: str
    """``level1`` … ``weight``; ``ignored``; empty where the heading is not known."""
    label: str
    """The right name of the heading, for addresses."""
    horizon: Horizon = "year"

    def covers(self, cell: Cell) -> bool:
        """Whether a cell stands wholly under this heading."""
        return self.start <= cell.column and cell.column + cell.column_span <= self.end


class Heading(NamedTuple):
    """What a heading row says."""

    columns: tuple[Column, ...]
    labels: tuple[tuple[Cell, Match], ...]
    """The cells that are headings of columns."""
    others: tuple[Cell, ...]
    """The cells that are none: the name of the block, or a heading the vocabulary does not know."""


Year = Callable[[], int | None]
"""Asks for the form's year, as far as it is known by then."""


def heading_of(row: Row, year: Year = lambda: None) -> Heading | None:
    """The columns a row announces, or None where it is no heading of an indicator block; ``year`` asks for the form's."""
    if not row.names_column:
        return None
    senses = row.senses
    columns: list[Column] = []
    labels: list[tuple[Cell, Match]] = []
    others: list[Cell] = []
    for cell, sense in zip(row.filled, senses, strict=True):
        found = (sense.column_misprinted if labels else sense.column) or of_year(sense, year, senses)
        if found is None:
            others.append(cell)
            columns.append(_column(cell, "", cell.text.strip()))
            continue
        labels.append((cell, found))
        column = _column(cell, _role(found), found.meaning.label)
        columns.append(column._replace(end=_reach(row, cell)) if column.role == "value" else column)
    columns = list(_settled(columns))
    roles = {column.role for column in columns}
    if (
        not roles & {"level3", "value", "mid_term"}
        or len(roles & _ANCHORS | roles & _SPLITTING) < 2
        or not roles & _ANCHORS
    ):
        return None
    return Heading(tuple(columns), tuple(labels), tuple(others))


def joined(found: Heading, above: Row, row: Row) -> Heading:
    """The heading of a row with what the row above heads beside it (绩效指标 | 指标值 over 一级指标 | 二级指标 | 三级指标)."""
    names = (sense.form for sense in above.senses)
    is_over = any(name is not None and name.meaning.key == "indicators" for name in names)
    if not is_over or above.grid is not row.grid or above.number + 1 != row.number:
        return found
    more = [
        (cell, sense.column)
        for cell, sense in zip(above.filled, above.senses, strict=True)
        if sense.column is not None
        and all(
            column.end <= cell.column or cell.column + cell.column_span <= column.start
            for column in found.columns
        )
    ]
    columns = (*found.columns, *(_column(cell, _role(match), match.meaning.label) for cell, match in more))
    return found._replace(
        columns=tuple(_settled(sorted(columns, key=lambda column: column.start))),
        labels=(*found.labels, *more),
    )


def _reach(row: Row, cell: Cell) -> int:
    """Where the heading of the value ends: behind the blank cells that a text writes for what it is merged over."""
    end = cell.column + cell.column_span
    if cell.reference or any(each.column_span > 1 for each in row.cells):
        return end
    blank = {each.column for each in row.cells} - {each.column for each in row.filled}
    while end in blank and end - cell.column <= _MOST_PARTS:
        end += 1
    return end


def _settled(columns: Sequence[Column]) -> Iterator[Column]:
    """Columns with those told apart that say the same: of several levels, asked for and granted."""
    roles = [column.role for column in columns]
    if _TOLD_APART.isdisjoint(roles) and not any(tells_kind(roles, at) for at in range(len(roles))):
        yield from columns
        return
    weighed = [
        next((role for role in reversed(roles[:at]) if role.startswith("level")), "")
        for at, role in enumerate(roles)
        if role == "weight"
    ]
    has_own_weight = "level3" in roles and "weight" in roles[roles.index("level3") :]
    last_level = ""
    for at, column in enumerate(columns):
        role = column.role
        last_level = role if role.startswith("level") else last_level
        if role == "asked":
            role = "ignored" if "value" in roles else "value"
        elif tells_kind(roles, at):
            role = "ignored"
        elif role == "weight" and (
            (has_own_weight and last_level in ("level1", "level2"))
            or (last_level == "level1" and ("level2" in weighed or "level2" in roles))
        ):
            # What a whole level weighs is no indicator's weight.
            role = "ignored"
        elif role == "level4" and "level3" not in roles:
            role = "level3"
        yield column if role == column.role else column._replace(role=role)


def tells_kind(roles: Sequence[str], at: int) -> bool:
    """Whether a heading called like the first level (指标类型) stands behind the indicator, with no further levels behind it.

    What stands below it is 定量 or 定性. Behind a second block of indicators there are levels again.
    """
    return (
        roles[at] == "level1" and "level3" in roles[:at] and {"level2", "level3"}.isdisjoint(roles[at + 1 :])
    )


def of_year(sense: Sense, year: Year, beside: Sequence[Sense]) -> Match | None:
    """A heading that names its year (2023年实际完成值 | 2024年目标值): the value of the form's year, or another one's.

    A year to come is known for one only where the form's own stands ``beside`` it.
    """
    told = sense.dated
    own = year() if told is not None else None
    if told is None or own is None or (told.year == own and told.is_done):
        return None
    if told.year > own and all(each.dated is None or each.dated.year != own for each in beside):
        return None
    name = sense.text.strip()
    return Match(Meaning("ignored", name, name) if told.year != own else Meaning("column", "value", name))


def _role(found: Match) -> str:
    return "ignored" if found.meaning.kind == "ignored" else found.meaning.key


def _column(cell: Cell, role: str, label: str) -> Column:
    return Column(cell.column, cell.column + cell.column_span, role, label)


def beside(columns: Sequence[Column], horizons: Sequence[tuple[Cell, Horizon]]) -> tuple[Column, ...]:
    """Columns with a role met twice told apart, by the order of the headings above them.

    Args:
        columns: Of the heading row.
        horizons: Cells above that say which goals stand under them (中期目标 | 年度目标).

    Returns:
        The same columns; of two with one role the first has the horizon named first, the second the other one. Without
        such evidence the second one is the year's too, where it begins with a first level of its own; else it has no
        role, so that its cells are reported and not mixed in.
    """
    roles = [column.role for column in columns if column.role in _ANCHORS | _SPLITTING]
    if len(set(roles)) == len(roles):
        return tuple(columns)
    order = [horizon for _, horizon in sorted(horizons, key=lambda named: named[0].column)]
    counts = Counter(column.role for column in columns)
    if order not in (["mid_term", "year"], ["year", "mid_term"]):
        order = ["year", "beside"] if _is_twice(columns) else ["year"]
    met: Counter[str] = Counter()
    told: list[Column] = []
    for column in columns:
        met[column.role] += 1
        if column.role not in _ANCHORS | _SPLITTING or counts[column.role] == 1:
            told.append(column)
        elif met[column.role] > len(order) and len(roles) - len(set(roles)) == 1 and column.role == "value":
            # 定量指标值 | 定性指标值: of each row one is filled.
            told.append(column)
        elif met[column.role] > len(order):
            told.append(column._replace(role=""))
        else:
            told.append(column._replace(horizon=order[met[column.role] - 1]))
    return tuple(told)


def _is_twice(columns: Sequence[Column]) -> bool:
    """Whether the headings are those of a whole block, and the same again."""
    roles = [column.role for column in columns if column.role in _ANCHORS | _SPLITTING]
    half = len(roles) // 2
    return roles[:half] == roles[half:] and roles[:1] == ["level1"] and roles.count("level1") == 2


def refined(columns: Sequence[Column], row: Row, year: Year) -> Heading | None:
    """The columns after a second heading row under a wide heading (指标值 over 符号, 值, 单位); None where it is none."""
    first = row.sense(0)
    if first.column is None and first.dated is None and first.horizon is None:
        return None
    columns = _spread(columns, row)
    parts: list[Column] = []
    labels: list[tuple[Cell, Match]] = []
    # A heading reaches over the blank cells that a merged one leaves in a text.
    ends = (*(column.start for column in columns[1:]), max(cell.column for cell in row.cells) + 1)
    reaches = [(column, max(column.end, end)) for column, end in zip(columns, ends, strict=True)]
    for cell, sense in zip(row.filled, row.senses, strict=True):
        above, end = next(
            ((column, end) for column, end in reaches if column.start <= cell.column < end), (None, 0)
        )
        found = sense.column or of_year(sense, year, row.senses) or _of_horizon(sense, above)
        if above is None or found is None:
            return None
        labels.append((cell, found))
        if end - above.start > cell.column_span or above.role != _role(found):
            # What was asked for stays left out, whatever parts it has.
            role = "ignored" if above.role == "ignored" else _role(found)
            parts.append(_column(cell, role, found.meaning.label))
    if not labels:
        return None
    kept = (
        column for column in columns if not any(column.start <= part.start < column.end for part in parts)
    )
    told = sorted((*kept, *parts), key=lambda column: column.start)
    return Heading(tuple(_settled(told)), tuple(labels), ())


def _of_horizon(sense: Sense, above: Column | None) -> Match | None:
    """实施期 or 年度 under 指标值: the value of the mid term, or the year's."""
    if sense.horizon is None or above is None or above.role != "value":
        return None
    role = "mid_term" if sense.horizon == "mid_term" else "value"
    return Match(Meaning("column", role, sense.text.strip()))


def _spread(columns: Sequence[Column], row: Row) -> Sequence[Column]:
    """Headings moved apart where a text wrote a wide one as a single cell, and its parts below it as one each."""
    first, extra = row.filled[0].column, len(row.filled) - 1
    is_flat = all(column.end - column.start == 1 for column in columns)
    is_together = row.filled[-1].column == first + extra
    if not is_flat or not is_together or max(cell.column for cell in row.cells) != columns[-1].start + extra:
        return columns
    return [
        column
        if column.start <= first
        else column._replace(start=column.start + extra, end=column.end + extra)
        for column in columns
    ]


def implied(row: Row) -> Heading | None:
    """Columns of a block without a heading row, from a first row that names its levels; None where it does not."""
    cells = row.filled
    if len(cells) < 3:
        return None
    at = 0 if _level(row.sense(0)) else 1
    if at and _level(row.sense(1)) is None:
        return None
    levels = list(_leading_levels(cells[at : at + 2], row.senses[at : at + 2]))
    rest = cells[at + len(levels) :]
    order = _order(rest)
    if len(rest) != len(order):
        return None
    if any(
        "指标" in sense.text and (sense.level1 or sense.level2) for sense in row.senses[at + len(levels) :]
    ):
        # 产出指标 | 效益指标 | 满意度指标 side by side: the indicators stand in columns below them.
        return None
    columns = [
        *levels,
        *(_column(cell, role, LABELS.get(role, role)) for cell, role in zip(rest, order, strict=True)),
    ]
    return Heading(tuple(columns), (), tuple(cells[:at]))


def _order(rest: Sequence[Cell]) -> tuple[str, ...]:
    """What stands behind the levels: a name and its value, with the sign that compares between them or without."""
    is_signed = len(rest) == len(_SIGNED_ORDER) and _SIGN.fullmatch(fold(rest[1].text))
    return _SIGNED_ORDER if is_signed else _PLAIN_ORDER


def _leading_levels(cells: Sequence[Cell], senses: Sequence[Sense]) -> Iterator[Column]:
    roles = ["level1", "level2"]
    for cell, sense in zip(cells, senses, strict=True):
        role = _level(sense, roles)
        if role is None:
            return
        roles = roles[roles.index(role) + 1 :]
        yield _column(cell, role, LABELS[role])


def _level(sense: Sense, roles: Sequence[str] = ("level1", "level2")) -> str | None:
    # A bare 质量 or 成本 is a word like any other; a level says that it is one, or has another level beside it.
    if sense.level1 and "level1" in roles:
        return "level1"
    return "level2" if sense.level2 and "level2" in roles else None
