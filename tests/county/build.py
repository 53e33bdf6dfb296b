"""Builds the inbox of the example county: ``python -m tests.county.build [DIR]``.

The same description gives the same bytes on every machine and day; modification times are set, since they say when a
town sent its file. ``python -m tests.county.build --sums`` builds, and writes down the new bytes as the ones to expect.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.county.describe import HERE, YEAR, File, Folder, folders
from tests.county.flat import text_file
from tests.county.layout import page
from tests.county.packed import encrypted, packed
from tests.county.sheet import sheet_file
from tests.county.strangers import STRANGERS
from tests.county.word import word_file

SUMS = HERE / "SHA256SUMS"
"""The sha256 of every built file, as ``sha256sum`` writes it: ``cd tests/county/inbox && sha256sum -c ../SHA256SUMS``."""
_WRITERS = {"docx": word_file, "xlsx": sheet_file, "xlsx-stacked": sheet_file, "text": text_file}


def build(target: Path, year: int = YEAR) -> int:
    """Write every file of the county's year under ``target``; gives their number."""
    written = 0
    for folder in folders(year):
        place = target / str(year) / folder.name
        place.mkdir(parents=True, exist_ok=True)
        contents: dict[str, bytes] = {}
        for file in folder.files:
            contents[file.name] = content_of(folder, file, contents)
            path = place / file.name
            path.write_bytes(contents[file.name])
            os.utime(path, (folder.sent.timestamp(),) * 2)
            written += 1
    return written


def content_of(folder: Folder, file: File, earlier: Mapping[str, bytes]) -> bytes:
    """The bytes of a file; ``earlier`` are the files of its folder that it may be made from."""
    if file.copy_of:
        return earlier[file.copy_of]
    if file.truncated_from:
        whole = earlier[file.truncated_from]
        return whole[: len(whole) // 2]
    if file.format == "marker":
        return b""
    if file.format == "zip":
        return packed({member.name: content_of(folder, member, {}) for member in file.members})
    if file.format in STRANGERS:
        return STRANGERS[file.format]()
    content = _WRITERS[file.format](file, [page(folder, file, form) for form in file.forms])
    return encrypted(content, file.password) if file.password else content


def sums(inbox: Path) -> str:
    """The sha256 of every file of a built inbox, one a line, by path."""
    files = sorted(path for path in inbox.rglob("*") if path.is_file())
    lines = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(inbox).as_posix()}"
        for path in files
    )
    return "".join(f"{line}\n" for line in lines)


def main(arguments: list[str]) -> None:
    """Build into the folder named, or into ``tests/county/inbox``."""
    own = HERE / "inbox"
    folder = next((each for each in arguments if not each.startswith("--")), None)
    inbox = Path(folder) if folder else own
    if inbox == own and inbox.exists():
        shutil.rmtree(inbox)  # what an older description built must not stay
    files = build(inbox)
    if "--sums" in arguments:
        SUMS.write_text(sums(inbox), encoding="utf-8")
    here = Path.cwd()
    shown = inbox.relative_to(here) if inbox.is_relative_to(here) else inbox
    sys.stdout.write(f"示例县：{files} 个文件，放在 {shown}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
