"""A recognised text in, the same with misread signs put right out, where there is evidence; never in silence.

A network trained on prose takes ≥ for 2 or >, ≤ for <, = for 二 or 一. Evidence is what cannot be otherwise (no rate is
290%), or the strokes themselves: below the chevron of ≥ and ≤ lies a bar that > and < do not have.
"""

import re
from dataclasses import dataclass

import numpy as np

from tasks.read.scan_stamp import Image

_UNSURE = 0.89
"""The confidence of a text that had to be put right: below ``tasks.parse.sheet.SURE``, so that it is told."""
_SPACED = re.compile(
    r"(?<=[0-9≥≤<>=%.])\s+(?=[0-9≥≤<>=%.年月日元万人次])|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff0-9])|(?<=[0-9])\s+(?=[\u4e00-\u9fff])"
)
_RATE = re.compile(r"[2zZ7](?P<rate>100|[1-9]?[0-9](?:\.[0-9]+)?)(?P<unit>%|百分比)$")
_EQUALS = re.compile(r"[二一](?P<number>[0-9][0-9.]*)(?P<rest>.*)$")
_BAR_LOST = re.compile(r"[>＞〉》](?P<rest>[0-9].*)$|[<＜〈《](?P<less>[0-9].*)$")
_HALF_LETTER = re.compile(r"^[>＞≥]\s*[_=一-]\s*(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a cell was recognised."""

    text: str
    confidence: float
    recognised: str
    """What the picture seemed to say, where ``text`` was taken instead; else empty."""


def corrected(text: str, confidence: float, crop: Image | None) -> Reading:
    """Put a misread sign right.

    Args:
        text: As recognised.
        confidence: Of its weakest line.
        crop: The picture of the text, where it is one line.
    """
    tidy = _SPACED.sub("", text.strip())
    better = _better(tidy, crop)
    if better is None or better == tidy:
        return Reading(tidy, confidence, "")
    return Reading(better, min(confidence, _UNSURE), tidy)


def _better(text: str, crop: Image | None) -> str | None:
    halved = _HALF_LETTER.sub("≥", text)
    if halved != text:
        return halved
    rate = _RATE.fullmatch(text)
    if rate and float(text[: rate.start("unit")].replace("z", "2").replace("Z", "2")) > 100:
        return f"≥{rate['rate']}{rate['unit']}"
    equals = _EQUALS.fullmatch(text)
    if equals:
        return f"={equals['number']}{equals['rest']}"
    lost = _BAR_LOST.fullmatch(text)
    if lost and crop is not None and has_bar_below(crop):
        return f"≥{lost['rest']}" if lost["rest"] else f"≤{lost['less']}"
    return None


def has_bar_below(crop: Image) -> bool:
    """Whether the first sign of a line stands on a level bar, as ≥ and ≤ do.

    The bar is as wide as the sign and has white above it, between it and the chevron.
    """
    ink = crop < 160
    columns = ink.any(axis=0)
    starts = np.flatnonzero(np.diff(np.concatenate(([0], columns.astype(np.int8), [0]))))
    if len(starts) < 2:
        return False
    sign = ink[:, starts[0] : starts[1]]
    rows = np.flatnonzero(sign.any(axis=1))
    if not len(rows):
        return False
    sign = sign[rows[0] : rows[-1] + 1]
    height, width = sign.shape
    if height < 6 or width < 4:
        return False
    lower = sign[height // 2 :]
    share = lower.mean(axis=1)
    return bool((share > 0.75).any())
