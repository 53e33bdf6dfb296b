"""Frames in, plain records out: what the warehouse's rows are made of."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from tasks.identity import storable

Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Rows as plain Python values: None for missing, texts as every engine can keep them."""
    columns = {}
    for name in frame.columns:
        values = frame[name].astype(object).tolist()
        columns[name] = [
            None if value is None or value is pd.NA else storable(value) if isinstance(value, str) else value
            for value in values
        ]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def by_text(frame: pd.DataFrame, name: str) -> dict[str, list[Record]]:
    """Records under their value of a text column, in the frame's order."""
    grouped: dict[str, list[Record]] = {}
    for row in records(frame):
        grouped.setdefault(row[name], []).append(row)
    return grouped


def by_form(rows: Iterable[Record]) -> dict[int, tuple[Record, ...]]:
    """Records under their form's number."""
    grouped: dict[int, list[Record]] = {}
    for row in rows:
        grouped.setdefault(row["form_no"], []).append(row)
    return {number: tuple(lines) for number, lines in grouped.items()}
