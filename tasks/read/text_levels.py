"""The cells under the headings of an indicator block in, its rows out, where nothing but the levels tells them apart.

Three ways are tried: every row is as long as the headings; every row has a cell more at its left, where the block's
own name stands merged; a row lacks the cells of the levels merged from above. A way is right if every name of a level
falls under a heading for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from schemas.vocabulary import Lexicon, Vocabulary, fold, is_blank
from tasks.read.text_heads import LONGEST_LEVEL, Heads, is_end, is_level, is_section

Cut = tuple[list[list[str]], int]
"""Rows, and how many cells they took."""


def block_rows(
    cells: Sequence[str], heads: Heads, words: Vocabulary, *, keeps_blanks: bool, is_fused: bool = False
) -> Cut:
    """The rows of a block and how many cells they took.

    Args:
        cells: What stands behind the headings, up to the next title or form.
        heads: The headings.
        words: The vocabulary.
        keeps_blanks: Whether an empty cell left an empty text.
        is_fused: Whether a text may be several cells with nothing between them.

    Returns:
        Rows with as many cells as the headings and one before them, for the name of the block merged at its left. Where
        no way of cutting is right, a row for each stretch between two names of levels, its cells joined behind the last
        heading, where no heading explains them.
    """
    name = cells[0] if cells and is_section(cells[0], words) else ""
    cutter = _Cutter(cells[1:] if name else cells, heads, words, is_fused)
    rows, used = _block_rows(cutter, is_named=bool(name), keeps_blanks=keeps_blanks)
    told = [[name if row is rows[0] else "", *row] for row in rows]
    return (told, used + 1) if name and told else (told or [["", name]], used + bool(name))


def _block_rows(cutter: "_Cutter", *, is_named: bool, keeps_blanks: bool) -> Cut:
    # Behind its name the first row of a block lacks the cell that stands before the others.
    led = replace(cutter, cells=["", *cutter.cells]).even(1) if is_named else cutter.even(1)
    ways = [None if is_named else cutter.even(0), led and (led[0], led[1] - is_named), cutter.merged()]
    right = [way for way in ways if way is not None] if keeps_blanks else []
    if right:
        rows, used = min(right, key=lambda way: cutter.unknown(way[0]))
        if cutter.unknown(rows) * 2 <= len(rows):
            return rows, used
    return cutter.apart()


def placed(cells: Sequence[str], heads: Heads, words: Vocabulary) -> list[str]:
    """The cells of one row under their headings, where empty ones were lost.

    Returns:
        As many texts as headings; one more where the cells do not fill the columns behind the levels, and so cannot be
        told apart: they stand joined behind the last heading.
    """
    return _Cutter(cells, heads, words).line()


@dataclass
class _Cutter:
    cells: Sequence[str]
    heads: Heads
    words: Vocabulary
    is_fused: bool = False

    def even(self, lead: int) -> Cut | None:
        """Every row as long as the headings, with ``lead`` cells before them."""
        width = len(self.heads.roles) + lead
        rows: list[list[str]] = []
        at = 0
        while at + width <= len(self.cells):
            row = list(self.cells[at : at + width])
            if self._ends(row[0]) or (lead and not is_blank(row[0])):
                break
            if not self._is_right(row[lead:]):
                return None
            rows.append(row[lead:])
            at += width
        return self._settled(rows, at)

    def merged(self) -> Cut | None:
        """Rows without the cells of the levels merged from above."""
        rows: list[list[str]] = []
        at = 0
        last = self._last_level()
        while at < len(self.cells):
            start = at
            levels, at = self._levels(at)
            tail = list(self.cells[at : at + len(self.heads.roles) - len(levels)])
            if len(levels) + len(tail) < len(self.heads.roles) or (
                start == at and start > last and self._ends(tail[0])
            ):
                at = start
                break
            if not self._is_right([*levels, *tail]) or not self._is_whole(tail):
                return None
            rows.append([*levels, *tail])
            at += len(tail)
        return self._settled(rows, at)

    def apart(self) -> Cut:
        """A row for each name of a level; the cells behind it in columns where they fill them."""
        rows: list[list[str]] = []
        at = 0
        last = self._last_level()
        while at < len(self.cells):
            levels, start = self._levels(at)
            end = self._group_end(start, last)
            if end == at:
                if not self._is_level(self.cells[at]):
                    break
                # A level without a column of its own stands in a row of its own.
                rows.append([self.cells[at]])
                end = at + 1
            else:
                rows.extend(self._filled(levels, self.cells[start:end]))
            at = end
        return rows, at

    def _group_end(self, start: int, last: int) -> int:
        """Where the cells of a level end: at another one's name; a name that is a word as well, behind whole rows only."""
        width = len(self.heads.roles) - len(self.heads.levels)
        end = start
        while end < len(self.cells) and not self._is_level(self.cells[end]) and not self._is_over(end, last):
            is_whole = end > start and (end - start) % width == 0
            if is_whole and any(self._names(role, end) for role in self.heads.levels):
                break
            end += 1
        if (
            (end - start) % width > 0
            and end - start > 1
            and end < len(self.cells)
            and self._parts_levels(end)
        ):
            # 产出 before 数量指标 is the first level, whatever stands before it.
            return end - 1
        return end

    def _parts_levels(self, at: int) -> bool:
        return "level1" in self.heads.levels and bool(
            self.words.level2.match(self.cells[at]) and self.words.level1.match(self.cells[at - 1])
        )

    def line(self) -> list[str]:
        """All cells as one row."""
        levels, start = self._levels(0)
        row, *more = self._filled(levels, self.cells[start:])
        return row if not more else [*row[: len(levels)], *self._behind(" ".join(self.cells[start:]))]

    def _is_over(self, at: int, last: int) -> bool:
        return at > last and self._ends(self.cells[at])

    def _levels(self, at: int) -> tuple[list[str], int]:
        """The levels named at ``at``, blank where they are not, and where what they hold for begins."""
        levels: list[str] = []
        for role in self.heads.levels:
            is_named = at < len(self.cells) and self._names(role, at)
            levels.append(self.cells[at] if is_named else "")
            at += is_named
        return levels, at

    def _filled(self, levels: list[str], cells: Sequence[str]) -> Iterator[list[str]]:
        """Rows from the cells behind the names of levels, if they are as many as headings, or the last ones are missing."""
        held = [text for text in cells if not is_blank(text)]
        tail = self.heads.roles[len(levels) :]
        width = len(tail)
        starts = held[::width]
        is_lone = len(held) == 1 and tail == ("level3", "value") and _is_plain(held[0]) and not self.is_fused
        if not held or is_lone:
            yield [*levels, *held, *[""] * (width - len(held))]
        elif (
            len(held) % width == 0
            and width > 1
            and not {"value", "dated"}.isdisjoint(tail)
            and (len(starts) == 1 or all(map(_is_name, starts)))
        ):
            for at in range(0, len(held), width):
                yield [*(levels if at == 0 else [""] * len(levels)), *held[at : at + width]]
        else:
            yield [*levels, *self._behind(" ".join(held))]

    def _behind(self, text: str) -> list[str]:
        """A text behind the last heading, where the parser finds no place for it and says so."""
        return [*[""] * (len(self.heads.roles) - len(self.heads.levels)), text]

    # ---- what a cell is

    def _settled(self, rows: list[list[str]], used: int) -> Cut | None:
        if not rows or any(map(self._is_level, self.cells[used:])):
            return None
        return rows, used

    def _is_right(self, row: Sequence[str]) -> bool:
        """Whether names of levels stand under their headings only, and nothing else does."""
        for role, text in zip(self.heads.roles, row, strict=True):
            if role not in ("level1", "level2"):
                if self._is_level(text):
                    return False
            elif not is_blank(text) and not self._may_be_level(role, text):
                return False
        return True

    def _is_whole(self, tail: Sequence[str]) -> bool:
        """Whether the cells behind the levels are those of one row: a value has a name, and is no label."""
        roles = self.heads.roles[len(self.heads.levels) :]
        cells = dict(zip(roles, tail, strict=True))
        value = cells.get("value", "")
        return is_blank(value) or (not is_blank(cells.get("level3", value)) and not self._ends(value))

    def unknown(self, rows: Sequence[Sequence[str]]) -> int:
        """How many cells under the headings of levels are no name of a level."""
        count = 0
        for row in rows:
            for role, text in zip(self.heads.levels, row, strict=False):
                is_known = self._lexicon(role).match(text) or self.words.level2.match(text)
                count += not (is_blank(text) or is_known or self._is_stand_in(text))
        return count

    def _is_stand_in(self, text: str) -> bool:
        """Dots where further levels might stand, or the template's own hint."""
        return fold(text).strip(".…") == "" or self.words.is_level_hint(text)

    def _names(self, role: str, at: int) -> bool:
        text = self.cells[at]
        if role == "level2" and not is_blank(text) and self._is_stand_in(text):
            return True
        if self._lexicon(role).match(text) is None:
            # Under 指标类别 alone stand the names of either level.
            return len(self.heads.levels) == 1 and self._is_level(text)
        if role == "level1" and self.words.level2.match(text) and "level2" in self.heads.levels:
            # 成本指标 and 满意度指标 are names on both levels: of the first, if one of the second follows.
            behind = self.cells[at + 1] if at + 1 < len(self.cells) else ""
            return self.words.level2.match(behind) is not None or self.words.is_level_hint(behind)
        return True

    def _may_be_level(self, role: str, text: str) -> bool:
        """A name of a level, or a short text where the table has one the vocabulary does not know."""
        if self._lexicon(role).match(text) or self.words.level2.match(text) or self.words.is_level_hint(text):
            return True
        short = fold(text)
        return len(short) <= LONGEST_LEVEL // 2 and not any(letter.isdigit() for letter in short)

    def _lexicon(self, role: str) -> Lexicon:
        return self.words.level1 if role == "level1" else self.words.level2

    def _is_level(self, text: str) -> bool:
        return is_level(text, self.words)

    def _last_level(self) -> int:
        return max((at for at, text in enumerate(self.cells) if self._is_level(text)), default=-1)

    def _ends(self, text: str) -> bool:
        return is_end(text, self.words)


def _is_name(text: str) -> bool:
    """Whether a text may be what an indicator measures: it begins with no number and no sign."""
    folded = fold(text)
    return bool(folded) and folded[0] not in "0123456789≥≤<>=%＝."


def _is_plain(text: str) -> bool:
    """Whether a text that stands alone can only be a name: it holds no number that may be the value."""
    return _is_name(text) and not any(letter.isdigit() for letter in fold(text))
