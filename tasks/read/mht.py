"""A web page saved as one file (.mht, .mhtml) in, grids out: every page in it, for a workbook has one for each sheet.

The envelope is that of an e-mail (RFC 2557). Its parts are decoded here and nowhere written; pictures are left out.
"""

import email
import email.policy
from collections.abc import Iterator
from email.message import Message

from schemas.form import Grid
from tasks.read import guard, html, tables

_MOST_PARTS = 2000
_DEEPEST = 8
"""Envelopes in envelopes."""
_PAGES = ("text/html", "application/xhtml+xml")
# What Excel writes beside the sheets: the tabs at their foot. Of a page in frames only the frames hold text.
_NO_SHEET = ("tabstrip.htm", "tabstrip.html")


def grids(content: bytes) -> tuple[Grid, ...]:
    """The grids of the pages in a file's bytes, one after the other.

    Raises:
        UnreadableError: R01 where there is no page in it, R08 over a budget.
    """
    if content.lower().count(b"content-type:") > _MOST_PARTS:
        raise guard.over(f"超过 {_MOST_PARTS} 个部分", f"不超过 {_MOST_PARTS} 个部分")
    try:
        message = email.message_from_bytes(content, policy=email.policy.compat32)
    except RecursionError as error:
        raise guard.over("内容嵌套太深", f"嵌套不超过 {_DEEPEST} 层") from error
    tally = guard.Tally()
    blocks: list[tables.Block] = []
    found = False
    for page in _pages(message, 0):
        found = True
        payload = page.get_payload(decode=True)
        if isinstance(payload, bytes) and payload:
            blocks += html.blocks(html.decode(payload, page.get_content_charset()), tally)
    if not found:
        raise guard.broken("网页文件里没有网页")
    return tuple(tables.grids(blocks))


def _pages(message: Message, depth: int) -> Iterator[Message]:
    if depth > _DEEPEST:
        raise guard.over("内容嵌套太深", f"嵌套不超过 {_DEEPEST} 层")
    if message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _pages(part, depth + 1)
    elif message.get_content_type() in _PAGES:
        location = str(message.get("Content-Location", "")).lower()
        if not location.endswith(_NO_SHEET):
            yield message
