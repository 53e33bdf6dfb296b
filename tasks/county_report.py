"""A publication in, the county's page and workbook out, into a folder of anybody's choice."""

from pathlib import Path

from sqlalchemy import Connection

from schemas.county import County
from schemas.os_faults import why
from tasks.county_workbook import county_workbook
from tasks.faults import UserError
from tasks.published import read_published
from tasks.report import PAGE_NAME, WORKBOOK_NAME, page


def write_county(
    connection: Connection, publication_no: int, county: County, folder: Path
) -> tuple[Path, Path]:
    """Write both; what stands there under their names is replaced.

    Args:
        connection: In one transaction, so that both are of one moment.
        publication_no: A published one.
        county: For the headings.
        folder: Is made where it is not there.

    Returns:
        The page and the workbook.

    Raises:
        UserError: they cannot be written there.
    """
    try:
        published = read_published(connection, publication_no=publication_no)
        contents = {
            PAGE_NAME: page(published, publication_no, county.name).encode("utf-8"),
            WORKBOOK_NAME: county_workbook(connection, published, publication_no, county),
        }
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            part = folder / f"{name}.part"
            part.write_bytes(content)
            part.replace(folder / name)
    except OSError as error:
        raise UserError(
            f"报告写不进 {folder}（{why(error)}）；请检查路径、权限，或关闭打开着的报告。"
        ) from error
    return folder / PAGE_NAME, folder / WORKBOOK_NAME
