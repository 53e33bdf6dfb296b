"""A Word document in one XML file in, grids out: Word 2003's own markup, or the parts of a .docx side by side.

Both are brought into the shape of a .docx and read by its adapter. Word 2003's markup is nearly that of a .docx: merges
are spelled otherwise, tracked changes are annotations, and page headers stand inside the section they belong to (Word
2003 XML Reference; http://schemas.microsoft.com/office/word/2003/wordml).
"""

import importlib
from collections.abc import Iterable, Mapping

from lxml import etree

from schemas.form import Grid, Remark, UnreadableError
from tasks.read import guard
from tasks.read.element import Element
from tasks.read.kinds import needed, package_kind

_W = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_AML = "{http://schemas.microsoft.com/aml/2001/core}"
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"

_NAMES = {_W + "vmerge": _W + "vMerge", _W + "hmerge": _W + "hMerge"}
"""What a .docx calls them."""
_KEPT = ("Word.Insertion", "Word.Deletion", "Word.Insertion.Start", "Word.Insertion.End")
"""Annotations that are text of the document; the others are comments, bookmarks and how text was formatted before."""
_MAIN, _STYLES = "word/document.xml", "word/styles.xml"


def grids(content: bytes) -> tuple[Grid | Remark, ...]:
    """The grids of a document's bytes.

    Raises:
        UnreadableError: R01 where the XML is damaged, R08 over a budget, R10 where it is no document of Word.
    """
    root = guard.parse_xml(content)
    if root.tag == _W + "wordDocument":
        members, main = _settled(root), _MAIN
    elif root.tag == _PKG + "package":
        members = _parts(root)
        kind, main = package_kind(members)
        if kind.reader != "docx":
            raise UnreadableError("R10", value="不是 Word 文档的 XML 文件")
    else:
        raise UnreadableError("R10", value="XML 文件")
    read: tuple[Grid | Remark, ...] = importlib.import_module("tasks.read.docx").grids(members, main)
    return read


def _parts(package: Element) -> Mapping[str, bytes]:
    """The parts of a .docx by name."""
    return {
        name: etree.tostring(data[0], encoding="utf-8")
        for part in package.iterchildren(_PKG + "part")
        if needed(name := str(part.get(_PKG + "name", "")).lstrip("/"))
        for data in part.iterchildren(_PKG + "xmlData")
        if len(data)
    }


def _settled(root: Element) -> Mapping[str, bytes]:
    """The parts of the .docx that a Word 2003 document would be."""
    for element in list(root.iter(*_NAMES)):
        element.tag = _NAMES[str(element.tag)]
    for annotation in list(root.iter(_AML + "annotation")):
        kind = annotation.get(_W + "type")
        if kind == "Word.Deletion":
            annotation.tag = _W + "del"
        elif kind not in _KEPT:
            _remove(annotation)
    _lift_headers(root)
    styles = root.find(_W + "styles")
    members = {} if styles is None else {_STYLES: etree.tostring(styles, encoding="utf-8")}
    return {**members, _MAIN: etree.tostring(root, encoding="utf-8")}


def _lift_headers(root: Element) -> None:
    """Put each section's page headers before its first block, and leave its footers out."""
    body = root.find(_W + "body")
    start = None if body is None else next(iter(body), None)
    for section in list(root.iter(_W + "sectPr")):
        paragraph = next(section.iterancestors(_W + "p"), None)
        end = section if paragraph is None else paragraph
        for header in list(section.iterchildren(_W + "hdr")):
            if start is not None:
                _insert_before(start, list(header))
            _remove(header)
        for footer in list(section.iterchildren(_W + "ftr")):
            _remove(footer)
        start = end.getnext()


def _insert_before(place: Element, blocks: Iterable[Element]) -> None:
    for block in blocks:
        place.addprevious(block)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
