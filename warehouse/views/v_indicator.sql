-- title: 绩效指标
-- grain: one row per indicator row of a project form in force
-- order: fiscal_year, town_code, file_name, form_no, indicator_no, project_name
-- - fiscal_year | count | 年 | 年度
-- - town_code | text | 无 | 乡镇区划代码（9位）
-- - town_name | text | 无 | 乡镇名称
-- - project_name | text | 无 | 项目名称
-- - programme_name | text | 无 | 同类项目名称
-- - form_no | count | 张 | 文件中第几张表
-- - indicator_no | count | 条 | 第几条指标
-- - level1 | text | 无 | 一级指标
-- - level2 | text | 无 | 二级指标
-- - level3 | text | 无 | 三级指标
-- - kind | text | 无 | 指标值的种类
-- - operator | text | 无 | 比较符号
-- - value | number | 见 unit | 数值
-- - value_high | number | 见 unit | 区间上限
-- - unit | text | 无 | 规范的计量单位
-- - deadline | date | 日期 | 时限（所指的最后一天）
-- - period_start | date | 日期 | 时段起
-- - period_end | date | 日期 | 时段止
-- - weight | number | 分 | 权重
-- - raw | text | 无 | 指标值的原文
-- - address | text | 无 | 指标值的位置
-- - findings | text | 无 | 这一行触犯的规则编号，按先后用逗号分开
-- - file_name | text | 无 | 文件名
-- - file_sha256 | text | 无 | 文件内容的 SHA-256
-- - submission_version | count | 版 | 文件的版次
-- - is_stale | flag | 是/否 | 新一版已退回，暂用上一次通过的表
-- - indicator_name | text | 无 | 三级指标的通用名称
-- - is_corrected | flag | 是/否 | 这一行有由人确认的更正；raw 仍是原文
-- - corrected_raw | text | 无 | 由人确认的指标值；空为没有更正
WITH now AS (SELECT MAX(publication_no) AS n FROM publication WHERE state = 'published')
SELECT
    b.fiscal_year,
    b.town_code,
    t.town_name,
    p.project_name,
    g.programme_name,
    b.form_no,
    i.indicator_no,
    k.level1,
    k.level2,
    k.level3,
    i.kind,
    i.operator,
    CAST(i.value AS NUMERIC) AS value,
    CAST(i.value_high AS NUMERIC) AS value_high,
    i.unit,
    i.deadline,
    i.period_start,
    i.period_end,
    CAST(i.weight AS NUMERIC) AS weight,
    i.raw,
    i.address,
    i.findings,
    s.file_name,
    s.file_sha256,
    s.version AS submission_version,
    b.is_stale,
    k.indicator_name,
    i.is_corrected,
    i.corrected_raw
FROM now
JOIN fact_indicator i ON i.pub_from <= now.n AND COALESCE(i.pub_to, now.n + 1) > now.n
JOIN dim_indicator k ON k.indicator_key = i.indicator_key
JOIN fact_budget b ON b.form_key = i.form_key
    AND b.pub_from <= now.n AND COALESCE(b.pub_to, now.n + 1) > now.n
JOIN submission s ON s.submission_id = b.submission_id
JOIN dim_town t ON t.town_code = b.town_code
    AND t.pub_from <= now.n AND COALESCE(t.pub_to, now.n + 1) > now.n
JOIN dim_project p ON p.project_key = b.project_key
    AND p.pub_from <= now.n AND COALESCE(p.pub_to, now.n + 1) > now.n
JOIN dim_programme g ON g.programme_key = p.programme_key
