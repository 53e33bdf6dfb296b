-- title: 审核发现
-- grain: one row per rule broken at one place of a current file, or by what is missing from or wrong in the inbox
-- order: fiscal_year, town_code, file_name, group_key, finding_no
-- - fiscal_year | count | 年 | 年度
-- - town_code | text | 无 | 乡镇区划代码（9位）
-- - town_name | text | 无 | 乡镇名称
-- - file_name | text | 无 | 文件名
-- - finding_no | count | 个 | 在文件内的序号
-- - form_no | count | 张 | 文件中第几张表
-- - indicator_no | count | 条 | 第几条指标
-- - project_name | text | 无 | 表上的项目名称
-- - rule_id | text | 无 | 规则编号
-- - rule_title | text | 无 | 规则名称
-- - severity | text | 无 | 严重程度
-- - address | text | 无 | 位置
-- - value | text | 无 | 所写的
-- - expected | text | 无 | 应写的
-- - message | text | 无 | 说明
-- - action | text | 无 | 怎么改
-- - file_sha256 | text | 无 | 文件内容的 SHA-256
-- - submission_version | count | 版 | 文件的版次
-- - group_key | text | 无 | 一起判定的一组：年度/乡镇
-- - finding_id | text | 无 | 意见编号，答复时用
-- - state | text | 无 | open 待办、waived 已豁免（不再退回）
-- - decided_by | text | 无 | 豁免由谁决定
-- - note | text | 无 | 豁免的理由
-- - override_reason | text | 无 | 本县改变这条规则严重程度的理由；空为没有改变
WITH now AS (SELECT MAX(publication_no) AS n FROM publication WHERE state = 'published')
SELECT
    f.fiscal_year,
    f.town_code,
    t.town_name,
    s.file_name,
    f.finding_no,
    f.form_no,
    f.indicator_no,
    f.project_name,
    f.rule_id,
    r.title AS rule_title,
    f.severity,
    f.address,
    f.value,
    f.expected,
    f.message,
    f.action,
    s.file_sha256,
    s.version AS submission_version,
    f.group_key,
    f.finding_id,
    f.state,
    f.decided_by,
    f.note,
    r.override_reason
FROM now
JOIN fact_finding f ON f.pub_from <= now.n AND COALESCE(f.pub_to, now.n + 1) > now.n
LEFT JOIN submission s ON s.submission_id = f.submission_id
LEFT JOIN dim_town t ON t.town_code = f.town_code
    AND t.pub_from <= now.n AND COALESCE(t.pub_to, now.n + 1) > now.n
LEFT JOIN dim_rule r ON r.rule_id = f.rule_id
    AND r.pub_from <= now.n AND COALESCE(r.pub_to, now.n + 1) > now.n
