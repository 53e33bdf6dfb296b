"""Small sound files to start from, and the means to spoil them: packages, workbooks, zips, PDF, pictures, OLE."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence

import openpyxl

from tests.support.annex import TITLE, Annex, run

MIB = 1024 * 1024
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    f'<Types xmlns="{CONTENT_TYPES}"><Override PartName="/word/document.xml" ContentType="{WORD_TYPE}"/></Types>'
).encode()
RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)

FORM = Annex(
    "各乡镇项目支出预算绩效目标表",
    (
        (
            (TITLE,),
            ("（2023年度）",),
            ("项目名称", "村级道路养护"),
            ("主管部门及代码", "058-某县某镇人民政府", "实施单位", "某县某镇人民政府"),
            ("项目属性", "一年期项目", "项目期", "2023年1月至12月"),
            ("项目资金（万元）", "年度资金总额", "12"),
            ("", "其中：财政拨款", "12"),
            ("", "其他资金", ""),
            ("年度总体目标", "养护全镇道路，保障群众出行。"),
            ("绩效指标", "一级指标", "二级指标", "三级指标", "指标值"),
            ("", "产出指标", "数量指标", "养护里程", "30公里"),
            ("", "", "质量指标", "验收合格率", "≥95%"),
            ("", "", "时效指标", "完成时间", "2023年12月底"),
            ("", "", "成本指标", "养护资金", "12万元"),
            ("", "效益指标", "社会效益指标", "出行条件改善", "有效提升"),
            ("", "", "可持续影响指标", "长效养护机制", "长期"),
            ("", "满意度指标", "服务对象满意度指标", "群众满意度", "≥90%"),
        ),
    ),
)
"""One sound form, in words of our own."""


def flat(annex: Annex = FORM) -> bytes:
    """The form as tabbed text."""
    rows = [row for form in annex.forms for row in form]
    return (
        annex.heading + "\n" + "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows)
    ).encode()


def document(body: str) -> bytes:
    return f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode()


def paragraph(text: str) -> str:
    return f"<w:p>{run(text)}</w:p>"


PLAIN = document(paragraph("你好"))


def package(*extra: tuple[str, bytes], main: bytes = PLAIN, types: bytes = TYPES) -> bytes:
    """A Word document of these parts, deflated."""
    parts = [("[Content_Types].xml", types), ("_rels/.rels", RELATIONS), ("word/document.xml", main)]
    return zipped(*parts, *extra)


def zipped(*members: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", kind) as archive:
        for name, part in members:
            archive.writestr(zipfile.ZipInfo(name), part, kind, compresslevel=1)
    return target.getvalue()


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def replaced(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The zip with one part changed, sizes and checksums right."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        return zipped(
            *(
                (info.filename, change(old.read(info)) if info.filename == name else old.read(info))
                for info in old.infolist()
            )
        )


def noise(size: int, letters: bytes = b"abcdefgh", seed: int = 1) -> bytes:
    """Bytes that deflate to about a third: a bomb made of them passes the budget of the ratio."""
    table = bytes(letters[value % len(letters)] for value in range(256))
    return random.Random(seed).randbytes(size).translate(table)  # noqa: S311  noise, no secret


def shuffled(pieces: Sequence[str], size: int, seed: int = 1) -> str:
    """Pieces in no order, ``size`` characters or more of them; the order keeps them from deflating to nothing."""
    chosen = random.Random(seed).choices(pieces, k=size // min(map(len, pieces)) + 1)  # noqa: S311
    text = "".join(chosen)
    return "".join(chosen[: max(1, len(chosen) * size // len(text))])


# ---- OpenDocument

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODT, ODS = "text", "spreadsheet"


def opendocument(kind: str, body: str, *extra: tuple[str, bytes], before: str = "") -> bytes:
    """An .odt or .ods of this body."""
    spaces = " ".join(
        f'xmlns:{prefix}="{_ODF}:{name}:1.0"'
        for prefix, name in (("office", "office"), ("text", "text"), ("table", "table"))
    )
    content = (
        f"{before}<office:document-content {spaces}><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>"
    )
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zipped(("mimetype", mimetype), ("content.xml", content.encode()), *extra)


# ---- PDF


def pdf(objects: Iterable[bytes], *, trailer: bytes = b"", root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1; the catalogue is object ``root``."""
    target = io.BytesIO()
    target.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(target.tell())
        target.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    at = target.tell()
    target.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    target.writelines(b"%010d 00000 n \n" % place for place in places)
    target.write(
        b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(places) + 1, root, trailer, at)
    )
    return target.getvalue()


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONT = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def stream(content: bytes, *, deflate: bool = False) -> bytes:
    packed = zlib.compress(content) if deflate else content
    kind = b"/Filter /FlateDecode " if deflate else b""
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (kind, len(packed), packed)


def page(box: bytes = b"[0 0 595 842]", more: bytes = b"") -> bytes:
    return b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Resources %s /Contents 4 0 R %s >>" % (
        box,
        FONT,
        more,
    )


def drawn(text: bytes = b"Tj") -> bytes:
    return stream(b"BT /F1 12 Tf 72 700 Td (" + text + b") Tj ET")


# ---- pictures


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A grey PNG that announces its size; without ``rows`` there is nothing behind it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(rows or b"\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """The headers of a JPEG of this size, and no picture."""
    table = b"\xff\xdb\x00\x43\x00" + b"\x01" * 64
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + table + frame + b"\xff\xd9"
    )


def tiff(width: int, height: int, *, next_at: int = 0) -> bytes:
    """A TIFF that announces its size; ``next_at`` is where it says its next page is."""
    tags = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (279, 4, 64),
    ]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return (
        b"II*\x00"
        + struct.pack("<I", 8)
        + struct.pack("<H", len(tags))
        + entries
        + struct.pack("<I", next_at)
    )


# ---- spoiling


def flipped(content: bytes, seed: int, count: int) -> bytes:
    """The bytes with ``count`` bits turned over."""
    chance = random.Random(seed)  # noqa: S311
    spoiled = bytearray(content)
    for _ in range(count):
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)
