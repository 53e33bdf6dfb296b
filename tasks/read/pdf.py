"""A PDF with a text layer in, grids out: its ruled tables over all their pages, and the prose between them.

Runs in a child process (``tasks.read.foreign``). A page that has to be recognised from its picture is named in a grid
``SCANNED``, so that ``tasks.read`` sends the file on to the reader of scans.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.form import Cell, Grid, UnreadableError
from tasks.read import guard
from tasks.read.pdf_joins import OpenTable, continued, is_right_half, without_numbers
from tasks.read.pdf_letters import Letter, letters_of, turn_of
from tasks.read.pdf_lines import rows_of
from tasks.read.pdf_or_scan import SCANNED
from tasks.read.pdf_pages import FEW, Page, has_text, objects, opened, pages
from tasks.read.pdf_parts import PageParts, ProseLine, TablePart, parts_of
from tasks.read.pdf_rules import Drawn, drawn_on, hides_text

_LONGEST_SHEET = 12
"""Pages a sheet is high: they are printed before those to the right of them."""
_FEWEST_OVERLAPS = 3
"""Letters over each other on a page: none on 211 pages of sound prints; 65 of 110 of sheets with narrow cells have more."""
_STEP = 0.6
"""Of its height, a Chinese letter's least distance to the next; condensed print leaves 0.8."""
PROSE = "段落"
"""Name of a grid of prose."""


def grids(content: bytes, budgets: guard.Budgets = guard.BUDGETS) -> Iterator[Grid]:
    """The grids of a PDF.

    Args:
        content: The file's bytes.
        budgets: What the file may ask for.

    Yields:
        Tables and prose in reading order, each as soon as it is known to be whole; each cell's ``reference`` names the
        page it stands on. A grid named ``SCANNED`` stands for a page without text.

    Raises:
        UnreadableError: R01 damaged, R02 with a password, R08 over a budget.
    """
    reader = PageReader(guard.Tally(budgets))
    with opened(content) as document:
        for number, page in pages(document):
            yield from reader.page(number, page)
    yield from reader.close()


class PageReader:
    """One document, page by page; holds what the next page may still change."""

    def __init__(self, tally: guard.Tally) -> None:
        self._tally = tally
        self._table: OpenTable | None = None
        self._prose: list[Cell] = []
        self._firsts: deque[TablePart] = deque(maxlen=_LONGEST_SHEET)
        """The first tables of the pages before."""

    def page(self, number: int, page: Page) -> Iterator[Grid]:
        """What a page makes certain."""
        items = list(objects(page))
        hidden = hides_text(items)
        letters, quarters = letters_of(page, hidden=hidden)
        turn, width, height = turn_of(page, quarters)
        drawn = drawn_on(items, turn)
        if (hidden or _is_doubtful(letters, drawn, width * height)) and not has_text(page):
            yield from self.close()
            yield Grid(SCANNED, (Cell(1, 1, "", reference=f"第{number}页"),))
            return
        if not hidden:
            _check_overlaps(number, letters)
        yield from self.blocks(parts_of(number, (width, height), letters, drawn))

    def close(self) -> Iterator[Grid]:
        """What is still held."""
        yield from self._close_table()
        yield from self._close_prose()

    def blocks(self, page: PageParts) -> Iterator[Grid]:
        """What the blocks of a page make certain."""
        blocks = without_numbers(page)
        tops = _leading(blocks)
        at = len(tops)
        self._check_width(next((each for each in blocks if isinstance(each, TablePart)), None))
        texts = [each.line.text for each in tops]
        if at < len(blocks):
            first = blocks[at]
            if (
                self._table is not None
                and isinstance(first, TablePart)
                and continued(self._table, first, texts)
            ):
                blocks = blocks[at + 1 :]
        titles: list[str] = []
        for block in blocks:
            if isinstance(block, ProseLine):
                yield from self._close_table()
                titles.append(block.line.text)
                self._tally.cells(1)
                self._prose.append(
                    Cell(
                        len(self._prose) + 1,
                        1,
                        block.line.text,
                        reference=f"第{block.page}页",
                        confidence=block.confidence,
                    )
                )
                continue
            yield from self.close()
            self._table = OpenTable.of(block, [*texts, *titles])
            titles = []

    def _check_width(self, first: TablePart | None) -> None:
        """Refuse sheets printed on more than one page side by side, which would be read as forms without targets.

        Raises:
            UnreadableError: R10; the right half of an earlier table stands on this page.
        """
        if first is None:
            return
        before = next((each for each in reversed(self._firsts) if is_right_half(each, first)), None)
        self._firsts.append(first)
        if before is not None:
            where = f"表格比纸宽、右半边印到了另一页的 PDF（第{before.page}、{first.page}页）"
            remedy = "请把打印设置改为“所有列打印在一页”后重新导出，或改交 Excel 原件"
            raise UnreadableError("R10", value=f"{where}，{remedy}；这个文件")

    def _close_table(self) -> Iterator[Grid]:
        if self._table is not None:
            cells = self._table.cells()
            self._tally.cells(len(cells))
            self._tally.reach(self._table.rows, max(cell.column for cell in cells))
            self._table = None
            yield Grid(f"表{self._tally.table()}", tuple(cells))

    def _close_prose(self) -> Iterator[Grid]:
        if self._prose:
            prose, self._prose = self._prose, []
            yield Grid(PROSE, tuple(prose), is_prose=True)


def _is_doubtful(letters: Sequence[Letter], drawn: Drawn, area: float) -> bool:
    """Whether a page may have to be read from its picture, so that a closer look at its letters is worth its time."""
    senseless = sum(not "\u0020" <= letter.text[0] < "\ue000" for letter in letters)
    return len(letters) <= FEW or drawn.pictured * 2 > area or senseless * 4 > len(letters)


def _check_overlaps(number: int, letters: Sequence[Letter]) -> None:
    """Refuse a page on which texts run into each other: a sheet's narrow cells, whose letters belong to either.

    Raises:
        UnreadableError: R10.
    """
    found = [
        left.text + right.text
        for row in rows_of(letters)
        for left, right in pairwise(each for each in row if not each.text.isspace())
        if _overlap(left, right)
    ]
    if len(found) >= _FEWEST_OVERLAPS:
        where = f"文字互相重叠的 PDF（第{number}页，如“{found[0]}”）"
        remedy = "多半是表格的列太窄，请加宽后重新导出，或改交 Excel 原件"
        raise UnreadableError("R10", value=f"{where}，{remedy}；这个文件")


def _overlap(left: Letter, right: Letter) -> bool:
    """Whether two letters of one size stand over each other; one that is drawn twice, for bold, does not count."""
    small, large = sorted((left.size, right.size))
    return (
        left.text != right.text
        and "\u4e00" <= left.text <= "\u9fff"
        and right.x0 - left.x0 < _STEP * small
        and left.x1 - right.x0 > 0.3 * small
        and large < 1.5 * small
    )


def _leading(blocks: list[TablePart | ProseLine]) -> list[ProseLine]:
    """The lines of prose before the first table of a page."""
    found: list[ProseLine] = []
    for block in blocks:
        if not isinstance(block, ProseLine):
            break
        found.append(block)
    return found
