"""A page's picture in, an upright one without stamps out, with the ink and the ruled lines on it.

Everything is measured in dots of the picture; ``Picture.scale`` makes points of them (72 to the inch), in which the
reader of PDFs thinks.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.pdf_rules import Rule
from tasks.read.scan_stamp import Image, without_stamps

PAGE_POINTS = 842.0
"""Long side of an A4 page, which a picture without a page's size is taken for."""
_LARGEST_SIDE = 3000
"""Dots; a page of more (A4 at 250 dpi and up) tells no more and costs time."""
_FAINT = 9
"""By how much a ruled line is darker than the paper around it, of 255."""
_COARSE_SIDE = 1000
"""Dots of a page in which its slant is looked for; what is found is made exact on the whole page."""
_HALF = 100
"""Of 255: from here a dot of the smaller page counts as ink."""
_MOST_TILT = 6.0
"""Degrees a page may lie askew in the scanner."""
EM = 10.5
"""Points of the usual letter of a form, …"""
_FACE = 0.9
"""… its ink in shares of it, …"""
_USUAL = 1.25
"""… and by how much it may be larger or smaller on an A4 page."""
_SLENDER = (1.25, 1.6)
"""Long side of a page in short ones, as scanners and telephones give it."""
_LOWEST, _FEW = 6, 20
"""Dots of a letter that can be read; letters without which their size is not known."""
_SHORTEST_LINE = 15.0
"""Points: no stroke of a letter is as long, every level side of a cell is."""
_LOWEST_CELL, _NEAR = 11.5, 0.8
"""Points of the lowest cell, whose sides are hardly longer than strokes; and how exactly they stand below each other."""
_PADDING, _DUST = 3.2, 0.04
"""Points beside a line that print leaves free (Word: 5.4), but for this share of them."""
_LONG = 5
"""Times the shortest: a line whatever it meets."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page ready to be read."""

    gray: Image
    """Black on white, upright, without red ink."""
    ink: Image
    """255 where there is ink that is no ruled line, 0 elsewhere."""
    scale: float
    """Points per dot."""
    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]
    """Ruled lines, in points."""


def picture_of(colours: Image) -> Picture:
    """Make a page ready.

    Args:
        colours: Height × width × 3, RGB.
    """
    height, width = colours.shape[:2]
    largest = max(height, width)
    if largest > _LARGEST_SIDE:
        ratio = _LARGEST_SIDE / largest
        colours = np.asarray(
            cv2.resize(colours, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA), np.uint8
        )
    gray, lined = without_stamps(colours)
    tilt = _tilt(_ink(gray))
    gray, lined = _turned(gray, -tilt), _turned(lined, -tilt)
    ink = _ink(gray)
    scale = _scale(ink)
    level, upright, ruled = _lines(lined, scale)
    ink = np.where(ruled > 0, 0, ink).astype(np.uint8)
    return Picture(
        gray,
        _without_specks(ink),
        scale,
        tuple(_rule(box, scale, is_level=True) for box in level),
        tuple(_rule(box, scale, is_level=False) for box in upright),
    )


def _ink(gray: Image, darker: int = 18) -> Image:
    """Where there is ink, told from the paper around it, so that shadows and grey paper do not matter."""
    block = max(31, (max(gray.shape) // 40) | 1)
    found = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, darker)
    return np.asarray(found, np.uint8)


def _tilt(ink: Image) -> float:
    """By how many degrees a page lies askew: the slant along which its lines and rows of print stand apart most clearly."""
    ratio = min(1.0, _COARSE_SIDE / max(ink.shape))
    small = cv2.resize(ink, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    coarse = _slant(np.asarray(small, np.uint8), np.arange(-_MOST_TILT, _MOST_TILT + 0.1, 0.25))
    fine = _slant(np.asarray(small, np.uint8), coarse + np.arange(-0.2, 0.21, 0.05))
    return _slant(ink, fine + np.arange(-0.04, 0.05, 0.02))


def _slant(ink: Image, degrees: "npt.NDArray[np.float64]") -> float:
    """Which of some slants fits best."""
    down, across = np.nonzero(ink > _HALF)
    if not len(down):
        return 0.0

    def clearness(slant: float) -> float:
        heights = (down - across * np.tan(np.radians(slant))).astype(np.int64)
        rows = np.bincount(heights - heights.min()).astype(np.float64)
        return float((rows * rows).sum())

    return float(max(degrees, key=clearness))


def _turned(gray: Image, degrees: float) -> Image:
    """The picture turned counter-clockwise against its tilt, on white."""
    if abs(degrees) < 0.05:
        return gray
    height, width = gray.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    turned = cv2.warpAffine(gray, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(turned, np.uint8)


Boxes = list[tuple[int, int, int, int]]
"""Left, top, width, height of pieces of ink."""


def _scale(ink: Image) -> float:
    """Points per dot: as of an A4 page where its print then has a usual size, else so that the print has it."""
    by_page = PAGE_POINTS / float(max(ink.shape))
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights, widths = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    letters = heights[(heights >= _LOWEST) & (heights < max(ink.shape) / 12) & (widths < 3 * heights)]
    if len(letters) < _FEW:
        return by_page
    # Strokes and digits are lower than letters; what is left when the low ones are gone is as high as a letter.
    tall = letters[letters > 0.5 * np.percentile(letters, 90)]
    by_print = EM * _FACE / float(np.percentile(tall, 70))
    short, long = float(min(ink.shape)), float(max(ink.shape))
    is_page: bool = short * _SLENDER[0] < long < short * _SLENDER[1]
    is_usual: bool = 1 / _USUAL < by_page / by_print < _USUAL
    return by_page if is_page and is_usual else by_print


def _lines(gray: Image, scale: float) -> tuple[Boxes, Boxes, Image]:
    """Level and upright lines, and where they are."""
    length = max(20, int(_SHORTEST_LINE / scale))
    # A line of a dot's width is paler than print.
    faint = _ink(gray, _FAINT)
    level, upright = _along(faint, (length, 1)), _along(faint, (1, length))
    reach = max(4, length // 4)
    high, wide = gray.shape
    kept_level = _anchored(level.boxes, upright.boxes, reach, length * _LONG, wide)
    sideways, ends = _transposed(upright.boxes), _transposed(level.boxes)
    kept_upright = _transposed(_anchored(sideways, ends, reach, length * _LONG, high))
    # The sides of a low cell are hardly longer than strokes; but they stand where other rows have theirs, and touch lines.
    near = max(2, round(_NEAR / scale))
    low = _along(faint, (1, max(16, int(_LOWEST_CELL / scale))), 1.0)
    alone = [box for box in low.boxes if _stands_alone(faint, box, round(_PADDING / scale))]
    places = np.array([left + width / 2 for left, _, width, _ in (*kept_upright, *alone)])
    # One of them is the piece itself.
    aligned = [box for box in alone if (abs(places - box[0] - box[2] / 2) <= near).sum() > 1]
    kept_low = _transposed(_anchored(_transposed(aligned), ends, 0, length * _LONG, high))
    ruled = level.mask(kept_level) | upright.mask(kept_upright) | low.mask(kept_low)
    widened = np.asarray(cv2.dilate(ruled, np.ones((3, 3), np.uint8)), np.uint8)
    return kept_level, [*kept_upright, *kept_low], widened


@dataclass(frozen=True, slots=True)
class _Straight:
    """Straight pieces of ink in one direction."""

    boxes: Boxes
    labels: "npt.NDArray[np.int32]"
    """For each dot the piece it may belong to."""
    numbers: dict[tuple[int, int, int, int], int]
    ink: Image

    def mask(self, kept: Boxes) -> Image:
        """The ink of some of the pieces."""
        chosen = np.zeros(int(self.labels.max()) + 1, bool)
        chosen[[self.numbers[box] for box in kept]] = True
        return np.where(chosen[self.labels], self.ink, 0).astype(np.uint8)


def _along(ink: Image, kernel: tuple[int, int], more: float = 1.25) -> _Straight:
    """The straight pieces in one direction; a slant by a dot does not part a line, and small gaps are closed."""
    wide, high = kernel
    across = np.ones((3, 1) if wide > high else (1, 3), np.uint8)
    along = np.ones((high, wide), np.uint8)
    opened = cv2.morphologyEx(cv2.dilate(ink, across), cv2.MORPH_OPEN, along)
    gap = np.ones((max(3, high // 3), 1) if high > wide else (1, max(3, wide // 3)), np.uint8)
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, gap)
    joined = cv2.dilate(closed, across)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    thickest, shortest = max(wide, high) // 2, round(max(wide, high) * more)
    numbers: dict[tuple[int, int, int, int], int] = {}
    for label, (left, top, width, height, _area) in enumerate(stats[1:count].tolist(), 1):
        if min(width, height) <= thickest and max(width, height) >= shortest:
            numbers[left, top, width, height] = label
    return _Straight(list(numbers), np.asarray(labels, np.int32), numbers, np.asarray(opened, np.uint8))


def _anchored(level: Boxes, upright: Boxes, reach: int, long: int, end: int) -> Boxes:
    """Level pieces that are ruled lines: long ones, and those that end at an upright line, or the picture's end, both ways.

    The level strokes of letters beside each other (一年期) may be as long as a narrow cell, but they end at none.
    """

    def meets(x: int, y: float) -> bool:
        return not reach < x < end - reach or any(
            left - reach <= x <= left + width + reach and top - reach <= y <= top + height + reach
            for left, top, width, height in upright
        )

    return [
        (left, top, width, height)
        for left, top, width, height in level
        if width >= long or (meets(left, top + height / 2) and meets(left + width, top + height / 2))
    ]


def _stands_alone(ink: Image, box: tuple[int, int, int, int], aside: int) -> bool:
    """Whether there is white beside an upright piece on both sides, as beside a line and not beside a stroke."""
    left, top, width, height = box
    rows = ink[top + height // 6 : top + height - height // 6]
    beside = (
        rows[:, max(0, left - aside) : max(0, left - 1)],
        rows[:, left + width + 1 : left + width + aside],
    )
    return all(float(np.mean(each > 0)) < _DUST if each.size else True for each in beside)


def _transposed(boxes: Boxes) -> Boxes:
    return [(top, left, height, width) for left, top, width, height in boxes]


def _rule(box: tuple[int, int, int, int], scale: float, *, is_level: bool) -> Rule:
    left, top, width, height = box
    if is_level:
        return Rule((top + height / 2) * scale, left * scale, (left + width) * scale)
    return Rule((left + width / 2) * scale, top * scale, (top + height) * scale)


def _without_specks(ink: Image) -> Image:
    """Dust and the noise of a compressed picture taken out: what is smaller than a full stop."""
    smallest = max(4, (max(ink.shape) // 900) ** 2)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] >= smallest
    large[0] = False
    return np.where(large[labels], 255, 0).astype(np.uint8) if count else ink
