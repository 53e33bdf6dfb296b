"""An OpenDocument text or spreadsheet (.odt, .ods) in, grids out: its tables with their merged cells, and its prose.

One walk over ``content.xml``; the styles say what is hidden. A shape is read where it is anchored: inside a table as a
floating cell of the row it hangs on, elsewhere as a row of prose.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from schemas.form import Cell, Grid
from tasks.read import guard, odf_sheets, tables
from tasks.read.kinds import needed, package_kind
from tasks.read.odf_headers import Headers
from tasks.read.odf_tables import Place, cells, covered, hidden_columns, rows
from tasks.read.odf_text import OFFICE, SHAPES, STYLE, TABLE, TABLE_TAG, TEXT, TextReader, blocks

_STYLES = "styles.xml"
_BODY = f"{OFFICE}body"


def read(content: bytes) -> tuple[Grid, ...]:
    """The grids of an OpenDocument file's bytes.

    Raises:
        UnreadableError: as ``tasks.read.read``.
    """
    members = guard.unzip(content, needed)
    return grids(members, package_kind(members)[1])


def grids(members: Mapping[str, bytes], main: str) -> tuple[Grid, ...]:
    """The grids of an unzipped text or spreadsheet.

    Args:
        members: Verified bytes by name.
        main: Name of the part that holds the content.

    Raises:
        UnreadableError: R01 where the content is damaged, R08 over a budget.
    """
    root = guard.parse_xml(members[main])
    styled = [root] if _STYLES not in members else [root, guard.parse_xml(members[_STYLES])]
    text = TextReader(_styles(styled, "text-properties", f"{TEXT}display", "none"))
    body = root.find(_BODY)
    for content in () if body is None else body:
        if content.tag == f"{OFFICE}text":
            return tuple(tables.grids(_Text(text).blocks(content)))
        if content.tag == f"{OFFICE}spreadsheet":
            hidden_tables = _styles(styled, "table-properties", f"{TABLE}display", "false")
            return tuple(odf_sheets.grids(content, text, hidden_tables, Headers(styled, text)))
    raise guard.broken("文件不完整，缺少正文")


def _styles(styled: list[etree._Element], properties: str, attribute: str, value: str) -> frozenset[str]:
    """Names of the styles with a property."""
    return frozenset(
        str(style.get(f"{STYLE}name"))
        for root in styled
        for style in root.iter(f"{STYLE}style")
        for each in style.iterchildren(STYLE + properties)
        if each.get(attribute) == value
    )


class _Text:
    """One text document."""

    def __init__(self, text: TextReader) -> None:
        self._text = text
        self._tally = guard.Tally()

    def blocks(self, parent: etree._Element) -> Iterator[tables.Block]:
        """The tables of a text and the prose between them."""
        prose = tables.Prose()
        for block in blocks(parent, SHAPES):
            found = [block] if block.tag == TABLE_TAG else self._line(block, prose)
            if found:
                yield prose
                prose = tables.Prose()
                for table in found:
                    yield self._table(table)
        yield prose

    def _line(self, block: etree._Element, prose: tables.Prose) -> list[etree._Element]:
        """Append a paragraph and its boxes, or a box that hangs on the page; gives the tables in the boxes."""
        shapes = [block]
        if block.tag not in SHAPES:
            story = self._text.story(block)
            prose.line(story.text, self._tally)
            shapes = story.shapes
        found: list[etree._Element] = []
        for shape in shapes:
            shown, inner = self._text.shape(shape)
            found.extend(inner)
            if shown:
                prose.line(shown, self._tally, is_floating=True)
        return found

    def _table(self, element: etree._Element) -> tables.Table:
        self._tally.table()
        table = tables.Table()
        hidden = hidden_columns(element)
        under = covered(element)
        for row in rows(element):
            if row.is_hidden:
                continue
            for place in cells(row.element, under):
                for number in self._numbers(row.number, row.repeated, place):
                    for column in place.columns:
                        if column not in hidden:
                            self._cell(place, number, column, table)
        return table

    def _numbers(self, start: int, repeated: int, place: Place) -> range:
        """The rows a cell stands in, counted before it is unfolded."""
        self._tally.cells(repeated * len(place.columns))
        return range(start, start + repeated)

    def _cell(self, place: Place, row: int, column: int, table: tables.Table) -> None:
        lines: list[str] = []
        boxes: list[Cell] = []
        nested: list[etree._Element] = []
        for block in blocks(place.element, SHAPES):
            if block.tag == TABLE_TAG:
                nested.append(block)
                continue
            shapes = [block]
            if block.tag not in SHAPES:
                story = self._text.story(block)
                lines.append(story.text)
                shapes = story.shapes
            for shape in shapes:
                shown, inner = self._text.shape(shape)
                nested.extend(inner)
                if shown and not shown.isspace():
                    self._tally.cells(1)
                    boxes.append(Cell(row, column, shown, is_floating=True))
        text = "\n".join(lines).strip("\n")
        if text and not text.isspace():
            self._tally.reach(row, column)
        table.cells += (Cell(row, column, text, place.height, place.width), *boxes)
        table.nested += ((len(table.cells), self._table(inner)) for inner in nested)
