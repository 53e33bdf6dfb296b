"""Annotate: a judged file in, the file that goes back out: its own Word or Excel marked, a notice for everything else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from schemas.form import ParsedFile, UnreadableError
from schemas.vocabulary import Words
from tasks.annotate import word, workbook
from tasks.annotate.notes import Finding, Note, notes_of, purpose
from tasks.annotate.notice import notice
from tasks.parse import parse
from tasks.read import guard, read
from tasks.read.docx_bare import thinner
from tasks.read.kinds import needed, package_kind

__all__ = ["Marked", "annotate"]

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Marked:
    """The file that goes back."""

    file_name: str
    content: bytes
    is_notice: bool
    """It is a document of its own, not the town's file with marks."""


def annotate(
    file_name: str,
    content: bytes,
    findings: Iterable[Finding],
    *,
    moment: datetime,
    words: Words | None = None,
) -> Marked | None:
    """Mark a file with its findings.

    Args:
        file_name: As sent.
        content: Its bytes.
        findings: Of this file, in canonical order.
        moment: When it was judged; stands beside each comment in Word.
        words: The county's own words, with which the file was read.

    Returns:
        The marked file, or a notice where the file is not one that can be marked; None for a file without findings.
    """
    parsed, kind = _read_again(file_name, content, words)
    notes = notes_of(findings, parsed)
    if not notes:
        return None
    # A member of a zip is named with its path in it: two folders may hold the same name.
    stem = PurePath(file_name.replace("/", "_")).stem
    marked = _marked(content, kind, notes, moment)
    if marked is None:
        return Marked(f"{stem}（{purpose(notes)}通知）.docx", notice(file_name, notes), is_notice=True)
    return Marked(f"{stem}（{purpose(notes)}）.{kind}", marked, is_notice=False)


def _marked(content: bytes, kind: str, notes: tuple[Note, ...], moment: datetime) -> bytes | None:
    try:
        if kind == "docx":
            return word.annotate(content, notes, moment)
        return workbook.annotate(content, notes) if kind == "xlsx" else None
    except UnreadableError:
        # It was read without its formatting, and is too large to stand in memory with it.
        return None


def _read_again(file_name: str, content: bytes, words: Words | None) -> tuple[ParsedFile | None, str]:
    """What the file says, and ``docx`` or ``xlsx`` where it is one of these; it has been judged, so it does not surprise."""
    try:
        grids, remarks = read(file_name, content, words=words)
        parsed = parse(grids, words)
    except UnreadableError:
        return None, ""
    kind = (
        package_kind(guard.unzip(content, needed, thinners=thinner))[0].reader
        if content.startswith(_ZIP)
        else ""
    )
    return ParsedFile(parsed.forms, (*remarks, *parsed.remarks)), kind
