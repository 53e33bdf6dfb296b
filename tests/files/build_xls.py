"""Builds ``tests/files/xls`` again: ``python -m tests.files.build_xls [DIR]``. Needs LibreOffice."""

import datetime as dt
import shutil
import sys
import tempfile
from pathlib import Path

import openpyxl

from tests.support.office import convert

HERE = Path(__file__).parent / "xls"

SHOWN = {
    "B2": (0.95, "0%", "95%"),
    "B3": (0.985, "0.00%", "98.5%"),
    "B4": (138.02, "0.00", "138.02"),
    "B5": (0.1 + 0.2, "General", "0.3"),
    "B6": (3309840, "#,##0.00", "3309840"),
    "B7": (45, '0"人"', "45人"),
    "B8": (0.95, '"≥"0%', "≥95%"),
    "B9": (1380200, '0.00,"千元"', "1380.2千元"),
    "B10": (dt.date(2023, 12, 31), "yyyy-mm-dd", "2023-12-31"),
    "B11": (dt.date(2023, 12, 1), 'yyyy"年"m"月"', "2023年12月"),
    "B12": (True, "General", "TRUE"),
    "B13": ("  ≥95%", "General", "  ≥95%"),
    "B14": ("一行\n二行", "General", "一行\n二行"),
    "B15": ("000123", "@", "000123"),
    "B16": ("=1/0", "General", "#DIV/0!"),
    "B17": ("=B4*2", "0.00", "276.04"),
}
"""What a cell holds, its format, and what the sheet shows."""


def build(target: Path) -> None:
    """Write every file into ``target``."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "指标"
    sheet["A1"] = "题"
    sheet.merge_cells("A1:C1")
    for at, (value, number_format, _) in SHOWN.items():
        sheet[at] = value
        sheet[at].number_format = number_format
    sheet["A2"] = "两行"
    sheet.merge_cells("A2:A3")
    for name, state in (("选项", "hidden"), ("底稿", "veryHidden"), ("空表", "hidden")):
        other = book.create_sheet(name)
        other.sheet_state = state
        other["A1"] = None if name == "空表" else name
    last = book.create_sheet("村 干部")
    last.append(["甲", "藏", "乙"])
    last.append(["藏", "藏", "藏"])
    last.append(["丙", None, "丁"])
    last.column_dimensions["B"].hidden = True
    last.row_dimensions[2].hidden = True
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "formats.xlsx"
        book.save(source)
        (made,) = convert([source], "xls", Path(name) / "written").values()
        shutil.copyfile(made, target / made.name)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
