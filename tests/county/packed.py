"""Parts in, an office file out whose bytes depend on nothing else: no clock, no random salt, no version of zlib.

Parts are stored, not deflated: libraries of compression differ from machine to machine, and the sums in ``SHA256SUMS``
must not.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from itertools import count
from typing import Self
from unittest.mock import patch
from xml.sax.saxutils import escape

from msoffcrypto.format.ooxml import OOXMLFile

WRITTEN = (2023, 3, 1, 8, 0, 0)
"""When every office file says it was written."""
CORE = "docProps/core.xml"


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts in this order, all written at ``WRITTEN``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, WRITTEN)
            member.create_system = 0  # as from Windows, wherever it is built
            archive.writestr(member, content)
    return target.getvalue()


def repacked(package: bytes) -> bytes:
    """A package that another library wrote, with the clock taken out of it."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return packed({**parts, CORE: core_properties("")})


def core_properties(title: str) -> str:
    """``docProps/core.xml`` with fixed times and no author."""
    stamp = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*WRITTEN)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(title)}</dc:title>'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified></cp:coreProperties>'
    )


def encrypted(package: bytes, password: str) -> bytes:
    """The package behind a password, as Office writes it; the same bytes for the same password."""
    target = io.BytesIO()
    with _no_chance(password):
        OOXMLFile(io.BytesIO(package)).encrypt(password, target)
    return target.getvalue()


@contextmanager
def _no_chance(seed: str) -> Iterator[None]:
    """msoffcrypto draws salts and keys by chance and writes the time of day; here both follow from ``seed``."""
    drawn = count()

    def buffer(size: int) -> bytes:
        block = hashlib.shake_256(f"{seed}/{next(drawn)}".encode())
        return block.digest(size)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls(*WRITTEN, tzinfo=tz)

    method = "msoffcrypto.method"
    with (
        patch(f"{method}.ecma376_agile._random_buffer", buffer),
        patch(f"{method}.container.ecma376_encrypted.datetime", Clock),
    ):
        yield
