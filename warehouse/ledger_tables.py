"""The ledger's tables: what was received, which run did it, what is published, what a person corrected, who may write."""

from sqlalchemy import BigInteger, Index, Integer, Text

from warehouse.columns import Moment, column
from warehouse.declare import table

submission = table(
    "submission",
    "收文台账：收到过的每个文件的每一版",
    "one row per file version of a town and fiscal year, kept for ever",
    column("submission_id", Text, "收文标识，由年度、乡镇、文件名、版次算出", key=True),
    column("fiscal_year", Integer, "所在文件夹的年度", "年"),
    column("town_code", Text, "乡镇区划代码（9位）"),
    column("file_name", Text, "文件名"),
    column("version", Integer, "版次，从1起", "版", low=1),
    column("file_sha256", Text, "文件内容的 SHA-256"),
    column("size_bytes", BigInteger, "文件大小", "字节", low=0),
    column("received_at", Moment, "收到时间", "UTC 时刻", null=True),
    column("received_ordinal", Integer, "收到日期的序日（公元1年1月1日为1）", "日", null=True),
    column("archive_url", Text, "归档副本的位置", null=True),
    column("run_id", Text, "首次装载它的运行"),
    column("pub_from", Integer, "首次装载它的发布号", "次", low=1),
    Index("ux_submission_version", "fiscal_year", "town_code", "file_name", "version", unique=True),
)
run = table(
    "run",
    "运行台账",
    "one row per execution of the consolidation",
    column("run_id", Text, "运行标识", key=True),
    column("state", Text, "状态", allowed=("running", "published", "unchanged", "failed", "abandoned")),
    column("host", Text, "主机名"),
    column("pid", Integer, "进程号"),
    column("started_at", Moment, "开始时间", "UTC 时刻"),
    column("finished_at", Moment, "结束时间", "UTC 时刻", null=True),
    column("publication_no", Integer, "发布号", "次", null=True),
    column("reasons", Text, "未能发布的原因（JSON 文本数组）", null=True),
)
publication = table(
    "publication",
    "发布台账：当前发布号是状态为 published 的最大一号",
    "one row per numbered switch of visibility, failed ones included",
    column("publication_no", Integer, "发布号，从1起", "次", key=True, low=1),
    column("state", Text, "状态", allowed=("published", "failed")),
    column("run_id", Text, "运行标识"),
    column("decided_at", Moment, "发布或失败的时间", "UTC 时刻"),
    column("reasons", Text, "未能发布的原因（JSON 文本数组）", null=True),
)
correction = table(
    "correction",
    "更正台账：由人确认过的更正和豁免；同一条意见以最后一次决定为准",
    "one row per decision of a person about a finding, kept for ever",
    column("correction_id", Text, "决定的标识，由意见编号和第几次决定算出", key=True),
    column("decision_no", Integer, "第几次决定，从1起，全部决定统一编号", "次", low=1),
    column(
        "kind",
        Text,
        "correction 更正、waiver 豁免、undone 撤销以前的决定",
        allowed=("correction", "waiver", "undone"),
    ),
    column("finding_id", Text, "意见编号"),
    column("group_key", Text, "一起判定的一组：年度/乡镇"),
    column("file_name", Text, "文件名；空为与文件无关", null=True),
    column("file_sha256", Text, "文件内容的 SHA-256；空为与文件无关", null=True),
    column("form_no", Integer, "第几张表", "张", null=True, low=1),
    column("address", Text, "位置", null=True),
    column("rule_id", Text, "依据的规则"),
    column("old_value", Text, "这一格的原文；不是更正的为意见所指的内容", null=True),
    column("new_value", Text, "更正为；不是更正的为空", null=True),
    column("reason", Text, "理由"),
    column("accepted_by", Text, "确认人"),
    column("accepted_at", Moment, "确认时间", "UTC 时刻"),
    column(
        "void_from", Integer, "自第几次发布起失效：这个文件有了新版；空为没有失效", "次", null=True, low=1
    ),
    Index("ix_correction_finding_id", "finding_id"),
)
programme_decision = table(
    "programme_decision",
    "同类项目台账：由人决定两个名称是不是同类项目；同一对名称以最后一次决定为准",
    "one row per decision of a person about two project names",
    column("name", Text, "项目名称（去掉空白、标点、年份和地名）", key=True),
    column("other_name", Text, "另一个项目名称", key=True),
    column("decision_no", Integer, "第几次决定，从1起，全部决定统一编号", "次", key=True, low=1),
    column("verdict", Text, "merge 是同类项目，apart 不是", allowed=("merge", "apart")),
    column("reason", Text, "理由", null=True),
    column("decided_by", Text, "决定人"),
    column("decided_at", Moment, "决定时间", "UTC 时刻"),
)
lock = table(
    "lock",
    "运行锁：同一时刻只有一个运行在写",
    "one row per held lock",
    column("name", Text, "锁名", key=True),
    column("token", Text, "持有凭证"),
    column("holder", Text, "持有者"),
    column("host", Text, "主机名"),
    column("pid", Integer, "进程号"),
    column("process_started", Text, "进程启动时刻的系统标识，用来识破重用的进程号", null=True),
    column("acquired_at", Moment, "取得时间", "UTC 时刻"),
    column("heartbeat_at", Moment, "最近一次心跳", "UTC 时刻"),
)
