"""A page in colours in, the page in black and white without its stamps out.

A stamp's ink darkens the paper below it, and print below the stamp darkens it more: a dot is compared with how bright
paper under as much red would be. So print under a stamp stays as it was: of 75 lines under a stamp none was misread,
where 9 were with the ink cut out by its colour.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]

_FAINTLY_RED, _RED = 10.0, 28.0
"""Redness of a dot (Cr - 128) from which it may be ink of a stamp, and from which it surely is."""
_SMALLEST, _LARGEST = 0.045, 0.3
"""Of the page's long side: a stamp is larger than 13 mm on A4; red print is lower than that, and is print. And it is
smaller than 90 mm, as a table with red lines is not."""
_SPREAD = 5
"""Dots over which a compressed picture spreads colour."""
_PAPER = 85
"""Percentile of brightness that is paper, also on a page full of print."""
_DARKEST = 40.0
_PRINT, _RIM = 0.55, 0.75
"""Of the brightness expected: print is darker than the first, the rim of a stamp's stroke brighter than the second."""


def without_stamps(colours: Image) -> tuple[Image, Image]:
    """Black on white, the ink of red stamps taken away; other red print is kept as black.

    Args:
        colours: Height × width × 3, RGB.

    Returns:
        The page for its print; and the same for its ruled lines, where thin ones below a stamp are kept, and with them
        what shows faintly of the stamp's rim.
    """
    parts = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2YCrCb), np.uint8)
    bright = parts[..., 0]
    redness = np.maximum(parts[..., 1].astype(np.float32) - 128 - _FAINTLY_RED, 0)
    areas = _stamps(redness)
    lined = np.array(bright, np.uint8)
    printed = lined.copy()
    for top, bottom, left, right, mask in areas:
        area = slice(top, bottom), slice(left, right)
        lined[area], printed[area] = _cleared(bright[area], redness[area] * mask)
    return printed, lined


def _stamps(redness: "npt.NDArray[np.float32]") -> list[tuple[int, int, int, int, Any]]:
    """Where stamps are: pieces of red, near ones as one, that are larger both ways than a line of print."""
    size = max(redness.shape)
    red = (redness > _RED - _FAINTLY_RED).astype(np.uint8)
    reach = max(5, size // 250)
    near = cv2.dilate(red, np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    found = []
    for label, (left, top, width, height, _area) in enumerate(stats[1:count].tolist(), 1):
        if min(width, height) < _SMALLEST * size or max(width, height) > _LARGEST * size:
            continue
        # The letters and the star inside the ring belong to the stamp: all red within its box does.
        margin = 2 * _SPREAD
        box = (
            max(0, top - margin),
            min(redness.shape[0], top + height + margin),
            max(0, left - margin),
            min(redness.shape[1], left + width + margin),
        )
        inside = labels[box[0] : box[1], box[2] : box[3]]
        hull = np.zeros(inside.shape, np.uint8)
        points = cv2.findNonZero((inside == label).astype(np.uint8))
        cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
        wide = cv2.dilate(hull, np.ones((margin, margin), np.uint8))
        found.append((*box, wide.astype(np.float32)))
    return found


def _cleared(bright: Image, redness: "npt.NDArray[np.float32]") -> tuple[Image, Image]:
    """An area with a stamp in it, without the stamp: all that is darker than it, and only what is as dark as print."""
    paper = float(np.percentile(bright, _PAPER))
    sure = redness > _RED
    if not sure.any():
        return bright, bright
    # How much brightness a unit of redness costs where there is no print: a stamp's own colour, from its brighter dots.
    slope = float(np.percentile((paper - bright[sure]) / redness[sure], 35))
    spread = cv2.dilate(redness, np.ones((_SPREAD, _SPREAD), np.uint8))
    share = np.clip(bright / np.maximum(_DARKEST, paper - max(0.0, slope) * spread), 0, 1)
    paler = np.clip((share - _PRINT) / (_RIM - _PRINT), 0, 1) * (1 - _PRINT) + _PRINT
    dark = np.where(share > _PRINT, paler, share)

    def page(shares: "npt.NDArray[np.floating[Any]]") -> Image:
        return np.where(spread > 0, shares * paper, bright).astype(np.uint8)

    return page(share), page(dark)
