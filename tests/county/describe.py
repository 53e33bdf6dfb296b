"""The description of the example county in (``towns/*.yml``, ``elsewhere.yml``), what each folder of the inbox holds out.

A key nobody knows is refused, so that a slip in the description is not taken for a planted one.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

YEAR = 2023
HERE = Path(__file__).parent
BAOFENG = "640221102-宝丰镇/附件2.docx"
"""The file with the figures, names and slips of a real annex."""

Labels = Literal["plain", "sample", "broken", "spaced"]


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FormText(_Described):
    """One project's form, as its clerk typed it."""

    name: str
    total: str
    """年度资金总额 in 万元."""
    goal: str
    indicators: tuple[tuple[str, ...], ...]
    """Short name of level 2, then what stands in each column from 三级指标 on."""
    funding: dict[str, str] | None = None
    """Source → amount; all of the total from 财政拨款 where absent."""
    year: str | None = None
    """Below the title; the template's where absent."""
    department: str | None = None
    """主管部门及代码; the town's where absent."""
    unit: str | None = None
    """实施单位; the town's government where absent."""
    attribute: str = "一年期项目"
    period: str = "2023年1月至12月"
    displaced_name: bool = False
    """The name floats in a box above its label, and its cell is empty."""
    remark: str = ""
    """A line typed into the form below the money block, where the template has none."""
    misprints: dict[str, str] = {}
    """Label, or short name of a level, → as misprinted in this form."""


class OtherTable(_Described):
    """A table of another kind behind the forms."""

    title: str
    note: str
    rows: tuple[tuple[str, ...], ...]


class File(_Described):
    """One file of a folder: forms, a letter, or made from another file of the folder."""

    name: str
    format: Literal[
        "docx", "xlsx", "xlsx-stacked", "text", "zip", "marker", "rar", "ofd", "deep", "crowded"
    ] = "docx"
    """``marker`` is an empty file; the last four are what no form can be read from: ``tests.county.strangers``."""
    template: Literal["standard", "split", "mid"] = "standard"
    labels: Labels = "plain"
    title: Literal["inside", "above", "box"] = "inside"
    """Title and year in rows of the table, in paragraphs above it, or the title in a floating box (Word only)."""
    heading: str = ""
    """The file's own first line."""
    optional_rows: bool = False
    """The 选填 levels are printed, and left blank where the project has none of them."""
    blank_rows: int = 0
    """Rows of the template left blank at the end of each form."""
    encoding: str = "utf-8"
    newline: Literal["lf", "crlf"] = "lf"
    forms: tuple[FormText, ...] = ()
    after: tuple[OtherTable, ...] = ()
    paragraphs: tuple[str, ...] = ()
    """A letter without any table."""
    inserted: Literal["", "document", "object"] = ""
    """What a Word document shows and does not hold: another document, an object of another program."""
    hidden: tuple[str, ...] = ()
    """What a sheet says that was hidden (Excel only)."""
    members: tuple["File", ...] = ()
    """What a zip holds."""
    password: str = ""
    copy_of: str = ""
    truncated_from: str = ""


class Folder(_Described):
    """A folder of the year: a town's, one inside it, a stranger's, or the year's own (``.``)."""

    name: str = Field(alias="folder")
    sent: datetime
    """Modification time of its files."""
    department: str = ""
    files: tuple[File, ...]
    town: str = ""


class Template(_Described):
    """The county's printed template."""

    title: str
    year: str
    levels: dict[str, tuple[str, str]]
    optional: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    labels: dict[Labels, dict[str, str]]


@cache
def folders(year: int = YEAR) -> tuple[Folder, ...]:
    """Everything that came in for the year: the towns by code, then what belongs to no town.

    Of the year before only what was published of a few towns is told: what this year's forms are compared with.
    """
    if year != YEAR:
        return tuple(Folder.model_validate(each) for each in _yaml(HERE / "last_year.yml"))
    towns = [
        Folder.model_validate({**_yaml(path), "town": path.stem.partition("-")[2]})
        for path in sorted((HERE / "towns").glob("*.yml"))
    ]
    return (*towns, *(Folder.model_validate(each) for each in _yaml(HERE / "elsewhere.yml")))


def files() -> Iterator[tuple[Folder, File]]:
    """Every file with its folder."""
    for folder in folders():
        for file in folder.files:
            yield folder, file


def submissions() -> Iterator[tuple[Folder, str, File]]:
    """Every file with its folder and name; the members of a zip in its place, as ``zip/member``."""
    for folder, file in files():
        if file.format == "zip":
            for member in file.members:
                yield folder, f"{file.name}/{member.name}", member
        else:
            yield folder, file.name, file


@cache
def template() -> Template:
    """The county's template."""
    return Template.model_validate(_yaml(HERE / "template.yml"))


def _yaml(path: Path) -> Any:  # noqa: ANN401 - validated by the caller's model
    return yaml.safe_load(path.read_text(encoding="utf-8"))
