"""Streams by name in, the bytes of an OLE compound file out ([MS-CFB], version 3): old Office files made by hand."""

import struct
from collections.abc import Mapping

_SECTOR = 512
_END, _FREE, _TABLE, _NAMES, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC, 0xFFFFFFFF
_SMALL = 4096
"""A shorter stream would have to stand in the small-stream store; it is padded instead."""

Streams = Mapping[str, bytes]


def compound(root: Streams, *, storage: tuple[str, Streams] | None = None) -> bytes:
    """A compound file.

    Args:
        root: The streams in its root.
        storage: A folder in the root, with streams of its own.
    """
    folder, inner = storage or ("", {})
    named = [*root.items(), *inner.items()]
    contents = [
        stream.ljust(max(_SMALL, -(-len(stream) // _SECTOR) * _SECTOR), b"\x00") for _, stream in named
    ]
    starts, sectors = [], 0
    for content in contents:
        starts.append(sectors)
        sectors += len(content) // _SECTOR
    first_directory = sectors
    entries = _entries(list(root), folder, list(inner), starts, contents)
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * _SECTOR, b"\x00")
    chains = [*(len(content) // _SECTOR for content in contents), len(directory) // _SECTOR]
    return _file(b"".join(contents) + directory, chains, first_directory)


def _entries(
    root: list[str], folder: str, inner: list[str], starts: list[int], contents: list[bytes]
) -> list[bytes]:
    """Root, its streams, the folder, the folder's streams; brothers hang on each other's right."""
    at_folder = len(root) + 1
    at_inner = at_folder + bool(folder)
    entries = [_entry("Root Entry", 5, child=1 if root or folder else _NONE)]
    for index, name in enumerate(root):
        is_last = index == len(root) - 1 and not folder
        entries.append(
            _entry(
                name, 2, right=_NONE if is_last else index + 2, start=starts[index], size=len(contents[index])
            )
        )
    if folder:
        entries.append(_entry(folder, 1, child=at_inner))
    for index, name in enumerate(inner):
        place = len(root) + index
        right = _NONE if index == len(inner) - 1 else at_inner + index + 1
        entries.append(_entry(name, 2, right=right, start=starts[place], size=len(contents[place])))
    return entries


def _entry(
    name: str, kind: int, *, right: int = _NONE, child: int = _NONE, start: int = _END, size: int = 0
) -> bytes:
    written = name.encode("utf-16-le") + b"\x00\x00"
    links = struct.pack("<BBIII", kind, 1, _NONE, right, child)
    return (
        written.ljust(64, b"\x00")
        + struct.pack("<H", len(written))
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def _file(body: bytes, chains: list[int], first_directory: int) -> bytes:
    table: list[int] = []
    for length in chains:
        table += range(len(table) + 1, len(table) + length)
        table.append(_END)
    used = len(table)
    tables = more = 0
    while tables * 128 < used + tables + more:
        tables += 1
        # The header names 109 tables; each further sector of names holds 127 and the number of the next one.
        more = max(0, -(-(tables - 109) // 127))
    table += [_TABLE] * tables + [_NAMES] * more
    table += [_FREE] * (tables * 128 - len(table))
    places = list(range(used, used + tables))
    first_more = used + tables
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, first_directory, 0, _SMALL, _END, 0, first_more if more else _END, more,
    )  # fmt: skip
    header += _numbers(places[:109], 109)
    names = b""
    for index in range(more):
        following = _END if index == more - 1 else first_more + index + 1
        names += _numbers(places[109 + 127 * index :][:127], 127) + struct.pack("<I", following)
    return header + body + _numbers(table, len(table)) + names


def _numbers(numbers: list[int], length: int) -> bytes:
    return struct.pack(f"<{length}I", *numbers, *[_FREE] * (length - len(numbers)))
