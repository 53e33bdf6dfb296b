"""What must hold of the rows a publication would show: one named query per expectation, which lists what breaks it.

Great-expectations runs them over a batch of one row, the number of the publication under audit: ``{batch}``
stands for ``SELECT <number> AS n``. Keys, references, vocabularies and bounds follow from ``tables.py``;
balances and conservation are written out below. Every query runs on SQLite and on PostgreSQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy import types as sql

from warehouse.columns import Money
from warehouse.tables import HISTORY, metadata, natural_key


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must hold."""

    name: str
    """``table.what``, for logs and tests."""
    sentence: str
    """What is wrong when a row is listed, in Chinese."""
    query: str
    """Lists the rows that break it; ``{batch}`` is the publication under audit."""


def shown(table: str) -> str:
    """The rows of a table as the publication under audit shows them, as a subquery."""
    return (
        f"(SELECT s.* FROM {table} AS s JOIN {{batch}} AS now"  # noqa: S608 - names of our tables
        " ON s.pub_from <= now.n AND COALESCE(s.pub_to, now.n + 1) > now.n)"
    )


@cache
def expectations() -> tuple[Expectation, ...]:
    """All of them, in the order a report should show failures: the general ones first."""
    general = [each for table in HISTORY for each in _of_table(table)]
    return (*general, *_BALANCES)


def _of_table(table: Table) -> Iterator[Expectation]:
    title = table.comment or table.name
    yield _spans(table, title)
    yield _unique(table, title)
    for name, sentence, parts in (
        ("keys", "标识或必填列为空", _empty(table)),
        ("vocabulary", "出现词表之外的值", _outside(table)),
        ("bounds", "数值超出允许的范围", _beyond(table)),
        ("references", "所引用的行在这次发布里不存在", _dangling(table)),
    ):
        queries = list(parts)
        if queries:
            yield Expectation(f"{table.name}.{name}", f"{title}：{sentence}。", " UNION ALL ".join(queries))


def _key_text(table: Table, alias: str = "t") -> str:
    """The natural key as one readable text, the same on both engines."""
    return " || ' · ' || ".join(f"CAST({alias}.{name} AS TEXT)" for name in natural_key(table))


def _faulty(table: Table, column: "Column[Any]", condition: str, source: str | None = None) -> str:
    return (
        f"SELECT {_key_text(table)} AS row_key, '{column.name}' AS column_name,"  # noqa: S608 - names of our tables
        f" CAST(t.{column.name} AS TEXT) AS value FROM {source or shown(table.name)} AS t WHERE {condition}"
    )


def _spans(table: Table, title: str) -> Expectation:
    query = (
        f"SELECT {_key_text(table)} AS row_key, t.pub_from, t.pub_to FROM {table.name} AS t"  # noqa: S608
        " JOIN {batch} AS now ON t.pub_to <= t.pub_from OR t.pub_from > now.n OR t.pub_to > now.n"
    )
    return Expectation(
        f"{table.name}.span", f"{title}：有效的起止发布号前后颠倒，或写到了以后的发布里。", query
    )


def _unique(table: Table, title: str) -> Expectation:
    key = _key_text(table)
    query = f"SELECT {key} AS row_key, COUNT(*) AS copies FROM {shown(table.name)} AS t GROUP BY {key} HAVING COUNT(*) > 1"  # noqa: S608
    return Expectation(f"{table.name}.unique", f"{title}：同一标识在这次发布里有几行。", query)


def _empty(table: Table) -> Iterator[str]:
    for column in table.c:
        if column.nullable or column.name == "pub_from":
            continue
        is_key = column.name in natural_key(table)
        blank = f" OR CAST(t.{column.name} AS TEXT) = ''" if is_key else ""
        yield _faulty(table, column, f"(t.{column.name} IS NULL{blank})")


def _outside(table: Table) -> Iterator[str]:
    for column in table.c:
        if allowed := column.info.get("allowed"):
            words = ", ".join(f"'{word}'" for word in allowed)
            yield _faulty(table, column, f"t.{column.name} NOT IN ({words})")


def _beyond(table: Table) -> Iterator[str]:
    for column in table.c:
        number = f"CAST(t.{column.name} AS NUMERIC)"
        if "low" in column.info and column.name not in ("pub_from", "pub_to"):
            yield _faulty(table, column, f"{number} < {column.info['low']:d}")
        if "high" in column.info:
            yield _faulty(table, column, f"{number} > {column.info['high']:d}")
        if isinstance(column.type, Money):
            yield _faulty(table, column, f"CAST(t.{column.name} AS TEXT) NOT LIKE '%.__'")
        if isinstance(column.type, sql.Boolean):
            yield _faulty(table, column, f"CAST(t.{column.name} AS TEXT) NOT IN ('0', '1', 'true', 'false')")


def _dangling(table: Table) -> Iterator[str]:
    for column in table.c:
        targets = [key.target_fullname for key in column.foreign_keys]
        if refers := column.info.get("refers"):
            targets.append(refers)
        for target in targets:
            there, _, name = target.partition(".")
            source = shown(there) if "pub_to" in metadata.tables[there].c else there
            yield _faulty(
                table,
                column,
                f"t.{column.name} IS NOT NULL AND NOT EXISTS"  # noqa: S608
                f" (SELECT 1 FROM {source} AS o WHERE o.{name} = t.{column.name})",
            )


def _fen(column: str) -> str:
    """An amount in whole 分: its text without the point, exact on both engines."""
    return f"CAST(REPLACE(CAST({column} AS TEXT), '.', '') AS BIGINT)"


_FILE = "l.fiscal_year, l.town_code, l.file_name, l.version"
_JUDGED = f"{shown('fact_submission')} AS f JOIN submission AS l ON l.submission_id = f.submission_id"
_IN_FORCE = f"{shown('fact_budget')} AS b JOIN submission AS l ON l.submission_id = b.submission_id"


def _children(name: str, table: str, count: str, sentence: str) -> Expectation:
    query = (
        f"SELECT {_FILE}, b.form_no, b.{count} AS expected, COUNT(c.form_key) AS held"  # noqa: S608
        f" FROM {_IN_FORCE} LEFT JOIN {shown(table)} AS c"
        " ON c.form_key = b.form_key AND c.submission_id = b.submission_id"
        f" GROUP BY {_FILE}, b.form_no, b.form_key, b.{count} HAVING COUNT(c.form_key) <> b.{count}"
    )
    return Expectation(name, sentence, query)


def _severity(severity: str, count: str, word: str) -> Expectation:
    query = (
        f"SELECT {_FILE}, f.{count} AS expected, COUNT(c.finding_key) AS held"  # noqa: S608
        f" FROM {_JUDGED} LEFT JOIN {shown('fact_finding')} AS c"
        f" ON c.submission_id = f.submission_id AND c.severity = '{severity}' AND c.state = 'open' AND c.rule_id NOT LIKE 'Y%'"
        f" GROUP BY {_FILE}, f.{count} HAVING COUNT(c.finding_key) <> f.{count}"
    )
    return Expectation(f"fact_finding.{count}", f"文件判定里的{word}数与待办的审核发现的行数不等。", query)


def _decided(name: str, sentence: str, table: str, kind: str, *, same: str, marked: str) -> Expectation:
    """Every row that says a person decided something about it has that decision in the ledger."""
    query = (
        f"SELECT {_key_text_of(table)} AS row_key FROM {shown(table)} AS t"  # noqa: S608
        f" LEFT JOIN submission AS l ON l.submission_id = t.submission_id"
        f" WHERE {marked} AND NOT EXISTS (SELECT 1 FROM correction AS d"
        f" WHERE d.kind = '{kind}' AND {same})"
    )
    return Expectation(name, sentence, query)


def _key_text_of(name: str) -> str:
    return _key_text(metadata.tables[name])


_SAME_FILE = "d.file_sha256 = l.file_sha256"


_BALANCES = (
    Expectation(
        "fact_budget.balance",
        "年度资金总额不等于各来源之和，而这张表没有因此被指出（规则 M01）。",
        f"SELECT {_FILE}, b.form_no, CAST(b.total_yuan AS TEXT) AS total_yuan, m.fen AS funding_fen"  # noqa: S608
        f" FROM {_IN_FORCE} JOIN (SELECT t.form_key, SUM({_fen('t.amount_yuan')}) AS fen"
        f" FROM {shown('fact_funding')} AS t WHERE NOT t.is_detail GROUP BY t.form_key) AS m"
        " ON m.form_key = b.form_key"
        f" WHERE {_fen('b.total_yuan')} <> m.fen"
        " AND NOT EXISTS (SELECT 1 FROM fact_finding AS e WHERE e.submission_id = b.submission_id"
        " AND e.form_no = b.form_no AND e.rule_id = 'M01')"
        f" AND NOT EXISTS (SELECT 1 FROM {shown('dim_rule')} AS r"
        " WHERE r.rule_id = 'M01' AND r.severity = 'off')",
    ),
    Expectation(
        "fact_submission.forms",
        "表数不等于通过的加退回的。",
        f"SELECT {_FILE}, f.forms_in, f.forms_accepted, f.forms_returned"  # noqa: S608
        f" FROM {_JUDGED} WHERE f.forms_in <> f.forms_accepted + f.forms_returned",
    ),
    Expectation(
        "fact_submission.cells",
        "非空格数不等于读入的、按名单忽略的、报告的之和：有的格子不声不响地丢了。",
        f"SELECT {_FILE}, f.cells_in, f.cells_consumed, f.cells_ignored, f.cells_reported"  # noqa: S608
        f" FROM {_JUDGED} WHERE f.cells_in <> f.cells_consumed + f.cells_ignored + f.cells_reported",
    ),
    Expectation(
        "fact_budget.accepted_forms",
        "一个文件在用的表数不等于它通过的表数。",
        f"SELECT {_FILE}, f.forms_accepted AS expected, COUNT(b.form_key) AS held"  # noqa: S608
        f" FROM {_JUDGED} LEFT JOIN {shown('fact_budget')} AS b"
        " ON b.submission_id = f.submission_id AND NOT b.is_stale"
        f" GROUP BY {_FILE}, f.forms_accepted HAVING COUNT(b.form_key) <> f.forms_accepted",
    ),
    _children("fact_indicator.count", "fact_indicator", "indicators", "一张表的指标行数与装载时不等。"),
    _children("fact_funding.count", "fact_funding", "funding_lines", "一张表的资金来源行数与装载时不等。"),
    _severity("error", "errors", "错误"),
    _severity("warning", "warnings", "警告"),
    _decided(
        "fact_finding.waived",
        "豁免的意见在更正台账里没有依据，或没有写明由谁决定。",
        "fact_finding",
        "waiver",
        same="d.finding_id = t.finding_id AND d.accepted_by = t.decided_by",
        marked="t.state = 'waived'",
    ),
    *(
        _decided(
            f"{table}.corrected",
            f"{title}标为已更正，而更正台账里没有这个文件的更正。",
            table,
            "correction",
            same=_SAME_FILE,
            marked="t.is_corrected",
        )
        for table, title in (("fact_budget", "表"), ("fact_funding", "资金来源"), ("fact_indicator", "指标"))
    ),
    Expectation(
        "fact_submission.one_version",
        "同一个文件有几版同时有效。",
        f"SELECT l.fiscal_year, l.town_code, l.file_name, COUNT(*) AS versions FROM {_JUDGED}"  # noqa: S608
        " GROUP BY l.fiscal_year, l.town_code, l.file_name HAVING COUNT(*) > 1",
    ),
    Expectation(
        "fact_submission.ledger",
        "文件判定与收文台账的年度、乡镇或版次不符。",
        f"SELECT {_FILE}, f.fiscal_year AS judged_year, f.town_code AS judged_town,"  # noqa: S608
        f" f.version AS judged_version FROM {_JUDGED} WHERE f.fiscal_year <> l.fiscal_year"
        " OR f.town_code <> l.town_code OR f.version <> l.version",
    ),
    Expectation(
        "fact_budget.current",
        "在用的表不是文件当前的一版，又没有标明暂用旧版；或者文件没有有效的判定。",
        f"SELECT {_FILE}, b.form_no, b.is_stale FROM {_IN_FORCE} WHERE NOT EXISTS (SELECT 1"  # noqa: S608
        f" FROM {shown('fact_submission')} AS f JOIN submission AS o ON o.submission_id = f.submission_id"
        " WHERE o.fiscal_year = l.fiscal_year AND o.town_code = l.town_code AND o.file_name = l.file_name"
        " AND (o.version = l.version OR (b.is_stale AND o.version > l.version)))",
    ),
    Expectation(
        "fact_budget.one_per_project",
        "一个乡镇一年里同一个项目有几张表同时在用，金额会重复计算，而这些表没有因此被指出（规则 X02）。",
        f"SELECT b.fiscal_year, b.town_code, p.project_name, COUNT(*) AS forms,"  # noqa: S608
        f" MIN(l.file_name) AS file_name, MAX(l.file_name) AS other_file_name"
        f" FROM {_IN_FORCE} JOIN {shown('dim_project')} AS p ON p.project_key = b.project_key"
        # What the rules say of a form that loads all the same (a county's severities): it is a duplicate, or has no
        # name of its own or another year, and so cannot be told from one.
        " WHERE NOT EXISTS (SELECT 1 FROM fact_finding AS e WHERE e.submission_id = b.submission_id"
        " AND e.form_no = b.form_no AND e.rule_id IN ('C01', 'C05', 'S05', 'X02'))"
        f" AND NOT EXISTS (SELECT 1 FROM {shown('dim_rule')} AS r"
        " WHERE r.rule_id IN ('C01', 'C05', 'S05', 'X02') AND r.severity = 'off')"
        " GROUP BY b.fiscal_year, b.town_code, b.project_key, p.project_name HAVING COUNT(*) > 1",
    ),
    Expectation(
        "fact_budget.town",
        "在用的表与它的文件或项目的年度、乡镇不符。",
        f"SELECT {_FILE}, b.form_no, b.fiscal_year AS form_year, b.town_code AS form_town"  # noqa: S608
        f" FROM {_IN_FORCE} LEFT JOIN {shown('dim_project')} AS p ON p.project_key = b.project_key"
        " WHERE b.fiscal_year <> l.fiscal_year OR b.town_code <> l.town_code"
        " OR p.fiscal_year <> b.fiscal_year OR p.town_code <> b.town_code",
    ),
    Expectation(
        "fact_indicator.value",
        "有数值的种类没有数值，或没有数值的种类有数值。",
        f"SELECT {_FILE}, i.indicator_no, i.kind, i.raw, CAST(i.value AS TEXT) AS value"  # noqa: S608
        f" FROM {shown('fact_indicator')} AS i JOIN submission AS l ON l.submission_id = i.submission_id"
        " WHERE (i.value IS NULL AND i.kind IN"
        " ('quantity', 'money', 'unit_price', 'ratio', 'frequency', 'duration', 'boolean'))"
        " OR (i.value IS NOT NULL AND i.kind IN ('qualitative', 'missing'))",
    ),
    Expectation(
        "fact_indicator.findings",
        "指标行上记的规则与审核发现不符。",
        f"SELECT {_FILE}, b.form_no, i.indicator_no, i.findings"  # noqa: S608
        f" FROM {_IN_FORCE} JOIN {shown('fact_indicator')} AS i ON i.form_key = b.form_key"
        f" LEFT JOIN (SELECT DISTINCT t.submission_id, t.form_no, t.indicator_no"
        f" FROM {shown('fact_finding')} AS t WHERE t.indicator_no IS NOT NULL) AS e"
        " ON e.submission_id = b.submission_id AND e.form_no = b.form_no AND e.indicator_no = i.indicator_no"
        " WHERE NOT b.is_stale AND ((i.findings IS NULL AND e.form_no IS NOT NULL)"
        " OR (i.findings IS NOT NULL AND e.form_no IS NULL))",
    ),
)
"""Money, forms and cells: nothing is lost, and everything adds up."""
