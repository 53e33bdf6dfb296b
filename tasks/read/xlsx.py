"""An Excel workbook in, grids out: one per sheet, values as the sheet shows them, merged blocks as one cell.

Straight over the parts of the package, all of them verified by the guard: no formula is calculated and no link is
followed; a formula shows the result that was saved with it.
"""

from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import NamedTuple

from schemas.form import Address, Grid, Remark
from tasks.read import guard, sheet_header, sheets
from tasks.read.element import Element
from tasks.read.kinds import needed, package_kind
from tasks.read.number_formats import styles_of
from tasks.read.sheets import Sheet
from tasks.read.xlsx_cells import Formula, fill
from tasks.read.xlsx_drawings import boxes
from tasks.read.xlsx_text import shared_strings
from tasks.read.xlsx_values import Values

_RELATION_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_DATA_END = b"</sheetData>"
_MOST_FORMULAS = 20
"""Formulas without a result that are told one by one, of one sheet."""


def read(content: bytes) -> tuple[Grid | Remark, ...]:
    """The grids of a workbook's bytes.

    Raises:
        UnreadableError: as ``tasks.read.read``.
    """
    members = guard.unzip(content, needed)
    return grids(members, package_kind(members)[1])


def grids(members: Mapping[str, bytes], main: str) -> tuple[Grid | Remark, ...]:
    """The grids of an unzipped workbook.

    Args:
        members: Verified bytes by name.
        main: Name of the workbook part.

    Returns:
        Its grids, and a Remark R16 for each formula without a result.

    Raises:
        UnreadableError: R01 where a part is damaged, R08 over a budget.
    """
    return tuple(_Workbook(members, main).grids())


class _Relation(NamedTuple):
    kind: str
    """Last word of the relation's type: ``worksheet``, ``drawing``."""
    target: str


class _Workbook:
    """One workbook."""

    def __init__(self, members: Mapping[str, bytes], main: str) -> None:
        self._members = {name.lower(): part for name, part in members.items()}
        self._main = main
        self._root = guard.parse_xml(members[main])
        self._relations = self._relations_of(main)
        properties = next(self._root.iterchildren("{*}workbookPr"), None)
        self._values = Values(
            shared_strings(self._related("sharedStrings")),
            styles_of(self._related("styles")),
            from_1904=properties is not None and properties.get("date1904") in ("1", "true"),
        )
        self._tally = guard.Tally()

    def grids(self) -> Iterator[Grid | Remark]:
        for element in self._root.iter("{*}sheet"):
            relation = self._relations.get(_relation_id(element))
            if relation is None or relation.kind != "worksheet":
                continue
            part = self._part(relation.target)
            if part is None:
                raise guard.broken("工作簿缺少工作表")
            sheet = Sheet(
                str(element.get("name", "")), is_hidden=element.get("state") in ("hidden", "veryHidden")
            )
            yield from self._sheet(sheet, part, relation.target)

    def _sheet(self, sheet: Sheet, part: bytes, name: str) -> Iterator[Grid | Remark]:
        formulas = fill(sheet, part, self._values)
        behind = part[max(part.rfind(_DATA_END), 0) :]
        if b"<drawing" in behind:
            for relation in self._relations_of(name).values():
                drawing = self._part(relation.target) if relation.kind == "drawing" else None
                sheet.boxes.extend(boxes(drawing) if drawing else ())
        sheet.printed = sheet_header.of_part(behind)
        found = list(sheets.grids(sheet, self._tally))
        yield from found
        if formulas and not sheet.is_hidden:
            yield from _untold(sheet, found[1 if sheet.printed else 0].name, formulas)

    # ---- parts

    def _relations_of(self, name: str) -> dict[str, _Relation]:
        """What a part refers to within the package, by id."""
        folder, _, own = name.rpartition("/")
        part = self._part(f"{folder}/_rels/{own}.rels")
        if part is None:
            return {}
        return {
            str(each.get("Id")): _Relation(
                str(each.get("Type", "")).rpartition("/")[2], _resolved(folder, str(each.get("Target", "")))
            )
            for each in guard.parse_xml(part)
            if each.get("TargetMode") != "External"
        }

    def _related(self, kind: str) -> bytes | None:
        """The workbook's one part of a kind."""
        target = next((each.target for each in self._relations.values() if each.kind == kind), None)
        return None if target is None else self._part(target)

    def _part(self, name: str) -> bytes | None:
        # Office compares the names of parts without case.
        part = self._members.get(name.lower())
        return None if part is None else guard.plain_xml(part)


def _untold(sheet: Sheet, table: str, formulas: list[Formula]) -> Iterator[Remark]:
    """A remark for each formula that has no result, and one for those beyond the first few."""
    for (row, column), text in formulas[:_MOST_FORMULAS]:
        yield Remark("R16", Address(None, table, row, "", sheets.reference(sheet.name, row, column)), text)
    if len(formulas) > _MOST_FORMULAS:
        yield Remark(
            "R15", None, f"工作表“{sheet.name}”另有 {len(formulas) - _MOST_FORMULAS} 个没有结果的公式"
        )


def _relation_id(element: Element) -> str:
    return next((str(element.get(key)) for key in _RELATION_IDS if element.get(key)), "")


def _resolved(folder: str, target: str) -> str:
    """The name of a part from the folder of the one that refers to it."""
    if target.startswith("/"):
        return target.lstrip("/")
    name = f"{folder}/{target}"
    return normpath(name) if "./" in name or "//" in name else name
