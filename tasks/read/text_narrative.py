"""Lines of a notice in, rows out: 一、产出指标 as a heading, 数量指标：名称，≥95% in the paragraphs below it.

A paragraph names its level at its beginning and lists indicators parted by semicolons; the last sign in each (≥ ≤ >= =
大于等于) parts name and value. What holds no such sign after its name stays as a name with no value.
"""

import re
from collections.abc import Iterator, Sequence

from schemas.told import named
from schemas.vocabulary import Vocabulary, vocabulary
from tasks.read.text_rows import Row

_FEWEST = 3
_LONGEST_NAME = 20
_LONGEST_LINE = 4_000
_SEMICOLON = re.compile("[;；]")
_HEADS = ("一级指标", "二级指标", "三级指标", "指标值")
_SIGN = r"(?:>=|<=|[≥≤＞＜>=＝<]|大于等于|小于等于|不低于|不少于|不超过|不高于|达到)"
_SIGNED = re.compile(rf"(?P<name>.*?[^,，:：、 ])[,，:：、 ]*(?P<value>{_SIGN} ?\d[^()（）]{{0,30}})")
_PARTED = re.compile(r"(?P<name>[^,，]+)[,，](?P<value>[^,，\d]{1,12})")


def narrative_rows(lines: Sequence[str]) -> list[Row] | None:
    """The rows of a text that tells its indicators in paragraphs; None where it does not."""
    words = vocabulary()
    named = [_named(line, words) for line in lines]
    levels = sum(1 for level2, _ in named if level2)
    headings = [_heading(line, words) for line in lines]
    if levels < _FEWEST or not any(headings):
        return None
    return list(_rows(lines, named, headings, words))


def _heading(line: str, words: Vocabulary) -> str | None:
    """The first level a line is the heading of (一、 产出指标)."""
    found = words.level1.match(line) if len(line) <= _LONGEST_NAME else None
    return line.strip() if found else None


def _named(line: str, words: Vocabulary) -> tuple[str | None, str]:
    """The second level a line begins with, and what it says of it."""
    head, colon, _ = line[: _LONGEST_NAME + 1].replace("：", ":").partition(":")
    if not colon or len(line) > _LONGEST_LINE or not words.level2.match(head):
        return None, line
    return head.strip(), line[len(head) + 1 :].strip()


def _rows(
    lines: Sequence[str],
    named: Sequence[tuple[str | None, str]],
    headings: Sequence[str | None],
    words: Vocabulary,
) -> Iterator[Row]:
    is_open = False
    level1 = ""
    for line, (level2, rest), heading in zip(lines, named, headings, strict=True):
        if heading:
            if not is_open:
                yield Row(list(_HEADS))
            is_open, level1 = True, heading
        elif level2 and is_open:
            for number, (name, value) in enumerate(_indicators(rest)):
                yield Row([level1, "" if number else level2, name, value])
                level1 = ""
        else:
            is_open = False
            yield _line(line, words)


def _line(line: str, words: Vocabulary) -> Row:
    """A line outside the indicators: a title, a label with its value, or a sentence."""
    if words.title(line) or words.set_aside(line) or words.year(line):
        return Row([line])
    head, colon, tail = line.replace("：", ":").partition(":")
    found = words.form.match(head) if len(head) <= _LONGEST_NAME else None
    if found and colon and tail.strip() and (found.meaning.kind == "field" or found.meaning.key == "money"):
        return Row([head.strip(), line[len(head) + 1 :].strip()])
    return Row([line], is_prose=True)


def _indicators(text: str) -> Iterator[tuple[str, str]]:
    for piece in _SEMICOLON.split(text):
        item = piece.strip(" \u3000。.")
        if not item:
            continue
        found = _SIGNED.fullmatch(item) or _PARTED.fullmatch(item)
        yield (found["name"].strip(), found["value"].strip()) if found else named(item)
