"""A page's picture in, what stands on it out: tables with their texts and lines of prose, as from a PDF's page.

What is recognised is measured in points like the letters of a PDF, so that the same rules join a table over its pages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tasks.read.pdf_lattice import Box, Table, tables_of
from tasks.read.pdf_lines import CLOSING, OPENING, Line, joined, unbroken
from tasks.read.pdf_parts import PageParts, Part, ProseLine, TablePart
from tasks.read.scan_ink import EM, Picture, picture_of
from tasks.read.scan_signs import corrected
from tasks.read.scan_stamp import Image
from tasks.read.scan_text import Recognised, recognise

_LINE_GAP = 0.3
"""Strokes of one letter (二, =) stand nearer than this, in its heights; lines of print further."""
_TALLEST = 1.35
"""Letters of one line are no taller than this, in points of ``EM``, unless they are a title."""
_WORD_GAP = 2.0
"""Letters further apart than this, in heights, belong to different pieces of a line of prose."""
_INSET = 1.2
"""Points around a cell that belong to its ruled lines."""
_PADDING = 7.0
_NOISE, _MARK = 0.5, 2
"""Outside the tables, so many letters that nobody is half sure of are the rim of a stamp, or dust."""
_WHITE = 0.55
"""Share of a bracket's or full stop's place that shows no ink."""
_UPSIDE_DOWN = 0.6
"""Weaker than this on average, a page is tried the other ways round."""


@dataclass(slots=True)
class _Strip:
    """A line of ink: where it stands, in dots."""

    top: int
    bottom: int
    left: int
    right: int


def page_parts(number: int, colours: Image) -> PageParts:
    """Read a page.

    Args:
        number: Of the page, from 1.
        colours: Height × width × 3, RGB.

    Returns:
        What stands on it, each text with how sure it is.
    """
    best, best_score = _read(number, picture_of(colours))
    for quarters in (2, 1, 3):
        if best_score >= _UPSIDE_DOWN:
            break
        page, score = _read(number, picture_of(np.ascontiguousarray(np.rot90(colours, quarters))))
        if score > best_score:
            best, best_score = page, score
    return best


def _read(number: int, picture: Picture) -> tuple[PageParts, float]:
    """A page, and how sure the network was of its letters on average."""
    height, width = picture.gray.shape
    scale = picture.scale
    page = PageParts(number, width * scale, height * scale)
    tables = tables_of(picture.level, picture.upright, EM)
    outside = picture.ink.copy()
    cells: list[tuple[Table, Box, list[_Strip]]] = []
    for table in tables:
        for box in table.boxes:
            area = _area(box, scale, picture.ink.shape)
            cells.append((table, box, list(_strips(picture.ink, area, scale))))
        outside[
            int(table.ys[0] / scale) - 2 : int(table.ys[-1] / scale) + 3,
            int(table.xs[0] / scale) - 2 : int(table.xs[-1] / scale) + 3,
        ] = 0
    prose = list(_strips(outside, (0, height, 0, width), scale))
    pieces = [list(_pieces(outside, strip)) for strip in prose]
    strips = [*(strip for _, _, its in cells for strip in its), *(piece for its in pieces for piece in its)]
    texts = recognise([picture.gray[each.top : each.bottom, each.left : each.right] for each in strips])
    told = iter(zip(strips, texts, strict=True))
    parts: dict[int, list[Part]] = {}
    for table, box, its in cells:
        read = [next(told) for _ in its]
        parts.setdefault(id(table), []).append(_part(number, box, read, picture))
    for table in tables:
        its_parts = parts[id(table)]
        if any(part.text for part in its_parts):
            page.blocks.append(_table(number, table, its_parts))
    for its in pieces:
        read = [next(told) for _ in its]
        line = _prose(number, read, scale)
        if line is not None:
            page.blocks.append(line)
    page.blocks.sort(key=lambda block: block.top)
    # A page on its side shows letters below each other, one to a line, which the network reads well enough.
    beside = [(len(each.text), each.confidence) for each in texts if len(each.text) > 1]
    total = sum(len(each.text) for each in texts)
    score = sum(count * confidence for count, confidence in beside) / total if total else 1.0
    return page, score


def _area(box: Box, scale: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    top, bottom = int((box.y0 + _INSET) / scale), int((box.y1 - _INSET) / scale)
    left, right = int((box.x0 + _INSET) / scale), int((box.x1 - _INSET) / scale)
    return max(0, top), min(shape[0], bottom), max(0, left), min(shape[1], right)


def _strips(ink: Image, area: tuple[int, int, int, int], scale: float) -> Iterator[_Strip]:
    """Lines of print in an area, from top to bottom."""
    top, bottom, left, right = area
    if bottom - top < 3 or right - left < 3:
        return
    inside = ink[top:bottom, left:right]
    runs = _merged(_runs(inside.any(axis=1)), EM / scale)
    for start, end in runs:
        columns = np.flatnonzero(inside[start:end].any(axis=0))
        if end - start < 0.12 * EM / scale and columns[-1] - columns[0] < 0.3 * EM / scale:
            continue  # dust
        yield _Strip(top + start, top + end, left + int(columns[0]), left + int(columns[-1]) + 1)


def _runs(filled: npt.ArrayLike) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.asarray(filled, np.int8), [0]))))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _merged(runs: list[tuple[int, int]], em: float) -> list[tuple[int, int]]:
    """Runs of ink put together that are strokes of the same letters (二, =, the dot of a comma below)."""
    found: list[tuple[int, int]] = []
    for start, end in runs:
        if found and start - found[-1][1] <= _LINE_GAP * em and end - found[-1][0] <= _TALLEST * em:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _pieces(ink: Image, strip: _Strip) -> Iterator[_Strip]:
    """A line of prose cut where it leaves a wide gap."""
    columns = ink[strip.top : strip.bottom, strip.left : strip.right].any(axis=0)
    gap = _WORD_GAP * (strip.bottom - strip.top)
    start, end = None, 0
    for left, right in _runs(columns):
        if start is not None and left - end > gap:
            yield _Strip(strip.top, strip.bottom, strip.left + start, strip.left + end)
            start = None
        start = left if start is None else start
        end = right
    if start is not None:
        yield _Strip(strip.top, strip.bottom, strip.left + start, strip.left + end)


def _part(number: int, box: Box, read: Sequence[tuple[_Strip, Recognised]], picture: Picture) -> Part:
    scale = picture.scale
    lines = [_line(strip, found.text, scale) for strip, found in read if found.text.strip()]
    padding = min(_PADDING, max(0.0, min((line.x0 - box.x0 for line in lines), default=0.0)))
    text = joined(lines, box.x0 + padding, box.x1 - padding)
    weakest = min((found.confidence for _, found in read), default=1.0)
    crops = [picture.gray[strip.top : strip.bottom, strip.left : strip.right] for strip, _ in read]
    reading = corrected(text, weakest, crops[0] if crops else None)
    place = box.row, box.row_span, box.x0, box.x1
    return Part(*place, lines, reading.text, number, reading.confidence, reading.recognised)


def _line(strip: _Strip, text: str, scale: float) -> Line:
    left, right = strip.left * scale, strip.right * scale
    # Ink ends where a closing sign begins to be white, and begins where an opening one ends to be.
    inked = _width(text) - _WHITE * ((text[-1] in CLOSING) + (text[0] in OPENING))
    size = min((strip.bottom - strip.top) * scale, (right - left) / max(1.0, inked) * 1.02)
    size = max(size, 4.0)
    return Line(
        left, right, strip.bottom * scale, size, text, size * max(1.0, _width(text[: unbroken(text)]))
    )


def _width(text: str) -> float:
    """In letters of a Chinese width."""
    return sum(0.5 if letter.isascii() else 1.0 for letter in text)


def _table(number: int, table: Table, parts: list[Part]) -> TablePart:
    gaps = [line.x0 - part.x0 for part in parts for line in part.lines]
    padding = min(_PADDING, max(0.0, min(gaps, default=0.0)))
    left, right = table.xs[0], table.xs[-1]
    rows = len(table.ys) - 1
    return TablePart(
        number, table.ys[0], left, right, rows, parts, padding, table.is_open_above, table.is_open_below
    )


def _prose(number: int, read: Sequence[tuple[_Strip, Recognised]], scale: float) -> ProseLine | None:
    held = [(strip, found) for strip, found in read if found.text.strip()]
    if not held or all(found.confidence < _NOISE and len(found.text) <= _MARK for _, found in held):
        return None
    lines = [_line(strip, found.text, scale) for strip, found in held]
    first, last = lines[0], lines[-1]
    text = lines[0].text + "".join(
        ("  " if right.x0 - left.x1 > _WORD_GAP * left.size else "") + right.text
        for left, right in pairwise(lines)
    )
    size = max(line.size for line in lines)
    line = Line(first.x0, last.x1, first.y, size, text, first.head)
    return ProseLine(number, held[0][0].top * scale, line, min(found.confidence for _, found in held))
