"""What a rule's module declares: over which frame it runs, which rows fail, and what to say about one that does."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from schemas.rules.tables import Tables

    Column: TypeAlias = "pd.Series[Any]"
    Flags: TypeAlias = "pd.Series[bool]"

FrameName = Literal["files", "forms", "funding", "indicators", "remarks"]
Row: TypeAlias = Mapping[str, Any]
"""One failing row by column name."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One broken rule at one place: what was written, what was expected, and the rest its templates ask for."""

    value: str = ""
    expected: str = ""
    address: str | None = None
    """None takes the row's own address."""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """A rule over one frame of ``Tables``. A rule that looks into two frames has two of them."""

    rule_id: str
    frame: FrameName
    fails: "Callable[[pd.DataFrame], Flags]"
    """Frame in, True for each row that breaks the rule out, on the frame's index."""
    explain: "Callable[[pd.DataFrame, Tables], Iterable[tuple[int, Evidence]]]"
    """The failing rows in, their index labels with one evidence per place where they break the rule out."""


def check_by_row(
    rule_id: str,
    frame: FrameName,
    fails: "Callable[[pd.DataFrame], Flags]",
    explain: "Callable[[Row, Tables], Iterable[Evidence]]",
) -> RuleCheck:
    """A rule whose failing rows explain themselves one by one; ``explain`` gets no other row."""

    def explain_all(failing: pd.DataFrame, tables: "Tables") -> Iterator[tuple[int, Evidence]]:
        for label, row in zip(failing.index, records(failing), strict=True):
            for evidence in explain(row, tables):
                yield int(label), evidence

    return RuleCheck(rule_id, frame, fails, explain_all)


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def each_text(column: "Column", judge: Callable[[str], bool]) -> "Flags":
    """``judge`` of every text, False for a missing one; texts that repeat are judged once.

    The same few hundred phrases fill a county's forms, so this costs a fraction of going row by row.
    """
    codes, texts = pd.factorize(column)
    held = np.fromiter((judge(text) for text in texts), dtype=bool, count=len(texts))
    # The code of a missing text is -1: it takes the last place.
    return pd.Series(np.append(held, False)[codes], index=column.index, dtype=bool)


def matches(column: "Column", pattern: re.Pattern[str]) -> "Flags":
    """Where the pattern is found in a text column."""
    return each_text(column, lambda text: pattern.search(text) is not None)


def in_any(columns: Iterable[str], judge: Callable[[str], bool]) -> "Callable[[pd.DataFrame], Flags]":
    """A check over several text columns: True where ``judge`` holds for one of them."""
    held = tuple(columns)

    def fails(frame: pd.DataFrame) -> "Flags":
        flags = nowhere(frame)
        for name in held:
            flags |= each_text(frame[name], judge)
        return flags

    return fails


def each_value(column: "Column", derive: Callable[[str], Any]) -> "Column":
    """``derive`` of every text, None for a missing one; texts that repeat are read once."""
    codes, texts = pd.factorize(column)
    derived = np.empty(len(texts) + 1, dtype=object)
    for position, text in enumerate(texts):
        derived[position] = derive(text)
    derived[-1] = None
    return pd.Series(derived[codes], index=column.index, dtype=object)


def nowhere(frame: pd.DataFrame) -> "Flags":
    """False for each row of a frame: what a check fills in."""
    return pd.Series(False, index=frame.index, dtype=bool)


def marked(frame: pd.DataFrame, labels: Iterable[Any]) -> "Flags":
    """True for the rows with these index labels."""
    flags = nowhere(frame)
    flags.loc[list(labels)] = True
    return flags


def blank(column: "Column") -> "Flags":
    """Where a text is missing or holds nothing but blanks."""
    return ~each_text(column, lambda text: not text.isspace() and text != "")


def squeeze(text: str | None) -> str:
    """A text without any blank, for comparing: padding and line breaks carry no meaning in a form."""
    return "".join(text.split()) if text else ""
