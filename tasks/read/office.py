"""Legacy Word documents in (.doc, .wps, .rtf), the same as .docx out, through LibreOffice, or why there is none.

The .docx then passes the guard and the adapter of Word like any other. LibreOffice is not part of this package: where a
machine has none, the file goes back with the remedy. ``HUIZONG_SOFFICE`` names the program where it is not found by
itself.
"""

import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemas.form import UnreadableError
from tasks.read import guard, office_process
from tasks.read.office_process import LIMITS, Limits

_LOG = logging.getLogger(__name__)

PROGRAM_SETTING = "HUIZONG_SOFFICE"
"""Environment variable that names the program."""
REMEDY = "本机没有可用的 LibreOffice，请在 Word 或 WPS 中另存为 .docx，或请管理员安装 LibreOffice"

_PROGRAMS = ("soffice", "libreoffice", "soffice.com", "soffice.exe")
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/snap/bin/libreoffice",
    "/usr/local/bin/soffice",
    "/opt/homebrew/bin/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
_DOCUMENTS_OF_A_PROCESS = 500
"""A command line on Windows has 32,767 characters; a document takes twelve."""

Document = tuple[str, bytes]
"""The extension its content asks for (``.doc``), and its content."""


def program() -> str | None:
    """Where LibreOffice is on this machine; None where it is not, or where the setting names no file."""
    named = os.environ.get(PROGRAM_SETTING)
    if named:
        return shutil.which(named)
    found = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    return found or next(_usual_places(), None)


def _usual_places() -> Iterator[str]:
    for place in map(Path, _PLACES):
        root = Path(place.anchor)
        if root.exists():
            yield from (
                str(path) for path in sorted(root.glob(str(place.relative_to(root)))) if path.is_file()
            )


def convert(documents: Sequence[Document], limits: Limits = LIMITS) -> list[bytes | UnreadableError]:
    """What LibreOffice makes of each document, the same for one alone as for one among many.

    Args:
        documents: Legacy documents.
        limits: What LibreOffice may use.

    Returns:
        The .docx of each, not yet looked at by the guard; or R10 where there is no LibreOffice, R01 where it cannot
        open the document or crashes on it, R08 where that takes too long.
    """
    if not documents:
        return []
    soffice = program()
    if soffice is None:
        return [_absent() for _ in documents]
    results: list[bytes | UnreadableError] = []
    for start in range(0, len(documents), _DOCUMENTS_OF_A_PROCESS):
        results += _converted(soffice, documents[start : start + _DOCUMENTS_OF_A_PROCESS], limits)
    return results


def _converted(soffice: str, documents: Sequence[Document], limits: Limits) -> list[bytes | UnreadableError]:
    """As ``convert``. A document is only ever blamed for what became of it alone.

    Of a batch that ended by itself those are missing that LibreOffice could not open, and passed over. One that ends the
    batch is the first that is missing, or behind it: that first one is tried alone, and the others go on as a batch.
    """
    results: dict[int, bytes | UnreadableError] = {}
    batches = [list(range(len(documents)))]
    while batches:
        batch = batches.pop()
        outcome = _run(soffice, [documents[index] for index in batch], limits)
        made = zip(batch, outcome.documents, strict=True)
        results |= {index: document for index, document in made if document is not None}
        missing = [index for index in batch if index not in results]
        if len(batch) == 1 or outcome.ending in ("absent", "ended"):
            results |= {index: _error(outcome.ending, limits) for index in missing}
        else:
            batches += [part for part in (missing[1:], missing[:1]) if part]
    return [results[index] for index in range(len(documents))]


def _run(soffice: str, documents: Sequence[Document], limits: Limits) -> office_process.Outcome:
    try:
        return office_process.run(soffice, documents, limits)
    except OSError:
        # No room for the folder, no more processes: the machine's fault, and no reason to end a batch.
        _LOG.exception("LibreOffice cannot be run", extra={"program": soffice})
        return office_process.Outcome((None,) * len(documents), "absent")


def _error(ending: office_process.Ending, limits: Limits) -> UnreadableError:
    if ending == "absent":
        return _absent()
    if ending == "late":
        return guard.over("读取时间太长", f"{limits.seconds:g} 秒内读完")
    if ending == "died":
        return guard.broken("文件内容使读取程序中断")
    return guard.broken("文件内容已损坏，LibreOffice 也打不开")


def _absent() -> UnreadableError:
    return UnreadableError("R10", value=f"旧版 Word 文档（.doc、.wps、.rtf），而{REMEDY}")
