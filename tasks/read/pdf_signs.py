"""The code a PDF gives for a letter in, the character a person sees out."""

import unicodedata
from collections.abc import Mapping

# Radicals that are whole characters too: fonts share one picture for both, and Word then writes the radical's code.
# NFKC knows those of the block Kangxi Radicals, not these (Unicode: EquivalentUnifiedIdeograph.txt).
_RADICALS = dict(
    zip(
        "⺁⺇⺊⺎⺒⺓⺝⺠⺬⺮⺴⺶⺻⺽⻁⻄⻅⻆⻇⻉⻋⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻞⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂几卜兀巳幺月民示竹网羊聿臼虎西见角角贝车長镸长门雨青韦页风飞食食首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
_INVISIBLE = (
    range(0x20),
    range(0x7F, 0xA0),
    range(0xAD, 0xAE),
    range(0x200B, 0x2010),
    range(0x202A, 0x202F),
    range(0x2060, 0x2070),
    range(0xFE00, 0xFE10),
    range(0xFEFF, 0xFF00),
    range(0xFFFE, 0x10000),
)
"""Controls, soft hyphen, zero width, marks of direction, variants, non-characters."""
_SAME = (range(0x2F00, 0x2FE0), range(0xF900, 0xFB07), range(0x2F800, 0x2FA20))
"""Kangxi radicals, compatibility ideographs, ligatures: NFKC gives what they show. Full width stays as typed."""

CHARACTERS: Mapping[int, str] = {
    **{code: "" for codes in _INVISIBLE for code in codes},
    **{code: unicodedata.normalize("NFKC", chr(code)) for codes in _SAME for code in codes},
    **{ord(radical): whole for radical, whole in _RADICALS.items()},
    **{ord(radical): unicodedata.normalize("NFKC", radical) for radical in "⺟⻳"},
    0x20: " ",
    0xA0: " ",
    0x3000: "\u3000",
}
"""What is shown, for the codes that show something else than themselves."""

PRIVATE = range(0xF020, 0xF100)
"""Where fonts of signs keep theirs; which sign it is, the font says."""
_BOXES = {
    "wingdings2": {0x50: "✓", 0x51: "✗", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x2A: "□", 0x30: "□", 0xA3: "□"},
    "wingdings": {0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0xA8: "□", 0x6F: "□", 0x71: "□", 0x6E: "■"},
    "symbol": {0xA3: "≤", 0xB3: "≥", 0xD6: "√", 0xB4: "×", 0xB1: "±", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈"},
}
"""By the font's name without spaces: boxes to tick with their ticks, and signs of comparison."""


def sign(code: int, font: str) -> str:
    """What a code of the private range shows in a font of signs; the code itself where the font is not known."""
    name = font.casefold().replace(" ", "").replace("-", "")
    for family, signs in _BOXES.items():
        if family in name:
            return signs.get(code - 0xF000, chr(code))
    return chr(code)
