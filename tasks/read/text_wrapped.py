"""Lines of pieces in, the same out with what a narrow column broke put together, as ``pdftotext -layout`` leaves it.

It counts columns in characters, whatever their width, parts cells that touch by one blank, and writes a cell of two
lines into two lines. A line goes on where each of its pieces begins exactly below one that cannot have ended there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from schemas.vocabulary import Vocabulary
from tasks.read.text_heads import Heads, heads_of, is_end, is_section
from tasks.read.text_rows import is_title

SLACK = 3
"""By how many characters a cell may stand beside its heading, where one before it was too long."""
_NARROW = 2
"""Blanks between cells that are written one behind the other; in columns most gaps are wider."""
_SHORTEST_LABEL = 4
_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line between gaps."""

    start: int
    """In columns of the screen, or in characters."""
    text: str
    begin: int
    """Its first character in the line."""


Line = tuple[Piece, ...]


def counted(lines: Sequence[Line]) -> list[Line] | None:
    """The lines with their columns counted in characters; None where they line up no better so."""
    shown = by_count = total = 0
    for above, below in pairwise(lines):
        if len(above) > 1 and len(below) > 1:
            total += len(below) - 1
            shown += len({piece.start for piece in above[1:]} & {piece.start for piece in below[1:]})
            by_count += len({piece.begin for piece in above[1:]} & {piece.begin for piece in below[1:]})
    gaps = [
        piece.begin - before.begin - len(before.text) for line in lines for before, piece in pairwise(line)
    ]
    is_filled = sum(gap > _NARROW for gap in gaps) * 4 > len(gaps)
    if by_count <= shown or by_count * 3 < total or not is_filled:
        return None
    return [tuple(replace(piece, start=piece.begin) for piece in line) for line in lines]


def apart(lines: Sequence[Line], words: Vocabulary) -> list[Line]:
    """The lines with a label that touches the value before it by one blank cut off (某镇人民政府 实施单位   某镇环卫站)."""
    return [tuple(_apart(line, words)) for line in lines]


def _apart(line: Line, words: Vocabulary) -> Iterator[Piece]:
    for piece, following in zip(line, (*line[1:], None), strict=True):
        head, blank, tail = piece.text.rpartition(" ")
        is_label = blank and following and len(tail) >= _SHORTEST_LABEL and _asks(tail, words)
        if is_label and head.strip() and not words.money.match(piece.text):
            yield replace(piece, text=head.rstrip())
            yield _behind(piece, len(head) + 1)
        else:
            yield piece


def _asks(text: str, words: Vocabulary) -> bool:
    found = words.form.match(text)
    return found is not None and found.meaning.kind in ("field", "ignored")


def _behind(piece: Piece, at: int) -> Piece:
    return Piece(piece.start + at, piece.text[at:], piece.begin + at)


def unwrapped(lines: Sequence[Line], words: Vocabulary) -> list[Line]:
    """Lines counted in characters, each cell whole."""
    return _Unwrapper(lines, words).lines()


class _Unwrapper:
    def __init__(self, lines: Sequence[Line], words: Vocabulary) -> None:
        self._words = words
        self._given = lines
        self._heads: Heads | None = None
        self._starts: list[int] = []
        self._widest: list[int] = []
        """The longest text of each column of the block."""
        self._ends: dict[int, int] = {}
        """By where a piece of the last line begins, how long its last line is."""

    def lines(self) -> list[Line]:
        told: list[Line] = []
        for at, given in enumerate(self._given):
            texts = [piece.text for piece in given]
            heads = heads_of(texts, self._words)
            if heads is not None:
                self._open(at, heads)
            elif self._heads and is_end(texts[0], self._words) and not is_section(texts[0], self._words):
                self._heads = None
            line = self._cut(given) if self._heads and heads is None else given
            whole = self._joined(told[-1], line) if told and heads is None else None
            if whole is None:
                told.append(line)
                self._ends = {piece.start: len(piece.text) for piece in line}
            else:
                told[-1] = whole
                self._ends |= {self._above(whole, piece): len(piece.text) for piece in line}
        return told

    def _open(self, at: int, heads: Heads) -> None:
        self._heads = heads
        self._starts = [piece.start for piece in self._given[at]]
        self._widest = [0] * len(self._starts)
        for line in self._given[at + 1 :]:
            texts = [piece.text for piece in line]
            if heads_of(texts, self._words) or (len(texts) == 1 and is_title(texts[0])):
                break
            for piece in self._cut(line):
                column = self._column(piece)
                if column is not None:
                    self._widest[column] = max(self._widest[column], len(piece.text))

    def _column(self, piece: Piece) -> int | None:
        near = [at for at, start in enumerate(self._starts) if abs(start - piece.start) <= SLACK]
        return min(near, key=lambda at: abs(self._starts[at] - piece.start)) if near else None

    def _cut(self, line: Line) -> Line:
        """A line of the block with cells parted that touch by one blank where the next heading begins."""
        told: list[Piece] = []
        taken = {column for piece in line if (column := self._column(piece)) is not None}
        for given in line:
            piece = given
            for column, start in enumerate(self._starts):
                if column in taken or not piece.start < start <= piece.start + len(piece.text):
                    continue
                blanks = [
                    at
                    for at, letter in enumerate(piece.text)
                    if letter == " " and abs(piece.start + at + 1 - start) <= SLACK
                ]
                if blanks:
                    at = min(blanks, key=lambda each: abs(piece.start + each + 1 - start))
                    told.append(replace(piece, text=piece.text[:at]))
                    piece = _behind(piece, at + 1)
            told.append(piece)
        return tuple(told)

    # ---- lines that go on

    @staticmethod
    def _above(line: Line, piece: Piece) -> int:
        """Where the piece of a line begins below which another one stands; -1 where none does."""
        found = [each.start for each in line if abs(each.start - piece.start) <= 1]
        return found[0] if len(found) == 1 else -1

    def _joined(self, above: Line, line: Line) -> Line | None:
        """The line above with the pieces of this one behind its own; None where it does not go on here."""
        if len(line) > len(above) or len(above) < 2:
            return None
        pairs = {self._above(above, piece): piece for piece in line}
        if -1 in pairs or len(pairs) != len(line):
            return None
        over = {piece.start: piece for piece in above}
        going_on = [(over[start], piece) for start, piece in pairs.items()]
        if not (self._goes_on_in_block(going_on) if self._heads else self._goes_on(going_on)):
            return None
        return tuple(
            replace(piece, text=_one(piece.text, pairs[piece.start].text)) if piece.start in pairs else piece
            for piece in above
        )

    def _goes_on(self, pairs: Sequence[tuple[Piece, Piece]]) -> bool:
        """Outside the block: a lone text below a value, or below the first half of a label."""
        ((over, piece),) = pairs if len(pairs) == 1 else ((None, None),)
        if over is None or piece is None or self._is_known(piece.text):
            return False
        return not self._is_known(over.text) or self._is_known(_one(over.text, piece.text))

    def _is_known(self, text: str) -> bool:
        words = self._words
        head = text.replace("：", ":").partition(":")[0]
        lexicons = (words.money, words.amounts, words.columns, words.level1, words.level2)
        return (
            is_title(text)
            or words.ignored_text(text)
            or (len(text) <= _LONGEST_LABEL and any(lexicon.match(text) for lexicon in lexicons))
            or (len(head) <= _LONGEST_LABEL and words.form.match(head) is not None)
        )

    def _goes_on_in_block(self, pairs: Sequence[tuple[Piece, Piece]]) -> bool:
        roles: list[str] = []
        for over, piece in pairs:
            role = self._role(over)
            if role in ("level1", "level2"):
                lexicon = self._words.level1 if role == "level1" else self._words.level2
                is_another = lexicon.match(over.text) and lexicon.match(piece.text)
                if is_another or not lexicon.match(_one(over.text, piece.text)):
                    return False
            elif role is None or not self._is_full(over):
                return False
            roles.append(role)
        # A name and a value side by side are an indicator, unless the name of their level goes on with them.
        return {"level1", "level2"} & set(roles) != set() or not {"level3", "value"} <= set(roles)

    def _role(self, piece: Piece) -> str | None:
        column = self._column(piece)
        if self._heads is None or column is None:
            return None
        return "section" if column < self._heads.lead else self._heads.roles[column - self._heads.lead]

    def _is_full(self, piece: Piece) -> bool:
        """Whether the last line of a piece is as long as its column is wide."""
        column = self._column(piece)
        return column is not None and self._ends.get(piece.start, 0) >= self._widest[column] - 1


def _one(text: str, more: str) -> str:
    return f"{text} {more}" if text[-1:].isascii() and more[:1].isascii() else text + more
