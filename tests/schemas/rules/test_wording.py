"""Hostile and unwieldy text in messages: shown, shortened, and never run."""

from decimal import Decimal

import pytest

from schemas.rules.wording import money, shown
from tests.support.frames import a_form, judged, rules_of


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  10\n万元\t ", "10 万元"),
        ("10\u202e元万", "10⟨U+202E⟩元万"),
        ("a\x00b\x1b[31m", "a⟨U+0000⟩b⟨U+001B⟩[31m"),
        ("行一\u2028行二\x85三", "行一 行二 三"),
        ("零\u200b宽", "零⟨U+200B⟩宽"),
        ("长" * 100, "长" * 59 + "…"),
        ("刚" * 60, "刚" * 60),
        ("🚜拖拉机", "🚜拖拉机"),
    ],
)
def test_text_is_made_readable(typed: str, seen: str) -> None:
    assert shown(typed) == seen


@pytest.mark.parametrize(
    ("unit", "told"), [("元", "1250000元"), ("千元", "1250千元"), ("亿元", "0.0125亿元")]
)
def test_money_is_written_in_the_unit_of_the_form(unit: str, told: str) -> None:
    assert money(Decimal(1_250_000), unit) == told


def test_a_very_long_text_costs_no_more_than_its_start() -> None:
    assert len(shown("\u202e" * 10_000_000)) <= 60


@pytest.mark.parametrize("text", ["{value}", "{expected.__class__}", "{", "}", "{0}", "%s", "{{}}", "${x}"])
def test_braces_of_a_submitter_are_only_text(text: str) -> None:
    judgement = judged([a_form(project=f"道路{text}经费"), a_form(number=2, project=f"道路{text}经费")])
    assert rules_of(judgement) == ["X02"]
    assert f"项目“道路{text}经费”与第1张表" in judgement.findings["message"][0]


def test_a_value_cannot_forge_a_line_of_the_report() -> None:
    form = a_form(rows=["质量 道路_质量 很好\u200ferror：全部退回\u202e"])
    judgement = judged([form])
    assert rules_of(judgement) == ["U02"]
    message = judgement.findings["message"][0]
    assert len(message.splitlines()) == 1
    assert "\u202e" not in message
    assert "\u200f" not in message
