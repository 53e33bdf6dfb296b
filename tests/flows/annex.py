"""Small annexes for the tests of the flow: a few words about each form in, the tabbed text of a file out."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

BAOFENG, TOUZHA, YAOFU = "640221102-宝丰镇", "640221103-头闸镇", "姚伏镇"
ON_TIME = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
LATE = datetime(2023, 4, 5, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Project:
    """One form. What is not given is sound."""

    name: str
    wan: str = "10"
    """年度资金总额."""
    funded: str = ""
    """财政拨款; the same as the total where not given."""
    cost: str = ""
    """成本指标; the total in 万元 where not given."""


def annex(projects: Sequence[Project], town_name: str = "宝丰镇") -> str:
    """The text of a file, flattened as Word tables are: a tab opens each cell, an empty line parts rows."""
    forms = ("\n\n".join(_cells(row) for row in _rows(project, town_name)) for project in projects)
    return "\n\n".join(forms) + "\n"


def put(inbox: Path, town: str, name: str, projects: Sequence[Project], at: datetime = ON_TIME) -> Path:
    """Hand in an annex."""
    path = inbox / "2023" / town / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(annex(projects, town.rpartition("-")[2]), encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def _cells(row: Sequence[str]) -> str:
    return "\n".join(f"\t{cell}" for cell in row)


def _rows(project: Project, town_name: str) -> list[list[str]]:
    unit = f"平罗县{town_name}人民政府"
    indicators = [
        ["绩效指标", "产出指标", "数量指标（必填硬性指标）", f"{project.name}次数", "12次"],
        ["", "", "质量指标（必填）", f"{project.name}完成率", "≥95%"],
        ["", "", "时效指标（必填）", f"{project.name}按期完成", "2023年12月底"],
        ["", "", "成本指标（必填硬性指标）", f"{project.name}经费总额", project.cost or f"{project.wan}万元"],
        ["", "效益指标", "社会效益指标（必填）", f"{project.name}社会效益", "有效提升"],
        ["", "", "可持续影响指标（必填）", f"{project.name}长期作用", "持续提高"],
        ["", "满意度指标", "服务对象满意度指标（必填）", f"{project.name}服务对象满意度", "≥95%"],
    ]
    return [
        ["部门项目支出预算绩效目标表"],
        ["( 2023年度)"],
        ["项目名称", project.name],
        ["主管部门及代码", f"058-{unit}", "实施单位", unit],
        ["项目属性", "一年期项目", "项目期", "2023年1月至12月"],
        ["项目资金\n（万元）", "年度资金总额：", project.wan],
        ["", "其中：财政拨款", project.funded or project.wan],
        ["", "其他资金", ""],
        ["年度总体目标", f"按时完成{project.name}的各项任务。"],
        ["名称", "一级指标", "二级指标", "三级指标", "指标值"],
        *indicators,
    ]
