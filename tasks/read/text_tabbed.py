"""Lines in, rows out: each cell opened by a TAB in a line of its own, rows parted by an empty line.

The flattening of a Word table that town offices paste into a text file. A line without a TAB continues the cell
above; an empty cell is a TAB alone.
"""

from collections.abc import Iterator, Sequence

from tasks.read.text_rows import Row


def rows(lines: Sequence[str]) -> Iterator[Row]:
    """The rows of a tabbed text; what stands before its first TAB is prose."""
    row: Row | None = None
    parted = True
    for line in lines:
        if not line:
            parted = True
            continue
        if line.startswith("\t"):
            if row is None or row.is_prose or parted:
                if row is not None:
                    yield row
                row = Row([])
            # Cells pasted side by side stand in one line, each behind its TAB.
            row.texts.extend(line[1:].split("\t"))
        elif row is None or row.is_prose or parted:
            if row is not None:
                yield row
            row = Row([line], is_prose=True)
        else:
            row.texts[-1] = f"{row.texts[-1]}\n{line}"
        parted = False
    if row is not None:
        yield row
