"""``huizong report`` and ``huizong export``: a publication out of the warehouse, as files for people and for programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from flows.opening import NOTHING_PUBLISHED, refuse_absent, warehouse_faults
from tasks.county_report import write_county
from tasks.export import Format, export
from tasks.faults import UserError
from tasks.settings import Settings, load_settings
from warehouse.engine import open_engine
from warehouse.ledger import Publication, publications
from warehouse.migrations import current_revision, require_head


def write_report(warehouse: str | None, out: Path | None, number: int | None) -> tuple[Path, Path]:
    """Write the county's page and workbook of a publication; gives where they are.

    Args:
        warehouse: Its address; None for the settings'.
        out: The folder; None for the publication's own below the settings' one.
        number: Of the publication; None for the current one.

    Raises:
        UserError: there is no such publication, or the folder cannot be written.
    """
    settings = load_settings(warehouse_url=warehouse)
    with _reading(settings, number) as (connection, publication):
        folder = Path(settings.out) / f"{publication.number:04d}" if out is None else out
        return write_county(connection, publication.number, settings.loaded_county, folder)


def write_export(
    warehouse: str | None, out: Path, kind: Format, number: int | None
) -> tuple[Publication, dict[str, int]]:
    """Write the star and the views of a publication; gives the rows by table.

    Raises:
        UserError: there is no such publication, or the folder cannot be used.
    """
    settings = load_settings(warehouse_url=warehouse)
    with _reading(settings, number) as (connection, publication):
        return publication, export(connection, publication, settings.loaded_county, out, kind)


@contextmanager
def _reading(settings: Settings, number: int | None) -> Iterator[tuple[Connection, Publication]]:
    """A transaction on the warehouse, and the publication asked for."""
    refuse_absent(settings.warehouse_url)
    with warehouse_faults():
        engine = open_engine(settings.warehouse_url)
        try:
            with engine.connect() as connection:
                is_new = current_revision(connection) is None
            if not is_new:
                require_head(engine)
            with engine.connect() as connection:
                yield connection, _chosen(() if is_new else publications(connection), number)
        finally:
            engine.dispose()


def _chosen(published: tuple[Publication, ...], number: int | None) -> Publication:
    if not published:
        raise UserError(NOTHING_PUBLISHED)
    if number is None:
        return published[-1]
    found = next((each for each in published if each.number == number), None)
    if found is None:
        numbers = "、".join(str(each.number) for each in published[-10:])
        raise UserError(f"没有第 {number} 号发布；最近发布过的有 {numbers} 号。")
    return found
