"""Forms in, what they say out: to hold the same annex in many formats against each other, and to follow addresses."""

import dataclasses
import io
import re
from collections.abc import Iterator

from python_calamine import CalamineWorkbook

from schemas.form import Entry, Form, IndicatorLine, ParsedFile
from tasks.parse import parse
from tasks.read import read

_WHERE = ("address", "cells")
_REFERENCE = re.compile(r"(?:'(?P<quoted>.*)'|(?P<plain>[^!]*))!(?P<column>[A-Z]+)(?P<row>\d+)")


def parsed(file_name: str, content: bytes) -> ParsedFile:
    """A file's forms; its name must fit, and its reader remark nothing."""
    grids, remarks = read(file_name, content)
    assert remarks == ()
    return parse(grids)


def meaning(value: object) -> object:
    """What a form says in all its fields, without where it says it and with white space evened out."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, (Entry, IndicatorLine)):
        return tuple(meaning(each) for name, each in value._asdict().items() if name not in _WHERE)
    if isinstance(value, tuple):
        return tuple(meaning(each) for each in value)
    if dataclasses.is_dataclass(value):
        return tuple(
            meaning(getattr(value, each.name))
            for each in dataclasses.fields(value)
            if each.name not in _WHERE
        )
    return value


def entries(value: object) -> Iterator[Entry]:
    """Every entry of a form."""
    if isinstance(value, Entry):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from entries(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from entries(getattr(value, field.name))


def check_references(content: bytes, forms: tuple[Form, ...]) -> int:
    """Follow each address into the workbook with another reader than ours; gives how many were followed."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
    }
    followed = 0
    for entry in entries(forms):
        found = _REFERENCE.fullmatch(entry.address.reference)
        assert found, entry
        column = 0
        for letter in found["column"]:
            column = column * 26 + ord(letter) - 64
        rows = sheets[found["quoted"] or found["plain"]]
        row = int(found["row"])
        # Beyond the written block of a sheet stands nothing.
        typed = rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""
        shown = f"{typed:.15g}" if isinstance(typed, float) else str(typed)
        entered, stood = "".join(entry.text.split()), "".join(shown.split())
        assert entered in stood, entry
        assert entered or not stood, entry
        followed += 1
    return followed
