"""Text as a workbook's parts write it in, the same text as Excel shows it out.

Takes single cells' texts and the table of shared strings. Runs of a rich text are joined; the reading aids Excel keeps
beside Chinese and Japanese words (``rPh``) are no text (ECMA-376 part 1, 18.4 and 22.9.2.19).
"""

import re
from functools import lru_cache

from lxml import etree

from tasks.read import guard
from tasks.read.element import Element

_NAMED = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "apos;": "'"}
_ESCAPE = re.compile(r"_x([0-9a-fA-F]{4})_")
_RUN_TEXT = re.compile(rb"<t(?: [^<>]*)?>([^<]*)</t>")
_HEXADECIMAL = re.compile("[0-9a-fA-F]+")
_END = re.compile(rb"</sst>\s*$")
_AID = re.compile(rb"<rPh (?:[^<]++|<(?!/?rPh[ >]))*+</rPh>")
_LONGEST_LABEL = 400
"""Bytes, each sign perhaps written as a reference."""
_LONGEST_REFERENCE = 9
"""Of ``#x10FFFF;`` and of ``#1114111;``."""


def text_of(raw: bytes) -> str:
    """The text of an XML element without elements in it.

    Raises:
        UnreadableError: R01 where the bytes are no UTF-8, or refer to something that is not there.
    """
    # A label comes in every form, and is read once; what is long is a form's own.
    return _label(raw) if len(raw) < _LONGEST_LABEL else _decoded(raw)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise guard.broken("工作簿的内容已损坏") from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return shown(_unescaped(text) if "&" in text else text)


_label = lru_cache(maxsize=4096)(_decoded)


def _unescaped(text: str) -> str:
    first, *rest = text.split("&")
    pieces = [first]
    for piece in rest:
        end = piece.find(";", 0, _LONGEST_REFERENCE) + 1
        name = piece[:end]
        digits = name[1:-1]
        if name in _NAMED:
            pieces.append(_NAMED[name])
        elif name.startswith("#") and digits.isdecimal():
            pieces.append(_character(int(digits)))
        elif name.startswith("#x") and _HEXADECIMAL.fullmatch(digits[1:]):
            pieces.append(_character(int(digits[1:], 16)))
        else:
            raise guard.broken("工作簿的内容已损坏")
        pieces.append(piece[end:])
    return "".join(pieces)


def shown(text: str) -> str:
    """A text with Excel's own escapes undone: ``_x000D_`` for a letter XML cannot hold."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: _character(int(found[1], 16)), text).replace("\r\n", "\n")


def _character(code: int) -> str:
    is_letter = code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000
    return chr(code) if is_letter else ""


def rich_text(item: Element) -> str:
    """The text of an item of runs: a shared string, a string in a cell."""
    pieces: list[str] = []
    for element in item:
        name = etree.QName(element).localname
        if name == "t":
            pieces.append(element.text or "")
        elif name == "r":
            pieces.extend(each.text or "" for each in element if etree.QName(each).localname == "t")
    return shown("".join(pieces))


def fragment_text(inner: bytes) -> str:
    """The text of an item given by what stands between its tags, where that is neither comment nor CDATA.

    Raises:
        UnreadableError: R01 where the bytes are no UTF-8.
    """
    if b"<rPh" in inner:
        inner = _AID.sub(b"", inner)
    return text_of(b"".join(_RUN_TEXT.findall(inner)))


def shared_strings(part: bytes | None) -> list[str]:
    """The workbook's table of strings.

    Raises:
        UnreadableError: R01 where the part is damaged.
    """
    if part is None:
        return []
    if b"<!" not in part and b"<si/>" not in part and _END.search(part, max(0, len(part) - 100)):
        bodies = [piece.partition(b"</si>") for piece in part.split(b"<si>")[1:]]
        if all(closed for _, closed, _ in bodies):
            return [_item(body) for body, _, _ in bodies]
    return [rich_text(item) for item in guard.parse_xml(part) if etree.QName(item).localname == "si"]


def _item(body: bytes) -> str:
    if body.startswith((b"<t>", b"<t ")) and body.endswith(b"</t>") and body.count(b"<") == 2:
        return text_of(body[body.index(b">") + 1 : -4])
    return fragment_text(body)
