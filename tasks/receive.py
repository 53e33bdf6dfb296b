"""Inbox in, what has to be judged out: changed towns with all their current files, and what has no content.

An unchanged file (size and modification time as the ledger knows them) costs a stat. Any other file is read
once, inside the size budget, hashed, and kept in the archive; the pipeline works on the archived bytes. The members of a
zip are files like any other, named after it: ``报送.zip/附件2.docx``.
"""

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from schemas.county import County
from schemas.decisions import Decisions
from schemas.os_faults import why
from schemas.rules.wording import shown
from tasks.archive import Archive
from tasks.carry import Standing, carry_over
from tasks.faults import NotPublishedError
from tasks.inbox import MAX_FILE_BYTES, Entry, Inbox, folder_key
from tasks.reception import Reception
from tasks.register import Register
from tasks.unpack import Listed, unpacked, unpacked_before
from tasks.withdrawal import covers, marked_name, withdrawn_file
from warehouse.decisions import Place
from warehouse.ledger import KnownFiles

LOGGER = logging.getLogger(__name__)


def years_in(inbox_url: str) -> tuple[int, ...]:
    """Fiscal years the inbox has a folder for.

    Raises:
        UserError: the inbox does not exist or cannot be opened.
        NotPublishedError: it cannot be looked into.
    """
    inbox = Inbox(inbox_url)
    return tuple(int(each.name) for each in _listed(inbox, inbox.root) if _is_year_folder(each))


def receive(
    inbox_url: str,
    year: int,
    county: County,
    known: KnownFiles,
    archive_url: str,
    *,
    decisions: Mapping[Place, Decisions] | None = None,
    full: bool = False,
) -> Reception:
    """Look into ``<inbox>/<year>/<town>/<file>``.

    Args:
        inbox_url: folder or any fsspec URL.
        year: fiscal year to receive.
        county: names its towns and the due date.
        known: (year, town code, file name) → newest published version, as the ledger knows it.
        archive_url: where new content is kept.
        decisions: what people decided, by the file it is about; a file about which that has changed is judged anew.
        full: read every file anew and give every town with files, not only the changed ones.

    Raises:
        UserError: the inbox does not exist or cannot be opened.
        NotPublishedError: it cannot be looked into, or the archive cannot be written.
    """
    look = _Look(
        Inbox(inbox_url), Register(year, county, known, decisions), county, Archive(archive_url), full=full
    )
    look.around_years()
    look.into_year()
    return look.reception()


class _Look:
    """One pass over one year of the inbox."""

    def __init__(
        self, inbox: Inbox, register: Register, county: County, archive: Archive, *, full: bool
    ) -> None:
        self._inbox, self._register, self._county, self._archive = inbox, register, county, archive
        self._full = full
        self._standing: dict[str, Standing] = {}

    def around_years(self) -> None:
        """Report what stands in the inbox itself without being a year's folder."""
        for entry in _listed(self._inbox, self._inbox.root):
            if not _is_year_folder(entry) and self._inbox.holds_anything(entry):
                self._register.stray(entry.name)

    def into_year(self) -> None:
        """Take in the folders of the year, one town after the other."""
        year = self._register.year
        root = f"{self._inbox.root}/{year}"
        if not self._inbox.has_folder(root):
            return
        folders: dict[str, list[Entry]] = {}
        for entry in _listed(self._inbox, root):
            town = self._county.town_of_folder(folder_key(entry.name))
            if self._inbox.holds_anything(entry):
                self._register.is_bare = False
            if entry.kind != "folder":
                self._register.stray(f"{year}/{entry.name}")
            elif town is not None:
                folders.setdefault(town.code, []).append(entry)
            elif self._inbox.holds_anything(entry):
                near = self._county.town_like(entry.name)
                expected = f"“{near.name}”？" if near else "9 位区划代码开头，或乡镇名称"
                self._register.note("S01", entry.name, entry.name, expected)
        for town_code, own in folders.items():
            self._into_town(town_code, own)

    def reception(self) -> Reception:
        """What was gathered, with what the town handed in before."""
        carry_over(self._register, self._standing, self._archive)
        return self._register.reception(full=self._full)

    def _into_town(self, town_code: str, folders: Sequence[Entry]) -> None:
        standing = self._standing.setdefault(town_code, Standing())
        markers: dict[str, str] = {}
        files: list[Entry] = []
        for folder in folders:
            try:
                entries = self._inbox.entries(folder.path)
            except OSError:
                standing.is_listed = False
                self._register.unreadable(town_code, folder.name, "没有权限打开这个文件夹")
                continue
            for entry in entries:
                marked = marked_name(entry.name)
                if marked is not None and entry.kind == "file":
                    markers[entry.name] = marked
                elif entry.kind == "file":
                    files.append(entry)
                else:
                    self._refuse(town_code, folder, entry)
                if entry.kind != "folder":
                    standing.names.add(entry.name)
        for entry in files:
            if entry.name not in markers.values():
                self._take(town_code, entry)
        self._withdraw(town_code, markers)

    def _refuse(self, town_code: str, folder: Entry, entry: Entry) -> None:
        if entry.kind == "link":
            self._register.unreadable(town_code, entry.name, "这是一个快捷方式（符号链接），不是文件本身")
        elif entry.kind == "other":
            self._register.unreadable(town_code, entry.name, "这不是普通文件")
        elif self._inbox.holds_anything(entry):
            self._register.stray(f"{self._register.year}/{folder.name}/{entry.name}", town_code)

    def _take(self, town_code: str, entry: Entry) -> None:
        standing, taken = self._standing[town_code], self._register.files.get(town_code, {})
        if entry.name in taken or entry.name in standing.opened:
            # Two folders of one town hold the same name: the second must not hide the first.
            self._register.stray(f"{self._register.year}/{town_code}/{entry.name}", town_code)
            return
        if self._take_unchanged(town_code, entry):
            return
        content = self._read(town_code, entry)
        if content is None:
            return
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._archive.keep(sha256, entry.name, content)
        members = unpacked(content, sha256, self._archive)
        if members is None:
            self._register.keep(town_code, entry, sha256, path)
        else:
            self._take_members(town_code, entry, sha256, members)

    def _take_unchanged(self, town_code: str, entry: Entry) -> bool:
        """Take a file as the ledger knows it, where neither its size nor its time has changed."""
        before = self._register.known_as(town_code, entry.name)
        if (
            self._full
            or before is None
            or (before.size_bytes, before.received_at) != (entry.size_bytes, entry.modified_at)
        ):
            return False
        path = self._archive.path_of(before.sha256, entry.name)
        if not self._archive.holds(path):
            return False
        if before.is_current:
            self._register.keep(town_code, entry, before.sha256, path)
            return True
        members = unpacked_before(before.sha256, self._archive)
        if members is None:
            return False
        self._take_members(town_code, entry, before.sha256, members)
        return True

    def _take_members(self, town_code: str, entry: Entry, sha256: str, members: Sequence[Listed]) -> None:
        self._standing[town_code].opened.add(entry.name)
        self._register.pack(town_code, entry, sha256, self._archive.path_of(sha256, entry.name))
        for each in members:
            member = replace(entry, name=f"{entry.name}/{each.name}", size_bytes=each.size_bytes)
            if each.sha256:
                path = self._archive.path_of(each.sha256, each.name)
                self._register.keep(town_code, member, each.sha256, path)
            else:
                self._too_large(town_code, member.name, each.size_bytes)

    def _withdraw(self, town_code: str, markers: dict[str, str]) -> None:
        standing, taken = self._standing[town_code], self._register.files.get(town_code, {})
        known = self._register.known.get(town_code, {})
        names = {*standing.names, *taken, *known}.difference(markers)
        for marker, marked in markers.items():
            name = withdrawn_file(marked, names)
            if name is None:
                self._register.note("S10", town_code, marker, "")
                continue
            standing.withdrawn.add(name)
            self._register.note("S09", town_code, name, "", file=name, marker=marker)
            for each in [each for each in taken if covers(name, each)]:
                del taken[each]

    def _read(self, town_code: str, entry: Entry) -> bytes | None:
        """A file's bytes, or None and a notice."""
        content = None
        if entry.size_bytes <= MAX_FILE_BYTES:
            try:
                content = self._inbox.read(entry)
            except OSError as error:
                LOGGER.warning(
                    "file not readable", extra={"inbox_path": shown(entry.path, 200), "errno": error.errno}
                )
                self._register.unreadable(town_code, entry.name, "没有读取权限，或者文件正被占用")
                return None
        if content is None or len(content) > MAX_FILE_BYTES:
            self._too_large(town_code, entry.name, max(entry.size_bytes, len(content or b"")))
            return None
        return content

    def _too_large(self, town_code: str, name: str, size_bytes: int) -> None:
        self._register.hear_of(town_code)
        limit = f"不超过 {MAX_FILE_BYTES // 2**20} MB"
        self._register.note("R08", town_code, f"文件有 {size_bytes / 2**20:.1f} MB", limit, file=name)


def _listed(inbox: Inbox, path: str) -> tuple[Entry, ...]:
    try:
        return inbox.entries(path)
    except OSError as error:
        raise NotPublishedError(
            f"收文文件夹 {path} 列不出来（{why(error)}），没有发布；请检查读取权限和网络连接。"
        ) from error


def _is_year_folder(entry: Entry) -> bool:
    return entry.kind == "folder" and re.fullmatch(r"20\d{2}", entry.name) is not None
