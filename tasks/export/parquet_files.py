"""A resource's rows in, a Parquet file out: amounts as decimals, days as days, each column with its meaning and unit.

pyarrow is an extra: with it pandas keeps texts in another way, and only this needs it.
"""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.export.resources import Field, Resource, Row
from tasks.faults import UserError

if TYPE_CHECKING:
    import pyarrow as pa

_DIGITS, _SCALE = 38, 12
"""Of a number that is no amount: as many digits as Parquet's decimals have, and as many of them behind the point."""


def require() -> None:
    """Ask before the work begins.

    Raises:
        UserError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: F401, PLC0415
    except ImportError as error:
        raise UserError(
            '写 Parquet 需要 pyarrow，没有安装；请运行 pip install "huizong[parquet]"，或改用 --format csv。'
        ) from error


def parquet_file(resource: Resource, rows: Sequence[Row]) -> bytes:
    """The file."""
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    columns = {field.name: [row[field.name] for row in rows] for field in resource.fields}
    schema = pa.schema(
        [
            pa.field(
                field.name,
                _type(field, columns[field.name]),
                nullable=not field.is_required,
                metadata={"comment": field.comment, "unit": field.unit},
            )
            for field in resource.fields
        ],
        metadata={"title": resource.title, "grain": resource.grain},
    )
    target = io.BytesIO()
    parquet.write_table(pa.table(columns, schema=schema), target, compression="zstd")
    return target.getvalue()


def _type(field: Field, values: Sequence[Decimal | None]) -> "pa.DataType":
    import pyarrow as pa  # noqa: PLC0415

    if field.kind == "number":
        # Wider where a value needs it: nothing is rounded.
        digits = [value.as_tuple() for value in values if value is not None]
        scale = max((-int(each.exponent) for each in digits), default=0)
        whole = max((len(each.digits) + int(each.exponent) for each in digits), default=0)
        fits = whole + max(scale, _SCALE) <= _DIGITS
        return pa.decimal128(_DIGITS, max(scale, _SCALE)) if fits else pa.decimal256(2 * _DIGITS, scale)
    return {
        "text": pa.string(),
        "count": pa.int64(),
        "yuan": pa.decimal128(18, 2),
        "date": pa.date32(),
        "moment": pa.timestamp("us", tz="UTC"),
        "flag": pa.bool_(),
    }[field.kind]
