"""Lines in, rows out: cells parted by two or more blanks, lined up under their headings or not.

Where every cell of a block starts under a heading, it belongs there, and what is missing was empty. Where they do not
line up, empty cells are lost: then a row counts only if the names of its levels leave as many cells as headings.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.vocabulary import Vocabulary, vocabulary
from tasks.read import guard
from tasks.read.text_heads import Heads, amount_key, heads_of, is_end, is_section, parted
from tasks.read.text_levels import placed
from tasks.read.text_marks import LONGEST, begins_fused
from tasks.read.text_rows import Row, is_title
from tasks.read.text_wrapped import SLACK, Line, Piece, apart, counted, unwrapped

_GAP = re.compile("[ \u3000\u00a0]{2,}")
_BLANK = re.compile("[ \u3000\u00a0]+")
_BLANKS = " \u3000\u00a0"
_FEWEST = 3
_SLACK = 1
"""How far beside its heading's start a cell may start."""
_LONGEST_SYLLABLE = 2
_LONGEST_PIECE = 10_000
"""A longer one stands above nothing; its letters are not measured one by one."""
_MOST_PIECES = 8
"""Into so many a padded label falls apart (项  目  名  称)."""


def rows(lines: Sequence[str]) -> list[Row] | None:
    """The rows of a text whose cells are parted by blanks; None where it is none."""
    return _rows(lines, _GAP) or _rows(lines, _BLANK)


def _rows(lines: Sequence[str], gap: re.Pattern[str]) -> list[Row] | None:
    if gap is _BLANK and sum(map(len, lines)) > LONGEST:
        return None
    if sum(1 for line in lines for _ in gap.finditer(line)) > guard.BUDGETS.cells:
        return None
    words = vocabulary()
    parted = [_parted(line, gap, words) for line in lines if line.strip()]
    several = [line for line in parted if len(line) > 1]
    labelled = sum(1 for line in several if any(words.form.match(piece.text) for piece in line))
    if len(several) < _FEWEST or not labelled or not any(_tells_of_table(line, words) for line in parted):
        return None
    if gap is _BLANK:
        # A single blank stands in sentences as well: most lines must begin with a label.
        begun = sum(1 for line in parted if _is_label(line[0].text, words) or is_title(line[0].text))
        is_fused = any(begins_fused(line[0].text) for line in parted)
        if begun * 2 < len(parted) or len(parted) < 2 * _FEWEST or is_fused:
            return None
    slack = _SLACK
    if gap is _GAP:
        parted = apart(parted, words)
        by_characters = counted(parted)
        if by_characters is not None:
            parted, slack = unwrapped(by_characters, words), SLACK
    return list(_Reader(parted, words, slack, joins=gap is _BLANK).rows())


def _parted(line: str, gap: re.Pattern[str], words: Vocabulary) -> Line:
    text = line.rstrip()
    if is_title(text):
        return (Piece(0, text.strip(_BLANKS), 0),)
    pieces: list[Piece] = []
    at = column = 0
    for each in (*gap.finditer(text), None):
        end = len(text) if each is None else each.start()
        if end > at:
            pieces.append(Piece(column, text[at:end], at))
            column += _width(text[at:end])
        if each is not None:
            column += _width(each[0])
            at = each.end()
    return tuple(_mended(text, pieces, words, is_single=gap is _BLANK))


def _width(text: str) -> int:
    if text.isascii() or len(text) > _LONGEST_PIECE:
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _mended(line: str, pieces: Sequence[Piece], words: Vocabulary, *, is_single: bool) -> Iterator[Piece]:
    """Pieces of a padded label (项  目  名  称), or of one that blanks part (主管部门 编码), as the label."""
    at = 0
    while at < len(pieces):
        end = min(len(pieces), at + _MOST_PIECES)
        while end > at + 1 and not _is_parted(pieces[at:end], words, is_single=is_single):
            end -= 1
        first, last = pieces[at], pieces[end - 1]
        yield Piece(first.start, line[first.begin : last.begin + len(last.text)], first.begin)
        at = end


def _is_label(text: str, words: Vocabulary) -> bool:
    return any(lexicon.match(text) for lexicon in (words.money, words.columns, words.level1, words.level2))


def _takes_amount(text: str, words: Vocabulary) -> bool:
    found = words.money.match(text)
    return found is not None and found.meaning.takes_amount


def _is_parted(pieces: Sequence[Piece], words: Vocabulary, *, is_single: bool) -> bool:
    """Whether pieces are one label; long ones only where single blanks part cells, for 产出 数量指标 are two levels."""
    text = "".join(piece.text for piece in pieces)
    if all(len(piece.text) <= _LONGEST_SYLLABLE for piece in pieces):
        return _is_head(text, words)
    return is_single and (words.money.match(text) or words.amounts.match(text)) is not None


def _is_head(text: str, words: Vocabulary) -> bool:
    return _is_label(text, words) or words.amounts.match(text) is not None


def _tells_of_table(line: Line, words: Vocabulary) -> bool:
    return is_title(line[0].text) or any(words.names_project(piece.text) for piece in line)


@dataclass
class _Reader:
    lines: Sequence[Line]
    words: Vocabulary
    slack: int
    joins: bool
    """A blank does not part two texts of which none is a label."""

    def rows(self) -> Iterator[Row]:
        at = 0
        before: list[str] = []
        while at < len(self.lines):
            texts = [piece.text for piece in self.lines[at]]
            heads = heads_of(texts, self.words)
            lead = 0 if heads else self._amounts(texts)
            if heads is not None:
                end = self._block_end(at + 1)
                yield from self._block(at, end, heads)
            elif lead is not None:
                end = self._amounts_end(at + 1)
                yield from self._amount_rows(at, end, lead)
            elif self._is_wide(texts):
                end = self._block_end(at + 1)
                yield from self._amount_rows(at, end, 0)
            else:
                end = at + 1
                is_prose = len(texts) == 1 and not self._belongs(texts[0], is_inside=bool(before))
                if is_prose:
                    yield Row(texts, is_prose=True)
                else:
                    before = self._offset(at, before)
                    yield Row(list(self._joined(before)) if self.joins else before)
            at = end

    def _is_wide(self, texts: Sequence[str]) -> bool:
        """Whether a row heads a table with a row for each project: nothing but labels, one of them for its name."""
        return (
            len(texts) >= _FEWEST
            and all(_is_label(text, self.words) for text in texts)
            and any(map(self.words.names_project, texts))
        )

    def _joined(self, texts: Sequence[str]) -> Iterator[str]:
        """Texts of a row, those between two labels as one."""
        held = ""
        for text in texts:
            if not text or _is_label(text, self.words):
                if held:
                    yield held
                    held = ""
                yield text
            else:
                held = f"{held} {text}" if held else text
        if held:
            yield held

    def _offset(self, at: int, before: Sequence[str]) -> list[str]:
        """The cells of a row under those of the row above, where its first one stands in, or is no label."""
        texts = [piece.text for piece in self.lines[at]]
        above = self.lines[at - 1] if at else ()
        starts = [piece.start for piece in above]
        if not above or is_title(texts[0]):
            return texts
        if self.lines[at][0].start > starts[0]:
            return _indented(self.lines[at], starts)
        below = self._below_labels([piece.text for piece in above], texts)
        if below:
            return below
        if len(texts) == 1 and len(before) > 1 and not _is_label(texts[0], self.words):
            # A line by itself below several labels: whose it is nothing tells.
            return [*[""] * len(before), *texts]
        if len(texts) > 2 and texts[0] == texts[2] and len(before) == len(texts) + 1:
            # 财政拨款 | 270 | 财政拨款 | 90 below 项目资金 | 实施期资金总额 | 300 | 年度资金总额 | 100.
            return ["", *texts]
        return texts

    def _below_labels(self, heads: Sequence[str], texts: Sequence[str]) -> list[str] | None:
        """Texts under the labels side by side above them; None where these are none, or a text is a label itself."""
        if any(_is_label(text, self.words) for text in texts):
            return None
        amounts = [place for place, head in enumerate(heads) if _takes_amount(head, self.words)]
        if len(amounts) > 1 and len(texts) < len(heads) and self._are_sums(heads, texts):
            # 备注, which stands beside the sources, may be blank.
            told = dict(zip(amounts, texts, strict=False)) if len(texts) == len(amounts) else {}
            return [told.get(place, "") for place in range(len(heads))] + ([] if told else list(texts))
        if len(texts) > 1 and all(_is_label(head, self.words) for head in heads[1:]):
            # The texts belong to the last labels.
            return [*[""] * (len(heads) - len(texts)), *texts]
        return None

    def _are_sums(self, heads: Sequence[str], texts: Sequence[str]) -> bool:
        """Whether texts are the amounts of a row of sources, beside which only the block's name and 备注 stand."""
        return all(text[0].isdigit() for text in texts) and all(
            _takes_amount(head, self.words) or is_section(head, self.words) or self.words.amounts.match(head)
            for head in heads
        )

    def _belongs(self, text: str, *, is_inside: bool) -> bool:
        """Whether a line of a single cell is part of a table: a title, a label, or anything but a sentence inside one."""
        head = text.replace("：", ":").partition(":")[0]
        is_known = is_title(text) or _is_label(text, self.words) or self.words.form.match(head) is not None
        return is_known or (is_inside and not self.words.is_sentence(text))

    # ---- indicators

    def _block_end(self, at: int) -> int:
        if (
            at < len(self.lines)
            and len(self.lines[at]) > 1
            and is_section(self.lines[at][0].text, self.words)
        ):
            # 绩效指标, the name of the block, below 名称.
            at += 1
        while at < len(self.lines):
            texts = [piece.text for piece in self.lines[at]]
            alone = len(texts) == 1 and (is_title(texts[0]) or self.words.is_sentence(texts[0]))
            if alone or heads_of(texts, self.words) or is_end(texts[0], self.words):
                break
            at += 1
        return at

    def _block(self, at: int, end: int, heads: Heads) -> Iterator[Row]:
        below = self.lines[at + 1 : end]
        starts = [piece.start for piece in self.lines[at]]
        lead = heads.lead
        second = below[0] if below else ()
        parts = parted(heads, [piece.text for piece in second], self.words)
        if parts is not None:
            heads, below = parts, below[1:]
            place = lead + next(at for at, text in enumerate(heads.below) if text)
            starts[place : place + 1] = [piece.start for piece in second]
        lined_up = _line_up(below, starts, self.slack)
        yield Row([piece.text for piece in self.lines[at][:lead]] + list(heads.texts))
        yield from (Row([*[""] * lead, *texts]) for texts in heads.rows[1:])
        for line in below:
            texts = [piece.text for piece in line]
            if lined_up:
                yield Row(_under(line, starts))
            else:
                yield Row([*[""] * lead, *placed(texts, heads, self.words)])

    # ---- several columns of amounts

    def _amounts(self, texts: Sequence[str]) -> int | None:
        """How many cells stand before the headings of the amounts; None where the line holds no such headings."""
        section = self.words.form.match(texts[0])
        lead = 1 if section is not None and section.meaning.key == "money" else 0
        keys = [amount_key(text, self.words) for text in texts[lead:]]
        return lead if len(keys) > 1 and all(keys) and not {"year", "dated"}.isdisjoint(keys) else None

    def _amounts_end(self, at: int) -> int:
        while at < len(self.lines):
            found = self.words.money.match(self.lines[at][0].text)
            if found is None or (found.meaning.kind != "source" and found.meaning.key != "total"):
                break
            at += 1
        return at

    def _amount_rows(self, at: int, end: int, lead: int) -> Iterator[Row]:
        heading, below = self.lines[at], self.lines[at + 1 : end]
        starts = [piece.start for piece in heading]
        lined_up = _line_up(below, starts, self.slack)
        yield Row([piece.text for piece in heading])
        for line in below:
            texts = [piece.text for piece in line]
            if lined_up:
                yield Row(_under(line, starts))
            elif len(texts) in (1, len(heading) - lead) or self.words.is_group_word(texts[1]):
                yield Row([*[""] * lead, *texts])
            else:
                # An amount is missing, and nothing tells which: they stand under no heading.
                yield Row([*[""] * lead, texts[0], *[""] * len(heading), " ".join(texts[1:])])


def _line_up(lines: Sequence[Line], starts: Sequence[int], slack: int = _SLACK) -> bool:
    for line in lines:
        places = [_place(piece, starts) for piece in line]
        if len(set(places)) < len(places):
            return False
        if any(abs(starts[place] - piece.start) > slack for place, piece in zip(places, line, strict=True)):
            return False
    return True


def _place(piece: Piece, starts: Sequence[int]) -> int:
    return min(range(len(starts)), key=lambda at: abs(starts[at] - piece.start))


def _under(line: Line, starts: Sequence[int]) -> list[str]:
    texts = [""] * len(starts)
    for piece in line:
        texts[_place(piece, starts)] = piece.text
    return texts


def _indented(line: Line, starts: Sequence[int]) -> list[str]:
    """The cells of a line that stands in, under those of the line above: all of them, or at least the first one."""
    if _line_up([line], starts):
        return _under(line, starts)
    places = (place for place, start in enumerate(starts) if abs(start - line[0].start) <= _SLACK)
    return [*[""] * next(places, 0), *(piece.text for piece in line)]
