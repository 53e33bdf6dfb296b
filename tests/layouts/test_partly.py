"""Flattenings that lose empty cells, or where cells end: what is read is right, and what is not read is told."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import pytest

from tests.layouts.test_layouts import LAYOUTS, PARTLY, all_answers, full, read_as, squeezed

Form = Mapping[str, Any]


@pytest.mark.parametrize(("name", "form"), PARTLY)
def test_nothing_wrong_is_read_and_what_is_lost_is_told(name: str, form: str) -> None:
    pairs = list(_pairs(name, form))

    assert [told for found, right in pairs for told in _wrong(found, right)] == []
    if any(missing for found, right in pairs for missing in _lost(found, right)):
        assert _rules(name, form) - _rules(name, "docx"), "what is not read must be told"


def _pairs(name: str, form: str) -> Iterator[tuple[Form | None, Form | None]]:
    """Each form found with the one it should be: of the same name, else in order."""
    found: list[Form] = squeezed(read_as(name, form))["forms"]
    right: list[Form] = [dict(full(each)) for each in squeezed(LAYOUTS[name].expect).get("forms", ())]
    for each in list(found):
        same = [
            whole for whole in right if each["project_name"] and whole["project_name"] == each["project_name"]
        ]
        if same:
            yield each, same[0]
            found.remove(each)
            right.remove(same[0])
    yield from zip_longest(found, right)


def _wrong(found: Form | None, right: Form | None) -> Iterator[tuple[str, Any]]:
    """What a form says that is not so."""
    if right is None:
        yield "form", found
        return
    for key, value in (found or {}).items():
        if key == "funding":
            yield from ((source, yuan) for source, yuan in value.items() if right[key].get(source) != yuan)
        elif key == "indicators":
            yield from (("indicator", line) for line in value if line not in right[key])
        elif value is not None and value != right[key]:
            yield key, value


def _lost(found: Form | None, right: Form | None) -> Iterator[str]:
    """What a form says that was not read."""
    if found is None:
        yield "form"
        return
    for key, value in (right or {}).items():
        if isinstance(value, list | dict) and found[key] is not None:
            yield from [key] if len(found[key]) < len(value) else []
        elif value is not None and found[key] is None:
            yield key


def _rules(name: str, form: str) -> Counter[str]:
    return Counter(finding["rule"] for finding in all_answers()[name, form]["findings"])
