"""An Excel workbook in, grids out: one per sheet, values as the sheet shows them, merged blocks as one cell.

The cells come from calamine, which sees only bytes the guard has verified, and only once the guard knows how large a
block they span: calamine lays a sheet out in full, from its first written cell to its last.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from decimal import Decimal

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from schemas.form import Cell, Grid
from tasks.read import guard
from tasks.read.kinds import needed, package_kind
from tasks.read.number_formats import Display, displays

# Any attribute r="E15" or r="15", whatever the element's prefix and the quotes; calamine takes lower case too.
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})?(\d{1,10})["']""")
_UNPLAIN_REFERENCE = re.compile(rb"""\sr\s*=\s*["'][^"']*&""")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_ROOT = re.compile(rb"<([A-Za-z][\w.:-]*)(?:\s[^>]*?)?(/)?>")
_QUOTED_NAME = re.compile(r"[^\w.]|^\d")

Block = tuple[tuple[int, int], tuple[int, int]]


def read(content: bytes) -> tuple[Grid, ...]:
    """The grids of a workbook's bytes.

    Raises:
        UnreadableError: as ``tasks.read.read``.
    """
    members = guard.unzip(content, needed)
    return grids(members, package_kind(members)[1])


def grids(members: Mapping[str, bytes], main: str) -> tuple[Grid, ...]:
    """The grids of an unzipped workbook.

    Args:
        members: Verified bytes by name.
        main: Name of the workbook part.

    Raises:
        UnreadableError: R01 where a part is damaged, R08 over a budget.
    """
    plain = {name: guard.plain_xml(part) for name, part in members.items() if not name.endswith(".bin")}
    for name, part in plain.items():
        root = _ROOT.search(part[:4096])
        if root is None or not (root[2] or part.rstrip().endswith(b"</" + root[1] + b">")):
            # calamine gives what it has read so far, and says nothing of the rest.
            raise guard.broken(f"工作簿的内容不完整（{name}）")
        if "sheet" in name.lower() and _CELL.search(part):
            _check_extent(part)
    shown = displays(plain, main)
    tally = guard.Tally()
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(_repacked(plain))) as workbook:
            return tuple(
                _grid(
                    workbook.get_sheet_by_index(index),
                    f"表{tally.table()}" if meta.visible == SheetVisibleEnum.Visible else None,
                    shown.get(meta.name, {}),
                    tally,
                )
                for index, meta in enumerate(workbook.sheets_metadata)
                if meta.typ == SheetTypeEnum.WorkSheet
            )
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise guard.broken("工作簿的内容已损坏") from error
    except BaseException as error:
        # A panic of the Rust reader derives from BaseException, and must not end the night's run.
        if type(error).__name__ == "PanicException":
            raise guard.broken("工作簿的内容已损坏") from error
        raise


def _repacked(members: Mapping[str, bytes]) -> bytes:
    """The verified parts as a zip without compression, so that no other bytes reach the foreign reader."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in members.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()


def _check_extent(sheet: bytes) -> None:
    """Refuse a sheet whose written cells span more than the budget.

    Raises:
        UnreadableError: R08.
    """
    budgets = guard.BUDGETS
    if _UNPLAIN_REFERENCE.search(sheet):
        raise guard.broken("工作表的单元格地址已损坏")
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    references = 0
    for column, row in _REFERENCE.findall(sheet):
        rows.add(row)
        if column:
            columns.add(column)
            references += 1
    cells = len(_CELL.findall(sheet))
    if cells > budgets.cells:
        raise guard.over(f"一张工作表超过 {budgets.cells:,} 个单元格", f"不超过 {budgets.cells:,} 个单元格")
    # A cell without an address stands behind the one before it, a row without a number below it.
    height = max(map(int, rows), default=0) + len(_ROW.findall(sheet))
    width = max(map(_column_number, columns), default=0) + max(0, cells - references)
    if height * width <= budgets.cells and height <= budgets.rows and width <= budgets.columns:
        return
    # Formats reach far where nothing is written; what counts is the written cells alone, found the slow way.
    _written_extent(sheet)


def _written_extent(sheet: bytes) -> None:
    budgets = guard.BUDGETS
    row = column = 0
    rows: list[int] = []
    columns: list[int] = []
    for element in guard.parse_xml(sheet).iter("{*}row", "{*}c"):
        if etree.QName(element).localname == "row":
            row, column = _number(element.get("r"), row + 1), 0
            continue
        reference = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,10})", str(element.get("r", "")))
        if reference:
            row, column = int(reference[2]), _column_number(reference[1].encode())
        else:
            column += 1
        if len(element):
            rows.append(row)
            columns.append(column)
    if not rows:
        return
    height, width = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
    tally = guard.Tally()
    tally.reach(max(rows), max(columns))
    if height * width > budgets.cells:
        raise guard.over(
            f"一张工作表摊开有 {height:,} 行、{width:,} 列", f"不超过 {budgets.cells:,} 个单元格"
        )


def _grid(
    sheet: CalamineSheet, name: str | None, shown: Mapping[tuple[int, int], Display], tally: guard.Tally
) -> Grid:
    """A sheet's grid; without a name it is a hidden sheet, which keeps its own."""
    is_hidden = name is None
    name = name or sheet.name
    start, end = sheet.start, sheet.end
    if start is None or end is None:
        return Grid(name, (), is_hidden=is_hidden)
    tally.reach(end[0] + 1, end[1] + 1)
    prefix = f"'{sheet.name}'!" if _QUOTED_NAME.search(sheet.name) else f"{sheet.name}!"
    letters = [_column_letters(column + 1) for column in range(end[1] + 1)]
    anchors, covered = _merges(sheet.merged_cell_ranges or (), start, end, tally)
    cells: list[Cell] = []
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), start[0]):
        if not any(value != "" for value in values):
            continue
        tally.cells(len(values))
        for column, value in enumerate(values, start[1]):
            at = (row, column)
            if at in covered:
                continue
            text = value if isinstance(value, str) else _shown(value, shown.get(at))
            spans = anchors.get(at, (1, 1))
            cells.append(Cell(row + 1, column + 1, text, *spans, f"{prefix}{letters[column]}{row + 1}"))
    return Grid(name, tuple(cells), is_hidden=is_hidden)


def _merges(
    blocks: Iterable[Block], start: tuple[int, int], end: tuple[int, int], tally: guard.Tally
) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Spans by the corner of each merged block, and the cells the blocks cover, within the written part of a sheet."""
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for (top, left), corner in blocks:
        bottom, right = min(corner[0], end[0]), min(corner[1], end[1])
        if top > bottom or left > right:
            continue
        tally.cells((bottom - max(top, start[0]) + 1) * (right - max(left, start[1]) + 1))
        anchors[top, left] = (bottom - top + 1, right - left + 1)
        covered.update(
            (row, column)
            for row in range(max(top, start[0]), bottom + 1)
            for column in range(max(left, start[1]), right + 1)
            if (row, column) != (top, left)
        )
    return anchors, covered


def _shown(value: object, display: Display | None) -> str:
    """A value as the sheet shows it, without the noise of binary fractions (138.02, not 138.01999999999998)."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            # Excel itself keeps 15 digits of a number.
            number = Decimal(format(value, ".15g"))
            return display.show(number) if display else plain(number)
        case dt.datetime():
            return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
        case dt.date() | dt.time():
            return value.isoformat()
    return str(value)


def plain(number: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 11 else default


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
