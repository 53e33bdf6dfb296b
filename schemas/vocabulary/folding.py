"""Text in, the same text as a label is compared: what a clerk's spacing and input method change is taken out."""

import re
import unicodedata

from schemas.remembered import remembered

# Blanks, line breaks, control characters, and the invisible ones copied from web pages (zero width, soft hyphen, marks).
_INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_HIDDEN = re.compile(r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# 一、 · 1. · 1、 · 1.1 · A. · A1、 · (一) · ★ · 其中: stand before a label without changing it.
_LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]+、|\d{1,2}[.、](?!\d)|\d{1,2}(?:\.\d{1,2}){0,3}(?=[^\W\d_a-zA-Z])(?![年月日季个])|[A-Z]\d{0,2}(?:[.、]\d{1,2})?[.、](?!\d)|\([一二三四五六七八九十\d]+\)|[★☆*□]+|其中:?)+"
)
_SUFFIX = re.compile(r"^(.+?)[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]?分?$")
# Full-width blanks a page lost to its encoding (a merged project's form of 2020).
_PADDING = re.compile(r"\?{2,}")
_SCORE = re.compile(r"(?<=[^\d\-~至])\d{1,3}分$")
"""项目资金 预算执行 10分: what the block scores (奉节县 2023)."""
_TRAIL = ":;,。、"


def visible(text: str) -> str:
    """``text`` without the characters nobody sees; blanks stay."""
    return text if text.isascii() else _HIDDEN.sub("", text)


@remembered(maxsize=16384)
def fold(text: str) -> str:
    """``text`` in NFKC (full width becomes half width) without any blank or invisible character."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def is_blank(text: str) -> bool:
    """Whether a cell shows nothing: empty, blanks, or invisible characters only."""
    # A letter, a digit or a Chinese character shows; most cells begin with one.
    if text[:1].isalnum():
        return False
    if not text or text.isspace():
        return True
    # Only a short text can be all invisible by accident; folding every long one would cost more than it finds.
    return len(text) <= 8 and not fold(text)


def core(folded: str) -> str:
    """A folded label without what may lead or trail it (numbers, stars, 其中, colons), or pad it (绩???效)."""
    if "??" in folded:
        folded = _PADDING.sub("", folded)
    label = _LEAD.sub("", folded).rstrip(_TRAIL)
    return _SCORE.sub("", label) or label or folded


def suffixes(label: str) -> tuple[str, tuple[str, ...]]:
    """A core label parted from its trailing brackets: ``成本指标(必填)`` → ``成本指标``, ``(必填,)``."""
    found: list[str] = []
    while match := _SUFFIX.match(label):
        label = match[1].rstrip(_TRAIL)
        found.append(match[2])
    return label, tuple(reversed(found))
