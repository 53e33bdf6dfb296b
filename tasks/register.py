"""What one look into a year of the inbox gathers: entries and notices in, a Reception out."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from schemas.county import County
from schemas.decisions import NO_DECISIONS, Decisions
from tasks.inbox import Entry
from tasks.reception import Closed, Notice, Packed, ReceivedFile, Reception, TownDelivery
from warehouse.decisions import Place
from warehouse.ledger import KnownFile, KnownFiles

OUTSIDE = "收文文件夹"
"""Where something stands that stands in no town."""
_LEFT_OUT = frozenset({"R01", "R08", "S01", "S04"})
"""Rules of notices about what could not be taken in."""


class Register:
    """Files kept, files closed and notices of one fiscal year."""

    def __init__(
        self, year: int, county: County, known: KnownFiles, decisions: Mapping[Place, Decisions] | None = None
    ) -> None:
        self.year = year
        self._decisions = decisions or {}
        self.known: dict[str, dict[str, KnownFile]] = {}
        """Town code → file name → newest version, as the ledger knows it."""
        for (known_year, town_code, name), each in known.items():
            if known_year == year:
                self.known.setdefault(town_code, {})[name] = each
        self.files: dict[str, dict[str, ReceivedFile]] = {}
        """Town code → file name → file."""
        self.is_bare = True
        """Nothing stands in the year's folder."""
        self._county = county
        self._due = county.due.get(year)
        self._zone = ZoneInfo(county.timezone)
        self._heard_of: set[str] = set()
        self._notices: list[Notice] = []
        self._closed: list[Closed] = []
        self._packed: list[Packed] = []

    def known_as(self, town_code: str, name: str) -> KnownFile | None:
        """The newest version of a file, if the ledger knows one."""
        return self.known.get(town_code, {}).get(name)

    def keep(
        self, town_code: str, entry: Entry, sha256: str, archive_path: str, *, is_gone: bool = False
    ) -> None:
        """Take in one current file."""
        before = self.known_as(town_code, entry.name)
        # A file that was withdrawn and is back counts as new, though the ledger holds its version.
        is_new = before is None or before.sha256 != sha256 or not before.is_current
        # Content the ledger knows keeps the time it came first: copying a file anew does not make it late.
        received_at = entry.modified_at
        if before is not None and before.sha256 == sha256 and before.received_at is not None:
            received_at = before.received_at
        # A corrected version after the due date is not late; what was late stays late when judged again.
        is_first_version = before is None or (before.version == 1 and before.sha256 == sha256)
        first = None if before is None else before.first_received_at or before.received_at
        self.files.setdefault(town_code, {})[entry.name] = ReceivedFile(
            town_code=town_code,
            fiscal_year=self.year,
            file_name=entry.name,
            sha256=sha256,
            size_bytes=entry.size_bytes,
            received_at=received_at.astimezone(self._zone),
            first_received_at=first or received_at,
            archive_path=archive_path,
            is_new=is_new,
            is_late=is_first_version and self.is_after_due(received_at),
            due_date=self._due.isoformat() if self._due else "",
            is_gone=is_gone,
            decisions=self._decisions.get((f"{self.year}/{town_code}", sha256), NO_DECISIONS),
        )

    def is_after_due(self, received_at: datetime) -> bool:
        """Whether a moment lies after the due day, which ends at midnight of the county."""
        if self._due is None:
            return False
        return received_at >= datetime.combine(self._due + timedelta(days=1), time(), self._zone)

    def pack(self, town_code: str, entry: Entry, sha256: str, archive_path: str) -> None:
        """Note a zip of submissions that was opened, where its bytes are new."""
        before = self.known_as(town_code, entry.name)
        if before is None or before.sha256 != sha256:
            received_at = entry.modified_at.astimezone(UTC)
            self._packed.append(
                Packed(self.year, town_code, entry.name, sha256, entry.size_bytes, received_at, archive_path)
            )

    def close(
        self,
        town_code: str,
        name: str,
        cause: Literal["withdrawn", "renamed", "unpacked", "empty"],
        successor: str = "",
    ) -> None:
        """A file that the ledger holds in force is no more."""
        town = self._county.town(town_code)
        town_name = town.name if town else town_code
        self._closed.append(Closed(self.year, town_code, town_name, name, cause, successor))

    def note(self, rule_id: str, place: str, value: str, expected: str, **details: str) -> None:
        """Something to report that has no submitted content."""
        group = f"{self.year}/{place}"
        self._notices.append(Notice(rule_id, group, value, expected, tuple(details.items())))

    def stray(self, path: str, place: str = OUTSIDE) -> None:
        """Something stands in the wrong place."""
        self.note("S04", place, path, "年度/乡镇/文件")

    def unreadable(self, town_code: str, name: str, cause: str) -> None:
        """Something of a town may not be read."""
        self.hear_of(town_code)
        self.note("R01", town_code, cause, "能正常打开的文件", file=name)

    def hear_of(self, town_code: str) -> None:
        """A town sent something, readable or not."""
        self._heard_of.add(town_code)

    def reception(self, *, full: bool) -> Reception:
        """What was gathered, in the county's order of towns."""
        everything = [each for files in self.files.values() for each in files.values()]
        present = [each for each in everything if not each.is_gone]
        gone = len(everything) - len(present)
        is_vanished = self.is_bare and any(
            each.is_current for files in self.known.values() for each in files.values()
        )
        heard_of = self._heard_of | {code for code, files in self.files.items() if files}
        missing = [town for town in self._county.towns if town.code not in heard_of]
        due = self._due.isoformat() if self._due else "财政局通知的日期"
        for town in missing:
            self.note("S03", town.code, town.name, due, year=str(self.year))
        return Reception(
            fiscal_year=self.year,
            towns=tuple(self._deliveries(full=full)),
            notices=tuple(self._notices),
            files_seen=len(present),
            files_new=sum(each.is_new for each in present),
            missing=tuple(town.code for town in missing),
            files_gone=gone,
            left_out=sum(each.rule_id in _LEFT_OUT for each in self._notices),
            closed=tuple(self._closed),
            packed=tuple(self._packed),
            is_vanished=is_vanished,
            is_bare=self.is_bare,
        )

    def _deliveries(self, *, full: bool) -> list[TownDelivery]:
        deliveries: list[TownDelivery] = []
        closed = {each.town_code for each in self._closed}
        for town in self._county.towns:
            # What came first is the original; what repeats it later is the duplicate (S06, X02). A file that is gone
            # repeats those that are there: nobody can mend it any more.
            files = sorted(
                self.files.get(town.code, {}).values(),
                key=lambda each: (each.is_gone, each.first_received_at, each.file_name),
            )
            if files and (full or town.code in closed or any(map(self._is_other_than_judged, files))):
                deliveries.append(TownDelivery(town.code, town.name, tuple(files)))
        return deliveries

    def _is_other_than_judged(self, file: ReceivedFile) -> bool:
        """Whether a file is new, changed, gone since, or back, or people have decided something about it since."""
        before = self.known_as(file.town_code, file.file_name)
        return (
            file.is_new
            or before is None
            or file.is_gone != before.is_missed
            or file.decisions.version != before.decisions_version
        )
