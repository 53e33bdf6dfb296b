"""Files of which no form can be read, whoever opens them: archives and formats of other programs, and what is past any limit."""

from collections.abc import Callable, Mapping

from tests.county.packed import packed
from tests.county.word import wrapped

_MEMBERS = 2001
"""One more than a zip may have."""
_DEPTH = 400
"""Tables in tables, as a converter gone wrong leaves them; deeper than a document may be."""


def _rar() -> bytes:
    return b"Rar!\x1a\x07\x01\x00" + bytes(64)


def _ofd() -> bytes:
    """A page of 版式文件, the national format for documents that are only to be read."""
    return packed(
        {
            "OFD.xml": '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>'
        }
    )


def _crowded() -> bytes:
    return packed({f"照片/{number:04}.txt": "" for number in range(_MEMBERS)})


def _deep() -> bytes:
    return wrapped("<w:tbl><w:tr><w:tc>" * _DEPTH + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * _DEPTH, "")


STRANGERS: Mapping[str, Callable[[], bytes]] = {"rar": _rar, "ofd": _ofd, "crowded": _crowded, "deep": _deep}
"""Format → its bytes, always the same."""
