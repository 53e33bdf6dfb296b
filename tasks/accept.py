"""A finding and what a person says of it in, a decision in the ledger out: corrected, waived, or an earlier one undone.

The next run applies it. The archive is only read: a correction must say which text of which cell it takes the place of.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select

from schemas.amounts import AmountError, parse_amount
from schemas.county import County
from schemas.decisions import ID_DIGITS
from schemas.form import Entry, UnreadableError
from schemas.rules.wording import shown
from tasks.archive import Archive
from tasks.correct import entries_at, money_unit_at
from tasks.faults import UserError
from tasks.identity import key, storable
from tasks.parse import parse
from tasks.read import read
from warehouse.decisions import Answer, Kind, answers, enter_answer, next_number
from warehouse.engine import writing
from warehouse.ledger import current_publication, is_shown_in
from warehouse.tables import fact_finding, submission

_FEWEST_DIGITS = 4
_SUGGESTS = frozenset({"M03", "U05", "T01", "L04", "X05"})
"""Rules whose expectation is the very text to write in the place of the value; those of others are sentences or sums."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of a finding."""

    by: str
    note: str
    is_waiver: bool = False
    is_undo: bool = False
    value: str | None = None
    """What the cell is to say; None takes what the finding expects."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """A finding as the ledger's decision names it."""

    finding_id: str
    group_key: str
    file_name: str | None
    file_sha256: str | None
    form_no: int | None
    address: str | None
    rule_id: str
    severity: str
    value: str | None
    expected: str | None


def accept(engine: Engine, archive_url: str, county: County, named: str, wish: Wish) -> Answer | None:
    """Keep what a person decides of a finding.

    Args:
        engine: The warehouse.
        archive_url: Where the submissions are kept.
        county: Whose words they are read with.
        named: The finding's id as ``huizong findings`` shows it, or enough of its beginning.
        wish: Who wants what, and why.

    Returns:
        The decision, or None where the same has been decided before and nothing is written.

    Raises:
        UserError: nobody is named, no reason is given, there is no such finding, or it cannot be decided so.
        NotPublishedError: the archive cannot be read.
    """
    _refuse_unsigned(wish)
    with engine.connect() as connection:
        finding, before = _named(connection, named)
    kind, old, new = _decided(finding, before, wish, archive_url, county)
    with writing(engine) as connection:
        last = _last(answers(connection), finding.finding_id)
        if last is not None and (last.kind, last.new_value) == (kind, new) and last.void_from is None:
            return None
        told: dict[str, Any] = {
            "kind": kind,
            "finding_id": finding.finding_id,
            "group_key": finding.group_key,
            "file_name": finding.file_name,
            "file_sha256": finding.file_sha256,
            "form_no": finding.form_no,
            "address": finding.address,
            "rule_id": finding.rule_id,
            "old_value": old,
            "new_value": new,
            "reason": storable(wish.note.strip()),
            "accepted_by": storable(wish.by.strip()),
        }
        number = next_number(connection)
        enter_answer(connection, key("answer", finding.finding_id, number), told)
        return _last(answers(connection), finding.finding_id)


def _refuse_unsigned(wish: Wish) -> None:
    if not wish.by.strip():
        raise UserError("请用 --by 写明由谁决定，如 --by 张三。")
    if not wish.note.strip():
        raise UserError("请用 --note 写明理由。")
    if sum((wish.is_waiver, wish.is_undo, wish.value is not None)) > 1:
        raise UserError("--waive、--value 和 --undo 一次只能用一个。")
    if wish.value is not None and not wish.value.strip():
        raise UserError("--value 后面要写更正为什么，不能是空的。")


def _named(connection: Connection, named: str) -> tuple[_Finding, Answer | None]:
    """The finding of the current publication, or one decided before, whose id begins so; with the last decision about it."""
    start = named.strip().lower()
    unknown = UserError(f"没有编号为“{shown(named)}”的意见；请照 huizong findings 列出的编号写。")
    if not (_FEWEST_DIGITS <= len(start) <= ID_DIGITS and set(start) <= set("0123456789abcdef")):
        raise unknown
    told = answers(connection)
    found = {each.finding_id: each for each in _published(connection, start)}
    for answer in told:
        if answer.finding_id.startswith(start) and answer.void_from is None:
            # One that a correction mended is published no more.
            found.setdefault(answer.finding_id, _of_answer(answer))
    if not found:
        raise unknown
    if len(found) > 1:
        raise UserError(f"有 {len(found)} 条意见的编号以“{start}”开头；请把编号写全。")
    [finding] = found.values()
    return finding, _last(told, finding.finding_id)


def _published(connection: Connection, start: str) -> list[_Finding]:
    f = fact_finding
    query = (
        select(f, submission.c.file_name, submission.c.file_sha256)
        .join(submission, submission.c.submission_id == f.c.submission_id, isouter=True)
        .where(f.c.finding_id.startswith(start), is_shown_in(f, current_publication(connection)))
    )
    names = _Finding.__dataclass_fields__
    return [_Finding(**{name: row[name] for name in names}) for row in connection.execute(query).mappings()]


def _of_answer(answer: Answer) -> _Finding:
    return _Finding(
        answer.finding_id,
        answer.group_key,
        answer.file_name,
        answer.file_sha256,
        answer.form_no,
        answer.address,
        answer.rule_id,
        "warning",
        answer.old_value,
        None,
    )


def _last(told: list[Answer], finding_id: str) -> Answer | None:
    return next((each for each in reversed(told) if each.finding_id == finding_id), None)


def _decided(
    finding: _Finding, before: Answer | None, wish: Wish, archive_url: str, county: County
) -> tuple[Kind, str | None, str | None]:
    """What kind of decision it is, about which text, and the text that takes its place."""
    if wish.is_undo:
        if before is None or before.kind == "undone":
            raise UserError("这条意见没有作过决定，不用撤销。")
        return "undone", before.old_value, None
    if wish.is_waiver:
        if finding.rule_id.startswith("R") and finding.severity == "error" and finding.form_no is None:
            raise UserError("这个文件没有读出来，里面的表无从汇总，不能豁免；请乡镇按意见改后重新报送。")
        return "waiver", finding.value, None
    entry, money_unit = _cell(finding, archive_url, county)
    new = wish.value.strip() if wish.value is not None else _suggested(finding, entry)
    if money_unit is not None:
        _refuse_no_amount(new, money_unit)
    if new == entry.text.strip():
        raise UserError(f"这一格写的就是“{shown(new)}”，没有什么要更正；请看清意见的编号。")
    return "correction", storable(entry.text), storable(new)


def _refuse_no_amount(new: str, money_unit: str) -> None:
    try:
        parse_amount(new, money_unit)
    except AmountError as error:
        raise UserError(
            f"这一格是金额，“{shown(new)}”不是一个可以入账的数；请在 --value 后面写一个不小于 0 的数，单位{money_unit}，如 12.5。"
        ) from error


def _cell(finding: _Finding, archive_url: str, county: County) -> tuple[Entry, str | None]:
    """The cell a finding is about, as the archived file has it; 万元 or 元 where it holds an amount."""
    no_cell = UserError(
        "这条意见不是针对某一格里的内容，不能更正；可以用 --waive 豁免，或请乡镇改后用原文件名重新报送。"
    )
    if finding.file_sha256 is None or finding.address is None:
        raise no_cell
    archive = Archive(archive_url)
    path = archive.path_of(finding.file_sha256, finding.file_name or "")
    content = archive.bring(path, finding.file_sha256)
    try:
        grids, _ = read(finding.file_name or "", content, words=county.words)
        file = parse(grids, county.words)
    except UnreadableError as error:
        raise no_cell from error
    entries = entries_at(file, finding.address)
    if not entries:
        raise no_cell
    entry = next((each for each in entries if shown(each.text) == finding.value), entries[0])
    return entry, money_unit_at(file, finding.address)


def _suggested(finding: _Finding, entry: Entry) -> str:
    """What the finding expects, in the place of what it speaks of."""
    value, expected = finding.value or "", finding.expected or ""
    if finding.rule_id in _SUGGESTS and expected and value and entry.text.count(value) == 1:
        return entry.text.replace(value, expected).strip()
    raise UserError("这条意见没有可以直接采用的改法；请用 --value 写明更正为什么，或用 --waive 豁免。")
