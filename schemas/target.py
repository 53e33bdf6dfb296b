"""A target value (指标值) once read, and how a clerk would write it: the inverse of ``parse_value``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Value:
    """One target value. Fields and kinds as in ``schemas/frames.py`` INDICATORS."""

    kind: str
    operator: str | None = None
    value: Decimal | None = None
    """In ``unit``; the lower end of a range; 1 or 0 for a boolean."""
    value_high: Decimal | None = None
    unit: str | None = None
    """Canonical; as typed where the table does not know it; None where none was written."""
    typed_value: Decimal | None = None
    typed_unit: str | None = None
    conversion: str | None = None
    """``万元→元 ×10000``; also what an OCR sign was read as, and a unit taken from the indicator's name."""
    deadline: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    text: str = ""
    """The words of a qualitative value, trimmed."""


def plain(number: Decimal) -> str:
    """A Decimal without exponent and trailing zeros: 10000, 0.5, 95."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_value(value: Value) -> str:
    """A canonical value as a clerk would type it; reading it again gives the same value.

    The inverse of ``parse_value`` on canonical values: those typed in their canonical unit.
    """
    writer = _WRITERS.get(value.kind, _write_measure)
    return writer(value)


def _write_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _write_deadline(value: Value) -> str:
    late = value.operator if value.operator != "<=" else ""
    return f"{late}{_write_day(value.deadline)}" if value.deadline else ""


def _write_period(value: Value) -> str:
    if value.period_start is None or value.period_end is None:
        return ""
    return f"{_write_day(value.period_start)}至{_write_day(value.period_end)}"


def _write_measure(value: Value) -> str:
    if value.value is None:
        return ""
    unit = "个月" if value.unit == "月" else value.unit or ""
    if value.operator == "between" and value.value_high is not None:
        return f"{plain(value.value)}{unit}至{plain(value.value_high)}{unit}"
    sign = "" if value.operator in {None, "="} else _SIGNS[value.operator or ""]
    return f"{sign}{plain(value.value)}{unit}"


_SIGNS: Final = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_WRITERS: Final[dict[str, Callable[[Value], str]]] = {
    "deadline": _write_deadline,
    "period": _write_period,
    "boolean": lambda value: "是" if value.value else "否",
    "qualitative": lambda value: value.text,
    "missing": lambda _: "",
}
