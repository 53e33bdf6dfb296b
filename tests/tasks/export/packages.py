"""A data package in, its rows out: read by its descriptor alone, as a stranger to this project reads it."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

_CASTS: Mapping[str, Callable[[str], Any]] = {
    "string": lambda text: text.removeprefix("'"),
    "integer": int,
    "number": Decimal,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
Rows = list[dict[str, Any]]


def described(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return told


def read_package(folder: Path) -> dict[str, Rows]:
    """Every resource's rows, cast by its schema; its hash, size and constraints must hold."""
    rows: dict[str, Rows] = {}
    resources = {each["name"]: each for each in described(folder)["resources"]}
    for name, resource in resources.items():
        content = (folder / resource["path"]).read_bytes()
        assert len(content) == resource["bytes"]
        assert f"sha256:{sha256(content).hexdigest()}" == resource["hash"]
        rows[name] = _rows(content.decode(resource["encoding"]), resource["schema"])
        assert len(rows[name]) == resource["rows"]
    for name, resource in resources.items():
        _check_keys(name, resource["schema"], rows)
    return rows


def _rows(text: str, schema: Mapping[str, Any]) -> Rows:
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    fields = schema["fields"]
    assert header == [field["name"] for field in fields]
    return [
        {
            field["name"]: _cell(cell, field, schema["missingValues"])
            for field, cell in zip(fields, line, strict=True)
        }
        for line in lines
    ]


def _cell(cell: str, field: Mapping[str, Any], missing: list[str]) -> object:
    value = None if cell in missing else _CASTS[field["type"]](cell)
    rules = field.get("constraints", {})
    assert not (rules.get("required") and value is None), field
    if value is not None:
        assert value in rules.get("enum", [value]), (field, value)
        assert value >= rules.get("minimum", value), (field, value)
        assert value <= rules.get("maximum", value), (field, value)
    return value


def _check_keys(name: str, schema: Mapping[str, Any], rows: Mapping[str, Rows]) -> None:
    if "primaryKey" in schema:
        keys = [tuple(row[part] for part in schema["primaryKey"]) for row in rows[name]]
        assert len(set(keys)) == len(keys), name
    for key in schema.get("foreignKeys", ()):
        there = {row[key["reference"]["fields"]] for row in rows[key["reference"]["resource"]]}
        here = {row[key["fields"]] for row in rows[name]} - {None}
        assert here <= there, (name, key)
