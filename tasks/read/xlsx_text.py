"""Text as a workbook's parts write it in, the same text as Excel shows it out.

Takes single cells' texts and the table of shared strings. Runs of a rich text are joined; the reading aids Excel keeps
beside Chinese and Japanese words (``rPh``) are no text (ECMA-376 part 1, 18.4 and 22.9.2.19).
"""

import re

from lxml import etree

from schemas.remembered import Memo
from tasks.read import guard
from tasks.read.element import Element

_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(
    r"(?P<numbers>(?:&#[0-9]{1,7};)+)|&#x(?P<hexadecimal>[0-9a-fA-F]{1,6});|&(?:(?P<name>[a-z]{2,4});)?"
)
_ESCAPE = re.compile(r"_x([0-9a-fA-F]{4})_")
_RUN_TEXT = re.compile(rb"<t(?: [^<>]*)?>([^<]*)</t>")
_END = re.compile(rb"</sst>\s*$")
_ITEM = re.compile(rb"<si>(?:<t(?: [^<>]*)?>([^<]*)</t>|((?:[^<]++|<(?!/?si>))*+))</si>")
_ITEM_START, _ITEM_END = b"<si><t>", b"</t></si>"
_BLANKS_COUNT = b' xml:space="preserve"'
_SEPARATOR = b"\0"
"""No letter of XML."""
_MARKS = (b"&", b"_x", b"\r")
"""What makes a text mean something else than it says."""
_AID = re.compile(rb"<rPh[ >](?:[^<]++|<(?!/?rPh[ >]))*+</rPh>")
_LONGEST_LABEL = 400
"""Bytes, each sign perhaps written as a reference."""


def text_of(raw: bytes) -> str:
    """The text of an XML element without elements in it.

    Raises:
        UnreadableError: R01 where the bytes are no UTF-8, or refer to something that is not there.
    """
    # A label comes in every form, and is read once; what is long is a form's own.
    return _LABELS[raw] if len(raw) < _LONGEST_LABEL else _decoded(raw)


def _decoded(raw: bytes) -> str:
    return _meant(_utf8(raw))


_LABELS = Memo(_decoded, most=4096)


def texts_of(raw: list[bytes]) -> list[str]:
    """``text_of`` of many in a fifth of the time, where nothing in them stands for something else.

    Raises:
        UnreadableError: as ``text_of``.
    """
    joined = _SEPARATOR.join(raw)
    if not joined or any(mark in joined for mark in _MARKS):
        return [_LABELS[each] if len(each) < _LONGEST_LABEL else _decoded(each) for each in raw]
    texts = _utf8(joined).split(_SEPARATOR.decode())
    if len(texts) != len(raw):
        raise guard.broken("工作簿的内容已损坏")
    return texts


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise guard.broken("工作簿的内容已损坏") from error


def _meant(text: str) -> str:
    """A text as XML and Excel mean it: one kind of line break, nothing escaped."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return shown(_REFERENCE.sub(_referred, text) if "&" in text else text)


def _referred(found: re.Match[str]) -> str:
    """What a reference stands for, or a run of them: some libraries write all Chinese as numbers."""
    if found["numbers"]:
        return "".join(map(_CHARACTERS.__getitem__, found["numbers"][2:-1].split(";&#")))
    if found["hexadecimal"]:
        return _character(int(found["hexadecimal"], 16))
    if found["name"] not in _NAMED:
        raise guard.broken("工作簿的内容已损坏")
    return _NAMED[found["name"]]


def shown(text: str) -> str:
    """A text with Excel's own escapes undone: ``_x000D_`` for a letter XML cannot hold."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: _character(int(found[1], 16)), text).replace("\r\n", "\n")


def _character(code: int) -> str:
    is_letter = code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000
    return chr(code) if is_letter else ""


_CHARACTERS: Memo[str, str] = Memo(lambda number: _character(int(number)), most=1 << 16)
"""Letters by their number as it is written: a text in Chinese knows few thousand."""


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
    if b"!" not in part or b"<!" not in part:
        texts = _all_plain(part)
        if texts is not None:
            return texts
        if b"<si/>" not in part and _END.search(part, max(0, len(part) - 100)):
            items = _ITEM.findall(part)
            if len(items) == part.count(b"<si>"):
                texts = texts_of([plain for plain, _ in items])
                return [
                    fragment_text(rich) if rich else text
                    for text, (_, rich) in zip(texts, items, strict=True)
                ]
    return [rich_text(item) for item in guard.parse_xml(part) if etree.QName(item).localname == "si"]


def _all_plain(part: bytes) -> list[str] | None:
    """The strings of a table in which each is one plain text, as in most; None for any other."""
    head, start, rest = part.replace(_BLANKS_COUNT, b"").partition(_ITEM_START)
    items, _, tail = rest.rpartition(_ITEM_END)
    if not start or tail.strip() != b"</sst>" or head.count(b"<") - head.count(b"<?") != 1:
        return None
    texts = items.split(_ITEM_END + _ITEM_START)
    # Nothing but what lies between two items may be a tag.
    if items.count(b"<") != 4 * (len(texts) - 1):
        return None
    return texts_of(texts)
