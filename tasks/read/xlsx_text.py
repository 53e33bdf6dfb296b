"""Text as a workbook's parts write it in, the same text as Excel shows it out.

Takes single cells' texts and the table of shared strings. Runs of a rich text are joined; the reading aids Excel keeps
beside Chinese and Japanese words (``rPh``) are no text (ECMA-376 part 1, 18.4 and 22.9.2.19).
"""

import re

from lxml import etree

from tasks.read import guard
from tasks.read.element import Element

_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPE = re.compile(r"_x([0-9a-fA-F]{4})_")
_RUN_TEXT = re.compile(rb"<t(?: [^<>]*)?>([^<]*)</t>")
_AID = re.compile(rb"<rPh .*?</rPh>", re.DOTALL)
_ITEM = re.compile(rb"<si>(?:<t(?: xml:space=\"preserve\")?>([^<]*)</t>|(.*?))</si>|<si/>", re.DOTALL)


def text_of(raw: bytes) -> str:
    """The text of an XML element without elements in it.

    Raises:
        UnreadableError: R01 where the bytes are no UTF-8.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise guard.broken("工作簿的内容已损坏") from error
    if "&" in text:
        text = _ENTITY.sub(_letter, text)
    return shown(text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)


def shown(text: str) -> str:
    """A text with Excel's own escapes undone: ``_x000D_`` for a letter XML cannot hold."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: _character(int(found[1], 16)), text).replace("\r\n", "\n")


def _letter(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    return _NAMED[name] if name else _character(int(decimal) if decimal else int(hexadecimal, 16))


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
    count = part.count(b"<si>") + part.count(b"<si/>")
    if b"<!" not in part and part.count(b"si>") == 2 * part.count(b"<si>"):
        found = [
            text_of(plain) if plain else fragment_text(rich) if rich else ""
            for plain, rich in _ITEM.findall(part)
        ]
        if len(found) == count:
            return found
    return [rich_text(item) for item in guard.parse_xml(part) if etree.QName(item).localname == "si"]
