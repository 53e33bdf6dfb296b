"""A zip of submissions in, its members out: the files a town packed together, each to be read by itself.

An Office file is a zip as well: what is meant is told by content. A zip inside the zip comes out like any member, and is
refused when it is read, not followed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from schemas.form import UnreadableError
from tasks.read import guard, kinds

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
_MACOS = "__MACOSX/"
_FIRST_OF_THREE_BYTES = "\u0800"
"""From here on a character takes three bytes of UTF-8. Chinese is all there; GBK that happens to be UTF-8 is below."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive."""

    name: str
    """Its path in the archive, parted by ``/``."""
    size_bytes: int
    content: bytes
    """Of a file larger than a submitted one may be its beginning, one byte more than is allowed."""


def is_archive(content: bytes) -> bool:
    """Whether bytes are a zip that is no Office or other document; one that is damaged is not told from those."""
    if not content.startswith(_ZIP):
        return False
    try:
        names = guard.names_in(content)
    except UnreadableError:
        return False
    return not any(map(kinds.needed, names))


def members_of(content: bytes) -> Iterator[Member]:
    """The files in an archive, without what programs leave beside them; one after the other, each read when asked for.

    Args:
        content: Of a file that ``is_archive``.

    Raises:
        UnreadableError: R08 over a budget, R02 with a password, R01 damaged, misleading or with paths that lead out;
            possibly after some members, which then are none.
    """
    names: set[str] = set()
    for member in guard.inflated(content, lambda _: True, guard.BUDGETS, guard.BUDGETS.file_bytes):
        name = _readable(member)
        if name in names:
            raise guard.broken(f"压缩包里同名文件出现两次（{name[:60]}）")
        names.add(name)
        if not name.startswith(_MACOS) and not is_left_beside(name.rpartition("/")[2]):
            yield Member(name, member.size, member.content or b"")


def refusal(content: bytes) -> UnreadableError:
    """Why an archive is not read where a document is expected: damaged, empty, or a zip inside a zip."""
    try:
        if not any(True for _ in members_of(content)):
            return UnreadableError("R03")
    except UnreadableError as error:
        return error
    return UnreadableError("R10", value="压缩包里的压缩包")


def is_left_beside(name: str) -> bool:
    """Whether a file's name is one that a program left beside another file."""
    return any(fnmatch(name, pattern) for pattern in LEFT_BESIDE)


def _readable(member: guard.Member) -> str:
    """A member's name as the one who packed it saw it, its folders parted by ``/``.

    Without the flag for UTF-8 its bytes are those of the system that packed it: in China GBK, on a Mac UTF-8.
    """
    name = member.name
    if not member.is_utf8 and not name.isascii():
        packed = name.encode("cp437")
        try:
            name = packed.decode("utf-8")
            if max(name) < _FIRST_OF_THREE_BYTES:
                name = packed.decode("gb18030")
        except UnicodeDecodeError:
            name = packed.decode("gb18030", errors="backslashreplace")
    # Packers of old Windows part folders by a backslash, which also is half of some characters of GBK.
    return name.replace("\\", "/")
