"""What only a process that has pyarrow can test; ``test_export`` runs it in one."""

from pathlib import Path

from pyarrow import parquet

from tasks.export.resources import resources, rows_of
from tests.support.nights import night
from tests.support.postgres import opened
from tests.tasks.export.packages import described
from tests.tasks.export.test_export import HOSTILE, exported


def test_parquet_keeps_amounts_days_and_meanings(sqlite_url: str, tmp_path: Path) -> None:
    with opened(sqlite_url) as engine:
        night(engine, HOSTILE)
        exported(engine, tmp_path / "star", kind="parquet")
        with engine.connect() as connection:
            for resource in resources():
                table = parquet.read_table(tmp_path / "star" / "data" / f"{resource.name}.parquet")
                assert table.to_pylist() == [dict(row) for row in rows_of(connection, resource, 1)], (
                    resource.name
                )
    told = described(tmp_path / "star")
    assert (told["profile"], told["resources"][0]["format"]) == ("data-package", "parquet")
    schema = parquet.read_schema(tmp_path / "star" / "data" / "fact_budget.parquet")
    total = schema.field("total_yuan")
    assert str(total.type) == "decimal128(18, 2)"
    assert total.metadata == {b"comment": "年度资金总额".encode(), b"unit": "元".encode()}
    assert not schema.field("form_key").nullable
