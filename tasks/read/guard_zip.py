"""A zip's bytes in, its verified members out, counted while they are inflated.

The directory of a zip is taken for where members stand and for nothing else: every member is inflated here in small
steps and counted, whether it is needed or not, and what comes out must be what the directory said. Part of the guard
(``tasks.read.guard``), which is where all others find it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from schemas.form import UnreadableError
from tasks.read.budgets import BUDGETS, MIB, Budgets, broken, over

_LOCAL_HEADER = b"PK\x03\x04"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_STEP = 256 * 1024
_EMBEDDED = re.compile(r"^(?:word|xl)/embeddings/")


def unzip(
    content: bytes,
    wanted: Callable[[str], bool],
    budgets: Budgets = BUDGETS,
    *,
    holds_files: bool = False,
) -> Mapping[str, bytes]:
    """Inflate a zip and keep the members that are wanted.

    Args:
        content: The zip's bytes.
        wanted: Says by name which members to keep; the others are inflated, counted and dropped.
        budgets: What the file may ask for.
        holds_files: It is an archive of submissions: its members may be Office files, which are zips too, each of which
            passes the guard by itself.

    Returns:
        The wanted members' bytes by name.

    Raises:
        UnreadableError: R08 over budget; R02 where a member is encrypted; R01 where the zip is damaged, names a path
            outside itself, names a member twice, contains another zip, or its directory is not true.
    """
    kept: dict[str, bytes] = {}
    total = 0
    for info, packed in _members(content, budgets):
        keep = wanted(info.filename)
        chunks: list[bytes] = []
        size = checksum = 0
        for chunk in _inflate(info, packed):
            if not size and not holds_files:
                _check_nesting(info, chunk)
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
            if keep:
                if size > budgets.xml_part_bytes:
                    raise over(
                        f"其中的 {_shown(info.filename)} 超过 {budgets.xml_part_bytes // MIB} MiB",
                        f"每一部分不超过 {budgets.xml_part_bytes // MIB} MiB",
                    )
                chunks.append(chunk)
        _check_truth(info, size, checksum)
        if keep:
            kept[info.filename] = b"".join(chunks)
    return kept


def _members(content: bytes, budgets: Budgets) -> Iterator[tuple[zipfile.ZipInfo, memoryview]]:
    """Each member with its packed bytes, after the directory as a whole was found sane."""
    # Counted in the raw bytes first: reading a directory of half a million entries costs memory already.
    if content.count(_DIRECTORY_ENTRY) > budgets.members:
        raise over(f"压缩包里超过 {budgets.members} 个文件", f"不超过 {budgets.members} 个")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
        OverflowError,
        UnicodeError,
    ) as error:
        raise broken("文件不完整或已损坏") from error
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


def _check_nesting(info: zipfile.ZipInfo, beginning: bytes) -> None:
    # Word keeps the workbook behind a chart inside the document; it is counted and never opened.
    if beginning.startswith(_LOCAL_HEADER) and not _EMBEDDED.match(info.filename):
        raise broken(f"里面还有一个压缩包（{_shown(info.filename)}）")


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
    if name not in (info.orig_filename.encode("utf-8"), _cp437(info.orig_filename)):
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
