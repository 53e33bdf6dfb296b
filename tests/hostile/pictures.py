"""Pictures made to harm: sizes that would fill the memory, pages that loop, data that is not there."""

import struct

from tests.hostile.build import jpeg, noise, png, tiff
from tests.hostile.corpus import Case

_BMP = (
    b"BM"
    + struct.pack("<IHHI", 200, 0, 0, 54)
    + struct.pack("<IiiHHIIiiII", 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0)
)
_BROKEN = "图片不完整或已损坏"

CASES = (
    Case("a PNG of 60,000 × 60,000", "a.png", lambda: png(60_000, 60_000), "R01", _BROKEN),
    Case("a PNG of 2^31 − 1", "a.png", lambda: png(2**31 - 1, 2**31 - 1), "R01", _BROKEN),
    Case("a PNG of nothing", "a.png", lambda: png(0, 0), "R01", _BROKEN),
    Case("a PNG without data", "a.png", lambda: png(800, 600), "R01", _BROKEN),
    Case(
        "a PNG that inflates",
        "a.png",
        lambda: png(9_000, 9_000, bytes(9_001 * 9_000)),
        "R08",
        "9,000 × 9,000 个像素",
    ),
    Case("a JPEG of 65,535 × 65,535", "a.jpg", lambda: jpeg(65_535, 65_535), "R01", _BROKEN),
    Case("a JPEG without data", "a.jpg", lambda: jpeg(800, 600), "R01", _BROKEN),
    Case("a TIFF of 60,000 × 60,000", "a.tif", lambda: tiff(60_000, 60_000), "R01", _BROKEN),
    Case("a TIFF whose pages loop", "a.tif", lambda: tiff(8, 8, next_at=8), "R03"),
    Case("a BMP of 60,000 × 60,000", "a.bmp", lambda: _BMP + b"\x00" * 200, "R01", _BROKEN),
    Case("a PNG of noise", "a.png", lambda: b"\x89PNG\r\n\x1a\n" + noise(5_000), "R01", _BROKEN),
    Case("a JPEG of noise", "a.jpg", lambda: b"\xff\xd8\xff\xe0" + noise(5_000), "R01", _BROKEN),
)
