"""A Word document and its notes in, the same document marked out: wrong cells shaded, each with numbered comments.

The text is not touched: comments live in a part of their own, shading is a property of a cell, and the summary stands
on a page before the first. Element names: ECMA-376 part 1, 17.13.4 (comments) and 17.4.33 (shading).
"""

import copy
from collections.abc import Iterator, Sequence
from datetime import datetime

from lxml import etree

from schemas.form import Grid
from tasks.annotate.notes import AUTHOR, FILLS, Note, Place, by_place, purpose, summed, worst
from tasks.annotate.package import Package
from tasks.read import docx, guard
from tasks.read.kinds import needed, package_kind

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_COMMENTS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_MARK = "\ue000{}\ue001"
"""Private characters that no document shows: they tell which element of the document a read cell came from."""


def annotate(content: bytes, notes: Sequence[Note], moment: datetime) -> bytes:
    """Mark a document.

    Args:
        content: The document as sent; it has been read before.
        notes: Of this file.
        moment: When the comments were made.

    Returns:
        The marked document.
    """
    package = Package(content)
    main = package_kind(guard.unzip(content, needed))[1]
    root = package.tree(main)
    w = f"{{{etree.QName(root).namespace}}}"
    elements = _elements_by_place(content, main, root, w)
    comments = _Comments(package, main, w, moment)
    for place, held in by_place(notes).items():
        element = elements.get(place)
        if element is None:
            continue
        if element.tag == f"{w}tc":
            _shade(element, w, FILLS[worst(held)])
        comments.attach(element, held)
    comments.save()
    _put_summary(root, w, notes)
    package.put(main, root)
    return package.saved()


# ---- which element a cell was read from


def _elements_by_place(
    content: bytes, main: str, root: etree._Element, w: str
) -> dict[Place, etree._Element]:
    """The element of every cell, found by reading a copy in which each element is numbered."""
    candidates = [*root.iter(f"{w}tc"), *_paragraphs_outside(root, w)]
    marked = copy.deepcopy(root)
    twins = [*marked.iter(f"{w}tc"), *_paragraphs_outside(marked, w)]
    for number, twin in enumerate(twins):
        paragraph = twin if twin.tag == f"{w}p" else next(twin.iterchildren(f"{w}p"), None)
        if paragraph is not None:
            _put_mark(paragraph, w, number)
    members = dict(guard.unzip(content, needed))
    members[main] = etree.tostring(marked, encoding="UTF-8")
    found: dict[Place, etree._Element] = {}
    for grid in docx.grids(members, main):
        if isinstance(grid, Grid):
            for cell in grid.cells:
                marked_by = _mark_in(cell.text)
                if marked_by is not None:
                    found[grid.name, cell.row, cell.column] = candidates[marked_by]
    return found


def _paragraphs_outside(root: etree._Element, w: str) -> Iterator[etree._Element]:
    for paragraph in root.iter(f"{w}p"):
        if next(paragraph.iterancestors(f"{w}tc"), None) is None:
            yield paragraph


def _put_mark(paragraph: etree._Element, w: str, number: int) -> None:
    run = etree.Element(f"{w}r")
    etree.SubElement(run, f"{w}t").text = _MARK.format(number)
    paragraph.insert(_first_run_at(paragraph, w), run)


def _mark_in(text: str) -> int | None:
    start, end = text.find("\ue000"), text.find("\ue001")
    return int(text[start + 1 : end]) if 0 <= start < end else None


def _first_run_at(paragraph: etree._Element, w: str) -> int:
    """Behind the properties, before the first run."""
    return 1 if len(paragraph) and paragraph[0].tag == f"{w}pPr" else 0


# ---- marks


def _shade(cell: etree._Element, w: str, fill: str) -> None:
    properties = next(cell.iterchildren(f"{w}tcPr"), None)
    if properties is None:
        properties = etree.Element(f"{w}tcPr")
        cell.insert(0, properties)
    for old in properties.findall(f"{w}shd"):
        properties.remove(old)
    shading = etree.Element(f"{w}shd", {f"{w}val": "clear", f"{w}color": "auto", f"{w}fill": fill})
    after = {f"{w}{name}" for name in ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders")}
    at = max((index + 1 for index, child in enumerate(properties) if child.tag in after), default=0)
    properties.insert(at, shading)


class _Comments:
    """The document's comments, those it came with and ours."""

    def __init__(self, package: Package, main: str, w: str, moment: datetime) -> None:
        self._package, self._main, self._w = package, main, w
        self._name = package.related(main, "/comments")
        namespace = w[1:-1]
        self._root = (
            package.tree(self._name) if self._name else etree.Element(f"{w}comments", nsmap={"w": namespace})
        )
        taken = [int(each.get(f"{w}id", "0")) for each in self._root]
        self._next = max(taken, default=-1) + 1
        self._moment = moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def attach(self, element: etree._Element, notes: Sequence[Note]) -> None:
        """Hang comments on a cell or paragraph."""
        w = self._w
        paragraph = element if element.tag == f"{w}p" else next(element.iterchildren(f"{w}p"), None)
        if paragraph is None:
            return
        for note in notes:
            key = str(self._next)
            self._next += 1
            self._add(key, note)
            paragraph.insert(
                _first_run_at(paragraph, w), etree.Element(f"{w}commentRangeStart", {f"{w}id": key})
            )
            paragraph.append(etree.Element(f"{w}commentRangeEnd", {f"{w}id": key}))
            run = etree.SubElement(paragraph, f"{w}r")
            etree.SubElement(run, f"{w}commentReference", {f"{w}id": key})

    def _add(self, key: str, note: Note) -> None:
        w = self._w
        names = {f"{w}id": key, f"{w}author": AUTHOR, f"{w}date": self._moment, f"{w}initials": "县"}
        comment = etree.SubElement(self._root, f"{w}comment", names)
        for line in note.lines:
            comment.append(_paragraph(w, line))

    def save(self) -> None:
        """Write the part, and declare and relate it where the document had none."""
        if not len(self._root):
            return
        if self._name is None:
            folder = self._main.rpartition("/")[0]
            self._name = f"{folder}/comments.xml"
            self._package.declare(self._name, _COMMENTS_TYPE)
            self._package.relate(self._main, _COMMENTS_RELATION, "comments.xml")
        self._package.put(self._name, self._root)


# ---- the page on top


def _put_summary(root: etree._Element, w: str, notes: Sequence[Note]) -> None:
    body = next(root.iterchildren(f"{w}body"))
    lines = [
        _paragraph(w, f"{purpose(notes)}意见", size=36, is_bold=True),
        _paragraph(w, summed(notes)),
        *(_paragraph(w, note.sentence) for note in notes),
    ]
    last = lines[-1]
    run = etree.SubElement(last, f"{w}r")
    etree.SubElement(run, f"{w}br", {f"{w}type": "page"})
    for at, line in enumerate(lines):
        body.insert(at, line)


def _paragraph(w: str, text: str, *, size: int = 0, is_bold: bool = False) -> etree._Element:
    paragraph = etree.Element(f"{w}p")
    run = etree.SubElement(paragraph, f"{w}r")
    if size or is_bold:
        properties = etree.SubElement(run, f"{w}rPr")
        if is_bold:
            etree.SubElement(properties, f"{w}b")
        if size:
            etree.SubElement(properties, f"{w}sz", {f"{w}val": str(size)})
    piece = etree.SubElement(run, f"{w}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    piece.text = text
    return paragraph
