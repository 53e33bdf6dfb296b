"""The ledger's decisions about findings: which hold, which a new version of a file makes void, and how one is entered."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection, Engine, func, insert, select, update

from schemas.decisions import Correction, Decisions, Waiver
from warehouse.engine import writing
from warehouse.ledger import current_publication, is_shown_in
from warehouse.tables import correction, dim_rule, fact_submission, submission

Kind: TypeAlias = Literal["correction", "waiver", "undone"]
Place: TypeAlias = tuple[str, str]
"""Group (``2023/640221102``) and sha256 of a file; the hash is empty for what belongs to no file."""


class Answer(NamedTuple):
    """One decision of a person, as it stands in the ledger."""

    decision_no: int
    kind: Kind
    finding_id: str
    group_key: str
    file_name: str | None
    file_sha256: str | None
    form_no: int | None
    address: str | None
    rule_id: str
    old_value: str | None
    new_value: str | None
    reason: str
    accepted_by: str
    void_from: int | None


def answers(connection: Connection) -> list[Answer]:
    """Every decision ever made, in order."""
    columns = [correction.c[name] for name in Answer._fields]
    return [Answer(*row) for row in connection.execute(select(*columns).order_by(correction.c.decision_no))]


def standing(connection: Connection) -> list[Answer]:
    """The decisions that hold: the last one about each finding, and about each cell, that is neither undone nor void."""
    last: dict[str, Answer] = {each.finding_id: each for each in answers(connection)}
    held = [each for each in last.values() if each.kind != "undone" and each.void_from is None]
    cells = {
        (each.group_key, each.file_sha256, each.address): each for each in sorted(held) if _is_cell(each)
    }
    return [each for each in sorted(held) if not _is_cell(each) or each in cells.values()]


def _is_cell(answer: Answer) -> bool:
    return answer.kind == "correction"


def decisions(connection: Connection) -> dict[Place, Decisions]:
    """What holds, by the file it is about."""
    places: dict[Place, list[Answer]] = {}
    for each in standing(connection):
        places.setdefault((each.group_key, each.file_sha256 or ""), []).append(each)
    return {place: _decisions(held) for place, held in places.items()}


def decisions_in(engine: Engine) -> dict[Place, Decisions]:
    """What holds in a warehouse, by the file it is about."""
    with engine.connect() as connection:
        return decisions(connection)


def waivers(connection: Connection) -> Mapping[str, Waiver]:
    """Finding id → who lets it stand."""
    return {
        each.finding_id: Waiver(each.finding_id, each.accepted_by, each.reason)
        for each in standing(connection)
        if each.kind == "waiver"
    }


def _decisions(held: list[Answer]) -> Decisions:
    return Decisions(
        tuple(
            Correction(
                each.finding_id,
                each.form_no,
                each.address or "",
                each.old_value or "",
                each.new_value or "",
                each.accepted_by,
            )
            for each in held
            if _is_cell(each)
        ),
        tuple(
            Waiver(each.finding_id, each.accepted_by, each.reason) for each in held if each.kind == "waiver"
        ),
    )


def enter_answer(connection: Connection, correction_id: str, told: Mapping[str, Any]) -> None:
    """Enters a decision; its number is one after the last.

    Args:
        connection: In a writing transaction.
        correction_id: Its key.
        told: Every field of ``Answer`` but its number and ``void_from``.
    """
    connection.execute(
        insert(correction).values(
            correction_id=correction_id,
            decision_no=next_number(connection),
            accepted_at=datetime.now(UTC),
            void_from=None,
            **told,
        )
    )


def next_number(connection: Connection) -> int:
    """The number of the decision to come."""
    return (connection.scalar(select(func.max(correction.c.decision_no))) or 0) + 1


def void_decisions(engine: Engine, publication_no: int) -> None:
    """Marks the decisions about files of which other bytes count now, under the same name.

    A file that is only gone or renamed keeps what was decided of it. Doing it twice voids nothing more.

    Args:
        engine: The warehouse, with every file staged.
        publication_no: The publication being prepared.
    """
    with writing(engine) as connection:
        held = standing(connection)
        if held:
            _void(connection, held, publication_no)


def _void(connection: Connection, held: list[Answer], publication_no: int) -> None:
    current: dict[tuple[str, str], set[str]] = {}
    hashes: set[Place] = set()
    for row in connection.execute(
        select(
            submission.c.fiscal_year, submission.c.town_code, submission.c.file_name, submission.c.file_sha256
        )
        .join(fact_submission, fact_submission.c.submission_id == submission.c.submission_id)
        .where(fact_submission.c.pub_to.is_(None))
    ):
        group = f"{row.fiscal_year}/{row.town_code}"
        current.setdefault((group, row.file_name), set()).add(row.file_sha256)
        hashes.add((group, row.file_sha256))
    void = [each for each in held if _is_replaced(each, current, hashes)]
    if void:
        connection.execute(
            update(correction)
            .where(correction.c.decision_no.in_([each.decision_no for each in void]))
            .values(void_from=publication_no)
        )


def _is_replaced(answer: Answer, current: Mapping[tuple[str, str], set[str]], hashes: set[Place]) -> bool:
    if answer.file_sha256 is None or (answer.group_key, answer.file_sha256) in hashes:
        return False
    return bool(current.get((answer.group_key, answer.file_name or "")))


def voided_by(connection: Connection, publication_no: int) -> Iterator[Answer]:
    """The decisions that a publication made void."""
    return (each for each in answers(connection) if each.void_from == publication_no)


def overridden_rules(
    connection: Connection, publication_no: int | None = None
) -> tuple[Mapping[str, Any], ...]:
    """The rules that the county weighs in its own way, or has switched off, with its reason.

    Args:
        connection: The warehouse.
        publication_no: As this publication shows them; None for the current one.
    """
    now = current_publication(connection) if publication_no is None else publication_no
    rule = dim_rule.c
    query = select(rule.rule_id, rule.title, rule.severity, rule.override_reason).where(
        rule.override_reason.is_not(None),
        is_shown_in(dim_rule, now),
    )
    return tuple(dict(row) for row in connection.execute(query.order_by(rule.rule_id)).mappings())
