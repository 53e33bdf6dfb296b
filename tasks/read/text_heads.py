"""Cells in, what they are to an indicator block out: its headings, names of its levels, what ends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.vocabulary import Vocabulary, dated, fold, is_blank

LONGEST_LEVEL = 30
_ENDS = frozenset({"lower", "upper"})
_PARTS = frozenset({"operator", "value", "unit", "ignored", "dated", *_ENDS})
"""Roles of what stands under a heading of the value: its parts, or the years before it."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings of a block: role by column, and the texts."""

    roles: tuple[str, ...]
    texts: tuple[str, ...]
    lead: int = 0
    """Cells before them in their row: the name of the block."""
    below: tuple[str, ...] = ()
    """The second row of the headings, where one of the first is parted (指标值 over 符号, 数值, 单位)."""

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The texts, a row or two."""
        return (self.texts, self.below) if self.below else (self.texts,)

    @property
    def levels(self) -> tuple[str, ...]:
        """The level headings the block begins with."""
        count = 0
        while count < len(self.roles) and self.roles[count] in ("level1", "level2"):
            count += 1
        return self.roles[:count]


def heads_of(texts: Sequence[str], words: Vocabulary) -> Heads | None:
    """The headings a row of cells is, with at most the block's name before them; None where it is none."""
    roles = [role_of(text, words) for text in texts]
    lead = 1 if roles and not roles[0] and len(roles) > 1 and roles[1] else 0
    known = roles[lead:]
    is_one = are_heads(known) and known.count("") <= 1
    return Heads(tuple(known), tuple(texts[lead:]), lead) if is_one else None


def parted(heads: Heads, below: Sequence[str], words: Vocabulary) -> Heads | None:
    """Headings over a second row that parts the one for the value; None where ``below`` is no such row.

    Each column has its role then, and the first row a blank cell for each column its wide heading reaches over.
    """
    roles = [role_of(text, words) for text in below]
    # 定量 | 定性 hold one value between them.
    is_parting = roles.count("value") == 1 or "dated" in roles or set(roles) in ({"value"}, _ENDS)
    if heads.roles.count("value") != 1 or len(roles) < 2 or not is_parting:
        return None
    if not all(role in _PARTS for role in roles):
        return None
    at = heads.roles.index("value")
    behind = len(heads.roles) - at - 1
    return Heads(
        (*heads.roles[:at], *roles, *heads.roles[at + 1 :]),
        (*heads.texts[: at + 1], *[""] * (len(roles) - 1), *heads.texts[at + 1 :]),
        heads.lead,
        (*[""] * at, *below, *[""] * behind),
    )


def unfolded(heads: Heads, words: Vocabulary) -> Heads:
    """Headings of two rows that stand in one, as cells do whose table lost its rows (指标值 | 权重 | 符号 | 数值 | 单位)."""
    if heads.roles.count("value") != 2:
        return heads
    first, last = (at for at, role in enumerate(heads.roles) if role == "value")
    start = last
    while start > first + 1 and heads.roles[start - 1] in _PARTS:
        start -= 1
    while start < last and words.amounts.match(heads.texts[start]):
        # 备注 and 说明 stand beside the value in any table, and under its heading in none.
        start += 1
    above = Heads(heads.roles[:start], heads.texts[:start], heads.lead)
    return parted(above, heads.texts[start:], words) or heads


def role_of(text: str, words: Vocabulary) -> str:
    """The role of a cell as a heading of the indicator block, ``dated`` for one over a year; empty where it is none."""
    found = words.columns.match(text) if len(text) <= LONGEST_LEVEL else None
    if found is None and dated(text):
        return "dated"
    return "" if found is None else "ignored" if found.meaning.kind == "ignored" else found.meaning.key


def are_heads(roles: Sequence[str]) -> bool:
    """Whether these roles head an indicator block: what is measured or its value, and at least one more."""
    known = {"level1", "level2", "level3", "value"} & set(roles)
    return len(known) > 1 and bool(known & {"level3", "value"})


def amount_key(text: str, words: Vocabulary) -> str:
    """What a cell says as the heading of a column of amounts: ``year``, ``ignored``, ``dated``; empty where it is none."""
    found = words.amounts.match(text)
    return found.meaning.key if found else "dated" if dated(text) else ""


def is_section(text: str, words: Vocabulary) -> bool:
    """Whether a text is the name of the block (绩效指标), which stands below 名称 in some tables."""
    found = words.form.match(text) if len(text) <= LONGEST_LEVEL else None
    return found is not None and found.meaning.kind == "section"


def is_end(text: str, words: Vocabulary) -> bool:
    """Whether a cell ends an indicator block: a note, a label of the form, the row of sums."""
    if is_blank(text) or words.level1.match(text) or words.level2.match(text):
        return False
    found = words.form.match(text) if len(text) <= LONGEST_LEVEL else None
    is_note = words.ignored_text(text) and not words.is_placeholder(text)
    return found is not None or words.ignored_row(text) or is_note


def is_level(text: str, words: Vocabulary) -> bool:
    """A name of a level that is nothing else: 数量指标, and not 质量 or 成本."""
    if len(text) > LONGEST_LEVEL or "指标" not in fold(text):
        return False
    return (words.level1.match(text) or words.level2.match(text)) is not None
