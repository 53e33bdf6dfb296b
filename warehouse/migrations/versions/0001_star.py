"""The star schema and its ledger (design §5.4)."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As in warehouse/columns.py at the time of this revision; a migration does not change when the code does.
MONEY = sa.Text().with_variant(sa.Numeric(18, 2), "postgresql")
NUMBER = sa.Text().with_variant(sa.Numeric(), "postgresql")
MOMENT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
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
    op.create_table(
        "dim_department",
        sa.Column("department_key", sa.Text(), nullable=False, comment="主管部门标识，由代码和名称算出"),
        sa.Column("department_code", sa.Text(), nullable=True, comment="主管部门代码"),
        sa.Column("department_name", sa.Text(), nullable=True, comment="主管部门名称"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.PrimaryKeyConstraint("department_key", name=op.f("pk_dim_department")),
        comment="主管部门",
    )
    op.create_table(
        "dim_fiscal_year",
        sa.Column("county_code", sa.Text(), nullable=False, comment="县区划代码（6位）"),
        sa.Column("fiscal_year", sa.Integer(), nullable=False, comment="年度"),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="年度第一天"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="年度最后一天"),
        sa.Column("due_date", sa.Date(), nullable=True, comment="报送截止日（当天仍算按期）"),
        sa.Column("due_ordinal", sa.Integer(), nullable=True, comment="截止日的序日（公元1年1月1日为1）"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.PrimaryKeyConstraint("county_code", "fiscal_year", "pub_from", name=op.f("pk_dim_fiscal_year")),
        comment="年度与报送截止日",
    )
    op.create_table(
        "dim_funding_source",
        sa.Column("funding_source", sa.Text(), nullable=False, comment="资金来源"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.PrimaryKeyConstraint("funding_source", name=op.f("pk_dim_funding_source")),
        comment="资金来源",
    )
    op.create_table(
        "dim_indicator",
        sa.Column("indicator_key", sa.Text(), nullable=False, comment="指标标识"),
        sa.Column("level1", sa.Text(), nullable=True, comment="一级指标"),
        sa.Column("level2", sa.Text(), nullable=True, comment="二级指标"),
        sa.Column("level3", sa.Text(), nullable=True, comment="三级指标"),
        sa.Column(
            "scheme",
            sa.Text(),
            nullable=False,
            comment="指标体系：2015 为产出、效益、满意度；2021 另有一级成本指标",
        ),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.PrimaryKeyConstraint("indicator_key", name=op.f("pk_dim_indicator")),
        comment="绩效指标",
    )
    op.create_table(
        "dim_programme",
        sa.Column("programme_key", sa.Text(), nullable=False, comment="同类项目标识"),
        sa.Column(
            "programme_name",
            sa.Text(),
            nullable=False,
            comment="同类项目名称：项目名称去掉空白、标点、年份和地名",
        ),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.PrimaryKeyConstraint("programme_key", name=op.f("pk_dim_programme")),
        comment="同类项目（跨乡镇可比）",
    )
    op.create_table(
        "dim_rule",
        sa.Column("rule_id", sa.Text(), nullable=False, comment="规则编号"),
        sa.Column("title", sa.Text(), nullable=False, comment="规则名称"),
        sa.Column("heading", sa.Text(), nullable=False, comment="审核要点"),
        sa.Column("severity", sa.Text(), nullable=False, comment="本县采用的严重程度"),
        sa.Column("action", sa.Text(), nullable=False, comment="怎么改"),
        sa.Column("since", sa.Text(), nullable=False, comment="自哪一版起有"),
        sa.Column("source", sa.Text(), nullable=False, comment="出处"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.PrimaryKeyConstraint("rule_id", "pub_from", name=op.f("pk_dim_rule")),
        comment="规则目录",
    )
    op.create_table(
        "dim_town",
        sa.Column("town_code", sa.Text(), nullable=False, comment="乡镇区划代码（9位）"),
        sa.Column("town_name", sa.Text(), nullable=False, comment="乡镇名称"),
        sa.Column("county_code", sa.Text(), nullable=False, comment="县区划代码（6位）"),
        sa.Column("county_name", sa.Text(), nullable=False, comment="县名称"),
        sa.Column("villages", sa.Integer(), nullable=False, comment="村委会数"),
        sa.Column("communities", sa.Integer(), nullable=False, comment="居委会数"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.PrimaryKeyConstraint("town_code", "pub_from", name=op.f("pk_dim_town")),
        comment="乡镇",
    )
    op.create_table(
        "dim_unit",
        sa.Column("unit", sa.Text(), nullable=False, comment="计量单位"),
        sa.Column("numerator", sa.Text(), nullable=False, comment="复合单位的分子；简单单位即本身"),
        sa.Column("denominator", sa.Text(), nullable=True, comment="复合单位的分母"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_dim_unit")),
        comment="计量单位",
    )
    op.create_table(
        "lock",
        sa.Column("name", sa.Text(), nullable=False, comment="锁名"),
        sa.Column("token", sa.Text(), nullable=False, comment="持有凭证"),
        sa.Column("holder", sa.Text(), nullable=False, comment="持有者"),
        sa.Column("host", sa.Text(), nullable=False, comment="主机名"),
        sa.Column("pid", sa.Integer(), nullable=False, comment="进程号"),
        sa.Column(
            "process_started",
            sa.Text(),
            nullable=True,
            comment="进程启动时刻的系统标识，用来识破重用的进程号",
        ),
        sa.Column("acquired_at", MOMENT, nullable=False, comment="取得时间"),
        sa.Column("heartbeat_at", MOMENT, nullable=False, comment="最近一次心跳"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lock")),
        comment="运行锁：同一时刻只有一个运行在写",
    )
    op.create_table(
        "publication",
        sa.Column(
            "publication_no", sa.Integer(), autoincrement=False, nullable=False, comment="发布号，从1起"
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="状态"),
        sa.Column("run_id", sa.Text(), nullable=False, comment="运行标识"),
        sa.Column("decided_at", MOMENT, nullable=False, comment="发布或失败的时间"),
        sa.Column("reasons", sa.Text(), nullable=True, comment="未能发布的原因（JSON 文本数组）"),
        sa.PrimaryKeyConstraint("publication_no", name=op.f("pk_publication")),
        comment="发布台账：当前发布号是状态为 published 的最大一号",
    )
    op.create_table(
        "run",
        sa.Column("run_id", sa.Text(), nullable=False, comment="运行标识"),
        sa.Column("state", sa.Text(), nullable=False, comment="状态"),
        sa.Column("host", sa.Text(), nullable=False, comment="主机名"),
        sa.Column("pid", sa.Integer(), nullable=False, comment="进程号"),
        sa.Column("started_at", MOMENT, nullable=False, comment="开始时间"),
        sa.Column("finished_at", MOMENT, nullable=True, comment="结束时间"),
        sa.Column("publication_no", sa.Integer(), autoincrement=False, nullable=True, comment="发布号"),
        sa.Column("reasons", sa.Text(), nullable=True, comment="未能发布的原因（JSON 文本数组）"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
        comment="运行台账",
    )
    op.create_table(
        "submission",
        sa.Column(
            "submission_id", sa.Text(), nullable=False, comment="收文标识，由年度、乡镇、文件名、版次算出"
        ),
        sa.Column("fiscal_year", sa.Integer(), nullable=False, comment="所在文件夹的年度"),
        sa.Column("town_code", sa.Text(), nullable=False, comment="乡镇区划代码（9位）"),
        sa.Column("file_name", sa.Text(), nullable=False, comment="文件名"),
        sa.Column("version", sa.Integer(), nullable=False, comment="版次，从1起"),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="文件内容的 SHA-256"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False, comment="文件大小"),
        sa.Column("received_at", MOMENT, nullable=True, comment="收到时间"),
        sa.Column(
            "received_ordinal", sa.Integer(), nullable=True, comment="收到日期的序日（公元1年1月1日为1）"
        ),
        sa.Column("archive_url", sa.Text(), nullable=True, comment="归档副本的位置"),
        sa.Column("run_id", sa.Text(), nullable=False, comment="首次装载它的运行"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="首次装载它的发布号"),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission")),
        comment="收文台账：收到过的每个文件的每一版",
    )
    op.create_index(
        "ux_submission_version",
        "submission",
        ["fiscal_year", "town_code", "file_name", "version"],
        unique=True,
    )
    op.create_table(
        "dim_project",
        sa.Column("project_key", sa.Text(), nullable=False, comment="项目标识，由年度、乡镇、项目名称算出"),
        sa.Column("fiscal_year", sa.Integer(), nullable=False, comment="年度"),
        sa.Column("town_code", sa.Text(), nullable=False, comment="乡镇区划代码（9位）"),
        sa.Column("project_name", sa.Text(), nullable=True, comment="项目名称"),
        sa.Column("project_code", sa.Text(), nullable=True, comment="项目代码（21位）"),
        sa.Column("programme_key", sa.Text(), nullable=False, comment="同类项目标识"),
        sa.Column("department_key", sa.Text(), nullable=True, comment="主管部门标识"),
        sa.Column("implementing_unit", sa.Text(), nullable=True, comment="实施单位"),
        sa.Column("attribute", sa.Text(), nullable=True, comment="项目属性"),
        sa.Column("period_start", sa.Date(), nullable=True, comment="项目期起"),
        sa.Column("period_end", sa.Date(), nullable=True, comment="项目期止"),
        sa.Column("goal", sa.Text(), nullable=True, comment="年度总体目标"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.ForeignKeyConstraint(
            ["department_key"], ["dim_department.department_key"], name=op.f("fk_dim_project_department_key")
        ),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["dim_programme.programme_key"], name=op.f("fk_dim_project_programme_key")
        ),
        sa.PrimaryKeyConstraint("project_key", "pub_from", name=op.f("pk_dim_project")),
        comment="项目",
    )
    op.create_table(
        "fact_budget",
        sa.Column(
            "form_key", sa.Text(), nullable=False, comment="表的标识，由年度、乡镇、文件名、项目名称算出"
        ),
        sa.Column("submission_id", sa.Text(), nullable=False, comment="收文标识"),
        sa.Column("form_no", sa.Integer(), nullable=False, comment="文件中第几张表"),
        sa.Column("fiscal_year", sa.Integer(), nullable=False, comment="年度"),
        sa.Column("town_code", sa.Text(), nullable=False, comment="乡镇区划代码（9位）"),
        sa.Column("project_key", sa.Text(), nullable=False, comment="项目标识"),
        sa.Column("total_yuan", MONEY, nullable=True, comment="年度资金总额"),
        sa.Column("total_raw", sa.Text(), nullable=True, comment="年度资金总额的原文"),
        sa.Column("money_unit", sa.Text(), nullable=False, comment="表上的金额单位"),
        sa.Column("total_address", sa.Text(), nullable=True, comment="年度资金总额的位置"),
        sa.Column("form_address", sa.Text(), nullable=False, comment="表的位置"),
        sa.Column("indicators", sa.Integer(), nullable=False, comment="指标行数"),
        sa.Column("funding_lines", sa.Integer(), nullable=False, comment="有金额的资金来源行数"),
        sa.Column("is_stale", sa.Boolean(), nullable=False, comment="新一版已退回，暂用上一次通过的表"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_fact_budget_submission_id")
        ),
        sa.PrimaryKeyConstraint("form_key", "pub_from", name=op.f("pk_fact_budget")),
        comment="项目资金：每张在用的表一行",
    )
    op.create_index("ix_fact_budget_project_key", "fact_budget", ["project_key"], unique=False)
    op.create_table(
        "fact_finding",
        sa.Column(
            "finding_key", sa.Text(), nullable=False, comment="发现的标识，由文件（或收文位置）和序号算出"
        ),
        sa.Column(
            "submission_id",
            sa.Text(),
            nullable=True,
            comment="收文标识；空为与文件无关（未报送、不认识的文件夹）",
        ),
        sa.Column("group_key", sa.Text(), nullable=False, comment="一起判定的一组：年度/乡镇"),
        sa.Column("finding_no", sa.Integer(), nullable=False, comment="在文件内的序号"),
        sa.Column("fiscal_year", sa.Integer(), nullable=True, comment="年度"),
        sa.Column("town_code", sa.Text(), nullable=True, comment="乡镇区划代码（9位）"),
        sa.Column("form_no", sa.Integer(), nullable=True, comment="文件中第几张表"),
        sa.Column("indicator_no", sa.Integer(), nullable=True, comment="第几条指标"),
        sa.Column("project_name", sa.Text(), nullable=True, comment="表上的项目名称"),
        sa.Column("rule_id", sa.Text(), nullable=False, comment="规则编号"),
        sa.Column("severity", sa.Text(), nullable=False, comment="严重程度"),
        sa.Column("address", sa.Text(), nullable=True, comment="位置"),
        sa.Column("value", sa.Text(), nullable=True, comment="所写的"),
        sa.Column("expected", sa.Text(), nullable=True, comment="应写的"),
        sa.Column("message", sa.Text(), nullable=False, comment="说明"),
        sa.Column("action", sa.Text(), nullable=False, comment="怎么改"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_fact_finding_submission_id")
        ),
        sa.PrimaryKeyConstraint("finding_key", "pub_from", name=op.f("pk_fact_finding")),
        comment="审核发现",
    )
    op.create_index("ix_fact_finding_submission_id", "fact_finding", ["submission_id"], unique=False)
    op.create_table(
        "fact_funding",
        sa.Column("form_key", sa.Text(), nullable=False, comment="表的标识"),
        sa.Column("line_no", sa.Integer(), nullable=False, comment="资金来源第几行"),
        sa.Column("submission_id", sa.Text(), nullable=False, comment="收文标识"),
        sa.Column("funding_source", sa.Text(), nullable=False, comment="资金来源"),
        sa.Column("is_detail", sa.Boolean(), nullable=False, comment="是上一来源的其中项，不再累加"),
        sa.Column("amount_yuan", MONEY, nullable=False, comment="金额"),
        sa.Column("amount_raw", sa.Text(), nullable=True, comment="金额的原文"),
        sa.Column("address", sa.Text(), nullable=False, comment="金额的位置"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.ForeignKeyConstraint(
            ["funding_source"],
            ["dim_funding_source.funding_source"],
            name=op.f("fk_fact_funding_funding_source"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_fact_funding_submission_id")
        ),
        sa.PrimaryKeyConstraint("form_key", "line_no", "pub_from", name=op.f("pk_fact_funding")),
        comment="资金来源明细：只列有金额的来源（空白是没有填，不是零）",
    )
    op.create_table(
        "fact_indicator",
        sa.Column("form_key", sa.Text(), nullable=False, comment="表的标识"),
        sa.Column("indicator_no", sa.Integer(), nullable=False, comment="第几条指标"),
        sa.Column("submission_id", sa.Text(), nullable=False, comment="收文标识"),
        sa.Column("indicator_key", sa.Text(), nullable=False, comment="指标标识"),
        sa.Column("level1_raw", sa.Text(), nullable=True, comment="一级指标的原文"),
        sa.Column("level2_raw", sa.Text(), nullable=True, comment="二级指标的原文"),
        sa.Column("raw", sa.Text(), nullable=True, comment="指标值的原文"),
        sa.Column("kind", sa.Text(), nullable=False, comment="指标值的种类"),
        sa.Column("operator", sa.Text(), nullable=True, comment="比较符号"),
        sa.Column("value", NUMBER, nullable=True, comment="数值"),
        sa.Column("value_high", NUMBER, nullable=True, comment="区间上限"),
        sa.Column("unit", sa.Text(), nullable=True, comment="规范的计量单位"),
        sa.Column("typed_value", NUMBER, nullable=True, comment="换算前的数值"),
        sa.Column("typed_unit", sa.Text(), nullable=True, comment="换算前的计量单位"),
        sa.Column("conversion", sa.Text(), nullable=True, comment="所作的换算"),
        sa.Column("deadline", sa.Date(), nullable=True, comment="时限（所指的最后一天）"),
        sa.Column("period_start", sa.Date(), nullable=True, comment="时段起"),
        sa.Column("period_end", sa.Date(), nullable=True, comment="时段止"),
        sa.Column("weight", NUMBER, nullable=True, comment="权重"),
        sa.Column("findings", sa.Text(), nullable=True, comment="这一行触犯的规则编号，按先后用逗号分开"),
        sa.Column("address", sa.Text(), nullable=False, comment="指标值的位置"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.ForeignKeyConstraint(
            ["indicator_key"], ["dim_indicator.indicator_key"], name=op.f("fk_fact_indicator_indicator_key")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_fact_indicator_submission_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["dim_unit.unit"], name=op.f("fk_fact_indicator_unit")),
        sa.PrimaryKeyConstraint("form_key", "indicator_no", "pub_from", name=op.f("pk_fact_indicator")),
        comment="绩效指标值",
    )
    op.create_table(
        "fact_submission",
        sa.Column("submission_id", sa.Text(), nullable=False, comment="收文标识"),
        sa.Column("fiscal_year", sa.Integer(), nullable=False, comment="年度"),
        sa.Column("town_code", sa.Text(), nullable=False, comment="乡镇区划代码（9位）"),
        sa.Column("version", sa.Integer(), nullable=False, comment="版次"),
        sa.Column("first_received_at", MOMENT, nullable=True, comment="这个文件第一版收到的时间"),
        sa.Column("first_received_ordinal", sa.Integer(), nullable=True, comment="第一版收到日期的序日"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="判定"),
        sa.Column("forms_in", sa.Integer(), nullable=False, comment="表数"),
        sa.Column("forms_accepted", sa.Integer(), nullable=False, comment="通过的表数"),
        sa.Column("forms_returned", sa.Integer(), nullable=False, comment="退回的表数"),
        sa.Column("errors", sa.Integer(), nullable=False, comment="错误数"),
        sa.Column("warnings", sa.Integer(), nullable=False, comment="警告数"),
        sa.Column("cells_in", sa.Integer(), nullable=False, comment="非空格数"),
        sa.Column("cells_consumed", sa.Integer(), nullable=False, comment="读入的格数"),
        sa.Column("cells_ignored", sa.Integer(), nullable=False, comment="按名单忽略的格数"),
        sa.Column("cells_reported", sa.Integer(), nullable=False, comment="报告为不认识的格数"),
        sa.Column("rules_version", sa.Text(), nullable=False, comment="判定所用规则的版本"),
        sa.Column("pub_from", sa.Integer(), nullable=False, comment="自第几次发布起可见（含）"),
        sa.Column("pub_to", sa.Integer(), nullable=True, comment="到第几次发布为止（不含）；空为至今有效"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_fact_submission_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", "pub_from", name=op.f("pk_fact_submission")),
        comment="收文判定：每个文件当前的一版",
    )


def downgrade() -> None:
    op.drop_table("fact_submission")
    op.drop_table("fact_indicator")
    op.drop_table("fact_funding")
    op.drop_index("ix_fact_finding_submission_id", table_name="fact_finding")
    op.drop_table("fact_finding")
    op.drop_index("ix_fact_budget_project_key", table_name="fact_budget")
    op.drop_table("fact_budget")
    op.drop_table("dim_project")
    op.drop_index("ux_submission_version", table_name="submission")
    op.drop_table("submission")
    op.drop_table("run")
    op.drop_table("publication")
    op.drop_table("lock")
    op.drop_table("dim_unit")
    op.drop_table("dim_town")
    op.drop_table("dim_rule")
    op.drop_table("dim_programme")
    op.drop_table("dim_indicator")
    op.drop_table("dim_funding_source")
    op.drop_table("dim_fiscal_year")
    op.drop_table("dim_department")
    op.drop_table("correction")
