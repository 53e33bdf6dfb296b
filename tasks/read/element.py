"""The type of an XML element, under a name of its own, for lxml gives it a private one; and a count in its attributes."""

from lxml import etree

Element = etree._Element  # noqa: SLF001
"""An element of a tree that the guard has parsed."""


def count(text: str | None, default: int, most: int) -> int:
    """A count as an attribute gives it: ``default`` where it gives none, and no more than ``most``."""
    if not (text and text.isascii() and text.isdigit() and len(text) < 10):
        return default
    return min(int(text), most)
