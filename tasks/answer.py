"""A judgement in, the answer of ``huizong check`` out: one object per file, a shape other programs rely on.

Amounts in 元 are written with two places, other decimals without trailing zeros, days as ISO dates; a missing
value is None. Nothing here decides: verdicts and findings are those of the judgement.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import pandas as pd

from schemas import target
from schemas.form import Source
from schemas.frames import Judgement

Row: TypeAlias = Mapping[str, Any]
Json: TypeAlias = dict[str, Any]


def answers(sources: Iterable[Source], judgement: Judgement) -> list[Json]:
    """One object per file, in the order given."""
    submissions = {row["submission_key"]: row for row in _rows(judgement.submissions)}
    return [_answer(source, submissions[source.key], judgement) for source in sources]


def _answer(source: Source, submission: Row, judgement: Judgement) -> Json:
    def of_file(frame: pd.DataFrame) -> list[Row]:
        return _rows(frame[frame["submission_key"] == source.key])

    funding, indicators = of_file(judgement.funding), of_file(judgement.indicators)
    return {
        "file": source.file_name,
        "sha256": source.sha256,
        "verdict": submission["verdict"],
        "rules_version": judgement.rules_version,
        "forms": [
            _form(
                form,
                [line for line in funding if line["form_no"] == form["form_no"]],
                [line for line in indicators if line["form_no"] == form["form_no"]],
            )
            for form in of_file(judgement.forms)
        ],
        "findings": [_finding(row) for row in of_file(judgement.findings)],
    }


def _form(form: Row, funding: list[Row], indicators: list[Row]) -> Json:
    return {
        "form": _whole(form["form_no"]),
        "verdict": form["verdict"],
        "fiscal_year": _whole(form["fiscal_year"]),
        "project_name": form["project_name"],
        "department_code": form["department_code"],
        "department_name": form["department_name"],
        "implementing_unit": form["implementing_unit"],
        "attribute": form["attribute"],
        "period_start": _day(form["period_start"]),
        "period_end": _day(form["period_end"]),
        "total_yuan": yuan(form["total_yuan"]),
        "funding": [
            {"source": line["source"], "amount_yuan": yuan(line["amount_yuan"])}
            for line in funding
            if line["amount_yuan"] is not None  # blank is missing, not zero
        ],
        "goal": form["goal"],
        "indicators": [_indicator(line) for line in indicators],
    }


def _indicator(row: Row) -> Json:
    written = yuan if row["kind"] == "money" and row["unit"] == "元" else plain
    value, value_high = written(row["value"]), written(row["value_high"])
    if row["kind"] == "period":
        value, value_high = _day(row["period_start"]), _day(row["period_end"])
    return {
        "level1": row["level1"],
        "level2": row["level2"],
        "level3": row["level3"],
        "raw": row["raw"],
        "kind": row["kind"],
        "operator": row["operator"],
        "value": value,
        "value_high": value_high,
        "unit": row["unit"],
        "deadline": _day(row["deadline"]),
        "weight": plain(row["weight"]),
        "address": row["address"],
    }


def _finding(row: Row) -> Json:
    return {
        "rule": row["rule_id"],
        "severity": row["severity"],
        "form": _whole(row["form_no"]),
        "address": row["address"],
        "value": row["value"],
        "expected": row["expected"],
        "message": row["message"],
        "action": row["action"],
    }


def yuan(amount: Decimal | None) -> str | None:
    """An amount in 元 with two places, or with all its places where it has more: no rounding in an answer."""
    if amount is None:
        return None
    cents = amount.quantize(Decimal("0.01"))
    return f"{cents:f}" if cents == amount else plain(amount)


def plain(value: Decimal | None) -> str | None:
    """A decimal without exponent and without trailing zeros."""
    return None if value is None else target.plain(value)


def _whole(value: int | None) -> int | None:
    return None if pd.isna(value) else int(value)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict(orient="records")]
