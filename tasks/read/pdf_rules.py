"""A page in, what is drawn on it out: the straight lines of its tables, and how much of it a picture covers."""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from tasks.read import guard
from tasks.read.pdf_letters import Turn
from tasks.read.pdf_pages import INVISIBLE, Item, Matrix, matrix_of, product

RULES = 50_000
"""How many straight lines one page may have; a full sheet of small squares has 10,000."""
_THIN = 3.0
"""A filled shape no thicker than this is a line; the thickest border Word offers has 6 points, and is rare."""
_STRAIGHT = 0.75
"""How far the ends of a line may differ in height, or from side to side, and it is still upright or level."""
_SHORT = 1.5
"""Shorter pieces are dots, or ends of other lines."""

Points = list[tuple[float, float]]


class Rule(NamedTuple):
    """A straight line, level or upright, in points from the page's top left corner."""

    at: float
    """Its height, if level; its distance from the left, if upright."""
    start: float
    end: float


@dataclass(slots=True)
class Drawn:
    """What is drawn on a page."""

    level: list[Rule] = field(default_factory=list)
    upright: list[Rule] = field(default_factory=list)
    pictured: float = 0.0
    """Square points of the largest picture."""

    def add(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Add a line by its two ends, if it is level or upright."""
        if abs(y1 - y0) <= _STRAIGHT:
            if abs(x1 - x0) >= _SHORT:
                self.level.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= _STRAIGHT and abs(y1 - y0) >= _SHORT:
            self.upright.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        if len(self.level) + len(self.upright) > RULES:
            raise guard.over(f"一页上超过 {RULES:,} 条线", f"每页不超过 {RULES:,} 条线")


def hides_text(items: Iterable[Item]) -> bool:
    """Whether some text among a page's objects is written so that nobody sees it."""
    return any(
        pdfium.FPDFTextObj_GetTextRenderMode(item) in INVISIBLE
        for item, kind, _ in items
        if kind == pdfium.FPDF_PAGEOBJ_TEXT
    )


def drawn_on(items: Iterable[Item], turn: Turn) -> Drawn:
    """What is drawn on a page.

    Args:
        items: Its objects (``pdf_pages.objects``).
        turn: From its coordinates to those shown (``pdf_letters.turn_of``).

    Raises:
        UnreadableError: R08 where there are too many lines.
    """
    found = Drawn()
    for item, kind, matrix in items:
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            _path(item, matrix, turn, found)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            a, b, c, d, *_ = product(matrix_of(item), matrix)
            found.pictured = max(found.pictured, abs(a * d - b * c))
    return found


_IDENTITY = (1, 0, 0, 1, 0, 0)


def _path(item: Any, matrix: Matrix, turn: Turn, found: Drawn) -> None:  # noqa: ANN401  a handle of pdfium
    """Take the lines of one path: strokes as they run, thin filled shapes as the line they look like."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return
    # The bounds are free of the path's own matrix; a lone thin shape needs no look at its segments.
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return
    corners = [(left.value, bottom.value), (right.value, top.value)]
    if matrix != _IDENTITY:
        corners = [_moved(point, matrix) for point in corners]
    (x0, y0), (x1, y1) = (turn(*point) for point in corners)
    wide, high = abs(x1 - x0), abs(y1 - y0)
    if min(wide, high) <= _THIN:
        if wide >= high:
            found.add(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
        else:
            found.add((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)
        return
    count = pdfium.FPDFPath_CountSegments(item)
    if not stroke.value and count <= 5:
        return  # a shade behind text
    whole = product(matrix_of(item), matrix)
    for points in _subpaths(item, min(count, RULES)):
        shown = [turn(*_moved(point, whole)) for point in points]
        if stroke.value:
            for (xa, ya), (xb, yb) in pairwise(shown):
                found.add(xa, ya, xb, yb)
        else:
            _thin(shown, found)


def _thin(points: Points, found: Drawn) -> None:
    """Add a filled shape where it is as thin as a line."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    if high <= _THIN and wide > high:
        middle = (max(ys) + min(ys)) / 2
        found.add(min(xs), middle, max(xs), middle)
    elif wide <= _THIN and high > wide:
        middle = (max(xs) + min(xs)) / 2
        found.add(middle, min(ys), middle, max(ys))


def _subpaths(item: Any, count: int) -> Iterator[Points]:  # noqa: ANN401  a handle of pdfium
    """The pieces of a path that are drawn without lifting the pen, closed ones back to their start."""
    points: Points = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        points.append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points


def _moved(point: tuple[float, float], matrix: Matrix) -> tuple[float, float]:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e, b * x + d * y + f


def merged(rules: Iterable[Rule], gap: float) -> list[Rule]:
    """Lines put together that continue or overlap each other: a border drawn cell by cell, dotted, or twice.

    Args:
        rules: All level, or all upright.
        gap: How far apart pieces of one line may be.
    """
    lanes: list[list[Rule]] = []
    for rule in sorted(rules):
        if lanes and rule.at - lanes[-1][-1].at <= 0.3 and rule.at - lanes[-1][0].at <= 1:
            lanes[-1].append(rule)
        else:
            lanes.append([rule])
    found: list[Rule] = []
    for lane in lanes:
        at = sum(rule.at for rule in lane) / len(lane)
        start, end = None, 0.0
        for rule in sorted(lane, key=lambda each: each.start):
            if start is not None and rule.start <= end + gap:
                end = max(end, rule.end)
                continue
            if start is not None:
                found.append(Rule(at, start, end))
            start, end = rule.start, rule.end
        if start is not None:
            found.append(Rule(at, start, end))
    return found
