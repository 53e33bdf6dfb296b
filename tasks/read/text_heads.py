"""Cells in, what they are to an indicator block out: its headings, names of its levels, what ends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.vocabulary import Vocabulary, fold, is_blank

LONGEST_LEVEL = 30


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings of a block: role by column, and the texts."""

    roles: tuple[str, ...]
    texts: tuple[str, ...]
    lead: int = 0
    """Cells before them in their row: the name of the block."""

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


def role_of(text: str, words: Vocabulary) -> str:
    """The role of a cell as a heading of the indicator block; empty where it is none."""
    found = words.columns.match(text) if len(text) <= LONGEST_LEVEL else None
    return "" if found is None else "ignored" if found.meaning.kind == "ignored" else found.meaning.key


def are_heads(roles: Sequence[str]) -> bool:
    """Whether these roles head an indicator block: what is measured or its value, and at least one more."""
    known = {"level1", "level2", "level3", "value"} & set(roles)
    return len(known) > 1 and bool(known & {"level3", "value"})


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
