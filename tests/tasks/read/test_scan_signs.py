"""Misread signs: put right by their strokes, or where nothing else can be meant; always told, and never where it is 2."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tasks.read.pdf_letters import letters_of, turn_of
from tasks.read.pdf_pages import objects, opened, pages, render
from tasks.read.pdf_parts import parts_of
from tasks.read.pdf_rules import drawn_on
from tests.support.scans import FOLDER, needs_recognition

needs_recognition()

from tasks.parse.sheet import SURE  # noqa: E402
from tasks.read.scan_signs import corrected, sign_of  # noqa: E402  it needs the extra ``ocr``

Lines = dict[tuple[str, int], Any]


@pytest.fixture(scope="module")
def printed() -> Lines:
    """Lines of the printed annex in black and white, by their text and dots per inch."""
    return dict(_lines())


def _lines() -> Iterator[tuple[tuple[str, int], Any]]:
    with opened((FOLDER / "annex.pdf").read_bytes()) as document:
        for number, page in pages(document):
            items = list(objects(page))
            letters, quarters = letters_of(page, hidden=False)
            turn, width, height = turn_of(page, quarters)
            found = parts_of(number, (width, height), letters, drawn_on(items, turn))
            lines = [
                line for block in found.blocks for part in getattr(block, "parts", ()) for line in part.lines
            ]
            for dpi in (150, 200):
                gray = render(page, dpi).mean(axis=2).astype(np.uint8)
                for line in lines:
                    top, bottom = line.y - 0.95 * line.size, line.y + 0.2 * line.size
                    box = [round(each * dpi / 72) for each in (top, bottom, line.x0 - 1, line.x1 + 1)]
                    yield (line.text, dpi), gray[box[0] : box[1], box[2] : box[3]]


@pytest.mark.parametrize("dpi", [150, 200])
def test_signs_of_print_are_told_by_their_strokes(printed: Lines, dpi: int) -> None:
    signs = {
        text: sign_of(crop)
        for (text, at), crop in printed.items()
        if at == dpi and text[0] in "≥≤=<>" and text[1:2].isdigit()
    }

    assert len(signs) == 29
    wrong = {
        text: sign for text, sign in signs.items() if sign not in ("", text[0] if text[0] in "≥≤=" else "")
    }
    assert wrong == {}
    assert sum(sign != "" for text, sign in signs.items() if text[0] in "≥≤") >= 24


@pytest.mark.parametrize("dpi", [150, 200])
def test_no_number_is_taken_for_a_sign(printed: Lines, dpi: int) -> None:
    numbers = {text: crop for (text, at), crop in printed.items() if at == dpi and text[0].isdigit()}

    assert len(numbers) > 50
    changed = {text: corrected(text, 0.99, crop).text for text, crop in numbers.items()}
    assert changed == {text: text for text in numbers}


@pytest.mark.parametrize(
    ("printed_as", "recognised", "text"),
    [
        ("≥92%", "292%", "≥92%"),
        ("≥92%", ">92%", "≥92%"),
        ("≥1200册", "21200册", "≥1200册"),
        ("≥10年", "Z10年", "≥10年"),
        ("≤67.8万元", "<67.8万元", "≤67.8万元"),
        ("≤48小时", "W48小时", "≤48小时"),
    ],
)
def test_a_misread_sign_is_put_right_by_its_strokes(
    printed: Lines, printed_as: str, recognised: str, text: str
) -> None:
    reading = corrected(recognised, 0.98, printed[printed_as, 200])

    assert (reading.text, reading.recognised) == (text, recognised)
    assert reading.confidence < SURE


@pytest.mark.parametrize(
    ("recognised", "text"),
    [
        ("290%", "≥90%"),
        ("295.5%", "≥95.5%"),
        ("2100%", "≥100%"),
        ("二100百分比", "=100百分比"),
        (">_90%", "≥90%"),
    ],
)
def test_what_cannot_be_meant_is_put_right_without_a_picture(recognised: str, text: str) -> None:
    reading = corrected(recognised, 0.98, None)

    assert (reading.text, reading.recognised) == (text, recognised)
    assert reading.confidence < SURE


@pytest.mark.parametrize(
    "text",
    [
        "29%",
        "2300平方米",
        ">90%",
        ">=90%",
        "<5起",
        "二期工程",
        "2人",
        "95%",
        "一年期项目",
        "700%",
        "200%",
        "",
        "≥90%",
    ],
)
def test_what_may_be_meant_stays(text: str) -> None:
    reading = corrected(text, 0.98, None)

    assert (reading.text, reading.recognised, reading.confidence) == (text, "", 0.98)


@pytest.mark.parametrize(
    ("recognised", "text"),
    [
        ("村道 养护\n经费", "村道养护经费"),
        ("≥ 95 %", "≥95%"),
        ("1.宣传次数\n2.化解纠纷件数", "1.宣传次数\n2.化解纠纷件数"),
        ("总投入\n1.5万元", "总投入1.5万元"),
        ("垃圾清运\n主管部门：某镇", "垃圾清运\n主管部门：某镇"),
    ],
)
def test_blanks_no_print_has_go_and_lines_of_their_own_stay(recognised: str, text: str) -> None:
    assert corrected(recognised, 0.98, None).text == text


def test_what_makes_no_sense_but_is_printed_so_is_told(printed: Lines) -> None:
    reading = corrected("2100%", 0.99, printed["240人次", 200])

    assert (reading.text, reading.recognised) == ("2100%", "")
    assert reading.confidence < SURE


def test_more_and_less_stay_what_they_are(printed: Lines) -> None:
    for text in (">90%", "<5起"):
        assert corrected(text, 0.98, printed[text, 200]).recognised == ""
