"""Blank forms in, filled-in ones out, as a clerk does it: by what is printed beside a cell, in the program's own way."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from schemas.blank_form import blank_form
from tasks.template.layout import Slot, layout

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TOP = 2
Written = str | float


@dataclass(frozen=True)
class Filled:
    """What a clerk writes in one form."""

    head: Mapping[str, Written]
    """By entry; ``source`` is the first source of money."""
    lines: Sequence[tuple[str, Sequence[Written]]]
    """Second level, and 三级指标, 指标性质, 指标值, 计量单位; a lone first level before it stands in a free line."""


ROADS = Filled(
    {
        "project_name": "农村道路养护",
        "department": "058-平罗县宝丰镇人民政府",
        "implementing_unit": "平罗县宝丰镇人民政府",
        "attribute": "一年期项目",
        "period": "2024年1月至12月",
        "total": 16.7076,
        "source": 16.7076,
        "goal": "按时养护镇内道路，保障群众出行安全。",
    },
    [
        ("数量指标", ("养护道路里程", "≥", 30, "公里")),
        ("数量指标", ("养护工人数", "＝", 6, "人")),
        ("质量指标", ("养护验收合格率", "＝", 100, "%")),
        ("时效指标", ("养护完成时间", "", "2024年12月底前", "")),
        ("成本指标", ("养护经费总额", "＝", 16.7076, "万元")),
        ("社会效益指标", ("群众出行条件", "定性", "明显改善", "")),
        ("可持续影响指标", ("道路使用年限", "≥", 5, "年")),
        ("服务对象满意度指标", ("沿线群众满意度", "≥", 95, "%")),
        ("产出指标/质量指标", ("路面平整度达标率", "≥", 98, "%")),
    ],
)
ALLOWANCE = Filled(
    {
        "project_name": "村干部任职补贴",
        "department": "平罗县宝丰镇人民政府",
        "implementing_unit": "平罗县宝丰镇人民政府",
        "attribute": "延续项目",
        "period": "2024年1月至12月",
        "total": 138,
        "source": 138,
        "goal": "按月足额发放任职补贴，保障村级组织正常运转。",
    },
    [
        ("数量指标", ("领取补贴人数", "＝", 45, "人")),
        ("质量指标", ("补贴足额发放率", "＝", 100, "%")),
        ("时效指标", ("补贴发放周期", "＝", 12, "月")),
        ("成本指标", ("任职补贴资金总额", "≤", 138, "万元")),
        ("社会效益指标", ("村级组织运转保障程度", "定性", "有效提升", "")),
        ("可持续影响指标", ("村干部队伍稳定性", "定性", "持续增强", "")),
        ("服务对象满意度指标", ("村干部满意度", "≥", 96, "%")),
    ],
)


def fill_workbook(content: bytes, forms: Sequence[Filled]) -> bytes:
    """Fill in the sheets in their order; a program that keeps formulas, checks and colours writes the file."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, form in zip(book.worksheets[1:], forms, strict=True):
        for slot, written in places(form):
            cell_of(sheet, slot).value = written
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def cell_of(sheet: Worksheet, slot: Slot) -> openpyxl.cell.Cell:
    return sheet.cell(TOP + slot.row + 1, slot.column + 1)


def fill_document(content: bytes, forms: Sequence[Filled]) -> bytes:
    """Fill in the controls of each table, as Word does: the text takes the place of the prompt."""
    source = zipfile.ZipFile(io.BytesIO(content))
    root = etree.fromstring(source.read("word/document.xml"))
    tables = list(root.iter(f"{W}tbl"))
    for table, form in zip(tables, forms, strict=True):
        controls = list(table.iter(f"{W}sdt"))
        entries = [slot for slot in layout(blank_form()).slots if slot.entry]
        assert [tag_of(control) for control in controls] == [slot.entry for slot in entries]
        by_slot = dict(zip(entries, controls, strict=True))
        for slot, written in places(form):
            _type(by_slot[slot], f"{written:g}" if isinstance(written, float) else str(written))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            main = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            copy.writestr(name, main if name == "word/document.xml" else source.read(name))
    return target.getvalue()


def tag_of(control: etree._Element) -> str:
    [tag] = control.iter(f"{W}tag")
    return str(tag.get(f"{W}val"))


def _type(control: etree._Element, text: str) -> None:
    [prompt] = control.iter(f"{W}showingPlcHdr")
    parent = prompt.getparent()
    assert parent is not None
    parent.remove(prompt)
    [place] = control.iter(f"{W}t")
    place.text = text


def places(form: Filled) -> Iterator[tuple[Slot, Written]]:
    """The slots a clerk writes in, with what: a line is the next free one of its level."""
    slots = layout(blank_form()).slots
    for entry, written in form.head.items():
        yield next(slot for slot in slots if slot.entry == entry), written
    used: set[int] = set()
    for level, line in form.lines:
        first, _, second = level.rpartition("/")
        row = next(
            slot.row
            for slot in slots
            if slot.entry == "level3"
            and slot.row not in used
            and (slot.kind is None if first else slot.kind is not None and slot.kind.level2 == second)
        )
        used.add(row)
        by_entry: dict[str, Slot] = {slot.entry: slot for slot in slots if slot.row == row and slot.entry}
        if first:
            yield by_entry["level1"], first
            yield by_entry["level2"], second
        for entry, written in zip(("level3", "operator", "value", "unit"), line, strict=True):
            if written != "":
                yield by_entry[entry], written
