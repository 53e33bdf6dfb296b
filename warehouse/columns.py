"""Column types that are exact on both engines, and the helpers with which ``tables.py`` declares columns."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from sqlalchemy import Column, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

CENT = Decimal("0.01")
NONE = "无"
"""The unit of a column that has none."""

_WIDE = Context(prec=60)


class Money(TypeDecorator[Decimal]):
    """An amount in 元: NUMERIC(18,2) on PostgreSQL, text with two decimals on SQLite.

    SQLite has no decimal: a NUMERIC column there turns ``138.02`` into a binary float. Text keeps every
    amount to the cent and reads as what it is (``1380200.00``, not a count of 分 that looks a hundred times
    too large). ``SUM`` over it coerces to numbers, right to the cent; the views take the point out and sum
    whole 分, so their totals are exact. They also hand amounts on as numbers, because text compares as text
    (``'9.00' > '10.00'``).
    """

    impl = Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Numeric(18, 2) if dialect.name == "postgresql" else Text())

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        if value is None:
            return None
        exact = to_cents(value)
        return exact if dialect.name == "postgresql" else str(exact)

    @override
    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(str(value)).quantize(CENT, context=_WIDE)


class Number(TypeDecorator[Decimal]):
    """A decimal of any scale: NUMERIC on PostgreSQL, plain text without trailing zeros on SQLite, for the same reason."""

    impl = Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else Text())

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        if value is None:
            return None
        exact = plain(value)
        return exact if dialect.name == "postgresql" else format(exact, "f")

    @override
    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        return None if value is None else plain(Decimal(str(value)))


class Moment(TypeDecorator[datetime]):
    """A zoned moment: TIMESTAMPTZ on PostgreSQL, sortable text in UTC on SQLite."""

    impl = Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone names no moment")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(sep=" ", timespec="microseconds")

    @override
    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment.astimezone(UTC)


def to_cents(value: Decimal) -> Decimal:
    """The amount in whole 分, half up. The text as typed stays beside it in every table that holds an amount."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP, context=_WIDE)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent, so that its text is one on both engines."""
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") or "0") if "." in text else Decimal(text)


def column(
    name: str,
    kind: TypeEngine[Any] | type[TypeEngine[Any]],
    comment: str,
    unit: str = NONE,
    *,
    key: bool = False,
    null: bool = False,
    allowed: Sequence[str] = (),
    low: int | None = None,
    high: int | None = None,
    refers: str | None = None,
) -> "Column[Any]":
    """One column with all that is known of it.

    Args:
        name: snake_case, ending in its unit where it holds an amount.
        kind: SQL type.
        comment: What it holds, in Chinese.
        unit: Unit of the values; ``无`` where there is none.
        key: Part of the natural key (for versioned tables ``pub_from`` joins it in the primary key).
        null: May be missing.
        allowed: Closed vocabulary, held by the audit.
        low: Least value the audit lets pass.
        high: Greatest value the audit lets pass.
        refers: ``table.column`` of a table with history, which a foreign key cannot name; held by the audit.
    """
    known = {"unit": unit, "allowed": tuple(allowed) or None, "low": low, "high": high, "refers": refers}
    info = {label: value for label, value in known.items() if value is not None}
    return Column(name, kind, primary_key=key, nullable=null, comment=comment, info=info, autoincrement=False)


def published_span(*, history: bool = True) -> tuple["Column[Any]", "Column[Any]"]:
    """The two columns that say in which publications a row is visible: ``pub_from <= P < coalesce(pub_to, ∞)``.

    Args:
        history: The thing may change, so ``pub_from`` is part of the primary key. False for things that are
        what
            their key says and never change (a unit, an indicator's name), which foreign keys can then refer
            to.
    """
    return (
        column("pub_from", Integer, "自第几次发布起可见（含）", "次", key=history, low=1),
        column("pub_to", Integer, "到第几次发布为止（不含）；空为至今有效", "次", null=True, low=2),
    )
