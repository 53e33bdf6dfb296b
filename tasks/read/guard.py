"""The one place through which all bytes of a submitted file pass: a zip's bytes in, its verified members out, in budget.

A submitted file is hostile until read. The directory of a zip is taken for where members stand and for nothing else:
every member is inflated here in small steps and counted, whether it is needed or not, and what comes out must be what
the directory said. Adapters see only the verified bytes.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from schemas.form import UnreadableError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Budgets:
    """How much a file may ask for.

    The table of budgets in the promises, but for what was measured since: 1,400 forms of a county must go into one
    file, a table or page each, and no file may take more than 250 MiB of memory to read.
    """

    file_bytes: int = 20 * MIB
    members: int = 2_000
    inflated_bytes: int = 200 * MIB
    inflation_ratio: int = 100
    inflation_ratio_from_bytes: int = MIB
    """Below this a member may inflate by any ratio."""
    xml_part_bytes: int = 32 * MIB
    tree_bytes: int = 120 * MIB
    """What a part takes as a tree in memory: a megabyte of empty elements takes twenty."""
    rows: int = 100_000
    columns: int = 256
    cells: int = 400_000
    """A cell takes some 200 bytes in memory; 1,400 forms have about 100,000."""
    tables: int = 2_000
    pages: int = 2_000


BUDGETS = Budgets()

_LOCAL_HEADER = b"PK\x03\x04"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_STEP = 256 * 1024
_EMBEDDED = re.compile(r"^(?:word|xl)/embeddings/")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")


def over(value: str, expected: str) -> UnreadableError:
    """R08: the file asks for more than the budget."""
    return UnreadableError("R08", value=value, expected=expected)


def broken(value: str) -> UnreadableError:
    """R01: the file is damaged, or made to mislead."""
    return UnreadableError("R01", value=value)


def check_size(content: bytes, budgets: Budgets = BUDGETS) -> None:
    """Refuse a file that is empty or too large before anything looks inside.

    Raises:
        UnreadableError: R01 where empty, R08 where too large.
    """
    if not content:
        raise broken("文件是空的（0 字节）")
    if len(content) > budgets.file_bytes:
        raise over(f"文件有 {len(content) / MIB:.1f} MiB", f"不超过 {budgets.file_bytes // MIB} MiB")


def unzip(content: bytes, wanted: Callable[[str], bool], budgets: Budgets = BUDGETS) -> Mapping[str, bytes]:
    """Inflate a zip and keep the members that are wanted.

    Args:
        content: The zip's bytes.
        wanted: Says by name which members to keep; the others are inflated, counted and dropped.
        budgets: What the file may ask for.

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
            if not size and chunk.startswith(_LOCAL_HEADER) and not _EMBEDDED.match(info.filename):
                raise broken(f"里面还有一个压缩包（{_shown(info.filename)}）")
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
        if size != info.file_size or checksum != info.CRC:
            raise broken(f"压缩目录与内容不符（{_shown(info.filename)}）")
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
        _check_name(info.filename, names)
        if info.flag_bits & 0x1:
            raise UnreadableError("R02")
        start = _data_start(content, info)
        if info.header_offset < end_of_last or start + info.compress_size > len(content):
            raise broken("压缩包里的文件互相重叠，或不完整")
        end_of_last = start + info.compress_size
        if not info.is_dir():
            yield info, view[start:end_of_last]


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


def plain_xml(part: bytes) -> bytes:
    """A part of a zip as UTF-8 XML without a document type.

    Raises:
        UnreadableError: R01 where it declares a document type (entities, external links) or another encoding than
            UTF-8 and UTF-16, the only two Office writes.
    """
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            part = _DECLARATION.sub(b"", part.decode("utf-16").encode("utf-8"), count=1)
        except UnicodeDecodeError as error:
            raise broken("文件内容已损坏") from error
    declaration = _DECLARATION.match(part.removeprefix(b"\xef\xbb\xbf"))
    encoding = _ENCODING.search(declaration[0]) if declaration else None
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise broken("文件内容的编码不是 Office 使用的")
    # In UTF-8 without a document type of its own there is no other way to write these bytes.
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise broken("文件里有文档类型声明（DTD），可能有害")
    return part


def check_weight(markup: bytes, budgets: Budgets = BUDGETS) -> None:
    """Refuse markup whose tree would take too much memory, before it is built.

    The sizes are libxml2's: 120 bytes a node, text between two tags being one; 96 more and a text for an attribute.

    Raises:
        UnreadableError: R08.
    """
    tags = markup.count(b"<")
    nodes = 2 * tags - markup.count(b"</") - markup.count(b"><")
    if len(markup) + 128 * nodes + 240 * markup.count(b"=") > budgets.tree_bytes:
        raise over("内容过于庞杂", "分成几个较小的文件")


def parse_xml(part: bytes, budgets: Budgets = BUDGETS) -> etree._Element:
    """The tree of a part, read without entities, network or document type.

    Raises:
        UnreadableError: R01 where it is no well-formed XML or has a document type; R08 where it is too large as a
            tree, or nested too deeply.
    """
    plain = plain_xml(part)
    check_weight(plain, budgets)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(plain, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise over("内容嵌套太深", "嵌套不超过 256 层") from error
        raise broken("文件内容已损坏") from error


class Tally:
    """Counts what an adapter emits against the budgets, so that no grid outgrows them while it is built."""

    def __init__(self, budgets: Budgets = BUDGETS) -> None:
        self._budgets = budgets
        self._cells = 0
        self._tables = 0

    def table(self) -> int:
        """Count one more table and give its number, from 1."""
        self._tables += 1
        if self._tables > self._budgets.tables:
            raise over(f"超过 {self._budgets.tables} 张表", f"不超过 {self._budgets.tables} 张表")
        return self._tables

    def cells(self, count: int) -> None:
        """Count cells."""
        self._cells += count
        if self._cells > self._budgets.cells:
            raise over(f"超过 {self._budgets.cells:,} 个单元格", f"不超过 {self._budgets.cells:,} 个单元格")

    def reach(self, row: int, column: int) -> None:
        """Note how far down and to the right a written cell stands."""
        if row > self._budgets.rows or column > self._budgets.columns:
            raise over(
                f"表格延伸到第 {row:,} 行、第 {column:,} 列",
                f"不超过 {self._budgets.rows:,} 行、{self._budgets.columns} 列",
            )
