"""The shapes between bytes and frames: cells and grids (what a file holds), forms (what a town meant).

Grids come from the adapters in ``tasks/read``; forms come from ``tasks/parse``. Text is kept as typed
everywhere: trimming, reading numbers and converting units happen in ``tasks/normalise`` only. What a file holds by the
thousand is a named tuple, which is made in a third of a frozen dataclass's time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schemas.decisions import NO_DECISIONS, Decisions

_FORM_NUMBER = re.compile(r"(?:^|(?<= · ))form (\d+)(?= · |$)")


class Cell(NamedTuple):
    """One visible cell. A merged block is one cell at its top left corner; the cells it covers do not exist."""

    row: int
    """Row in its grid, from 1."""
    column: int
    """First column in its grid, from 1."""
    text: str
    """As typed, line breaks kept, never None."""
    row_span: int = 1
    column_span: int = 1
    reference: str = ""
    """Where a reader finds it: ``Sheet1!E15`` in a spreadsheet, ``第3页`` in a PDF or scan; empty elsewhere."""
    is_floating: bool = False
    """The text of a box that floats over the page, anchored at this row; it belongs to no cell of the table."""
    confidence: float = 1.0
    """How sure the reader is of ``text``, 0 to 1; below 1 only where it was recognised from a picture."""
    recognised: str = ""
    """What the picture seemed to say, where evidence made the reader take ``text`` instead (``2`` for ``≥``)."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One table, sheet, or stretch of prose of a file, its cells in reading order."""

    name: str
    """``表8`` for the eighth table or sheet of the file, ``段落`` for prose between tables."""
    cells: tuple[Cell, ...]
    is_prose: bool = False
    is_hidden: bool = False
    """A sheet that nobody sees who opens the file, under its own name; ``tasks.read`` tells of it and drops it."""
    header: "Grid | None" = field(default=None, compare=False, repr=False)
    """What is printed above each page the table stands on: it speaks of every form there."""


class Address(NamedTuple):
    """Where a value stands, in words a clerk understands and a machine can follow."""

    form: int | None
    """Number of the form in its file, from 1; None for what stands outside every form."""
    table: str
    row: int
    label: str
    """The label the value belongs to (指标值, 项目名称), or the column's heading."""
    reference: str = ""
    column: int | None = None
    """First column of the cell in its grid; left out of the words, for no one counts the columns of a form."""

    def __str__(self) -> str:
        parts = [self.table, f"第{self.row}行", self.label]
        if self.form is not None:
            parts.insert(0, f"form {self.form}")
        if self.reference:
            parts.append(self.reference)
        return " · ".join(part for part in parts if part)


def for_clerks(address: str) -> str:
    """An address's words for somebody who reads no English: ``第8张表`` for ``form 8``, and nothing else changed."""
    return _FORM_NUMBER.sub(r"第\1张表", address)


class Entry(NamedTuple):
    """A value as typed and where it stands. ``text`` is empty where the cell is blank: blank is missing, not zero."""

    text: str
    address: Address


@dataclass(frozen=True, slots=True)
class FundingLine:
    """One source of a form's money (财政拨款, 其他资金, …)."""

    source: str
    """Canonical name from the vocabulary."""
    amount: Entry
    is_detail: bool = False
    """True for a line that itemises another one (其中: under a source) and must not be added again."""


class IndicatorLine(NamedTuple):
    """One row of the indicator block (绩效指标)."""

    number: int
    """Position in the form, from 1."""
    level1: str | None
    """Canonical 一级指标; None when the typed text is not in the vocabulary."""
    level2: str | None
    """Canonical 二级指标; None when the typed text is not in the vocabulary."""
    level1_text: str
    level2_text: str
    """As typed, from the merged cell above where blank."""
    level3: Entry
    """三级指标, what is measured."""
    value: Entry
    """指标值."""
    operator: Entry | None = None
    """指标性质 or 符号 in templates that split the value."""
    unit: Entry | None = None
    """度量单位 in templates that split the value."""
    weight: Entry | None = None
    """权重 or 分值."""
    mid_term: Entry | None = None
    """The value for the whole mid term (中期指标值), where the form has one for this indicator."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader saw that a rule of letter R reports (a displaced name, a typo in a label, a leftover cell)."""

    rule_id: str
    address: Address | None
    value: str
    expected: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    """Further values for the rule's message template."""


@dataclass(frozen=True, slots=True)
class CellCount:
    """The balance of law 1: ``total == consumed + ignored + reported``, over non-empty cells."""

    total: int = 0
    consumed: int = 0
    ignored: int = 0
    """Matched by a named entry of ``vocabulary/ignored.yml``."""
    reported: int = 0
    """Left over, each with a Remark R05."""


@dataclass(frozen=True, slots=True)
class Form:
    """One project's target table (项目支出预算绩效目标表). An entry is None when the template has no such label."""

    number: int
    address: Address
    """Of its title, or of its first cell where it has none."""
    title: str
    fiscal_year: Entry | None
    project_name: Entry | None
    project_name_displaced: bool
    """The name stood outside the cell its label announces (a floating box above it)."""
    department: Entry | None
    """主管部门及代码, both in one text."""
    implementing_unit: Entry | None
    attribute: Entry | None
    """项目属性."""
    period: Entry | None
    """项目期."""
    money_unit: str
    """``万元`` or ``元``, from the heading of the money block."""
    total: Entry | None
    """年度资金总额, in ``money_unit``."""
    funding: tuple[FundingLine, ...]
    goal: Entry | None
    """年度总体目标."""
    indicators: tuple[IndicatorLine, ...]
    remarks: tuple[Remark, ...]
    cells: CellCount
    period_start: Entry | None = None
    period_end: Entry | None = None
    """开始时间 and 完成时间, in templates that ask for the two ends apart."""
    department_code: Entry | None = None
    """主管部门编码, in templates that ask for it apart."""
    project_code: Entry | None = None
    """项目编码, in templates that ask for it apart."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """All forms of one file, and what was seen outside them."""

    forms: tuple[Form, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one submitted file and what is known of its coming. What ``judge`` takes."""

    key: str
    """Names the submission within a batch: ``2023/640221102/附件2.docx``, or the path given to ``check``."""
    file_name: str
    content: bytes
    sha256: str
    fiscal_year: int | None = None
    """Of the folder it was found in; None offline."""
    town_code: str | None = None
    """9 digits, of the folder it was found in; None offline."""
    received_at: datetime | None = None
    """When the file arrived (its modification time), with zone; None offline."""
    is_late: bool = False
    due_date: str = ""
    decisions: Decisions = NO_DECISIONS
    """What people decided of its findings; none offline."""

    @property
    def group(self) -> str:
        """The town and year whose forms are judged together by the rules of letter X (one group offline)."""
        return f"{self.fiscal_year}/{self.town_code}" if self.town_code else "check"


class UnreadableError(Exception):
    """A file that cannot be read as a submission. Carries the rule of letter R that says why, in the clerk's words."""

    def __init__(self, rule_id: str, *, value: str = "", expected: str = "", **details: str) -> None:
        super().__init__(f"{rule_id}: {value}")
        self.rule_id = rule_id
        self.value = value
        self.expected = expected
        self.details = details
        self.remarks: tuple[Remark, ...] = ()
        """What its readers saw before it came to that."""
