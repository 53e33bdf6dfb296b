"""A worksheet's tags in, without the texts between them; where each of the texts belongs, and how the sheet lies, out.

Excel, WPS, LibreOffice and the usual libraries write a cell in the same few ways, which are found in one pass over the
bytes. Sheets of forms are copies of one, so that nothing but their texts differs: what their tags say is worked out
once. Names: ECMA-376 part 1, 18.3.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from schemas.remembered import Memo
from tasks.read import guard
from tasks.read.outline import At, Block

Tagged = tuple[int, bytes]
"""A cell's style and type."""

_TEXT = re.compile(rb">([^<]+)")
_PLACE = b"\0"
"""Where a text stood; no letter of XML."""
# What stands in a cell ends before the next cell, so that a cell without an end costs no search through the whole part.
_CELL = re.compile(
    rb'<c r="([^"<]*+)"([^<>/]*+)(?:/>|>(?:<v>(\0)</v></c>'
    rb'|<is><t(?: xml:space="preserve")?>(\0)</t></is></c>|((?:[^<]++|<(?!/?c[ >]))*+)</c>))|\0|<c[\s/>]'
)
"""A cell's name, its other attributes, and a value, a text, or whatever else stands in it; or a text outside cells, or
the start of a cell that is written in another way."""
_DATA, _DATA_END = b"<sheetData", b"</sheetData>"
_END = b"</worksheet>"
_ATTRIBUTE = re.compile(rb' ([\w:]+)="([^"]*)"')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3}+\d{1,7}+):([A-Z]{1,3}+\d{1,7}+)"')
_MERGE_START = b"<mergeCell "
_HIDING = b' hidden="'
_HIDDEN = re.compile(rb'<(row|col) ([^<>]*? )?hidden="(?:1|true)"[^<>]*>')
_LETTERS, _DIGITS = re.compile(rb"[A-Z]{1,3}"), b"0123456789"
_ROW_END = b"</row>"
_LARGE = 1 << 18
"""Bytes of a part that is taken some rows at a time, so that it does not stand in memory twice."""
_KEPT = 1 << 16
"""Bytes of tags that are remembered: a form, or a town's forms below each other. What is larger is one of its kind."""


class UnusualError(Exception):
    """The part is not written in the usual way."""


class Alike(NamedTuple):
    """Cells of one style and type that hold nothing but a value, or nothing but a text."""

    style: int
    kind: bytes
    places: tuple[At, ...]
    numbers: tuple[int, ...]
    """Which of the texts between tags is theirs, in order."""

    def own(self, texts: list[bytes]) -> list[bytes]:
        """Their texts, of those between all tags."""
        # Mostly all of them.
        return texts if len(self.numbers) == len(texts) else [*map(texts.__getitem__, self.numbers)]


class Other(NamedTuple):
    """A cell that holds anything else."""

    at: At
    style: int
    kind: bytes
    body: bytes
    """The tags in it."""
    first: int
    """Number of the first text in it."""

    def filled(self, texts: list[bytes]) -> bytes:
        """What stands in it, given the texts between all tags."""
        head, *tags = self.body.split(_PLACE)
        return head + b"".join(text + tag for text, tag in zip(texts[self.first :], tags, strict=False))


class Markup(NamedTuple):
    """What the tags of a part, or of some rows of it, say."""

    values: tuple[Alike, ...]
    inline: tuple[Alike, ...]
    others: tuple[Other, ...]
    blocks: tuple[Block, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]


def parted(part: bytes) -> Iterator[tuple[Markup, list[bytes]]]:
    """What the tags of a worksheet say, and the texts between them, for some rows after the other.

    Args:
        part: UTF-8 XML without a document type.

    Raises:
        UnusualError: it is not written in the usual way; possibly after some rows.
    """
    if part.find(_DATA) >= part.rfind(_DATA_END) or not part.rstrip().endswith(_END):
        raise UnusualError
    # In a comment or a CDATA section the same bytes would be no tags.
    if _PLACE in part or (b"!" in part and b"<!" in part):
        raise UnusualError
    for piece in _pieces(part):
        split = _TEXT.split(piece)
        texts = split[1::2]
        # A > that is no tag's end may stand in an attribute.
        if b">" in b"".join(texts):
            raise UnusualError
        markup = (b">" + _PLACE).join(split[::2])
        yield (_known if len(markup) <= _KEPT else _markup)(markup), texts


def _pieces(part: bytes) -> Iterator[bytes]:
    start = 0
    while len(part) - start > _LARGE:
        end = part.find(_ROW_END, start + _LARGE) + len(_ROW_END)
        if end < len(_ROW_END):
            break
        yield part[start:end]
        start = end
    yield part[start:] if start else part


def _markup(markup: bytes) -> Markup:
    values: dict[bytes, tuple[list[At], list[int]]] = {}
    inline: dict[bytes, tuple[list[At], list[int]]] = {}
    others: list[Other] = []
    number = 0
    cells = _CELL.findall(markup)
    named = [name for name, *_ in cells if name]
    if len({*named}) < len(named):
        # Of a cell that is there twice the last counts, and below cells are no longer in their order.
        raise UnusualError
    for name, raw, value, text, body in cells:
        if value or text:
            alike = values if value else inline
            if raw not in alike:
                alike[raw] = ([], [])
            places, numbers = alike[raw]
            places.append(_PLACES[name])
            numbers.append(number)
            number += 1
        elif body:
            others.append(Other(_PLACES[name], *_tagged(raw), body, number))
            number += body.count(_PLACE)
        elif not name:
            number += 1
    if number != markup.count(_PLACE):
        raise UnusualError
    return Markup(_alike(values), _alike(inline), tuple(others), _blocks(markup), *_hidden(markup))


_known = lru_cache(maxsize=64)(_markup)


def _alike(found: dict[bytes, tuple[list[At], list[int]]]) -> tuple[Alike, ...]:
    return tuple(
        Alike(*_tagged(raw), tuple(places), tuple(numbers)) for raw, (places, numbers) in found.items()
    )


@lru_cache(maxsize=1024)
def _tagged(raw: bytes) -> Tagged:
    """Style and type, of a cell's attributes."""
    found = dict(_ATTRIBUTE.findall(raw))
    style = found.get(b"s", b"0")
    if len(raw.strip()) != sum(len(key) + len(value) + 4 for key, value in found.items()) - bool(found):
        raise UnusualError
    if not style.isdigit() or len(style) > 6:
        raise UnusualError
    return int(style), found.get(b"t", b"n")


def _blocks(markup: bytes) -> tuple[Block, ...]:
    found = _MERGE.findall(markup)
    if len(found) != markup.count(_MERGE_START):
        raise UnusualError
    return tuple(Block(*_PLACES[first], *_PLACES[last]) for first, last in found)


def _hidden(markup: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """Rows and columns."""
    rows, columns = set[int](), set[int]()
    if _HIDING in markup:
        for line in _HIDDEN.finditer(markup):
            attributes = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(line[0])}
            stretch = hidden(is_row=line[1] == b"row", attributes=attributes)
            if stretch is None:
                raise UnusualError
            (rows if line[1] == b"row" else columns).update(stretch)
    return frozenset(rows), frozenset(columns)


def hidden(*, is_row: bool, attributes: dict[str, str]) -> range | None:
    """The row or the columns that a tag hides; None where it does not say which."""
    names = ("r", "r") if is_row else ("min", "max")
    first, last = (attributes.get(name, "") for name in names)
    if not (f"{first}{last}".isascii() and first.isdigit() and last.isdigit()) or len(first + last) > 14:
        return None
    # Columns beyond the budget hold nothing, or the sheet is refused.
    return range(int(first), min(int(last), int(first) if is_row else guard.BUDGETS.columns + 1) + 1)


def _place(name: bytes) -> At:
    """Row and column of a cell by its name, ``B12``."""
    letters = name.rstrip(_DIGITS)
    if not 0 < len(name) - len(letters) < 8:
        raise UnusualError
    return int(name[len(letters) :]), _column(letters)


_PLACES = Memo(_place, most=1 << 14)
"""The same few hundred names come in every sheet."""


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    if not _LETTERS.fullmatch(letters):
        raise UnusualError
    return column_number(letters.decode())


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """A column's number, from its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
