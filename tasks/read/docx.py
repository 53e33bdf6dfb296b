"""A Word document in, grids out: tables with their merged cells, prose and boxes between them, in reading order.

Straight over ``word/document.xml``: most formatting is left out before a tree is built (``docx_bare``), what is not
shown is taken out of it (``docx_settle``), and the rest is read in one walk (``docx_table``). A text box is shown where
it is anchored: inside a table as a floating cell of the row it hangs on, elsewhere as a row of prose. A page header
stands as prose before the section it is printed on: the year or 单位：万元 may stand nowhere else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from schemas.form import Cell, Grid, Remark
from tasks.read import guard
from tasks.read.docx_bare import bare, thinner
from tasks.read.docx_nested import laid_out
from tasks.read.docx_settle import settle
from tasks.read.docx_styles import hidden_styles
from tasks.read.docx_table import TableReader
from tasks.read.docx_text import TextReader, child, shows
from tasks.read.element import Element
from tasks.read.kinds import needed, package_kind

PROSE = "段落"
"""Name of a grid of prose."""
HEADER = "页眉"
"""Name of a grid of what is printed above each page of a section."""

_RELATION_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


def read(content: bytes) -> tuple[Grid | Remark, ...]:
    """The grids of a Word document's bytes.

    Raises:
        UnreadableError: as ``tasks.read.read``.
    """
    members = guard.unzip(content, needed, thinners=thinner)
    return grids(members, package_kind(members)[1])


def grids(members: Mapping[str, bytes], main: str) -> tuple[Grid | Remark, ...]:
    """The grids of an unzipped Word document.

    Args:
        members: Verified bytes by name.
        main: Name of the part that holds the text.

    Returns:
        Its grids in reading order, and a Remark R15 for each kind of thing it shows from elsewhere, which is not read.

    Raises:
        UnreadableError: R01 where the text is damaged, R08 over a budget.
    """
    return tuple(_Document(members, main).grids())


class _Document:
    """One document."""

    def __init__(self, members: Mapping[str, bytes], main: str) -> None:
        self._members = members
        self._folder, _, self._name = main.rpartition("/")
        self._hidden_styles = hidden_styles(members.get(f"{self._folder}/styles.xml"))
        self._root = self._tree(members[main])
        self._w = f"{{{etree.QName(self._root).namespace}}}"
        self._settled = settle(self._root, self._w, self._hidden_styles)
        self._text = TextReader(self._w, self._settled.boxes)
        self._tally = guard.Tally()
        self._tables = TableReader(self._w, self._text, self._tally)
        self._header: Grid | None = None

    def grids(self) -> Iterator[Grid | Remark]:
        body = child(self._root, self._w + "body")
        if body is not None:
            yield from self._blocks(body)
        for what in dict.fromkeys(self._settled.unread):
            yield Remark("R15", None, what)

    def _tree(self, part: bytes) -> Element:
        plain = guard.plain_xml(part)
        return guard.parse_xml(bare(plain, styles_matter=bool(self._hidden_styles)))

    def _blocks(self, body: Element) -> Iterator[Grid]:
        """Grids of the paragraphs and tables of the body, the prose between two tables as one grid."""
        headers = self._headers()
        self._header = headers.get(None)
        yield from () if self._header is None else (self._header,)
        prose: list[Cell] = []
        number = 0
        for block in self._text.content(body, self._text.p, self._text.tbl):
            tables = [block]
            header: Grid | None = None
            if block.tag == self._text.p:
                number, tables = self._prose(block, number + 1, prose)
                header = headers.get(block) if headers else None
            if prose and (tables or header):
                yield Grid(PROSE, tuple(prose), is_prose=True)
            if tables or header:
                prose, number = [], 0
            for table in tables:
                yield from self._table(table)
            if header is not None:
                self._header = header
                yield header
        if prose:
            yield Grid(PROSE, tuple(prose), is_prose=True)

    def _prose(self, paragraph: Element, number: int, prose: list[Cell]) -> tuple[int, list[Element]]:
        """Append a paragraph and its boxes to ``prose``; gives the last row's number and the tables in the boxes."""
        text = self._text.text(paragraph)
        tables: list[Element] = []
        if shows(text):
            self._tally.cells(1)
            prose.append(Cell(number, 1, text))
        for box in self._text.boxes.get(paragraph, ()) if self._text.boxes else ():
            text, more = self._text.box(box)
            tables.extend(more)
            if shows(text):
                number += 1
                self._tally.cells(1)
                prose.append(Cell(number, 1, text, is_floating=True))
        return number, tables

    def _table(self, element: Element) -> Iterator[Grid]:
        """A table's grid; where tables are nested in it, its parts before and after each of them."""
        name = f"表{self._tally.table()}"
        drafts = self._tables.drafts(element)
        if any(draft.parts is not None for draft in drafts):
            for grid in laid_out(name, drafts, self._tables.drafts, self._table):
                yield replace(grid, header=self._header)
        elif drafts:
            yield Grid(name, tuple([draft.finished() for draft in drafts]), header=self._header)

    # ---- page headers

    def _headers(self) -> dict[Element | None, Grid]:
        """What is printed above the pages, by the paragraph that ends the section before; None for the first section."""
        w = self._w
        if next(self._root.iter(w + "headerReference"), None) is None:
            return {}
        targets = self._targets()
        found: dict[Element | None, Grid] = {}
        start: Element | None = None
        shown: tuple[str, ...] = ()
        on_all = ("default", "even") if self._sets_even_pages_apart() else ("default",)
        for section in self._root.iter(w + "sectPr"):
            kinds = on_all if child(section, w + "titlePg") is None else ("first", *on_all)
            names = [
                targets.get(next((str(each.get(key)) for key in _RELATION_IDS if each.get(key)), ""), "")
                for kind in kinds
                for each in section.iterchildren(w + "headerReference")
                if each.get(w + "type", "default") == kind
            ]
            lines = tuple(dict.fromkeys(line for name in names for line in self._lines(name)))
            if lines and lines != shown:
                cells = tuple(Cell(row, 1, line) for row, line in enumerate(lines, 1))
                found[start] = Grid(HEADER, cells, is_prose=True)
                shown = lines
            start = next(section.iterancestors(w + "p"), None)
        return found

    def _sets_even_pages_apart(self) -> bool:
        part = self._members.get(f"{self._folder}/settings.xml", b"")
        if b"evenAndOddHeaders" not in part:
            return False
        said = next(guard.parse_xml(part).iter("{*}evenAndOddHeaders"), None)
        return said is not None and not {"0", "false", "off"} & {str(value) for value in said.values()}

    def _targets(self) -> Mapping[str, str]:
        """Names of parts by the ids the document calls them with."""
        relations = self._members.get(f"{self._folder}/_rels/{self._name}.rels")
        if relations is None:
            return {}
        return {
            str(each.get("Id")): str(each.get("Target", "")).rpartition("/")[2]
            for each in guard.parse_xml(relations)
            if each.get("TargetMode") != "External"
        }

    def _lines(self, name: str) -> Iterator[str]:
        """The paragraphs of a page header that show something, those in its tables and boxes among them."""
        part = self._members.get(f"{self._folder}/{name}")
        if part is None:
            return
        root = self._tree(part)
        w = f"{{{etree.QName(root).namespace}}}"
        settled = settle(root, w, self._hidden_styles)
        text = TextReader(w, settled.boxes)
        for paragraph in root.iter(text.p):
            own = text.text(paragraph)
            lines = [own, *(text.box(box)[0] for box in settled.boxes.get(paragraph, ()))]
            for line in lines:
                if shows(line):
                    self._tally.cells(1)
                    yield line.strip()
