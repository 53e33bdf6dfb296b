"""A scanned PDF, a picture or a document of pictures in, grids out: its pages recognised one by one, tables joined over them as in a PDF.

Runs in a child process (``tasks.read.foreign``). Of a PDF only the pages without text are read here.

A cell's confidence is that of its weakest letter. Below 0.9 it is told to the clerk (``tasks.parse.sheet.SURE``), which was
chosen on 558 lines of an annex scanned at 150 dpi and made coarser until the network fails (57, 50 and 42 dpi): of the 217
lines misread, 202 are below 0.9 (93 of 100), and of the 429 lines below it 202 are misread. At 75 dpi and above, 10 of 1,674
lines are below it, and two were misread, both of them below. A mean over the letters tells none of these.
"""

import io
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageOps

from schemas.form import Grid
from tasks.read import guard, pdf, pictures
from tasks.read.pdf_or_scan import SCANNED
from tasks.read.pdf_pages import opened, pages, render, size
from tasks.read.scan_page import page_parts

DPI = 200
"""Of a PDF's page when it is rendered: print of a form stands about 29 dots high then."""
PAGE_PIXELS = 12_000_000
"""An A3 page has 7.7 million then."""
MOST_PIXELS = 60_000_000
"""A4 at 600 dpi has 35 million; what says it is larger is made to harm, or is no form."""
_ZIP = b"PK\x03\x04"
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF")
MOST_PAGES = 200
"""A page takes seconds."""


def grids(content: bytes) -> Iterator[Grid]:
    """The grids of a scan, each as soon as it is known to be whole.

    Raises:
        UnreadableError: R01 damaged, R02 with a password, R08 over a budget.
    """
    reader = pdf.PageReader(guard.Tally())
    for number, picture in _pictures(content):
        yield from reader.blocks(page_parts(number, picture))
    yield from reader.close()


def _pictures(content: bytes) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
    if content[:1024].lstrip(b"\xef\xbb\xbf\x00\t\r\n ").startswith(b"%PDF-"):
        # Exactly the pages that the reader of PDFs leaves to this one.
        left = {grid.cells[0].reference for grid in pdf.grids(content) if grid.name == SCANNED}
        with opened(content) as document:
            for count, (number, page) in enumerate(
                (number, page) for number, page in pages(document) if f"第{number}页" in left
            ):
                _check_count(count + 1)
                width, height = size(page)
                # A picture put into a PDF dot by point makes a page of a square metre and more.
                yield number, render(page, min(DPI, 72 * (PAGE_PIXELS / (width * height)) ** 0.5))
        return
    held = pictures.pages(content) if content.startswith(_ZIP) else [content]
    count = 0
    for each in held:
        for picture in _frames(each):
            count += 1
            _check_count(count)
            yield count, picture


def _frames(content: bytes) -> Iterator[npt.NDArray[np.uint8]]:
    """A picture, or each of those a TIFF or GIF holds."""
    try:
        with Pillow.open(io.BytesIO(content), formats=_FORMATS) as picture:
            for index in range(getattr(picture, "n_frames", 1)):
                picture.seek(index)
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    raise guard.over(
                        f"图片有 {width:,} × {height:,} 个像素", f"不超过 {MOST_PIXELS:,} 个像素"
                    )
                upright = ImageOps.exif_transpose(picture)
                yield np.asarray(upright.convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError, Pillow.DecompressionBombError) as error:
        raise guard.broken("图片不完整或已损坏") from error


def _check_count(number: int) -> None:
    if number > MOST_PAGES:
        raise guard.over(f"超过 {MOST_PAGES} 页扫描件", f"不超过 {MOST_PAGES} 页")
