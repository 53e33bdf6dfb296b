"""Rows of texts in, one text out: the ways a table is flattened when it leaves Word, Excel or a web page as text."""

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Matrix = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Flattening:
    """A way to write a table as text."""

    render: Callable[[Matrix], str]
    wide: bool = False
    """Cells that a merge to the right covers are written as empty ones."""
    tall: bool = True
    """Cells that a merge downwards covers are written as empty ones."""


def tabbed(rows: Matrix) -> str:
    """Each cell opened by a TAB in a line of its own, rows parted by an empty line: the county's sample."""
    return "\n\n".join("\n".join(f"\t{text}" for text in row) for row in rows)


def bars(rows: Matrix) -> str:
    """Each cell in a line of its own ended by a bar; an empty cell is a bar alone; rows run on."""
    return "\n".join(_ended(text) for row in rows for text in row)


def bars_parted(rows: Matrix) -> str:
    """The same with an empty line between rows."""
    return "\n\n".join("\n".join(_ended(text) for text in row) for row in rows)


def _ended(text: str) -> str:
    return f"{text.strip()} |" if text.strip() else "|"


def pipes(rows: Matrix) -> str:
    """A row per line, cells parted by bars."""
    return "\n".join(" | ".join(_in_line(text) for text in row) for row in rows)


def hundreds(rows: Matrix) -> str:
    """The same with two hundred empty cells behind each row, as a sheet with formatted blank columns is published."""
    return "\n".join(" | ".join([*(_in_line(text) for text in row), *[""] * 200]) for row in rows)


def markdown(rows: Matrix) -> str:
    """A table of Markdown, its first row the heading."""
    lines = ["| " + " | ".join(_in_markdown(text) for text in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def tsv(rows: Matrix) -> str:
    """What Excel gives when cells are copied: TABs between cells, quotes around a text with a line break."""
    target = io.StringIO()
    csv.writer(target, delimiter="\t", lineterminator="\n").writerows(rows)
    return target.getvalue()


def comma(rows: Matrix) -> str:
    """CSV."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


def semicolon(rows: Matrix) -> str:
    """CSV with semicolons and every cell in quotes."""
    target = io.StringIO()
    csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return target.getvalue()


def aligned(rows: Matrix) -> str:
    """Columns lined up by blanks, a Chinese character as wide as two letters."""
    texts = [[_in_line(text) for text in row] for row in rows]
    # A text that stands alone runs over the columns to its right, as a title does on the page.
    shared = [row for row in texts if sum(1 for text in row if text) > 1]
    widths = [max(map(_width, column), default=0) for column in zip(*shared or texts, strict=True)]
    return "\n".join(_aligned_row(row, widths).rstrip() for row in texts)


def _aligned_row(row: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(
        text + " " * max(2, width + 2 - _width(text)) for text, width in zip(row, widths, strict=True)
    )


def spaced(rows: Matrix) -> str:
    """Cells of a row parted by two blanks, empty cells lost."""
    return "\n".join("  ".join(_in_line(text) for text in row if text) for row in rows)


def one_line(rows: Matrix) -> str:
    """All cells in one line with a blank between them, empty cells lost."""
    return " ".join(_in_line(text) for row in rows for text in row if text)


def fused(rows: Matrix) -> str:
    """All cells in one line with nothing between them."""
    return "".join(_in_line(text) for row in rows for text in row if text)


def fused_rows(rows: Matrix) -> str:
    """A row per line, its cells with nothing between them."""
    return "\n".join("".join(_in_line(text) for text in row if text) for row in rows)


def cells(rows: Matrix) -> str:
    """Each cell in a line of its own between empty lines, empty cells lost."""
    return "\n\n".join(_in_line(text) for row in rows for text in row if text)


def grid(rows: Matrix) -> str:
    """A table drawn with signs, an edge between all rows, a line break within a cell as an empty line."""
    columns = [[text.split("\n") for text in column] for column in zip(*rows, strict=True)]
    widths = [max(_width(line) for text in column for line in text) for column in columns]
    edge = "".join(f"+{'-' * (width + 2)}" for width in widths) + "+"
    told = [edge]
    for row in zip(*columns, strict=True):
        height = 2 * max(map(len, row)) - 1
        for at in range(height):
            lines = (text[at // 2] if at % 2 == 0 and at // 2 < len(text) else "" for text in row)
            cells = zip(lines, widths, strict=True)
            told.append("".join(f"| {line}{' ' * (width - _width(line))} " for line, width in cells) + "|")
        told.append(edge)
    return "\n".join(told)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _in_line(text: str) -> str:
    return " ".join(text.split())


def _in_markdown(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


FLATTENINGS: Mapping[str, Flattening] = {
    "tabbed": Flattening(tabbed),
    "bars": Flattening(bars),
    "bars_merged": Flattening(bars, tall=False),
    "bars_parted": Flattening(bars_parted),
    "pipes": Flattening(pipes, wide=True),
    "hundreds": Flattening(hundreds, wide=True),
    "markdown": Flattening(markdown, wide=True),
    "tsv": Flattening(tsv, wide=True),
    "comma": Flattening(comma, wide=True),
    "semicolon": Flattening(semicolon, wide=True),
    "aligned": Flattening(aligned, wide=True),
    "grid": Flattening(grid, wide=True),
}
"""Ways that keep every cell of a table, or what is needed to find its place again."""
LOSSY: Mapping[str, Flattening] = {
    "spaced": Flattening(spaced, wide=True),
    "cells": Flattening(cells),
    "one_line": Flattening(one_line),
    "fused_rows": Flattening(fused_rows),
    "fused": Flattening(fused),
}
"""Ways that lose empty cells, or where a cell ends."""
