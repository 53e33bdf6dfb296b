"""Findings of one file in, numbered notes out: what is written beside which cell, in a clerk's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.form import Address, Entry, ParsedFile, for_clerks
from schemas.rules.wording import SEVERITY_WORDS

Finding = Mapping[str, Any]
"""A row of the frame FINDINGS."""

HEADINGS = ("序号", "意见", "位置", "问题", "应为", "怎么改")
"""Of a table of notes."""
WIDTHS = (660, 1130, 2380, 3000, 1450, 1680)
"""Of its columns on a page, in twentieths of a point."""
FILLS = {"error": "F8CBAD", "warning": "FFF2CC", "info": "DDEBF7"}
"""How each severity is shaded, a cell by the worst of its notes: red, yellow, blue, pale enough to read print on."""
AUTHOR = "县财政局"
"""Whose comments they are."""
Place = tuple[str, int, int]
"""Name of the grid, row, column: a cell."""


@dataclass(frozen=True, slots=True)
class Note:
    """One finding as it is written into the file."""

    number: int
    place: Place | None
    """The cell it is about; None for what is about a whole file or form."""
    reference: str
    """The same in a workbook's words (``Sheet1!E15``); empty elsewhere."""
    severity: str
    heading: str
    """``M03 提醒``."""
    address: str
    message: str
    expected: str
    action: str

    @property
    def lines(self) -> tuple[str, ...]:
        """What the comment says, line by line."""
        expected = f"应为：{self.expected}" if self.expected else ""
        return tuple(
            line for line in (f"{self.number}. {self.heading}", self.message, expected, self.action) if line
        )

    @property
    def columns(self) -> tuple[str, str, str, str, str, str]:
        """What stands below ``HEADINGS``."""
        return str(self.number), self.heading, self.address, self.message, self.expected, self.action

    @property
    def sentence(self) -> str:
        """The note in one line of the summary."""
        where = f"（{self.address}）" if self.address else ""
        expected = f"应为：{self.expected}。" if self.expected else ""
        return f"{self.number}. 【{self.heading}】{where}{self.message}{expected}{self.action}"


def notes_of(findings: Iterable[Finding], parsed: ParsedFile | None) -> tuple[Note, ...]:
    """The notes of a file, numbered in the order of its findings.

    Args:
        findings: Of this file, in canonical order.
        parsed: What was read of it, which tells the cell of each address; None where nothing could be read.
    """
    places = {} if parsed is None else dict(_places(parsed))
    return tuple(
        Note(
            number=number,
            place=places[finding["address"]][0] if finding["address"] in places else None,
            reference=places[finding["address"]][1] if finding["address"] in places else "",
            severity=finding["severity"],
            heading=f"{finding['rule_id']} {SEVERITY_WORDS[finding['severity']]}",
            address=for_clerks(finding["address"] or ""),
            message=finding["message"],
            expected=finding["expected"] or "",
            action=finding["action"],
        )
        for number, finding in enumerate(findings, 1)
    )


def summed(notes: Sequence[Note]) -> str:
    """How many there are and what to do, above their list."""
    returned = sum(note.severity == "error" for note in notes)
    if not returned:
        return (
            f"共 {len(notes)} 条意见，没有必须改正的；序号与表中批注一致。请核对，有改动的可直接报送本文件。"
        )
    return f"共 {len(notes)} 条意见，其中 {returned} 条必须改正后重新报送；序号与表中批注一致。改好后可直接报送本文件。"


def by_place(notes: Iterable[Note]) -> dict[Place, list[Note]]:
    """The notes of each cell."""
    held: dict[Place, list[Note]] = {}
    for note in notes:
        if note.place is not None:
            held.setdefault(note.place, []).append(note)
    return held


def purpose(notes: Sequence[Note]) -> str:
    """What a file goes back for: 退回修改 where something must be mended, 核对 where all of it only asks for a look."""
    return "退回修改" if worst(notes) == "error" else "核对"


def worst(notes: Sequence[Note]) -> str:
    """The severity a cell is shaded by."""
    return min((note.severity for note in notes), key=list(SEVERITY_WORDS).index)


def _places(parsed: ParsedFile) -> Iterator[tuple[str, tuple[Place, str]]]:
    """Each address of a file in words, with its cell."""
    for address in _addresses(parsed):
        if address is not None and address.column is not None:
            yield str(address), ((address.table, address.row, address.column), address.reference)


def _addresses(parsed: ParsedFile) -> Iterator[Address | None]:
    yield from (remark.address for remark in parsed.remarks)
    for form in parsed.forms:
        yield form.address
        yield from (remark.address for remark in form.remarks)
        yield from _entries(form)
        for line in (*form.funding, *form.indicators):
            yield from _entries(line)


def _entries(holder: object) -> Iterator[Address]:
    names: tuple[str, ...] = getattr(holder, "_fields", ()) or getattr(holder, "__slots__", ())
    for name in names:
        value = getattr(holder, name)
        if isinstance(value, Entry):
            yield value.address
