"""Judged files in, marked files on disk out: beside a clerk's own file, or in a town's folder of a publication."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path, PurePath
from typing import TypeAlias

from schemas.county import County
from schemas.form import Source
from schemas.frames import Judgement
from schemas.os_faults import why
from tasks.annotate import Marked, annotate
from tasks.annotate.notes import Finding
from tasks.annotate.package import is_made_here
from tasks.archive import Archive
from tasks.faults import UserError
from tasks.reception import ReceivedFile

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
_LONGEST_STEM = 60
_FILES_PER_BATCH = 16
"""Handed to a process at a time: some hundred milliseconds of work."""
_BATCHES_AHEAD = 64
"""Of marked files that wait to be written: no more than some megabytes, however many towns there are."""
_Wrong: TypeAlias = tuple[ReceivedFile, list[Finding]]
"""A file with its findings."""


def write_checked(out: Path, sources: Sequence[Source], judgement: Judgement, county: County) -> list[Path]:
    """Write the marked files of a check.

    Args:
        out: A file for one checked file, else a folder, which is made.
        sources: As checked.
        judgement: Of them.
        county: Whose words they were read with.

    Returns:
        The files written; none for a file without findings. A file that is there already stays, unless an earlier check
        wrote it, and the marked one gets a number behind its name.

    Raises:
        UserError: they cannot be written there, or would replace the checked file itself.
    """
    marked: list[Marked] = []
    for source in sources:
        rows = judgement.findings[judgement.findings["submission_key"] == source.key]
        found = annotate(
            source.file_name,
            source.content,
            [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")],
            moment=datetime.now(UTC),
            words=county.words,
        )
        if found is not None:
            marked.append(found)
    is_file = len(sources) == 1 and out.suffix != "" and not out.is_dir()
    if is_file and any(
        out.exists() and out.samefile(source.key) for source in sources if Path(source.key).exists()
    ):
        raise UserError(f"{out} 就是要检查的文件本身；请换一个文件名，原件不改动。")
    written: list[Path] = []
    taken: set[str] = set()
    try:
        for each in marked:
            path = _right_suffix(out, each) if is_file else out / _free_name("", each.file_name, taken)
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(_written(path, each.content))
    except OSError as error:
        raise UserError(f"批注后的文件写不进 {out}（{why(error)}）；请检查路径和写入权限。") from error
    return written


def marked_files(
    files: Iterable[ReceivedFile],
    findings: Iterable[Finding],
    town_names: Mapping[str, str],
    archive_url: str,
    county: County,
    *,
    executor: Executor | None = None,
) -> Iterator[tuple[str, bytes]]:
    """The marked files of the towns that came in with a run, by their path below the folder of the letters.

    Args:
        files: Received, with where their bytes are kept.
        findings: Published ones, in order.
        town_names: By code, for the folders.
        archive_url: Where the bytes are.
        county: Whose words they are read with.
        executor: The pool to mark in; None marks here. The files and their order are the same.
    """
    taken: set[str] = set()
    by_file: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        by_file.setdefault((finding["fiscal_year"], finding["town_code"], finding["file_name"]), []).append(
            finding
        )
    wrong = (
        (file, rows)
        for file in files
        if (rows := by_file.get((file.fiscal_year, file.town_code, file.file_name)))
    )
    for town_code, marked in _all_marked(wrong, archive_url, county, executor):
        if marked is not None:
            folder = _safe(town_names.get(town_code, town_code))
            yield _free_name(f"{folder}/", marked.file_name, taken), marked.content


def _all_marked(
    wrong: Iterator[_Wrong], archive_url: str, county: County, executor: Executor | None
) -> Iterator[tuple[str, Marked | None]]:
    """Each file marked, with its town's code, in the order given."""
    under_way: deque[Future[list[tuple[str, Marked | None]]]] = deque()
    while batch := list(islice(wrong, _FILES_PER_BATCH)):
        if executor is None:
            yield from _batch_marked(batch, archive_url, county)
            continue
        under_way.append(executor.submit(_batch_marked, batch, archive_url, county))
        if len(under_way) >= _BATCHES_AHEAD:
            yield from under_way.popleft().result()
    while under_way:
        yield from under_way.popleft().result()


def _batch_marked(
    batch: Sequence[_Wrong], archive_url: str, county: County
) -> list[tuple[str, Marked | None]]:
    archive = Archive(archive_url)
    return [
        (
            file.town_code,
            annotate(
                file.file_name,
                archive.bring(file.archive_path, file.sha256),
                rows,
                moment=file.received_at.astimezone(UTC),
                words=county.words,
            ),
        )
        for file, rows in batch
    ]


def _written(path: Path, content: bytes) -> Path:
    """Write a file, under a number behind its name where another one is there: it may be somebody's only copy."""
    number, free = 1, path
    while True:
        try:
            with free.open("xb") as stream:
                stream.write(content)
        except FileExistsError:
            if free.is_file() and _may_be_replaced(free.read_bytes()):
                free.write_bytes(content)
                return free
            number += 1
            free = path.with_stem(f"{path.stem}-{number}")
        else:
            return free


def _may_be_replaced(content: bytes) -> bool:
    return not content or is_made_here(content)


def _right_suffix(out: Path, marked: Marked) -> Path:
    """A notice is a Word document, whatever the checked file is."""
    return out.with_suffix(PurePath(marked.file_name).suffix)


def _free_name(folder: str, name: str, taken: set[str]) -> str:
    """A path no other marked file has: 附件2.pdf and 附件2.doc both go back with a notice of the same name."""
    path = PurePath(name)
    stem, number = _safe(path.stem), 1
    free = f"{folder}{stem}{path.suffix}"
    while free.casefold() in taken:
        number += 1
        free = f"{folder}{stem}-{number}{path.suffix}"
    taken.add(free.casefold())
    return free


def _safe(name: str) -> str:
    """A name that is one name on every system: no separators, no marks that reorder text, not too long."""
    return _UNSAFE.sub("_", name).strip(". ")[:_LONGEST_STEM] or "_"
