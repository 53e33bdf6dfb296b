"""Old Office files made to harm: chains that loop, sectors that are not there, streams that lie."""

import struct
from functools import partial

from tests.hostile.build import noise
from tests.hostile.corpus import Case
from tests.support.ole import compound

_SECTOR = 512


def _spoiled(name: str, at: int, value: int) -> bytes:
    content = bytearray(compound({name: noise(20_000)}))
    struct.pack_into("<I", content, at, value)
    return bytes(content)


def _looped(name: str) -> bytes:
    """Every sector of the allocation table is followed by itself."""
    content = bytearray(compound({name: noise(20_000)}))
    (table,) = struct.unpack_from("<I", content, 76)
    at = (table + 1) * _SECTOR
    for number in range(100):
        struct.pack_into("<I", content, at + 4 * number, number)
    return bytes(content)


def _directory_loop(name: str) -> bytes:
    """Each entry of the directory is its own brother."""
    content = bytearray(compound({name: noise(20_000)}))
    (first,) = struct.unpack_from("<I", content, 48)
    at = (first + 1) * _SECTOR
    for entry in range(4):
        struct.pack_into("<III", content, at + 128 * entry + 68, 1, 1, 1)
    return bytes(content)


_NAMES = ("Workbook", "WordDocument")

CASES = (
    *(Case(f"a looping chain of {name}", "a.xls", partial(_looped, name), "R01|R10|R03") for name in _NAMES),
    *(
        Case(f"a looping directory of {name}", "a.xls", partial(_directory_loop, name), "R01|R10|R03")
        for name in _NAMES
    ),
    Case("no allocation table", "a.xls", lambda: _spoiled("Workbook", 76, 0xFFFFFFF0), "R01|R10"),
    Case("a huge allocation table", "a.xls", lambda: _spoiled("Workbook", 44, 0x7FFFFFFF), "R01|R10"),
    Case("a huge master table", "a.xls", lambda: _spoiled("Workbook", 72, 0x7FFFFFFF), "R01|R10"),
    Case("a looping master table", "a.xls", lambda: _spoiled("Workbook", 68, 0), "R01|R10"),
    Case("sectors of 2^30 bytes", "a.xls", lambda: _spoiled("Workbook", 30, 0x001E001E), "R01|R10"),
    Case(
        "a stream of 4 GiB",
        "a.xls",
        lambda: compound({"Workbook": noise(20_000)}).replace(struct.pack("<I", 20_480), b"\xff" * 4),
        "R01|R10",
    ),
    Case("only the first sector", "a.xls", lambda: compound({"Workbook": noise(20_000)})[:512], "R01|R10"),
    Case("a workbook that is noise", "a.xls", lambda: compound({"Workbook": noise(20_000)}), "R01"),
    Case(
        "a bare workbook that is noise",
        "a.xls",
        lambda: b"\x09\x08\x10\x00\x00\x06" + noise(20_000),
        "R01|R03",
    ),
    Case(
        "an envelope with a password",
        "a.doc",
        lambda: compound({"EncryptedPackage": noise(5_000), "EncryptionInfo": b"x"}),
        "R02",
    ),
    Case("a slide show", "a.ppt", lambda: compound({"PowerPoint Document": noise(5_000)}), "R10"),
    Case("a document that is noise", "a.doc", lambda: compound({"WordDocument": noise(20_000)}), "R01|R10"),
)
