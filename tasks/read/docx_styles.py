"""A Word document's styles in, the ids of those that hide text out (ECMA-376 part 1, 17.7)."""

from collections.abc import Mapping

from lxml import etree

from tasks.read import guard
from tasks.read.docx_settle import is_on

_VANISH = b":vanish"
_LONGEST_CHAIN = 20
"""Styles based on each other; Word itself allows about ten."""


def hidden_styles(styles: bytes | None) -> frozenset[str]:
    """The styles whose text is not shown, also by what they are based on.

    Args:
        styles: The part ``styles.xml``, or None where the document has none.

    Raises:
        UnreadableError: R01 where the part is damaged.
    """
    if styles is None or _VANISH not in styles:
        return frozenset()
    root = guard.parse_xml(styles)
    w = f"{{{etree.QName(root).namespace}}}"
    hides: dict[str, bool | None] = {}
    based: dict[str, str] = {}
    for style in root.iterchildren(w + "style"):
        name = str(style.get(w + "styleId"))
        mark = style.find(f"{w}rPr/{w}vanish")
        hides[name] = None if mark is None else is_on(mark, w)
        parent = style.find(w + "basedOn")
        if parent is not None:
            based[name] = str(parent.get(w + "val"))
    return frozenset(name for name in hides if _hides(name, hides, based))


def _hides(name: str, hides: Mapping[str, bool | None], based: Mapping[str, str]) -> bool:
    for _ in range(_LONGEST_CHAIN):
        said = hides.get(name)
        if said is not None:
            return said
        if name not in based:
            return False
        name = based[name]
    return False
