"""What people answer to findings: corrections, waivers, and the views that show them (design §5.4, §5.5)."""

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As in warehouse/columns.py and schemas/decisions.py at the time of this revision; a migration does not change when the
# code does.
MOMENT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_SHARED = (
    "correction_id",
    "file_sha256",
    "form_no",
    "address",
    "rule_id",
    "old_value",
    "new_value",
    "reason",
    "accepted_by",
    "accepted_at",
)
_IS_CORRECTED = {
    "fact_budget": "表头或资金有由人确认的更正；原文列仍是原文",
    "fact_funding": "金额是由人确认的更正；原文列仍是原文",
    "fact_indicator": "这一行有由人确认的更正；原文列仍是原文",
}
_NULLABLE = (
    ("dim_rule", "override_reason", "本县改变严重程度的理由；空为没有改变"),
    ("fact_submission", "settings_version", "判定所用县设置的版本；空为不清楚"),
    ("fact_submission", "decisions_version", "判定所采用的更正和豁免的版本；空为没有"),
    ("fact_indicator", "corrected_raw", "由人确认的指标值；空为没有更正"),
    ("fact_finding", "decided_by", "豁免由谁决定"),
    ("fact_finding", "note", "豁免的理由"),
)
_FILLED = (
    ("fact_finding", "finding_id", "意见编号，由文件内容、表、规则、位置和所写的算出，答复时用", ""),
    ("fact_finding", "state", "open 待办、waived 已豁免", "open"),
)


def upgrade() -> None:
    for table, comment in _IS_CORRECTED.items():
        op.add_column(
            table,
            sa.Column(
                "is_corrected", sa.Boolean(), nullable=False, comment=comment, server_default=sa.false()
            ),
        )
    for table, name, comment, value in _FILLED:
        op.add_column(
            table, sa.Column(name, sa.Text(), nullable=False, comment=comment, server_default=value)
        )
    for table, name, comment in _NULLABLE:
        op.add_column(table, sa.Column(name, sa.Text(), nullable=True, comment=comment))
    _name_findings()
    held = _rows("correction")
    op.drop_table("correction")
    op.create_table(
        "correction",
        sa.Column(
            "correction_id", sa.Text(), nullable=False, comment="决定的标识，由意见编号和第几次决定算出"
        ),
        sa.Column("decision_no", sa.Integer(), nullable=False, comment="第几次决定，从1起，全部决定统一编号"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="correction 更正、waiver 豁免、undone 撤销以前的决定"
        ),
        sa.Column("finding_id", sa.Text(), nullable=False, comment="意见编号"),
        sa.Column("group_key", sa.Text(), nullable=False, comment="一起判定的一组：年度/乡镇"),
        sa.Column("file_name", sa.Text(), nullable=True, comment="文件名；空为与文件无关"),
        sa.Column("file_sha256", sa.Text(), nullable=True, comment="文件内容的 SHA-256；空为与文件无关"),
        sa.Column("form_no", sa.Integer(), nullable=True, comment="第几张表"),
        sa.Column("address", sa.Text(), nullable=True, comment="位置"),
        sa.Column("rule_id", sa.Text(), nullable=False, comment="依据的规则"),
        sa.Column("old_value", sa.Text(), nullable=True, comment="这一格的原文；不是更正的为意见所指的内容"),
        sa.Column("new_value", sa.Text(), nullable=True, comment="更正为；不是更正的为空"),
        sa.Column("reason", sa.Text(), nullable=False, comment="理由"),
        sa.Column("accepted_by", sa.Text(), nullable=False, comment="确认人"),
        sa.Column("accepted_at", MOMENT, nullable=False, comment="确认时间"),
        sa.Column(
            "void_from",
            sa.Integer(),
            nullable=True,
            comment="自第几次发布起失效：这个文件有了新版；空为没有失效",
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_correction")),
        comment="更正台账：由人确认过的更正和豁免；同一条意见以最后一次决定为准",
    )
    op.create_index("ix_correction_finding_id", "correction", ["finding_id"], unique=False)
    _insert("correction", [_with_place(row, number) for number, row in enumerate(held, 1)])


def downgrade() -> None:
    # The release before knows corrections of a file and nothing else.
    held = [row for row in _rows("correction") if row["kind"] == "correction" and row["address"] is not None]
    op.drop_index("ix_correction_finding_id", table_name="correction")
    op.drop_table("correction")
    op.create_table(
        "correction",
        sa.Column("correction_id", sa.Text(), nullable=False, comment="更正标识，由文件、位置、新值算出"),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="文件内容的 SHA-256"),
        sa.Column("form_no", sa.Integer(), nullable=True, comment="第几张表"),
        sa.Column("address", sa.Text(), nullable=False, comment="位置"),
        sa.Column("rule_id", sa.Text(), nullable=False, comment="依据的规则"),
        sa.Column("old_value", sa.Text(), nullable=True, comment="原文"),
        sa.Column("new_value", sa.Text(), nullable=False, comment="更正为"),
        sa.Column("reason", sa.Text(), nullable=False, comment="理由"),
        sa.Column("accepted_by", sa.Text(), nullable=False, comment="确认人"),
        sa.Column("accepted_at", MOMENT, nullable=False, comment="确认时间"),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_correction")),
        comment="更正台账：由人确认过的更正",
    )
    _insert("correction", [{name: row[name] for name in _SHARED} for row in held])
    for table, name, _ in _NULLABLE:
        op.drop_column(table, name)
    for table, name, _, _ in _FILLED:
        op.drop_column(table, name)
    for table in _IS_CORRECTED:
        op.drop_column(table, "is_corrected")


def _name_findings() -> None:
    """Every finding there is gets the id by which a person answers it."""
    connection = op.get_bind()
    finding, submission = _reflected("fact_finding"), _reflected("submission")
    rows = connection.execute(
        sa.select(finding, submission.c.file_sha256).join(
            submission, submission.c.submission_id == finding.c.submission_id, isouter=True
        )
    ).mappings()
    named = [
        {
            "key": row["finding_key"],
            "since": row["pub_from"],
            "name": _finding_id(
                row["group_key"],
                row["file_sha256"],
                row["form_no"],
                row["rule_id"],
                row["address"],
                row["value"],
            ),
        }
        for row in rows
    ]
    if named:
        connection.execute(
            finding.update()
            .where(finding.c.finding_key == sa.bindparam("key"), finding.c.pub_from == sa.bindparam("since"))
            .values(finding_id=sa.bindparam("name")),
            named,
        )


def _with_place(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A correction of the release before, under the file and the finding it is about."""
    submission = _reflected("submission")
    found = (
        op.get_bind()
        .execute(sa.select(submission).where(submission.c.file_sha256 == row["file_sha256"]).limit(1))
        .mappings()
        .first()
    )
    group = "" if found is None else f"{found['fiscal_year']}/{found['town_code']}"
    return {
        **row,
        "decision_no": number,
        "kind": "correction",
        "finding_id": _finding_id(
            group, row["file_sha256"], row["form_no"], row["rule_id"], row["address"], row["old_value"]
        ),
        "group_key": group,
        "file_name": None if found is None else found["file_name"],
        "void_from": None,
    }


def _finding_id(*parts: str | int | None) -> str:
    told = "\x1f".join("" if part is None else str(part).replace("\x00", "\u2400") for part in parts)
    return sha256(told.encode("utf-8", "replace")).hexdigest()[:10]


def _rows(table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.select(_reflected(table))).mappings()]


def _insert(table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(_reflected(table).insert(), rows)


def _reflected(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
