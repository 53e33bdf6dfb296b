"""What kind of file some bytes are, by content; the name is only compared with it afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from schemas.form import UnreadableError
from tasks.read import guard, ole
from tasks.read.markup import markup

Reader = Literal[
    "docx",
    "xlsx",
    "opendocument",
    "xls",
    "office",
    "pdf",
    "scan",
    "spreadsheetml",
    "wordml",
    "html",
    "mht",
    "text",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A format that can be read."""

    reader: Reader
    name: str
    """In a clerk's words."""
    extensions: tuple[str, ...]
    """Right ones, the usual one first."""


DOCX = Kind("docx", "Word 文档（.docx）", (".docx", ".dotx"))
DOCM = Kind("docx", "带宏的 Word 文档（.docm）", (".docm", ".dotm"))
XLSX = Kind("xlsx", "Excel 工作簿（.xlsx）", (".xlsx", ".xltx"))
XLSM = Kind("xlsx", "带宏的 Excel 工作簿（.xlsm）", (".xlsm", ".xltm"))
ODT = Kind("opendocument", "OpenDocument 文档（.odt）", (".odt", ".ott"))
ODS = Kind("opendocument", "OpenDocument 表格（.ods）", (".ods", ".ots"))
XLS = Kind("xls", "旧版 Excel 或 WPS 表格（.xls、.et）", (".xls", ".et", ".xlt", ".ett"))
DOC = Kind("office", "旧版 Word 或 WPS 文档（.doc、.wps）", (".doc", ".wps", ".dot", ".wpt"))
RTF = Kind("office", "RTF 文档（.rtf）", (".rtf",))
PDF = Kind("pdf", "PDF 文件（.pdf）", (".pdf",))
PNG = Kind("scan", "图片（.png）", (".png",))
JPEG = Kind("scan", "图片（.jpg）", (".jpg", ".jpeg", ".jfif"))
TIFF = Kind("scan", "图片（.tif）", (".tif", ".tiff"))
BMP = Kind("scan", "图片（.bmp）", (".bmp",))
GIF = Kind("scan", "图片（.gif）", (".gif",))
SPREADSHEETML = Kind("spreadsheetml", "Excel 2003 XML 表格（.xml）", (".xml",))
WORDML = Kind("wordml", "Word XML 文档（.xml）", (".xml",))
HTML = Kind("html", "网页文件（.html）", (".html", ".htm", ".xhtml"))
MHT = Kind("mht", "单个文件网页（.mht）", (".mht", ".mhtml"))
TEXT = Kind("text", "文本文件（.txt）", (".txt", ".text", ".tsv", ".csv", ".md"))

# First record of a workbook older than the OLE envelope, which simple exporters still write ([MS-XLS] BOF).
_BARE_WORKBOOK = (
    b"\x09\x08\x08\x00\x00\x05",
    b"\x09\x08\x10\x00\x00\x06",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)
# First bytes of what towns also send, and what a clerk calls it.
_SIGNATURES: Mapping[bytes, str] = {
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"\x1f\x8b": "GZ 压缩包",
}
_PICTURES: Mapping[bytes, Kind] = {
    b"\x89PNG": PNG,
    b"\xff\xd8\xff": JPEG,
    b"GIF8": GIF,
    b"BM": BMP,
    b"II*\x00": TIFF,
    b"MM\x00*": TIFF,
}
_BMP_PIXELS_AT = slice(10, 14)
_RTF = b"{\\rtf"
_WORD_FLAGS_AT = slice(10, 12)
_WORD_ENCRYPTED = 0x0100
"""Bit fEncrypted of the FIB, the first bytes of a Word document ([MS-DOC] FibBase)."""
_WORD_FIB_BYTES = 32
_WORD_SIGNS = (0xA5, 0xA6)
"""Second byte of the FIB, the same in every Word since version 2 (0xA5EC since 97, 0xA697 and so on in Asian ones of 95)."""


def kind_of(content: bytes) -> Kind | None:
    """Which format bytes are that are no zip; None where they may be text.

    Raises:
        UnreadableError: R02 for a password, R10 for a format that cannot be read, R01 where damaged.
    """
    if content.startswith(ole.SIGNATURE):
        return _ole_kind(content)
    if content.startswith(_RTF):
        return RTF
    if content.startswith(_BARE_WORKBOOK):
        return XLS
    # Programs that pass a file on may leave a byte order mark or blanks before it.
    if content[:1024].lstrip(b"\xef\xbb\xbf\x00\t\r\n ").startswith(b"%PDF-"):
        return PDF
    for signature, name in _SIGNATURES.items():
        if content.startswith(signature):
            raise UnreadableError("R10", value=name)
    for signature, picture in _PICTURES.items():
        # BM may well begin a text; a picture has the offset of its pixels there.
        if signature == b"BM" and int.from_bytes(content[_BMP_PIXELS_AT], "little") not in range(26, 4096):
            continue
        if content.startswith(signature):
            return picture
    return _markup_kind(content)


def _markup_kind(content: bytes) -> Kind | None:
    match markup(content):
        case "html":
            return HTML
        case "mht":
            return MHT
        case "spreadsheetml":
            return SPREADSHEETML
        case "word":
            return WORDML
        case "xml":
            raise UnreadableError("R10", value="XML 文件")
    return None


def is_legacy(content: bytes) -> bool:
    """Whether bytes may be a document of an old Office, by their first ones alone."""
    return content.startswith((ole.SIGNATURE, _RTF))


def _ole_kind(content: bytes) -> Kind:
    """An old Office file, or the envelope Office puts around a file with a password ([MS-OFFCRYPTO])."""
    names = ole.root_names(content)
    if "EncryptedPackage" in names:
        raise UnreadableError("R02")
    if not names.isdisjoint(("Workbook", "Book")):
        return XLS
    if "WordDocument" in names:
        start = ole.beginning(content, "WordDocument")
        if len(start) < _WORD_FIB_BYTES or start[1] not in _WORD_SIGNS:
            raise guard.broken("文件不完整或已损坏")
        if int.from_bytes(start[_WORD_FLAGS_AT], "little") & _WORD_ENCRYPTED:
            raise UnreadableError("R02")
        return DOC
    if "PowerPoint Document" in names:
        raise UnreadableError("R10", value="演示文稿（.ppt）")
    raise UnreadableError("R10", value="旧版 Office 文件")


_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.(\w+)")
_OPEN_DOCUMENT_CONTENT = "content.xml"
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_NEEDED = re.compile(
    r"^(?:\[Content_Types\]\.xml|mimetype|META-INF/manifest\.xml|content\.xml|styles\.xml|OFD\.xml|_rels/\.rels|(?:word|xl)/[^/]+\.(?:xml|bin)"
    r"|(?:word|xl)/_rels/[^/]+\.rels|xl/(?:worksheets|drawings)/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels)$",
    re.IGNORECASE,
)


def needed(name: str) -> bool:
    """Whether a member of an Office file takes part in reading its cells (pictures, fonts and macros do not)."""
    return bool(_NEEDED.match(name)) and not name.lower().endswith("vbaproject.bin")


def package_kind(members: Mapping[str, bytes]) -> tuple[Kind, str]:
    """Which Office format an unzipped package is, and the name of its main part.

    Raises:
        UnreadableError: R10 for any other zip, R01 for an Office package without its main part, R02 for a password.
    """
    if "_rels/.rels" not in members:
        return _open_document(members), _OPEN_DOCUMENT_CONTENT
    main = _main_part(members["_rels/.rels"])
    if main.endswith(".bin"):
        raise UnreadableError("R10", value="Excel 二进制工作簿（.xlsb）")
    if main.startswith("ppt/"):
        raise UnreadableError("R10", value="演示文稿（.pptx）")
    if main not in members:
        raise guard.broken("文件不完整，缺少正文")
    root = _ROOT.search(guard.plain_xml(members[main])[:4096])
    macros = b"macroEnabled" in members.get("[Content_Types].xml", b"")
    match root and root[1]:
        case b"document":
            return (DOCM if macros else DOCX), main
        case b"workbook":
            return (XLSM if macros else XLSX), main
    raise UnreadableError("R10", value="不认识的 Office 文件")


def _main_part(relations: bytes) -> str:
    for relation in guard.parse_xml(relations):
        if (
            str(relation.get("Type", "")).endswith("/officeDocument")
            and relation.get("TargetMode") != "External"
        ):
            return str(relation.get("Target", "")).lstrip("/")
    raise UnreadableError("R10", value="压缩包")


def _open_document(members: Mapping[str, bytes]) -> Kind:
    manifest = members.get("META-INF/manifest.xml", b"")
    # The mimetype member may be missing; the manifest tells the type of the whole as well.
    found = _OPEN_DOCUMENT.search(members.get("mimetype", b"")) or _OPEN_DOCUMENT.search(manifest)
    if not found:
        raise UnreadableError("R10", value="OFD 版式文件" if "OFD.xml" in members else "压缩包")
    if b"encryption-data" in manifest:
        raise UnreadableError("R02")
    kind = {b"text": ODT, b"spreadsheet": ODS}.get(found[1])
    if kind is None:
        raise UnreadableError("R10", value="OpenDocument 演示文稿或绘图")
    if _OPEN_DOCUMENT_CONTENT not in members:
        raise guard.broken("文件不完整，缺少正文")
    return kind


def mismatch(file_name: str, kind: Kind) -> str | None:
    """The extension the content asks for, where the file's name has another one; None where they agree."""
    return None if PurePath(file_name).suffix.lower() in kind.extensions else kind.extensions[0]
