"""A slip of the pen in a file of words, units or rules is told with the file, the key and what was expected."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas import units
from schemas.material import text_of
from schemas.rules.catalogue import CATALOGUE, catalogue_of
from schemas.vocabulary import records
from schemas.vocabulary.records import Levels
from schemas.yaml_data import bundled, plain_data
from schemas.yaml_faults import BrokenTableError

SOUND = {**CATALOGUE["M03"].model_dump(), "thresholds": {}}


def _spoiled(name: str, spoil: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    data = spoil(plain_data(text_of("schemas.vocabulary", name)))
    for module in (records, units):
        monkeypatch.setattr(module, "bundled", lambda *_: data)


def test_text_that_is_no_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.yaml_data.text_of", lambda *_: "units:\n  - [坏\n")
    with pytest.raises(BrokenTableError, match=r"^schemas/vocabulary/units\.yml 第3行附近不是正确的 YAML"):
        bundled("schemas.vocabulary", "units.yml")


def test_a_key_that_words_do_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    _spoiled("levels.yml", lambda data: {**data, "xyz": 1}, monkeypatch)
    with pytest.raises(BrokenTableError, match=r"^schemas/vocabulary/levels\.yml 的“xyz”不对：没有这样的项"):
        records.load("levels", Levels)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: {**data, "xyz": 1}, "没有“xyz”这样的项"),
        (lambda data: {key: data[key] for key in data if key != "fillers"}, "缺少“fillers”"),
        (
            lambda data: {**data, "units": [*data["units"], {"name": "人", "dimension": "time"}]},
            "“人”同时指两个单位",
        ),
    ],
)
def test_units_that_cannot_be_used(
    spoil: Callable[[Any], Any], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _spoiled("units.yml", spoil, monkeypatch)
    with pytest.raises(BrokenTableError, match=rf"^schemas/vocabulary/units\.yml 不对：{says}"):
        units.vocabulary.__wrapped__()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"severity": "warn"}, "第1条规则 M03 的“severity”不对：只能是 error、warning、info 之一"),
        ({"id": "M3"}, "第1条规则 M3 的“id”不对：位数或写法不对"),
        ({"message": "{value.x}"}, "第1条规则 M03 的“message”不对：大括号里只能是单独的名称"),
        (
            {"action": "{vlaue}"},
            "第1条规则 M03 的“action”不对：没有“{vlaue}”这一处内容，大括号里只能是 value、",
        ),
    ],
)
def test_a_rule_that_is_none(change: dict[str, str], says: str) -> None:
    with pytest.raises(BrokenTableError, match=f"^schemas/rules/catalogue\\.yml {says}"):
        catalogue_of([{**SOUND, **change}])
