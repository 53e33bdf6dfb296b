"""The bytes of an old Office file in, the names in the root of its directory out: what tells a .doc from an .xls.

An OLE compound file is a small file system ([MS-CFB]). Only its directory is read, and of that only the entries in the
root, for a document may hold a whole workbook as an object deeper down. Every chain is bounded by the file's own size.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.read import guard

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_NO_ENTRY = 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA
"""Numbers from here on mean no sector (end of chain, free, part of the table itself)."""
_TABLES_IN_HEADER = 109


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    left: int
    right: int
    child: int


def root_names(content: bytes) -> frozenset[str]:
    """Names of the streams and storages in the root of a compound file.

    Raises:
        UnreadableError: R01 where the file's own tables are damaged.
    """
    if len(content) < _HEADER_BYTES:
        raise guard.broken("文件不完整或已损坏")
    entries = tuple(_entries(content))
    if not entries:
        raise guard.broken("文件不完整或已损坏")
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [entries[0].child]
    while waiting:
        number = waiting.pop()
        if number == _NO_ENTRY or number in seen:
            continue
        if number >= len(entries):
            raise guard.broken("文件不完整或已损坏")
        seen.add(number)
        names.add(entries[number].name)
        waiting += (entries[number].left, entries[number].right)
    return frozenset(names)


def _entries(content: bytes) -> Iterator[_Entry]:
    """The directory's entries in order, the root first."""
    sector_bytes = 1 << _u16(content, 30)
    if sector_bytes not in (512, 4096):
        raise guard.broken("文件不完整或已损坏")
    for sector in _directory_sectors(content, sector_bytes):
        for at in range(sector, min(sector + sector_bytes, len(content) - _ENTRY_BYTES + 1), _ENTRY_BYTES):
            name_bytes = min(_u16(content, at + 64), 64)
            # The name ends with a zero of two bytes that counts.
            name = content[at : at + max(0, name_bytes - 2)].decode("utf-16-le", "replace")
            yield _Entry(name, _u32(content, at + 68), _u32(content, at + 72), _u32(content, at + 76))


def _directory_sectors(content: bytes, sector_bytes: int) -> Iterator[int]:
    """Where each sector of the directory begins in the file."""
    table = _table_sectors(content, sector_bytes)
    per_sector = sector_bytes // 4
    number = _u32(content, 48)
    for _ in range(len(content) // sector_bytes + 1):
        if number >= _LAST_SECTOR:
            return
        yield _offset(content, number, sector_bytes)
        part, place = divmod(number, per_sector)
        if part >= len(table):
            break
        number = _u32(content, _offset(content, table[part], sector_bytes) + 4 * place)
    raise guard.broken("文件不完整或已损坏")


def _table_sectors(content: bytes, sector_bytes: int) -> list[int]:
    """The sectors that hold the table of chains: 109 are named in the header, more in sectors that name each other."""
    numbers = [_u32(content, 76 + 4 * index) for index in range(_TABLES_IN_HEADER)]
    more = _u32(content, 68)
    # No file has more sectors of this table than sectors; one that says so runs in a circle.
    while more < _LAST_SECTOR and len(numbers) <= len(content) // sector_bytes + _TABLES_IN_HEADER:
        start = _offset(content, more, sector_bytes)
        numbers += (_u32(content, at) for at in range(start, start + sector_bytes - 4, 4))
        more = _u32(content, start + sector_bytes - 4)
    return [number for number in numbers if number < _LAST_SECTOR]


def _offset(content: bytes, sector: int, sector_bytes: int) -> int:
    offset = (sector + 1) * sector_bytes
    if offset >= len(content):
        raise guard.broken("文件不完整或已损坏")
    return offset


def _u16(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 2], "little")


def _u32(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 4], "little") if at + 4 <= len(content) else _NO_ENTRY
