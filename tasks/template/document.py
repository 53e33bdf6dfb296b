"""The blank form as a Word document: a page for each project, every cell to be filled in a content control.

Written as XML: content controls (ECMA-376 part 1, 17.5.2) are what the form consists of, and no library writes them.
An empty control shows blanks, so that a program that forgets that it is empty leaves nothing behind.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from xml.sax.saxutils import quoteattr

from schemas.blank_form import BlankForm
from tasks import word_page
from tasks.template.layout import Layout, Slot, layout
from tasks.word_page import BORDERS, heading, paragraph, run

_WIDTHS = (880, 1100, 1900, 1200, 2026, 1000, 1200, 1000)
"""Of the columns, in twentieths of a point."""
_GOAL_HEIGHT, _HEIGHT = 1150, 430
_LABEL = 19
"""Size of the printed labels, in half points."""
_BLANK = "　　　"


def document(form: BlankForm, year: int, forms: int, departments: Sequence[str]) -> bytes:
    """The document.

    Args:
        form: What is printed on it.
        year: Fiscal year.
        forms: How many blank forms, a page each.
        departments: What may be chosen as 主管部门 and 实施单位.
    """
    drawing = _Drawing(form, year, departments, layout(form), count(1))
    body = "".join(drawing.page(is_first=number == 0) for number in range(forms)) + drawing.guide()
    return word_page.document((body,))


@dataclass
class _Drawing:
    form: BlankForm
    year: int
    departments: Sequence[str]
    layout: Layout
    numbers: Iterator[int]
    """Of the controls: each needs one of its own."""

    def page(self, *, is_first: bool) -> str:
        """One form; it begins a page of its own."""
        title = heading(self.form.title, on_new_page=not is_first)
        year = paragraph(self.form.labels["year"].format(year=self.year), "center", size=24)
        return f"{title}{year}{self._table()}{paragraph(self.form.note, size=18)}"

    def guide(self) -> str:
        """What is explained, on the last page."""
        title, *lines = (*self.form.guide, *self.form.guide_document)
        head = heading(title, on_new_page=True)
        return head + "".join(paragraph(line, spacing=160) for line in lines)

    def _table(self) -> str:
        margins = (
            '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
        )
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
        rows = "".join(self._row(row) for row in range(self.layout.rows))
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblBorders>{BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>{margins}</w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
        )

    def _row(self, row: int) -> str:
        cells = self.layout.below(row)
        height = _GOAL_HEIGHT if any(slot.entry == "goal" for slot, _ in cells) else _HEIGHT
        inner = "".join(self._cell(slot, goes_on=goes_on) for slot, goes_on in cells)
        return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}"/></w:trPr>{inner}</w:tr>'

    def _cell(self, slot: Slot, *, goes_on: bool) -> str:
        width = sum(_WIDTHS[slot.column : slot.column + slot.width])
        span = f'<w:gridSpan w:val="{slot.width}"/>' if slot.width > 1 else ""
        merge = f'<w:vMerge w:val="{"continue" if goes_on else "restart"}"/>' if slot.height > 1 else ""
        properties = (
            f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        )
        if goes_on:
            return f"<w:tc>{properties}<w:p/></w:tc>"
        side = "left" if slot.is_left else "center"
        if slot.entry is None:
            label = paragraph(slot.label, side, size=_LABEL, is_bold=slot.is_heading)
            return f"<w:tc>{properties}{label}</w:tc>"
        return (
            f'<w:tc>{properties}<w:p><w:pPr><w:jc w:val="{side}"/></w:pPr>{self._control(slot)}</w:p></w:tc>'
        )

    def _control(self, slot: Slot) -> str:
        label = self.form.name(slot.entry)
        return (
            f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(label)}/><w:tag w:val={quoteattr(slot.entry or '')}/>"
            f'<w:id w:val="{next(self.numbers)}"/><w:lock w:val="sdtLocked"/><w:showingPlcHdr/>{self._choices(slot)}</w:sdtPr>'
            f"<w:sdtContent>{run(_BLANK)}</w:sdtContent></w:sdt>"
        )

    def _choices(self, slot: Slot) -> str:
        """What kind of control it is: a list, a list beside which anything else may be typed, or text.

        Text is left rich, which is what a control is that says nothing else: LibreOffice 7.4 saves plain ones three times.
        """
        form = self.form
        open_lists: Mapping[str | None, Sequence[str]] = {
            "department": self.departments,
            "implementing_unit": self.departments,
            "attribute": form.attributes,
            "period": form.period_choices(self.year),
            "unit": form.units,
        }
        closed_lists: Mapping[str | None, Sequence[str]] = {
            "operator": form.operator_choices(slot.kind),
            "level1": form.level1_choices,
            "level2": form.level2_choices,
        }
        if slot.entry in open_lists:
            return _list("comboBox", open_lists[slot.entry])
        if slot.entry in closed_lists:
            return _list("dropDownList", closed_lists[slot.entry])
        return ""


def _list(kind: str, choices: Iterable[str]) -> str:
    items = "".join(
        f"<w:listItem w:displayText={quoteattr(each)} w:value={quoteattr(each)}/>" for each in choices
    )
    return f"<w:{kind}>{items}</w:{kind}>"
