"""A Word part's bytes in, the same part without most of its formatting out; what a reader of text asks for stays.

Nine tenths of a Word document say in which font each run stands, in the same few blocks of properties thousands of
times. Each distinct block is looked at once, and left out where nothing in it says what is shown or how cells merge.
Most of the rest numbers the sessions in which paragraphs and runs were typed, in attributes nobody reads. The tree built
of what is left is a fraction in time and memory. Element names: ECMA-376 part 1, chapter 17.
"""

import re

_BLOCKS = (b"rPr", b"pPr", b"tcPr", b"trPr")
"""Innermost first: the properties of a paragraph hold those of its mark."""
_NUMBERED = (b"p", b"r", b"tr", b"t")
"""Elements whose attributes say when they were typed, or that their blanks count, as they do anyway."""

_KEPT = (
    # How cells lie and merge.
    b"gridSpan|vMerge|hMerge|gridBefore|cellMerge|cellIns|cellDel"
    # What is tracked, and what is not shown.
    b"|ins|del|moveFrom|moveTo|vanish|specVanish|hidden|rStyle|pStyle"
    # Which page header stands over a section.
    b"|headerReference|titlePg"
)
_IDLE = re.compile(rb"<w:(?!(?:" + _KEPT + rb")[ />])\w+(?: [^<>]*)?/>")
# What may be left of these once their own properties are gone.
_EMPTY = re.compile(rb"<w:(tcBorders|tcMar|numPr|tabs|pBdr|rPr)(?:></w:\1>|/>)")
_STYLE = re.compile(rb"<w:[rp]Style [^<>]*/>")

_SMALL = 1 << 20
"""Bytes."""


def bare(part: bytes, *, styles_matter: bool) -> bytes:
    """The part without the properties that change nothing for a reader of its text.

    Args:
        part: UTF-8 XML without a document type (``guard.plain_xml``).
        styles_matter: Keep the names of styles, since one of them hides text.

    Returns:
        XML that is well-formed if and only if the part is, but for what was left out.
    """
    if len(part) > _PIECE:
        # Piece by piece: cut up at every tag, a large part would take many times its size.
        thinner = Thinner(styles_matter=styles_matter)
        pieces = [thinner.feed(part[at : at + _PIECE]) for at in range(0, len(part), _PIECE)]
        return b"".join([*pieces, thinner.close()])
    return _bare(part, styles_matter=styles_matter)


def _bare(part: bytes, *, styles_matter: bool) -> bytes:
    if len(part) < _SMALL and b"<w:rPr>" not in part:
        # Written by a program, without a font anywhere: there is little to leave out.
        return part
    if part.find(b"<!") >= 0 or part.find(b"<?", 5) >= 0:
        # In a comment, a CDATA section or an instruction the same bytes would be no element.
        return part
    for name in _BLOCKS:
        part = _without(part, name, styles_matter=styles_matter)
    for name in _NUMBERED:
        part = _without_attributes(part, name)
    return part


class Thinner:
    """A part that comes in pieces, thinned as by ``bare`` while it comes, so that a large one never stands in memory whole."""

    def __init__(self, *, styles_matter: bool = True) -> None:
        self._styles_matter = styles_matter
        self._rest = b""
        self._is_plain = True

    def feed(self, chunk: bytes) -> bytes:
        """Take the next piece; gives what is ready."""
        self._rest += chunk
        if len(self._rest) < _PIECE:
            return b""
        # Cut before a tag begins: what is in two pieces stays as it is, and no comment begins in two.
        end = self._rest.rfind(b"<", 1)
        return self._ready(end if end > 0 else len(self._rest))

    def close(self) -> bytes:
        """What is left."""
        return self._ready(len(self._rest))

    def _ready(self, end: int) -> bytes:
        piece, self._rest = self._rest[:end], self._rest[end:]
        self._is_plain = self._is_plain and b"<!" not in piece
        return _bare(piece, styles_matter=self._styles_matter) if self._is_plain else piece


_PIECE = 4 << 20
_WORTH_IT = 8 << 20
"""Bytes of a part below which it is as well thinned at once."""
_TEXT = re.compile(r"word/document\d*\.xml", re.IGNORECASE)


def thinner(name: str, size: int) -> Thinner | None:
    """What thins a member of a package, by its name and size; None for one that stays as it is."""
    return Thinner() if size > _WORTH_IT and _TEXT.fullmatch(name) else None


def _without(part: bytes, name: bytes, *, styles_matter: bool) -> bytes:
    start, end = b"<w:" + name + b">", b"</w:" + name + b">"
    pieces = part.split(start)
    seen: dict[bytes, bytes] = {}
    kept = [pieces[0]]
    for piece in pieces[1:]:
        block, closed, rest = piece.partition(end)
        if not closed:
            # Another block of this name is nested in this one (a tracked change of the formatting).
            kept.append(start + piece)
            continue
        short = seen.get(block)
        if short is None:
            short = seen[block] = _block(block, start, end, styles_matter=styles_matter)
        kept.append(short)
        kept.append(rest)
    return b"".join(kept)


def _without_attributes(part: bytes, name: bytes) -> bytes:
    start = b"<w:" + name
    pieces = part.split(start + b" ")
    kept = [pieces[0]]
    for piece in pieces[1:]:
        attributes, closed, rest = piece.partition(b">")
        # The bracket may stand within a value, and a namespace may be declared for what is inside.
        if not closed or attributes.count(b'"') % 2 or b"'" in attributes or b"xmlns" in attributes:
            kept.append(start + b" " + piece)
            continue
        kept.append(start + (b"/>" if attributes.endswith(b"/") else b">"))
        kept.append(rest)
    return b"".join(kept)


def _block(block: bytes, start: bytes, end: bytes, *, styles_matter: bool) -> bytes:
    left = _EMPTY.sub(b"", _IDLE.sub(b"", block))
    if not styles_matter:
        left = _STYLE.sub(b"", left)
    return start + left + end if left else b""
