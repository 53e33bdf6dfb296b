"""The first bytes of a file in, what kind of markup it is out: a web page, one in an envelope, an XML workbook.

Pages come without their usual beginning: programs that export a table under the name .xls write only the table.
"""

import re
from typing import Literal

Markup = Literal["html", "mht", "spreadsheetml", "word", "xml"]

_PROBE = 64 * 1024
_LEADING = re.compile(
    r"(?:\s+|<!--.*?-->|<!\[[^>]*>|<!doctype[^>\[]*>|<\?(?!mso-application)[^>]*\?>)*", re.DOTALL
)
_TAG = re.compile(r"<([a-z][a-z0-9]*)[\s/>]")
_HTML = frozenset(
    (
        *(
            "html",
            "head",
            "body",
            "title",
            "meta",
            "link",
            "style",
            "script",
            "base",
            "table",
            "tr",
            "td",
            "th",
        ),
        *(
            "thead",
            "tbody",
            "div",
            "p",
            "span",
            "center",
            "font",
            "form",
            "br",
            "b",
            "h1",
            "h2",
            "h3",
            "a",
            "ul",
        ),
    )
)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_WORD = ("schemas.microsoft.com/office/word/2003/wordml", "schemas.microsoft.com/office/2006/xmlpackage")
_ROOT_BYTES = 4096
"""Within these an XML file names what it is."""
# Header lines of an e-mail; the one that says what follows may stand behind others.
_HEADERS = re.compile(r"(?:[a-z][a-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_CONTENT_TYPE = re.compile(r"^content-type:\s*(?:multipart/|text/html)", re.MULTILINE)


def markup(content: bytes) -> Markup | None:
    """What kind of markup bytes are; None where they are none."""
    start = _ascii(content[:_PROBE])
    headers = _HEADERS.match(start.lstrip())
    if headers:
        return "mht" if _CONTENT_TYPE.search(headers[0]) else None
    leading = _LEADING.match(start)
    body = start[leading.end() if leading else 0 :]
    tag = _TAG.match(body)
    if tag and tag[1] in _HTML:
        return "html"
    if "<!doctype html" in start[: len(start) - len(body)]:
        return "html"
    named = body[:_ROOT_BYTES]
    if _SPREADSHEET in named:
        return "spreadsheetml"
    if any(name in named for name in _WORD):
        return "word"
    return "xml" if start.lstrip().startswith("<?xml") else None


def _ascii(start: bytes) -> str:
    """The signs of markup are ASCII in every encoding met; of two-byte ones the zeros are dropped."""
    start = start.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return start.replace(b"\x00", b"").replace(b"\r\n", b"\n").decode("ascii", "replace").lower()
