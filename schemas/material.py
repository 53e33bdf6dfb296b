"""The catalogue and the vocabulary as text: the YAML files beside the code, or others that are to be tried in their place.

Others are given as text before anything of a process has been read (``huizong replay --dry-run --rules DIR`` starts one for
it); who reads a folder does so outside ``schemas``.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

PACKAGES = ("schemas.rules", "schemas.vocabulary")
_instead: dict[str, str] = {}
_has_been_read: list[str] = []


def text_of(package: str, name: str) -> str:
    """The content of one file.

    Args:
        package: ``schemas.rules`` or ``schemas.vocabulary``.
        name: The file's own name, such as ``catalogue.yml``.
    """
    _has_been_read.append(name)
    other = _instead.get(name)
    return files(package).joinpath(name).read_text(encoding="utf-8") if other is None else other


@cache
def names() -> frozenset[str]:
    """Every file that can be replaced; no two packages have one of the same name."""
    # By way of the package above them, for to name a package here is to import it, and that reads its files.
    return frozenset(
        entry.name
        for package in PACKAGES
        for entry in files("schemas").joinpath(package.removeprefix("schemas.")).iterdir()
        if entry.name.endswith(".yml")
    )


def use_instead(texts: Mapping[str, str]) -> None:
    """Take these texts in the place of the files of the same names, in this process.

    Raises:
        RuntimeError: something has been read already, so that two versions would be mixed.
        ValueError: no file has such a name.
    """
    if unknown := set(texts) - names():
        raise ValueError(f"no rule or word is read from {', '.join(sorted(unknown))}")
    if texts and _has_been_read:
        raise RuntimeError(f"{_has_been_read[0]} has been read already")
    _instead.update(texts)
