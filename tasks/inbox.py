"""A folder or fsspec URL in, typed entries out: listing and reading an inbox, without judging what is in it.

No link is followed, nothing is written, and a name is only a name: emoji, quotes, right-to-left marks and
line breaks survive, and a name in the bytes of another code page is decoded.
"""

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from fsspec.core import url_to_fs

from tasks.faults import UserError
from tasks.read.archive import is_left_beside
from tasks.read.guard import BUDGETS

MAX_FILE_BYTES = BUDGETS.file_bytes
"""Source: the budgets a submitted file is read under; a larger one is not read at all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one place of the inbox."""

    name: str
    path: str
    kind: Literal["file", "folder", "link", "other"]
    size_bytes: int
    modified_at: datetime


class Inbox:
    """An open inbox.

    Raises:
        UserError: it does not exist, or its kind of URL cannot be opened here.
    """

    def __init__(self, url: str) -> None:
        try:
            self._files, root = url_to_fs(url)
            found = bool(self._files.isdir(root))
        except (OSError, ValueError, ImportError) as error:
            raise UserError(f"收文位置 {url} 打不开（{error}）；请检查 --inbox 或 HUIZONG_INBOX。") from error
        if not found:
            raise UserError(
                f"收文文件夹 {url} 不存在；请用 --inbox 或 HUIZONG_INBOX 指明，里面按“年度/乡镇/文件”存放。"
            )
        self.root = str(root).rstrip("/")

    def entries(self, path: str) -> tuple[Entry, ...]:
        """What stands in a folder, by name, without what is ignored by name.

        Raises:
            OSError: the folder cannot be listed.
        """
        found = (self._entry(each) for each in self._files.ls(path, detail=True, refresh=True))
        return tuple(
            sorted((each for each in found if not is_left_beside(each.name)), key=lambda each: each.name)
        )

    def has_folder(self, path: str) -> bool:
        """Whether a folder stands there."""
        return bool(self._files.isdir(path))

    def holds_anything(self, entry: Entry) -> bool:
        """Whether an entry is worth a word: an empty folder is not."""
        if entry.kind != "folder":
            return True
        try:
            return bool(self.entries(entry.path))
        except OSError:
            return True

    def read(self, entry: Entry) -> bytes:
        """A file's bytes, at most one beyond the budget, however it grows while it is read.

        Raises:
            OSError: it cannot be read.
        """
        with self._files.open(entry.path, "rb") as stream:
            return bytes(stream.read(MAX_FILE_BYTES + 1))

    def _entry(self, info: Mapping[str, Any]) -> Entry:
        path = str(info["name"])
        kind: Literal["file", "folder", "link", "other"] = "other"
        if info.get("islink"):
            kind = "link"
        elif info["type"] == "directory":
            kind = "folder"
        elif info["type"] == "file":
            kind = "file"
        return Entry(_readable_name(path), path, kind, int(info.get("size") or 0), self._modified(info))

    def _modified(self, info: Mapping[str, Any]) -> datetime:
        for field in ("mtime", "LastModified", "last_modified", "modified", "updated", "created"):
            stamp = info.get(field)
            if isinstance(stamp, int | float):
                return datetime.fromtimestamp(stamp, UTC)
            if isinstance(stamp, datetime):
                return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).astimezone(UTC)
        return datetime.fromtimestamp(0, UTC)  # a folder of an object store has no time, and needs none


def folder_key(name: str) -> str:
    """A folder's name as it is compared with the county's names: with composed characters, as typed."""
    return unicodedata.normalize("NFC", name)


def _readable_name(path: str) -> str:
    name = path.rstrip("/").rpartition("/")[2]
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8: most often GBK, from an old archive
        return os.fsencode(name).decode("gb18030", errors="backslashreplace")
    return name
