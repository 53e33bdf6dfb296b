"""The data dictionary as Markdown, from the tables and the views themselves."""

from collections.abc import Iterator

from sqlalchemy import Column, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.url import make_url

from warehouse.tables import metadata, natural_key
from warehouse.views import View, views

_POSTGRESQL: Dialect = make_url("postgresql+psycopg://").get_dialect()()
_SQLITE: Dialect = make_url("sqlite://").get_dialect()()
_CHAPTERS = (
    ("dim_", "维度表"),
    ("fact_", "事实表"),
    ("", "台账"),
)


def dictionary() -> str:
    """Every view, table and column with its meaning and unit, ending in a line break."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 数据字典"
    yield ""
    yield "由 `huizong db dictionary` 生成。BI 和报表只用“视图”一章；其余各章供数据工程师查考。"
    yield "金额一律以元为单位，精确到分；空值是没有填写，不是零。"
    yield "带 `pub_from`、`pub_to` 的行在第 P 次发布可见的条件是 `pub_from <= P < coalesce(pub_to, ∞)`。"
    yield from ("", "## 视图（只显示当前发布）")
    for view in views():
        yield from _view(view)
    rest = list(metadata.sorted_tables)
    for prefix, title in _CHAPTERS:
        chapter = sorted(
            (table for table in rest if table.name.startswith(prefix)), key=lambda each: each.name
        )
        rest = [table for table in rest if table not in chapter]
        yield from ("", f"## {title}")
        for table in chapter:
            yield from _table(table)


def _view(view: View) -> Iterator[str]:
    yield from ("", f"### {view.name}　{view.title}", "", f"Grain: {view.grain}.", "")
    yield from ("| 列 | 含义 | 单位 | 类型 |", "|---|---|---|---|")
    for column in view.columns:
        yield f"| {column.name} | {_cell(column.comment)} | {_cell(column.unit)} | {column.kind} |"


def _table(table: Table) -> Iterator[str]:
    yield from ("", f"### {table.name}　{table.comment}", "", f"Grain: {table.info['grain']}.", "")
    yield f"Key: {', '.join(natural_key(table))}."
    yield from (
        "",
        "| 列 | 含义 | 单位 | 可空 | PostgreSQL | SQLite | 引用 |",
        "|---|---|---|---|---|---|---|",
    )
    for column in table.c:
        yield (
            f"| {column.name} | {_cell(column.comment or '')} | {_cell(column.info['unit'])} |"
            f" {'是' if column.nullable else ''} | {column.type.compile(_POSTGRESQL)} |"
            f" {column.type.compile(_SQLITE)} | {_target(column)} |"
        )


def _target(column: "Column[object]") -> str:
    targets = sorted(key.target_fullname for key in column.foreign_keys)
    if refers := column.info.get("refers"):
        targets.append(refers)
    return ", ".join(targets)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
