"""What a template leaves for the clerk to replace: hints and placeholders. Shared by the rules that ask for content."""

import re

_WHOLE = re.compile(
    r"""
    [/／\\—–\-_~.·*＊×xX○〇□?？…、]+              # a dash, stars, crosses or dots alone
    | [-/年月日至—–.\s]+                          # -年-月-日, /年/月至/年/月
    | 指标[0-9一二三四五六七八九十]*[:：.．、…]*     # 指标1：
    | (?:[（(]\s*)?(?:限|不超过|控制在)?\s*[0-9]{2,4}\s*字(?:以内|之内|左右)?(?:\s*[）)])?
    | [（(]?\s*(?:请)?(?:在此)?填(?:写|报)[^0-9]{0,12}[）)]?
    | 单位[:：]?\s*(?:万元|元)
    """,
    re.VERBOSE,
)
_INSIDE = re.compile(
    r"\*{2,}|＊{2,}|[×xX]{2,}(?=[项个镇乡村县市人元年月%])|[（(]\s*[0-9]{2,4}\s*字(?:以内|之内|左右)\s*[）)]"
)


def is_hint(text: str) -> bool:
    """Whether a text is a hint or placeholder of the template, or still carries one.

    Seen: ``（100字以内）``, ``**``, ``/``, ``-年-月-日``, ``指标1：``, ``……`` (blank and half-filled templates of other
    counties).
    """
    trimmed = text.strip()
    return bool(trimmed) and (_WHOLE.fullmatch(trimmed) is not None or _INSIDE.search(trimmed) is not None)
