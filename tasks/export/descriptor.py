"""What was written in, the ``datapackage.json`` that explains it out: a Data Package of Frictionless (version 1)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from tasks.export.resources import Field, Resource
from warehouse.views import Kind

NAME = "datapackage.json"
_TYPES: Mapping[Kind, str] = {
    "text": "string",
    "count": "integer",
    "yuan": "number",
    "number": "number",
    "date": "date",
    "moment": "datetime",
    "flag": "boolean",
}
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_APOSTROPHE = (
    "文字以 = + - @ 等开头、会被表格软件当成公式的，前面加了一个撇号（'）；原来就以撇号开头的也加一个。"
)


class Written(NamedTuple):
    """A file of the package."""

    resource: Resource
    path: str
    content: bytes
    rows: int


def descriptor(
    county_code: str,
    county_name: str,
    publication_no: int,
    published_at: datetime,
    written: Sequence[Written],
) -> bytes:
    """The descriptor.

    Args:
        county_code: 6 digits.
        county_name: For the title.
        publication_no: What was exported; the package's version.
        published_at: When it was published: no clock, so that the same publication gives the same bytes.
        written: The files.
    """
    is_csv = all(each.path.endswith(".csv") for each in written)
    told = {
        "profile": "tabular-data-package" if is_csv else "data-package",
        "name": f"huizong-{county_code}",
        "title": f"{county_name}绩效目标，第 {publication_no} 号发布",
        "description": "金额以元为单位，精确到分；空值是没有填写，不是零。" + (_APOSTROPHE if is_csv else ""),
        "version": str(publication_no),
        "created": published_at.isoformat(timespec="seconds"),
        "resources": [_resource(each) for each in written],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _resource(written: Written) -> dict[str, Any]:
    resource, kind = written.resource, written.path.rpartition(".")[2]
    schema: dict[str, Any] = {"fields": [_field(each) for each in resource.fields], "missingValues": [""]}
    if resource.key:
        schema["primaryKey"] = list(resource.key)
    if resource.references:
        schema["foreignKeys"] = [
            {"fields": each.field, "reference": {"resource": each.resource, "fields": each.key}}
            for each in resource.references
        ]
    return {
        "profile": "tabular-data-resource" if kind == "csv" else "data-resource",
        "name": resource.name,
        "path": written.path,
        "title": resource.title,
        "description": resource.grain,
        "format": kind,
        "mediatype": _MEDIA[kind],
        **({"encoding": "utf-8"} if kind == "csv" else {}),
        "bytes": len(written.content),
        "hash": f"sha256:{sha256(written.content).hexdigest()}",
        "rows": written.rows,
        "schema": schema,
    }


def _field(field: Field) -> dict[str, Any]:
    constraints = {
        **({"required": True} if field.is_required else {}),
        **({"enum": list(field.allowed)} if field.allowed else {}),
        **({"minimum": field.low} if field.low is not None else {}),
        **({"maximum": field.high} if field.high is not None else {}),
    }
    return {
        "name": field.name,
        "type": _TYPES[field.kind],
        "title": field.comment,
        "unit": field.unit,
        **({"constraints": constraints} if constraints else {}),
    }
