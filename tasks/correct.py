"""A parsed file and the corrections people accepted in, the file as it counts from now on out.

The bytes are never touched: what was typed in a cell is replaced between parsing and normalising, and what was typed is
told beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, Literal, TypeAlias, TypeVar

from schemas.decisions import Corrected, Correction
from schemas.form import Entry, Form, FundingLine, IndicatorLine, ParsedFile

_Part = TypeVar("_Part", Form, FundingLine, IndicatorLine)
_Kind: TypeAlias = Literal["form", "funding", "indicator"]

_DOUBTS = frozenset({"R11", "R12"})
"""Rules about a cell that was hard to recognise in a picture; who corrects it has looked."""


def entries_at(file: ParsedFile, address: str) -> list[Entry]:
    """Every value of a file that stands at an address in words."""
    return [entry for form in file.forms for *_, entry in _entries(form) if str(entry.address) == address]


def money_unit_at(file: ParsedFile, address: str) -> str | None:
    """万元 or 元 where the value at an address is an amount of the money block; None elsewhere."""
    for form in file.forms:
        amounts = (form.total, *(line.amount for line in form.funding))
        if any(entry is not None and str(entry.address) == address for entry in amounts):
            return form.money_unit
    return None


def correct(
    file: ParsedFile, submission_key: str, corrections: Sequence[Correction]
) -> tuple[ParsedFile, tuple[Corrected, ...]]:
    """Put what was accepted in the place of what was typed.

    Args:
        file: As read.
        submission_key: Names the submission in what is told.
        corrections: Of this file, each for a cell of its own.

    Returns:
        The file with the accepted texts, and what became of each correction, in their order.
    """
    if not corrections:
        return file, ()
    parts = {
        (str(entry.address), entry.text): (kind, number)
        for form in reversed(file.forms)
        for kind, number, entry in _entries(form)
    }
    told = []
    for each in corrections:
        kind, number = parts.get((each.address, each.old), (None, None))
        told.append(Corrected(submission_key, each.form_no, each.address, each.old, each.new, kind, number))
    new = {(each.address, each.typed): each.accepted for each in told if each.part is not None}
    return replace(file, forms=tuple(_form(form, new) for form in file.forms)), tuple(told)


def _form(form: Form, new: dict[tuple[str, str], str]) -> Form:
    places = {address for address, _ in new}
    if not any(str(entry.address) in places for *_, entry in _entries(form)):
        return form
    changed = _with_texts(form, new)
    return replace(
        changed,
        funding=tuple(_with_texts(line, new) for line in form.funding),
        indicators=tuple(_with_texts(line, new) for line in form.indicators),
        remarks=tuple(
            remark
            for remark in form.remarks
            if not (remark.rule_id in _DOUBTS and str(remark.address) in places)
        ),
    )


def _with_texts(part: _Part, new: dict[tuple[str, str], str]) -> _Part:
    changes: dict[str, Any] = {}
    for name, value in _values(part):
        if isinstance(value, Entry) and (text := new.get((str(value.address), value.text))) is not None:
            changes[name] = value._replace(text=text)
    if not changes:
        return part
    return part._replace(**changes) if isinstance(part, IndicatorLine) else replace(part, **changes)


def _entries(form: Form) -> Iterator[tuple[_Kind, int | None, Entry]]:
    """Every value of a form, with the part it belongs to."""
    parts: list[tuple[_Kind, int | None, Form | FundingLine | IndicatorLine]] = [
        ("form", None, form),
        *(("funding", number, line) for number, line in enumerate(form.funding, 1)),
        *(("indicator", line.number, line) for line in form.indicators),
    ]
    for kind, number, part in parts:
        yield from ((kind, number, value) for _, value in _values(part) if isinstance(value, Entry))


def _values(part: Form | FundingLine | IndicatorLine) -> Iterator[tuple[str, Any]]:
    names = part._fields if isinstance(part, IndicatorLine) else [each.name for each in fields(part)]
    yield from ((name, getattr(part, name)) for name in names)
