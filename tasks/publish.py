"""Publish: an audited number in, readers see it. A gate of guards, then one small transaction that moves the number."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select

from tasks.check import Audit
from tasks.steps import reach
from warehouse.engine import WarehouseError, writing
from warehouse.ledger import current_publication, is_shown_in, note_end
from warehouse.lock import Lock
from warehouse.tables import HISTORY, fact_budget, fact_finding, publication, run


class GateShutError(WarehouseError):
    """The gate stayed shut. Readers see what they saw before; the reasons are in the ledger and in ``reasons``."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("\n".join(("这次没有发布，仍显示上一次的结果。", *reasons)))
        self.reasons = reasons


def publish(
    engine: Engine, run_id: str, publication_no: int, audit: Audit, *, lock: Lock | None = None
) -> None:
    """Makes the rows staged under ``publication_no`` the ones readers see.

    Args:
        engine: The warehouse.
        run_id: A run begun with ``start_run``.
        publication_no: The number it has staged under.
        audit: What the check of that number found.
        lock: The run lock, to make sure that no other run has taken over; None where the caller holds none.

    Raises:
        GateShutError: a guard said no. The run and the publication are ``failed``, with the reasons.
    """
    reach("publish.begin")
    with writing(engine) as connection:
        reasons = tuple(_guards(connection, run_id, publication_no, audit, lock))
        if not reasons:
            _decide(connection, run_id, publication_no, "published", reasons)
            reach("publish.before_commit")
    if reasons:
        fail(engine, run_id, reasons, publication_no=publication_no, lock=lock)
        raise GateShutError(reasons)
    reach("publish.after_commit")


def fail(
    engine: Engine,
    run_id: str,
    reasons: tuple[str, ...],
    *,
    publication_no: int | None = None,
    lock: Lock | None = None,
) -> None:
    """Notes a run that does not publish, with its reasons; what is published stays.

    Args:
        engine: The warehouse.
        run_id: The run.
        reasons: Sentences.
        publication_no: The number it had staged under, if it came that far and the number is still free.
        lock: The run lock; a run that has lost it leaves the number to the one that took over. None where the
            caller holds none.
    """
    with writing(engine) as connection:
        newest = connection.scalar(select(func.max(publication.c.publication_no))) or 0
        is_ours = lock is None or lock.confirm(connection)
        if publication_no is not None and publication_no > newest and is_ours:
            _decide(connection, run_id, publication_no, "failed", reasons)
        else:
            note_end(connection, run_id, "failed", reasons=reasons, publication_no=publication_no)


def _decide(
    connection: Connection, run_id: str, publication_no: int, state: str, reasons: tuple[str, ...]
) -> None:
    connection.execute(delete(publication).where(publication.c.publication_no == publication_no))
    connection.execute(
        insert(publication).values(
            publication_no=publication_no,
            state=state,
            run_id=run_id,
            decided_at=datetime.now(UTC),
            reasons=json.dumps(list(reasons), ensure_ascii=False) if reasons else None,
        )
    )
    note_end(connection, run_id, state, reasons=reasons, publication_no=publication_no)


def _guards(
    connection: Connection, run_id: str, publication_no: int, audit: Audit, lock: Lock | None
) -> Iterator[str]:
    """Every reason not to publish."""
    if audit.publication_no != publication_no:
        yield f"审计的是第 {audit.publication_no} 次发布，不是第 {publication_no} 次，请重新运行。"
    elif audit.checked == 0:
        yield "审计一项也没有检查，请重新运行。"
    for failure in audit.failures:
        yield str(failure)
    if lock is not None and not lock.confirm(connection):
        yield "运行锁已被另一次运行接管，请等它完成。"
    if connection.scalar(select(run.c.state).where(run.c.run_id == run_id)) != "running":
        yield f"运行台账里没有正在进行的运行 {run_id}，请重新运行。"
    newest = connection.scalar(select(func.max(publication.c.publication_no))) or 0
    if newest >= publication_no:
        yield f"第 {newest} 次发布已经有了结论，第 {publication_no} 次来晚了，请重新运行。"
    if any(
        connection.scalar(select(func.count()).where(table.c.pub_from > publication_no)) for table in HISTORY
    ):
        yield f"数据仓库里有第 {publication_no} 次以后的行，请重新运行。"
    is_emptied = _forms(connection, current_publication(connection)) and not _forms(
        connection, publication_no
    )
    if is_emptied and not _withdrawals(connection, publication_no):
        yield "这次发布会让所有在用的表都消失，多半是收文文件夹放错了。请核对收文文件夹的位置。"


def _forms(connection: Connection, publication_no: int) -> int:
    """Forms a publication shows."""
    query = select(func.count()).where(is_shown_in(fact_budget, publication_no))
    return connection.scalar(query) or 0


def _withdrawals(connection: Connection, publication_no: int) -> int:
    """Files of which a publication says that they have been withdrawn (S09)."""
    is_withdrawal = fact_finding.c.rule_id == "S09"
    query = select(func.count()).where(is_withdrawal, is_shown_in(fact_finding, publication_no))
    return connection.scalar(query) or 0
