"""What one would write in an afternoon: python-docx ``table.cell(r, c)``, cells by position, pandas.to_sql.

The yardstick beside huizong's own way. It reads the same annex, finds nothing, converts nothing, and knows only the
layout it was written for.
"""

import io

import docx
import pandas as pd
import sqlalchemy as sa


def read_rows(content: bytes) -> list[dict[str, str | int]]:
    """Every row of every table of a docx as a dict of its first five cells."""
    rows: list[dict[str, str | int]] = []
    for number, table in enumerate(docx.Document(io.BytesIO(content)).tables, start=1):
        width = len(table.columns)
        for row in range(len(table.rows)):
            cells = [table.cell(row, column).text.strip() for column in range(width)]
            rows.append({"form": number, "row": row, **{f"c{i}": text for i, text in enumerate(cells)}})
    return rows


def load(rows: list[dict[str, str | int]], engine: sa.Engine) -> None:
    """The rows as they are, appended."""
    pd.DataFrame(rows).to_sql("annex", engine, if_exists="append", index=False)
