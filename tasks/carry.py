"""The register of a look into the inbox in, with the files that the ledger knows and the inbox shows no more out.

Such a file stays handed in, and in force, until it is withdrawn or its content comes under another name: the rules
across a town's forms must see it, or a file under a new name would count its projects a second time. It is reported.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from tasks.archive import Archive
from tasks.inbox import Entry
from tasks.reception import ReceivedFile
from tasks.register import Register
from tasks.withdrawal import covers, marker_of
from warehouse.ledger import KnownFile

_BEGINNING = datetime.fromtimestamp(0, UTC)


@dataclass(slots=True)
class Standing:
    """What stands in a town's folders, whether it could be read or not."""

    names: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    """Zips of submissions whose members were taken in."""
    withdrawn: set[str] = field(default_factory=set)
    """Files and zips that a marker withdraws."""
    is_listed: bool = True
    """False where a folder could not be looked into: what is not seen there may be there."""


def carry_over(register: Register, standing: dict[str, Standing], archive: Archive) -> None:
    """Keep, close and report what the ledger holds in force and the inbox shows no more."""
    for town_code, known in register.known.items():
        stands = standing.get(town_code, Standing())
        here = dict(register.files.get(town_code, {}))
        by_content = {file.sha256: file for file in sorted(here.values(), key=_age, reverse=True)}
        told: set[str] = set()
        for name, each in known.items():
            if name in here or not each.is_current:
                continue
            zip_name = name.partition("/")[0]
            twin = by_content.get(each.sha256)
            if any(covers(withdrawn, name) for withdrawn in stands.withdrawn):
                register.close(town_code, name, "withdrawn")
            elif name in stands.opened:
                register.close(town_code, name, "unpacked")
            elif not stands.is_listed or (zip_name in stands.names and zip_name not in stands.opened):
                # It cannot be read just now, and that is told: its last version counts.
                _keep(register, archive, town_code, name, each)
            elif twin is not None:
                _continue(register, twin, each)
                register.close(town_code, name, "renamed", twin.file_name)
            elif not each.is_in_force:
                register.close(town_code, name, "empty")
            else:
                _keep(register, archive, town_code, name, each, is_gone=True)
                # A zip that is gone is told of once, not for each of its members.
                told.add(name if zip_name in stands.opened else zip_name)
        _tell(register, town_code, told)


def _keep(
    register: Register,
    archive: Archive,
    town_code: str,
    name: str,
    known: KnownFile,
    *,
    is_gone: bool = False,
) -> None:
    entry = Entry(name, "", "file", known.size_bytes, known.received_at or _BEGINNING)
    path = archive.path_of(known.sha256, name)
    register.keep(town_code, entry, known.sha256, path, is_gone=is_gone)


def _continue(register: Register, file: ReceivedFile, old: KnownFile) -> None:
    """A file under a new name came when it came first, under its old one; a new name does not make it late."""
    if register.known_as(file.town_code, file.file_name) is not None:
        return
    first = old.first_received_at or old.received_at or file.received_at
    if first < file.first_received_at:
        register.files[file.town_code][file.file_name] = replace(
            file,
            received_at=first.astimezone(file.received_at.tzinfo),
            first_received_at=first,
            is_late=register.is_after_due(first),
        )


def _tell(register: Register, town_code: str, names: Iterable[str]) -> None:
    for name in sorted(names):
        register.note("S08", town_code, name, "", file=name, marker=marker_of(name))


def _age(file: ReceivedFile) -> tuple[datetime, str]:
    return file.first_received_at, file.file_name
