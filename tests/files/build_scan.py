"""Builds ``tests/files/scan/annex.pdf`` again: ``python -m tests.files.build_scan``. Needs chromium and Noto CJK fonts.

Fourteen forms, one a page, described in ``annex.yml``; printed as offices print them: the usual fonts, sizes and widths of
columns in turn. The PDF holds subsets of the fonts, so that scans can be made of it on a machine that has none.
"""

import subprocess
import tempfile
from html import escape
from pathlib import Path

from tests.support.annex import place
from tests.support.scans import FOLDER, annex

_FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC")
_SIZES = ("10.5pt", "12pt", "11pt")
_WIDTHS = ((11, 16, 23, 29, 21), (12, 17, 21, 27, 23), (13, 15, 22, 30, 20))
_STYLE = """
@page { size: A4; margin: 18mm 16mm; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; page-break-after: always; }
td { border: 0.6pt solid black; padding: 2.2mm 1.6mm; white-space: pre-line; line-height: 1.35; }
td.mid { text-align: center; }
td.title { border: none; text-align: center; font-size: 16pt; font-weight: bold; }
td.year { border: none; text-align: center; }
"""


def build(target: Path) -> None:
    """Print the annex into ``target``."""
    pages = []
    for number, form in enumerate(annex().forms):
        columns = "".join(f'<col style="width:{width}%">' for width in _WIDTHS[number % len(_WIDTHS)])
        rows: dict[int, list[str]] = {}
        for cell in place(form):
            kind = "title" if cell.row == 1 else "year" if cell.row == 2 else "mid" if cell.column < 5 else ""
            spans = f'rowspan="{cell.row_span}" colspan="{cell.column_span}"'
            text = f'<td class="{kind}" {spans}>{escape(cell.text.strip())}</td>'
            rows.setdefault(cell.row, []).append(text)
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows.values())
        font = f"font-family:'{_FONTS[number % len(_FONTS)]}';font-size:{_SIZES[number % len(_SIZES)]}"
        pages.append(f'<table style="{font}"><colgroup>{columns}</colgroup>{body}</table>')
    page = f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>{"".join(pages)}'
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "annex.html"
        source.write_text(page, encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command += [f"--print-to-pdf={target}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    build(FOLDER / "annex.pdf")
