"""A zip of submissions in, its members out: the files a town packed together, each to be read by itself.

An Office file is a zip as well: what is meant is told by content. A zip inside the zip comes out like any member, and is
refused when it is read, not followed.
"""

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatch

from schemas.form import UnreadableError
from tasks.read import guard

LEFT_BESIDE = (
    "~$*",  # Word and WPS while a file is open
    ".~*",  # LibreOffice while a file is open
    "~*.tmp",  # Word's own copies
    "._*",  # macOS on foreign disks
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "*.part",  # browsers and copy tools, unfinished
    "*.crdownload",
)
"""What programs leave beside a file: ignored by name, in a folder and in a zip."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OF_PACKAGES = frozenset({"_rels/.rels", "[content_types].xml", "mimetype", "ofd.xml"})
_MACOS = "__MACOSX/"


def is_archive(content: bytes) -> bool:
    """Whether bytes are a zip that is no Office or other document.

    Raises:
        UnreadableError: as ``members_of``.
    """
    if not content.startswith(_ZIP):
        return False
    names: set[str] = set()

    def note(name: str) -> bool:
        names.add(name.lower())
        return False

    guard.unzip(content, note, holds_files=True)
    return not names & _OF_PACKAGES


def members_of(content: bytes) -> Mapping[str, bytes]:
    """The files in an archive by their path in it, without what programs leave beside them.

    Args:
        content: Of a file that ``is_archive``.

    Raises:
        UnreadableError: R08 over a budget, R02 with a password, R01 damaged, misleading or with paths that lead out, R03
            without any file.
    """
    budgets = replace(guard.BUDGETS, xml_part_bytes=guard.BUDGETS.file_bytes)
    found = guard.unzip(content, _is_wanted, budgets, holds_files=True)
    if not found:
        raise UnreadableError("R03")
    return {_readable(name): held for name, held in found.items()}


def is_left_beside(name: str) -> bool:
    """Whether a file's name is one that a program left beside another file."""
    return any(fnmatch(name, pattern) for pattern in LEFT_BESIDE)


def _is_wanted(name: str) -> bool:
    readable = _readable(name)
    return not readable.startswith(_MACOS) and not is_left_beside(readable.rpartition("/")[2])


def _readable(name: str) -> str:
    """A member's name; without the flag for UTF-8 its bytes are those of the system that packed it, in China GBK."""
    try:
        packed = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return packed.decode("ascii" if packed.isascii() else "gb18030")
    except UnicodeDecodeError:
        return name
