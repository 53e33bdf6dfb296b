"""The description of the example county in, what each town sends out: forms as rows of cells, files, folders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

YEAR = 2023
TITLE = "部门项目支出预算绩效目标表"
IN_TIME = "2023-03-20T09:00:00+08:00"
HERE = Path(__file__).parent

Row = tuple[str, ...]

_LEVELS = {
    "数量": ("产出指标", "数量指标（必填硬性指标）"),
    "质量": ("产出指标", "质量指标（必填）"),
    "时效": ("产出指标", "时效指标（必填）"),
    "成本": ("产出指标", "成本指标（必填硬性指标）"),
    "社会效益": ("效益指标", "社会效益指标（必填）"),
    "可持续影响": ("效益指标", "可持续影响指标（必填）"),
    "满意度": ("满意度指标", "服务对象满意度指标（必填）"),
}


@dataclass(frozen=True)
class File:
    """One file of a folder."""

    name: str
    kind: str
    """docx, docx-boxed, xlsx, xlsx-stacked, text; copy, truncated, encrypted (``of`` another); notice, self-evaluation."""
    forms: tuple[tuple[Row, ...], ...]
    of: str
    modified: datetime


@dataclass(frozen=True)
class Folder:
    """A folder of the year: a town's, a stranger's, or the year's own (``.``)."""

    name: str
    town: str
    files: tuple[File, ...]


def folders() -> tuple[Folder, ...]:
    """Everything that came in for the year."""
    return tuple(_folder(each) for each in _yaml("towns.yml"))


def _folder(told: Mapping[str, Any]) -> Folder:
    town = str(told["folder"]).removeprefix("640221")[3:] if str(told["folder"])[0] == "6" else told["folder"]
    town = town.strip("-")
    modified = datetime.fromisoformat(told.get("modified") or IN_TIME)
    files = tuple(
        File(each["name"], each["format"], _forms(town, each.get("forms", ())), each.get("of", ""), modified)
        for each in told["files"]
    )
    return Folder(told["folder"], town, files)


def _forms(town: str, told: Sequence[Mapping[str, Any]] | str) -> tuple[tuple[Row, ...], ...]:
    if isinstance(told, str):
        return tuple(rows(town, form) for form in _yaml(f"{told}.yml"))
    return tuple(rows(town, _filled(town, form)) for form in told)


def _filled(town: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """A programme with a town's figures, then its clerk's slips."""
    figures = {"k": town, "t": told["total"], **told.get("with", {})}
    programme = _yaml("programmes.yml")[told["programme"]]
    form: dict[str, Any] = {
        name: text.format(**figures) for name, text in programme.items() if name != "indicators"
    }
    form["total"] = told["total"]
    indicators = [[text.format(**figures) for text in row] for row in programme["indicators"]]
    slips = told.get("slips", {})
    for number, row in slips.get("indicator", {}).items():
        indicators[number - 1] = row
    dropped = set(slips.get("drop", ()))
    form["indicators"] = [row for number, row in enumerate(indicators, 1) if number not in dropped]
    form["stray"] = slips.get("stray", "")
    return {**form, **slips.get("set", {})}


def rows(town: str, form: Mapping[str, Any]) -> tuple[Row, ...]:
    """A form as the rows of the county's template, top to bottom; a blank cell is an empty text."""
    total, name = form["total"], form["name"]
    unit = form.get("unit", f"平罗县{town}人民政府")
    head: list[Row] = [
        (TITLE,),
        (form.get("year", f"( {YEAR}年度)"),),
        (name if form.get("displaced_name") else "",),
        ("项目名称", "" if form.get("displaced_name") else name),
        ("主管部门及代码", form.get("department", f"058-{unit}"), "实施单位", unit),
        ("项目属性", form.get("attribute", "一年期项目"), "项目期", form.get("period", f"{YEAR}年1月至12月")),
        ("项目资金\n（万元）", " 年度资金总额：", total),
        ("", "         其中：财政拨款", form.get("fiscal", _fiscal(total))),
        ("", "           其他资金", form.get("other", "")),
    ]
    if form.get("stray"):
        head.append((form["stray"],))
    head += [("年度总体目标", form["goal"]), ("名称", "一级指标", "二级指标", "三级指标", "指标值")]
    return (*head, *_block(form["indicators"]))


def _fiscal(total: str) -> str:
    """财政拨款 is the total; where the total is no number, the number its clerk meant."""
    return total if total.replace(".", "").isdigit() else "21"


def _block(indicators: Sequence[Sequence[str]]) -> list[Row]:
    """The indicator block; a level stands in its first row only, for its cells are merged."""
    block: list[Row] = []
    above = ("", "")
    for level, name, value in indicators:
        level1, level2 = _LEVELS[level.removesuffix("!")]
        if level.endswith("!"):
            level2 = level2.replace("硬性指标", "硬性标")
        shown1 = "" if level1 == above[0] else level1
        shown2 = "" if (level1, level2) == above else level2
        block.append(("" if block else "绩效指标", shown1, shown2, name, value))
        above = (level1, level2)
    return block


@cache
def _yaml(name: str) -> Any:  # noqa: ANN401 - each of the files has a shape of its own
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
