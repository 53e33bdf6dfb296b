"""A zip's bytes in, its verified members out, counted while they are inflated.

The directory of a zip is taken for where members stand and for nothing else: every member is inflated here in small
steps and counted, whether it is needed or not, and what comes out must be what the directory said. Part of the guard
(``tasks.read.guard``), which is where all others find it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from schemas.form import UnreadableError
from tasks.read.budgets import BUDGETS, MIB, Budgets, broken, over

_LOCAL_HEADER = b"PK\x03\x04"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_IS_UTF8 = 0x800
_STEP = 256 * 1024
_EMBEDDED = re.compile(r"^(?:word|xl)/embeddings/")


class Thinner(Protocol):
    """Leaves out of a member what nobody needs, while it is inflated."""

    def feed(self, chunk: bytes, /) -> bytes:
        """Take the next piece; gives what is kept so far and was not given yet."""

    def close(self) -> bytes:
        """The rest of what is kept."""


Thinners = Callable[[str, int], Thinner | None]
"""By name and size of a member; None for one that is kept as it is."""


def _as_it_is(_name: str, _size: int) -> None:
    """Nothing is left out."""


class Member(NamedTuple):
    """One file in a zip, inflated and found to be what the directory says."""

    name: str
    is_utf8: bool
    """The zip says that the name is in UTF-8; else it was taken for code page 437, whatever it is."""
    size: int
    content: bytes | None
    """None where it is not wanted; of one that is too large its beginning, one byte more than is allowed."""
    is_zip: bool


def unzip(
    content: bytes,
    wanted: Callable[[str], bool],
    budgets: Budgets = BUDGETS,
    thinners: Thinners = _as_it_is,
) -> Mapping[str, bytes]:
    """Inflate a document that is a zip and keep the members that are wanted.

    Args:
        content: The zip's bytes.
        wanted: Says by name which members to keep; the others are inflated, counted and dropped.
        budgets: What the file may ask for.
        thinners: What leaves out of a member what nobody needs; what is left of it must be within the budget of a part.

    Returns:
        The wanted members' bytes by name; none where the zip is no document.

    Raises:
        UnreadableError: R08 over budget; R02 where a member is encrypted; R01 where the zip is damaged, names a path
            outside itself, names a member twice, its directory is not true, or a document contains another zip.
    """
    kept: dict[str, bytes] = {}
    nested: list[str] = []
    for member in inflated(content, wanted, budgets, budgets.xml_part_bytes, thinners):
        if member.is_zip:
            nested.append(member.name)
        if member.content is None:
            continue
        if len(member.content) > budgets.xml_part_bytes:
            raise over(
                f"其中的 {_shown(member.name)} 超过 {budgets.xml_part_bytes // MIB} MiB",
                f"每一部分不超过 {budgets.xml_part_bytes // MIB} MiB",
            )
        kept[member.name] = member.content
    if kept:
        _check_nesting(nested)
    return kept


def inflated(
    content: bytes,
    wanted: Callable[[str], bool],
    budgets: Budgets,
    most_bytes: int,
    thinners: Thinners = _as_it_is,
) -> Iterator[Member]:
    """The members of a zip, one after the other as they stand in it; only one of them is in memory.

    Args:
        content: The zip's bytes.
        wanted: Says by name whose content to keep; the others are inflated, counted and dropped.
        budgets: What the zip may ask for.
        most_bytes: How large the content of one member may be; of a larger one no more is kept than shows it.
        thinners: What leaves out of a member what nobody needs.

    Raises:
        UnreadableError: as ``unzip``, but for what is in a member; possibly after some members.
    """
    total = 0
    for info, packed in _members(content, budgets):
        keep = wanted(info.filename)
        is_zip = False
        chunks: list[bytes] = []
        size = checksum = held = 0
        thinner = thinners(info.filename, info.file_size) if keep else None
        for chunk in _inflate(info, packed):
            is_zip = is_zip or (not size and chunk.startswith(_LOCAL_HEADER))
            size += len(chunk)
            total += len(chunk)
            if total > budgets.inflated_bytes:
                raise over("解压后太大", f"解压后不超过 {budgets.inflated_bytes // MIB} MiB")
            if size > budgets.inflation_ratio_from_bytes and size > budgets.inflation_ratio * len(packed):
                raise over(
                    f"其中的 {_shown(info.filename)} 解压后膨胀 {budgets.inflation_ratio} 倍以上",
                    f"解压后不超过原来的 {budgets.inflation_ratio} 倍",
                )
            checksum = zlib.crc32(chunk, checksum)
            if keep and held <= most_bytes:
                chunks.append(thinner.feed(chunk) if thinner else chunk)
                held += len(chunks[-1])
        _check_truth(info, size, checksum)
        if thinner:
            chunks.append(thinner.close())
        kept = b"".join(chunks)[: most_bytes + 1] if keep else None
        yield Member(info.filename, bool(info.flag_bits & _IS_UTF8), size, kept, is_zip)


def names_in(content: bytes, budgets: Budgets = BUDGETS) -> tuple[str, ...]:
    """What the directory of a zip names, without looking at anything else.

    Raises:
        UnreadableError: R08 too many, R01 damaged.
    """
    return tuple(info.filename for info in _directory(content, budgets))


def _directory(content: bytes, budgets: Budgets) -> list[zipfile.ZipInfo]:
    # Counted in the raw bytes first: reading a directory of half a million entries costs memory already.
    if content.count(_DIRECTORY_ENTRY) > budgets.members:
        raise over(f"压缩包里超过 {budgets.members} 个文件", f"不超过 {budgets.members} 个")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
        OverflowError,
        UnicodeError,
    ) as error:
        raise broken("文件不完整或已损坏") from error


def _members(content: bytes, budgets: Budgets) -> Iterator[tuple[zipfile.ZipInfo, memoryview]]:
    """Each member with its packed bytes, after the directory as a whole was found sane."""
    infos = _directory(content, budgets)
    view = memoryview(content)
    names: set[str] = set()
    end_of_last = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        # The directory's reader ends a name at its first NUL; a name that hides something behind one is no name.
        _check_name(info.orig_filename if "\x00" in info.orig_filename else info.filename, names)
        if info.flag_bits & 0x1:
            raise UnreadableError("R02")
        start = _data_start(content, info)
        _check_place(info, start, end_of_last, len(content))
        end_of_last = start + info.compress_size
        if not info.is_dir():
            yield info, view[start:end_of_last]


def _check_nesting(nested: Iterable[str]) -> None:
    for name in nested:
        # Word keeps the workbook behind a chart inside the document; it is counted and never opened.
        if not _EMBEDDED.match(name):
            raise broken(f"里面还有一个压缩包（{_shown(name)}）")


def _check_truth(info: zipfile.ZipInfo, size: int, checksum: int) -> None:
    if size != info.file_size or checksum != info.CRC:
        raise broken(f"压缩目录与内容不符（{_shown(info.filename)}）")


def _check_place(info: zipfile.ZipInfo, start: int, end_of_last: int, end: int) -> None:
    if info.header_offset < end_of_last or start + info.compress_size > end:
        raise broken("压缩包里的文件互相重叠，或不完整")


def _check_name(name: str, names: set[str]) -> None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\x00" in name:
        raise broken(f"压缩包里有指向外面的文件名（{_shown(name)}）")
    # Office compares part names without case, so two that differ only there are one name twice.
    if name.lower() in names:
        raise broken(f"压缩包里同名文件出现两次（{_shown(name)}）")
    names.add(name.lower())


def _data_start(content: bytes, info: zipfile.ZipInfo) -> int:
    header = content[info.header_offset : info.header_offset + 30]
    if len(header) < 30 or not header.startswith(_LOCAL_HEADER):
        raise broken("文件不完整或已损坏")
    name_size = int.from_bytes(header[26:28], "little")
    start = info.header_offset + 30
    name = content[start : start + name_size]
    if name != info.orig_filename.encode() and name != _cp437(info.orig_filename):
        raise broken(f"压缩目录与内容不符（{_shown(info.filename)}）")
    return start + name_size + int.from_bytes(header[28:30], "little")


def _cp437(name: str) -> bytes | None:
    try:
        return name.encode("cp437")
    except UnicodeEncodeError:
        return None


def _inflate(info: zipfile.ZipInfo, packed: memoryview) -> Iterator[bytes]:
    if info.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _STEP):
            yield bytes(packed[at : at + _STEP])
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise broken("压缩方式不是 Office 使用的")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    data: bytes | memoryview = packed
    try:
        while not inflater.eof:
            chunk = inflater.decompress(data, _STEP)
            data = inflater.unconsumed_tail
            if not chunk and not data and not inflater.eof:
                raise broken(f"文件不完整（{_shown(info.filename)}）")
            if chunk:
                yield chunk
    except zlib.error as error:
        raise broken(f"文件已损坏（{_shown(info.filename)}）") from error
    if inflater.unused_data:
        raise broken(f"压缩目录与内容不符（{_shown(info.filename)}）")


def _shown(name: str) -> str:
    """A member's name fit for a message: printable, short."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:60]
