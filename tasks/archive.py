"""The archive: every file ever received, once, under the sha256 of its bytes. Bytes in, a path out, and back.

A file stands at ``ab/abcdef….docx`` below the archive's URL. Writing is atomic (a part file, then a move),
and writing what is already there does nothing, so a killed run leaves at most a part file that the next one
overwrites.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from fsspec.core import url_to_fs

from schemas.os_faults import why
from tasks.faults import NotPublishedError


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder or fsspec URL that keeps content under its sha256."""

    url: str

    def path_of(self, sha256: str, file_name: str) -> str:
        """Where this content stands below the archive's URL: by its hash, with the file's own extension."""
        return f"{sha256[:2]}/{sha256}{_extension(file_name)}"

    def keep(self, sha256: str, file_name: str, content: bytes) -> str:
        """Keep bytes; what is already there stays untouched.

        Returns:
            The path below the archive's URL.

        Raises:
            NotPublishedError: the archive cannot be written.
        """
        path = self.path_of(sha256, file_name)
        self._put(path, content, is_final=True)
        return path

    def keep_note(self, sha256: str, note: bytes) -> None:
        """Keep what was found out about the bytes of this hash; a later note takes its place.

        Raises:
            NotPublishedError: the archive cannot be written.
        """
        self._put(self._note_path(sha256), note, is_final=False)

    def note(self, sha256: str) -> bytes | None:
        """The note about the bytes of this hash; None where there is none."""
        files, root = self._open()
        try:
            return bytes(files.cat_file(f"{root}/{self._note_path(sha256)}"))
        except FileNotFoundError:
            return None

    def _note_path(self, sha256: str) -> str:
        # No file's own extension is that long.
        return f"{self.path_of(sha256, '')}.note-about-it"

    def _put(self, path: str, content: bytes, *, is_final: bool) -> None:
        try:
            files, root = self._open()
            target = f"{root}/{path}"
            if not (is_final and files.exists(target) and files.size(target) == len(content)):
                files.makedirs(target.rpartition("/")[0], exist_ok=True)
                with files.open(f"{target}.part", "wb") as part:
                    part.write(content)
                files.mv(f"{target}.part", target)
        except (OSError, ValueError, ImportError) as error:
            raise NotPublishedError(
                f"归档位置 {self.url} 写不进去（{_cause(error)}）；"
                "请检查 HUIZONG_ARCHIVE 的路径、写入权限和磁盘空间。"
            ) from error

    def holds(self, path: str) -> bool:
        """Whether this path is there."""
        files, root = self._open()
        return bool(files.exists(f"{root}/{path}"))

    def bring(self, path: str, sha256: str) -> bytes:
        """The bytes kept at a path.

        Raises:
            NotPublishedError: they cannot be read, or are no longer the bytes that were kept.
        """
        try:
            files, root = self._open()
            content = bytes(files.cat_file(f"{root}/{path}"))
        except (OSError, ValueError, ImportError) as error:
            raise NotPublishedError(
                f"归档文件 {self.url}/{path} 读不出来（{_cause(error)}）；请恢复归档，或检查读取权限。"
            ) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise NotPublishedError(
                f"归档文件 {self.url}/{path} 的内容与入档时不同；请从备份恢复这个文件后再运行。"
            )
        return content

    def _open(self) -> tuple[Any, str]:
        files, root = url_to_fs(self.url)
        return files, str(root).rstrip("/")


def _extension(file_name: str) -> str:
    found = re.search(r"\.([A-Za-z0-9]{1,8})$", file_name)
    return f".{found.group(1).lower()}" if found else ""


def _cause(error: Exception) -> str:
    return why(error) if isinstance(error, OSError) else str(error) or type(error).__name__
