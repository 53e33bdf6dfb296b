"""Opens the warehouse: a URL in, an engine out, and every way this can fail as a Chinese sentence with a remedy."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from schemas.os_faults import why

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer waits for another one. One submission takes milliseconds, so this is generous."""
CONNECT_TIMEOUT_S = 10
_WRITES = "huizong_writes"
_FENCE = "huizong_fence"


class WarehouseError(Exception):
    """The warehouse cannot be used as asked. The text is a Chinese sentence with a remedy."""


def open_engine(url: str) -> Engine:
    """An engine on the warehouse at ``url``, tried once so that a wrong address speaks up here and not in the middle.

    Args:
        url: ``sqlite:///path`` (parent folders are made) or ``postgresql://user:password@host/database``.

    Raises:
        WarehouseError: wrong URL, unknown driver, unreachable server, folder that cannot be written, or a
        schema
            newer than this program.
    """
    parsed = _parse(url)
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            refuse_newer_schema(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise _explained(parsed, error) from error
    except WarehouseError:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; on leaving it is committed, on an exception rolled back.

    Writers wait for one another from the first statement on (BEGIN IMMEDIATE on SQLite, a table lock on the
    ledger on PostgreSQL, which readers do not feel), so what a writer has read is still true when it writes.

    Raises:
        WarehouseError: the engine is ``fenced``, and its fence lets nothing be written any more.
    """
    fence: Callable[[Connection], None] | None = engine.get_execution_options().get(_FENCE)
    with engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE submission IN SHARE ROW EXCLUSIVE MODE"))
            if fence is not None:
                fence(connection)
            yield connection


def fenced(engine: Engine, fence: Callable[[Connection], None]) -> Engine:
    """The same warehouse, asking ``fence`` at the start of every writing transaction; it raises to refuse."""
    return engine.execution_options(**{_FENCE: fence})


def refuse_newer_schema(connection: Connection) -> None:
    """Raises WarehouseError when a newer release has migrated this warehouse."""
    from warehouse.migrations import current_revision, known_revisions  # noqa: PLC0415 - alembic is slow to import

    revision = current_revision(connection)
    if revision is not None and revision not in known_revisions():
        raise WarehouseError(
            f"数据仓库的结构版本（{revision}）比本程序新，本程序不会去动它。"
            "请先升级 huizong，或用 HUIZONG_WAREHOUSE_URL 指向另一个数据仓库。"
        )


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise WarehouseError(
            f"数据仓库地址写得不对：{_shown(url)}。"
            "请写成 sqlite:///var/huizong.db 或 postgresql://用户:密码@主机/库名（设置项 HUIZONG_WAREHOUSE_URL）。"
        ) from error
    if backend == "postgres":
        parsed, backend = parsed.set(drivername="postgresql"), "postgresql"
    if backend not in ("sqlite", "postgresql"):
        raise WarehouseError(
            f"不支持的数据库：{backend}。数据仓库只能放在 SQLite（sqlite:///…）或 PostgreSQL（postgresql://…）里。"
        )
    return parsed


def _shown(url: str) -> str:
    """The URL for a message; what may hold a password after ``//`` is kept back when it has an ``@``."""
    return f"{url.split('//', maxsplit=1)[0]}//…@{url.rsplit('@', 1)[1]}" if "@" in url else url


def _postgresql(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(CONNECT_TIMEOUT_S)})
    try:
        # A report reads several views: one transaction shall see one publication, as it does on SQLite.
        return create_engine(url, pool_pre_ping=True, isolation_level="REPEATABLE READ")
    except (NoSuchModuleError, ImportError, ArgumentError) as error:
        raise WarehouseError(
            f"没有安装数据库驱动 {url.drivername}。请写成 postgresql://用户:密码@主机/库名，本程序自带的驱动是 psycopg。"
        ) from error


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise WarehouseError(
            "数据仓库地址里没有文件名：SQLite 的数据仓库要放在一个文件里。请写成 sqlite:///var/huizong.db。"
        )
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(path, why(error)) from error
    try:
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    except (NoSuchModuleError, ImportError, ArgumentError) as error:
        raise WarehouseError(
            f"没有安装数据库驱动 {url.drivername}。请写成 sqlite:///var/huizong.db。"
        ) from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin too late (at the first write) and never cover DDL: we begin them
    # ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS:d}")
    _keep_a_write_ahead_log(cursor)
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _keep_a_write_ahead_log(cursor: sqlite3.Cursor) -> None:
    # Two that open a new file at once both want to switch it, and SQLite refuses one of them at once instead of
    # letting it wait. So it waits as a writer does, which SQLite does allow, and finds the file switched.
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        else:
            return


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _explained(url: URL, error: SQLAlchemyError) -> WarehouseError:
    cause: Any = getattr(error, "orig", None) or error
    if url.get_backend_name() != "sqlite":
        return WarehouseError(
            f"连不上 PostgreSQL：{url.render_as_string(hide_password=True)}（{_first_line(cause)}）。"
            "请核对主机、端口、库名、用户和密码，并确认数据库服务已经启动。"
        )
    path = Path(url.database or "")
    if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.OperationalError):
        return WarehouseError(
            f"{path} 不是 SQLite 数据库文件，或已经损坏（{_first_line(cause)}）。"
            "请核对 HUIZONG_WAREHOUSE_URL，或从备份恢复这个文件。"
        )
    return _not_writable(path, _first_line(cause))


def _not_writable(path: Path, cause: str) -> WarehouseError:
    return WarehouseError(
        f"数据仓库文件 {path} 无法写入（{cause}）。"
        "请换一个可以写入的文件夹（设置项 HUIZONG_WAREHOUSE_URL），或请管理员开放该文件夹的写权限。"
    )


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
