"""The blank form: what is asked on it, what a filled-in one is judged, and what can no longer go wrong in it."""

import io
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.worksheet import Worksheet

from schemas.blank_form import blank_form
from schemas.county import County
from schemas.form import Source
from schemas.frames import Judgement
from schemas.rules.c03_required import REQUIRED
from schemas.units import resolve
from schemas.vocabulary import vocabulary
from tasks.answer import answers
from tasks.faults import UserError
from tasks.judge import judge
from tasks.settings import load_county
from tasks.template import departments, write_blank
from tasks.template.layout import Slot, layout
from tests.support.office import convert
from tests.tasks.template.filling import (
    ALLOWANCE,
    ROADS,
    cell_of,
    fill_document,
    fill_workbook,
)

FILL = {"xlsx": fill_workbook, "docx": fill_document}


@cache
def blank(extension: str, forms: int = 2) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"blank.{extension}"
        write_blank(out, 2024, forms, load_county(None))
        return out.read_bytes()


def judged(content: bytes, name: str) -> dict[str, Any]:
    sources = [Source(key=name, file_name=name, content=content, sha256="0" * 64)]
    judgement: Judgement = judge(sources, load_county(None))
    [answer] = answers(sources, judgement)
    return answer


def assert_sound(answer: dict[str, Any]) -> None:
    assert answer["findings"] == []
    assert answer["verdict"] == "accepted"
    assert [form["project_name"] for form in answer["forms"]] == ["农村道路养护", "村干部任职补贴"]
    roads, allowance = answer["forms"]
    assert (roads["fiscal_year"], roads["total_yuan"]) == (2024, "167076.00")
    assert (roads["department_code"], roads["department_name"]) == ("058", "平罗县宝丰镇人民政府")
    told = {each["level3"]: each for each in roads["indicators"]}
    assert len(told) == 9
    assert told["养护道路里程"]["operator"] == ">="
    assert (told["养护道路里程"]["value"], told["养护道路里程"]["unit"]) == ("30000", "米")
    assert told["养护完成时间"]["deadline"] == "2024-12-31"
    assert told["群众出行条件"]["kind"] == "qualitative"
    assert (told["路面平整度达标率"]["level1"], told["路面平整度达标率"]["level2"]) == (
        "产出指标",
        "质量指标",
    )
    assert allowance["funding"] == [{"source": "财政拨款", "amount_yuan": "1380000.00"}]


@pytest.mark.parametrize("extension", ["xlsx", "docx"])
def test_a_filled_in_form_is_accepted_without_a_finding(extension: str) -> None:
    assert_sound(judged(FILL[extension](blank(extension), [ROADS, ALLOWANCE]), f"附件2.{extension}"))


def test_the_guide_may_be_moved_behind_the_forms() -> None:
    book = openpyxl.load_workbook(io.BytesIO(fill_workbook(blank("xlsx"), [ROADS, ALLOWANCE])))
    book.move_sheet(book.worksheets[0], 2)
    moved = io.BytesIO()
    book.save(moved)
    assert_sound(judged(moved.getvalue(), "附件2.xlsx"))


@pytest.mark.slow
@pytest.mark.parametrize("extension", ["xlsx", "docx"])
def test_a_filled_in_form_that_libreoffice_saved_again_is_accepted_too(
    extension: str, tmp_path: Path
) -> None:
    source = tmp_path / f"附件2.{extension}"
    source.write_bytes(FILL[extension](blank(extension), [ROADS, ALLOWANCE]))
    (tmp_path / "out").mkdir()
    saved = convert([source], extension, tmp_path / "out")["附件2"]
    assert_sound(judged(saved.read_bytes(), saved.name))


@pytest.mark.parametrize("extension", ["xlsx", "docx"])
def test_a_blank_form_is_told_everything_that_is_missing_and_nothing_else(extension: str) -> None:
    answer = judged(blank(extension, 1), f"附件2.{extension}")
    assert answer["verdict"] == "returned"
    required = [kind for kind in blank_form().kinds if kind.is_required]
    assert Counter(each["rule"] for each in answer["findings"]) == {
        **dict.fromkeys(("C01", "C02", "C06", "C07", "C08"), 1),
        "C03": len(required),
    }
    assert {each["value"] for each in answer["findings"] if each["rule"] == "C03"} == {
        kind.level2 for kind in required
    }


# ---- what can no longer go wrong in the workbook


def test_lists_stand_where_something_is_chosen() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank("xlsx")))
    guide, *sheets = book.worksheets
    assert [sheet.title for sheet in sheets] == ["项目1", "项目2"]
    assert book.active is sheets[0]
    form = blank_form()
    for sheet in sheets:
        lists = {str(each.sqref): each.formula1 for each in validations(sheet) if each.type == "list"}
        asked = {str(each.sqref) for each in validations(sheet)}
        for slot in layout(form).slots:
            assert (cell_of(sheet, slot).coordinate in asked) == bool(slot.entry)
        for entry, choices in {
            "attribute": form.attributes,
            "period": form.period_choices(2024),
            "level1": ("产出指标", "效益指标", "满意度指标"),
            "unit": form.units,
        }.items():
            at = cell_of(sheet, slots_of(entry)[0]).coordinate
            assert lists[at] == '"{}"'.format(",".join(choices))
        assert "定性" not in lists[cell_of(sheet, slots_of("operator")[0]).coordinate]
        for entry in ("department", "implementing_unit"):
            area = lists[cell_of(sheet, slots_of(entry)[0]).coordinate].partition("!")[2].replace("$", "")
            chosen = [cell.value for (cell,) in guide[area] if cell.value]
            assert chosen[2] == "平罗县宝丰镇人民政府"
            assert len(chosen) == len(load_county(None).towns)


def test_what_is_printed_is_protected_and_nobody_is_locked_out() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(blank("xlsx"))).worksheets[1]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    for slot in layout(blank_form()).slots:
        assert cell_of(sheet, slot).protection.locked == (slot.entry is None)
    assert sheet["A2"].value == "（2024年度）"
    assert sheet["A2"].protection.locked


SLIPS: dict[str, tuple[dict[str, Any], set[str], dict[str, str]]] = {
    # What is written otherwise · which cells refuse or ask · which show a colour
    "none": ({}, set(), {}),
    "sum": ({"total": 17}, {"total"}, {"total": "wrong"}),
    "no sum": ({"total": None}, set(), {"total": "wrong"}),
    "total in words": ({"total": "16.7076万"}, {"total"}, {"total": "wrong"}),
    "negative": ({"source": -1, "total": -1}, {"source", "total"}, {"source": "wrong", "total": "wrong"}),
    "text": ({"source": "16.7076万元"}, {"source", "total"}, {"source": "wrong", "total": "wrong"}),
    "below a cent": ({"source": 16.70765432, "total": 16.70765432}, {"source"}, {}),
    "yuan": (
        {"source": 167076, "total": 167076, "value:成本指标": 167076, "unit:成本指标": "元"},
        set(),
        {"source": "doubtful", "total": "doubtful", "unit:成本指标": "doubtful"},
    ),
    "0.95": ({"value:质量指标": 0.95}, {"value:质量指标"}, {"value:质量指标": "wrong"}),
    "120%": (
        {"value:服务对象满意度指标": 120},
        {"value:服务对象满意度指标"},
        {"value:服务对象满意度指标": "wrong"},
    ),
    "word": ({"value:数量指标": "三十余"}, {"value:数量指标"}, {"value:数量指标": "wrong"}),
    "word where words may stand": ({"value:社会效益指标": "持续改善"}, set(), {}),
    "last year": ({"goal": "完成2023年道路养护。"}, {"goal"}, {"goal": "doubtful"}),
    "no value": ({"value:数量指标": None}, set(), {"value:数量指标": "missing"}),
    "no unit": ({"unit:数量指标": None}, set(), {"unit:数量指标": "missing"}),
    "no name": (
        {"level3:数量指标": None},
        set(),
        {"level3:数量指标": "wrong"},
    ),
    "people in percent": (
        {"level3:数量指标": "养护人数", "unit:数量指标": "%"},
        set(),
        {"unit:数量指标": "doubtful"},
    ),
    "levels": ({"level1:": "效益指标"}, set(), {"level2:": "wrong"}),
}


@pytest.mark.slow
def test_libreoffice_finds_each_slip_by_the_formulas_of_the_sheet(tmp_path: Path) -> None:
    """Each slip on a sheet of its own; what the checks and colours ask is calculated beside the form."""
    book = openpyxl.load_workbook(io.BytesIO(fill_workbook(blank("xlsx", len(SLIPS)), [ROADS] * len(SLIPS))))
    asked: dict[str, list[tuple[str, str]]] = {}
    for sheet, (written, _, _) in zip(book.worksheets[1:], SLIPS.values(), strict=True):
        for name, value in written.items():
            cell_of(sheet, slot_named(name)).value = value
        formulas = [
            (("refused", str(each.sqref)), f"NOT({each.formula1})")
            for each in validations(sheet)
            if each.type == "custom"
        ]
        for area in sheet.conditional_formatting:
            at = str(area.sqref).partition(":")[0]
            formulas += [((colour_of(rule), at), rule.formula[0]) for rule in area.rules]
        for row, (_, formula) in enumerate(formulas, 1):
            sheet.cell(row, 30).value = f"={formula}"
        asked[sheet.title] = [key for key, _ in formulas]
    book.save(tmp_path / "slips.xlsx")
    (tmp_path / "out").mkdir()
    calculated = openpyxl.load_workbook(
        convert([tmp_path / "slips.xlsx"], "xlsx", tmp_path / "out")["slips"], data_only=True
    )
    for (name, (written, refused, colours)), (title, keys) in zip(SLIPS.items(), asked.items(), strict=True):
        sheet = calculated[title]
        held = [key for row, key in enumerate(keys, 1) if sheet.cell(row, 30).value is True]
        names = {cell_of(sheet, slot_named(each)).coordinate: each for each in {*written, *refused, *colours}}
        # An empty cell is never refused: it is a program's custom not to ask.
        assert {
            names.get(at, at) for kind, at in held if kind == "refused" and sheet[at].value is not None
        } == refused, name
        worst: dict[str, str] = {}
        for kind, at in held:
            if kind != "refused" and at in names:
                worst.setdefault(names[at], kind)
        assert worst == colours, name


def validations(sheet: Worksheet) -> list[Any]:
    return list(sheet.data_validations.dataValidation)


def slots_of(entry: str) -> list[Slot]:
    return [slot for slot in layout(blank_form()).slots if slot.entry == entry]


def slot_named(name: str) -> Slot:
    """``total``; ``value:数量指标`` is that of the first line of a kind, ``level1:`` of the first free line."""
    entry, is_line, level2 = name.partition(":")
    return next(
        slot
        for slot in slots_of(entry)
        if not is_line or (slot.kind.level2 == level2 if slot.kind else not level2)
    )


def colour_of(rule: Rule) -> str:
    colours = {"FFFFF8DC": "missing", "FFF8B4A6": "wrong", "FFFFD58A": "doubtful"}
    return colours[rule.dxf.fill.bgColor.rgb]


# ---- the words of the form are those of the vocabulary


def test_a_form_asks_for_what_the_rules_require() -> None:
    required = [kind.level2 for kind in blank_form().kinds if kind.is_required]
    assert required == [each.name for each in REQUIRED["classic"]]


def test_every_word_of_the_form_is_known() -> None:
    form, words = blank_form(), vocabulary()
    for kind in form.kinds:
        level2 = words.level2.match(kind.printed)
        assert level2 is not None
        assert level2.meaning.key == kind.level2
        assert words.levels2[kind.level2].level1 == kind.level1
    for unit in form.units:
        assert resolve(unit, is_money=False).is_known, unit
    for source in form.sources:
        found = words.money.match(source)
        assert found is not None
        assert found.meaning.kind == "source"


# ---- the command


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "新" / "表样.xlsx"
    write_blank(out, 2024, 1, load_county(None))
    written = out.read_bytes()
    with pytest.raises(UserError, match="不会覆盖"):
        write_blank(out, 2025, 1, load_county(None))
    assert out.read_bytes() == written


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"只能写成 \.xlsx 或 \.docx"):
        write_blank(tmp_path / "表样.pdf", 2024, 1, load_county(None))
    assert not list(tmp_path.iterdir())


def test_towns_are_named_in_full() -> None:
    data = yaml.safe_load(
        """
        {code: "110101", name: 某县, due: {}, towns: [
          {code: "110101001", name: 东街街道, aliases: [东街, 某县东街街道办事处]},
          {code: "110101002", name: 西镇, aliases: [西镇人民政府]}]}
        """
    )
    assert departments(County.model_validate(data)) == ["某县东街街道办事处", "某县西镇人民政府"]
