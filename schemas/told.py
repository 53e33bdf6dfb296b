"""An indicator told in a few words in, its name and value out: 维修渠道18公里, 群众满意度达90%以上, 完工时间：2023年8月."""

import re

from schemas.yaml_data import bundled

SIGN = r"(?:>=|<=|[≥≤＞＜><＝=]|大于等于|小于等于|不低于|不少于|不超过|不高于|达到?)"
_LONGEST = 200
"""Characters; the pattern goes back over what it has read."""
_TOLD = re.compile(
    rf"(?P<name>.*?[^\d\s≥≤＞＜><＝=:：,，]{{2}})\s*+[:：,，]?\s*+"
    rf"(?P<value>{SIGN}?\s*+\d[\d,.]*(?:[^\d；;。，,]{{0,6}}|[年月日\-—至.\d]*(?:年|月|日)?[底末前]*))"
)


_BLANK_BESIDE_NUMBER = re.compile(r"(?<=[^\x00-\x7f]) (?=\d)|(?<=\d) (?=[^\x00-\x7f])")


_EFFECTS = bundled("schemas.vocabulary", "effects.yml")
_DEGREES, _CHANGES, _STATES = (
    "|".join(map(re.escape, _EFFECTS[key])) for key in ("degrees", "changes", "states")
)
_DESCRIBED = re.compile(
    rf"(?P<name>[^\d，。；;,:：]{{2,30}}?)(?P<value>(?:{_DEGREES})+(?:{_CHANGES})|{_STATES})。?"
)
"""群众出行条件明显改善: an effect told in words, without anything between it and what it is an effect on."""


def described(text: str) -> tuple[str, str] | None:
    """An effect told in words: what it is on, and what becomes of it; None where a text does not end in such words."""
    found = _DESCRIBED.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return (found["name"], found["value"]) if found else None


def named(text: str) -> tuple[str, str]:
    """Name and value; the value blank where nothing parts them."""
    text = _BLANK_BESIDE_NUMBER.sub("", text)
    found = _TOLD.fullmatch(text) if len(text) <= _LONGEST else None
    if found:
        return found["name"].strip(), found["value"].strip()
    name, colon, value = text.replace("：", ":").partition(":")
    return (name.strip(), value.strip()) if colon and value.strip() else (text, "")
