"""A formula without its result is one fault: R16 tells it, and no rule says beside it that the cell is blank."""

from dataclasses import replace

from schemas.form import Address, Entry, Form, Remark
from tests.support.frames import a_form, judged, rules_of

_VALUE, _GOAL = "Sheet1!E12", "Sheet1!B10"


def _blank_at_formulas(*formulas: str) -> Form:
    """A form in a sheet whose first value and whose goal are blank, with formulas at some cells."""
    form = a_form(rows=["数量 养护道路里程 -"], goal="")
    first, *others = form.indicators
    value = Entry("", Address(1, "表1", 12, "指标值", _VALUE))
    goal = Entry("", Address(1, "表1", 10, "年度总体目标", _GOAL))
    remarks = [Remark("R16", Address(None, "表1", 12, "", cell), "=A1") for cell in formulas]
    return replace(form, indicators=(first._replace(value=value), *others), goal=goal, remarks=tuple(remarks))


def test_a_formula_is_told_once() -> None:
    assert rules_of(judged([_blank_at_formulas(_VALUE, _GOAL)])) == ["R16", "R16"]


def test_a_formula_elsewhere_excuses_no_blank() -> None:
    assert sorted(rules_of(judged([_blank_at_formulas("Sheet1!F12")]))) == ["C04", "C06", "R16"]
