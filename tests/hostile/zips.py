"""Zips that lie: bombs, crowds, directories that say something else, names that lead outside, zips in zips."""

import io
import stat
import struct
import warnings
import zipfile
import zlib
from functools import partial

from tests.hostile.build import MIB, PLAIN, document, noise, package, replaced, zipped
from tests.hostile.corpus import Case


def _lying_size() -> bytes:
    content = bytearray(package(("word/media/a.bin", b"a" * 5000)))
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, 10)
    return bytes(content)


def _lying_checksum() -> bytes:
    content = bytearray(package())
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 16, zlib.crc32(b"other"))
    return bytes(content)


def _lying_name() -> bytes:
    content = package(("word/media/a.bin", b"a"))
    at = content.rindex(b"word/media/a.bin")
    return content[:at] + b"word/media/b.bin" + content[at + 16 :]


def _overlapping() -> bytes:
    """A hundred entries over the same bytes: small on disk, large when each is inflated."""
    content = bytearray(package(("word/media/a.bin", noise(500)), ("word/media/b.bin", noise(500))))
    last = content.rindex(b"PK\x01\x02")
    before = content.rindex(b"PK\x01\x02", 0, last)
    content[last + 42 : last + 46] = content[before + 42 : before + 46]
    return bytes(content).replace(b"word/media/b.bin", b"word/media/A.bin")


def _duplicate() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return package(("word/document.xml", document("<w:p/>")))


def _locked() -> bytes:
    content = bytearray(package())
    for at in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[at] |= 1
    return bytes(content)


def _link() -> bytes:
    """A member that an unpacking tool would make a symbolic link to /etc/passwd."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("附件2.docx")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def _quine() -> bytes:
    """A zip that holds itself (Russ Cox's r.zip has the same effect): opened again and again it never ends."""
    inner = package()
    for _ in range(12):
        inner = zipped(("r/r.zip", inner), kind=zipfile.ZIP_STORED)
    return inner


def _zip64() -> bytes:
    """A directory that puts sizes beyond 4 GiB where they are not."""
    content = bytearray(package(("word/media/a.bin", b"a" * 50)))
    at = content.rindex(b"PK\x01\x02")
    content[at + 20 : at + 28] = b"\xff" * 8
    return bytes(content)


def _method(number: int) -> bytes:
    content = bytearray(package())
    struct.pack_into("<H", content, content.index(b"PK\x03\x04") + 8, number)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 10, number)
    return bytes(content)


def _bomb(name: str) -> bytes:
    return package((name, bytes(3 * MIB)))


def _outside(name: str) -> Case:
    return Case(
        f"a name that leads outside: {name!r}",
        "a.docx",
        lambda: package((name, b"x")),
        "R01",
        "指向外面",
        off=("_check_name",),
    )


def _nul_name() -> bytes:
    return package(("word/xNy.xml", b"x")).replace(b"word/xNy.xml", b"word/x\x00y.xml")


CASES = (
    Case("empty", "a.docx", lambda: b"", "R01", "空"),
    Case("21 MiB", "a.txt", lambda: b"\xe5\x86\x9c" * (7 * MIB + 1), "R08", "21.0 MiB", off=("file_bytes",)),
    *(
        Case(
            f"ratio bomb {name}",
            "a.docx",
            partial(_bomb, name),
            "R08",
            "膨胀",
            off=("inflation_ratio",),
        )
        for name in ("bomb.bin", "word/media/image1.png", "word/comments.xml")
    ),
    Case(
        "ratio bomb of 150 MiB in the text",
        "a.docx",
        lambda: package(main=document(" " * (150 * MIB))),
        "R08",
        "超",
        off=("inflation_ratio", "xml_part_bytes", "tree_bytes"),
    ),
    Case(
        "260 MiB below the ratio",
        "a.docx",
        lambda: package(*((f"part{n}.bin", bytes(MIB)) for n in range(260))),
        "R08",
        "解压后太大",
        off=("inflated_bytes",),
    ),
    Case(
        "33 MiB of text",
        "a.docx",
        lambda: package(
            main=document(f"<w:p><w:r><w:t>{noise(33 * MIB, b'abcd').decode()}</w:t></w:r></w:p>")
        ),
        "R08",
        "32 MiB",
        off=("xml_part_bytes", "tree_bytes"),
    ),
    Case(
        "2,001 members",
        "a.docx",
        lambda: package(*((f"m{n}", b"") for n in range(2_000))),
        "R08",
        "2000",
        off=("members",),
    ),
    Case(
        "65,000 members", "a.docx", lambda: package(*((f"m{n}", b"") for n in range(65_000))), "R08", "2000"
    ),
    Case("a lying size", "a.docx", _lying_size, "R01", "不符", off=("_check_truth",)),
    Case("a lying checksum", "a.docx", _lying_checksum, "R01", "不符", off=("_check_truth",)),
    Case("a lying name", "a.docx", _lying_name, "R01", "不符"),
    Case("two entries over the same bytes", "a.docx", _overlapping, "R01"),
    Case("sizes beyond 4 GiB", "a.docx", _zip64, "R01"),
    Case("a method no Office uses", "a.docx", lambda: _method(14), "R01"),
    Case("a method that does not exist", "a.docx", lambda: _method(250), "R01"),
    Case("a password on the members", "a.docx", _locked, "R02"),
    *map(_outside, ("../evil.xml", "word/../../x", "/etc/passwd", "C:/x", "..\\x", "\\\\server\\x")),
    Case("a name with NUL", "a.docx", _nul_name, "R01"),
    Case("a name of 60,000 letters", "a.docx", lambda: package(("x" * 60_000, b"x")), "R03"),
    Case("a name twice", "a.docx", _duplicate, "R01", "两次", off=("_check_name",)),
    Case(
        "a name twice, in capitals",
        "a.docx",
        lambda: package(("WORD/Document.xml", PLAIN)),
        "R01",
        "两次",
        off=("_check_name",),
    ),
    Case(
        "a zip in a document",
        "a.docx",
        lambda: package(("inner.zip", package())),
        "R01",
        "压缩包",
        off=("_check_nesting",),
    ),
    Case("cut off at its half", "a.docx", lambda: package()[: len(package()) // 2], "R01"),
    Case("nothing but a directory", "a.docx", lambda: b"PK\x05\x06" + bytes(18), "R03"),
    Case("a document within junk", "a.docx", lambda: package() + bytes(70_000), "R01"),
    Case("a symbolic link in a zip", "a.zip", _link, "R10", "压缩包里的压缩包"),
    Case("zips in zips", "a.zip", _quine, "R10", "压缩包里的压缩包"),
    Case(
        "a part of the wrong kind",
        "a.docx",
        lambda: replaced(package(), "word/document.xml", lambda _: b"\xff" * 90),
        "R01|R10",
    ),
)
