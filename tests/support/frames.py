"""Frames from few words, for tests of the rules: forms as a clerk would tell them over the telephone.

``a_form(project="村干部任职补贴", total="138.02", rows=["数量指标 保障村干部人数 45人"])`` is a sound form with what is
named changed. It goes through the real normalise, so that a rule is tested on what it will really get.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from schemas.county import County, Town
from schemas.form import (
    Address,
    CellCount,
    Entry,
    Form,
    FundingLine,
    IndicatorLine,
    ParsedFile,
    Remark,
    Source,
)
from schemas.frames import Judgement
from tasks.normalise import normalise
from tasks.validate import validate

HOMES: Mapping[str, str] = {
    "数量": "产出指标",
    "质量": "产出指标",
    "时效": "产出指标",
    "成本": "产出指标",
    "经济效益": "效益指标",
    "社会效益": "效益指标",
    "生态效益": "效益指标",
    "可持续影响": "效益指标",
    "服务对象满意度": "满意度指标",
    "经济成本": "成本指标",
}
SOUND_ROWS: Mapping[str, str] = {
    "数量": "数量 {project}惠及村组数 9个",
    "质量": "质量 {project}资金规范使用率 100%",
    "时效": "时效 {project}资金拨付时间 {year}年年底",
    "成本": "成本 {project}资金 {total}万元",
    "社会效益": "社会效益 乡村治理能力 有效提升",
    "可持续影响": "可持续影响 乡村持续发展 持续发展",
    "服务对象满意度": "服务对象满意度 {project}惠及人员满意度 ≥95%",
}
"""One sound indicator per required kind: level 2, level 3, value."""


def a_county(**changes: object) -> County:
    """A small county: 甲镇 with 9 villages and 1 community, 乙镇 with 4 villages, 丙乡 with a 生活区."""
    told: dict[str, Any] = {
        "code": "990101",
        "name": "平原县",
        "due": {2023: "2023-03-31"},
        "towns": (
            Town(
                code="990101100",
                name="甲水镇",
                aliases=("甲水",),
                villages=_names("甲", 9),
                communities=("甲居委会",),
            ),
            Town(code="990101101", name="乙山镇", villages=_names("乙", 4)),
            Town(
                code="990101102",
                name="丙河乡",
                villages=_names("丙", 2),
                communities=("丙居委会", "农场生活区"),
            ),
        ),
    }
    return County.model_validate({**told, **changes})


def _names(stem: str, many: int) -> tuple[str, ...]:
    return tuple(f"{stem}{number}村委会" for number in range(1, many + 1))


def a_form(
    *,
    number: int = 1,
    project: str | None = "村级道路养护经费",
    total: str | None = "10",
    year: str | None = "2023",
    department: str | None = "058-平原县甲水镇人民政府",
    unit: str | None = "平原县甲水镇人民政府",
    attribute: str | None = "一年期项目",
    period: str | None = "2023年1月至12月",
    goal: str | None = "保障全镇村级道路养护工作正常开展，方便群众出行。",
    money_unit: str = "万元",
    funding: Sequence[str] | None = None,
    rows: Sequence[str] = (),
    without: Sequence[str] = (),
    remarks: Sequence[Remark] = (),
    weights: Sequence[str] = (),
    mid_terms: Mapping[str, str] | None = None,
) -> Form:
    """A form that breaks no rule, but for what is changed; None takes a label away, "" leaves its cell blank.

    Args:
        funding: ``财政拨款 10``; ``-中央资金 4`` itemises the line above. Default: all of it 财政拨款.
        rows: ``数量 指标名 指标值``, parted by blanks (``_`` stands for one inside, ``-`` for an empty cell); they
            replace the sound rows of their level 2.
        without: Level 2 whose sound rows are left out.
        weights: One per row, in their order.
        mid_terms: Values of the mid term by the indicator's name.
    """
    at = _addresses(number)
    lines = _rows(rows, without, project or "项目", year or "2023", total or "10")
    sources = [f"财政拨款 {total or ''}"] if funding is None else funding
    return Form(
        number=number,
        address=at("标题", 1),
        title="部门项目支出预算绩效目标表",
        fiscal_year=_entry(f"（{year}年度）" if year else year, at("年度", 2)),
        project_name=_entry(project, at("项目名称", 4)),
        project_name_displaced=False,
        department=_entry(department, at("主管部门及代码", 5)),
        implementing_unit=_entry(unit, at("实施单位", 5)),
        attribute=_entry(attribute, at("项目属性", 6)),
        period=_entry(period, at("项目期", 6)),
        money_unit=money_unit,
        total=_entry(total, at("年度资金总额", 7)),
        funding=tuple(_funding(line, at("资金", 8 + place)) for place, line in enumerate(sources)),
        goal=_entry(goal, at("年度总体目标", 10)),
        indicators=tuple(
            _indicator(place, row, at, weights[place - 1] if weights else None, mid_terms or {})
            for place, row in enumerate(lines, start=1)
        ),
        remarks=tuple(remarks),
        cells=CellCount(40, 39, 0, 1),
    )


def _addresses(number: int) -> Callable[[str, int], Address]:
    def at(label: str, row: int) -> Address:
        return Address(number, f"表{number}", row, label)

    return at


def _entry(text: str | None, address: Address) -> Entry | None:
    return None if text is None else Entry(text, address)


def _rows(rows: Sequence[str], without: Sequence[str], project: str, year: str, total: str) -> list[str]:
    told = {row.split()[0] for row in rows} | set(without)
    sound = [row for home, row in SOUND_ROWS.items() if home not in told]
    filled = [row.format(project=project.replace(" ", ""), year=year, total=total) for row in sound]
    order = list(HOMES)
    return sorted(
        [*rows, *filled], key=lambda row: order.index(row.split()[0]) if row.split()[0] in order else 99
    )


def _funding(line: str, address: Address) -> FundingLine:
    source, _, amount = line.partition(" ")
    return FundingLine(source.removeprefix("-"), Entry(amount, address), is_detail=source.startswith("-"))


def _indicator(
    place: int, row: str, at: Callable[[str, int], Address], weight: str | None, mid_terms: Mapping[str, str]
) -> IndicatorLine:
    home, level3, value = (part.replace("_", " ") for part in row.split())
    level1 = HOMES.get(home)
    return IndicatorLine(
        number=place,
        level1=level1,
        level2=f"{home}指标" if level1 else None,
        level1_text=level1 or "",
        level2_text=home,
        level3=Entry("" if level3 == "-" else level3, at("三级指标", 11 + place)),
        value=Entry("" if value == "-" else value, at("指标值", 11 + place)),
        weight=None if weight is None else Entry(weight, at("权重", 11 + place)),
        mid_term=Entry(mid_terms[level3], at("中期指标值", 11 + place)) if level3 in mid_terms else None,
    )


def a_source(
    file_name: str = "附件2.docx",
    *,
    town: str | None = None,
    year: int | None = None,
    content: bytes | None = None,
    received_at: datetime | None = None,
    is_late: bool = False,
    due_date: str = "",
) -> Source:
    """A file, offline unless a town and year are named."""
    held = file_name.encode() if content is None else content
    return Source(
        key=f"{year}/{town}/{file_name}" if town else file_name,
        file_name=file_name,
        content=held,
        sha256=hashlib.sha256(held).hexdigest(),
        fiscal_year=year,
        town_code=town,
        received_at=received_at,
        is_late=is_late,
        due_date=due_date,
    )


def judged(files: Mapping[str, Sequence[Form]] | Sequence[Form], county: County | None = None) -> Judgement:
    """Findings and verdicts over forms, all in one file or in several, offline."""
    held = files if isinstance(files, Mapping) else {"附件2.docx": files}
    sources = [a_source(name) for name in held]
    return judged_from(list(zip(sources, held.values(), strict=True)), county)


def judged_from(files: Sequence[tuple[Source, Sequence[Form]]], county: County | None = None) -> Judgement:
    """Findings and verdicts over the forms of given sources."""
    parsed = [(source, ParsedFile(tuple(forms), ())) for source, forms in files]
    cells = {
        source.key: CellCount(40 * len(forms), 39 * len(forms), 0, len(forms))
        for source, forms in files
        if forms
    }
    sources = [source for source, _ in files]
    return validate(sources, normalise(parsed), county or a_county(), {}, cells=cells)


def rules_of(judgement: Judgement) -> list[str]:
    """The rule ids of the findings, in order."""
    return list(judgement.findings["rule_id"])
