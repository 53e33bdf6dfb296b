"""The frames between normalise and load: one pandera schema each, with its grain, and the batch that holds them.

Text, dates and Decimals live in ``object`` columns with None for missing, so that money stays a Decimal and a
blank stays a blank; counts are ``Int64``, flags ``bool``. Row order is meaningful: files in the order given,
forms and indicators in the order of the file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pandera.pandas as pa

from schemas.amounts import MONEY_UNITS
from schemas.decisions import Corrected, Decisions

KINDS = (
    "quantity",
    "money",
    "unit_price",
    "ratio",
    "frequency",
    "duration",
    "deadline",
    "period",
    "boolean",
    "qualitative",
    "missing",
)
OPERATORS = ("=", ">=", "<=", ">", "<", "between")
SEVERITIES = ("error", "warning", "info")


def _column(
    kind: type | tuple[type, ...], *, nullable: bool = True, isin: Iterable[str] | None = None
) -> pa.Column:
    checks = [_holds_only(kind)]
    if isin is not None:
        checks.append(pa.Check.isin(list(isin)))
    return pa.Column(object, checks=checks, nullable=nullable)


def _holds_only(kind: type | tuple[type, ...]) -> pa.Check:
    def holds_only(values: "pd.Series[Any]") -> "pd.Series[bool]":
        return values.map(lambda value: isinstance(value, kind))

    names = kind.__name__ if isinstance(kind, type) else " or ".join(each.__name__ for each in kind)
    return pa.Check(holds_only, name=f"holds only {names}")


def text(*, nullable: bool = True, isin: Iterable[str] | None = None) -> pa.Column:
    """A text column; None is missing."""
    return _column(str, nullable=nullable, isin=isin)


def decimal() -> pa.Column:
    """A Decimal column; never float."""
    return _column(Decimal)


def day() -> pa.Column:
    """A column of dates."""
    return _column(date)


def moment() -> pa.Column:
    """A column of zoned datetimes."""
    return _column(datetime)


def count(*, nullable: bool = False) -> pa.Column:
    """A whole number."""
    return pa.Column("Int64", nullable=nullable)


def flag() -> pa.Column:
    """True or false, never missing."""
    return pa.Column(bool)


def _schema(
    name: str, columns: Mapping[str, pa.Column], unique: list[str] | None = None
) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(dict(columns), name=name, strict=True, ordered=True, unique=unique)


SUBMISSIONS = _schema(
    "submissions",
    {
        "submission_key": text(nullable=False),
        "group_key": text(nullable=False),
        "file_name": text(nullable=False),
        "file_sha256": text(nullable=False),
        "size_bytes": count(),
        "fiscal_year": count(nullable=True),
        "town_code": text(),
        "received_at": moment(),
        "verdict": text(nullable=False, isin=("accepted", "partial", "returned")),
        "forms_in": count(),
        "forms_accepted": count(),
        "forms_returned": count(),
        "errors": count(),
        "warnings": count(),
        "cells_in": count(),
        "cells_consumed": count(),
        "cells_ignored": count(),
        "cells_reported": count(),
    },
    unique=["submission_key"],
)
"""One row per submitted file."""

FORMS = _schema(
    "forms",
    {
        "submission_key": text(nullable=False),
        "group_key": text(nullable=False),
        "form_no": count(),
        "fiscal_year": count(nullable=True),  # as the form says; None where it does not
        "project_code": text(),  # 21 characters, where a template gives it
        "project_name": text(),
        "project_name_displaced": flag(),
        "department_code": text(),
        "department_name": text(),
        "implementing_unit": text(),
        "attribute": text(),
        "attribute_raw": text(),
        "period_raw": text(),
        "period_start": day(),
        "period_end": day(),
        "money_unit": text(nullable=False, isin=tuple(MONEY_UNITS)),
        "total_raw": text(),
        "total_yuan": decimal(),
        "goal": text(),
        "form_address": text(nullable=False),
        "project_name_address": text(),
        "department_address": text(),
        "implementing_unit_address": text(),
        "attribute_address": text(),
        "fiscal_year_address": text(),
        "period_address": text(),
        "total_address": text(),
        "goal_address": text(),
        "verdict": text(isin=("accepted", "returned")),  # None until validated
    },
    unique=["submission_key", "form_no"],
)
"""One row per form."""

FUNDING = _schema(
    "funding",
    {
        "submission_key": text(nullable=False),
        "group_key": text(nullable=False),
        "form_no": count(),
        "line_no": count(),
        "source": text(nullable=False),
        "amount_raw": text(),
        "amount_yuan": decimal(),  # None where blank
        "is_detail": flag(),
        "address": text(nullable=False),
    },
    unique=["submission_key", "form_no", "line_no"],
)
"""One row per form and source of money, blank ones included."""

INDICATORS = _schema(
    "indicators",
    {
        "submission_key": text(nullable=False),
        "group_key": text(nullable=False),
        "form_no": count(),
        "indicator_no": count(),
        "level1": text(),  # canonical
        "level2": text(),  # canonical
        "level1_raw": text(),
        "level2_raw": text(),
        "level3": text(),  # trimmed, inner blanks kept
        "raw": text(),  # 指标值 as typed, trimmed at both ends
        "kind": text(nullable=False, isin=KINDS),
        "operator": text(isin=OPERATORS),
        "value": decimal(),  # canonical
        "value_high": decimal(),  # canonical, upper end of a range
        "unit": text(),  # canonical; as typed where the table does not know it
        "typed_value": decimal(),
        "typed_unit": text(),
        "conversion": text(),  # 万元→元 ×10000; None where nothing was converted
        "deadline": day(),
        "period_start": day(),
        "period_end": day(),
        "weight": decimal(),
        "mid_term_raw": text(),  # 中期指标值 as typed, where the form has one for this indicator
        "mid_term": decimal(),  # canonical, in the unit of value; None where it cannot be compared with it
        "address": text(nullable=False),  # of the value
        "level3_address": text(nullable=False),
    },
    unique=["submission_key", "form_no", "indicator_no"],
)
"""One row per indicator row of a form."""

REMARKS = _schema(
    "remarks",
    {
        "submission_key": text(nullable=False),
        "group_key": text(nullable=False),
        "form_no": count(nullable=True),
        "rule_id": text(nullable=False),
        "address": text(),
        "value": text(),
        "expected": text(),
        "details": _column(dict, nullable=False),
    },
)
"""One row per thing a reader reported: what the rules of letter R read."""

FINDINGS = _schema(
    "findings",
    {
        "submission_key": text(),  # None for a town that sent nothing
        "group_key": text(nullable=False),
        "form_no": count(nullable=True),
        "indicator_no": count(nullable=True),
        "finding_no": count(),  # position within its submission, from 1
        "rule_id": text(nullable=False),
        "severity": text(nullable=False, isin=SEVERITIES),
        "address": text(),
        "value": text(),
        "expected": text(),
        "message": text(nullable=False),
        "action": text(nullable=False),
    },
)
"""One row per rule broken at one place, in the order a reader meets them."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What normalise gives and the rules read: all files of a batch, whole towns at a time."""

    forms: pd.DataFrame
    funding: pd.DataFrame
    indicators: pd.DataFrame
    remarks: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Judgement:
    """What validate gives and load takes: the frames of a batch with findings and verdicts."""

    submissions: pd.DataFrame
    forms: pd.DataFrame
    funding: pd.DataFrame
    indicators: pd.DataFrame
    findings: pd.DataFrame
    rules_version: str
    decisions: Mapping[str, Decisions] = field(default_factory=dict)
    """Submission key → what people had decided of it when it was judged; only where there is something."""
    corrected: tuple[Corrected, ...] = ()
    """Cells that count as a person corrected them; the frames hold the accepted text, here is the typed one."""


def build(schema: pa.DataFrameSchema, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A frame of ``schema`` from rows that name every column, with the schema's dtypes, also where there is no row.

    Raises:
        KeyError: a row lacks a column of the schema.
    """
    held = list(rows)
    columns: dict[str, pd.Series[Any]] = {}
    for name, column in schema.columns.items():
        columns[name] = pd.Series([row[name] for row in held], dtype=str(column.dtype))
    return pd.DataFrame(columns)
