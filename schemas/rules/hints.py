"""What a template leaves for the clerk to replace: hints and placeholders. Shared by the rules that ask for content.

The words are ``vocabulary/hints.yml``; this module knows the marks.
"""

import re
import unicodedata

from schemas.remembered import remembered
from schemas.units import is_known_unit
from schemas.yaml_data import bundled

_WORDS = bundled("schemas.vocabulary", "hints.yml")
_NONE, _LATER = (frozenset(map(str.lower, _WORDS[key])) for key in ("none", "later"))
_WHOLE = re.compile(
    r"""
    [/／\\—–\-－―_＿~～.．·*＊×xXＸ○〇□?？…、]+      # a dash, stars, crosses or dots alone
    | [-/年月日至—–.\s]+                          # -年-月-日, /年/月至/年/月
    | (?:(?:指标|目标)[0-9一二三四五六七八九十]{0,3}[:：.．、…\s]*)+     # 指标1：
    | (?:[（(]\s*)?(?:限|不超过|控制在)?\s*[0-9]{2,4}\s*字(?:以内|之内|左右)?(?:\s*[）)])?
    | [（(]\s*(?:请\s*)?(?:在?此处?|在?这里)?填[写报列]?[^0-9]{0,20}[）)]
    | (?:请\s*(?:在?此处?|在?这里|在本栏)?|在?此处|在?这里|在此)填[写报列]?[^0-9]{0,30}
    | 填[写报] | 填写[^0-9]{0,8}(?:名称|数值|内容|目标|情况|单位|数据|金额|文字)
    | (?:示例|例如?|如|比如)[:：].{1,80}          # 如：95%
    | 单位[:：]?\s*(?:万元|元)
    """,
    re.VERBOSE | re.DOTALL,
)
_UNNUMBERED = re.compile(
    r"(?P<waits>[≥≤<>=＝]{0,2}[_＿*＊×xXＸ○□]{0,12})(?P<unit>[^0-9_＿*＊×xXＸ○□≥≤<>=＝]{1,6})"
)
"""A unit behind marks that wait for its number: ___公里, ≤ 万元. A word behind them may be a name: X光机."""
_INSIDE = re.compile(
    r"\*{2,}|＊{2,}|[×xX]{2,}(?=[项个镇乡村县市人元年月%])|[（(]\s*[0-9]{2,4}\s*字(?:以内|之内|左右)\s*[）)]"
)
_LONGEST_WORD = 20
"""Characters of a text that may be a word of the vocabulary."""


@remembered(maxsize=16384)
def is_hint(text: str) -> bool:
    """Whether a text is a hint or placeholder of the template, or still carries one.

    Seen: ``（100字以内）``, ``**``, ``/``, ``-年-月-日``, ``指标1：``, ``……`` (blank and half-filled templates of other
    counties), ``待定``, ``___公里``.
    """
    trimmed = text.strip()
    return is_mark(trimmed) or _word(trimmed) in _LATER


@remembered(maxsize=16384)
def is_mark(text: str) -> bool:
    """As ``is_hint``, without the words: a word where an amount belongs is an amount that cannot be read."""
    trimmed = text.strip()
    if _WHOLE.fullmatch(trimmed) or _INSIDE.search(trimmed):
        return bool(trimmed)
    waiting = _UNNUMBERED.fullmatch("".join(trimmed.split()))
    return waiting is not None and bool(waiting["waits"]) and is_known_unit(waiting["unit"])


def is_none(text: str) -> bool:
    """Whether a text is a clerk's word for nothing (暂无), or a dash for it: missing, like a blank."""
    trimmed = text.strip()
    return _word(trimmed) in _NONE or (bool(trimmed) and not trimmed.strip("/／\\—–-－―_＿ "))


def _word(text: str) -> str | None:
    """A short text as the vocabulary writes it, without brackets around and a stop behind it."""
    if len(text) > _LONGEST_WORD:
        return None
    plain = "".join(unicodedata.normalize("NFKC", text).split()).lower().rstrip("。;.")
    return plain[1:-1] if plain[:1] == "(" and plain[-1:] == ")" else plain
