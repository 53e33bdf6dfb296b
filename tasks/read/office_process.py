"""Legacy documents in, what one LibreOffice made of them out: one process for a whole batch, within limits.

Each batch has a folder of its own with a fresh profile, in which macros, links and the network are forbidden. The
folder, and everything LibreOffice started, is gone when the batch is, also where this process is killed halfway: see
``tasks.read.office_child``, which stands between the two.
"""

import dataclasses
import hashlib
import io
import json
import logging
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from tasks.read import guard, office_child, office_profile

_LOG = logging.getLogger(__name__)

Ending = Literal["ended", "died", "late", "absent"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What LibreOffice may use (the table of budgets in the promises)."""

    start_seconds: float = 120
    """For starting, from a cold disk and beside other processes that start too; it takes one to four."""
    seconds: float = 60
    """For each document."""
    memory_bytes: int = 1024 * guard.MIB
    """Of its own (RLIMIT_DATA); it took 210 MiB for thirty documents of 14 forms. Not enforced on Windows."""
    file_bytes: int = 200 * guard.MIB
    """Any file it writes: as much as a document may inflate to."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch."""

    documents: tuple[bytes | None, ...]
    """The .docx of each document, None where there is none."""
    ending: Ending
    """How LibreOffice ended: by itself, by crashing, because it was killed for taking too long; or it never started."""


_PROBE = rb"{\rtf1\ansi probe\par}"
"""The first document of each batch is ours: where LibreOffice fails at it, no town's file is to blame."""
_FILTER = "docx:MS Word 2007 XML"
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE")
_FONT_SETTINGS = "fonts.conf"
_SOCKET_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108  not ours: where LibreOffice puts its socket, whatever TMPDIR says


def run(program: str, documents: Sequence[tuple[str, bytes]], limits: Limits = LIMITS) -> Outcome:
    """Convert documents, one after the other in one LibreOffice.

    Args:
        program: LibreOffice.
        documents: The extension the content asks for (``.doc``), and the content.
        limits: What it may use.

    Returns:
        What there is of each. A document that crashes LibreOffice, or takes too long, ends the batch.
    """
    fonts = office_profile.font_folder()
    outcome = _run(program, documents, limits, fonts)
    if outcome.ending == "absent" and fonts:
        # It may be that it cannot do with these.
        outcome = _run(program, documents, limits, None)
    if outcome.ending == "absent":
        _LOG.error("LibreOffice cannot convert anything", extra={"program": program})
    return outcome


def _run(program: str, documents: Sequence[tuple[str, bytes]], limits: Limits, fonts: Path | None) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="huizong-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        names = _lay_out(folder, [(".rtf", _PROBE), *documents], fonts)
        (probe, *made), ending = _convert(program, folder, names, limits)
    return Outcome(tuple(made), "absent" if probe is None else ending)


def _lay_out(folder: Path, documents: Sequence[tuple[str, bytes]], fonts: Path | None) -> list[str]:
    """Write the documents under neutral names, and the profile; gives the names relative to the folder."""
    for name in ("in", "out", "tmp", "profile/user"):
        (folder / name).mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(
        office_profile.profile(), encoding="utf-8"
    )
    if fonts:
        settings = office_profile.font_settings(fonts, folder / "tmp")
        (folder / _FONT_SETTINGS).write_text(settings, encoding="utf-8")
    names = []
    for index, (extension, content) in enumerate(documents):
        names.append(f"in/{index:04}{extension}")
        (folder / names[-1]).write_bytes(content)
    return names


def _convert(
    program: str, folder: Path, names: Sequence[str], limits: Limits
) -> tuple[list[bytes | None], Ending]:
    """What LibreOffice made of each name, and how it ended."""
    environment, profile = _environment(folder), (folder / "profile").as_uri()
    options = {
        "folder": str(folder),
        "sockets": _sockets(profile),
        "command": (
            program,
            *(
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nofirststartwizard",
                "--nolockcheck",
            ),
            f"-env:UserInstallation={profile}",
            *("--convert-to", _FILTER, "--outdir", "out", *names),
        ),
        "environment": environment,
        **dataclasses.asdict(limits),
    }
    with subprocess.Popen(  # noqa: S603  our own script, no shell
        (sys.executable, "-I", "-S", office_child.__file__, json.dumps(options)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # a Ctrl-C is for this side to answer
    ) as child:
        ending: Ending = "absent"
        for line in child.stdout or ():
            word = line.decode("ascii", "replace").strip()
            if word in get_args(Ending):
                ending = cast("Ending", word)
                break
        # The folder is removed when this block ends.
        return [_made(folder / "out" / f"{Path(name).stem}.docx") for name in names], ending


def _sockets(profile: str) -> list[str]:
    """Patterns of the socket LibreOffice makes for a profile, and leaves behind when it is killed.

    Its name ends in the MD5 of the profile's address in UTF-16, each byte without a leading zero
    (desktop/source/app/officeipcthread.cxx).
    """
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    name = "OSL_PIPE_*_SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)
    return [f"{folder}/{name}" for folder in _SOCKET_FOLDERS]


def _made(path: Path) -> bytes | None:
    """A converted document, if it is there and whole: its directory is written last."""
    try:
        with path.open("rb") as source:
            content = source.read(
                guard.BUDGETS.file_bytes + 1
            )  # one more than allowed is enough to refuse it
    except FileNotFoundError:
        return None
    return (
        content
        if len(content) > guard.BUDGETS.file_bytes or zipfile.is_zipfile(io.BytesIO(content))
        else None
    )


def _environment(folder: Path) -> dict[str, str]:
    """No setting of this process, for an address of the warehouse holds a password; nothing outside the folder."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    own = {
        "HOME": str(folder / "tmp"),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "tmp")),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",  # draws into memory, asks for no screen
    }
    if (folder / _FONT_SETTINGS).exists():
        own["FONTCONFIG_FILE"] = str(folder / _FONT_SETTINGS)
    return kept | own
