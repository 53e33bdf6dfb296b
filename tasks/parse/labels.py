"""Rows in, what they announce out: where forms and other tables may begin."""

from functools import lru_cache
from typing import NamedTuple

from tasks.parse.rows import Row
from tasks.parse.senses import Senses

OPENING = frozenset(
    {
        "fiscal_year",
        "project_name",
        "project_code",
        "department",
        "implementing_unit",
        "budget_unit",
        "attribute",
        "period",
        "period_start",
        "total",
        "goal",
    }
)
"""Fields of which a form has one each; meeting one again after a title means another form."""


class Signs(NamedTuple):
    """What a row says about where forms begin and end."""

    is_title: bool = False
    aside: str | None = None
    """The kind of another performance table whose title the row is."""
    is_year: bool = False
    fields: frozenset[str] = frozenset()
    """Keys of the fields whose labels stand in the row."""
    has_labels: bool = False
    """The row holds a label of any kind, a heading or a level of the indicator block."""
    is_note: bool = False
    """It stands under 填表说明 or 目录, and whatever it names is no part of a form."""
    is_preface: bool = False
    """All its labels are of entries that are not taken in: who filed the form, and when."""


NO_SIGNS = Signs()
"""Of most rows."""


def signs_of(row: Row, senses: Senses) -> Signs:
    """Read the signs of one row."""
    shown = row.shown
    if not shown:
        return NO_SIGNS
    if len(shown) <= 2:
        first = senses[shown[0].text]
        if first.aside:
            return Signs(aside=first.aside)
        # A label whose value is like a title is none (项目名称 | 编制绩效目标表).
        if first.is_title and first.form is None:
            return Signs(is_title=True, is_year=first.year is not None)
        if first.year:
            return Signs(is_year=True)
    fields: list[str] = []
    has_labels = False
    is_preface = True
    for position, sense in enumerate(row.senses):
        # Only the first cell of a row must be a label; further on, or alone, a value may well resemble one.
        label = sense.label_misprinted if position == 0 and len(row.filled) > 1 else sense.label
        if label:
            has_labels = True
            meaning = label.match.meaning
            is_preface = is_preface and meaning.kind == "ignored"
            if meaning.kind == "field":
                fields.append(meaning.key)
        elif not has_labels and position < 3 and (sense.level1 or sense.level2):
            has_labels = True
            is_preface = False
    if not has_labels:
        return NO_SIGNS
    return _labelled(tuple(fields), is_preface)


@lru_cache(maxsize=1_000)
def _labelled(fields: tuple[str, ...], is_preface: bool) -> Signs:
    return Signs(fields=frozenset(fields), has_labels=True, is_preface=is_preface)
