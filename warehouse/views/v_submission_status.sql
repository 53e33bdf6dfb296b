-- title: 报送情况
-- grain: one row per town and fiscal year, of years with a due date or a submission of any town; judged by the latest first arrival among its current files (a corrected version is not late)
-- order: fiscal_year, town_code
-- - fiscal_year | count | 年 | 年度
-- - county_name | text | 无 | 县名称
-- - town_code | text | 无 | 乡镇区划代码（9位）
-- - town_name | text | 无 | 乡镇名称
-- - state | text | 无 | on_time 按期、late 迟报、missing 未报
-- - due_date | date | 日期 | 报送截止日
-- - received_at | moment | UTC 时刻 | 各文件第一版收到时间中最晚的
-- - days_late | count | 日 | 迟报天数；按期为 0，未报为空
-- - files | count | 个 | 当前文件数
-- - version | count | 版 | 各文件版次中最高的
-- - verdict | text | 无 | 合并的判定
-- - forms_in | count | 张 | 表数
-- - forms_accepted | count | 张 | 通过的表数
-- - forms_returned | count | 张 | 退回的表数
-- - errors | count | 个 | 错误数
-- - warnings | count | 个 | 警告数
WITH now AS (SELECT MAX(publication_no) AS n FROM publication WHERE state = 'published'),
received AS (
    SELECT
        f.fiscal_year,
        f.town_code,
        COUNT(*) AS files,
        MAX(f.first_received_at) AS received_at,
        MAX(f.first_received_ordinal) AS received_ordinal,
        MAX(f.version) AS version,
        SUM(CASE WHEN f.verdict = 'accepted' THEN 1 ELSE 0 END) AS files_accepted,
        SUM(CASE WHEN f.verdict = 'returned' THEN 1 ELSE 0 END) AS files_returned,
        SUM(f.forms_in) AS forms_in,
        SUM(f.forms_accepted) AS forms_accepted,
        SUM(f.forms_returned) AS forms_returned,
        SUM(f.errors) AS errors,
        SUM(f.warnings) AS warnings
    FROM now
    JOIN fact_submission f ON f.pub_from <= now.n AND COALESCE(f.pub_to, now.n + 1) > now.n
    GROUP BY f.fiscal_year, f.town_code
)
SELECT
    y.fiscal_year,
    t.county_name,
    t.town_code,
    t.town_name,
    CASE
        WHEN r.town_code IS NULL THEN 'missing'
        WHEN r.received_ordinal > y.due_ordinal THEN 'late'
        ELSE 'on_time'
    END AS state,
    y.due_date,
    r.received_at,
    CASE
        WHEN r.received_ordinal > y.due_ordinal THEN r.received_ordinal - y.due_ordinal
        WHEN r.received_ordinal <= y.due_ordinal THEN 0
    END AS days_late,
    COALESCE(r.files, 0) AS files,
    r.version,
    CASE
        WHEN r.files_accepted = r.files THEN 'accepted'
        WHEN r.files_returned = r.files THEN 'returned'
        WHEN r.files > 0 THEN 'partial'
    END AS verdict,
    COALESCE(r.forms_in, 0) AS forms_in,
    COALESCE(r.forms_accepted, 0) AS forms_accepted,
    COALESCE(r.forms_returned, 0) AS forms_returned,
    COALESCE(r.errors, 0) AS errors,
    COALESCE(r.warnings, 0) AS warnings
FROM now
JOIN dim_fiscal_year y ON y.pub_from <= now.n AND COALESCE(y.pub_to, now.n + 1) > now.n
JOIN dim_town t ON t.county_code = y.county_code
    AND t.pub_from <= now.n AND COALESCE(t.pub_to, now.n + 1) > now.n
LEFT JOIN received r ON r.fiscal_year = y.fiscal_year AND r.town_code = t.town_code
-- A year nobody was asked about and nobody sent for is there for comparison only.
WHERE y.due_date IS NOT NULL OR y.fiscal_year IN (SELECT fiscal_year FROM received)
