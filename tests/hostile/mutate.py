"""A sound file and a seed in, a spoiled one out: the same seed spoils the same file in the same way.

Bytes are turned over, cut out, doubled and put in from elsewhere; in a zip also inside its members, which are packed
again with right sizes and checksums, so that what is spoiled reaches the reader behind the guard.
"""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence

from tests.hostile.build import zipped

_TEXTS = (
    b"",
    b" ",
    b"\t",
    b"\n",
    b"0",
    b"-1",
    b"99999999999",
    b"1e309",
    b"NaN",
    b"\xff",
    b"\xe2\x89\xa5",
    b"%",
    b"&amp;",
    b"&#0;",
    b"]]>",
)
_PARTS = (
    b"<w:tc>",
    b"</w:tc>",
    b"<w:tbl>",
    b"<w:tr>",
    b"<w:vMerge/>",
    b'w:val="-5"',
    b'r="A1"',
    b't="s"',
    b"<!--",
    b"<![CDATA[",
    b"<td colspan=9>",
    b"</table>",
    b"\x00\x00\x00\x00",
)
_WORDS = (
    "项目名称",
    "绩效指标",
    "一级指标",
    "指标值",
    "年度资金总额",
    "其中：",
    "（2023年度）",
    "合计",
    "≥",
    "万元",
    "2023年1月",
    "定性",
    "□",
    "√",
    "自评",
)

Chance = random.Random


def mutated(content: bytes, seed: int) -> bytes:
    """The file spoiled in one to four ways."""
    chance = random.Random(seed)  # noqa: S311  repeatable, no secret
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        if content.startswith(b"PK\x03\x04") and chance.random() < 0.8:
            content = _in_member(content, chance)
        else:
            content = chance.choice(_CHANGES)(content, chance)
    return content


def _in_member(content: bytes, chance: Chance) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        zipfile.LargeZipFile,
        OSError,
        zlib.error,
    ):
        return _flip(content, chance)
    if not members:
        return _flip(content, chance)
    way = chance.random()
    if way < 0.05 and len(members) > 1:
        del members[chance.randrange(len(members))]
        return zipped(*members)
    # The large members are where the reader spends its time, and where the cells are.
    weights = [len(part) + 50 for _, part in members]
    at = chance.choices(range(len(members)), weights)[0]
    name, part = members[at]
    members[at] = (name, chance.choice(_CHANGES)(part, chance))
    return zipped(*members)


def _flip(content: bytes, chance: Chance) -> bytes:
    spoiled = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        if spoiled:
            spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def _truncate(content: bytes, chance: Chance) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _cut(content: bytes, chance: Chance) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[end:]


def _double(content: bytes, chance: Chance) -> bytes:
    start, end = _span(content, chance)
    return content[:end] + content[start:end] * chance.choice((1, 1, 2, 50)) + content[end:]


def _splice(content: bytes, chance: Chance) -> bytes:
    start, end = _span(content, chance)
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[start:end] + content[at:]


def _insert(content: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice((*_TEXTS, *_PARTS)) + content[at:]


def _insert_word(content: bytes, chance: Chance) -> bytes:
    """Words of the forms, where text stands."""
    places = [found.end() for found in re.finditer(rb"[>\t]", content)] or [0]
    at = chance.choice(places)
    return content[:at] + chance.choice(_WORDS).encode() + content[at:]


def _tag(content: bytes, chance: Chance) -> bytes:
    """Take a tag out, double it, or put it somewhere else."""
    tags = [found.span() for found in re.finditer(rb"<[^<>]*>", content)]
    if not tags:
        return _cut(content, chance)
    start, end = chance.choice(tags)
    tag = content[start:end]
    if chance.random() < 0.5:
        return content[:start] + tag * chance.choice((0, 2)) + content[end:]
    at = chance.choice(tags)[0]
    return content[:at] + tag + content[at:]


def _number(content: bytes, chance: Chance) -> bytes:
    numbers = [found.span() for found in re.finditer(rb"\d+", content)]
    if not numbers:
        return _flip(content, chance)
    start, end = chance.choice(numbers)
    return content[:start] + chance.choice(_TEXTS[:10]) + content[end:]


def _text(content: bytes, chance: Chance) -> bytes:
    """Put one text in the place of another."""
    texts: Sequence[tuple[int, int]] = [
        found.span(1) for found in re.finditer(rb"[>\t]([^<>\t\n]{1,200})", content)
    ]
    if not texts:
        return _splice(content, chance)
    (start, end), (first, last) = chance.choice(texts), chance.choice(texts)
    return content[:start] + content[first:last] + content[end:]


def _span(content: bytes, chance: Chance) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice((1, 4, 64, 1024, 16_384)))


_CHANGES: tuple[Callable[[bytes, Chance], bytes], ...] = (
    _flip,
    _truncate,
    _cut,
    _double,
    _splice,
    _insert,
    _insert_word,
    _insert_word,
    _tag,
    _tag,
    _number,
    _text,
    _text,
)
