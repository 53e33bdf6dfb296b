"""A page in, its letters out: each where it is shown, as the character a person sees."""

import ctypes
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from tasks.read import guard
from tasks.read.pdf_pages import Page, is_invisible, text_of
from tasks.read.pdf_signs import CHARACTERS, PRIVATE, sign

LETTERS = 200_000
"""How many letters one page may have; a page of five-point type has 15,000."""
_SAMPLES = 40
"""Letters asked for the direction they are written in."""
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)

Turn = Callable[[float, float], tuple[float, float]]
"""Page coordinates in, coordinates as shown out: from the top left corner, rightwards and downwards."""


class Letter(NamedTuple):
    """One letter, in points from the page's top left corner."""

    x0: float
    x1: float
    y: float
    """The line it stands on."""
    size: float
    """Its height."""
    text: str


def turn_of(page: Page, quarters: int) -> tuple[Turn, float, float]:
    """How a page's coordinates become coordinates as shown.

    Args:
        page: The open page.
        quarters: Quarter turns clockwise that set it upright.

    Returns:
        The turn; width and height of the page after it.
    """
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    turns: tuple[Turn, ...] = (
        lambda x, y: (x - left, top - y),
        lambda x, y: (y - bottom, x - left),
        lambda x, y: (right - x, y - bottom),
        lambda x, y: (top - y, right - x),
    )
    width, height = (right - left, top - bottom) if quarters % 2 == 0 else (top - bottom, right - left)
    return turns[quarters % 4], width, height


def letters_of(page: Page, *, hidden: bool) -> tuple[list[Letter], int]:
    """The letters a person sees on a page, blanks between them included, in the order the file has them.

    Args:
        page: The open page.
        hidden: Whether some of its text may be invisible, so that each letter has to be asked.

    Returns:
        The letters, and the quarter turns clockwise that set most of them upright: those of the page itself, or others
        where a whole table is laid sideways.

    Raises:
        UnreadableError: R08 where there are too many.
    """
    with text_of(page) as layer:
        count = pdfium.FPDFText_CountChars(layer)
        if count > LETTERS:
            raise guard.over(f"一页有 {count:,} 个字", f"每页不超过 {LETTERS:,} 个字")
        quarters = _quarters(layer, count, int(pdfium.FPDFPage_GetRotation(page)))
        return list(_letters(layer, count, turn_of(page, quarters)[0], hidden=hidden)), quarters


def _letters(layer: Any, count: int, turn: Turn, *, hidden: bool) -> Iterator[Letter]:  # noqa: ANN401  a handle of pdfium
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    code_of, box_of, origin_of = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetCharOrigin,
    )
    by_x, by_y = ctypes.byref(x), ctypes.byref(y)
    by_box = ctypes.byref(box)
    shown = CHARACTERS
    high = 0
    for index in range(count):
        code = code_of(layer, index)
        text = shown.get(code)
        if text is None:
            text = chr(code)
            if 0xD800 <= code < 0xF100:
                if code in _HIGH:
                    high = code
                    continue
                if code in _LOW:
                    text = chr(0x10000 + ((high & 0x3FF) << 10) + (code & 0x3FF)) if high else ""
                    high = 0
                elif code in PRIVATE:
                    text = sign(code, _font(layer, index))
        if not text or (hidden and is_invisible(layer, index)):
            continue
        if code == 0x20 and pdfium.FPDFText_IsGenerated(layer, index) == 1:
            # Put in by the library where it thinks two words part; the distance is judged with the line.
            continue
        if not box_of(layer, index, by_box) or not origin_of(layer, index, by_x, by_y):
            continue
        x0, y0 = turn(box.left, box.bottom)
        x1, y1 = turn(box.right, box.top)
        if x1 < x0:
            x0, x1 = x1, x0
        yield Letter(x0, x1, turn(x.value, y.value)[1], abs(y1 - y0), text)


def _font(layer: Any, index: int) -> str:  # noqa: ANN401  a handle of pdfium
    buffer, flags = ctypes.create_string_buffer(256), ctypes.c_int()
    size = pdfium.FPDFText_GetFontInfo(layer, index, buffer, len(buffer), flags)
    return buffer.raw[: max(0, min(size, 256) - 1)].decode("utf-8", "replace")


def _quarters(layer: Any, count: int, own: int) -> int:  # noqa: ANN401  a handle of pdfium
    """Quarter turns clockwise that set most letters upright; the page's own where there are none."""
    votes = [0, 0, 0, 0]
    for index in range(0, count, max(1, count // _SAMPLES)):
        angle = pdfium.FPDFText_GetCharAngle(layer, index)
        if angle >= 0 and pdfium.FPDFText_IsGenerated(layer, index) != 1:
            votes[-round(angle / (math.pi / 2)) % 4] += 1
    return own if votes[own] == max(votes) else votes.index(max(votes))


def em_of(letters: Sequence[Letter]) -> float:
    """The usual height of a page's letters; 10.5 points, the usual size of type, where it has none."""
    sizes = sorted(letter.size for letter in letters[:2000] if not letter.text.isspace())
    return max(2.0, sizes[len(sizes) // 2]) if sizes else 10.5
