"""Export: a publication in, a folder with its star and views out, as a data package that explains itself."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from sqlalchemy import Connection

from schemas.county import County
from schemas.os_faults import why
from tasks.export.csv_files import csv_file
from tasks.export.descriptor import NAME, Written, descriptor
from tasks.export.parquet_files import parquet_file, require
from tasks.export.resources import Resource, Row, resources, rows_of
from tasks.faults import UserError
from warehouse.ledger import Publication

__all__ = ["Format", "export"]

Format = Literal["csv", "parquet"]
DATA = "data"
_WORK = ".huizong-export-"
"""Begins the name of the folder in which an export is put together."""
_WRITERS: Mapping[Format, Callable[[Resource, Sequence[Row]], bytes]] = {
    "csv": csv_file,
    "parquet": parquet_file,
}


def export(
    connection: Connection, publication: Publication, county: County, out: Path, kind: Format
) -> dict[str, int]:
    """Write a publication into a folder; ``datapackage.json`` comes last, so that where it stands all is whole.

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
    out = out.resolve()
    _refuse_other_contents(out)
    written = list(_written(connection, publication.number, kind))
    told = descriptor(county.code, county.name, publication.number, publication.published_at, written)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for left in _unfinished(out):
            shutil.rmtree(left)
        with TemporaryDirectory(prefix=_WORK, dir=out) as work:
            new, old = Path(work) / "new", Path(work) / "old"
            (new / DATA).mkdir(parents=True)
            old.mkdir()
            for each in written:
                (new / each.path).write_bytes(each.content)
            (new / NAME).write_bytes(told)
            for name in (NAME, DATA):
                if (out / name).exists():
                    (out / name).rename(old / name)
            for name in (DATA, NAME):
                (new / name).rename(out / name)
    except OSError as error:
        raise UserError(f"导出的文件写不进 {out}（{why(error)}）；请检查路径、权限和磁盘空间。") from error
    return {each.resource.name: each.rows for each in written}


def _written(connection: Connection, publication_no: int, kind: Format) -> Iterator[Written]:
    for resource in resources():
        rows = rows_of(connection, resource, publication_no)
        content = _WRITERS[kind](resource, rows)
        yield Written(resource, f"{DATA}/{resource.name}.{kind}", content, len(rows))


def _refuse_other_contents(out: Path) -> None:
    """Nothing is replaced but the files that an earlier export names as its own."""
    try:
        if not out.exists():
            return
        if not out.is_dir():
            raise UserError(f"{out} 是一个文件，不是文件夹；请换一个空文件夹。")
        left = _unfinished(out)
        held = {
            path.relative_to(out).as_posix()
            for path in out.rglob("*")
            if not path.is_dir() and left.isdisjoint(path.parents)
        }
    except OSError as error:
        raise UserError(f"{out} 打不开（{why(error)}）；请检查路径和权限。") from error
    others = sorted(held - _earlier(out))
    if others:
        raise UserError(f"{out} 里已经有别的东西（{others[0]}），不会覆盖；请换一个空文件夹。")


def _unfinished(out: Path) -> set[Path]:
    """The folders in which exports worked that were ended before they were done."""
    return {path for path in out.glob(f"{_WORK}*") if path.is_dir() and not path.is_symlink()}


def _earlier(out: Path) -> set[str]:
    """The files of the export that stands in a folder; none where none does."""
    try:
        told = json.loads((out / NAME).read_bytes())
        name, paths = str(told["name"]), {str(each["path"]) for each in told["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {NAME, *paths} if name.startswith("huizong-") else set()
