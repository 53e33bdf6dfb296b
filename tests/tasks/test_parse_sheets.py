"""Sheets of a workbook beside the forms that were handed in: blank ones, samples, lists of choices."""

from collections.abc import Sequence

import pytest

from schemas.form import Cell, Grid, ParsedFile
from tasks.parse import parse

FILLED = (
    ("项目支出绩效目标表",),
    ("（2024年度）",),
    ("项目名称", "路灯维护", "实施单位", "某站"),
    ("年度资金总额（万元）", "6.5"),
    ("年度总体目标", "亮灯"),
    ("一级指标", "二级指标", "三级指标", "指标值"),
    ("产出指标", "数量指标", "维护路灯", "320盏"),
)
BLANK = (
    *FILLED[:2],
    ("项目名称", "", "实施单位", ""),
    *((row[0], "") for row in FILLED[3:5]),
    FILLED[5],
    ("产出指标", "数量指标", "", ""),
)
CHOICES = (
    ("项目属性", "计量单位", "一级指标", "二级指标"),
    ("新增", "个", "产出指标", "数量指标"),
    ("延续", "人", "效益指标", "质量指标"),
)
SAMPLE = tuple(("项目支出绩效目标表（样表）",) if not at else row for at, row in enumerate(FILLED))


def parsed(*sheets: tuple[str, Sequence[Sequence[str]]]) -> ParsedFile:
    return parse(
        [
            Grid(
                f"表{number}",
                tuple(
                    Cell(row, column, text, reference=f"{name}!{'ABCD'[column - 1]}{row}")
                    for row, texts in enumerate(rows, 1)
                    for column, text in enumerate(texts, 1)
                ),
            )
            for number, (name, rows) in enumerate(sheets, 1)
        ]
    )


@pytest.mark.parametrize(
    ("sheet", "kind"),
    [(("空表", BLANK), "没有填写的空白表"), (("一", SAMPLE), "填写示例"), (("填报示例", FILLED), "填写示例")],
)
def test_a_blank_form_or_a_sample_is_set_aside_beside_another(
    sheet: tuple[str, Sequence[Sequence[str]]], kind: str
) -> None:
    beside, alone = parsed(sheet, ("填报", FILLED)), parsed(sheet)

    assert [(form.number, form.address.reference) for form in beside.forms] == [(1, "填报!A1")]
    assert [(each.rule_id, each.value) for each in beside.remarks] == [("R09", kind)]
    assert len(alone.forms) == 1


def test_several_blank_forms_are_told_once() -> None:
    found = parsed(("填报", FILLED), ("空表1", BLANK), ("空表2", BLANK))
    assert [(each.rule_id, each.value) for each in found.remarks] == [("R09", "没有填写的空白表（共 2 张）")]


def test_a_list_of_choices_fills_no_form() -> None:
    found = parsed(("填报", FILLED), ("下拉数据", CHOICES))

    (form,) = found.forms
    assert form.attribute is None
    assert form.remarks == ()
    assert [(each.rule_id, each.value) for each in found.remarks] == [("R05", "项目属性")]
