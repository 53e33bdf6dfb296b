"""The bytes of an old Office file in, what tells a .doc from an .xls out: the names in the root of its directory.

An OLE compound file is a small file system ([MS-CFB]). Only its directory is read, and of that only the entries in the
root, for a document may hold a whole workbook as an object deeper down; and the first bytes of a stream, where asked.
Every chain of sectors is bounded by the file's own size.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tasks.read import guard

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_NO_ENTRY = 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA
"""Numbers from here on mean no sector (end of chain, free, part of the table itself)."""
_TABLES_IN_HEADER = 109
_SMALL_SECTOR_BYTES = 64
"""Of the store of small streams, which is itself the stream of the root."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    left: int
    right: int
    child: int
    start: int
    """Number of its stream's first sector; of the store of small streams, in the root."""
    size: int


def root_names(content: bytes) -> frozenset[str]:
    """Names of the streams and storages in the root of a compound file.

    Raises:
        UnreadableError: R01 where the file's own tables are damaged.
    """
    return frozenset(_Compound(content).root)


def beginning(content: bytes, name: str) -> bytes:
    """The first bytes of a stream in the root, at least 64 where it has as many; none where there is no such stream.

    Raises:
        UnreadableError: R01 where the file's own tables are damaged.
    """
    return _Compound(content).beginning(name)


class _Compound:
    """A compound file whose directory was read."""

    root: Mapping[str, _Entry]
    """The entries in its root."""

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER_BYTES:
            raise _damaged()
        self._content = content
        self._sector_bytes = 1 << _u16(content, 30)
        if self._sector_bytes not in (512, 4096):
            raise _damaged()
        self._table = self._table_sectors()
        entries = tuple(self._entries())
        if not entries:
            raise _damaged()
        self._store = entries[0]
        self.root = {entry.name: entry for entry in _children(entries)}

    def beginning(self, name: str) -> bytes:
        entry = self.root.get(name)
        if entry is None or entry.size == 0:
            return b""
        if entry.size >= _u32(self._content, 56):
            at, length = self._offset(entry.start), self._sector_bytes
        else:
            # A small stream stands in the store, whose sectors may stand anywhere.
            index, within = divmod(entry.start * _SMALL_SECTOR_BYTES, self._sector_bytes)
            sectors = list(self._chain(self._store.start, index + 1))
            if len(sectors) <= index:
                raise _damaged()
            at, length = sectors[index] + within, _SMALL_SECTOR_BYTES
        return self._content[at : at + min(length, entry.size)]

    def _entries(self) -> Iterator[_Entry]:
        """The directory's entries in order, the root first."""
        content = self._content
        for sector in self._chain(_u32(content, 48)):
            last = min(sector + self._sector_bytes, len(content) - _ENTRY_BYTES + 1)
            for at in range(sector, last, _ENTRY_BYTES):
                name_bytes = min(_u16(content, at + 64), 64)
                # The name ends with a zero of two bytes that counts.
                name = content[at : at + max(0, name_bytes - 2)].decode("utf-16-le", "replace")
                numbers = (_u32(content, at + place) for place in (68, 72, 76, 116, 120))
                yield _Entry(name, *numbers)

    def _chain(self, number: int, count: int | None = None) -> Iterator[int]:
        """Where each sector of a chain begins in the file, at most ``count`` of them."""
        per_sector = self._sector_bytes // 4
        # No chain has more sectors than the file; one that says so runs in a circle.
        most = len(self._content) // self._sector_bytes + 1
        for _ in range(most if count is None else min(count, most)):
            if number >= _LAST_SECTOR:
                return
            yield self._offset(number)
            part, place = divmod(number, per_sector)
            if part >= len(self._table):
                raise _damaged()
            number = _u32(self._content, self._offset(self._table[part]) + 4 * place)
        if count is None:
            raise _damaged()

    def _table_sectors(self) -> list[int]:
        """The sectors that hold the table of chains: 109 are named in the header, more in sectors that name each other."""
        content, sector_bytes = self._content, self._sector_bytes
        numbers = [_u32(content, 76 + 4 * index) for index in range(_TABLES_IN_HEADER)]
        more = _u32(content, 68)
        # No file has more sectors of this table than sectors; one that says so runs in a circle.
        while more < _LAST_SECTOR and len(numbers) <= len(content) // sector_bytes + _TABLES_IN_HEADER:
            start = self._offset(more)
            numbers += (_u32(content, at) for at in range(start, start + sector_bytes - 4, 4))
            more = _u32(content, start + sector_bytes - 4)
        return [number for number in numbers if number < _LAST_SECTOR]

    def _offset(self, sector: int) -> int:
        offset = (sector + 1) * self._sector_bytes
        if offset >= len(self._content):
            raise _damaged()
        return offset


def _children(entries: tuple[_Entry, ...]) -> Iterator[_Entry]:
    """The entries in the root, which is the first: a tree of brothers below its child."""
    seen: set[int] = set()
    waiting = [entries[0].child]
    while waiting:
        number = waiting.pop()
        if number == _NO_ENTRY or number in seen:
            continue
        if number >= len(entries):
            raise _damaged()
        seen.add(number)
        yield entries[number]
        waiting += (entries[number].left, entries[number].right)


def _damaged() -> Exception:
    return guard.broken("文件不完整或已损坏")


def _u16(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 2], "little")


def _u32(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 4], "little") if at + 4 <= len(content) else _NO_ENTRY
