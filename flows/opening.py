"""The warehouse's address in, an engine at the newest schema out; its faults as sentences with an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from schemas.county import County
from tasks.faults import NotPublishedError, UserError
from warehouse.engine import WarehouseError, open_engine
from warehouse.ledger import current_publication, is_shown_in
from warehouse.lock import LockLostError
from warehouse.migrations import upgrade
from warehouse.tables import dim_town

NOTHING_PUBLISHED = "还没有发布过任何汇总；请先运行 huizong run。"


def open_migrated(url: str) -> Engine:
    """The warehouse, at the head of its migrations.

    Raises:
        UserError: the address is wrong.
        NotPublishedError: the address may be right, but the warehouse cannot be opened or written.
    """
    with warehouse_faults():
        engine = open_engine(url)
        upgrade(engine)
        return engine


def refuse_absent(url: str) -> None:
    """For commands that look at what is there: they make no warehouse where there is none.

    Raises:
        UserError: there is none.
    """
    path = url.removeprefix("sqlite:///")
    if path != url and path and not Path(path).exists():
        raise UserError(f"数据仓库 {path} 还没有建立；请先运行 huizong run，或用 --warehouse 指明它的地址。")


def refuse_other_county(engine: Engine, county: County) -> None:
    """A warehouse belongs to one county: with another one's settings every town would seem to have withdrawn its files.

    Raises:
        UserError: the warehouse publishes another county.
    """
    with engine.connect() as connection:
        towns = select(dim_town.c.county_name, dim_town.c.county_code).where(
            is_shown_in(dim_town, current_publication(connection)), dim_town.c.county_code != county.code
        )
        other = connection.execute(towns.limit(1)).first()
    if other is not None:
        raise UserError(
            f"这个数据仓库汇总的是{other[0]}（{other[1]}），而县设置是{county.name}（{county.code}）；"
            "请用 HUIZONG_COUNTY 指明那个县的设置文件，或用 --warehouse 另指一个数据仓库。"
        )


@contextmanager
def warehouse_faults() -> Iterator[None]:
    """Turn the warehouse's faults into sentences with an exit code.

    An address that can never work is a matter of usage; a server that is down or a folder that is read-only
    is a run that could not publish.
    """
    try:
        yield
    except LockLostError as error:
        raise NotPublishedError(str(error)) from error
    except WarehouseError as error:
        sentence = str(error)
        if isinstance(error.__cause__, DBAPIError | OSError):
            raise NotPublishedError(sentence) from error
        raise UserError(sentence) from error
    except DBAPIError as error:
        cause = str(error.orig).strip().partition("\n")[0]
        raise NotPublishedError(
            f"数据仓库读写出错（{cause}）；没有发布，请检查数据库服务、磁盘空间和权限后再运行。"
        ) from error
