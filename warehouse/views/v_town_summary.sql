-- title: 乡镇汇总
-- grain: one row per town and fiscal year with a current submission
-- order: fiscal_year, town_code
-- - fiscal_year | count | 年 | 年度
-- - county_name | text | 无 | 县名称
-- - town_code | text | 无 | 乡镇区划代码（9位）
-- - town_name | text | 无 | 乡镇名称
-- - projects | count | 个 | 在用的项目数
-- - total_yuan | yuan | 元 | 在用项目的年度资金总额之和
-- - villages | count | 个 | 村委会数
-- - yuan_per_village | yuan | 元/村 | 平均每村金额
-- - satisfaction_target_pct | number | % | 满意度目标值，按资金加权；一张表有几条的先取平均
-- - forms_returned | count | 张 | 退回的表数
-- - stale_forms | count | 张 | 暂用上一次通过的表数
-- - warnings | count | 个 | 警告数
WITH now AS (SELECT MAX(publication_no) AS n FROM publication WHERE state = 'published'),
received AS (
    SELECT
        f.fiscal_year,
        f.town_code,
        SUM(f.forms_returned) AS forms_returned,
        SUM(f.warnings) AS warnings
    FROM now
    JOIN fact_submission f ON f.pub_from <= now.n AND COALESCE(f.pub_to, now.n + 1) > now.n
    GROUP BY f.fiscal_year, f.town_code
),
-- Money is summed in whole 分 (fen): the amount's text without its point, exact on both engines.
budget AS (
    SELECT
        b.form_key,
        b.fiscal_year,
        b.town_code,
        b.project_key,
        b.is_stale,
        CAST(REPLACE(CAST(b.total_yuan AS TEXT), '.', '') AS BIGINT) AS fen
    FROM now
    JOIN fact_budget b ON b.pub_from <= now.n AND COALESCE(b.pub_to, now.n + 1) > now.n
),
money AS (
    SELECT
        b.fiscal_year,
        b.town_code,
        COUNT(DISTINCT b.project_key) AS projects,
        SUM(CASE WHEN b.is_stale THEN 1 ELSE 0 END) AS stale_forms,
        CAST(SUM(b.fen) AS BIGINT) AS fen
    FROM budget b
    GROUP BY b.fiscal_year, b.town_code
),
-- Per form, in hundredths of a percent, rounded half up.
satisfaction AS (
    SELECT
        i.form_key,
        (2 * CAST(SUM(CAST(ROUND(CAST(i.value AS NUMERIC) * 100) AS BIGINT)) AS BIGINT) + COUNT(*))
            / (2 * COUNT(*)) AS target
    FROM now
    JOIN fact_indicator i ON i.pub_from <= now.n AND COALESCE(i.pub_to, now.n + 1) > now.n
    JOIN dim_indicator k ON k.indicator_key = i.indicator_key
    WHERE i.kind = 'ratio'
        AND (k.level1 = '满意度指标' OR k.level2 = '服务对象满意度指标')
        AND CAST(i.value AS NUMERIC) BETWEEN 0 AND 100
    GROUP BY i.form_key
),
weighted AS (
    SELECT
        b.fiscal_year,
        b.town_code,
        CAST(SUM(b.fen * s.target) AS BIGINT) AS parts,
        CAST(SUM(b.fen) AS BIGINT) AS fen
    FROM budget b
    JOIN satisfaction s ON s.form_key = b.form_key
    GROUP BY b.fiscal_year, b.town_code
)
SELECT
    r.fiscal_year,
    t.county_name,
    r.town_code,
    t.town_name,
    COALESCE(m.projects, 0) AS projects,
    CAST(COALESCE(m.fen, 0) / 100.0 AS NUMERIC(18, 2)) AS total_yuan,
    t.villages,
    CASE
        WHEN t.villages > 0 THEN
            CAST(((2 * COALESCE(m.fen, 0) + t.villages) / (2 * t.villages)) / 100.0 AS NUMERIC(18, 2))
    END AS yuan_per_village,
    CASE
        WHEN w.fen > 0 THEN CAST(((2 * w.parts + w.fen) / (2 * w.fen)) / 100.0 AS NUMERIC(5, 2))
    END AS satisfaction_target_pct,
    r.forms_returned,
    COALESCE(m.stale_forms, 0) AS stale_forms,
    r.warnings
FROM now
JOIN received r ON now.n > 0
JOIN dim_town t ON t.town_code = r.town_code
    AND t.pub_from <= now.n AND COALESCE(t.pub_to, now.n + 1) > now.n
LEFT JOIN money m ON m.fiscal_year = r.fiscal_year AND m.town_code = r.town_code
LEFT JOIN weighted w ON w.fiscal_year = r.fiscal_year AND w.town_code = r.town_code
