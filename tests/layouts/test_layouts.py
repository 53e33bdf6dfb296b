"""Every layout in every format: read in full, value for value, with nothing left over that nobody expected."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from schemas.form import Source, UnreadableError
from tasks.answer import answers
from tasks.judge import judge
from tasks.parse import parse
from tasks.read import read
from tasks.settings import load_county
from tests.layouts import build

LAYOUTS = {layout.name: layout for layout in build.layouts()}
CASES = [
    (name, form)
    for name, layout in LAYOUTS.items()
    for form in (
        *layout.formats,
        *(lossy for lossy, is_whole in layout.lossy.items() if is_whole),
        *layout.texts,
    )
    if form not in layout.partly
]
PARTLY = [
    (name, form)
    for name, layout in LAYOUTS.items()
    for form in (*(lossy for lossy, is_whole in layout.lossy.items() if not is_whole), *layout.partly)
]
"""Cases in which a text has lost empty cells, or where cells end: part of it is read, and nothing wrong."""
COUNTY = load_county(None)


def content_of(layout: build.Layout, form: str) -> bytes:
    if form in layout.texts:
        return layout.texts[form].encode()
    return build.RENDER[form](layout.parts)


def name_of(form: str) -> str:
    return f"报送{build.EXTENSIONS.get(form, '.txt')}"


@cache
def all_answers() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What ``check --json`` says of every case: one batch, as a county judges it, for a batch costs what one file costs."""
    cases = [*CASES, *PARTLY]
    sources = [
        Source(f"{name}/{form}", name_of(form), content_of(LAYOUTS[name], form), f"{name}/{form}")
        for name, form in cases
    ]
    return dict(zip(cases, answers(sources, judge(sources, COUNTY)), strict=True))


def read_as(name: str, form: str) -> Mapping[str, Any]:
    """What is said of a layout in a format, in the shape of ``expect``."""
    answer = all_answers()[name, form]
    findings = [finding["rule"] for finding in answer["findings"] if finding["rule"].startswith("R")]
    kinds = [finding["message"] for finding in answer["findings"] if finding["rule"] == "R09"]
    return {
        "forms": [_form(form) for form in answer["forms"]],
        "set_aside": [message.removeprefix("这里是一张").split("，")[0] for message in kinds],
        "reading": sorted(rule for rule in findings if rule != "R09"),
    }


def _form(form: Mapping[str, Any]) -> dict[str, Any]:
    keys = (
        *("fiscal_year", "project_name", "department_code", "department_name", "implementing_unit"),
        *("attribute", "total_yuan", "goal"),
    )
    start, end = form["period_start"], form["period_end"]
    return {
        **{key: form[key] for key in keys},
        "period": None if start is None else [start, end],
        "funding": {line["source"]: line["amount_yuan"] for line in form["funding"]},
        "indicators": [_indicator(line) for line in form["indicators"]],
    }


def _indicator(line: Mapping[str, Any]) -> list[Any]:
    value = line["deadline"] or line["value"]
    if line["value_high"] is not None:
        value = [line["value"], line["value_high"]]
    levels = [line["level1"], line["level2"], line["level3"], line["raw"]]
    return [*levels, line["kind"], line["operator"], value, line["unit"], line["weight"]]


def expected(name: str, form: str) -> Mapping[str, Any]:
    expect = LAYOUTS[name].expect
    only = expect.get("only", {}).get(form, {})
    merged = {
        "forms": [],
        "set_aside": [],
        "reading": [],
        **{k: v for k, v in expect.items() if k != "only"},
        **only,
    }
    merged["forms"] = [dict(full(each)) for each in merged["forms"]]
    merged["reading"] = sorted(merged["reading"])
    return merged


def full(form: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in form.items():
        yield key, [[*line, None][:9] for line in value] if key == "indicators" else value


def squeezed(answer: Any) -> Any:  # noqa: ANN401  any JSON
    """Line breaks within a cell, which a flattening to one line turns into blanks, or drops, do not count."""
    if isinstance(answer, str):
        return "".join(answer.split())
    if isinstance(answer, Mapping):
        return {key: squeezed(value) for key, value in answer.items()}
    return [squeezed(each) for each in answer] if isinstance(answer, list) else answer


@pytest.mark.parametrize(("name", "form"), CASES)
def test_layout(name: str, form: str) -> None:
    assert squeezed(read_as(name, form)) == squeezed(expected(name, form))


@pytest.mark.parametrize(("name", "form"), [*CASES, *PARTLY])
def test_every_cell_is_accounted_for(name: str, form: str) -> None:
    try:
        grids, _ = read(name_of(form), content_of(LAYOUTS[name], form))
        parsed = parse(grids)
    except UnreadableError:
        return
    for each in parsed.forms:
        assert each.cells.total == each.cells.consumed + each.cells.ignored + each.cells.reported
