"""Texts made to harm: one endless line, a million lines, signs that are none, runs that regular expressions dislike."""

from functools import partial

from tests.hostile.build import FORM, MIB, flat, noise, shuffled
from tests.hostile.corpus import Case

_FULL = 20 * MIB


def _valued(value: str) -> bytes:
    """The sound form with one value replaced."""
    return flat().replace("≥95%".encode(), value.encode())


_LONG = 200_000
_PLACES = {
    "the title's row": "（2023年度）",
    "the project's name": "村级道路养护",
    "the department": "058-某县某镇人民政府",
    "the project's kind": "一年期项目",
    "the period": "2023年1月至12月",
    "the heading of the money": "项目资金（万元）",
    "an amount": "12",
    "a label": "项目属性",
    "the goal": "养护全镇道路，保障群众出行。",
    "a level": "数量指标",
    "an indicator": "养护里程",
    "a deadline": "2023年12月底",
    "a money": "12万元",
}


def _all_at(place: str) -> bytes:
    """A form for each of the long values, which stands behind what is usual in one place."""
    forms = []
    for value in _VALUES.values():
        text = flat().decode()
        usual = _PLACES[place]
        # A quarter is enough: what takes the square of its length would take a minute for each.
        forms.append(text.replace(f"\t{usual}", f"\t{usual}{value[: _LONG // 4]}", 1))
        forms.append(text.replace(f"\t{usual}", f"\t{value[: _LONG // 8]}", 1))
    return "\n\n".join(forms).encode()


_VALUES = {
    "spaces": "9" + " " * _LONG + "9",
    "digits": "9" * _LONG,
    "commas": "1,000" * (_LONG // 5),
    "full-width digits": "９" * _LONG,
    "opening brackets": "（" * _LONG,
    "closing brackets": "）" * _LONG,
    "slashes": "元/人" * (_LONG // 3),
    "signs": "≥" * _LONG,
    "hyphens": "1-" * (_LONG // 2),
    "dates": "2023年1月至" * (_LONG // 8),
    "points": "1." * (_LONG // 2),
    "Chinese numerals": "一千零" * (_LONG // 3),
    "units": "万" * _LONG,
    "cited titles": "《" * _LONG,
    "ticks": "□√" * (_LONG // 2),
    "right-to-left marks": "\u202e\u200f" * (_LONG // 2),
    "combining marks": "a" + "\u0301" * _LONG,
}

CASES = (
    Case("20 MiB in one line", "a.txt", lambda: noise(_FULL), "R08", off=("text_characters",)),
    Case("11 MiB in one line", "a.txt", lambda: noise(11 * MIB), "R03"),
    Case(
        "20 MiB of tabs", "a.txt", lambda: b"\t" * _FULL, "R08", off=("text_characters", "cells", "columns")
    ),
    Case("20 MiB of line ends", "a.txt", lambda: b"\n" * _FULL, "R08", off=("text_characters", "text_lines")),
    Case("11 MiB of carriage returns", "a.txt", lambda: b"\r" * 11 * MIB, "R08"),
    Case("NUL in a value", "a.txt", lambda: flat().replace("≥95%".encode(), b"9\x00"), "R01"),
    Case(
        "a million lines",
        "a.txt",
        lambda: "".join(f"第{n}行\n" for n in range(1_000_000)).encode(),
        "R08|R03",
    ),
    Case(
        "a million rows", "a.txt", lambda: "".join(f"\t甲{n}\n\n" for n in range(1_000_000)).encode(), "R08"
    ),
    Case(
        "a million cells",
        "a.txt",
        lambda: "".join(f"\t甲{n}\n" + "\n" * (n % 50 == 0) for n in range(1_000_000)).encode(),
        "R08",
    ),
    Case("20 MiB of bars", "a.txt", lambda: b"|" * _FULL, "R08|R03"),
    Case("20 MiB of rows with bars", "a.txt", lambda: b"| a | b | c |\n" * (_FULL // 14), "R08|R03"),
    Case("20 MiB of spaces", "a.txt", lambda: "项目名称".encode() + b" " * (_FULL - 20), "R03|R08"),
    Case(
        "20 MiB of words between spaces",
        "a.txt",
        lambda: shuffled(["a  ", "bc   "], _FULL - 99).encode(),
        "R03|R08",
    ),
    Case("NUL in a text", "a.txt", lambda: b"\x00" + flat(), "R01"),
    Case("nothing but NUL", "a.txt", lambda: bytes(5_000), "R01"),
    Case(
        "half of UTF-16", "a.txt", lambda: b"\xff\xfe" + flat().decode().encode("utf-16-le")[:-1], "R01|R03"
    ),
    Case("noise", "a.txt", lambda: noise(100_000, bytes(range(128, 256))), "R01|R03"),
    *(Case(f"a value of {name}", "a.txt", partial(_valued, value), "") for name, value in _VALUES.items()),
    *(Case(f"long runs in {place}", "a.txt", partial(_all_at, place), "|R03") for place in _PLACES),
    Case(
        "a project's name of 200,000 letters",
        "a.txt",
        lambda: flat().replace("村级道路养护".encode(), "路".encode() * _LONG),
        "",
    ),
    Case(
        "a goal of a megabyte",
        "a.txt",
        lambda: flat().replace("保障群众出行".encode(), "修路架桥，".encode() * 60_000),
        "",
    ),
    Case(
        "a label of 200,000 letters",
        "a.txt",
        lambda: flat().replace("项目属性".encode(), "项目属性".encode() + b" (" * _LONG),
        "",
    ),
    Case("400 forms", "a.txt", lambda: (flat() + b"\n\n") * 400, ""),
    Case("a sound text", "附件2.txt", lambda: flat(FORM), ""),
)
