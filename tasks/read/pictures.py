"""A document's zip in, the pictures it shows out: its form may be a scan that somebody put into Word or Excel.

They are chosen by name and size; into them only a child process looks (``tasks.read.scan``).
"""

import re

from tasks.read import guard

_PICTURE = re.compile(
    r"^(?:(?:word|xl)/media|Pictures)/[^/]*?(\d*)\.(?:png|jpe?g|bmp|tiff?|gif)$", re.IGNORECASE
)
_LEAST = 30_000
"""Bytes: a scanned page has more, a logo or a signature less."""


def pages(content: bytes) -> list[bytes]:
    """The pictures of a document that may be scanned pages, as Office numbers them when they are put in.

    Raises:
        UnreadableError: as ``guard.unzip``.
    """
    members = guard.unzip(content, lambda name: _PICTURE.match(name) is not None)
    large = [name for name, picture in members.items() if len(picture) >= _LEAST]
    return [members[name] for name in sorted(large, key=_number)]


def _number(name: str) -> tuple[int, str]:
    found = _PICTURE.match(name)
    digits = found[1] if found else ""
    # Some programs name a picture by its checksum, all of whose digits are no number.
    return int(digits) if 0 < len(digits) < 6 else 0, name
