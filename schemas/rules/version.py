"""Which rules judged: a short name for the bytes that decide a finding."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from schemas.material import text_of

_LENGTH = 12


@cache
def rules_version() -> str:
    """12 hex digits over the catalogue, every vocabulary and the code of rules, words and values; the same on each machine.

    A file's name counts as well as its bytes, so that renaming or adding one shows.
    """
    digest = hashlib.sha256()
    for name, content in _parts():
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_LENGTH]


def _parts() -> Iterator[tuple[str, bytes]]:
    for package, endings in (
        ("schemas", (".py",)),
        ("schemas.rules", (".py", ".yml")),
        ("schemas.vocabulary", (".py", ".yml")),
    ):
        entries: list[Traversable] = sorted(files(package).iterdir(), key=lambda entry: entry.name)
        for entry in entries:
            if entry.name.endswith(endings):
                is_text = entry.name.endswith(".yml")
                content = text_of(package, entry.name).encode() if is_text else entry.read_bytes()
                # A checkout with other line ends is the same set of rules.
                yield f"{package}/{entry.name}", content.replace(b"\r\n", b"\n")
