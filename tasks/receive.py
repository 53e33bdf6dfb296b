"""Inbox in, what has to be judged out: changed towns with all their current files, and what has no content.

An unchanged file (size and modification time as the ledger knows them) costs a stat. Any other file is read
once, inside the size budget, hashed, and kept in the archive; the pipeline works on the archived bytes.
"""

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schemas.county import County, Town
from schemas.form import UnreadableError
from tasks.archive import Archive
from tasks.inbox import MAX_FILE_BYTES, Entry, Inbox, folder_key
from tasks.read.archive import is_archive, members_of
from tasks.reception import Notice, ReceivedFile, Reception, TownDelivery
from warehouse.ledger import KnownFile

LOGGER = logging.getLogger(__name__)


def years_in(inbox_url: str) -> tuple[int, ...]:
    """Fiscal years the inbox has a folder for.

    Raises:
        UserError: the inbox does not exist or cannot be opened.
    """
    inbox = Inbox(inbox_url)
    return tuple(int(each.name) for each in inbox.entries(inbox.root) if _is_year_folder(each))


def receive(
    inbox_url: str,
    year: int,
    county: County,
    known: Mapping[tuple[int, str, str], KnownFile],
    archive_url: str,
    *,
    full: bool = False,
) -> Reception:
    """Look into ``<inbox>/<year>/<town>/<file>``.

    Args:
        inbox_url: folder or any fsspec URL.
        year: fiscal year to receive.
        county: names its towns and the due date.
        known: (year, town code, file name) → newest published version, as the ledger knows it.
        archive_url: where new content is kept.
        full: give every town with files, not only the changed ones.

    Raises:
        UserError: the inbox does not exist or cannot be opened.
        NotPublishedError: the archive cannot be written.
    """
    look = _Look(Inbox(inbox_url), year, county, known, Archive(archive_url))
    look.around_years()
    look.into_year()
    look.into_ledger()
    return look.reception(full=full)


@dataclass(slots=True)
class _Seen:
    """What a pass over the inbox has gathered so far."""

    files: dict[str, dict[str, ReceivedFile]]
    """Town code → file name → file."""
    heard_of: set[str]
    """Towns that sent something, readable or not."""
    notices: list[Notice]


class _Look:
    """One pass over one year of the inbox."""

    def __init__(
        self,
        inbox: Inbox,
        year: int,
        county: County,
        known: Mapping[tuple[int, str, str], KnownFile],
        archive: Archive,
    ) -> None:
        self._inbox, self._year, self._county, self._known, self._archive = (
            inbox,
            year,
            county,
            known,
            archive,
        )
        self._due = county.due.get(year)
        self._seen = _Seen({}, set(), [])

    def around_years(self) -> None:
        """Report what stands in the inbox itself without being a year's folder."""
        for entry in self._inbox.entries(self._inbox.root):
            if not _is_year_folder(entry) and self._inbox.holds_anything(entry):
                self._stray(entry.name)

    def into_year(self) -> None:
        """Take in the folders of the year, one town after the other."""
        root = f"{self._inbox.root}/{self._year}"
        if not self._inbox.has_folder(root):
            return
        for entry in self._inbox.entries(root):
            town = self._county.town_of_folder(folder_key(entry.name))
            if entry.kind != "folder":
                self._stray(f"{self._year}/{entry.name}")
            elif town is not None:
                self._into_town(town, entry)
            elif self._inbox.holds_anything(entry):
                self._note("S01", entry.name, entry.name, "9 位区划代码开头，或乡镇名称")

    def into_ledger(self) -> None:
        """Add what a town handed in before and what is no longer in its folder.

        It stays handed in, and in force, until a new version under its name replaces it. The rules across a
        town's forms must see it: a file under a new name would else count its projects a second time.
        """
        for (year, town_code, name), known in self._known.items():
            if year == self._year and name not in self._seen.files.get(town_code, {}):
                self._seen.heard_of.add(town_code)
                received_at = known.received_at or datetime.fromtimestamp(0, UTC)
                entry = Entry(name, "", "file", known.size_bytes, received_at)
                self._keep(town_code, entry, known.sha256, self._archive.path_of(known.sha256, name))

    def _into_town(self, town: Town, folder: Entry) -> None:
        try:
            entries = self._inbox.entries(folder.path)
        except OSError:
            self._unreadable(town.code, folder.name, "没有权限打开这个文件夹")
            return
        for entry in entries:
            if entry.kind == "file":
                self._take(town.code, entry)
            elif entry.kind == "link":
                self._unreadable(town.code, entry.name, "这是一个快捷方式（符号链接），不是文件本身")
            elif entry.kind == "other":
                self._unreadable(town.code, entry.name, "这不是普通文件")
            elif self._inbox.holds_anything(entry):
                self._stray(f"{self._year}/{folder.name}/{entry.name}", town.code)

    def _take(self, town_code: str, entry: Entry) -> None:
        self._seen.heard_of.add(town_code)
        if entry.name in self._seen.files.get(town_code, {}):
            # Two folders of one town hold the same name: the second must not hide the first.
            self._stray(f"{self._year}/{town_code}/{entry.name}", town_code)
            return
        before = self._known.get((self._year, town_code, entry.name))
        if before and (before.size_bytes, before.received_at) == (entry.size_bytes, entry.modified_at):
            path = self._archive.path_of(before.sha256, entry.name)
            if self._archive.holds(path):
                self._keep(town_code, entry, before.sha256, path)
                return
        if self._unchanged_archive(town_code, entry):
            return
        content = self._read(town_code, entry)
        if content is None:
            return
        sha256 = hashlib.sha256(content).hexdigest()
        kept = self._archive.keep(sha256, entry.name, content)
        members = self._members(town_code, entry, content)
        if members is None:
            self._keep(town_code, entry, sha256, kept)
            return
        for name, held in members.items():
            member = replace(entry, name=f"{entry.name}/{name}", size_bytes=len(held))
            sha256 = hashlib.sha256(held).hexdigest()
            self._keep(town_code, member, sha256, self._archive.keep(sha256, name, held))

    def _unchanged_archive(self, town_code: str, entry: Entry) -> bool:
        """Whether a zip is the one whose members the ledger holds, told by its time; its members are kept as they are."""
        known = {
            name: each
            for (year, code, name), each in self._known.items()
            if (year, code) == (self._year, town_code) and name.startswith(f"{entry.name}/")
        }
        paths = {name: self._archive.path_of(each.sha256, name) for name, each in known.items()}
        if not known or any(each.received_at != entry.modified_at for each in known.values()):
            return False
        if not all(map(self._archive.holds, paths.values())):
            return False
        for name, each in known.items():
            member = replace(entry, name=name, size_bytes=each.size_bytes)
            self._keep(town_code, member, each.sha256, paths[name])
        return True

    def _members(self, town_code: str, entry: Entry, content: bytes) -> Mapping[str, bytes] | None:
        """The files in a zip of submissions; none, and a notice, where it cannot be opened; None for any other file."""
        try:
            return members_of(content) if is_archive(content) else None
        except UnreadableError as error:
            if entry.name.lower().endswith(".zip"):
                self._note(error.rule_id, town_code, error.value, error.expected, file=entry.name)
                return {}
            return None  # a damaged Office file is told when it is read

    def _read(self, town_code: str, entry: Entry) -> bytes | None:
        """A file's bytes, or None and a notice."""
        content = None
        if entry.size_bytes <= MAX_FILE_BYTES:
            try:
                content = self._inbox.read(entry)
            except OSError as error:
                LOGGER.warning("file not readable", extra={"inbox_path": entry.path, "errno": error.errno})
                self._unreadable(town_code, entry.name, "没有读取权限，或者文件正被占用")
                return None
        if content is None or len(content) > MAX_FILE_BYTES:
            size = max(entry.size_bytes, len(content or b"")) / 2**20
            limit = f"不超过 {MAX_FILE_BYTES // 2**20} MB"
            self._note("R08", town_code, f"文件有 {size:.1f} MB", limit, file=entry.name)
            return None
        return content

    def _keep(self, town_code: str, entry: Entry, sha256: str, archive_path: str) -> None:
        before = self._known.get((self._year, town_code, entry.name))
        is_new = before is None or before.sha256 != sha256
        # Content the ledger knows keeps the time it came first: copying a file anew does not make it late.
        received_at = entry.modified_at
        if before is not None and not is_new and before.received_at is not None:
            received_at = before.received_at
        # A corrected version after the due date is not late; what was late stays late when judged again.
        is_first_version = before is None or (before.version == 1 and not is_new)
        first = None if before is None else before.first_received_at or before.received_at
        self._seen.files.setdefault(town_code, {})[entry.name] = ReceivedFile(
            town_code=town_code,
            fiscal_year=self._year,
            file_name=entry.name,
            sha256=sha256,
            size_bytes=entry.size_bytes,
            received_at=received_at.astimezone(ZoneInfo(self._county.timezone)),
            first_received_at=first or received_at,
            archive_path=archive_path,
            is_new=is_new,
            is_late=is_first_version and self._is_after_due(received_at),
            due_date=self._due.isoformat() if self._due else "",
        )

    def _is_after_due(self, received_at: datetime) -> bool:
        if self._due is None:
            return False
        due_day_ends = datetime.combine(
            self._due + timedelta(days=1), time(), ZoneInfo(self._county.timezone)
        )
        return received_at >= due_day_ends

    def reception(self, *, full: bool) -> Reception:
        """What was gathered, in the county's order of towns."""
        deliveries: list[TownDelivery] = []
        missing = [town for town in self._county.towns if town.code not in self._seen.heard_of]
        for town in self._county.towns:
            by_name = self._seen.files.get(town.code, {})
            # What came first is the original; what repeats it later is the duplicate (S06, X02).
            files = tuple(sorted(by_name.values(), key=lambda each: (each.first_received_at, each.file_name)))
            if files and (full or any(each.is_new for each in files)):
                deliveries.append(TownDelivery(town.code, town.name, files))
        due = self._due.isoformat() if self._due else "财政局通知的日期"
        for town in missing:
            self._note("S03", town.code, town.name, due, year=str(self._year))
        received = [each for files in self._seen.files.values() for each in files.values()]
        return Reception(
            fiscal_year=self._year,
            towns=tuple(deliveries),
            notices=tuple(self._seen.notices),
            files_seen=len(received),
            files_new=sum(each.is_new for each in received),
            missing=tuple(town.code for town in missing),
        )

    def _note(self, rule_id: str, place: str, value: str, expected: str, **details: str) -> None:
        group = f"{self._year}/{place}"
        self._seen.notices.append(Notice(rule_id, group, value, expected, tuple(details.items())))

    def _stray(self, path: str, place: str = "收文文件夹") -> None:
        self._note("S04", place, path, "年度/乡镇/文件")

    def _unreadable(self, town_code: str, name: str, cause: str) -> None:
        self._seen.heard_of.add(town_code)
        self._note("R01", town_code, cause, "能正常打开的文件", file=name)


def _is_year_folder(entry: Entry) -> bool:
    return entry.kind == "folder" and re.fullmatch(r"20\d{2}", entry.name) is not None
