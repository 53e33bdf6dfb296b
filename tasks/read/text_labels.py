"""Lines in, rows out, where nothing parts the cells: a cell per line without any sign, or labels and values run together.

Only what the labels cut with certainty is cut. Where blanks stand around the labels, a label without blanks around it
is a word of a sentence. Where none do, whatever could be cut in two ways proves that the labels do not tell, and the
text is left as it is. What stands between two names of levels is one cell unless a sign (≥ ≤ =) or a blank parts name
and value: 88100 stays 88100.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.vocabulary import Vocabulary, vocabulary
from tasks.read.text_marks import BLANKS, LONGEST, Mark, begins_fused, find, parts
from tasks.read.text_narrative import narrative_rows
from tasks.read.text_rows import Row
from tasks.read.text_stream import is_announced, rows_of_cells

_LONGEST_NAME = 60
_FEWEST_LABELS = 3
_BOXES = frozenset("□√☑■☐✓✔")
_UNIT_KEYS = frozenset({"department", "implementing_unit", "budget_unit", "department_code", "project_code"})
_PROJECT = "项目"
_LISTING = " ,，、和与及或"


def rows(lines: Sequence[str]) -> list[Row] | None:
    """The rows of a text without separators; None where its labels do not tell them."""
    filled = [line.strip() for line in lines if line.strip()]
    if not filled or sum(map(len, filled)) > LONGEST:
        return None
    told = narrative_rows(filled)
    if told is not None:
        return told
    announced = sum(is_announced(line) for line in filled)
    is_stream = announced > 2 * _FEWEST_LABELS and announced * 4 > len(filled)
    if is_stream and any(map(vocabulary().names_project, filled)) and not _is_fused(filled):
        found = rows_of_cells(filled, keeps_blanks=False)
        return None if _heads_a_list(found) else [Row(texts) for texts in found]
    return _cut("\n".join(filled))


def _is_fused(lines: Sequence[str]) -> bool:
    """Whether the line behind a field's label, where its value should stand, begins with another label."""
    lexicon = vocabulary().form
    return any(
        (found := lexicon.match(line)) is not None and found.meaning.kind == "field" and begins_fused(behind)
        for line, behind in pairwise(lines)
    )


def _heads_a_list(found: Sequence[Sequence[str]]) -> bool:
    """Whether 项目名称 stands among labels that no value parts: it heads a column of a list, whose rows are lost."""
    words = vocabulary()
    for row in found:
        labels = 0
        while (
            labels < len(row)
            and (match := words.money.match(row[labels]))
            and match.meaning.kind != "section"
        ):
            labels += 1
        if labels > 1 and any(map(words.names_project, row[:labels])):
            return True
    return False


def _cut(text: str) -> list[Row] | None:
    words = vocabulary()
    marks = find(text)
    labels = [mark for mark in marks if mark.is_label]
    if len(labels) < _FEWEST_LABELS or all(mark.key != "project_name" for mark in labels):
        return None
    is_spaced = sum(mark.has_edges for mark in labels) * 10 >= 7 * len(labels) and not any(
        mark.begins_line and not mark.has_edges for mark in labels
    )
    marks = [mark for mark in marks if mark.has_edges] if is_spaced else marks
    if not is_spaced:
        if _is_ambiguous(text, marks, words):
            return None
        if any(mark.key == "amounts" for mark in marks):
            # Several columns of amounts: 4040 may be 40 and 40, or 4 and 040.
            marks = [mark for mark in marks if not mark.is_source]
    cells = list(_cells(text, marks, words, is_spaced=is_spaced))
    if not is_spaced and _is_torn(marks, words, text):
        return None
    found = [
        list(_sure(texts, words))
        for texts in rows_of_cells(cells, keeps_blanks=False, is_fused=not is_spaced)
    ]
    if _heads_a_list(found) or not all(map(_is_sane, found)):
        return None
    return [Row(texts) for texts in found]


def _is_sane(texts: Sequence[str]) -> bool:
    """Whether a project's name, if the row holds one, is short enough for a name."""
    is_label = vocabulary().names_project
    return not any(is_label(label) and len(value) > _LONGEST_NAME for label, value in pairwise(texts))


def _is_ambiguous(text: str, marks: Sequence[Mark], words: Vocabulary) -> bool:
    """Whether a text with nothing between its cells could be cut in another way as well.

    A label of one form stands in it twice, or 项目 before a label may end the project's name (某某项目 | 主管部门).
    """
    met: Counter[str] = Counter()
    before: Mark | None = None
    listed = 0
    for mark in marks:
        name = text[mark.start : mark.end].rstrip(":：")
        if mark.key == "title" and words.title(name):
            met.clear()
        if not mark.is_label or not mark.key:
            continue
        if before is not None and not text[before.end : mark.start].strip(_LISTING):
            # 项目名称、主管部门和实施单位: a sentence that names them.
            listed += before.end < mark.start
        key = mark.key if mark.key == "project_name" else name
        met[key] += 1
        is_torn = (
            name.startswith(_PROJECT)
            and not mark.begins_line
            and words.money.match(name.removeprefix(_PROJECT)) is not None
            and before is not None
            and before.end < mark.start
            and before.key not in _UNIT_KEYS
        )
        if met[key] > 1 or is_torn or listed > 1:
            return True
        before = mark
    return False


def _is_torn(marks: Sequence[Mark], words: Vocabulary, text: str) -> bool:
    """Whether what heads an indicator block, or stands in it, is more than the headings and levels that are known."""
    names = [text[mark.start : mark.end].strip() for mark in marks]
    levels = [at for at, name in enumerate(names) if words.level1.match(name) or words.level2.match(name)]
    for at, (mark, behind) in enumerate(pairwise(marks)):
        if not words.columns.match(names[at]):
            continue
        between = text[mark.end : behind.start].strip(BLANKS)
        if between and not all(map(words.columns.match, parts(between, "heading", words, is_spaced=False))):
            return True
    titles = [at for at, mark in enumerate(marks) if mark.key == "title"]
    for first, last in pairwise([-1, *titles, len(marks)]):
        block = [at for at in levels if first < at < last]
        if block and any(marks[at].is_label for at in range(block[0], block[-1]) if at not in levels):
            # 年度绩效指标 parts two blocks; anything else inside one is a word of an indicator.
            inside = {
                names[at] for at in range(block[0], block[-1]) if marks[at].is_label and at not in levels
            }
            if any(
                (found := words.form.match(name)) is None or found.meaning.kind != "section"
                for name in inside
            ):
                return True
    return False


def _cells(text: str, marks: Sequence[Mark], words: Vocabulary, *, is_spaced: bool) -> Iterator[str]:
    at = 0
    place = "form"
    for mark in (*marks, None):
        between = text[at : len(text) if mark is None else mark.start].strip(BLANKS + ":：;；|")
        if between:
            yield from parts(between, place, words, is_spaced=is_spaced)
        if mark is None:
            return
        name = text[mark.start : mark.end].strip()
        yield name
        at = mark.end
        if words.level1.match(name) or words.level2.match(name):
            place = "block"
        elif words.columns.match(name):
            place = "heading"
        elif mark.key:
            # A label without a key is of what is not taken in, and in a block a word of an indicator.
            place = "form"


def _sure(texts: Sequence[str], words: Vocabulary) -> Iterator[str]:
    """Labels with their values; both as one text, which is no label, where the value may hold a label nobody knows."""
    label: str | None = None
    is_later = False
    for text in texts:
        found = words.money.match(text)
        if label is not None:
            is_unsure = found is None and len(text.split()) > 1 and not _BOXES & set(text)
            yield from [f"{label} {text}"] if is_unsure else [label, text]
            label = None
        elif (
            found is not None
            and found.meaning.kind in ("field", "source")
            and (found.meaning.key != "goal" or is_later)
        ):
            label = text
        else:
            # 中期目标 | 年度目标, and behind them both texts in one.
            is_later = found is not None and words.horizon(text) == "mid_term"
            yield text
    if label is not None:
        yield label
