"""A file's pages in, text out: the flattening that comes of copying a Word table into Notepad.

A cell a line behind a tab, an empty line after each row, a tab alone for an empty cell and for one merged from above.
"""

from collections.abc import Sequence

from tests.county.describe import File
from tests.county.layout import Page


def text_file(file: File, pages: Sequence[Page]) -> bytes:
    """The file's letter, or its pages as tabbed text, in its own encoding and line ends."""
    if file.paragraphs:
        return _typed("\n".join(file.paragraphs) + "\n", file)
    rows = [
        "\n".join("\t" if is_below else f"\t{slot.text}" for slot, is_below in page.cells(number))
        for page in pages
        for number in range(len(page.rows))
    ]
    text = "\n\n".join(rows) + "\n"
    if file.heading:
        text = f"{file.heading}\n{text}"
    return _typed(text, file)


def _typed(text: str, file: File) -> bytes:
    if file.newline == "crlf":
        text = text.replace("\n", "\r\n")
    return text.encode(file.encoding)
