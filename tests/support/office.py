"""Files in, the same in other formats out, as a real LibreOffice writes them; skips where there is none."""

import io
import math
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.properties import PageSetupProperties

from tasks.read import office, office_profile
from tests.provide import has_chinese_font

FILTERS = {
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "docx": "docx:MS Word 2007 XML",
    "odt": "odt:writer8",
    "xls": "xls:MS Excel 97",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "ods": "ods:calc8",
    "pdf": "pdf",
}
_HTML = {".docx": "html:HTML (StarWriter)", ".xlsx": "html:HTML (StarCalc)"}
_SECONDS = 180
_WIDTHS = (12, 14, 24, 22, 16)
"""Of a sheet's columns, in characters."""


@cache
def program() -> str:
    """A LibreOffice that starts."""
    found = office.program()
    if found is None:
        pytest.skip(
            "LibreOffice is not installed; python -m tests.provide installs it where that is possible"
        )
    return found


def check_font() -> None:
    """Skip where a printed page would show no Chinese."""
    if not has_chinese_font():
        pytest.skip(
            "no font for Chinese is installed; python -m tests.provide installs one where that is possible"
        )


def convert(sources: Sequence[Path], extension: str, folder: Path) -> dict[str, Path]:
    """Write ``sources`` into ``folder`` as files of another kind, in one process; gives them by their stem."""
    if extension == "pdf":
        check_font()
    target = FILTERS[extension] if extension != "html" else _HTML[sources[0].suffix]
    with tempfile.TemporaryDirectory(prefix="libreoffice-") as profile:
        command = (
            program(),
            "--headless",
            "--norestore",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            *("--convert-to", target, "--outdir", str(folder)),
            *map(str, sources),
        )
        environment = {**os.environ}
        fonts = office_profile.font_folder()
        if fonts and extension != "pdf":  # only a printed page needs them all
            settings = Path(profile) / "fonts.conf"
            settings.write_text(office_profile.font_settings(fonts, Path(profile)), encoding="utf-8")
            environment["FONTCONFIG_FILE"] = str(settings)
        subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS, env=environment)
    return {source.stem: folder / f"{source.stem}.{extension}" for source in sources}


def laid_out_document(document: bytes) -> bytes:
    """The document with its columns as wide as those of a printed form.

    Word always writes widths; without them LibreOffice puts merged cells of a web page where no browser would.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b"<w:gridCol/>", b'<w:gridCol w:w="1700"/>'))
    return target.getvalue()


def laid_out_workbook(workbook: bytes) -> bytes:
    """The workbook as a town prints it: with borders, a form as wide as the page, and rows high enough for their text."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    line = Side(style="thin")
    for sheet in book:
        sheet.page_setup.paperSize = 9  # A4
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToHeight = 0
        for letter, width in zip("ABCDE", _WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = width
        wide = {area.coord.split(":")[0]: area.size["columns"] for area in sheet.merged_cells.ranges}
        for row in sheet.iter_rows(1, sheet.max_row, 1, 5):
            lines = 1
            for index, cell in enumerate(row):
                cell.border = Border(left=line, right=line, top=line, bottom=line)
                cell.alignment = Alignment(wrap_text=True, vertical="center")
                width = sum(_WIDTHS[index : index + wide.get(cell.coordinate, 1)])
                typed = str(cell.value or "").split("\n")
                lines = max(lines, sum(math.ceil((2 * len(part) + 2) / width) for part in typed))
            sheet.row_dimensions[row[0].row].height = 16 * lines
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
