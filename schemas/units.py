"""Units of measure (计量单位): a unit as typed → its canonical unit and an exact factor.

The table is ``vocabulary/units.yml``; this module knows how units combine (万株, 元/人·月), not which
there are.
A factor is a terminating decimal, so every conversion is exact and ``invert`` gives back what was typed.

pint 0.25 was measured for this and left: it rounds to the Decimal context where this raises (元/公顷 → 元/亩), takes no
unit named %, ‰ or m², needs 350 ms to import (this 70 ms, with the table) and 25 µs a conversion (this under 1 µs).
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
from schemas.yaml_faults import BrokenTableError

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
    not_money: tuple[str, ...]
    """How names end that count something, whatever money they speak of (补助人数)."""
    classifiers: tuple[str, ...]
    """Units a noun may follow without changing them (20个垃圾桶)."""
    small_rates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit as typed means."""

    unit: str | None
    """Canonical; as typed where unknown; None for a bare multiplier (3万)."""
    factor: Decimal
    dimension: str
    """Of the table; or ``price``, ``frequency``, ``rate``, ``product``, ``none``, ``unknown``."""

    @property
    def is_known(self) -> bool:
        """Whether every part of the unit stands in the table."""
        return self.dimension != "unknown"


@cache
def vocabulary() -> Vocabulary:
    """The table, read once from the package's own data."""
    data = bundled("schemas.vocabulary", "units.yml")
    try:
        return read_vocabulary(data)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        lacks = f"缺少“{error.args[0]}”" if isinstance(error, KeyError) else str(error)
        raise BrokenTableError("schemas.vocabulary", "units.yml", f"不对：{lacks}；请改正。") from error


_KEYS = frozenset(
    {
        "units",
        "multipliers",
        "operators",
        "fillers",
        "money_words",
        "rate_words",
        "not_rates",
        "not_money",
        "classifiers",
        "small_rates",
    }
)


def read_vocabulary(data: Mapping[str, Any]) -> Vocabulary:
    """The table from what its file holds.

    Raises:
        ValueError: a spelling could be read in two ways, a factor is none, or a canonical unit is not itself a row.
    """
    if unknown := sorted(set(data) - _KEYS):
        raise ValueError(f"没有“{unknown[0]}”这样的项")
    operators, fillers = data["operators"], data["fillers"]
    units, multipliers = (
        _units(data["units"]),
        {word: Decimal(by) for word, by in data["multipliers"].items()},
    )
    _refuse_two_readings(units, multipliers)
    return Vocabulary(
        units=MappingProxyType(units),
        multipliers=_longest_first(multipliers.items()),
        before=_longest_first((word, sign) for sign, words in operators["before"].items() for word in words),
        after=_longest_first((word, sign) for sign, words in operators["after"].items() for word in words),
        misread=_longest_first(operators["misread"].items()),
        fillers_before=tuple(sorted(fillers["before"], key=len, reverse=True)),
        fillers_after=tuple(sorted(fillers["after"], key=len, reverse=True)),
        money_words=tuple(data["money_words"]),
        rate_words=tuple(data["rate_words"]),
        not_rates=tuple(data["not_rates"]),
        not_money=tuple(data["not_money"]),
        classifiers=tuple(data["classifiers"]),
        small_rates=tuple(data["small_rates"]),
    )


def _longest_first(pairs: Iterable[tuple[str, _T]]) -> tuple[tuple[str, _T], ...]:
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def _units(rows: list[dict[str, Any]]) -> dict[str, Unit]:
    spellings: dict[str, Unit] = {}
    for row in rows:
        per_year = row.get("per_year")
        factor = Decimal(row.get("factor", "1"))
        if not factor.is_finite() or factor <= 0:
            raise ValueError(f"“{row['name']}”的 factor 是 {row['factor']}，换算不回来")
        unit = Unit(
            name=row["name"],
            dimension=row["dimension"],
            canonical=row.get("canonical", row["name"]),
            factor=factor,
            per_year=None if per_year is None else Decimal(per_year),
        )
        for spelling in (unit.name, *row.get("aliases", ())):
            other = spellings.setdefault(spelling.lower(), unit)
            if other is not unit:
                raise ValueError(f"“{spelling}”同时指两个单位（{other.name}、{unit.name}）")
    for unit in spellings.values():
        goal = spellings.get(unit.canonical.lower())
        if (
            goal is None
            or goal.canonical != goal.name
            or goal.dimension != unit.dimension
            or goal.factor != ONE
        ):
            raise ValueError(
                f"“{unit.name}”的 canonical 是“{unit.canonical}”，而它不是同一量纲、factor 为 1 的单位"
            )
    return spellings


def _refuse_two_readings(units: Mapping[str, Unit], multipliers: Mapping[str, Decimal]) -> None:
    """A row that looks composed (万亩, 个村) must mean what its parts mean, or ×10⁴ would hang on which is read first."""
    for spelling, unit in units.items():
        for word, by in {**multipliers, "个": ONE}.items():
            part = units.get(spelling.removeprefix(word)) if spelling.startswith(word) else None
            if part is not None and (
                (unit.canonical, unit.factor) != (part.canonical, EXACT.multiply(by, part.factor))
            ):
                raise ValueError(
                    f"“{spelling}”是{unit.name}，又可以读作“{word}”乘{part.name}，两种读法不相等"
                )


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
    # 一个半月 is one and a half, not one 半月
    if (
        len(key) > 1
        and key.startswith("个")
        and key[1] != "半"
        and (unit := table.units.get(key[1:])) is not None
    ):
        return unit, unit.factor
    return None


_JOINED = re.compile(r"[*×·.・]")
_WORKED = re.compile("人(?=[天日月年](?:$|[/·*×.]))")
"""人天, 人月: one person for one day, a product written without its sign."""
_EITHER = re.compile(r"(?P<one>[^()]{1,6})\((?P<other>[^()]{1,6})\)")
"""台(套), 个村(社区): two words for what is counted, the second in brackets."""
_COUNTED = re.compile(r"(?P<many>[1-9][0-9]{0,2})(?P<unit>[^0-9].*)")
"""次/2个月: per so much time. 45户/120人 is two counts, no rate."""


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
    either = _either(text)
    if either is not None:
        return either
    head, *tails = re.split("/每?|每", _WORKED.sub("人·", text))
    parts = [part for tail in tails for part in _JOINED.split(tail)]
    measure = _quotient(head, parts, is_money=is_money) if parts else _product(head)
    return measure or Measure(text, ONE, "unknown")


def _either(text: str) -> Measure | None:
    found = _EITHER.fullmatch(text)
    one, other = (lookup(found["one"]), lookup(found["other"])) if found else (None, None)
    if one is None or other is None or one[0].dimension != other[0].dimension or {one[1], other[1]} != {ONE}:
        return None
    return Measure(one[0].canonical, ONE, one[0].dimension)


def _product(text: str) -> Measure | None:
    """人·日, 人天: a product of units."""
    factors = [lookup(part) for part in _JOINED.split(text)]
    if len(factors) < 2 or None in factors:
        return None
    return Measure("·".join(each[0].name for each in factors if each), ONE, "product")


def _quotient(head: str, parts: list[str], *, is_money: bool) -> Measure | None:
    """``head`` per ``parts``."""
    numerator = resolve(head, is_money=is_money) if head else Measure("元", ONE, "money")
    if not numerator.is_known or numerator.unit is None or (not head and not is_money):
        return None
    is_frequency = numerator.dimension not in {"money", "ratio", "time"}
    factor: Decimal | None = numerator.factor
    things, times = [], []
    for part in parts:
        counted = _COUNTED.fullmatch(part)
        known = lookup(counted["unit"] if counted else part)
        if known is None or factor is None:
            return None
        unit, scale = known
        if counted and (unit.dimension != "time" or len(parts) > 1):
            # 1次/月*12月 multiplies
            return None
        many = Decimal(counted["many"]) if counted else ONE
        if unit.dimension == "time":
            # a price keeps its own stretch of time (元/月); only what is counted is brought to a year
            annual = unit.per_year if is_frequency else None
            factor = _divided(EXACT.multiply(factor, annual or ONE), many)
            times.append("年" if annual else unit.name)
        elif _divided(ONE, scale) is not None:
            factor = _divided(factor, scale)
            things.append(unit.canonical)
        else:  # 元/公顷 → 元/亩 would be a third of a fen off: keep it as it is
            things.append(unit.name)
    if factor is None or len(times) > 1:
        return None
    dimension = {"money": "price"}.get(numerator.dimension, "frequency" if is_frequency and times else "rate")
    # 元/月/人 and 元/人/月 are one unit: the time comes last
    return Measure(f"{numerator.unit}/{'·'.join([*things, *times])}", factor, dimension)


def _divided(number: Decimal, by: Decimal) -> Decimal | None:
    try:
        return EXACT.divide(number, by)
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
