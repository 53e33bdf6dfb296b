"""A resource's rows in, a CSV file out: UTF-8 without a byte order mark, a header, blank for missing.

Text that a spreadsheet would take for a formula gets an apostrophe in front, as does text that begins with one, so
that taking one apostrophe off gives every text back. Numbers are numbers, negative ones too.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from tasks.export.resources import Resource, Row

_LIVE = tuple("=+-@\t\r\n＝＋－＠")
"""What a formula begins with, in spreadsheets of East Asia in full width too."""


def csv_file(resource: Resource, rows: Sequence[Row]) -> bytes:
    """The file."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    names = [field.name for field in resource.fields]
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return target.getvalue().encode("utf-8")


def inert(text: str) -> str:
    """A text that no spreadsheet calculates. A lone sign is none it could, and stays."""
    if text.startswith("'") or (len(text) > 1 and text.startswith(_LIVE)):
        return f"'{text}"
    return text


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return (
                value.strftime("%Y-%m-%dT%H:%M:%SZ")
                if not value.microsecond
                else f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
            )
        case str():
            return inert(value)
        case _:
            return str(value)
