"""A page's picture in, an upright one without stamps out, with the ink and the ruled lines on it.

Everything is measured in dots of the picture; ``Picture.scale`` makes points of them (72 to the inch), in which the
reader of PDFs thinks.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from tasks.read.pdf_rules import Rule
from tasks.read.scan_stamp import Image, without_stamps

PAGE_POINTS = 842.0
"""Long side of an A4 page, which a picture without a page's size is taken for."""
_LARGEST_SIDE = 3000
"""Dots; a page of more (A4 at 250 dpi and up) tells no more and costs time."""
_FAINT = 9
"""By how much a ruled line is darker than the paper around it, of 255."""
_MOST_TILT = 6.0
"""Degrees a page may lie askew in the scanner."""
_SHORTEST_LINE = 0.018
"""Of the page's long side: no stroke of a letter is as long, every side of a cell is."""


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
    gray = without_stamps(colours)
    gray = _turned(gray, -_tilt(_ink(gray)))
    ink = _ink(gray)
    level, upright, ruled = _lines(gray)
    scale = PAGE_POINTS / max(gray.shape)
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
    """By how many degrees the page lies askew: the direction most of its long lines agree on."""
    size = max(ink.shape)
    found = cv2.HoughLinesP(
        ink, 1, np.pi / 1800, threshold=size // 8, minLineLength=size // 8, maxLineGap=size // 150
    )
    if found is None:
        return _tilt_of_text(ink)
    ends = found.reshape(-1, 4).astype(float)
    across, down = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    degrees = np.degrees(np.arctan2(down, across))
    degrees = (degrees + 45) % 90 - 45
    lengths = np.hypot(across, down)
    near = np.abs(degrees) <= _MOST_TILT
    if not near.any():
        return 0.0
    order = np.argsort(degrees[near])
    summed = np.cumsum(lengths[near][order])
    middle = degrees[near][order][np.searchsorted(summed, summed[-1] / 2)]
    # Ends lie on whole dots, so a single line tells its direction only roughly; together they tell it well.
    agreeing = near & (np.abs(degrees - middle) < 0.4)
    return float(np.average(degrees[agreeing], weights=lengths[agreeing] ** 2))


def _tilt_of_text(ink: Image) -> float:
    """The same for a page without lines: the turn at which its rows of letters stand apart most clearly."""
    ratio = min(1.0, 800 / max(ink.shape))
    small = np.asarray(cv2.resize(ink, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA), np.uint8)
    if not small.any():
        return 0.0

    def clearness(degrees: float) -> float:
        rows = _turned(255 - small, -degrees).astype(np.float64)
        return float(np.var((255 - rows).sum(axis=1)))

    return float(max(np.arange(-_MOST_TILT, _MOST_TILT + 0.1, 0.25), key=clearness))


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


def _lines(gray: Image) -> tuple[Boxes, Boxes, Image]:
    """Level and upright lines, and where they are."""
    length = max(20, int(max(gray.shape) * _SHORTEST_LINE))
    # A line of a dot's width is paler than print.
    faint = _ink(gray, _FAINT)
    level, level_mask = _along(faint, (length, 1))
    upright, upright_mask = _along(faint, (1, length))
    ruled = cv2.dilate(cv2.bitwise_or(level_mask, upright_mask), np.ones((3, 3), np.uint8))
    return level, upright, np.asarray(ruled, np.uint8)


def _along(ink: Image, kernel: tuple[int, int]) -> tuple[Boxes, Image]:
    """The straight pieces in one direction; a slant by a dot does not part a line, and small gaps are closed."""
    wide, high = kernel
    across = np.ones((3, 1) if wide > high else (1, 3), np.uint8)
    along = np.ones((high, wide), np.uint8)
    opened = cv2.morphologyEx(cv2.dilate(ink, across), cv2.MORPH_OPEN, along)
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, along)
    joined = cv2.dilate(closed, across)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    thickest, shortest = max(wide, high) // 2, max(wide, high) * 5 // 4
    boxes: Boxes = []
    kept = np.zeros(count, bool)
    for label, (left, top, width, height, _area) in enumerate(stats[1:count], 1):
        if min(int(width), int(height)) <= thickest and max(int(width), int(height)) >= shortest:
            boxes.append((int(left), int(top), int(width), int(height)))
            kept[label] = True
    return boxes, np.where(kept[labels], opened, 0).astype(np.uint8)


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
