"""The data dictionary says what the metadata and the views say, and nothing is left undocumented."""

import re

import pytest
from sqlalchemy import Table

from warehouse.dictionary import dictionary
from warehouse.tables import metadata
from warehouse.views import views

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: str(table.name))
def test_every_table_and_column_is_documented(table: Table) -> None:
    assert CHINESE.search(table.comment or "")
    assert table.info["grain"].startswith("one row per ")
    for column in table.c:
        assert CHINESE.search(column.comment or ""), column
        assert column.info["unit"], column
        if column.name.endswith("_yuan"):
            assert column.info["unit"] == "元"


def test_the_dictionary_tells_all_of_it() -> None:
    text = dictionary()
    for table in metadata.sorted_tables:
        part = text.split(f"### {table.name}　", 1)[1].split("\n### ", 1)[0]
        assert table.info["grain"] in part
        for column in table.c:
            assert f"| {column.name} | {column.comment} | {column.info['unit']} |" in part
    for view in views():
        part = text.split(f"### {view.name}　", 1)[1].split("\n### ", 1)[0]
        for each in view.columns:
            assert f"| {each.name} | {each.comment} | {each.unit} | {each.kind} |" in part
    assert text.endswith("|\n")


def test_amounts_are_exact_types() -> None:
    assert "| total_yuan | 年度资金总额 | 元 | 是 | NUMERIC(18, 2) | TEXT |" in dictionary()


def test_the_star_has_the_tables_of_the_contract() -> None:
    names = (
        "dim_town dim_department dim_project dim_programme dim_indicator dim_unit dim_funding_source"
        " dim_fiscal_year dim_rule fact_budget fact_funding fact_indicator fact_finding fact_submission"
        " submission run publication correction lock programme_decision"
    )
    assert {table.name for table in metadata.sorted_tables} == set(names.split())
