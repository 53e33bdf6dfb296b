"""The blank form as an Excel workbook: a sheet that explains it, and a sheet for each project.

No cell holds a formula: a program may save one without its result, and nobody could read it then.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schemas.blank_form import BlankForm
from tasks.template.layout import COLUMNS, Layout, Slot, layout
from tasks.template.slips import Colour, Rule, Slip, Slips

GUIDE = "填表说明"
_WIDTHS = (9, 10, 18, 12, 18, 9, 12, 10)
"""Of the columns, in characters: together a sheet of A4."""
_TOP = 2
"""Rows above the form: the title and the year."""
_HEIGHTS: Mapping[str, float] = {"title": 40, "year": 24, "head": 31, "goal": 90, "line": 30, "note": 24}
"""Of the rows, in points: together a sheet of A4."""
_COLOURS: Mapping[Colour, str] = {"missing": "#FFF8DC", "wrong": "#F8B4A6", "doubtful": "#FFD58A"}
_A4 = 9
_SPARE = 10
"""Empty rows at the end of the departments, for those the county does not list."""


def workbook(form: BlankForm, year: int, forms: int, departments: Sequence[str]) -> bytes:
    """The workbook.

    Args:
        form: What is printed on it.
        year: Fiscal year.
        forms: How many blank forms, a sheet each.
        departments: What may be chosen as 主管部门 and 实施单位.
    """
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": "宋体", "font_size": 10.5},
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"{form.title}（{year}年度）"})
        styles = _Styles(book)
        # In front, so that no reader takes it for the end of the last form.
        chosen = _guide(book.add_worksheet(GUIDE), form, styles, departments)
        printed = layout(form)
        slips = Slips(form, year, printed, _TOP, chosen)
        # The same on every sheet.
        checks = [(slot, slips.rule(slot), tuple(slips.slips(slot))) for slot in printed.slots if slot.entry]
        sheets = [book.add_worksheet(f"项目{number}") for number in range(1, forms + 1)]
        for sheet in sheets:
            _Drawing(sheet, form, year, styles, printed, checks).draw()
        sheets[0].activate()
    return target.getvalue()


@dataclass
class _Styles:
    """The formats of a workbook, each made once."""

    book: xlsxwriter.Workbook
    _made: dict[tuple[tuple[str, str | float], ...], Format] = field(default_factory=dict)

    def __call__(self, **properties: str | float) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(properties)
        return self._made[key]

    def cell(self, **properties: str | float) -> Format:
        """A framed cell, its text in the middle."""
        return self(**{"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, **properties})


def _guide(sheet: Worksheet, form: BlankForm, styles: _Styles, departments: Sequence[str]) -> str:
    """Write the sheet that explains the others; gives the range of the departments that can be chosen.

    One cell a row, so that the sheet is read as prose and never as a table.
    """
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 80)
    title, *lines = (*form.guide, *form.guide_workbook)
    sheet.set_row(0, _HEIGHTS["title"])
    sheet.write_string(0, 0, title, styles(font_name="黑体", font_size=16, align="center", valign="vcenter"))
    text = styles(text_wrap=True, valign="vcenter", font_size=11)
    for row, line in enumerate(lines, 1):
        sheet.set_row(row, 34)
        sheet.write_string(row, 0, line, text)
    heading = len(lines) + 2
    sheet.write_string(heading, 0, form.departments, styles(bold=True))
    for row, department in enumerate(departments, heading + 1):
        sheet.write_string(row, 0, department)
    _page(sheet)
    return f"={GUIDE}!$A${heading + 2}:$A${heading + 1 + len(departments) + _SPARE}"


def _page(sheet: Worksheet) -> None:
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.5)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 1)


@dataclass
class _Drawing:
    """One form on its sheet."""

    sheet: Worksheet
    form: BlankForm
    year: int
    styles: _Styles
    layout: Layout
    checks: Sequence[tuple[Slot, Rule, Sequence[Slip]]]
    """Each cell to be filled in, with what may be typed in it and what is shown of it."""

    def draw(self) -> None:
        sheet = self.sheet
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        self._heights()
        self._across(0, self.form.title, self._bare(font_name="黑体", font_size=18))
        self._across(1, self.form.labels["year"].format(year=self.year), self._bare(font_size=12))
        for slot in self.layout.slots:
            self._slot(slot)
        for slot, rule, slips in self.checks:
            self._ask(slot, rule)
            self._shade(slot, slips)
        last = _TOP + self.layout.rows
        self._across(last, self.form.note, self.styles(valign="top", text_wrap=True, font_size=9))
        sheet.hide_gridlines(2)
        _page(sheet)
        sheet.print_area(0, 0, last, COLUMNS - 1)
        # Without a password: it keeps what is printed from slipping, and locks nobody out.
        allowed = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows")
        sheet.protect("", dict.fromkeys(allowed, True))
        name = self.layout.entries("project_name")[0]
        sheet.set_selection(_TOP + name.row, name.column, _TOP + name.row, name.column)

    def _bare(self, **properties: str | float) -> Format:
        return self.styles(align="center", valign="vcenter", **properties)

    def _heights(self) -> None:
        first_line = self.layout.entries("level3")[0].row
        goal = self.layout.entries("goal")[0].row
        self.sheet.set_row(0, _HEIGHTS["title"])
        self.sheet.set_row(1, _HEIGHTS["year"])
        for row in range(self.layout.rows):
            name = "goal" if row == goal else "line" if row >= first_line else "head"
            self.sheet.set_row(_TOP + row, _HEIGHTS[name])
        self.sheet.set_row(_TOP + self.layout.rows, _HEIGHTS["note"])

    def _across(self, row: int, text: str, style: Format) -> None:
        self.sheet.merge_range(row, 0, row, COLUMNS - 1, text, style)

    def _slot(self, slot: Slot) -> None:
        side: dict[str, str | float] = {"align": "left", "indent": 1} if slot.is_left else {}
        if slot.entry is None:
            style = self.styles.cell(bold=slot.is_heading, **side)
        else:
            style = self.styles.cell(locked=False, **side)
        first, last = self._corners(slot)
        if first == last:
            self.sheet.write(*first, slot.label or None, style)
        else:
            self.sheet.merge_range(*first, *last, slot.label, style)

    def _ask(self, slot: Slot, rule: Rule) -> None:
        """Say what is to be typed in a cell, and what is refused."""
        first, _ = self._corners(slot)
        hint = self.form.hint(slot.hint, self.year)
        source = list(rule.source) if isinstance(rule.source, tuple) else f"={rule.source.removeprefix('=')}"
        self.sheet.data_validation(
            *first,
            *first,
            {
                "validate": rule.kind,
                "source": source,
                "error_type": "stop" if rule.is_strict else "warning",
                "input_title": self.form.name(slot.entry),
                "input_message": hint,
                "error_title": rule.title or self.form.name(slot.entry),
                "error_message": rule.message or hint,
            },
        )

    def _shade(self, slot: Slot, slips: Sequence[Slip]) -> None:
        """Show by colour what is missing, wrong or doubtful."""
        first, last = self._corners(slot)
        for slip in slips:
            look = {"bg_color": _COLOURS[slip.colour], **({"num_format": slip.shown} if slip.shown else {})}
            shown = {"type": "formula", "criteria": f"={slip.formula}", "format": self.styles(**look)}
            self.sheet.conditional_format(*first, *last, {**shown, "stop_if_true": True})

    @staticmethod
    def _corners(slot: Slot) -> tuple[tuple[int, int], tuple[int, int]]:
        top = _TOP + slot.row
        return (top, slot.column), (top + slot.height - 1, slot.column + slot.width - 1)
