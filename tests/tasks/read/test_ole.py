"""Old Office files: what stands in the root of their directory, however large or damaged they are."""

import struct

import pytest

from schemas.form import UnreadableError
from tasks.read import ole
from tests.support.ole import compound


def test_the_root_is_listed_and_what_lies_deeper_is_not() -> None:
    document = compound({"WordDocument": b"x", "1Table": b""}, storage=("ObjectPool", {"Workbook": b"y"}))

    assert ole.root_names(document) == {"WordDocument", "1Table", "ObjectPool"}


def test_a_directory_behind_eight_megabytes_is_found() -> None:
    # More sectors than the 109 tables named in the header describe.
    tables = compound({"Workbook": bytes(8 * 1024 * 1024)})
    assert ole.root_names(tables) == {"Workbook"}


def _damaged(at: int, number: int) -> bytes:
    content = bytearray(compound({"Workbook": b"x"}))
    struct.pack_into("<I", content, at, number)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        compound({"Workbook": b"x"})[:400],
        compound({"Workbook": b"x"})[:4000],
        _damaged(30, 40),
        _damaged(48, 70_000),
        _damaged(76, 70_000),
        # The root's child is an entry that is not there.
        _damaged(512 + 4096 + 76, 5000),
        # The directory's chain leads back to itself: sector 8 names sector 8.
        _damaged(512 + 4096 + 512 + 4 * 8, 8),
    ],
)
def test_a_damaged_directory_is_r01(content: bytes) -> None:
    with pytest.raises(UnreadableError) as refused:
        ole.root_names(content)
    assert refused.value.rule_id == "R01"


def test_entries_that_name_each_other_end() -> None:
    # The left brother of the only stream is the stream itself.
    assert ole.root_names(_damaged(512 + 4096 + 128 + 68, 1)) == {"Workbook"}


def test_a_table_that_names_itself_ends() -> None:
    content = bytearray(compound({"Workbook": b"x"}))
    struct.pack_into("<I", content, 68, 9)
    content[512 + 9 * 512 :] = struct.pack("<128I", *range(9, 136), 9)
    with pytest.raises(UnreadableError):
        ole.root_names(bytes(content))


def test_the_first_bytes_of_a_stream() -> None:
    document = compound({"1Table": b"table", "WordDocument": b"\xec\xa5fib"})

    assert ole.beginning(document, "WordDocument")[:5] == b"\xec\xa5fib"
    assert ole.beginning(document, "Workbook") == b""


def _with_a_small_stream() -> bytes:
    """A stream of 70 bytes, which stands in the store of small streams: its second sector of 64 bytes, here."""
    content = bytearray(compound({"Store": bytes(64) + b"small" + bytes(5000), "WordDocument": b"x"}))
    directory = content.index("Root Entry".encode("utf-16-le"))
    entries = [directory + 128 * index for index in range(3)]
    store_start, store_size = struct.unpack_from("<IQ", content, entries[1] + 116)
    # The root's stream is the store; the small stream begins at its sector 1.
    struct.pack_into("<IQ", content, entries[0] + 116, store_start, store_size)
    struct.pack_into("<IQ", content, entries[2] + 116, 1, 70)
    return bytes(content)


def test_the_first_bytes_of_a_small_stream() -> None:
    assert ole.beginning(_with_a_small_stream(), "WordDocument")[:5] == b"small"


@pytest.mark.parametrize("start", [70_000, 0xFFFFFFF0, 200])
def test_a_stream_that_begins_nowhere_is_r01(start: int) -> None:
    content = bytearray(_with_a_small_stream())
    struct.pack_into("<I", content, content.index("Root Entry".encode("utf-16-le")) + 2 * 128 + 116, start)
    with pytest.raises(UnreadableError) as refused:
        ole.beginning(bytes(content), "WordDocument")
    assert refused.value.rule_id == "R01"
