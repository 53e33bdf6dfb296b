"""A web page's bytes in, grids out: its tables with their spans, and the prose between them.

For pages saved from a portal, for what Word and Excel save as a web page, and for the HTML table that many programs
write under the name .xls. No link, form or script is followed.
"""

import re
from typing import Any, cast

from lxml import etree

from schemas.form import Grid
from tasks.read import guard, tables, text
from tasks.read.html_page import Page

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE
)
_PROBE = 4096
_UTF, _CHINESE = "utf-8", "gb18030"
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8"), _UTF),
    **dict.fromkeys(("gb18030", "gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936"), _CHINESE),
    # What programs declare that do not know what they write.
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "windows-1252", "us-ascii", "ascii"), _CHINESE),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950"), "big5hkscs"),
}
"""By what a page declares, the encoding it is read in. Any other word declares nothing: Python knows codecs that are no
encoding of a page, and one that takes the square of its length."""
_CHUNK = 128 * 1024
"""Between two chunks the parser can be stopped; what no chunk ends (a comment nobody closed) is looked through again
with each of them, so they are not small."""
_LONGEST_TAG = 8 * guard.MIB
"""libxml2 gives up a declaration nobody closed at ten million bytes, and tries again from each sign in it."""


def grids(content: bytes) -> tuple[Grid, ...]:
    """The grids of a page's bytes.

    Raises:
        UnreadableError: R01 where the bytes are no text, R08 over a budget.
    """
    tally = guard.Tally()
    return tuple(tables.grids(blocks(decode(content), tally)))


def blocks(page: str, tally: guard.Tally) -> list[tables.Block]:
    """The tables and prose of a page, not yet numbered.

    Raises:
        UnreadableError: R08 over a budget.
    """
    guard.check_tags(page)
    target = Page(tally)
    parser = etree.HTMLParser(
        target=cast("Any", target),
        encoding="utf-8",
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if _longest_tag(page) > _LONGEST_TAG:
        raise guard.over("有一个没有结束的网页标记", f"一个标记不超过 {_LONGEST_TAG // guard.MIB} MiB")
    # Piece by piece, so that a large page does not stand in the memory once more.
    for start in range(0, len(page), _CHUNK):
        parser.feed(page[start : start + _CHUNK].replace("\x00", "").encode("utf-8", "replace"))
    if page:
        parser.close()
    return target.blocks


def _longest_tag(page: str) -> int:
    """Characters between two ends of tags, at most."""
    longest = at = 0
    while (end := page.find(">", at)) >= 0:
        longest = max(longest, end - at)
        at = end + 1
    return max(longest, len(page) - at)


def decode(content: bytes, declared: str | None = None) -> str:
    """A page as text: by its mark, as UTF-8 where it is, as declared, else as Chinese text.

    Args:
        content: The page's bytes.
        declared: The encoding its envelope names, where it has one.

    Raises:
        UnreadableError: R01 where nothing fits.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode(content)
    found = _DECLARED.search(content[:_PROBE])
    named = _ENCODINGS.get((declared or (found[1].decode("ascii") if found else "")).lower(), "")
    # Chinese bytes of another encoding are hardly ever right UTF-8; a page that says gb2312 and is UTF-8 is common.
    for encoding in filter(None, ("utf-8-sig", named)):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if named in (_UTF, _CHINESE):
        # Cut or mixed up in a place or two: a browser shows a mark there, and the rest.
        return content.decode(named, "replace")
    return text.decode(content)
