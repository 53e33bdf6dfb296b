"""Cells in, the records of an old Excel workbook out ([MS-XLS]): as little as a reader needs, made by hand."""

import struct
from collections.abc import Sequence

from tests.support.annex import Annex, place
from tests.support.ole import compound
from tests.support.opendocument import joined

Cell = tuple[int, int, str | float]
"""Row and column from 0, and what is written there."""

_BOF, _EOF, _SHEET, _CODEPAGE, _FILEPASS = 0x0809, 0x000A, 0x0085, 0x0042, 0x002F
_LABEL, _NUMBER, _MERGED, _HEADER, _HEADERS_APART = 0x0204, 0x0203, 0x00E5, 0x0014, 0x089C
_BIFF5, _BIFF8 = 0x0500, 0x0600
_MOST_MERGED = 1000


def record(number: int, body: bytes = b"") -> bytes:
    """One record."""
    return struct.pack("<HH", number, len(body)) + body


def workbook(
    sheets: Sequence[tuple[str, Sequence[Cell], Sequence[tuple[int, int, int, int]]]],
    *,
    more: bytes = b"",
    each: bytes = b"",
) -> bytes:
    """An Excel 97 workbook.

    Args:
        sheets: Name, cells and merged blocks (first and last row, first and last column, from 0) of each sheet.
        more: Further records of its head.
        each: Further records of each sheet.
    """
    streams = [_sheet(cells, merged, each) for _, cells, merged in sheets]
    names = [
        struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name, _, _ in sheets
    ]  # a text in two-byte letters
    head = _bof(_BIFF8, 0x0005) + more + record(_CODEPAGE, struct.pack("<H", 1200))
    at = len(head) + sum(4 + 6 + len(name) for name in names) + len(record(_EOF))
    bounds = b""
    for name, stream in zip(names, streams, strict=True):
        bounds += record(_SHEET, struct.pack("<IBB", at, 0, 0) + name)
        at += len(stream)
    return compound({"Workbook": head + bounds + record(_EOF) + b"".join(streams)})


def encrypted() -> bytes:
    """A workbook with a password: what follows FILEPASS cannot be read."""
    return workbook([("Sheet1", (), ())], more=record(_FILEPASS, struct.pack("<HHH", 1, 1, 1) + bytes(48)))


def bare_workbook(cells: Sequence[Cell], *, codepage: int | None, header: str = "") -> bytes:
    """An Excel 5 sheet without any envelope, its text in GBK, as simple exporters write it."""
    name = "表".encode("gbk")
    head = _bof(_BIFF5, 0x0005)
    if codepage is not None:
        head += record(_CODEPAGE, struct.pack("<H", codepage))
    at = len(head) + 4 + 7 + len(name) + len(record(_EOF))
    bounds = record(_SHEET, struct.pack("<IBBB", at, 0, 0, len(name)) + name)
    body = b"".join(
        record(
            _LABEL,
            struct.pack("<HHHH", row, column, 0, len(str(text).encode("gbk"))) + str(text).encode("gbk"),
        )
        for row, column, text in cells
    )
    if header:
        letters = header.encode("gbk")
        body += record(_HEADER, bytes([len(letters)]) + letters)
    return head + bounds + record(_EOF) + _bof(_BIFF5, 0x0010) + body + record(_EOF)


def to_xls(annex: Annex, *, stacked: bool = False) -> bytes:
    """The annex as a workbook: a sheet for each form, or all of them in one sheet below each other."""
    forms = [joined(annex)] if stacked else list(annex.forms)
    sheets = []
    for number, form in enumerate(forms, 1):
        placed = place(form)
        cells = [(cell.row - 1, cell.column - 1, cell.text) for cell in placed if cell.text]
        merged = [
            (cell.row - 1, cell.row + cell.row_span - 2, cell.column - 1, cell.column + cell.column_span - 2)
            for cell in placed
            if cell.row_span > 1 or cell.column_span > 1
        ]
        sheets.append((f"Sheet{number}", cells, merged))
    return workbook(sheets)


def _bof(version: int, kind: int) -> bytes:
    return record(
        _BOF, struct.pack("<HHHH", version, kind, 0x0DBB, 0x07CC) + bytes(8 if version == _BIFF8 else 0)
    )


def header(text: str) -> bytes:
    """What is printed above the pages of a sheet."""
    return record(_HEADER, _text(text))


def headers_apart(first: str, even: str, *, flags: int, view: bytes = bytes(16)) -> bytes:
    """What is printed above the first page and above the even ones (HeaderFooter)."""
    lengths = struct.pack("<5H", flags, len(even), 0, len(first), 0)
    return record(_HEADERS_APART, bytes(12) + view + lengths + _text(even) + _text(first))


def chart(records: bytes) -> bytes:
    """A chart in a sheet, with records of its own."""
    return _bof(_BIFF8, 0x0020) + records + record(_EOF)


def _text(text: str) -> bytes:
    letters = text.encode("utf-16-le")
    return struct.pack("<HB", len(letters) // 2, 1) + letters if text else b""


def _sheet(cells: Sequence[Cell], merged: Sequence[tuple[int, int, int, int]], more: bytes) -> bytes:
    body = _bof(_BIFF8, 0x0010) + more
    for row, column, written in cells:
        place_ = struct.pack("<HHH", row, column, 0)
        if isinstance(written, str):
            body += record(_LABEL, place_ + _text(written))
        else:
            body += record(_NUMBER, place_ + struct.pack("<d", written))
    for start in range(0, len(merged), _MOST_MERGED):
        blocks = merged[start : start + _MOST_MERGED]
        body += record(
            _MERGED,
            struct.pack("<H", len(blocks)) + b"".join(struct.pack("<HHHH", *block) for block in blocks),
        )
    return body + record(_EOF)
