"""The hostile corpus: each file by name, what is to become of it, and which part of the guard stops it.

Files are built when they are asked for; nothing of them lies in the repository.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile file."""

    name: str
    file_name: str
    build: Callable[[], bytes]
    error: str
    """The rule by which the file goes back; R03 where it is read and holds no form; empty where its forms are read."""
    says: str = ""
    """What its sentence must say."""
    off: tuple[str, ...] = ()
    """Parts of the guard without which the file is taken, or breaks the budget (``worker.switched_off``)."""
    also: tuple[str, ...] = ()
    """Other rules that tell of it."""


def corpus() -> tuple[Case, ...]:
    """All cases, of all formats."""
    from tests.hostile import binaries, markup, packages, pdfs, pictures, sheets, texts, zips  # noqa: PLC0415

    modules = (zips, packages, sheets, markup, binaries, pdfs, pictures, texts)
    return tuple(case for module in modules for case in module.CASES)
