"""The catalogue as data: typed, without doubles, and every word a template asks for is given."""

import re

import pytest

from schemas.rules import CATALOGUE, finding, rules_version, severity_of, unknown_overrides
from schemas.rules import version as version_module
from schemas.rules.catalogue import PLACES, Rule, catalogue_of, placeholders
from schemas.rules_page import LETTERS, page
from tests.support.frames import a_county

_ROW = {
    "id": "M09",
    "heading": "规范性",
    "severity": "warning",
    "title": "题",
    "message": "{value}",
    "expected": "{expected}",
    "action": "改",
    "since": "0.1.0",
    "source": "here",
}


def test_ids_headings_and_severities_are_the_contracts() -> None:
    assert {rule.id[0] for rule in CATALOGUE.values()} == set("RCMUTLXSY")
    assert {rule.heading for rule in CATALOGUE.values()} <= {"规范性", "完整性", "相关性", "适当性", "可行性"}


def test_two_rows_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="两条规则都叫 M09"):
        catalogue_of([_ROW, _ROW])


@pytest.mark.parametrize(
    "change",
    [{"heading": "美观性"}, {"severity": "fatal"}, {"id": "m9"}, {"message": ""}, {"colour": "red"}],
    ids=lambda change: next(iter(change)),
)
def test_a_row_that_is_no_rule_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        Rule.model_validate({**_ROW, **change})


@pytest.mark.parametrize(
    "template", ["{value.__class__}", "{value[0]}", "{value!r}", "{value:>9}", "{}", "{0}"]
)
def test_a_template_can_ask_for_plain_names_only(template: str) -> None:
    with pytest.raises(ValueError, match="大括号里只能是单独的名称"):
        placeholders(template)


def test_a_county_overrides_a_severity_and_switches_a_rule_off() -> None:
    severities = {
        "M04": {"severity": "error", "reason": "本县从严"},
        "R07": {"severity": "off", "reason": "县里表样本身有错字"},
    }
    county = a_county(severities=severities)
    assert severity_of("M04", county) == "error"
    assert severity_of("R07", county) == "off"
    assert severity_of("M03", county) == CATALOGUE["M03"].severity
    assert finding("R07", file="a", value="b", expected="c", county=county) is None


def test_an_override_of_no_rule_is_named() -> None:
    county = a_county(severities={"Z99": {"severity": "off", "reason": "笔误"}})
    assert unknown_overrides(county) == ("Z99",)


def test_a_finding_without_its_evidence_is_a_programming_error() -> None:
    with pytest.raises(KeyError, match="budget"):
        finding("M03", file="a", value="1元", expected="1万元", county=a_county())


def test_the_page_of_rules_tells_each_rule_once_under_its_letter() -> None:
    told = re.findall(r"^(?:## ([A-Z])　|\| ([A-Z])(\d\d) \|)", page(), re.MULTILINE)
    letters = [letter for letter, *_ in told if letter]
    assert letters == list(LETTERS)
    assert sorted(letter + number for _, letter, number in told if number) == sorted(CATALOGUE)
    under = "".join(letter or own for letter, own, _ in told)
    assert re.fullmatch("".join(f"{letter}{letter}+" for letter in letters), under)


def test_the_page_of_rules_has_words_for_every_place_and_no_others() -> None:
    assert set(PLACES) == {place for rule in CATALOGUE.values() for place in rule.places}


def test_version_is_twelve_hex_digits_and_follows_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.fullmatch("[0-9a-f]{12}", rules_version())
    parts = dict(version_module._parts())
    assert {"schemas.rules/catalogue.yml", "schemas.rules/m04_cost.py"} <= set(parts)
    assert {"schemas.vocabulary/misspellings.yml", "schemas.vocabulary/units.yml"} <= set(parts)
    # What a value is read as is part of what it was judged by.
    assert {"schemas/values.py", "schemas/units.py", "schemas/amounts.py", "schemas/dates.py"} <= set(parts)
    monkeypatch.setattr(
        version_module, "_parts", lambda: iter([*parts.items(), ("schemas.rules/new.py", b"")])
    )
    assert version_module.rules_version.__wrapped__() != rules_version()
