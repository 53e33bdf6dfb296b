"""Rows of a cell stream in, the same out with the money of the mid term and the year's side by side again."""

from collections.abc import Iterable, Iterator

from schemas.vocabulary import Match, Vocabulary

_LONGEST_LABEL = 40


def beside(rows: Iterable[list[str]], words: Vocabulary) -> Iterator[list[str]]:
    """Put the money of the mid term and the year's back into one row (实施期资金总额 | 300 | 年度资金总额 | 100)."""
    held: list[str] | None = None
    start: int | None = None
    """Where in its row the mid term's total stood, while its sources may follow."""
    for row in rows:
        label, before = words.money.match(row[0]), _amount_label(held, words)
        is_total = label is not None and label.meaning.key == "total"
        if is_total:
            start = _later(held, words)
        is_source = label is not None and label.meaning.kind == "source"
        if held is not None and start is not None and (is_total or (is_source and label == before)):
            yield [*held, *row] if is_total else [*[""] * start, *held, *row]
            held = None
            continue
        if held is not None:
            yield held
        held = row
    if held is not None:
        yield held


def _amount_label(row: list[str] | None, words: Vocabulary) -> Match | None:
    return words.money.match(row[0]) if row else None


def _later(row: list[str] | None, words: Vocabulary) -> int | None:
    """Where a row names what the mid term costs."""
    for at, text in enumerate(row or ()):
        found = words.form.match(text) if len(text) <= _LONGEST_LABEL else None
        if found and found.meaning.kind == "ignored" and words.horizon(text) == "mid_term":
            return at
    return None
