"""The type of an XML element, under a name of its own: lxml gives it a private one."""

from lxml import etree

Element = etree._Element  # noqa: SLF001
"""An element of a tree that the guard has parsed."""
