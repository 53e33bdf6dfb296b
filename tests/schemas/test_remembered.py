"""Caches keep short texts only: memory does not grow with what a hostile file writes into its cells."""

from schemas import values
from schemas.remembered import LONGEST, remembered
from schemas.rules.likeness import longest_shared
from schemas.values import parse_value


def test_a_short_text_is_asked_once_and_a_long_one_each_time() -> None:
    asked: list[str] = []

    @remembered(maxsize=8)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    short, long = "表" * LONGEST, "表" * (LONGEST + 1)
    assert [length(text) for text in (short, short, long, long)] == [300, 300, 301, 301]
    assert asked == [short, long, long]


def test_a_value_beside_a_long_cell_is_read_and_not_kept() -> None:
    values._parsed.cache_clear()
    name = "率" * 100_000
    assert parse_value("95", level3=name).unit == "%"
    assert parse_value("9" * 100_000).kind == "qualitative"
    assert values._parsed.cache_info().currsize == 0
    parse_value("95", level3="覆盖率")
    assert values._parsed.cache_info().currsize == 1


def test_names_are_compared_as_far_as_they_are_names() -> None:
    assert longest_shared("村干部" + "甲" * 10_000, "村干部" + "乙" * 10_000) == "村干部"
