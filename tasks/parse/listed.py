"""Several indicators in one cell in, each of them out: numbered lines side by side, or a list that names its levels.

``1.数量指标：培训≥200人；2.质量指标：合格率≥95%`` names levels itself; ``1.宣传次数`` over ``2.化解件数`` has its values numbered
alike in the next cell. What does not fall apart beyond doubt stays one text.
"""

import re
from typing import NamedTuple

from schemas.told import SIGN, described, named
from schemas.vocabulary import Vocabulary

_LONGEST = 4_000
_ITEM = re.compile(r"[；;。\n]+")
_NUMBER = re.compile(
    r"(?:(?:^|(?<=[\s；;。，,]))(?:(\d{1,2})(?:[.．](?!\d)|[、)）])|[(（](\d{1,2})[)）])|([①-⑳]))\s*"
)
_SECOND = re.compile("[2２②]")
"""Of a list at least two items are told."""
_LEAD = re.compile(
    r"^\s*(?:\d{1,2}(?:[.．](?!\d)|[、)）])|[(（][一二三四五六七八九十\d]{1,2}[)）]|[①-⑳]|[一二三四五六七八九十]、)\s*"
)
_SIGNED = re.compile(rf"\s*{SIGN}")


class Item(NamedTuple):
    """An indicator that a list tells."""

    level1: str | None
    level2: str | None
    level2_text: str
    name: str
    value: str


def numbered(text: str) -> list[str] | None:
    """The items of a text that numbers them from 1 on; None where it does not."""
    if len(text) > _LONGEST:
        return None
    found = list(_NUMBER.finditer(text))
    told = [int(each[1] or each[2] or ord(each[3]) - ord("①") + 1) for each in found]
    if len(told) < 2 or told != list(range(1, len(told) + 1)) or text[: found[0].start()].strip():
        return None
    ends = [*(each.start() for each in found[1:]), len(text)]
    return [text[each.end() : end].strip(" \t\n；;。，,") for each, end in zip(found, ends, strict=True)]


def may_list(name: str) -> bool:
    """Whether a name may be several; nearly none is, and every row of a form asks."""
    return "\n" in name or _SECOND.search(name) is not None


def paired(name: str, value: str) -> list[tuple[str, str]] | None:
    """Names and values of a row whose cells list as many of each; None where they do not."""
    names, values = numbered(name), numbered(value)
    lines = [line.strip() for line in value.split("\n") if line.strip()]
    if values is None and all(_SIGNED.match(line) for line in lines):
        values = lines
    if names is None and values is lines:
        names = [line.strip() for line in name.split("\n") if line.strip()]
    if names is None or values is None or len(names) != len(values) or len(names) < 2:
        return None
    return list(zip(names, values, strict=True)) if all(names) and all(values) else None


def abreast(name: str, *others: str) -> list[tuple[str, ...]] | None:
    """Lines of the cells of a row that go with each other; None where the cells have not as many, or only two show any.

    An empty cell has an empty line for each; a name that breaks over two lines has none beside it in two further cells.
    """
    names = [line.strip() for line in name.strip().split("\n")]
    columns = [[line.strip() for line in text.strip().split("\n")] for text in others]
    shown = [column for column in columns if column != [""]]
    if len(names) < 2 or len(shown) < 2 or any(len(column) != len(names) for column in shown):
        return None
    if not all(names) or not all(map(all, shown)):
        return None
    return list(
        zip(names, *(column if column in shown else [""] * len(names) for column in columns), strict=True)
    )


def items(text: str, words: Vocabulary, level2: str | None = None) -> list[Item] | None:
    """The indicators a text lists.

    Args:
        text: Of a cell.
        words: The vocabulary.
        level2: The level the cell stands beside; without one the text names each level itself.

    Returns:
        None where an item stands under no level, or the text holds nothing but names.
    """
    if len(text) > _LONGEST:
        return None
    found: list[Item] = []
    own: tuple[str | None, str | None, str] = (None, None, "")
    if level2:
        own = (words.levels2[level2].level1, level2, level2)
    for piece in _ITEM.split(text):
        rest = _LEAD.sub("", piece).strip()
        if not rest and piece.strip():
            # A number with nothing behind it: the list goes on elsewhere.
            return None
        if not rest:
            continue
        head, colon, tail = rest.replace("：", ":").partition(":")
        first, second = words.level1.match(head), words.level2.match(head)
        if (first or second) and (colon or first):
            own = (
                (words.levels2[second.meaning.key].level1, second.meaning.key, head.strip())
                if second
                else (first.meaning.key if first else None, None, "")
            )
            rest = _LEAD.sub("", tail).strip()
            if not rest:
                continue
        if own[1] is None:
            return None
        name, value = named(rest)
        found.append(Item(*own, *((name, value) if value else described(rest) or (name, ""))))
    return found if any(item.value for item in found) else None
