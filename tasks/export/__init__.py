"""Export: a publication in, a folder with its star and views out, as a data package that explains itself."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from schemas.county import County
from tasks.export.csv_files import csv_file
from tasks.export.descriptor import NAME, Written, descriptor
from tasks.export.parquet_files import parquet_file, require
from tasks.export.resources import Resource, Row, resources, rows_of
from tasks.faults import UserError
from warehouse.ledger import Publication

__all__ = ["Format", "export"]

Format = Literal["csv", "parquet"]
_WRITERS: Mapping[Format, Callable[[Resource, Sequence[Row]], bytes]] = {
    "csv": csv_file,
    "parquet": parquet_file,
}


def export(
    connection: Connection, publication: Publication, county: County, out: Path, kind: Format
) -> dict[str, int]:
    """Write a publication into a folder, which appears at once and whole.

    Args:
        connection: In one transaction, so that all files are of one moment.
        publication: Which one.
        county: For the package's name and title.
        out: A folder that is not there, is empty, or holds an earlier export, which is replaced.
        kind: Of the files.

    Returns:
        Rows by resource.

    Raises:
        UserError: the folder holds something else or cannot be written, or pyarrow is missing.
    """
    if kind == "parquet":
        require()
    _refuse_other_contents(out)
    written = list(_written(connection, publication.number, kind))
    told = descriptor(county.code, county.name, publication.number, publication.published_at, written)
    part = out.with_name(f"{out.name}.part")
    old = out.with_name(f"{out.name}.old")
    try:
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)  # what a killed export left
        part.mkdir(parents=True)
        for each in written:
            path = part / each.path
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(each.content)
        (part / NAME).write_bytes(told)
        if out.exists():
            out.rename(old)
        part.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise UserError(
            f"导出的文件写不进 {out}（{error.strerror}）；请检查路径、权限和磁盘空间。"
        ) from error
    return {each.resource.name: each.rows for each in written}


def _written(connection: Connection, publication_no: int, kind: Format) -> Iterator[Written]:
    for resource in resources():
        rows = rows_of(connection, resource, publication_no)
        content = _WRITERS[kind](resource, rows)
        yield Written(resource, f"data/{resource.name}.{kind}", content, len(rows))


def _refuse_other_contents(out: Path) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        name = str(json.loads((out / NAME).read_bytes())["name"])
    except (OSError, ValueError, KeyError, TypeError):
        name = ""
    if not name.startswith("huizong-"):
        raise UserError(f"{out} 里已经有别的东西，不会覆盖；请换一个空文件夹。")
