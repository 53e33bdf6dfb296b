"""A PDF's bytes in, its open pages out; and what the readers of text and of scans both ask of a page.

No form environment is ever started, so that no script, link, attachment or field of the file can do anything.
"""

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as pdfium

from schemas.form import UnreadableError
from tasks.read import guard

PAGES = 500
"""How many pages a file may have (the table of budgets in the promises)."""
_SCAN_COVERS = 0.5
"""A picture over more than this share of a page is the page itself."""
FEW = 40
"""Letters printed over a scan: a page number, a date stamp, the name of the scanning program."""
_LAYER_DEPTH = 8
"""Forms within forms that are looked into."""

Page = Any
"""An open page of pdfium."""
Document = Any
"""An open document of pdfium."""
Matrix = tuple[float, ...]
"""Six numbers that move points: from an object to its form, from there to the page."""
Item = tuple[Any, int, Matrix]
"""An object of a page, its type, and the matrix of the form it stands in."""
INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
"""Ways to write text so that nobody sees it."""


@contextmanager
def opened(content: bytes) -> Iterator[Document]:
    """Open a PDF.

    Args:
        content: The file's bytes.

    Yields:
        The document. It is closed with the block.

    Raises:
        UnreadableError: R02 where it asks for a password, R01 where it is damaged, R08 where it has too many pages.
    """
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableError("R02")
        raise guard.broken("PDF 文件不完整或已损坏")
    try:
        count = pdfium.FPDF_GetPageCount(document)
        if count > PAGES:
            raise guard.over(f"有 {count:,} 页", f"不超过 {PAGES} 页")
        if count < 1:
            raise guard.broken("PDF 文件里没有页面")
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def pages(document: Document) -> Iterator[tuple[int, Page]]:
    """Each page with its number, from 1; open only until the next one is asked for.

    Raises:
        UnreadableError: R01 where a page is damaged.
    """
    for index in range(pdfium.FPDF_GetPageCount(document)):
        page = pdfium.FPDF_LoadPage(document, index)
        if not page:
            raise guard.broken(f"PDF 第 {index + 1} 页已损坏")
        try:
            yield index + 1, page
        finally:
            pdfium.FPDF_ClosePage(page)


@contextmanager
def text_of(page: Page) -> Iterator[Any]:
    """The text layer of a page, closed with the block."""
    layer = pdfium.FPDFText_LoadPage(page)
    try:
        yield layer
    finally:
        pdfium.FPDFText_ClosePage(layer)


def size(page: Page) -> tuple[float, float]:
    """Width and height in points, as shown."""
    return float(pdfium.FPDF_GetPageWidthF(page)), float(pdfium.FPDF_GetPageHeightF(page))


def has_text(page: Page) -> bool:
    """Whether a page's letters can be read without looking at its picture.

    True for a page with letters a person sees, and for one that shows nothing at all. False for a scan (also one with
    an invisible or a senseless text layer), and for letters drawn as lines.
    """
    covered, drawn = _pictures(page)
    with text_of(page) as layer:
        count = pdfium.FPDFText_CountChars(layer)
        seen, total = 0, 0
        for index in range(count):
            code = pdfium.FPDFText_GetUnicode(layer, index)
            if code <= 0x20 or pdfium.FPDFText_IsGenerated(layer, index) == 1:
                continue
            total += 1
            seen += _is_sense(code) and not is_invisible(layer, index)
    if covered > _SCAN_COVERS and seen <= FEW:
        return False
    return seen * 2 > total if total else covered == 0 and drawn < FEW


def render(page: Page, dpi: float) -> Any:  # noqa: ANN401  a numpy array, whose import this module does not pay
    """A page as a picture.

    Args:
        page: The open page.
        dpi: Dots per inch.

    Returns:
        A numpy array of height × width × 3, RGB, on white.
    """
    import numpy as np  # noqa: PLC0415  only a page without text needs it

    width, height = (max(1, math.ceil(side * dpi / 72)) for side in size(page))
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise guard.over("页面尺寸太大", "A4 或 A3 大小的页面")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        address = pdfium.FPDFBitmap_GetBuffer(bitmap)
        rows = np.frombuffer(ctypes.string_at(address, stride * height), np.uint8).reshape(height, stride)
        return rows[:, : width * 3].reshape(height, width, 3)[:, :, ::-1].copy()
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def objects(page: Page) -> Iterator[Item]:
    """Every object of a page that shows something, also inside forms: itself, its type, the matrix of its form."""
    yield from _objects(
        pdfium.FPDFPage_GetObject, page, pdfium.FPDFPage_CountObjects(page), (1, 0, 0, 1, 0, 0), 0
    )


def matrix_of(item: Any) -> Matrix:  # noqa: ANN401  a handle of pdfium
    """The matrix an object carries."""
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, found):
        return (1, 0, 0, 1, 0, 0)
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def product(inner: Matrix, outer: Matrix) -> Matrix:
    """First ``inner``, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _objects(
    get: Any,  # noqa: ANN401  a function of pdfium
    parent: Any,  # noqa: ANN401
    count: int,
    matrix: Matrix,
    depth: int,
) -> Iterator[Item]:
    for index in range(count):
        item = get(parent, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, kind, matrix
        elif depth < _LAYER_DEPTH:
            inner = product(matrix_of(item), matrix)
            yield from _objects(
                pdfium.FPDFFormObj_GetObject, item, pdfium.FPDFFormObj_CountObjects(item), inner, depth + 1
            )


def _is_sense(code: int) -> bool:
    return code != 0xFFFD and not 0xE000 <= code <= 0xEFFF and code > 0x20


def is_invisible(layer: Any, index: int) -> bool:  # noqa: ANN401  a handle of pdfium
    """Whether a letter of a text layer is written so that nobody sees it, as the text behind a scan is."""
    item = pdfium.FPDFText_GetTextObject(layer, index)
    return bool(item) and pdfium.FPDFTextObj_GetTextRenderMode(item) in INVISIBLE


def _pictures(page: Page) -> tuple[float, int]:
    """The share of the page its largest picture covers, and how many drawn shapes it holds."""
    width, height = size(page)
    largest, drawn = 0.0, 0
    for item, kind, matrix in objects(page):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            a, b, c, d, *_ = product(matrix_of(item), matrix)
            largest = max(largest, abs(a * d - b * c))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            drawn += 1
    return largest / max(1.0, width * height), drawn
