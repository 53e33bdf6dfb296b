"""Faults to plant in sound forms: one function per way to break a rule, and what of the form it takes for itself.

Two faults that touch the same part would hide or cause each other, so that a file gets faults of different parts only.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.county.describe import YEAR, FormText
from tests.county.sound import Draft

Plant = Callable[[Draft, int, int], None]
"""The file, the place of the form (from 0), and of another form of the file; the file is changed."""


def _always(_: Draft) -> bool:
    return True


@dataclass(frozen=True)
class Fault:
    """One way to break one rule."""

    rule: str
    name: str
    plant: Plant
    touches: frozenset[str]
    """Parts of the form; ``file`` and what begins with it are the whole file's."""
    others: frozenset[str] = frozenset()
    """Parts of another form of the file, where it takes two."""
    is_later: bool = False
    """The finding stands in the later of the two forms; otherwise in the first one."""
    needs: Callable[[Draft], bool] = _always


def _form(change: Callable[[FormText], dict[str, object]]) -> Plant:
    def plant(draft: Draft, at: int, _: int) -> None:
        form = draft.forms[at]
        draft.forms[at] = form.model_copy(update=change(form))

    return plant


def _field(name: str, value: object) -> Plant:
    return _form(lambda _: {name: value})


def _row(level: str, change: Callable[[FormText, str, str], tuple[str, str]]) -> Plant:
    """Change the name and value of the form's first row of a level."""

    def changed(form: FormText) -> dict[str, object]:
        rows = list(form.indicators)
        place = next(number for number, row in enumerate(rows) if row[0] == level)
        name, value = change(form, rows[place][1], rows[place][-1])
        rows[place] = (level, name, *rows[place][2:-1], value)
        return {"indicators": tuple(rows)}

    return _form(changed)


def _value(level: str, told: Callable[[FormText], str] | str) -> Plant:
    return _row(level, lambda form, name, _: (name, told if isinstance(told, str) else told(form)))


def _more(*rows: tuple[str, str, str]) -> Plant:
    """Add rows; {theme} in their names is the project's."""

    def changed(form: FormText) -> dict[str, object]:
        width = len(form.indicators[0])
        added = [(level, name.format(theme=_theme(form)), value) for level, name, value in rows]
        padded = [(level, name, *("",) * (width - 3), value) for level, name, value in added]
        return {"indicators": (*form.indicators, *padded)}

    return _form(changed)


def _without(level: str) -> Plant:
    return _form(lambda form: {"indicators": tuple(row for row in form.indicators if row[0] != level)})


def _misprint(label: str, printed: str) -> Plant:
    return _form(lambda form: {"misprints": {**form.misprints, label: printed}})


def _theme(form: FormText) -> str:
    # Not from the project's name, which another fault may have taken away.
    return next(row[1] for row in form.indicators if row[0] == "社会").removesuffix("服务能力")


# ---- faults of two forms


def _copied_row(draft: Draft, at: int, other: int) -> None:
    row = next(row for row in draft.forms[other].indicators if row[0] == "数量")
    rows = (*draft.forms[at].indicators, row)
    draft.forms[at] = draft.forms[at].model_copy(update={"indicators": rows})


def _same_name(draft: Draft, at: int, other: int) -> None:
    draft.forms[at] = draft.forms[at].model_copy(update={"name": draft.forms[other].name})


def _same_people(draft: Draft, at: int, other: int) -> None:
    name = next(row[1] for row in draft.forms[other].indicators if row[0] == "满意")
    _row("满意", lambda *_: (name, "≥70%"))(draft, at, other)


def _overlapping(draft: Draft, at: int, other: int) -> None:
    one = draft.forms[other]
    update = {"name": f"{_theme(one)}日常管护经费", "goal": one.goal.replace("开展日常", "加强")}
    draft.forms[at] = draft.forms[at].model_copy(update=update)


# ---- faults of the file


def _late(draft: Draft, _: int, __: int) -> None:
    draft.is_late = True


def _renamed(draft: Draft, _: int, __: int) -> None:
    draft.suffix = ".docx" if draft.kind == "xlsx" else ".xlsx"


def _last_years(draft: Draft, at: int, other: int) -> None:
    _value("时效", f"{YEAR - 1}年11月底")(draft, at, other)
    update = {"year": f"( {YEAR - 1}年度)", "period": f"{YEAR - 1}年1月至12月"}
    draft.forms[at] = draft.forms[at].model_copy(update=update)


def _small_mid_term(form: FormText) -> dict[str, object]:
    level, name, _, value = form.indicators[0]
    return {"indicators": ((level, name, "1" + value.lstrip("0123456789"), value), *form.indicators[1:])}


def _villages(draft: Draft, at: int, other: int) -> None:
    many = len(draft.town.villages) + 1
    _more(("数量", "村委会个数", f"{many}个"))(draft, at, other)


def _anothers(draft: Draft, at: int, other: int) -> None:
    office = "平罗县灵沙乡人民政府" if draft.town.name != "灵沙乡" else "平罗县宝丰镇人民政府"
    _form(lambda _: {"department": f"099-{office}", "unit": office})(draft, at, other)


def _two_forms(draft: Draft) -> bool:
    return len(draft.forms) > 1


def _mid_terms(draft: Draft) -> bool:
    return draft.template == "mid"


def _fault(
    rule: str, name: str, plant: Plant, touches: str, needs: Callable[[Draft], bool] = _always
) -> Fault:
    return Fault(rule, name, plant, frozenset(touches.split()), needs=needs)


def _of_two(rule: str, name: str, plant: Plant, touches: str, others: str, *, is_later: bool = True) -> Fault:
    return Fault(
        rule, name, plant, frozenset(touches.split()), frozenset(others.split()), is_later, _two_forms
    )


FAULTS: tuple[Fault, ...] = (
    _fault("C01", "no name", _field("name", ""), "name"),
    _fault("C02", "no department", _field("department", ""), "department"),
    _fault("C03", "no quality", _without("质量"), "质量"),
    _fault("C03", "no effect that lasts", _without("持续"), "持续"),
    _fault("C04", "an effect without a value", _value("社会", ""), "社会"),
    _fault("C05", "a hint for a goal", _field("goal", "（100字以内）"), "goal"),
    _fault("C05", "stars for a value", _value("持续", "**"), "持续"),
    _fault("C06", "no goal", _field("goal", ""), "goal"),
    _fault(
        "C07",
        "no total",
        _form(lambda _: {"total": "", "funding": {"财政拨款": "", "其他资金": ""}}),
        "total 成本",
    ),
    _fault("C08", "a period without an end", _field("period", "长期"), "period"),
    _fault("C09", "a blank year", _field("year", "（    年度）"), "year period dates"),
    _fault("C10", "no year, but a period", _field("year", ""), "year period"),
    _fault(
        "M01",
        "sources that are not the total",
        _form(lambda form: {"funding": {"财政拨款": form.total, "其他资金": "7"}}),
        "total",
    ),
    _fault(
        "M02",
        "a total in words",
        _form(
            lambda form: {"total": f"{form.total}万左右", "funding": {"财政拨款": form.total, "其他资金": ""}}
        ),
        "total 成本",
    ),
    _fault("M03", "元 for 万元", _value("成本", lambda form: f"{form.total}元"), "total 成本"),
    _fault(
        "M04",
        "a cost beyond the total",
        _value("成本", lambda form: f"{int(form.total) * 3 + 1}万元"),
        "total 成本",
    ),
    _fault(
        "M05",
        "元 in a form of 万元",
        _form(
            lambda form: {
                "total": f"{form.total}0000",
                "funding": {"财政拨款": f"{form.total}0000", "其他资金": ""},
            }
        ),
        "total 成本",
    ),
    _fault("U01", "people in percent", _more(("数量", "{theme}受益人数", "100%")), "people"),
    _fault("U02", "a quality in words", _value("质量", "基本满意"), "质量"),
    _fault("U03", "a unit of nobody", _more(("数量", "设置{theme}巡查岗", "3卡")), "unit"),
    _fault(
        "U04",
        "a standard that is a total",
        _row("成本", lambda form, *_: (f"{_theme(form)}补助标准", f"{form.total}万元")),
        "total 成本",
    ),
    _fault("U05", "people in 个", _more(("数量", "{theme}管理员人数", "12个")), "counted"),
    _fault("U06", "a rate beyond all", _value("质量", "≥110%"), "质量"),
    _fault("U06", "a cost without an end", _value("成本", lambda form: f"≥{form.total}万元"), "total 成本"),
    _fault("U07", "numbers without a sense", _value("时效", "春季1批、秋季1批"), "时效"),
    _fault(
        "T01",
        "a goal of last year",
        _form(lambda form: {"goal": f"{form.goal}{YEAR - 1}年完成。"}),
        "goal dates",
    ),
    _fault("T01", "a deadline of last year", _value("时效", f"{YEAR - 1}年11月底"), "时效 dates"),
    _fault(
        "T02",
        "a period into the next year",
        _field("period", f"{YEAR}年3月至{YEAR + 1}年6月"),
        "period dates",
    ),
    _of_two("L01", "a row of another project", _copied_row, "copied year", "year name 数量", is_later=False),
    _fault(
        "L02", "satisfaction as a quality", _more(("质量", "{theme}管理员满意度", "≥85%")), "质量 strayed"
    ),
    _fault("L02", "a count as a deadline", _more(("时效", "{theme}检查次数", "12次")), "strayed"),
    _fault("L03", "a sentence twice", _form(lambda form: {"goal": f"{form.goal}{form.goal}"}), "goal"),
    _fault(
        "L04", "支出实效", _row("时效", lambda form, _, value: (f"{_theme(form)}资金支出实效", value)), "时效"
    ),
    _fault(
        "L06",
        "a mid term below the year",
        _form(_small_mid_term),
        "数量",
        needs=_mid_terms,
    ),
    _fault(
        "X01",
        "one too many",
        _more(
            ("数量", "保障村干部人数", "20人"),
            ("数量", "保障社区干部人数", "5人"),
            ("数量", "保障村（社区）干部人数", "26人"),
        ),
        "file-people",
    ),
    _of_two("X02", "a project twice", _same_name, "name department year", "year name department"),
    _of_two("X03", "other targets for the same people", _same_people, "满意 year", "year 满意"),
    _of_two("X04", "projects that overlap", _overlapping, "name goal year", "year name goal"),
    _fault("X05", "a village too many", _villages, "villages"),
    _fault("R04", "another extension", _renamed, "file-name", needs=lambda draft: draft.kind != "text"),
    _fault("R05", "a line of no field", _field("remark", "此表待财政所审核后再报"), "remark"),
    _fault("R06", "a name that strayed", _field("displaced_name", True), "name"),
    _fault("R07", "a label misspelt", _misprint("年度总体目标", "年度总体日标"), "goal-label"),
    _fault("R07", "a level misspelt", _misprint("成本", "成本指标（必填硬性标）"), "成本-label"),
    _fault("R14", "money without a unit", _misprint("项目资金", "项目资金"), "total"),
    _fault(
        "R16",
        "a formula nobody calculated",
        _form(lambda form: {"funding": {"财政拨款": form.total, "其他资金": "=D9-D10"}}),
        "total",
        needs=lambda draft: draft.kind == "xlsx",
    ),
    _fault("S02", "late", _late, "file-time"),
    _fault("S05", "a form of last year", _last_years, "year period dates 时效 goal"),
    _fault("S07", "a form of another town", _anothers, "department"),
)
"""Every fault that can be planted in a sound file."""
OF_THE_FILE = frozenset({"R04", "R16", "S02"})
"""Rules whose finding names no form."""
