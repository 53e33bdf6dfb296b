"""Units of measure (计量单位): a unit as typed → its canonical unit and an exact factor.

The table is ``vocabulary/units.yml``; this module knows how units combine (万株, 元/人·月), not which
there are.
A factor is a terminating decimal, so every conversion is exact and ``invert`` gives back what was typed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import (
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Subnormal,
    Underflow,
)
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeVar

from schemas.yaml_data import bundled

EXACT: Final = Context(
    prec=100, traps=[Clamped, DivisionByZero, Inexact, InvalidOperation, Overflow, Subnormal, Underflow]
)
"""Arithmetic that raises rather than rounds; 100 digits hold any readable number times any factor."""

ONE: Final = Decimal(1)


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of ``vocabulary/units.yml``."""

    name: str
    dimension: str
    canonical: str
    factor: Decimal
    """canonical = typed × factor."""
    per_year: Decimal | None
    """How often this stretch of time fits into a year; None where that is not exact."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``vocabulary/units.yml``, typed. Spellings are lower case."""

    units: Mapping[str, Unit]
    """Every spelling → its unit."""
    multipliers: tuple[tuple[str, Decimal], ...]
    before: tuple[tuple[str, str], ...]
    """Comparison words before a number → operator, longest first."""
    after: tuple[tuple[str, str], ...]
    misread: tuple[tuple[str, str], ...]
    fillers_before: tuple[str, ...]
    fillers_after: tuple[str, ...]
    money_words: tuple[str, ...]
    rate_words: tuple[str, ...]
    not_rates: tuple[str, ...]
    small_rates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit as typed means."""

    unit: str | None
    """Canonical; as typed where unknown; None for a bare multiplier (3万)."""
    factor: Decimal
    dimension: str
    """Of the table; or ``price``, ``frequency``, ``rate`` ``product``, ``none``, ``unknown``."""

    @property
    def is_known(self) -> bool:
        """Whether every part of the unit stands in the table."""
        return self.dimension != "unknown"


@cache
def vocabulary() -> Vocabulary:
    """The table, read once from the package's own data.

    Raises:
        ValueError: a spelling stands for two units, or a canonical unit is not itself a row.
    """
    data: dict[str, Any] = bundled("schemas.vocabulary", "units.yml")
    operators, fillers = data["operators"], data["fillers"]
    return Vocabulary(
        units=MappingProxyType(_units(data["units"])),
        multipliers=_longest_first((word, Decimal(factor)) for word, factor in data["multipliers"].items()),
        before=_longest_first((word, sign) for sign, words in operators["before"].items() for word in words),
        after=_longest_first((word, sign) for sign, words in operators["after"].items() for word in words),
        misread=_longest_first(operators["misread"].items()),
        fillers_before=tuple(sorted(fillers["before"], key=len, reverse=True)),
        fillers_after=tuple(sorted(fillers["after"], key=len, reverse=True)),
        money_words=tuple(data["money_words"]),
        rate_words=tuple(data["rate_words"]),
        not_rates=tuple(data["not_rates"]),
        small_rates=tuple(data["small_rates"]),
    )


def _longest_first(pairs: Iterable[tuple[str, _T]]) -> tuple[tuple[str, _T], ...]:
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def _units(rows: list[dict[str, Any]]) -> dict[str, Unit]:
    spellings: dict[str, Unit] = {}
    for row in rows:
        per_year = row.get("per_year")
        unit = Unit(
            name=row["name"],
            dimension=row["dimension"],
            canonical=row.get("canonical", row["name"]),
            factor=Decimal(row.get("factor", "1")),
            per_year=None if per_year is None else Decimal(per_year),
        )
        for spelling in (unit.name, *row.get("aliases", ())):
            other = spellings.setdefault(spelling.lower(), unit)
            if other is not unit:
                raise ValueError(f"units.yml: {spelling} names two units, {other.name} and {unit.name}")
    for unit in spellings.values():
        goal = spellings.get(unit.canonical.lower())
        if (
            goal is None
            or goal.canonical != goal.name
            or goal.dimension != unit.dimension
            or goal.factor != ONE
        ):
            raise ValueError(
                f"units.yml: {unit.name} is brought to {unit.canonical}, which is not a canonical unit"
            )
    return spellings


def lookup(text: str) -> tuple[Unit, Decimal] | None:
    """A simple unit and the factor to its canonical one: 亩, 千元, 个村, KM; None where unknown."""
    table = vocabulary()
    key = text.lower()
    unit = table.units.get(key)
    if unit is not None:
        return unit, unit.factor
    for word, factor in table.multipliers:
        rest = key.removeprefix(word)
        if rest != key and rest and (unit := table.units.get(rest.removeprefix("个") or rest)) is not None:
            return unit, EXACT.multiply(factor, unit.factor)
    if len(key) > 1 and key.startswith("个") and (unit := table.units.get(key[1:])) is not None:
        return unit, unit.factor
    return None


_JOINED = re.compile(r"[*×·.・]")


@lru_cache(maxsize=4096)
def resolve(text: str, *, is_money: bool = False) -> Measure:
    """What a unit as typed means.

    Args:
        text: the unit, folded (``schemas.notation.fold``), not empty.
        is_money: whether money is meant, so that 万 alone is 万元 and ``/株`` is ``元/株``.
    """
    known = lookup(text)
    if known is not None:
        return Measure(known[0].canonical, known[1], known[0].dimension)
    multiplier = dict(vocabulary().multipliers).get(text)
    if multiplier is not None:
        return Measure("元", multiplier, "money") if is_money else Measure(None, multiplier, "none")
    head, *tails = re.split("/每?|每", text)
    measure = _quotient(head, [part for tail in tails for part in _JOINED.split(tail)], is_money=is_money)
    return measure or Measure(text, ONE, "unknown")


def _quotient(head: str, parts: list[str], *, is_money: bool) -> Measure | None:
    """``head`` per ``parts``; a product of units (人·日) when there are no parts."""
    if not parts:
        factors = [lookup(part) for part in _JOINED.split(head)]
        if len(factors) < 2 or None in factors:
            return None
        return Measure("·".join(each[0].name for each in factors if each), ONE, "product")
    numerator = resolve(head, is_money=is_money) if head else Measure("元", ONE, "money")
    if not numerator.is_known or numerator.unit is None or (not head and not is_money):
        return None
    is_frequency = numerator.dimension not in {"money", "ratio", "time"}
    factor, names, has_time = numerator.factor, [], False
    for part in parts:
        known = lookup(part)
        if known is None:
            return None
        unit, scale = known
        if unit.dimension == "time":
            has_time = True
            # a price keeps its own stretch of time (元/月); only what is counted is brought to a year
            annual = unit.per_year if is_frequency else None
            factor = EXACT.multiply(factor, annual or ONE)
            names.append("年" if annual else unit.name)
        elif (inverse := _inverse(scale)) is not None:
            factor = EXACT.multiply(factor, inverse)
            names.append(unit.canonical)
        else:  # 元/公顷 → 元/亩 would be a third of a fen off: keep it as it is
            names.append(unit.name)
    dimension = {"money": "price"}.get(
        numerator.dimension, "frequency" if is_frequency and has_time else "rate"
    )
    return Measure(f"{numerator.unit}/{'·'.join(names)}", factor, dimension)


def _inverse(factor: Decimal) -> Decimal | None:
    try:
        return EXACT.divide(ONE, factor)
    except Inexact:
        return None


def convert(value: Decimal, measure: Measure) -> Decimal:
    """The value in the canonical unit, exactly."""
    return EXACT.multiply(value, measure.factor)


def invert(value: Decimal, measure: Measure) -> Decimal:
    """The value as it was typed: ``invert(convert(x, m), m) == x``.

    Raises:
        decimal.Inexact: the canonical value is not one that could have been typed in this unit.
    """
    return EXACT.divide(value, measure.factor)


def is_known_unit(unit: str) -> bool:
    """Whether every part of a unit, as typed or canonical, stands in the table (rule U03)."""
    return resolve(unit, is_money=True).is_known


def dimension(unit: str) -> str:
    """What a unit measures: people, visits, events, money, price …; ``unknown`` where no row says."""
    return resolve(unit, is_money=True).dimension


def per(unit: str) -> tuple[str, ...]:
    """What a canonical unit is counted per: ``per("元/人·月") == ("人", "月")``, empty for a simple unit."""
    return tuple(unit.partition("/")[2].split("·")) if "/" in unit else ()
