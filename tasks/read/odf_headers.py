"""The styles of an OpenDocument spreadsheet in, what is printed above the pages of each of its sheets out.

OpenDocument 1.3 part 3, 16.9 and 16.10: a sheet's style names a master page, and that holds the headers.
"""

from collections.abc import Iterator, Sequence

from lxml import etree

from tasks.read import sheet_header
from tasks.read.odf_text import STYLE, TEXT, TextReader, blocks

_NAME, _MASTER_NAME = f"{STYLE}name", f"{STYLE}master-page-name"
_KINDS = tuple(STYLE + kind for kind in ("header-first", "header", "header-left"))
"""The first page's before what stands on all, before that of the even pages."""
_ONLY_WHEN_PRINTED = tuple(
    TEXT + name for name in ("sheet-name", "page-number", "page-count", "date", "time", "file-name", "title")
)
"""Calc writes ``???`` for them."""


class Headers:
    """What is printed above the sheets of one spreadsheet.

    Args:
        styled: The roots that hold its styles.
        text: Reads its paragraphs.
    """

    def __init__(self, styled: Sequence[etree._Element], text: TextReader) -> None:
        self._text = text
        self._masters = {
            str(page.get(_NAME)): page for root in styled for page in root.iter(f"{STYLE}master-page")
        }
        self._by_style = {
            str(style.get(_NAME)): str(style.get(_MASTER_NAME))
            for root in (styled if self._masters else ())
            for style in root.iter(f"{STYLE}style")
            if style.get(_MASTER_NAME)
        }
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, style: str) -> tuple[str, ...]:
        """The lines above the pages of a sheet, by the name of its style."""
        name = self._by_style.get(style, "Default")
        if name not in self._known:
            page = self._masters.get(name)
            self._known[name] = () if page is None else sheet_header.once(self._lines(page))
        return self._known[name]

    def _lines(self, page: etree._Element) -> Iterator[str]:
        for kind in _KINDS:
            for header in page.iterchildren(kind):
                if header.get(f"{STYLE}display") == "false":
                    continue
                etree.strip_elements(header, *_ONLY_WHEN_PRINTED, with_tail=False)
                for paragraph in blocks(header):
                    yield from self._text.story(paragraph).text.split("\n")
