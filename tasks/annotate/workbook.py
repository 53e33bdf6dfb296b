"""A workbook and its notes in, the same workbook marked out: wrong cells shaded, each with a comment, a summary in front.

Cells keep what they hold; only their style changes, to a copy of their own with another fill. Element names: ECMA-376
part 1, 18.3 (sheets), 18.7 (comments), 18.8 (styles); the boxes of comments are VML, [MS-OI29500] 2.1.1742.
"""

import posixpath
import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field

from lxml import etree

from tasks.annotate.notes import AUTHOR, FILLS, HEADINGS, Note, purpose, summed, worst
from tasks.annotate.package import Package, relation_targets, unprefixed
from tasks.read import guard
from tasks.read.kinds import needed, package_kind

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_FILLS = {**{severity: f"FF{fill}" for severity, fill in FILLS.items()}, "heading": "FFD9D9D9"}
_WIDTHS = (6, 10, 44, 44, 30, 44)
"""Of the columns of the summary, in letters."""
_REFERENCE = re.compile(r"(?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[^'!]+))!(?P<cell>[A-Z]{1,3}[0-9]{1,7})$")
_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_BEHIND_LEGACY_DRAWING = (
    *(
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
    ),
)


def annotate(content: bytes, notes: Sequence[Note]) -> bytes:
    """Mark a workbook.

    Args:
        content: The workbook as sent; it has been read before.
        notes: Of this file.

    Returns:
        The marked workbook.
    """
    package = Package(content)
    main = package_kind(guard.unzip(content, needed))[1]
    book = package.tree(main)
    m = f"{{{etree.QName(book).namespace}}}"
    styles = _Styles(package, main, m)
    parts = _sheet_parts(package, main, book, m)
    for name, held in _by_sheet(notes).items():
        if name in parts:
            _Sheet(package, parts[name], m).mark(held, styles)
    _put_summary(package, main, book, f"{purpose(notes)}意见", _summary(m, notes, styles, parts))
    styles.save()
    return package.saved()


def _by_sheet(notes: Sequence[Note]) -> dict[str, dict[str, list[Note]]]:
    """Notes by sheet and cell, as their references name them."""
    held: dict[str, dict[str, list[Note]]] = {}
    for note in notes:
        name, cell = _place_of(note.reference)
        if cell:
            held.setdefault(name, {}).setdefault(cell, []).append(note)
    return held


def _place_of(reference: str) -> tuple[str, str]:
    """Sheet and cell of ``Sheet1!E15``; empty for what is about no cell."""
    found = _REFERENCE.search(reference)
    if found is None:
        return "", ""
    return found["plain"] or found["quoted"].replace("''", "'"), found["cell"]


def _sheet_parts(package: Package, main: str, book: etree._Element, m: str) -> dict[str, str]:
    targets = relation_targets(package, main)
    return {
        str(sheet.get("name")): targets[str(sheet.get(f"{{{_OFFICE}}}id"))]
        for sheet in book.iter(f"{m}sheet")
        if str(sheet.get(f"{{{_OFFICE}}}id")) in targets
    }


@dataclass
class _Styles:
    """The workbook's cell formats, with shaded copies of those that are needed."""

    package: Package
    main: str
    m: str
    _made: dict[tuple[int, str], int] = field(default_factory=dict)
    _fills: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._name = self.package.related(self.main, "/styles")
        self._root = self.package.tree(self._name) if self._name else None

    def shaded(self, style: int, severity: str) -> int | None:
        """The number of a format like ``style`` with the fill of a severity; None for a workbook without formats."""
        formats = None if self._root is None else self._root.find(f"{self.m}cellXfs")
        if formats is None or style >= len(formats):
            return None
        key = (style, severity)
        if key not in self._made:
            twin = etree.fromstring(etree.tostring(formats[style]))
            twin.set("fillId", str(self._fill(severity)))
            twin.set("applyFill", "1")
            formats.append(twin)
            formats.set("count", str(len(formats)))
            self._made[key] = len(formats) - 1
        return self._made[key]

    def written(self, fill: str = "", size: int = 0) -> int | None:
        """The number of a format of our own: lines wrap; bold, where it has a size; None for a workbook without formats."""
        formats = None if self._root is None else self._root.find(f"{self.m}cellXfs")
        if formats is None:
            return None
        made = etree.SubElement(formats, f"{self.m}xf", numFmtId="0", borderId="0", xfId="0")
        made.set("fontId", str(self._bold(size) if size else 0))
        made.set("fillId", str(self._fill(fill) if fill else 0))
        for part in ("Font", "Fill", "Alignment"):
            made.set(f"apply{part}", "1")
        etree.SubElement(made, f"{self.m}alignment", vertical="top", wrapText="1")
        formats.set("count", str(len(formats)))
        return len(formats) - 1

    def _bold(self, size: int) -> int:
        fonts = self._collection("fonts")
        font = etree.SubElement(fonts, f"{self.m}font")
        etree.SubElement(font, f"{self.m}b")
        etree.SubElement(font, f"{self.m}sz", val=str(size))
        return len(fonts) - 1

    def _fill(self, severity: str) -> int:
        if severity not in self._fills:
            fills = self._collection("fills")
            fill = etree.SubElement(fills, f"{self.m}fill")
            pattern = etree.SubElement(fill, f"{self.m}patternFill", patternType="solid")
            etree.SubElement(pattern, f"{self.m}fgColor", rgb=_FILLS[severity])
            self._fills[severity] = len(fills) - 1
        return self._fills[severity]

    def _collection(self, name: str) -> etree._Element:
        """Fonts or fills, to which one more is about to be added."""
        assert self._root is not None  # noqa: S101  asked for by what needs it
        found = self._root.find(f"{self.m}{name}")
        if found is None:
            found = etree.Element(f"{self.m}{name}")
            self._root.insert(0, found)
        found.set("count", str(len(found) + 1))
        return found

    def save(self) -> None:
        """Write the part."""
        if self._name and self._root is not None:
            self.package.put(self._name, self._root)


class _Sheet:
    """One sheet being marked."""

    def __init__(self, package: Package, part: str, m: str) -> None:
        self._package, self._part, self._m = package, part, m
        self._root = package.tree(part)

    def mark(self, held: dict[str, list[Note]], styles: _Styles) -> None:
        """Shade cells and hang a comment on each."""
        comments = _Comments(self._package, self._part, self._m)
        for reference, notes in held.items():
            cell = self._cell(reference)
            style = styles.shaded(int(cell.get("s", "0")), worst(notes))
            if style is not None:
                cell.set("s", str(style))
            comments.add(reference, notes)
        drawing = comments.save()
        if drawing is not None:
            self._relate_drawing(drawing)
        self._package.put(self._part, self._root)

    def _cell(self, reference: str) -> etree._Element:
        """The cell's element, made where the sheet has none yet."""
        m = self._m
        data = self._root.find(f"{m}sheetData")
        if data is None:
            data = etree.SubElement(self._root, f"{m}sheetData")
        column, number = _parts(reference)
        row = _place(data, f"{m}row", number, lambda each: int(each.get("r", "0")))
        row.set("r", str(number))
        cell = _place(row, f"{m}c", column, lambda each: _parts(str(each.get("r", "A1")))[0])
        cell.set("r", reference)
        return cell

    def _relate_drawing(self, drawing: str) -> None:
        if self._root.find(f"{self._m}legacyDrawing") is not None:
            return
        key = self._package.relate(self._part, f"{_OFFICE}/vmlDrawing", _relative(self._part, drawing))
        element = etree.Element(f"{self._m}legacyDrawing", {f"{{{_OFFICE}}}id": key})
        behind = (each for each in self._root if etree.QName(each).localname in _BEHIND_LEGACY_DRAWING)
        follower = next(behind, None)
        if follower is None:
            self._root.append(element)
        else:
            follower.addprevious(element)


def _place(
    parent: etree._Element, tag: str, number: int, numbered: Callable[[etree._Element], int]
) -> etree._Element:
    """The child with a number, in the order of the numbers."""
    for child in parent.iterchildren(tag):
        at = numbered(child)
        if at == number:
            return child
        if at > number:
            made = etree.Element(tag)
            child.addprevious(made)
            return made
    return etree.SubElement(parent, tag)


class _Comments:
    """A sheet's comments and the boxes they are shown in."""

    def __init__(self, package: Package, sheet: str, m: str) -> None:
        self._package, self._sheet, self._m = package, sheet, m
        self._name = package.related(sheet, "/comments")
        namespace = m[1:-1]
        self._root = (
            package.tree(self._name)
            if self._name
            else etree.Element(f"{m}comments", nsmap=unprefixed(namespace))
        )
        self._boxes: list[str] = []
        authors = self._root.find(f"{m}authors")
        if authors is None:
            authors = etree.SubElement(self._root, f"{m}authors")
        etree.SubElement(authors, f"{m}author").text = AUTHOR
        self._author = str(len(authors) - 1)
        found = self._root.find(f"{m}commentList")
        self._list = etree.SubElement(self._root, f"{m}commentList") if found is None else found

    def add(self, reference: str, notes: Sequence[Note]) -> None:
        """Write the notes of a cell into its comment; a comment that stands there already keeps its words."""
        m = self._m
        text = "\n\n".join("\n".join(note.lines) for note in notes)
        for old in self._list:
            if old.get("ref") == reference:
                body = old.find(f"{m}text")
                if body is not None:
                    self._run(body, f"\n\n{text}")
                    return
        comment = etree.SubElement(self._list, f"{m}comment", ref=reference, authorId=self._author)
        self._run(etree.SubElement(comment, f"{m}text"), text)
        column, row = _parts(reference)
        self._boxes.append(_box(row - 1, column - 1, text.count("\n") + len(text) // 14 + 2))

    def _run(self, body: etree._Element, text: str) -> None:
        run = etree.SubElement(body, f"{self._m}r")
        piece = etree.SubElement(
            run, f"{self._m}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
        )
        piece.text = text

    def save(self) -> str | None:
        """Write both parts; gives the drawing's name where the sheet must be related to it."""
        package = self._package
        if self._name is None:
            self._name = _free(package, "xl/comments{}.xml")
            package.declare(self._name, _COMMENTS_TYPE)
            package.relate(self._sheet, f"{_OFFICE}/comments", _relative(self._sheet, self._name))
        package.put(self._name, self._root)
        if not self._boxes:
            return None
        drawing = package.related(self._sheet, "/vmlDrawing")
        if drawing is not None:
            old = (package.part(drawing) or b"").decode("utf-8", "replace")
            package.put_bytes(drawing, old.replace("</xml>", "".join(self._boxes) + "</xml>").encode())
            return None
        drawing = _free(package, "xl/drawings/vmlDrawing{}.vml")
        package.declare_extension("vml", _VML_TYPE)
        package.put_bytes(drawing, (_VML_HEAD + "".join(self._boxes) + "</xml>").encode())
        return drawing


_VML_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    "</v:shapetype>"
)


def _box(row: int, column: int, lines: int) -> str:
    anchor = f"{column + 1}, 10, {row}, 5, {column + 5}, 10, {row + max(4, lines)}, 5"
    return (
        '<v:shape type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/><v:textbox/>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )


def _put_summary(
    package: Package, main: str, book: etree._Element, title: str, summary: etree._Element
) -> None:
    """A sheet in front of all others."""
    m = f"{{{etree.QName(book).namespace}}}"
    sheets = book.find(f"{m}sheets")
    if sheets is None:
        return
    names = {str(sheet.get("name")) for sheet in sheets}
    name = next(
        each for each in (title, *(f"{title}{number}" for number in range(2, 999))) if each not in names
    )
    part = _free(package, "xl/worksheets/notes{}.xml")
    package.put(part, summary)
    package.declare(part, _SHEET_TYPE)
    key = package.relate(main, f"{_OFFICE}/worksheet", _relative(main, part))
    number = max((int(sheet.get("sheetId", "0")) for sheet in sheets), default=0) + 1
    entry = etree.Element(f"{m}sheet", {"name": name, "sheetId": str(number), f"{{{_OFFICE}}}id": key})
    sheets.insert(0, entry)
    # What names a sheet by its place names the next one now.
    for defined in book.iter(f"{m}definedName"):
        if defined.get("localSheetId") is not None:
            defined.set("localSheetId", str(int(str(defined.get("localSheetId"))) + 1))
    for view in book.iter(f"{m}workbookView"):
        for attribute in ("activeTab", "firstSheet"):
            if view.get(attribute) is not None:
                view.set(attribute, "0")
    package.put(main, book)


def _summary(m: str, notes: Sequence[Note], styles: _Styles, sheets: Container[str]) -> etree._Element:
    """A line for each note, from which a click leads to its cell; printed on pages as wide as all columns."""
    root = etree.Element(f"{m}worksheet", nsmap=unprefixed(m[1:-1]))
    etree.SubElement(etree.SubElement(root, f"{m}sheetPr"), f"{m}pageSetUpPr", fitToPage="1")
    columns = etree.SubElement(root, f"{m}cols")
    for number, width in enumerate(_WIDTHS, 1):
        etree.SubElement(
            columns, f"{m}col", min=str(number), max=str(number), width=str(width), customWidth="1"
        )
    data = etree.SubElement(root, f"{m}sheetData")
    _line(data, (f"{purpose(notes)}意见",), (styles.written(size=18),), lines=2)
    _line(data, (summed(notes),), (None,))
    heading, plain = styles.written("heading", size=11), styles.written()
    _line(data, HEADINGS, (heading,) * len(HEADINGS))
    shades = {
        severity: styles.written(severity) for severity in dict.fromkeys(each.severity for each in notes)
    }
    links = []
    for note in notes:
        shade = shades[note.severity]
        lines = max(_lines(text, width) for text, width in zip(note.columns, _WIDTHS, strict=True))
        row = _line(data, note.columns, (shade, shade, *(plain,) * (len(_WIDTHS) - 2)), lines)
        if _place_of(note.reference)[0] in sheets:
            links.append((f"C{row}", note.reference))
    merged = etree.SubElement(root, f"{m}mergeCells", count="2")
    for row in (1, 2):
        etree.SubElement(merged, f"{m}mergeCell", ref=f"A{row}:F{row}")
    if links:
        held = etree.SubElement(root, f"{m}hyperlinks")
        for cell, reference in links:
            etree.SubElement(held, f"{m}hyperlink", ref=cell, location=reference)
    etree.SubElement(root, f"{m}pageSetup", paperSize="9", orientation="landscape", fitToHeight="0")
    return root


def _line(data: etree._Element, texts: Sequence[str], styles: Sequence[int | None], lines: int = 1) -> int:
    """A row at the end of the sheet, high enough for some lines; gives its number."""
    m = f"{{{etree.QName(data).namespace}}}"
    number = len(data) + 1
    row = etree.SubElement(data, f"{m}row", r=str(number), ht=str(min(400, 16 * lines)), customHeight="1")
    for column, text, style in zip("ABCDEF", texts, styles, strict=False):
        cell = etree.SubElement(row, f"{m}c", r=f"{column}{number}", t="inlineStr")
        if style is not None:
            cell.set("s", str(style))
        etree.SubElement(etree.SubElement(cell, f"{m}is"), f"{m}t").text = text
    return number


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two letters."""
    return sum(1 + sum(1 + (ord(letter) > 0xFF) for letter in line) // width for line in text.split("\n"))


def _free(package: Package, pattern: str) -> str:
    taken = package.names()
    return next(name for number in range(1, 10_000) if (name := pattern.format(number)) not in taken)


def _relative(source: str, target: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(source))


def _parts(reference: str) -> tuple[int, int]:
    """Column and row of ``E15``, from 1."""
    found = _CELL.fullmatch(reference)
    if found is None:
        return 1, 1
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(found[2])
