"""Every notation of forms.md, read as notations.yml says; and what must hold for any text at all."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.units import convert, resolve, vocabulary
from schemas.values import Value, format_value, holds_number, parse_value, plain

NOTATIONS = yaml.safe_load(Path(__file__).with_name("notations.yml").read_text(encoding="utf-8"))
ROWS = [row for rows in NOTATIONS.values() for row in rows]
_CONTEXT = ("level1", "level2", "level3", "operator", "unit", "fiscal_year")


def _read(row: dict[str, Any], raw: str | None = None) -> Value:
    context = {"fiscal_year": 2023, **{key: row[key] for key in _CONTEXT if key in row}}
    return parse_value(str(row["raw"]) if raw is None else raw, **context)


def _said(value: Value) -> str:
    """A value in the words of notations.yml."""
    if value.kind in {"qualitative", "missing"}:
        return value.kind
    if value.kind == "deadline":
        return f"deadline {value.operator} {value.deadline}"
    if value.kind == "period":
        return f"period {value.operator} {value.period_start}..{value.period_end}"
    assert value.value is not None
    high = "" if value.value_high is None else f"..{plain(value.value_high)}"
    return f"{value.kind} {value.operator} {plain(value.value)}{high} {value.unit or '-'}"


def _wanted(row: dict[str, Any]) -> str:
    parts = row["is"].split()
    if len(parts) == 4 and ".." not in parts[2]:
        parts[2] = plain(Decimal(parts[2]))
    return " ".join(parts)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["raw"])[:20].encode("unicode_escape").decode())
def test_notation(row: dict[str, Any]) -> None:
    value = _read(row)
    assert _said(value) == _wanted(row)
    if "conversion" in row:
        assert value.conversion == row["conversion"]
    if value.kind == "qualitative":
        assert holds_number(str(row["raw"])) is row.get("number", False)


def test_what_was_typed_stays_beside_what_it_means() -> None:
    value = parse_value("138.02万元")
    assert (value.typed_value, value.typed_unit, value.conversion) == (
        Decimal("138.02"),
        "万元",
        "万元→元 ×10000",
    )
    assert parse_value("9人").conversion is None


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["raw"])[:20].encode("unicode_escape").decode())
def test_full_width_and_blanks_change_nothing(row: dict[str, Any]) -> None:
    """Promise 6: full-width signs and blanks outside a number do not change the result."""
    raw = str(row["raw"])
    value = _read(row)
    spaced = re.sub(r"(?<![\d.,，])(?![\d.,，])", " ", raw)
    for variant in (f"\u3000{raw}\t\n", _full_width(raw), spaced, f"\ufeff{raw}\u200b"):
        assert _without_text(_read(row, variant)) == _without_text(value), variant


def _without_text(value: Value) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name != "text"}


_NUMBERS = st.decimals(min_value=Decimal("-1e9"), max_value=Decimal("1e15"), places=4, allow_nan=False)
_SIGNS = st.sampled_from(["=", ">=", "<=", ">", "<"])
_DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))
_PRICES = ["元/人", "元/次", "元/人·月", "元/辆·年", "元/村"]


def _canonical_units() -> list[str]:
    return sorted({unit.canonical for unit in vocabulary().units.values()})


@st.composite
def _measures(draw: st.DrawFn) -> Value:
    unit = draw(st.sampled_from([*_canonical_units(), *_PRICES, "次/年"]))
    base = vocabulary().units.get(unit)
    kinds = {"money": "money", "ratio": "ratio", "time": "duration"}
    kind = kinds.get(base.dimension, "quantity") if base else "frequency" if unit == "次/年" else "unit_price"
    low, high = sorted((draw(_NUMBERS), draw(_NUMBERS)))
    unit_typed = "个月" if unit == "月" else unit
    if draw(st.booleans()):
        return Value(kind, "between", low, high, unit, low, unit_typed)
    return Value(kind, draw(_SIGNS), low, None, unit, low, unit_typed)


_VALUES = st.one_of(
    _measures(),
    _DAYS.map(lambda day: Value("deadline", "<=", deadline=day)),
    st.tuples(_DAYS, _DAYS).map(
        lambda days: Value("period", "between", period_start=min(days), period_end=max(days))
    ),
    st.sampled_from([Value("missing"), parse_value("是"), parse_value("否"), parse_value("有效提升")]),
)


@given(_VALUES)
def test_writing_and_reading_are_inverse(value: Value) -> None:
    """Promise 5: parse(format(x)) = x."""
    assert parse_value(format_value(value)) == value


_BEFORE = sorted({(word, sign) for word, sign in vocabulary().before if word != "≈"})
_AFTER = sorted((word, sign) for word, sign in vocabulary().after if word != "整")  # 元整 is a unit
_UNITS = [
    *(unit for unit in _canonical_units() if unit not in {"百分点", "字"}),
    "万元",
    "公顷",
    "公里",
    "次/月",
    "元/人·月",
    "万元/村",
]


def _chinese(number: int) -> str:
    """A number below ten million in everyday numerals."""
    if number >= 10_000:
        rest = number % 10_000
        return f"{_chinese(number // 10_000)}万" + (
            ("零" if rest < 1000 else "") + _chinese(rest) if rest else ""
        )
    text, gap = "", False
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + word
        gap = not digit
    return text or "零"


def _in_cheque_numerals(text: str) -> str:
    return text.translate(str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟"))


_STYLES: dict[str, Callable[[int], str]] = {
    "plain": str,
    "thousands": lambda number: f"{number:,}",
    "two places": lambda number: f"{number}.00",
    "full width": lambda number: _full_width(str(number)),
    "numerals": _chinese,
    "cheque": lambda number: _in_cheque_numerals(_chinese(number)),
}


@given(
    st.integers(1, 9_999_999),
    st.sampled_from(sorted(_STYLES)),
    st.sampled_from(_UNITS),
    st.one_of(
        st.tuples(st.just("before"), st.sampled_from(_BEFORE)),
        st.tuples(st.just("after"), st.sampled_from(_AFTER)),
    ),
)
@settings(max_examples=600)
def test_every_style_of_number_under_every_comparison_and_unit_is_read_alike(
    number: int, style: str, unit: str, compared: tuple[str, tuple[str, str]]
) -> None:
    place, (word, sign) = compared
    unit_typed = "个月" if unit == "月" else unit
    written = f"{_STYLES[style](number)}{unit_typed}"
    value = parse_value(f"{word}{written}" if place == "before" else f"{written}{word}")
    measure = resolve(unit_typed)
    assert (value.operator, value.value, value.unit) == (
        sign,
        convert(Decimal(number), measure),
        measure.unit,
    )
    if style not in {"numerals", "cheque"}:  # 一千克 is a thousand 克 as well as one 千克
        assert (value.typed_value, value.typed_unit) == (Decimal(number), unit_typed)


_AROUND = st.sampled_from(
    ["", "约", "不低于", "较上年", "提高", "完成", "每", "人均", "以上", "左右", "人", "公里", "%", "万元", "、", "（", "）", "/", "*",
     "→", "余", "半", "垛", "和", "群众", "降低", "x", "≥", "“"]
)  # fmt: skip


@given(st.lists(_AROUND, max_size=4), st.sampled_from(["37", "37.5", "3,700", "３７", "37%"]), st.lists(_AROUND, max_size=4),
       st.sampled_from(["", "群众满意度", "道路养护成本", "完成时间", "补助人数"]))  # fmt: skip
@settings(max_examples=600)
def test_no_number_is_read_as_words_in_silence(
    before: list[str], number: str, after: list[str], name: str
) -> None:
    raw = "".join([*before, number, *after])
    value = parse_value(raw, level3=name, fiscal_year=2023)
    assert value.kind not in {"qualitative", "missing"} or holds_number(raw), raw


@given(
    st.sampled_from(["数", "几", "十几", "数十", "近百", "上千", "万余", "两三", "一百二", "三万五"]),
    st.sampled_from(["人", "户", "次", "公里", "万元"]),
)
def test_no_number_in_words_is_lost_in_silence(number: str, unit: str) -> None:
    raw = f"{number}{unit}"
    assert parse_value(raw).kind != "qualitative" or holds_number(raw) or number in {"数", "几"}


_PIECES = st.sampled_from(
    [*"0123456789.,%≥≤<>=-~/*年月日个人元万次（）()至到 半百千十二〇零", "不低于", "以上", "每", "2023年"]
)
_HOSTILE = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=40).map("".join))


@given(_HOSTILE, st.sampled_from([None, "%", "万元", "\x00"]), st.sampled_from([None, 2023]))
@settings(max_examples=400)
def test_no_text_raises_or_yields_a_float(raw: str, unit: str | None, fiscal_year: int | None) -> None:
    value = parse_value(raw, unit=unit, fiscal_year=fiscal_year, level2="成本指标", level3=raw)
    for number in (value.value, value.value_high, value.typed_value):
        assert number is None or (type(number) is Decimal and number.is_finite())
    assert (value.operator is None) == (value.kind in {"qualitative", "missing"})
    assert isinstance(holds_number(raw), bool)


@pytest.mark.parametrize(
    "raw",
    ["9" * 100_000, "1e999999", "-" * 50_000, "每" * 50_000, "😀" * 50_000, "\x00", "12\x00人", "\u202e59%",
     "9" * 79,
     "((((" * 5_000, "一" * 79, "半" * 79, "1-" * 39, "ﷺ" * 80, "١٢人", "Infinity",
     "NaN", "1" + ",111" * 19, "全部" * 39],
    ids=range(19),
)  # fmt: skip
def test_hostile_text_is_kept_as_text_and_quickly(raw: str) -> None:
    started = time.perf_counter()
    value = parse_value(raw, level3=raw)
    holds_number(raw)
    assert time.perf_counter() - started < 0.5
    assert value.kind in {"qualitative", "missing"}


def test_a_float_is_never_made() -> None:
    """The exact decimal of the text, not of its binary neighbour."""
    value = parse_value("0.1万元")
    assert value.value == Decimal(1000)
    assert parse_value("0.30000000000000004万元").value == Decimal("3000.0000000000004")


def test_reading_values_needs_no_frames() -> None:
    code = "import sys, schemas.values, schemas.amounts; print({'pandas', 'pandera'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
