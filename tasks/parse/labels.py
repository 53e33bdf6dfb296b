"""Cells in, what they announce out: the questions that both the splitting and the reading of a form ask."""

import re
from dataclasses import dataclass

from schemas.vocabulary import Lexicon, Match, Vocabulary
from tasks.parse.rows import Row

_COLON = re.compile("[:：]")

OPENING = frozenset(
    {
        "fiscal_year",
        "project_name",
        "project_code",
        "department",
        "implementing_unit",
        "budget_unit",
        "attribute",
        "period",
        "period_start",
        "total",
        "goal",
    }
)
"""Fields of which a form has one each; meeting one again after a title means another form."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label found in a cell."""

    match: Match
    value: str | None
    """What stands behind the colon in the same cell; None where the cell is the label alone."""


def label_of(text: str, lexicon: Lexicon, *, misprints: bool = False) -> Label | None:
    """The label a cell is, or begins with (``项目名称：村干部任职补贴``)."""
    # Splitting, reading and looking ahead all ask; what is remembered stays bounded.
    seen = _SEEN.setdefault(id(lexicon), {})
    key = (text, misprints)
    if key not in seen:
        if len(seen) > 20_000:
            seen.clear()
        seen[key] = _find(text, lexicon, misprints=misprints)
    return seen[key]


_SEEN: dict[int, dict[tuple[str, bool], Label | None]] = {}
"""By lexicon; lexicons live as long as the process."""


def _find(text: str, lexicon: Lexicon, *, misprints: bool) -> Label | None:
    found = lexicon.match(text)
    if found:
        return Label(found, None)
    head, colon, tail = _parted(text)
    if colon and tail and not tail.isspace():
        found = lexicon.match(head)
        # 其中：财政拨款 parts at its colon as well, and 其中 alone is no label.
        if found and found.meaning.kind != "section":
            return Label(found, tail.strip())
    if misprints:
        found = lexicon.match(text, misprints=True)
        if found:
            return Label(found, None)
    return None


def _parted(text: str) -> tuple[str, str, str]:
    colon = _COLON.search(text, 0, 40)
    return (text[: colon.start()], ":", text[colon.end() :]) if colon else (text, "", "")


@dataclass(frozen=True, slots=True)
class Signs:
    """What a row says about where forms begin and end."""

    is_title: bool = False
    aside: str | None = None
    """The kind of another performance table whose title the row is."""
    is_year: bool = False
    fields: frozenset[str] = frozenset()
    """Keys of the fields whose labels stand in the row."""
    has_labels: bool = False
    """The row holds a label of any kind, a heading or a level of the indicator block."""
    is_preface: bool = False
    """All its labels are of entries that are not taken in: who filed the form, and when."""


_NO_SIGNS = Signs()


def signs_of(row: Row, words: Vocabulary) -> Signs:
    """Read the signs of one row."""
    shown = row.shown
    if not shown:
        return _NO_SIGNS
    first = shown[0].text
    if len(shown) <= 2:
        aside = words.set_aside(first)
        if aside:
            return Signs(aside=aside)
        if words.title(first) and not _labelled(row, words):
            return Signs(is_title=True, is_year=words.year(first) is not None)
        if words.year(first):
            return Signs(is_year=True)
    fields: set[str] = set()
    has_labels = False
    is_preface = True
    for position, cell in enumerate(row.filled):
        # Only the first cell of a row must be a label; further on, or alone, a value may well resemble one.
        label = label_of(cell.text, words.form, misprints=position == 0 and len(row.filled) > 1)
        if label:
            has_labels = True
            is_preface = is_preface and label.match.meaning.kind == "ignored"
            if label.match.meaning.kind == "field":
                fields.add(label.match.meaning.key)
        elif not has_labels and position < 3:
            has_labels = (words.level1.match(cell.text) or words.level2.match(cell.text)) is not None
            is_preface = is_preface and not has_labels
    if not has_labels:
        return _NO_SIGNS
    return Signs(fields=frozenset(fields), has_labels=True, is_preface=is_preface)


def _labelled(row: Row, words: Vocabulary) -> bool:
    """Whether the row's first cell is a label and the second its value (项目名称 | 编制绩效目标表)."""
    return words.form.match(row.shown[0].text) is not None
