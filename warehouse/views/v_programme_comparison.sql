-- title: 同类项目比较
-- grain: one row per programme and town of a fiscal year
-- order: fiscal_year, programme_name, town_code
-- - fiscal_year | count | 年 | 年度
-- - programme_name | text | 无 | 同类项目名称
-- - county_name | text | 无 | 县名称
-- - town_code | text | 无 | 乡镇区划代码（9位）
-- - town_name | text | 无 | 乡镇名称
-- - projects | count | 个 | 在用的项目数
-- - total_yuan | yuan | 元 | 年度资金总额之和
-- - headcount | number | 人 | 人数：每张表取以人计的最大一个数量（其余是其中项），各表相加；没有的为空
-- - yuan_per_head | yuan | 元/人 | 人均金额
-- - county_median_yuan_per_head | yuan | 元/人 | 全县各乡镇人均金额的中位数
WITH now AS (SELECT MAX(publication_no) AS n FROM publication WHERE state = 'published'),
-- Thousandths of a person, so that a typed 4.5人 stays a whole number; more than a hundred million is no headcount.
people AS (
    SELECT
        i.form_key,
        MAX(CAST(ROUND(CAST(i.value AS NUMERIC) * 1000) AS BIGINT)) AS heads
    FROM now
    JOIN fact_indicator i ON i.pub_from <= now.n AND COALESCE(i.pub_to, now.n + 1) > now.n
    WHERE i.kind = 'quantity' AND i.unit = '人' AND CAST(i.value AS NUMERIC) BETWEEN 0 AND 100000000
    GROUP BY i.form_key
),
-- Money is summed in whole 分 (fen): the amount's text without its point, exact on both engines.
spent AS (
    SELECT
        b.fiscal_year,
        b.town_code,
        p.programme_key,
        COUNT(DISTINCT b.project_key) AS projects,
        CAST(SUM(CAST(REPLACE(CAST(b.total_yuan AS TEXT), '.', '') AS BIGINT)) AS BIGINT) AS fen,
        CAST(SUM(h.heads) AS BIGINT) AS heads
    FROM now
    JOIN fact_budget b ON b.pub_from <= now.n AND COALESCE(b.pub_to, now.n + 1) > now.n
    JOIN dim_project p ON p.project_key = b.project_key
        AND p.pub_from <= now.n AND COALESCE(p.pub_to, now.n + 1) > now.n
    LEFT JOIN people h ON h.form_key = b.form_key
    GROUP BY b.fiscal_year, b.town_code, p.programme_key
),
-- 分 per head, rounded half up in whole numbers: the same on both engines.
per_head AS (
    SELECT
        s.*,
        t.county_code,
        t.county_name,
        t.town_name,
        CASE WHEN s.heads > 0 THEN (2000 * s.fen + s.heads) / (2 * s.heads) END AS fen_per_head
    FROM now
    JOIN spent s ON now.n > 0
    JOIN dim_town t ON t.town_code = s.town_code
        AND t.pub_from <= now.n AND COALESCE(t.pub_to, now.n + 1) > now.n
),
ranked AS (
    SELECT
        h.fiscal_year,
        h.county_code,
        h.programme_key,
        h.fen_per_head,
        ROW_NUMBER() OVER (
            PARTITION BY h.fiscal_year, h.county_code, h.programme_key ORDER BY h.fen_per_head, h.town_code
        ) AS place,
        COUNT(*) OVER (PARTITION BY h.fiscal_year, h.county_code, h.programme_key) AS towns
    FROM per_head h
    WHERE h.fen_per_head IS NOT NULL
),
median AS (
    SELECT
        m.fiscal_year,
        m.county_code,
        m.programme_key,
        (2 * CAST(SUM(m.fen_per_head) AS BIGINT) + COUNT(*)) / (2 * COUNT(*)) AS fen_per_head
    FROM ranked m
    WHERE m.place IN ((m.towns + 1) / 2, (m.towns + 2) / 2)
    GROUP BY m.fiscal_year, m.county_code, m.programme_key
)
SELECT
    h.fiscal_year,
    g.programme_name,
    h.county_name,
    h.town_code,
    h.town_name,
    h.projects,
    CAST(h.fen / 100.0 AS NUMERIC(18, 2)) AS total_yuan,
    CAST(h.heads / 1000.0 AS NUMERIC) AS headcount,
    CAST(h.fen_per_head / 100.0 AS NUMERIC(18, 2)) AS yuan_per_head,
    CAST(m.fen_per_head / 100.0 AS NUMERIC(18, 2)) AS county_median_yuan_per_head
FROM per_head h
JOIN dim_programme g ON g.programme_key = h.programme_key
LEFT JOIN median m ON m.fiscal_year = h.fiscal_year
    AND m.county_code = h.county_code
    AND m.programme_key = h.programme_key
