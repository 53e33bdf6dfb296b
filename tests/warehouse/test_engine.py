"""Opening the warehouse: what it sets up, and every way it can fail as a sentence with a remedy."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from tests.support.postgres import opened
from warehouse.engine import WarehouseError, open_engine, writing
from warehouse.tables import dim_unit

UNIT = {"unit": "人", "numerator": "人", "denominator": None, "pub_from": 1, "pub_to": None}


def test_parent_folders_are_made(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / '新' / '文件夹' / 'huizong.db'}"):
        assert (tmp_path / "新" / "文件夹" / "huizong.db").exists()


def test_who_opens_a_new_file_waits_for_another_that_does(tmp_path: Path) -> None:
    """While one writes to a file that keeps no log yet, SQLite refuses to switch it, without any waiting."""
    path = tmp_path / "huizong.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN IMMEDIATE")
        opening = pool.submit(open_engine, f"sqlite:///{path}")
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.3)
        other.execute("COMMIT")
        opening.result(timeout=20).dispose()


def test_sqlite_is_set_up_for_readers_beside_a_writer(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine, engine.connect() as connection:
        pragmas = ("journal_mode", "foreign_keys", "busy_timeout")
        assert [connection.scalar(text(f"PRAGMA {name}")) for name in pragmas] == ["wal", 1, 30_000]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("huizong.db", "地址写得不对.*sqlite:///var/huizong.db"),
        ("", "地址写得不对"),
        ("sqlite://", "没有文件名.*sqlite:///"),
        ("sqlite:///:memory:", "没有文件名"),
        ("mysql://root@localhost/huizong", "不支持的数据库：mysql"),
        ("postgresql+asyncbanana://localhost/huizong", "没有安装数据库驱动 postgresql.asyncbanana"),
        ("sqlite+pysqlcipherx:///a.db", "没有安装数据库驱动"),
    ],
)
def test_a_wrong_address_is_explained(
    url: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WarehouseError, match=words):
        open_engine(url)


def test_an_unreachable_server_is_explained_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"连不上 PostgreSQL.*确认数据库服务已经启动") as caught:
        open_engine(f"postgresql://finance:geheim@/huizong?host={tmp_path}")
    assert "geheim" not in str(caught.value)


def test_an_address_that_cannot_be_read_does_not_show_its_password() -> None:
    with pytest.raises(WarehouseError) as caught:
        open_engine("postgresql://finance:geheim@host:noport/huizong")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_through_psycopg(scheme: str, postgres_url: str) -> None:
    with opened(postgres_url.replace("postgresql", scheme, 1)) as engine:
        assert engine.driver == "psycopg"


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("不是文件夹", encoding="utf-8")
    with pytest.raises(WarehouseError, match=r"无法写入.*换一个可以写入的文件夹"):
        open_engine(f"sqlite:///{tmp_path / '文件' / 'huizong.db'}")


def test_a_folder_in_place_of_the_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="无法写入"):
        open_engine(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "huizong.db").write_text("这是一份 Word 文件" * 500, encoding="utf-8")
    with pytest.raises(WarehouseError, match="不是 SQLite 数据库文件"):
        open_engine(f"sqlite:///{tmp_path / 'huizong.db'}")


HOW_MANY = select(func.count()).select_from(dim_unit)


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    def fails() -> None:
        with writing(engine) as connection:
            connection.execute(insert(dim_unit), UNIT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with engine.connect() as connection:
        assert connection.scalar(HOW_MANY) == 0


def test_writers_wait_for_one_another_and_readers_do_not(engine: Engine, warehouse_url: str) -> None:
    order: list[str] = []

    def second() -> None:
        with opened(warehouse_url) as own, writing(own) as connection:
            # The first writer's row is there: this one began only after it was committed.
            order.append(f"second sees {connection.scalar(HOW_MANY)}")

    thread = threading.Thread(target=second)
    with writing(engine) as connection:
        thread.start()
        connection.execute(insert(dim_unit), UNIT)
        with opened(warehouse_url) as reader, reader.connect() as reading:
            order.append(f"reader sees {reading.scalar(HOW_MANY)}")
    thread.join(timeout=60)
    assert order == ["reader sees 0", "second sees 1"]


def test_references_are_held(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO dim_project (project_key, fiscal_year, town_code, programme_key, pub_from)"
                " VALUES ('p', 2023, '640221102', 'nowhere', 1)"
            )
        )


def test_a_reader_sees_one_publication_in_all_its_questions(engine: Engine, warehouse_url: str) -> None:
    with engine.connect() as reading, reading.begin():
        assert reading.scalar(HOW_MANY) == 0
        with opened(warehouse_url) as other, writing(other) as connection:
            connection.execute(insert(dim_unit), UNIT)
        assert reading.scalar(HOW_MANY) == 0
