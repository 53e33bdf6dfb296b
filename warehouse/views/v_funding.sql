-- title: 资金来源
-- grain: one row per project form in force and source of money with an amount; details of a source are left out, so amounts add up
-- order: fiscal_year, town_code, file_name, form_no, line_no, project_name
-- - fiscal_year | count | 年 | 年度
-- - county_name | text | 无 | 县名称
-- - town_code | text | 无 | 乡镇区划代码（9位）
-- - town_name | text | 无 | 乡镇名称
-- - department_code | text | 无 | 主管部门代码
-- - project_name | text | 无 | 项目名称
-- - programme_name | text | 无 | 同类项目名称
-- - funding_source | text | 无 | 资金来源
-- - amount_yuan | yuan | 元 | 金额
-- - form_no | count | 张 | 文件中第几张表
-- - line_no | count | 行 | 资金来源第几行
-- - file_name | text | 无 | 文件名
-- - file_sha256 | text | 无 | 文件内容的 SHA-256
-- - submission_version | count | 版 | 文件的版次
-- - is_stale | flag | 是/否 | 新一版已退回，暂用上一次通过的表
-- - amount_raw | text | 无 | 金额的原文
-- - address | text | 无 | 金额的位置
-- - is_corrected | flag | 是/否 | 金额是由人确认的更正；amount_raw 仍是原文
WITH now AS (SELECT MAX(publication_no) AS n FROM publication WHERE state = 'published')
SELECT
    b.fiscal_year,
    t.county_name,
    b.town_code,
    t.town_name,
    d.department_code,
    p.project_name,
    g.programme_name,
    f.funding_source,
    CAST(f.amount_yuan AS NUMERIC(18, 2)) AS amount_yuan,
    b.form_no,
    f.line_no,
    s.file_name,
    s.file_sha256,
    s.version AS submission_version,
    b.is_stale,
    f.amount_raw,
    f.address,
    f.is_corrected
FROM now
JOIN fact_funding f ON f.pub_from <= now.n AND COALESCE(f.pub_to, now.n + 1) > now.n
JOIN fact_budget b ON b.form_key = f.form_key
    AND b.pub_from <= now.n AND COALESCE(b.pub_to, now.n + 1) > now.n
JOIN submission s ON s.submission_id = b.submission_id
JOIN dim_town t ON t.town_code = b.town_code
    AND t.pub_from <= now.n AND COALESCE(t.pub_to, now.n + 1) > now.n
JOIN dim_project p ON p.project_key = b.project_key
    AND p.pub_from <= now.n AND COALESCE(p.pub_to, now.n + 1) > now.n
JOIN dim_programme g ON g.programme_key = p.programme_key
LEFT JOIN dim_department d ON d.department_key = p.department_key
WHERE NOT f.is_detail
