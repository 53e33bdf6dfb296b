"""Sound forms made up at random: what a town may hand in without a single finding."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from hypothesis import strategies as st

from schemas.county import Town
from schemas.form import Source
from tests.county.build import content_of
from tests.county.describe import YEAR, File, Folder, FormText
from tests.support.county import example
from tests.support.frames import a_source

THEMES = {
    "农田灌渠": "公里",
    "乡村道路": "公里",
    "文化广场": "处",
    "垃圾中转站": "座",
    "敬老院": "所",
    "卫生厕所": "座",
    "防护林带": "亩",
    "健身器材": "套",
    "应急物资": "件",
    "图书室": "个",
}
"""What money is spent on, and the unit it is counted in; no two share three characters, so that none seems copied."""
Kind: TypeAlias = Literal["text", "docx", "xlsx"]
Template: TypeAlias = Literal["standard", "mid"]
_KINDS: tuple[Kind, ...] = ("text", "docx", "xlsx")
_TEMPLATES: tuple[Template, ...] = ("standard", "mid")
_SUFFIXES = {"text": ".txt", "docx": ".docx", "xlsx": ".xlsx"}


@dataclass
class Draft:
    """One file of a town, for faults to be planted in."""

    town: Town
    kind: Kind
    template: Template
    forms: list[FormText]
    is_late: bool = False
    suffix: str = ""
    """Another extension than that of its content."""

    @property
    def source(self) -> Source:
        """The file as it came in."""
        name = f"{self.town.name}目标表{self.suffix or _SUFFIXES[self.kind]}"
        file = File(name=name, format=self.kind, template=self.template, forms=tuple(self.forms))
        folder = Folder(
            folder=self.town.name,
            sent=datetime(YEAR, 3, 1, tzinfo=UTC),
            department=f"058-平罗县{self.town.name}人民政府",
            files=(file,),
            town=self.town.name,
        )
        return a_source(
            name,
            town=self.town.code,
            year=YEAR,
            content=content_of(folder, file, {}),
            received_at=folder.sent,
            is_late=self.is_late,
            due_date=f"{YEAR}-03-31",
        )


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A sound file of one town with one to four forms."""
    template = draw(st.sampled_from(_TEMPLATES))
    themes = draw(st.lists(st.sampled_from(sorted(THEMES)), min_size=1, max_size=4, unique=True))
    return Draft(
        draw(st.sampled_from(example().towns)),
        draw(st.sampled_from(_KINDS)),
        template,
        [draw(_forms(theme, template)) for theme in themes],
    )


@st.composite
def _forms(draw: st.DrawFn, theme: str, template: Template) -> FormText:
    count, total = draw(st.integers(2, 400)), str(draw(st.integers(1, 900)))
    rate = draw(st.integers(80, 99))
    rows = [
        ("数量", f"管护{theme}", f"{count}{THEMES[theme]}"),
        ("质量", f"{theme}验收合格率", f"≥{rate}%"),
        ("时效", f"{theme}维修完成时间", f"{YEAR}年{draw(st.integers(1, 12))}月底"),
        ("成本", f"{theme}支出资金", draw(st.sampled_from((f"{total}万元", f"{total}0000元")))),
        ("社会", f"{theme}服务能力", draw(st.sampled_from(("有效提升", "明显提高", "不断增强")))),
        ("持续", f"{theme}管理制度", draw(st.sampled_from(("持续完善", "长期执行")))),
        ("满意", f"{theme}使用者满意度", draw(st.sampled_from(("≥90%", "90%以上", "不低于90%")))),
    ]
    blank = ("",) if template == "mid" else ()
    return FormText(
        name=f"{theme}管护经费",
        total=total,
        goal=f"对{theme}开展日常管护和维修，保证{theme}全年正常使用，方便群众生产生活。",
        indicators=tuple((level, name, *blank, value) for level, name, value in rows),
        attribute=draw(st.sampled_from(("一年期项目", "延续项目", "新增项目"))),
    )
