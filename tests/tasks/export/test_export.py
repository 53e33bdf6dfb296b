"""An export reopened: by its own descriptor, by pandas, as Parquet; what it refuses, and what stays the same."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

from tasks.export import Format, export
from tasks.export.csv_files import inert
from tasks.export.resources import resources, rows_of
from tasks.faults import UserError
from tests.provide import PARQUET
from tests.support.judgements import COUNTY, content_with, form, indicator, judged, submission
from tests.support.nights import FIRST, SECOND, night
from tests.support.postgres import opened
from tests.tasks.export.packages import described, read_package
from warehouse.ledger import publications
from warehouse.tables import HISTORY
from warehouse.views import views

LIVE = ('=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1+1", "'引号", "=", "甲,乙\n丙")
HOSTILE = judged(
    submission(
        "-附件2.docx",
        *(
            form(
                f"{text}项目{number}",
                "138.02",
                indicator("数量指标", text, text),
                indicator(
                    "数量指标", "增量", "-2.5人", kind="quantity", operator="=", value="-2.5", unit="人"
                ),
                content_with("95"),
            )
            for number, text in enumerate(LIVE)
        ),
    )
)


def exported(engine: Engine, out: Path, number: int | None = None, kind: Format = "csv") -> dict[str, int]:
    with engine.connect() as connection:
        published = publications(connection)
        chosen = published[-1] if number is None else published[number - 1]
        return export(connection, chosen, COUNTY, out, kind)


def data_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "data").iterdir())}


def test_an_export_holds_dimensions_facts_and_views_row_for_row(engine: Engine, tmp_path: Path) -> None:
    night(engine, HOSTILE)
    rows = exported(engine, tmp_path / "star")
    read = read_package(tmp_path / "star")
    assert set(read) == {"submission", *(table.name for table in HISTORY), *(view.name for view in views())}
    assert rows == {name: len(held) for name, held in read.items()}
    with engine.connect() as connection:
        for resource in resources():
            assert read[resource.name] == [dict(row) for row in rows_of(connection, resource, 1)], (
                resource.name
            )
    assert len(read["v_budget"]) == len(LIVE)
    assert read["fact_budget"][0]["total_yuan"] == Decimal("138.02")


def test_the_descriptor_says_what_each_column_is(engine: Engine, tmp_path: Path) -> None:
    night(engine, FIRST)
    exported(engine, tmp_path / "star")
    told = described(tmp_path / "star")
    assert (told["profile"], told["name"], told["version"]) == ("tabular-data-package", "huizong-640221", "1")
    by_name = {each["name"]: each for each in told["resources"]}
    schema = by_name["fact_funding"]["schema"]
    assert schema["primaryKey"] == ["form_key", "line_no"]
    [amount] = [each for each in schema["fields"] if each["name"] == "amount_yuan"]
    assert (amount["type"], amount["title"], amount["unit"]) == ("number", "金额", "元")
    assert amount["constraints"]["required"]
    assert {"fields": "form_key", "reference": {"resource": "fact_budget", "fields": "form_key"}} in schema[
        "foreignKeys"
    ]
    assert not {"pub_to", "run_id", "archive_url"} & {
        field["name"] for each in told["resources"] for field in each["schema"]["fields"]
    }


def test_no_text_is_a_formula_and_every_number_is_a_number(sqlite_url: str, tmp_path: Path) -> None:
    with opened(sqlite_url) as engine:
        night(engine, HOSTILE)
        exported(engine, tmp_path / "star")
    frame = pd.read_csv(tmp_path / "star" / "data" / "v_indicator.csv", dtype={"town_code": str})
    assert frame["value"].min() == -2.5
    raw: Sequence[str] = frame["raw"].tolist()
    assert "'+1+1" in raw
    for text in (*raw, *frame["level3"], *frame["file_name"]):
        assert len(text) == 1 or not text.startswith(("=", "+", "-", "@", "\t", "＝")), text
    assert (tmp_path / "star" / "data" / "v_indicator.csv").read_bytes().startswith(b"fiscal_year,")


@pytest.mark.parametrize("text", LIVE)
def test_what_is_made_inert_can_be_made_as_it_was(text: str) -> None:
    assert inert(text).removeprefix("'") == text
    assert inert("甲'乙") == "甲'乙"


def test_an_older_publication_is_exported_as_it_was(engine: Engine, tmp_path: Path) -> None:
    night(engine, FIRST)
    exported(engine, tmp_path / "then")
    night(engine, SECOND, run_id="second")
    exported(engine, tmp_path / "again", number=1)
    exported(engine, tmp_path / "now")
    assert data_of(tmp_path / "then") == data_of(tmp_path / "again")
    assert described(tmp_path / "then") == described(tmp_path / "again")
    assert data_of(tmp_path / "now") != data_of(tmp_path / "then")
    then, now = read_package(tmp_path / "then"), read_package(tmp_path / "now")
    assert len(now["submission"]) == len(then["submission"]) + 1
    assert {row["project_name"] for row in now["v_budget"]} - {
        row["project_name"] for row in then["v_budget"]
    } == {"道路养护"}


@pytest.mark.postgres
def test_both_engines_export_the_same_files(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    for name, url in {"sqlite": sqlite_url, "postgresql": postgres_url}.items():
        with opened(url) as engine:
            night(engine, HOSTILE)
            exported(engine, tmp_path / name)
    assert data_of(tmp_path / "sqlite") == data_of(tmp_path / "postgresql")


def test_parquet_keeps_amounts_days_and_meanings() -> None:
    """In a process of its own: pyarrow beside pandas changes how it keeps texts, and no other test has it."""
    if not (PARQUET / "pyarrow").exists():
        pytest.skip("pyarrow is not installed; python -m tests.provide installs it where that is possible")
    inside = Path(__file__).with_name("with_pyarrow.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", inside],
        env={**os.environ, "PYTHONPATH": str(PARQUET)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_parquet_without_pyarrow_says_what_to_install(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with opened(sqlite_url) as engine:
        night(engine, FIRST)
        with pytest.raises(UserError, match=r"pip install \"huizong\[parquet\]\""):
            exported(engine, tmp_path / "star", kind="parquet")
    assert not (tmp_path / "star").exists()


def test_an_earlier_export_is_replaced_and_nothing_else_is(sqlite_url: str, tmp_path: Path) -> None:
    out = tmp_path / "star"
    with opened(sqlite_url) as engine:
        night(engine, FIRST)
        exported(engine, out)
        for name in ("star.old", "star.part"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "mine.txt").write_text("mine", encoding="utf-8")
        (out / "datapackage.json").write_text("{}", encoding="utf-8")
        with pytest.raises(UserError, match="已经有别的东西"):
            exported(engine, out)
        shutil.rmtree(out)
        exported(engine, out)
        (out / "data" / "dim_town.csv").write_text("spoilt", encoding="utf-8")
        exported(engine, out)
        assert "spoilt" not in (out / "data" / "dim_town.csv").read_text(encoding="utf-8")
        assert all((tmp_path / name / "mine.txt").exists() for name in ("star.old", "star.part"))
        assert {path.name for path in out.iterdir()} == {"data", "datapackage.json"}
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        with pytest.raises(UserError, match=r"notes\.txt"):
            exported(engine, out)
        assert (out / "notes.txt").exists()
        mine = tmp_path / "mine"
        mine.mkdir()
        (mine / "letter.docx").write_bytes(b"x")
        with pytest.raises(UserError, match="已经有别的东西"):
            exported(engine, mine)
    assert [path.name for path in mine.iterdir()] == ["letter.docx"]


def test_what_an_export_left_that_was_killed_does_not_stand_in_the_way(
    engine: Engine, tmp_path: Path
) -> None:
    night(engine, FIRST)
    out = tmp_path / "star"
    exported(engine, out)
    whole = data_of(out)
    # Killed between taking the old files away and putting the new ones in their place.
    left = out / ".huizong-export-k1ll3d"
    (left / "old").mkdir(parents=True)
    (out / "data").rename(left / "old" / "data")
    (out / "datapackage.json").rename(left / "old" / "datapackage.json")

    exported(engine, out)

    assert data_of(out) == whole
    assert {path.name for path in out.iterdir()} == {"data", "datapackage.json"}


def test_a_file_that_only_bears_such_a_name_is_not_taken_away(engine: Engine, tmp_path: Path) -> None:
    night(engine, FIRST)
    (tmp_path / ".huizong-export-mine").write_text("甲")
    with pytest.raises(UserError, match="已经有别的东西"):
        exported(engine, tmp_path)
    assert (tmp_path / ".huizong-export-mine").read_text() == "甲"
