"""Lines in, rows out, where nothing parts the cells: a cell per line without any sign, or labels and values run together.

Only what the labels cut with certainty is cut. Where blanks stand around most labels, a label without blanks around it
is a word of a sentence; where none do, a label that would occur twice in one form proves that one of the two is no
label, and the text is left as it is. What stands between two names of levels is one cell unless a sign (≥ ≤ =) or a
blank parts name and value: 88100 stays 88100.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.vocabulary import Vocabulary, vocabulary
from tasks.read.text_narrative import narrative_rows
from tasks.read.text_rows import Row, is_title
from tasks.read.text_stream import is_announced, rows_of_cells

_LONGEST_TEXT = 200_000
"""Characters of a text that is searched for labels: some twenty forms."""
_SHORTEST_LABEL = 4
"""Shorter ones (总额, 指标) are words of any sentence."""
_FEWEST_LABELS = 3
_MOST_TITLE = 40
_BLANK = " \t\u3000\u00a0"
_BOXES = frozenset("□√☑■☐✓✔")
_EDGES = frozenset(_BLANK + "\n:：;；|()（）、")
_SUFFIX = r"(?:[ \u3000]?[(（](?:万元|元|盖章|必填硬性指标|必填|选填|\d[\d~-]{0,5}分)[)）])?"
_NO_TITLE = r"(?!(?:申报|审批|批复|评审申报)?表)"
_YEAR = r"[(（] ?(?:\d ?){4}年 ?度?[)）]"
_TITLE = rf"[^\s，。；;,|]{{0,{_MOST_TITLE}}}?(?:目标(?:申报|审批|批复|评审申报)?表|绩效项目申报表|自评表|监控表)(?!\d)"
_SIGNED = re.compile(r"(?P<name>[^≥≤<>＝=]+?)(?P<value>(?:≥|≤|[<>＝=]=?)\d[\d,.]{0,20}[^\d≥≤<>＝=]{0,12})")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    is_label: bool
    """A label of the form, not a title, a year, a heading or a level."""
    key: str
    has_edges: bool


def rows(lines: Sequence[str]) -> list[Row] | None:
    """The rows of a text without separators; None where its labels do not tell them."""
    filled = [line.strip() for line in lines if line.strip()]
    if not filled or sum(map(len, filled)) > _LONGEST_TEXT:
        return None
    told = narrative_rows(filled)
    if told is not None:
        return told
    announced = sum(is_announced(line) for line in filled)
    if announced > 2 * _FEWEST_LABELS and announced * 4 > len(filled) and any(map(_names_project, filled)):
        return [Row(texts) for texts in rows_of_cells(filled, keeps_blanks=False)]
    return _cut(filled)


def _names_project(text: str) -> bool:
    found = vocabulary().form.match(text)
    return found is not None and found.meaning.key == "project_name"


def _cut(lines: Sequence[str]) -> list[Row] | None:
    words = vocabulary()
    text = "\n".join(lines)
    found = list(_labels(text, words))
    labels = [each for each in found if each.is_label]
    if len(labels) < _FEWEST_LABELS or all(each.key != "project_name" for each in labels):
        return None
    if sum(each.has_edges for each in labels) * 10 >= 7 * len(labels):
        found = [each for each in found if each.has_edges]
    elif _repeats(text, found, words):
        return None
    cells = [cell for cell in _cells(text, found, words) if cell]
    return [Row(list(_sure(texts, words))) for texts in rows_of_cells(cells, keeps_blanks=False)]


def _sure(texts: Sequence[str], words: Vocabulary) -> Iterator[str]:
    """Labels with their values; both as one text, which is no label, where the value may hold a label nobody knows."""
    label: str | None = None
    for text in texts:
        found = words.money.match(text)
        if label is not None:
            is_unsure = found is None and len(text.split()) > 1 and not _BOXES & set(text)
            yield from [f"{label} {text}"] if is_unsure else [label, text]
            label = None
        elif found is not None and found.meaning.kind in ("field", "source") and found.meaning.key != "goal":
            label = text
        else:
            yield text
    if label is not None:
        yield label


def _repeats(text: str, found: Sequence[_Found], words: Vocabulary) -> bool:
    """Whether a label of one form occurs twice in it."""
    met: Counter[str] = Counter()
    for each in found:
        if each.key == "title" and words.title(text[each.start : each.end]):
            met.clear()
        elif each.is_label and each.key:
            name = text[each.start : each.end]
            met[name] += 1
            if met[name] > 1:
                return True
    return False


def _labels(text: str, words: Vocabulary) -> Iterator[_Found]:
    """Everything in a text that begins a cell of its own."""
    kinds = _kinds(words)
    for match in _pattern(words).finditer(text):
        start, end = match.span()
        name = match["label"]
        if name is None:
            if not is_title(match[0]):
                continue
            yield _Found(start, end, is_label=False, key="title", has_edges=True)
            continue
        is_label, key = kinds[name]
        before = start == 0 or text[start - 1] in _EDGES
        after = end == len(text) or text[end] in _EDGES
        yield _Found(start, end, is_label, key, before and after)


def _pattern(words: Vocabulary) -> re.Pattern[str]:
    labels = "|".join(map(re.escape, sorted(_kinds(words), key=len, reverse=True)))
    return re.compile(rf"(?:其中[:：]? ?)?(?P<label>{labels}){_NO_TITLE}{_SUFFIX}[:：]?|{_YEAR}|{_TITLE}")


def _kinds(words: Vocabulary) -> dict[str, tuple[bool, str]]:
    """Spelling → whether it is a label of the form, and its key where a form has it once."""
    kinds: dict[str, tuple[bool, str]] = {}
    for lexicon in (words.level1, words.level2, words.columns):
        kinds.update(dict.fromkeys((name for name in lexicon.meanings if "指标" in name), (False, "")))
    for lexicon in (words.money, words.form):
        for name, meaning in lexicon.meanings.items():
            once = meaning.kind in {"field", "source"}
            kinds[name] = (meaning.kind != "section", meaning.key if once else "")
    return {name: kind for name, kind in kinds.items() if len(name) >= _SHORTEST_LABEL}


def _cells(text: str, found: Sequence[_Found], words: Vocabulary) -> Iterator[str]:
    at = 0
    in_block = False
    for each in (*found, None):
        end = len(text) if each is None else each.start
        between = text[at:end].strip(_BLANK + "\n:：;；|")
        if between:
            yield from _parts(between) if in_block else (between,)
        if each is None:
            return
        name = text[each.start : each.end].strip()
        yield name
        at = each.end
        is_level = bool(words.level1.match(name) or words.level2.match(name))
        in_block = is_level or (in_block and bool(words.columns.match(name)))


def _parts(text: str) -> tuple[str, ...]:
    """The cells between two names of levels: parted by blanks, or by the one sign before a value."""
    tokens = text.split()
    if len(tokens) > 1:
        return tuple(tokens)
    found = _SIGNED.fullmatch(text)
    return (found["name"], found["value"]) if found else (text,)
