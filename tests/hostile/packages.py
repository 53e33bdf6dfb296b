"""Word documents made to harm: XML that explodes, towers, crowds, macros, links, passwords."""

import io
import zipfile
from functools import cache, partial

import docx
import msoffcrypto

from tests.hostile.build import (
    FORM,
    MIB,
    PLAIN,
    RELATIONS,
    W,
    document,
    package,
    paragraph,
    replaced,
    shuffled,
    workbook,
    zipped,
)
from tests.hostile.corpus import Case
from tests.support.annex import run, to_docx

_LAUGHS = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' if level else '<!ENTITY l0 "haha">'
    for level in range(10)
)
_ATTACKS = {
    "entities": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
    "an external document type": '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    "an external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "billion laughs": f"<!DOCTYPE x [{_LAUGHS}]>",
}


def _declared(attack: str, encoding: str) -> bytes:
    body = PLAIN.decode().replace("你好", "&l9;") if "l9" in attack else PLAIN.decode()
    return package(main=(f'<?xml version="1.0" encoding="{encoding}"?>{attack}{body}').encode(encoding))


def _document_types() -> list[Case]:
    return [
        Case(
            f"{name} in {encoding}",
            "a.docx",
            partial(_declared, attack, encoding),
            "R01",
            "DTD",
            off=("plain_xml",) if encoding == "utf-8" and name != "billion laughs" else (),
        )
        for name, attack in _ATTACKS.items()
        for encoding in ("utf-8", "utf-16")
    ]


def _disguised_utf16() -> bytes:
    """UTF-16 without a mark, which a search for ``<!DOCTYPE`` in the bytes does not see."""
    return package(main=(_ATTACKS["entities"] + PLAIN.decode()).encode("utf-16-le"))


def _tree(pieces: list[str]) -> bytes:
    return package(main=document(shuffled(pieces, 16 * MIB)))


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TINY = ["<w:p/>", "<w:q/>", "<w:p />", "<w:pp/>"]
_ATTRIBUTED = ["<w:sdt" + "".join(f' {letter}{n}=""' for letter in _LETTERS) + "/>" for n in range(60)]


def _macros() -> bytes:
    """A form with a macro that runs when Word opens it, under the name of a document without."""
    sound = to_docx(FORM)
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    plain, macros = b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml"
    typed = [
        (name, part.replace(b"vnd.openxmlformats-officedocument." + plain, b"vnd." + macros))
        for name, part in parts
    ]
    return zipped(*typed, ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0macro"))


def _remote_template() -> bytes:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="http://127.0.0.1:9/evil.dotm" TargetMode="External"/></Relationships>'
    )
    return package(("word/_rels/document.xml.rels", relations))


def _main_elsewhere() -> bytes:
    return _with_relations(
        RELATIONS.replace(
            b'Target="word/document.xml"', b'Target="http://127.0.0.1:9/x" TargetMode="External"'
        )
    )


def _with_relations(relations: bytes) -> bytes:
    return replaced(package(), "_rels/.rels", lambda _: relations)


@cache
def locked(kind: str) -> bytes:
    """A Word document or workbook behind a password, in the envelope Office puts around it."""
    plain = io.BytesIO()
    if kind == "docx":
        docx.Document().save(plain)
        plain.seek(0)
    else:
        plain = io.BytesIO(workbook(lambda book: book.active.append(["甲"])))
    target = io.BytesIO()
    msoffcrypto.OfficeFile(plain).encrypt("宝丰", target)
    return target.getvalue()


def _nested(count: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * count + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * count


_CELL = "<w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr>"

CASES = (
    *_document_types(),
    Case("a document type in UTF-16 without a mark", "a.docx", _disguised_utf16, "R01|R10"),
    Case(
        "another encoding",
        "a.docx",
        lambda: package(main=b'<?xml version="1.0" encoding="UTF-7"?>' + PLAIN),
        "R01",
    ),
    Case("16 MiB of empty elements", "a.docx", lambda: _tree(_TINY), "R08", "庞杂", off=("tree_bytes",)),
    Case("16 MiB of attributes", "a.docx", lambda: _tree(_ATTRIBUTED), "R08", "庞杂", off=("tree_bytes",)),
    Case(
        "16 MiB of names for one space",
        "a.docx",
        lambda: _tree([f'<w:p xmlns:a{n}="x{n}"/>' for n in range(99)]),
        "R08",
        "庞杂",
    ),
    Case(
        "a tower of 400",
        "a.docx",
        lambda: package(main=document("<w:sdt>" * 400 + "</w:sdt>" * 400)),
        "R08",
        "256 层",
        off=("depth",),
    ),
    Case(
        "a tower of 10,000",
        "a.docx",
        lambda: package(main=document("<w:sdt>" * 10_000 + "</w:sdt>" * 10_000)),
        "R08",
        "256 层",
    ),
    Case("a tower of tables", "a.docx", lambda: package(main=document(_nested(80))), "R03|R08"),
    Case(
        "100,000 empty tables",
        "a.docx",
        lambda: package(main=document("<w:tbl><w:tr><w:tc/></w:tr></w:tbl>" * 100_000)),
        "R08",
        off=("tables", "tree_bytes", "inflation_ratio"),
    ),
    Case(
        "2,001 tables",
        "a.docx",
        lambda: package(main=document(f"<w:tbl>{_CELL}</w:tbl>" * 2_001)),
        "R08",
        "2000 张表",
        off=("tables",),
    ),
    Case(
        "100,001 rows",
        "a.docx",
        lambda: package(main=document(f"<w:tbl>{_CELL * 100_001}</w:tbl>")),
        "R08",
        off=("rows", "inflation_ratio"),
    ),
    Case(
        "a row of 300 cells",
        "a.docx",
        lambda: package(
            main=document(
                "<w:tbl><w:tr>" + "<w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc>" * 300 + "</w:tr></w:tbl>"
            )
        ),
        "R08",
        "256 列",
        off=("columns",),
    ),
    Case(
        "a monstrous span",
        "a.docx",
        lambda: package(
            main=document(
                '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
            )
        ),
        "R03",
    ),
    Case(
        "a huge attribute",
        "a.docx",
        lambda: package(main=document(f'<w:p w:x="{"x" * (900 * 1024)}"/>')),
        "R03|R01|R08",
    ),
    Case(
        "12 MiB in one attribute",
        "a.docx",
        lambda: package(main=document(f'<w:p w:x="{shuffled(list(_LETTERS), 12 * MIB)}"/>')),
        "R01|R08",
    ),
    Case(
        "20,000 attributes",
        "a.docx",
        lambda: package(main=document("<w:p " + " ".join(f'a{n}="{n}"' for n in range(20_000)) + "/>")),
        "R03|R01",
    ),
    Case(
        "a name of a megabyte", "a.docx", lambda: package(main=document(f"<w:{'p' * MIB}/>")), "R03|R01|R08"
    ),
    Case(
        "9 MiB in one run",
        "a.docx",
        lambda: package(main=document(paragraph(shuffled(list(_LETTERS), 9 * MIB)))),
        "R03",
    ),
    Case(
        "100,000 boxes",
        "a.docx",
        lambda: package(
            main=document(
                "<w:p>"
                + f"<w:r><w:txbxContent><w:p>{run('甲')}</w:p></w:txbxContent></w:r>" * 12_000
                + "</w:p>"
            )
        ),
        "R03|R08",
    ),
    Case(
        "boxes in boxes",
        "a.docx",
        lambda: package(
            main=document("<w:p><w:r><w:txbxContent>" * 60 + "<w:p/>" + "</w:txbxContent></w:r></w:p>" * 60)
        ),
        "R03|R08",
    ),
    Case("macros under .docx", "附件2.docx", _macros, "", also=("R04",)),
    Case("a template elsewhere", "a.docx", _remote_template, "R03"),
    Case("the text elsewhere", "a.docx", _main_elsewhere, "R10|R01"),
    Case(
        "the text in a folder above",
        "a.docx",
        lambda: _with_relations(RELATIONS.replace(b"word/document.xml", b"../../etc/passwd")),
        "R01",
    ),
    Case(
        "no text at all",
        "a.docx",
        lambda: _with_relations(RELATIONS.replace(b"word/document.xml", b"word/none.xml")),
        "R01",
    ),
    Case("a password", "a.docx", lambda: locked("docx"), "R02"),
    Case("another root", "a.docx", lambda: package(main=f'<w:elsewhere xmlns:w="{W}"/>'.encode()), "R10"),
    Case("a sound form", "附件2.docx", lambda: to_docx(FORM), ""),
)
