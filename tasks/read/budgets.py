"""How much a submitted file may ask for, and the words in which it is told that it asks for more.

Part of the guard (``tasks.read.guard``), which is where all others find it.
"""

from dataclasses import dataclass

from schemas.form import UnreadableError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Budgets:
    """How much a file may ask for.

    The table of budgets in the promises, but for what was measured since: 1,400 forms of a county must go into one
    file, a table or page each, and no file may take more than 250 MiB of memory to read.
    """

    file_bytes: int = 20 * MIB
    members: int = 2_000
    inflated_bytes: int = 200 * MIB
    inflation_ratio: int = 100
    inflation_ratio_from_bytes: int = MIB
    """Below this a member may inflate by any ratio."""
    xml_part_bytes: int = 32 * MIB
    """Of a Word text, what is left of it without its formatting."""
    tree_bytes: int = 120 * MIB
    """What a part takes as a tree in memory: a megabyte of empty elements takes twenty."""
    rows: int = 100_000
    columns: int = 256
    cells: int = 350_000
    """A cell takes some 200 bytes here and as much again in a reader; 1,400 forms have about 100,000 of them."""
    tables: int = 2_000
    pages: int = 2_000
    text_characters: int = 12_000_000
    """Of a text file: 20 MiB of Chinese are seven million. One odd character makes all of them take four bytes."""
    text_lines: int = 600_000
    tags: int = 3_000_000
    """Of a web page: 1,400 forms as LibreOffice saves them have half of that."""


BUDGETS = Budgets()


def over(value: str, expected: str) -> UnreadableError:
    """R08: the file asks for more than the budget."""
    return UnreadableError("R08", value=value, expected=expected)


def broken(value: str) -> UnreadableError:
    """R01: the file is damaged, or made to mislead."""
    return UnreadableError("R01", value=value)


def check_size(content: bytes, budgets: Budgets = BUDGETS) -> None:
    """Refuse a file that is empty or too large before anything looks inside.

    Raises:
        UnreadableError: R01 where empty, R08 where too large.
    """
    if not content:
        raise broken("文件是空的（0 字节）")
    if len(content) > budgets.file_bytes:
        raise over(f"文件有 {len(content) / MIB:.1f} MiB", f"不超过 {budgets.file_bytes // MIB} MiB")


def check_text(text: str, budgets: Budgets = BUDGETS) -> None:
    """Refuse a text that would fall into too many pieces, before it is cut into them.

    Raises:
        UnreadableError: R08.
    """
    if len(text) > budgets.text_characters:
        raise over(f"有 {len(text):,} 个字", f"不超过 {budgets.text_characters:,} 个字")
    lines = text.count("\n") + text.count("\r")
    if lines > budgets.text_lines:
        raise over(f"有 {lines:,} 行", f"不超过 {budgets.text_lines:,} 行")
    if text.count("\t") > budgets.cells:
        raise over(f"超过 {budgets.cells:,} 个单元格", f"不超过 {budgets.cells:,} 个单元格")


def check_tags(page: str, budgets: Budgets = BUDGETS) -> None:
    """Refuse a web page of too many tags, before they are read one by one.

    Raises:
        UnreadableError: R08.
    """
    tags = page.count("<")
    if tags > budgets.tags:
        raise over(f"有 {tags:,} 个网页标记", f"不超过 {budgets.tags:,} 个")


class Tally:
    """Counts what an adapter emits against the budgets, so that no grid outgrows them while it is built."""

    def __init__(self, budgets: Budgets = BUDGETS) -> None:
        self._budgets = budgets
        self._cells = 0
        self._tables = 0

    def table(self) -> int:
        """Count one more table and give its number, from 1."""
        self._tables += 1
        if self._tables > self._budgets.tables:
            raise over(f"超过 {self._budgets.tables} 张表", f"不超过 {self._budgets.tables} 张表")
        return self._tables

    def cells(self, count: int) -> None:
        """Count cells."""
        self._cells += count
        if self._cells > self._budgets.cells:
            raise over(f"超过 {self._budgets.cells:,} 个单元格", f"不超过 {self._budgets.cells:,} 个单元格")

    def holds(self, rows: int, columns: int) -> bool:
        """Whether no cell of a table of this size can stand too far down or to the right."""
        return rows <= self._budgets.rows and columns <= self._budgets.columns

    def reach(self, row: int, column: int) -> None:
        """Note how far down and to the right a written cell stands."""
        if row > self._budgets.rows or column > self._budgets.columns:
            raise over(
                f"表格延伸到第 {row:,} 行、第 {column:,} 列",
                f"不超过 {self._budgets.rows:,} 行、{self._budgets.columns} 列",
            )
