"""Cells one after the other in, rows out: for texts that keep a table's cells and lose where its rows begin.

A label begins a row and takes what follows up to the next label. Under the headings of the indicator block a row is as
long as the headings, or shorter by the levels merged from above; which of these, the names of the levels tell. Where
they do not, the cells stay apart, so that the parser reports them instead of taking one for another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from schemas.vocabulary import Match, Vocabulary, fold, is_blank, vocabulary
from tasks.read.text_heads import Heads, amount_key, is_level, parted, role_of, unfolded
from tasks.read.text_later import beside
from tasks.read.text_levels import block_rows

_LONGEST_LABEL = 40
_LEVELS = frozenset({"level1", "level2"})
_FEWEST_COLUMNS = 4
_MOST_COLUMNS = 64
"""Headings of one table, so that a text of nothing else is not searched again from each of them."""


def rows_of_cells(
    cells: Sequence[str], *, keeps_blanks: bool = True, is_fused: bool = False
) -> list[list[str]]:
    """The rows a stream of cells falls into.

    Args:
        cells: Texts in reading order.
        keeps_blanks: Whether an empty cell of the table left an empty text.
        is_fused: Whether a text may be several cells with nothing between them.
    """
    return _Stream(cells, vocabulary(), keeps_blanks, is_fused).rows()


def is_announced(text: str) -> bool:
    """Whether a text is a label, a heading, or the name of a level, and so begins something."""
    words = vocabulary()
    lexicons = (words.money, words.columns, words.level1, words.level2)
    return len(text) <= _LONGEST_LABEL and any(lexicon.match(text) for lexicon in lexicons)


@dataclass
class _Stream:
    cells: Sequence[str]
    words: Vocabulary
    keeps_blanks: bool
    is_fused: bool
    found: list[list[str]] = field(default_factory=list)
    _is_money: bool = False
    _labels: dict[int, Match | None] = field(default_factory=dict)

    def rows(self) -> list[list[str]]:
        at = 0
        while at < len(self.cells):
            width = self._list_width(at) if self.keeps_blanks else 0
            heads = None if width else self._heads(at)
            amounts = 0 if heads or width else self._amounts(at)
            if width:
                at = self._list(at, width)
            elif heads:
                at = self._block(at, heads)
            elif amounts:
                self.found.append(list(self.cells[at : at + amounts]))
                at += amounts
            elif self._is_alone(at):
                self.found.append([self.cells[at]])
                self._is_money = False
                at += 1
            else:
                at = self._field(at)
        return list(beside(self.found, self.words))

    # ---- a list with a row for each project

    def _list_width(self, at: int) -> int:
        """How many cells from ``at`` head the columns of a list of projects; 0 where they do not."""
        if not self._headings[at] or (at and self._headings[at - 1]):
            return 0
        end = at
        unknown = 0
        names_project = False
        while end < min(len(self.cells), at + _MOST_COLUMNS):
            text = self.cells[end]
            is_known = self._headings[end]
            # Behind 项目名称 at the start stands the name itself; only a list has other columns before it.
            names_project = names_project or (is_known and end > at and self.words.names_project(text))
            is_between = end > at and end + 1 < len(self.cells) and self._headings[end + 1]
            if not is_known and (is_blank(text) or unknown or not is_between):
                break
            unknown += not is_known
            end += 1
        is_list = end - at >= _FEWEST_COLUMNS and (names_project or self._names_promised(at, end))
        return end - at if is_list else 0

    def _names_promised(self, at: int, end: int) -> bool:
        """Whether a list begins with 项目名称 and has columns for what each promises."""
        return (
            self._headings[at + 1]
            and self.words.names_project(self.cells[at])
            and {"level3", "value"} <= set(self._roles[at:end])
        )

    @cached_property
    def _headings(self) -> list[bool]:
        """Whether each cell may head a column of a list."""
        lexicons = (self.words.money, self.words.columns, self.words.level2)
        return [
            len(text) <= _LONGEST_LABEL and any(lexicon.match(text) for lexicon in lexicons)
            for text in self.cells
        ]

    def _list(self, at: int, width: int) -> int:
        """The rows of a list; its cells as one text each where they fill no whole rows, or a level stands under no heading for it."""
        end = at + width
        while end < len(self.cells) and not self._is_alone(end) and not self._list_width(end):
            end += 1
        cells = list(self.cells[at:end])
        roles = self._roles[at : at + width]
        is_astray = not _LEVELS.isdisjoint(roles) and any(
            is_level(text, self.words) and roles[place % width] not in _LEVELS
            for place, text in enumerate(cells[width:])
        )
        if len(cells) % width or is_astray:
            self.found.append([" ".join(text for text in cells if not is_blank(text))])
        else:
            self.found.extend(cells[start : start + width] for start in range(0, len(cells), width))
        return end

    # ---- labels and what follows them

    def _field(self, at: int) -> int:
        """One row from the labels at ``at`` and the cells behind them."""
        labels: list[int] = []
        while at < len(self.cells) and (
            (self._is_label(at) and not (labels and self._starts(at))) or self._is_remark(labels, at)
        ):
            labels.append(at)
            at += 1
        start = at
        while at < len(self.cells) and not self._label(at) and not self._starts(at):
            if at > start and self._is_misprint(at):
                break
            at += 1
        values = list(self.cells[start:at])
        if not labels:
            self.found.extend([value] for value in values if not is_blank(value))
            return max(at, start + 1) if at == start else at
        self._emit(labels, values)
        return at

    def _is_remark(self, labels: Sequence[int], at: int) -> bool:
        """Whether a cell behind several labels of money is 备注 or the like, which heads one more column beside them."""
        asking = [label for each in labels if (label := self._label(each)) and label.meaning.takes_amount]
        return len(asking) > 1 and self.words.amounts.match(self.cells[at]) is not None

    def _emit(self, labels: Sequence[int], values: list[str]) -> None:
        names = [self.cells[at] for at in labels]
        filled = [value for value in values if not is_blank(value)]
        first = self._label(labels[0])
        is_aside = first is not None and first.meaning.key == "set_aside"
        asking = [at for at in labels if (found := self._label(at)) and found.meaning.kind != "section"]
        if is_aside and len(names) > 1:
            self.found.extend((names, values))
        elif len(asking) < 2 or len(filled) < 2:
            self.found.append([*names, *values])
        elif len(values) == len(names):
            # Labels side by side with their texts below them.
            self.found.extend((names, values))
        elif len(values) == len(names) - 1 and self._is_merged_section(labels[0]):
            self.found.extend((names, ["", *values]))
        elif len(filled) == len(values) == len(asking):
            told = dict(zip(asking, values, strict=True))
            self.found.extend((names, [told.get(at, "") for at in labels]))
        elif len(filled) == len(values) < len(asking) == len(names):
            self.found.extend((names, [*[""] * (len(names) - len(values)), *values]))
        else:
            # Which text belongs to which label nothing tells: they stand apart, under no label.
            self.found.extend((names, *([*[""] * len(names), value] for value in filled)))

    def _is_merged_section(self, at: int) -> bool:
        """Whether a label is the name of the block of money, which stands merged over its rows."""
        found = self._label(at)
        return found is not None and found.meaning.kind == "section"

    def _is_label(self, at: int) -> bool:
        return self._label(at) is not None or self._is_misprint(at)

    def _is_misprint(self, at: int) -> bool:
        """Whether a cell is a label but for a letter, and its value stands behind it."""
        if at + 1 >= len(self.cells) or is_blank(self.cells[at]) or self._label(at) or self._label(at + 1):
            return False
        return self.words.form.match(self.cells[at], misprints=True) is not None

    def _label(self, at: int) -> Match | None:
        if at not in self._labels:
            self._labels[at] = self._find(at)
            self._note(self._labels[at])
        return self._labels[at]

    def _find(self, at: int) -> Match | None:
        text = self.cells[at]
        if is_blank(text) or len(text) > 4 * _LONGEST_LABEL:
            return None
        found = self.words.form.match(text) or self._begins(text)
        if found is not None:
            return found
        found = self.words.money.match(text)
        if found is None or not (self._is_money or self._is_amount(at + 1)):
            return None
        before = self._labels.get(at - 1)
        if before is not None and before.meaning.kind == "ignored" and not self._is_amount(at + 1):
            # 财政资金预算分类 | 一般公共预算: a value that elsewhere is a source.
            return None
        return found

    def _begins(self, text: str) -> Match | None:
        """A label with its value behind a colon in the same cell."""
        head, colon, tail = text.replace("：", ":").partition(":")
        found = (
            self.words.form.match(head) if colon and tail.strip() and len(head) <= _LONGEST_LABEL else None
        )
        return None if found is None or found.meaning.kind == "section" else found

    def _note(self, found: Match | None) -> None:
        if found is None:
            return
        if found.meaning.key in ("money", "total") or found.meaning.kind == "source":
            self._is_money = True
        elif found.meaning.kind == "field":
            self._is_money = False

    def _is_amount(self, at: int) -> bool:
        if at >= len(self.cells):
            return False
        text = fold(self.cells[at])
        return text[:1].isdigit() and not text.rstrip("万亿元0123456789.,")

    # ---- where something else begins

    def _starts(self, at: int) -> bool:
        is_list = self.keeps_blanks and self._list_width(at) > 0
        return bool(is_list or self._is_alone(at) or self._heads(at) or self._amounts(at))

    def _is_alone(self, at: int) -> bool:
        text = self.cells[at]
        if is_blank(text):
            return False
        return bool(self.words.title(text) or self.words.set_aside(text) or self.words.year(text)) and not (
            self.words.form.match(self.cells[at - 1]) if at else None
        )

    def _amounts(self, at: int) -> int:
        """How many cells from ``at`` head columns of amounts (上年度安排资金 | 本年度申请资金); 0 where they do not."""
        if not self._is_money and not self._after_money(at):
            return 0
        start = at + 1 if is_blank(self.cells[at]) else at
        end = start
        keys: list[str] = []
        while end < len(self.cells) and (key := amount_key(self.cells[end], self.words)):
            keys.append(key)
            end += 1
        return end - at if len(keys) > 1 and not {"year", "dated"}.isdisjoint(keys) else 0

    def _after_money(self, at: int) -> bool:
        found = self._labels.get(at - 1)
        return found is not None and found.meaning.key == "money"

    @cached_property
    def _roles(self) -> list[str]:
        """The role each cell would have as a heading of the indicator block; empty where it is none."""
        return [role_of(text, self.words) for text in self.cells]

    def _heads(self, at: int) -> Heads | None:
        """The headings of an indicator block that begin at ``at``; None where none do."""
        if not self._roles[at] or (at and self._roles[at - 1]):
            return None
        end = at
        while end < min(len(self.cells), at + _MOST_COLUMNS) and (
            self._roles[end]
            or self._is_unknown_head(end)
            or self.words.set_aside_heading(self.cells[end][:_LONGEST_LABEL])
        ):
            end += 1
        roles = self._roles[at:end]
        if (
            not {"level3", "value"} & set(roles)
            or len({"level1", "level2", "level3", "value"} & set(roles)) < 2
        ):
            return None
        return unfolded(Heads(tuple(roles), tuple(self.cells[at:end])), self.words)

    def _behind_heads(self, at: int, heads: Heads) -> tuple[Heads, int]:
        """The headings with a second row of them that stands apart behind blank cells, and where the block begins."""
        end = at + len(heads.texts) - sum(1 for text in heads.texts if not text) + sum(map(bool, heads.below))
        start = end
        while start < min(len(self.cells), end + len(heads.texts) + 1) and is_blank(self.cells[start]):
            start += 1
        stop = start
        while stop < min(len(self.cells), start + _MOST_COLUMNS) and self._roles[stop]:
            stop += 1
        found = parted(heads, self.cells[start:stop], self.words) if start > end else None
        if found is None:
            return heads, end
        behind = len(heads.roles) - heads.roles.index("value") - 1
        while behind and stop < len(self.cells) and is_blank(self.cells[stop]):
            stop += 1
            behind -= 1
        return found, stop

    def _is_unknown_head(self, at: int) -> bool:
        """A heading the vocabulary does not know, between two it knows."""
        return (
            0 < at < len(self.cells) - 1
            and bool(self._roles[at - 1] and self._roles[at + 1])
            and not is_blank(self.cells[at])
        )

    # ---- the indicator block

    def _block(self, at: int, heads: Heads) -> int:
        heads, start = self._behind_heads(at, heads)
        end = start
        while end < len(self.cells) and not self._ends(end):
            end += 1
        rows, used = block_rows(
            self.cells[start:end], heads, self.words, keeps_blanks=self.keeps_blanks, is_fused=self.is_fused
        )
        self.found.append([self._block_name() or "", *heads.texts])
        self.found.extend(["", *texts] for texts in heads.rows[1:])
        self.found.extend(rows)
        self._is_money = False
        return start + used

    def _block_name(self) -> str | None:
        """The name of the block that stood alone right before its headings (年度绩效指标), taken back."""
        last = self.found[-1] if self.found else []
        found = self.words.form.match(last[0]) if len(last) == 1 and not is_blank(last[0]) else None
        return self.found.pop()[0] if found else None

    def _ends(self, at: int) -> bool:
        text = self.cells[at]
        names_project = len(text) <= _LONGEST_LABEL and self.words.names_project(text)
        return names_project or self._is_alone(at) or self._heads(at) is not None
