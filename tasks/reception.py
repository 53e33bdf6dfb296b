"""The words of a reception: what ``receive`` gives and the flow hands on, frozen and without content."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from schemas.decisions import NO_DECISIONS, Decisions

FileName: TypeAlias = tuple[int, str, str]
"""Fiscal year, town code, file name: what a file is known by."""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """One current file of a town: what is known of it, and where its bytes are kept. Never the bytes.

    Current is what is in the town's folder, and what it handed in before and has since taken away.
    """

    town_code: str
    fiscal_year: int
    file_name: str
    sha256: str
    size_bytes: int
    received_at: datetime
    """Modification time, zoned; of the ledger where the content is known."""
    first_received_at: datetime
    """When a file of this name came first, so that a correction does not lose its place to a later file."""
    archive_path: str
    is_new: bool
    """New, or its content changed: a version the ledger does not hold."""
    is_late: bool
    due_date: str
    """ISO date; empty where the county names none for this year."""
    is_gone: bool = False
    """It is in the inbox no more; what it said last is in force."""
    decisions: Decisions = NO_DECISIONS
    """What people decided of its findings."""

    @property
    def key(self) -> str:
        """Names the submission: ``2023/640221102/附件2.docx``."""
        return f"{self.fiscal_year}/{self.town_code}/{self.file_name}"


@dataclass(frozen=True, slots=True)
class TownDelivery:
    """A town with something new, and all its current files in the order their names first came, those gone last."""

    code: str
    name: str
    files: tuple[ReceivedFile, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A file whose forms are in force no more, from this run on."""

    fiscal_year: int
    town_code: str
    town_name: str
    file_name: str
    cause: Literal["withdrawn", "renamed", "unpacked", "empty"]
    """A marker says so; the same bytes came under another name; what it could not be opened for has been mended and its
    members take its place; it is gone and had no form in force."""
    successor: str = ""
    """Its new name."""

    @property
    def file(self) -> FileName:
        """Fiscal year, town code, file name."""
        return self.fiscal_year, self.town_code, self.file_name


@dataclass(frozen=True, slots=True)
class Packed:
    """A zip of submissions whose bytes the ledger does not hold yet. Its members are ``ReceivedFile``s of their own."""

    fiscal_year: int
    town_code: str
    file_name: str
    sha256: str
    size_bytes: int
    received_at: datetime
    archive_path: str

    @property
    def file(self) -> FileName:
        """Fiscal year, town code, file name."""
        return self.fiscal_year, self.town_code, self.file_name


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to report that has no submitted content: a rule and the values of its message."""

    rule_id: str
    group: str
    """``2023/640221102``; the folder's name in place of the code where no town is known."""
    value: str
    expected: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reception:
    """What one look into the inbox gave."""

    fiscal_year: int
    towns: tuple[TownDelivery, ...]
    """Towns with a new or changed file; with ``full``, all towns with files."""
    notices: tuple[Notice, ...]
    files_seen: int
    """Files in the inbox that were taken in, each member of a zip one."""
    files_new: int
    missing: tuple[str, ...]
    """Codes of the county's towns without a single file."""
    files_gone: int = 0
    """Files in the inbox no more whose forms are in force."""
    left_out: int = 0
    """Places where something stands in the inbox that could not be taken in; each has its notice."""
    closed: tuple[Closed, ...] = ()
    packed: tuple[Packed, ...] = ()
    is_vanished: bool = False
    """Nothing stands in the year's folder, though files of it are in force: most likely it was moved, or is not
    connected. Such a year is left as it is."""

    is_bare: bool = False
    """Nothing at all stands in the year's folder, or there is none."""

    @property
    def is_empty(self) -> bool:
        """Nobody sent anything for the year; what lies astray beside its folder is of no year."""
        return self.is_bare and not (self.files_gone or self.closed)
