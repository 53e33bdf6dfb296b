"""The warehouse as data: every table with its grain, every column with its type, unit and Chinese comment.

Migrations, data dictionary and expectation suite follow from here (design §3). Tables of ``HISTORY`` carry
``pub_from`` and ``pub_to``; their natural key is the primary key without ``pub_from``.
"""

from sqlalchemy import Boolean, ColumnElement, Date, Index, Integer, Table, Text

from schemas.amounts import LARGEST_YUAN, MONEY_UNITS
from schemas.frames import KINDS, OPERATORS, SEVERITIES
from warehouse.columns import Moment, Money, Number, column, published_span
from warehouse.declare import metadata, refers, table
from warehouse.ledger_tables import correction, lock, programme_decision, publication, run, submission

__all__ = [
    "HISTORY",
    "correction",
    "dim_department",
    "dim_fiscal_year",
    "dim_funding_source",
    "dim_indicator",
    "dim_programme",
    "dim_project",
    "dim_rule",
    "dim_town",
    "dim_unit",
    "fact_budget",
    "fact_finding",
    "fact_funding",
    "fact_indicator",
    "fact_submission",
    "is_compared",
    "lock",
    "metadata",
    "natural_key",
    "programme_decision",
    "publication",
    "run",
    "submission",
]

_VERDICTS = ("accepted", "partial", "returned")


# -------------------------------------------------------------------------------------------- dimensions
dim_town = table(
    "dim_town",
    "乡镇",
    "one row per town, with history",
    column("town_code", Text, "乡镇区划代码（9位）", key=True),
    column("town_name", Text, "乡镇名称"),
    column("county_code", Text, "县区划代码（6位）"),
    column("county_name", Text, "县名称"),
    column("villages", Integer, "村委会数", "个", low=0),
    column("communities", Integer, "居委会数", "个", low=0),
    *published_span(),
)
dim_fiscal_year = table(
    "dim_fiscal_year",
    "年度与报送截止日",
    "one row per county and fiscal year, with history",
    column("county_code", Text, "县区划代码（6位）", key=True),
    column("fiscal_year", Integer, "年度", "年", key=True),
    column("starts_on", Date, "年度第一天", "日期"),
    column("ends_on", Date, "年度最后一天", "日期"),
    column("due_date", Date, "报送截止日（当天仍算按期）", "日期", null=True),
    column("due_ordinal", Integer, "截止日的序日（公元1年1月1日为1）", "日", null=True),
    *published_span(),
)
dim_rule = table(
    "dim_rule",
    "规则目录",
    "one row per rule of the catalogue as this county applies it, with history",
    column("rule_id", Text, "规则编号", key=True),
    column("title", Text, "规则名称"),
    column("heading", Text, "审核要点"),
    column("severity", Text, "本县采用的严重程度", allowed=(*SEVERITIES, "off")),
    column("override_reason", Text, "本县改变严重程度的理由；空为没有改变", null=True),
    column("action", Text, "怎么改"),
    column("since", Text, "自哪一版起有"),
    column("source", Text, "出处"),
    *published_span(),
)
dim_department = table(
    "dim_department",
    "主管部门",
    "one row per department as written on a form",
    column("department_key", Text, "主管部门标识，由代码和名称算出", key=True),
    column("department_code", Text, "主管部门代码", null=True),
    column("department_name", Text, "主管部门名称", null=True),
    *published_span(history=False),
)
dim_programme = table(
    "dim_programme",
    "同类项目（跨乡镇可比）",
    "one row per kind of project across towns",
    column("programme_key", Text, "同类项目标识", key=True),
    column("programme_name", Text, "同类项目名称：各乡镇的不同叫法归到一个名称之下"),
    *published_span(history=False),
)
dim_indicator = table(
    "dim_indicator",
    "绩效指标",
    "one row per indicator name under its levels and scheme",
    column("indicator_key", Text, "指标标识", key=True),
    column("level1", Text, "一级指标", null=True),
    column("level2", Text, "二级指标", null=True),
    column("level3", Text, "三级指标", null=True),
    column(
        "indicator_name",
        Text,
        "三级指标的通用名称：各乡镇的不同叫法归到一个名称之下；词表里没有的为去掉年份、地名、标点的原文",
        null=True,
    ),
    column(
        "scheme", Text, "指标体系：2015 为产出、效益、满意度；2021 另有一级成本指标", allowed=("2015", "2021")
    ),
    *published_span(history=False),
)
dim_unit = table(
    "dim_unit",
    "计量单位",
    "one row per unit in use",
    column("unit", Text, "计量单位", key=True),
    column("numerator", Text, "复合单位的分子；简单单位即本身"),
    column("denominator", Text, "复合单位的分母", null=True),
    *published_span(history=False),
)
dim_funding_source = table(
    "dim_funding_source",
    "资金来源",
    "one row per source of money",
    column("funding_source", Text, "资金来源", key=True),
    *published_span(history=False),
)
dim_project = table(
    "dim_project",
    "项目",
    "one row per project of a town in a fiscal year, with history",
    column("project_key", Text, "项目标识，由年度、乡镇、项目名称、单位、项目代码算出", key=True),
    column("fiscal_year", Integer, "年度", "年"),
    column("town_code", Text, "乡镇区划代码（9位）", refers="dim_town.town_code"),
    column("project_name", Text, "项目名称", null=True),
    column("project_code", Text, "项目代码（21位）", null=True),
    column("programme_key", Text, "同类项目标识"),
    column("department_key", Text, "主管部门标识", null=True),
    column("implementing_unit", Text, "实施单位", null=True),
    column("attribute", Text, "项目属性", null=True),
    column("period_start", Date, "项目期起", "日期", null=True),
    column("period_end", Date, "项目期止", "日期", null=True),
    column("goal", Text, "年度总体目标", null=True),
    *published_span(),
    refers("programme_key", "dim_programme.programme_key"),
    refers("department_key", "dim_department.department_key"),
)

# ------------------------------------------------------------------------------------------------- facts
fact_submission = table(
    "fact_submission",
    "收文判定：每个文件当前的一版",
    "one row per submission version",
    column("submission_id", Text, "收文标识", key=True),
    column("fiscal_year", Integer, "年度", "年"),
    column("town_code", Text, "乡镇区划代码（9位）", refers="dim_town.town_code"),
    column("version", Integer, "版次", "版", low=1),
    column("first_received_at", Moment, "这个文件第一版收到的时间", "UTC 时刻", null=True),
    column("first_received_ordinal", Integer, "第一版收到日期的序日", "日", null=True),
    column("verdict", Text, "判定", allowed=_VERDICTS),
    column("forms_in", Integer, "表数", "张", low=0),
    column("forms_accepted", Integer, "通过的表数", "张", low=0),
    column("forms_returned", Integer, "退回的表数", "张", low=0),
    column("errors", Integer, "错误数", "个", low=0),
    column("warnings", Integer, "警告数", "个", low=0),
    column("cells_in", Integer, "非空格数", "格", low=0),
    column("cells_consumed", Integer, "读入的格数", "格", low=0),
    column("cells_ignored", Integer, "按名单忽略的格数", "格", low=0),
    column("cells_reported", Integer, "报告为不认识的格数", "格", low=0),
    column("rules_version", Text, "判定所用规则的版本"),
    column("settings_version", Text, "判定所用县设置的版本；空为不清楚", null=True),
    column("decisions_version", Text, "判定所采用的更正和豁免的版本；空为没有", null=True),
    *published_span(),
    refers("submission_id", "submission.submission_id"),
)
fact_budget = table(
    "fact_budget",
    "项目资金：每张在用的表一行",
    "one row per form version; its funding lines that are no detail add up to total_yuan",
    column("form_key", Text, "表的标识，由年度、乡镇、文件名、项目名称算出", key=True),
    column("submission_id", Text, "收文标识"),
    column("form_no", Integer, "文件中第几张表", "张", low=1),
    column("fiscal_year", Integer, "年度", "年"),
    column("town_code", Text, "乡镇区划代码（9位）", refers="dim_town.town_code"),
    column("project_key", Text, "项目标识", refers="dim_project.project_key"),
    column("total_yuan", Money, "年度资金总额", "元", null=True, low=0, high=int(LARGEST_YUAN)),
    column("total_raw", Text, "年度资金总额的原文", null=True),
    column("money_unit", Text, "表上的金额单位", allowed=tuple(MONEY_UNITS)),
    column("total_address", Text, "年度资金总额的位置", null=True),
    column("goal_address", Text, "年度总体目标的位置", null=True),
    column("form_address", Text, "表的位置"),
    column("indicators", Integer, "指标行数", "行", low=0),
    column("funding_lines", Integer, "有金额的资金来源行数", "行", low=0),
    column("is_stale", Boolean, "新一版已退回，暂用上一次通过的表", "是/否"),
    column("is_corrected", Boolean, "表头或资金有由人确认的更正；原文列仍是原文", "是/否"),
    *published_span(),
    refers("submission_id", "submission.submission_id"),
    Index("ix_fact_budget_project_key", "project_key"),
)
fact_funding = table(
    "fact_funding",
    "资金来源明细：只列有金额的来源（空白是没有填，不是零）",
    "one row per form version and funding line with an amount",
    column("form_key", Text, "表的标识", key=True, refers="fact_budget.form_key"),
    column("line_no", Integer, "资金来源第几行", "行", key=True, low=1),
    column("submission_id", Text, "收文标识"),
    column("funding_source", Text, "资金来源"),
    column("is_detail", Boolean, "是上一来源的其中项，不再累加", "是/否"),
    column("amount_yuan", Money, "金额", "元", low=0, high=int(LARGEST_YUAN)),
    column("amount_raw", Text, "金额的原文", null=True),
    column("is_corrected", Boolean, "金额是由人确认的更正；原文列仍是原文", "是/否"),
    column("address", Text, "金额的位置"),
    *published_span(),
    refers("submission_id", "submission.submission_id"),
    refers("funding_source", "dim_funding_source.funding_source"),
)
fact_indicator = table(
    "fact_indicator",
    "绩效指标值",
    "one row per indicator row of a form version",
    column("form_key", Text, "表的标识", key=True, refers="fact_budget.form_key"),
    column("indicator_no", Integer, "第几条指标", "条", key=True, low=1),
    column("submission_id", Text, "收文标识"),
    column("indicator_key", Text, "指标标识"),
    column("level1_raw", Text, "一级指标的原文", null=True),
    column("level2_raw", Text, "二级指标的原文", null=True),
    column("raw", Text, "指标值的原文", null=True),
    column("kind", Text, "指标值的种类", allowed=KINDS),
    column("operator", Text, "比较符号", null=True, allowed=OPERATORS),
    column("value", Number, "数值", "见 unit", null=True),
    column("value_high", Number, "区间上限", "见 unit", null=True),
    column("unit", Text, "规范的计量单位", null=True),
    column("typed_value", Number, "换算前的数值", "见 typed_unit", null=True),
    column("typed_unit", Text, "换算前的计量单位", null=True),
    column("conversion", Text, "所作的换算", null=True),
    column("deadline", Date, "时限（所指的最后一天）", "日期", null=True),
    column("period_start", Date, "时段起", "日期", null=True),
    column("period_end", Date, "时段止", "日期", null=True),
    column("weight", Number, "权重", "分", null=True),
    column("findings", Text, "这一行触犯的规则编号，按先后用逗号分开", null=True),
    column("is_corrected", Boolean, "这一行有由人确认的更正；原文列仍是原文", "是/否"),
    column("corrected_raw", Text, "由人确认的指标值；空为没有更正", null=True),
    column("address", Text, "指标值的位置"),
    *published_span(),
    refers("submission_id", "submission.submission_id"),
    refers("indicator_key", "dim_indicator.indicator_key"),
    refers("unit", "dim_unit.unit"),
)
fact_finding = table(
    "fact_finding",
    "审核发现",
    "one row per rule broken at one place",
    column("finding_key", Text, "发现的标识，由文件（或收文位置）和序号算出", key=True),
    column("submission_id", Text, "收文标识；空为与文件无关（未报送、不认识的文件夹）", null=True),
    column("group_key", Text, "一起判定的一组：年度/乡镇"),
    column("finding_no", Integer, "在文件内的序号", "个", low=1),
    column("fiscal_year", Integer, "年度", "年", null=True),
    column("town_code", Text, "乡镇区划代码（9位）", null=True, refers="dim_town.town_code"),
    column("form_no", Integer, "文件中第几张表", "张", null=True, low=1),
    column("indicator_no", Integer, "第几条指标", "条", null=True, low=1),
    column("project_name", Text, "表上的项目名称", null=True),
    column("rule_id", Text, "规则编号", refers="dim_rule.rule_id"),
    column("severity", Text, "严重程度", allowed=SEVERITIES),
    column("address", Text, "位置", null=True),
    column("value", Text, "所写的", null=True),
    column("expected", Text, "应写的", null=True),
    column("message", Text, "说明"),
    column("action", Text, "怎么改"),
    column("finding_id", Text, "意见编号，由文件内容、表、规则、位置和所写的算出，答复时用"),
    column("state", Text, "open 待办、waived 已豁免", allowed=("open", "waived")),
    column("decided_by", Text, "豁免由谁决定", null=True),
    column("note", Text, "豁免的理由", null=True),
    *published_span(),
    refers("submission_id", "submission.submission_id"),
    Index("ix_fact_finding_submission_id", "submission_id"),
)

HISTORY: tuple[Table, ...] = tuple(each for each in metadata.sorted_tables if "pub_to" in each.c)
"""Tables whose rows have a span of publications, parents before children."""


def is_compared() -> ColumnElement[bool]:
    """Findings of letter Y: they come from comparing towns and years, not from judging a file."""
    return fact_finding.c.rule_id.startswith("Y")


def natural_key(of: Table) -> tuple[str, ...]:
    """The columns that name a thing of this table within one publication."""
    return tuple(each.name for each in of.primary_key if each.name != "pub_from")
