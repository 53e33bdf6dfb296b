"""Brings a warehouse to a schema version: alembic without an ``alembic.ini``, and the views beside the tables.

Views hold no data, so they are not migrated step by step: each migration runs without any view in place, and
the views of this release (``warehouse/views/*.sql``) are made anew, in the same transaction, once the tables
are at their head.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from warehouse.engine import WarehouseError, refuse_newer_schema
from warehouse.views import views_in_place

VERSION_TABLE = "alembic_version"
_UPGRADE_LOCK = 0x6875697A6F6E67
"""Number of PostgreSQL's advisory lock: ``huizong`` in ASCII, so that it is nobody else's."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the warehouse to ``revision``; where it is there already, nothing is touched.

    Raises:
        WarehouseError: a newer release has migrated this warehouse, or it cannot be written.
    """
    with engine.connect() as connection:
        at_head = current_revision(connection) == head_revision() and views_in_place(connection)
    if not (at_head and revision in ("head", head_revision())):
        _run(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Takes the warehouse back to ``revision`` (``base`` removes everything)."""
    _run(engine, command.downgrade, revision)


def current_revision(connection: Connection) -> str | None:
    """The schema version the warehouse is at; None where it has none yet."""
    return MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE}
    ).get_current_revision()


@cache
def known_revisions() -> frozenset[str]:
    """Every schema version of this release."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


@cache
def head_revision() -> str:
    """The newest schema version of this release."""
    head = _scripts().get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migration")
    return head


def require_head(engine: Engine) -> None:
    """Raises WarehouseError where the warehouse is empty or older than this release."""
    with engine.connect() as connection:
        refuse_newer_schema(connection)
        revision = current_revision(connection)
    if revision is None:
        raise WarehouseError("数据仓库还是空的。请先运行一次 huizong run，或用 huizong db upgrade 建好各表。")
    if revision != head_revision():
        raise WarehouseError(
            f"数据仓库的结构（{revision}）比本程序旧（{head_revision()}）。请运行 huizong db upgrade，数据会保留。"
        )


def _run(engine: Engine, step: Callable[[Config, str], None], revision: str) -> None:
    with as_file(files(__package__)) as folder, engine.connect() as plain:
        # Two upgrades at once follow one another: on SQLite by beginning as a writer, on PostgreSQL by a
        # lock, behind which the second must see what the first did (hence the isolation level).
        connection = plain.execution_options(huizong_writes=True)
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="READ COMMITTED")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
                refuse_newer_schema(connection)
                config = Config(attributes={"connection": connection})
                config.set_main_option("script_location", str(folder).replace("%", "%%"))
                step(config, revision)
        except DBAPIError as error:
            raise WarehouseError(
                f"数据仓库的结构无法更新（{str(error.orig).strip().splitlines()[0]}），原样未动。"
                "请确认数据库账号有建表的权限、磁盘没有写满，再试一次。"
            ) from error


def _scripts() -> ScriptDirectory:
    with as_file(files(__package__)) as folder:
        return ScriptDirectory(str(folder))
