-- title: 项目资金
-- grain: one row per project form in force
-- order: fiscal_year, town_code, file_name, form_no, project_name
-- - fiscal_year | count | 年 | 年度
-- - county_name | text | 无 | 县名称
-- - town_code | text | 无 | 乡镇区划代码（9位）
-- - town_name | text | 无 | 乡镇名称
-- - department_code | text | 无 | 主管部门代码
-- - department_name | text | 无 | 主管部门名称
-- - project_name | text | 无 | 项目名称
-- - programme_name | text | 无 | 同类项目名称
-- - total_yuan | yuan | 元 | 年度资金总额
-- - form_no | count | 张 | 文件中第几张表
-- - file_name | text | 无 | 文件名
-- - file_sha256 | text | 无 | 文件内容的 SHA-256
-- - submission_version | count | 版 | 文件的版次
-- - is_stale | flag | 是/否 | 新一版已退回，暂用上一次通过的表
-- - implementing_unit | text | 无 | 实施单位
-- - attribute | text | 无 | 项目属性
-- - period_start | date | 日期 | 项目期起
-- - period_end | date | 日期 | 项目期止
-- - total_raw | text | 无 | 年度资金总额的原文
-- - address | text | 无 | 年度资金总额的位置
-- - is_corrected | flag | 是/否 | 表头或资金有由人确认的更正；total_raw 仍是原文
WITH now AS (SELECT MAX(publication_no) AS n FROM publication WHERE state = 'published')
SELECT
    b.fiscal_year,
    t.county_name,
    b.town_code,
    t.town_name,
    d.department_code,
    d.department_name,
    p.project_name,
    g.programme_name,
    CAST(b.total_yuan AS NUMERIC(18, 2)) AS total_yuan,
    b.form_no,
    s.file_name,
    s.file_sha256,
    s.version AS submission_version,
    b.is_stale,
    p.implementing_unit,
    p.attribute,
    p.period_start,
    p.period_end,
    b.total_raw,
    b.total_address AS address,
    b.is_corrected
FROM now
JOIN fact_budget b ON b.pub_from <= now.n AND COALESCE(b.pub_to, now.n + 1) > now.n
JOIN submission s ON s.submission_id = b.submission_id
JOIN dim_town t ON t.town_code = b.town_code
    AND t.pub_from <= now.n AND COALESCE(t.pub_to, now.n + 1) > now.n
JOIN dim_project p ON p.project_key = b.project_key
    AND p.pub_from <= now.n AND COALESCE(p.pub_to, now.n + 1) > now.n
JOIN dim_programme g ON g.programme_key = p.programme_key
LEFT JOIN dim_department d ON d.department_key = p.department_key
