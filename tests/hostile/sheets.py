"""Workbooks made to harm: far cells, whole-sheet merges, formulas, links, parts cut short. OpenDocument sheets too."""

import openpyxl

from tests.hostile.build import FORM, MIB, ODS, ODT, SHEET, opendocument, replaced, shuffled, workbook
from tests.hostile.corpus import Case
from tests.hostile.packages import locked
from tests.support.annex import to_xlsx


def _rows(*rows: list[object]) -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        for row in rows:
            book.active.append(row)

    return workbook(fill)


def _far(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "项目名称"
    book.active["XFD1048576"] = "远"


def _far_format(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "项目名称"
    book.active["XFD1048576"].number_format = "0%"


def _formulas(book: openpyxl.Workbook) -> None:
    book.active["A1"] = '=HYPERLINK("http://127.0.0.1:9/","x")'
    book.active["A2"] = "=cmd|'/c calc'!A1"
    book.active["A3"] = '=WEBSERVICE("http://127.0.0.1:9/")'
    book.active["A4"] = "文"


def _many_sheets(book: openpyxl.Workbook) -> None:
    for number in range(700):
        book.create_sheet(f"s{number}")["A1"] = "甲"


def _data(rows: str) -> bytes:
    """A sheet of this XML."""

    def change(old: bytes) -> bytes:
        return old[: old.index(b"<sheetData>") + 11] + rows.encode() + old[old.index(b"</sheetData>") :]

    return replaced(_rows(["a"]), SHEET, change)


def _merged() -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = "项目名称"
        book.active.merge_cells("A1:B2")

    return replaced(workbook(fill), SHEET, lambda old: old.replace(b"A1:B2", b"A1:XFD1048576"))


def _many_merges() -> bytes:
    merges = "".join(f'<mergeCell ref="A{n}:IV{n + 900}"/>' for n in range(1, 9_000))
    rows = '<row r="1"><c r="A1" t="str"><v>甲</v></c></row><row r="9900"><c r="IV9900" t="str"><v>乙</v></c></row>'
    return replaced(
        _data(rows),
        SHEET,
        lambda old: old.replace(
            b"</sheetData>", f'</sheetData><mergeCells count="1">{merges}</mergeCells>'.encode()
        ),
    )


def _cell(number: int) -> str:
    return f'<c t="str"><v>{number}</v></c>'


def _strings(count: int) -> bytes:
    """One long shared string that every cell shows."""
    rows = "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 200 + "</row>" for n in range(1, count))
    content = _data(rows)
    if b"sharedStrings" not in content:
        return content
    return replaced(
        content,
        "xl/sharedStrings.xml",
        lambda old: old.replace(b"<t>a</t>", b"<t>" + b"x" * 900_000 + b"</t>"),
    )


_ATTACK = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _attacked(part: str) -> bytes:
    return replaced(_rows(["项目名称", "甲"]), part, lambda old: old.replace(b"<", _ATTACK + b"<", 1))


def _half(part: str) -> bytes:
    return replaced(_rows(["项目名称", "甲"]), part, lambda old: old[: len(old) // 2])


def _ods(body: str, before: str = "") -> bytes:
    return opendocument(ODS, f'<table:table table:name="表">{body}</table:table>', before=before)


_P = "<text:p>甲</text:p>"
_NESTED_SPANS = "<text:p>" + "<text:span>" * 300 + "甲" + "</text:span>" * 300 + "</text:p>"

CASES = (
    Case("a far cell", "a.xlsx", lambda: workbook(_far), "R08", "256 列", off=("rows", "columns", "cells")),
    Case("a far cell with only a format", "a.xlsx", lambda: workbook(_far_format), ""),
    Case(
        "a far row without addresses",
        "a.xlsx",
        lambda: _data(
            '<row r="1"><c t="str"><v>a</v></c></row><row r="1048576"><c t="str"><v>b</v></c></row>'
        ),
        "R08",
    ),
    Case(
        "a sparse sheet",
        "a.xlsx",
        lambda: _data(
            '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="99999"><c r="IV99999" t="str"><v>b</v></c></row>'
        ),
        "R08|R03",
    ),
    Case(
        "an address beyond numbers",
        "a.xlsx",
        lambda: _data('<row r="99999999999999"><c r="A99999999999999" t="str"><v>a</v></c></row>'),
        "R01|R08|R03",
    ),
    Case("row 0", "a.xlsx", lambda: _data('<row r="0"><c r="A0" t="str"><v>a</v></c></row>'), "R01|R03"),
    Case(
        "a hidden address",
        "a.xlsx",
        lambda: replaced(_rows(["a"]), SHEET, lambda old: old.replace(b'r="A1"', b'r="&#88;FD1048576"')),
        "R01|R08",
    ),
    Case("a merge over the whole sheet", "a.xlsx", _merged, ""),
    Case("9,000 merges over each other", "a.xlsx", _many_merges, "R08|R03"),
    Case("700 sheets", "a.xlsx", lambda: workbook(_many_sheets), "R03"),
    Case(
        "cells over the budget",
        "a.xlsx",
        lambda: _data(
            "".join(
                f'<row r="{n}">{shuffled([_cell(k) for k in range(90)], 90 * 24, n)}</row>'
                for n in range(1, 6_000)
            )
        ),
        "R08",
        "单元格",
        off=("cells",),
    ),
    Case("a string shown 100,000 times", "a.xlsx", lambda: _strings(500), "R03|R08"),
    Case("a document type in the sheet", "a.xlsx", lambda: _attacked(SHEET), "R01", "DTD"),
    Case("a document type in the styles", "a.xlsx", lambda: _attacked("xl/styles.xml"), "R01", "DTD"),
    Case("a document type in the workbook", "a.xlsx", lambda: _attacked("xl/workbook.xml"), "R01", "DTD"),
    Case("half a sheet", "a.xlsx", lambda: _half(SHEET), "R01"),
    Case("half a workbook", "a.xlsx", lambda: _half("xl/workbook.xml"), "R01"),
    Case("formulas and links", "a.xlsx", lambda: workbook(_formulas), "R03"),
    Case(
        "a number beyond all",
        "a.xlsx",
        lambda: _data(
            '<row r="1"><c r="A1"><v>1e308</v></c><c r="B1"><v>1e999</v></c><c r="C1"><v>nan</v></c></row>'
        ),
        "R03|R01",
    ),
    Case(
        "a date beyond all",
        "a.xlsx",
        lambda: _data('<row r="1"><c r="A1" t="d"><v>99999-99-99</v></c><c r="B1" t="b"><v>7</v></c></row>'),
        "R03|R01",
    ),
    Case("a sound workbook", "附件2.xlsx", lambda: to_xlsx(FORM), ""),
    Case("a workbook with a password", "a.xlsx", lambda: locked("xlsx"), "R02"),
    # ---- OpenDocument
    Case(
        "rows repeated a million times",
        "a.ods",
        lambda: _ods(
            f'<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">{_P}</table:table-cell></table:table-row>'
        ),
        "R08",
    ),
    Case(
        "a cell repeated beyond numbers",
        "a.ods",
        lambda: _ods(
            f'<table:table-row><table:table-cell table:number-columns-repeated="{"9" * 4400}">{_P}</table:table-cell></table:table-row>'
        ),
        "R08|R01|R03",
    ),
    Case(
        "empty rows repeated a million times",
        "a.ods",
        lambda: _ods(
            f'<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row><table:table-cell>{_P}</table:table-cell></table:table-row>'
        ),
        "R08|R03",
    ),
    Case(
        "a span over all of OpenDocument",
        "a.odt",
        lambda: opendocument(
            ODT,
            f'<table:table><table:table-row><table:table-cell table:number-columns-spanned="999999999" table:number-rows-spanned="999999999">{_P}</table:table-cell></table:table-row></table:table>',
        ),
        "R03|R08",
    ),
    Case(
        "spaces beyond numbers",
        "a.odt",
        lambda: opendocument(ODT, '<text:p>甲<text:s text:c="999999999999"/>乙</text:p>'),
        "R03|R08|R01",
    ),
    Case(
        "many long runs of spaces",
        "a.odt",
        lambda: opendocument(ODT, "<text:p>" + '<text:s text:c="1000000"/>' * 2_000 + "</text:p>"),
        "R03|R08",
    ),
    Case(
        "a document type in OpenDocument",
        "a.odt",
        lambda: opendocument(ODT, "<text:p>甲</text:p>", before='<!DOCTYPE x [<!ENTITY a "b">]>'),
        "R01",
        "DTD",
    ),
    Case("a tower in OpenDocument", "a.odt", lambda: opendocument(ODT, _NESTED_SPANS), "R08", "256 层"),
    Case(
        "lists in lists",
        "a.odt",
        lambda: opendocument(
            ODT,
            "<text:list><text:list-item>" * 100
            + "<text:p>甲</text:p>"
            + "</text:list-item></text:list>" * 100,
        ),
        "R03",
    ),
    Case(
        "16 MiB of empty OpenDocument",
        "a.odt",
        lambda: opendocument(ODT, shuffled(["<text:p/>", "<text:q/>", "<text:h/>"], 16 * MIB)),
        "R08",
    ),
    Case(
        "an encrypted OpenDocument",
        "a.odt",
        lambda: opendocument(
            ODT,
            "",
            (
                "META-INF/manifest.xml",
                b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"><manifest:encryption-data manifest:checksum-type="SHA1"/></manifest:file-entry></manifest:manifest>',
            ),
        ),
        "R02",
    ),
    Case(
        "2,001 tables of OpenDocument",
        "a.odt",
        lambda: opendocument(
            ODT,
            f"<table:table><table:table-row><table:table-cell>{_P}</table:table-cell></table:table-row></table:table>"
            * 2_001,
        ),
        "R08",
    ),
)
