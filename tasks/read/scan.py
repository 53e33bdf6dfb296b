"""A scanned PDF or a picture in, grids out: its pages recognised one by one, tables joined over them as in a PDF.

Runs in a child process (``tasks.read.foreign``). Of a PDF only the pages without text are read here.
"""

import io
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from schemas.form import Grid
from tasks.read import guard
from tasks.read.pdf import PageReader
from tasks.read.pdf_pages import has_text, opened, pages, render
from tasks.read.scan_page import page_parts

DPI = 200
"""Of a PDF's page when it is rendered: print of a form stands about 29 dots high then."""
MOST_PIXELS = 60_000_000
"""A3 at 600 dpi has 70 million; what says it is larger is made to harm, or is no form."""
MOST_PAGES = 200
"""A page takes seconds."""


def grids(content: bytes) -> Iterator[Grid]:
    """The grids of a scan, each as soon as it is known to be whole.

    Raises:
        UnreadableError: R01 damaged, R02 with a password, R08 over a budget.
    """
    reader = PageReader(guard.Tally())
    for number, picture in _pictures(content):
        yield from reader.blocks(page_parts(number, picture))
    yield from reader.close()


def _pictures(content: bytes) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
    if content[:1024].lstrip(b"\xef\xbb\xbf\x00\t\r\n ").startswith(b"%PDF-"):
        with opened(content) as document:
            for number, page in pages(document):
                _check_count(number)
                if not has_text(page):
                    yield number, render(page, DPI)
        return
    try:
        with Pillow.open(io.BytesIO(content)) as picture:
            for index in range(getattr(picture, "n_frames", 1)):
                _check_count(index + 1)
                picture.seek(index)
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    raise guard.over(
                        f"图片有 {width:,} × {height:,} 个像素", f"不超过 {MOST_PIXELS:,} 个像素"
                    )
                yield index + 1, np.asarray(picture.convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError, Pillow.DecompressionBombError) as error:
        raise guard.broken("图片不完整或已损坏") from error


def _check_count(number: int) -> None:
    if number > MOST_PAGES:
        raise guard.over(f"超过 {MOST_PAGES} 页扫描件", f"不超过 {MOST_PAGES} 页")
