"""Read: a file's bytes in, its grids of cells out. One guard, one adapter per format, the format known by content.

Nothing here knows what a form is; nothing here touches a network, a database, or a disk, but for the folder in which
LibreOffice converts documents of an old Word, and which is gone when it has.
"""

import importlib
import importlib.util
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from schemas.form import Grid, Remark, UnreadableError
from tasks import collector
from tasks.read import archive, docx_bare, guard, kinds

__all__ = ["Converted", "convert", "read"]

if TYPE_CHECKING:
    from schemas.vocabulary import Words

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")

Converted = Mapping[bytes, bytes | UnreadableError]
"""Documents of an old Word by their content: the same as .docx, or why there is none."""
_NONE: Converted = MappingProxyType({})


def convert(contents: Iterable[bytes]) -> Converted:
    """Convert those files of a batch that only LibreOffice can read, in one process, for starting it takes seconds.

    What ``read`` then gives of a file is the same as without.

    Args:
        contents: Files of any format.
    """
    legacy: dict[bytes, str] = {}
    for content in filter(kinds.is_legacy, contents):
        try:
            guard.check_size(content)
            kind = kinds.kind_of(content)
        except UnreadableError:
            continue  # ``read`` will say so
        if kind and kind.reader == "office":
            legacy[content] = kind.extensions[0]
    if not legacy:
        return _NONE
    made = _adapter("office").convert([(extension, content) for content, extension in legacy.items()])
    return dict(zip(legacy, made, strict=True))


@collector.paused()
def read(
    file_name: str, content: bytes, converted: Converted = _NONE, words: "Words | None" = None
) -> tuple[tuple[Grid, ...], tuple[Remark, ...]]:
    """Read a submitted file.

    Args:
        file_name: Only its extension is looked at, to be compared with the content.
        content: The file's bytes.
        converted: What ``convert`` gave for its batch; a file it does not know is converted by itself.
        words: The county's own words, on top of the bundled vocabulary; text without borders is parted by words.

    Returns:
        The file's grids in reading order; a Remark R04 where the extension does not fit the content, R13 for each
        hidden sheet that holds something, and what the adapter remarked itself.

    Raises:
        UnreadableError: R01 broken or hostile, R02 with a password, R08 over a budget, R10 a format not supported.
    """
    guard.check_size(content)
    with _words(words):
        kind, found = _read(content, converted, words)
    expected = kinds.mismatch(file_name, kind)
    renamed = () if expected is None else (Remark("R04", None, kind.name, expected),)
    grids = [each for each in found if isinstance(each, Grid)]
    hidden = (Remark("R13", None, grid.name) for grid in grids if grid.is_hidden and _shows(grid))
    told = (each for each in found if isinstance(each, Remark))
    return tuple(grid for grid in grids if not grid.is_hidden), (*renamed, *hidden, *told)


def _words(words: "Words | None") -> AbstractContextManager[None]:
    if words is None:
        return nullcontext()
    from schemas.vocabulary import spoken  # noqa: PLC0415 - a child that reads a PDF starts without it

    return spoken(words)


def _shows(grid: Grid) -> bool:
    return any(cell.text.strip() for cell in grid.cells)


def _read(
    content: bytes, converted: Converted, words: "Words | None"
) -> tuple[kinds.Kind, tuple[Grid | Remark, ...]]:
    """The kind of a file, its grids, and what its adapter remarked among them."""
    if content.startswith(_ZIP):
        members = guard.unzip(content, kinds.needed, thinners=docx_bare.thinner)
        if not members:
            raise archive.refusal(content)
        kind, main = kinds.package_kind(members)
        return kind, _with_pictures(content, _adapter(kind.reader).grids(members, main), words)
    known = kinds.kind_of(content)
    if known is not None and known.reader == "office":
        made = (converted if content in converted else convert([content]))[content]
        if isinstance(made, UnreadableError):
            raise made
        guard.check_size(made)
        return known, _adapter("docx").read(made)
    if known is not None:
        return known, _grids(known.reader, content, words)
    text = _adapter("text")
    decoded = text.decode(content)
    page = text.page(decoded)
    return kinds.TEXT, text.grids(decoded) if page is None else _grids("html", page.encode(), words)


def _with_pictures(
    content: bytes, found: tuple[Grid | Remark, ...], words: "Words | None"
) -> tuple[Grid | Remark, ...]:
    """What a document says, and where it holds no table at all, what its pictures say: a form scanned into Word."""
    if any(isinstance(each, Grid) and not each.is_prose and _shows(each) for each in found):
        return found
    if not _adapter("pictures").pages(content):
        return found
    foreign = importlib.import_module("tasks.read.foreign")
    try:
        _check_recognition()
        shown = (each for each in found if isinstance(each, Remark) or _shows(each))
        return *shown, *foreign.read(foreign.SCAN, content, words)
    except UnreadableError:
        # The document itself can be read, and says nothing of a form, or says it in prose.
        return *found, Remark("R15", None, "文件里的图片")


def _grids(reader: kinds.Reader, content: bytes, words: "Words | None") -> tuple[Grid, ...]:
    """The grids of a file that is no zip and no plain text, from a child process where its parser is a foreign one."""
    foreign = importlib.import_module("tasks.read.foreign")
    parser = foreign.PARSERS.get(reader)
    if reader == "scan":
        _check_recognition()
    grids = tuple(foreign.read(parser, content, words) if parser else _adapter(reader).grids(content))
    if reader != "pdf":
        return grids

    def recognised() -> Iterable[Grid]:
        _check_recognition()
        found: Iterable[Grid] = foreign.read(foreign.SCAN, content, words)
        return found

    joined: tuple[Grid, ...] = importlib.import_module("tasks.read.pdf_or_scan").with_scans(grids, recognised)
    return joined


def _check_recognition() -> None:
    """Refuse a scan where nothing can recognise its text.

    Raises:
        UnreadableError: R10; the extra ``ocr`` is not installed.
    """
    if any(importlib.util.find_spec(name) is None for name in ("rapidocr", "onnxruntime")):
        remedy = '请安装识别组件（pip install "huizong[ocr]"），或改交 Word、Excel 原件'
        raise UnreadableError("R10", value=f"扫描件或图片，而这台电脑没有文字识别组件，{remedy}；这个文件")


def _adapter(reader: kinds.Reader | Literal["pictures"]) -> Any:  # noqa: ANN401  modules are not typed by what they offer
    """The module that reads a format, imported when a file of that format comes: each brings a library of its own."""
    return importlib.import_module(f"tasks.read.{reader}")
