"""Decisions about programmes, conformed names of indicators, where a goal stands (design §5.4)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As in warehouse/columns.py at the time of this revision; a migration does not change when the code does.
MOMENT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "programme_decision",
        sa.Column("name", sa.Text(), nullable=False, comment="项目名称（去掉空白、标点、年份和地名）"),
        sa.Column("other_name", sa.Text(), nullable=False, comment="另一个项目名称"),
        sa.Column("decision_no", sa.Integer(), nullable=False, comment="第几次决定，从1起，全部决定统一编号"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="merge 是同类项目，apart 不是"),
        sa.Column("reason", sa.Text(), nullable=True, comment="理由"),
        sa.Column("decided_by", sa.Text(), nullable=False, comment="决定人"),
        sa.Column("decided_at", MOMENT, nullable=False, comment="决定时间"),
        sa.PrimaryKeyConstraint("name", "other_name", "decision_no", name=op.f("pk_programme_decision")),
        comment="同类项目台账：由人决定两个名称是不是同类项目；同一对名称以最后一次决定为准",
    )
    op.add_column(
        "dim_indicator",
        sa.Column(
            "indicator_name",
            sa.Text(),
            nullable=True,
            comment="三级指标的通用名称：各乡镇的不同叫法归到一个名称之下；词表里没有的为去掉年份、地名、标点的原文",
        ),
    )
    # Until a file is judged again its indicators are called what the town called them.
    op.execute("UPDATE dim_indicator SET indicator_name = level3")
    op.add_column(
        "fact_budget", sa.Column("goal_address", sa.Text(), nullable=True, comment="年度总体目标的位置")
    )
    _comment("dim_programme", "programme_name", "同类项目名称：各乡镇的不同叫法归到一个名称之下")
    _comment("dim_project", "project_key", "项目标识，由年度、乡镇、项目名称、单位、项目代码算出")


def downgrade() -> None:
    _comment("dim_project", "project_key", "项目标识，由年度、乡镇、项目名称算出")
    _comment("dim_programme", "programme_name", "同类项目名称：项目名称去掉空白、标点、年份和地名")
    op.drop_column("fact_budget", "goal_address")
    op.drop_column("dim_indicator", "indicator_name")
    op.drop_table("programme_decision")


def _comment(table: str, column: str, text: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, column, comment=text, existing_type=sa.Text())
