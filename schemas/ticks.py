"""Tick boxes as text: ``新增项目□ 延续项目√`` → 延续项目. Which side the boxes stand on is read from the text itself."""

import re

_TICK = "√✓✔☑☒■●✅▣◉Rþ"
_BOX = "□☐○〇◻▢口◯"
_MARK = re.compile(rf"[（(]\s*([{_TICK}]?)\s*[）)]|([{_TICK}{_BOX}](?:\s*[{_TICK}{_BOX}])*)")
_LETTERS = "口R"
"""Letters that stand for a box or a tick only beside real ones, or not at all."""
_NUMBERING = re.compile(r"^(?:\d{1,2}\s*[.、．]|[（(]\d{1,2}[）)]|[①-⑨])\s*")
_EDGES = " \t\r\n\u3000,，;；、:：/|"


def chosen(text: str) -> str | None:
    """The options ticked in a text of options and boxes.

    Args:
        text: As typed: ``□新增 ☑延续``, ``新增（ ） 延续（√）``, ``1、常年性项目 □ √ 2、延续性项目 □``.

    Returns:
        The option without its number and box, several joined by ``、``; an empty text where boxes stand and none is
        ticked; None where the text holds no boxes at all.
    """
    marks = [mark for mark in _MARK.finditer(text) if _is_mark(mark)]
    if not marks:
        return None
    words = [text[: marks[0].start()]]
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        words.append(text[mark.end() : following.start() if following else len(text)])
    # words[i] stands before marks[i]; behind the last mark stands words[-1].
    leads = not words[0].strip(_EDGES)
    options = words[1:] if leads else words[:-1]
    ticked = [
        _option(option)
        for option, mark in zip(options, marks, strict=True)
        if any(letter in _TICK for letter in mark[0])
    ]
    return "、".join(option for option in ticked if option)


def _is_mark(mark: "re.Match[str]") -> bool:
    return mark[0] not in _LETTERS


def _option(words: str) -> str:
    return _NUMBERING.sub("", words.strip(_EDGES)).strip(_EDGES)
