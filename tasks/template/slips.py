"""A cell of the blank workbook in; what may be typed in it, and by which colour a slip shows, out: as formulas.

What has to hold is asked when a cell is typed in, and shown by colour whatever way it came there: pasting passes by
what is asked. A cell of money or of an indicator's value refuses; where a clerk may know better, it only asks again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from xlsxwriter.utility import xl_rowcol_to_cell

from schemas.blank_form import BlankForm
from tasks.template.layout import Entry, Layout, Slot

Colour = Literal["missing", "wrong", "doubtful"]


class Rule(NamedTuple):
    """What may be typed in a cell."""

    kind: Literal["any", "list", "custom"] = "any"
    source: tuple[str, ...] | str = ()
    """The choices or the range they stand in; a formula that must be true."""
    is_strict: bool = True
    """Anything else is refused, and not only asked about."""
    title: str = ""
    """Of the message to whom it is refused."""
    message: str = ""
    """The cell's hint where empty."""


class Slip(NamedTuple):
    """A state of a cell that is shown by colour."""

    formula: str
    colour: Colour
    shown: str = ""
    """A number format that says what is wrong; not for what may be right, since it is printed and copied with the cell."""


@dataclass(frozen=True)
class Slips:
    """The formulas of one form."""

    form: BlankForm
    year: int
    layout: Layout
    top: int
    """Rows of the sheet above the form."""
    departments: str
    """The range of the departments that can be chosen."""

    def rule(self, slot: Slot) -> Rule:
        """What may be typed in a cell."""
        at, form = self._at(slot), self.form
        lists: Mapping[str | None, tuple[tuple[str, ...] | str, bool]] = {
            "department": (self.departments, False),
            "implementing_unit": (self.departments, False),
            "attribute": (form.attributes, False),
            "period": (form.period_choices(self.year), False),
            "level1": (form.level1_choices, True),
            "level2": (form.level2_choices, True),
            "operator": (form.operator_choices(slot.kind), True),
            "unit": (form.units, False),
        }
        if slot.entry in lists:
            source, is_strict = lists[slot.entry]
            return Rule("list", source, is_strict)
        if slot.entry in ("goal", "level3"):
            asked = f"里面写着别的年份；本表是{self.year}年度的。确实要写的，点“是”。"
            return Rule(
                "custom", f"NOT({self._names_another_year(at)})", is_strict=False, title="年份", message=asked
            )
        formulas = {
            "total": (
                f"IF(ISNUMBER({at}),AND({at}>0,ROUND({at}-SUM({self._sources}),6)=0),FALSE)",
                "总额不等于各项来源之和",
            ),
            "source": (f"IF(ISNUMBER({at}),AND({at}>=0,ROUND({at},6)={at}),FALSE)", "不是以万元为单位的金额"),
        }
        if slot.entry == "value":
            return Rule("custom", self._is_value(slot), title="不是指标值")
        if slot.entry in formulas:
            formula, title = formulas[slot.entry]
            return Rule("custom", formula, title=title)
        return Rule()

    def slips(self, slot: Slot) -> Iterator[Slip]:
        """What is shown of a cell, the worst first."""
        at, blank = self._at(slot), self._is_blank(slot)
        if slot.entry == "total":
            unequal = f"AND(COUNT({at},{self._sources})>0,ROUND(N({at})-SUM({self._sources}),6)<>0)"
            yield Slip(unequal, "wrong", 'General"（与各项来源之和不符）"')
        if slot.entry in ("total", "source"):
            yield Slip(f"OR(ISTEXT({at}),N({at})<0)", "wrong")
            yield Slip(f"N({at})>={self.form.doubtful_wan}", "doubtful")
        if slot.entry in ("goal", "level3"):
            yield Slip(self._names_another_year(at), "doubtful")
        if slot.entry in ("level1", "level2", "level3", "operator", "value", "unit"):
            yield from self._in_line(slot)
        elif slot.entry != "source":
            yield Slip(blank, "missing")

    def _in_line(self, slot: Slot) -> Iterator[Slip]:
        at, blank, value = self._at(slot), self._is_blank(slot), self._beside(slot, "value")
        name, sign = self._beside(slot, "level3"), self._beside(slot, "operator")
        is_needed = f"LEN(TRIM({name}))>0"
        if slot.entry == "level3":
            yield Slip(f"AND({blank},LEN(TRIM({value}))>0)", "wrong")
            is_needed = "TRUE" if slot.is_first and slot.kind and slot.kind.is_required else "FALSE"
        elif slot.entry == "level2":
            yield Slip(self._contradicts(slot), "wrong")
        elif slot.entry == "value":
            yield Slip(f"AND(NOT({blank}),NOT({self._is_value(slot)}))", "wrong")
        elif slot.entry == "unit":
            total = self._at(self.layout.entries("total")[0])
            yield Slip(f'AND({at}="元",ISNUMBER({value}),{value}={total})', "doubtful")
            yield Slip(f'AND(RIGHT(TRIM({name}),2)="人数",{at}="%")', "doubtful")
        if slot.entry in ("operator", "unit"):
            is_needed += f',NOT(ISTEXT({value})),{sign}<>"{self.form.qualitative}"'
        yield Slip(f"AND({is_needed},{blank})", "missing")

    # ---- formulas

    def _is_value(self, slot: Slot) -> str:
        """Whether a value may stand beside its sign and unit."""
        at, sign, unit = self._at(slot), self._beside(slot, "operator"), self._beside(slot, "unit")
        rate = f"AND({at}>=0,{at}<=100,OR({at}=0,{at}>=1))"
        ways = [f'AND(ISNUMBER({at}),OR({unit}<>"%",{rate}))']
        if slot.kind is None or slot.kind.qualitative:
            ways.append(f'{sign}="{self.form.qualitative}"')
        if slot.kind is None or slot.kind.dates:
            ways.append(f"ISTEXT({at})")
        return f"OR({','.join(ways)})"

    def _names_another_year(self, at: str) -> str:
        others = (self.year - 2, self.year - 1, self.year + 1)
        return "OR({})".format(",".join(f'ISNUMBER(SEARCH("{year}年",{at}))' for year in others))

    def _contradicts(self, slot: Slot) -> str:
        """Whether the second level chosen is none of the first one's."""
        first, second = self._beside(slot, "level1"), self._beside(slot, "level2")
        sound = (f'AND({first}="{kind.level1}",{second}="{kind.level2}")' for kind in self.form.kinds)
        return f'AND({first}<>"",{second}<>"",NOT(OR({",".join(sound)})))'

    def _is_blank(self, slot: Slot) -> str:
        return f"LEN(TRIM({self._at(slot)}))=0"

    # ---- addresses

    @property
    def _sources(self) -> str:
        held = self.layout.entries("source")
        return f"{self._at(held[0])}:{self._at(held[-1])}"

    def _beside(self, slot: Slot, entry: Entry) -> str:
        """The cell of the same line that holds another entry."""
        return self._at(next(each for each in self.layout.entries(entry) if each.row == slot.row))

    def _at(self, slot: Slot) -> str:
        return str(xl_rowcol_to_cell(self.top + slot.row, slot.column, row_abs=True, col_abs=True))
