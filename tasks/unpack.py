"""A zip of submissions in, its members in the archive and a list of them out.

The list is kept in the archive beside the zip, so that an unchanged zip is not opened again: it says what the zip holds
as long as the zip's bytes are the same.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from schemas.form import UnreadableError
from tasks.archive import Archive
from tasks.inbox import MAX_FILE_BYTES
from tasks.read.archive import is_archive, members_of


@dataclass(frozen=True, slots=True)
class Listed:
    """One member of a zip, its bytes in the archive."""

    name: str
    size_bytes: int
    sha256: str
    """Empty where it is too large to be submitted, and not kept."""


def unpacked(content: bytes, sha256: str, archive: Archive) -> Sequence[Listed] | None:
    """Keep the members of a zip of submissions, each under its own hash, and the list of them under the zip's.

    Args:
        content: Of any submitted file.
        sha256: Of ``content``.
        archive: Where to keep.

    Returns:
        The members in the order they stand in the zip. None for a file that is no such zip, cannot be opened as a
        whole, or holds nothing: it is judged, and told of, in its own name.

    Raises:
        NotPublishedError: the archive cannot be written.
    """
    if not is_archive(content):
        return None
    listed: list[Listed] = []
    try:
        for member in members_of(content):
            own = ""
            if member.size_bytes <= MAX_FILE_BYTES:
                own = hashlib.sha256(member.content).hexdigest()
                archive.keep(own, member.name, member.content)
            listed.append(Listed(member.name, member.size_bytes, own))
    except UnreadableError:
        return None
    if not listed:
        return None
    told = json.dumps([asdict(each) for each in listed], ensure_ascii=False).encode()
    archive.keep_note(sha256, told)
    return listed


def unpacked_before(sha256: str, archive: Archive) -> Sequence[Listed] | None:
    """The members of a zip that was unpacked before; None for any other file, and where the archive lost a part of it."""
    told = archive.note(sha256)
    if told is None:
        return None
    listed = [Listed(**each) for each in json.loads(told)]
    paths = (archive.path_of(each.sha256, each.name) for each in listed if each.sha256)
    return listed if all(map(archive.holds, paths)) else None
