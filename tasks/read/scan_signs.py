"""A recognised text in, the same with a misread sign put right out, where there is evidence; never in silence.

A network trained on prose takes ≥ for 2 or >, ≤ for W or <, = for 二. The strokes are the best evidence: ≥ and ≤ have three
of them above each other where > and < have two, and start at the left or the right where 2 starts in the middle. Where
no strokes can be told apart, what cannot be meant is put right (no rate is 290%); where they can, and are no sign's, it is
left as it is and told.

Measured on signs of seven fonts at 20 to 36 dots, blurred and compressed: 159 of 168 ≥, 163 of 168 ≤ and 123 of 168 = are
known by their strokes, and of 168 each of 2, Z, 7, W, 5, > and < none is taken for one of them.
"""

import re
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from tasks.read.scan_stamp import Image

_UNSURE = 0.89
"""The confidence of a text that was put right: below ``tasks.parse.sheet.SURE``, so that it is told."""
_SPACED = re.compile(
    r"(?<=[0-9≥≤<>=%.])\s+(?=[0-9≥≤<>=%.年月日元万人次])|(?<=[0-9])\s+(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])(?!\n(?:\d{1,2}[.、．]\D|[\u4e00-\u9fff]{2,8}[：:]))\s+(?=[\u4e00-\u9fff0-9])"
)
"""Blanks that are no print's; but the number of an item, and a label, begin a line of their own."""
_TAKEN_FOR = {"≥": "2zZ7>＞〉》≧三乙", "≤": "<＜〈《≦wW5sSKk", "=": "二三_—-一"}
"""What each sign is taken for."""
_TWO_HALVES = re.compile(r"^(?P<chevron>[>＞〉》<＜〈《])[_一—-](?=\d)")
_SIGNED = re.compile(r"^(?P<sign>\D|[257](?=\d))(?P<rest>\d.*)$", re.DOTALL)
_RATE = re.compile(r"^[2zZ7](?P<rate>100|[1-9]?\d(?:\.\d+)?)(?P<unit>%|％|百分比)$")
_EQUALS = re.compile(r"^二(?P<rest>\d.*)$", re.DOTALL)

_LEAST = 7
"""Dots a sign must be high and wide for its strokes to be told apart."""
_THREE = 0.4
"""Share of a sign's columns with three strokes in them: 0.6 and more in ≥ and ≤ of five fonts; 2 has 0.3 and more too, …"""
_LEFT, _RIGHT = 0.33, 0.67
"""… but ≥ starts at the left and ≤ at the right, in shares of the width: 2 in the middle."""
_LEVEL = 0.75
"""Share of the width that a bar of = fills."""

Sign = Literal["≥", "≤", "=", ""]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a cell was recognised."""

    text: str
    confidence: float
    recognised: str
    """What the picture seemed to say, where ``text`` was taken instead; else empty."""


def corrected(text: str, confidence: float, crop: Image | None) -> Reading:
    """Put a misread sign at the start of a text right.

    Args:
        text: As recognised.
        confidence: Of its weakest line.
        crop: The picture of its first line; None where it has none.
    """
    tidy = _SPACED.sub("", text.strip())
    better = _better(tidy, crop)
    if better != tidy:
        return Reading(better, min(confidence, _UNSURE), tidy)
    # Strokes that are no sign's, in a text that makes no sense without one: a person must look.
    return Reading(tidy, min(confidence, _UNSURE) if _plausible(tidy) != tidy else confidence, "")


def _better(text: str, crop: Image | None) -> str:
    halves = _TWO_HALVES.match(text)
    if halves:
        return ("≥" if halves["chevron"] in _TAKEN_FOR["≥"] else "≤") + text[halves.end() :]
    sign = None if crop is None else sign_of(crop)
    if sign is None:
        return _plausible(text)
    if sign and len(text) == 1:
        return sign
    signed = _SIGNED.match(text)
    return sign + signed["rest"] if sign and signed and signed["sign"] in _TAKEN_FOR[sign] else text


def _plausible(text: str) -> str:
    """What a text must mean whatever its strokes: a rate of 290% is ≥90%, an amount of 二100 is =100."""
    rate, equals = _RATE.match(text), _EQUALS.match(text)
    if rate and len(rate["rate"].split(".")[0]) > 1:
        return f"≥{rate['rate']}{rate['unit']}"
    return f"={equals['rest']}" if equals else text


def sign_of(crop: Image) -> Sign | None:
    """The comparison a line starts with, by its strokes; empty where it starts with none, None where none can be seen."""
    glyph = _first(crop)
    if glyph is None or max(glyph.shape) < _LEAST:
        return None
    height, width = glyph.shape
    strokes = (np.diff(glyph.astype(np.int8), axis=0, prepend=0) == 1).sum(axis=0)
    if _is_equals(glyph, strokes):
        return "="
    if min(height, width) < _LEAST or not 0.6 < width / height < 1.7:
        return ""
    if (strokes >= 3).mean() < _THREE:
        return ""
    start = np.flatnonzero(glyph[: max(1, height // 8)].any(axis=0)).mean() / (width - 1)
    return "≥" if start < _LEFT else "≤" if start > _RIGHT else ""


def _first(crop: Image) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]] | None":
    """The ink of the first sign: up to the first gap, without white around it."""
    level, _ = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = crop <= level
    columns = np.flatnonzero(ink.any(axis=0))
    if not len(columns):
        return None
    gaps = np.flatnonzero(np.diff(columns) > 1)
    last = columns[gaps[0]] if len(gaps) else columns[-1]
    sign = ink[:, columns[0] : last + 1]
    rows = np.flatnonzero(sign.any(axis=1))
    return sign[rows[0] : rows[-1] + 1]


def _is_equals(
    glyph: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]",
    strokes: "np.ndarray[tuple[int], np.dtype[np.int_]]",
) -> bool:
    """Whether a sign is two level bars of one length; in 二 the upper one is shorter."""
    height, width = glyph.shape
    if width < _LEAST or not 0.2 < height / width < 1.0 or (strokes == 2).mean() < _LEVEL:
        return False
    half = height // 2
    upper, lower = glyph[:half].any(axis=0).sum(), glyph[half:].any(axis=0).sum()
    filled = glyph.mean(axis=1)
    empty_between = bool((filled[1:-1] < 0.1).any())
    return bool(
        empty_between
        and filled[0] > _LEVEL
        and filled[-1] > _LEVEL
        and min(upper, lower) > 0.9 * max(upper, lower)
    )
