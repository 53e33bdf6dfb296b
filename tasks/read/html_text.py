"""Pieces of a page's text in, its lines as a browser would break them out."""

import re

_WHITE = re.compile(r"[ \t\r\n\f]+")
# A line of the source may end between two Chinese signs; no browser should show a space there (CSS Text 3, 4.1.3).
_BROKEN = re.compile(
    r"(?<=[\u2e80-\ufaff\uff00-\uff60])[ \t]*[\r\n]\s*(?=[\u2e80-\ufaff\uff00-\uff60])", re.ASCII
)
_KEPT = {ord(" "): "\xa0", ord("\t"): "\xa0"}


class Flow:
    """Text that runs through one cell, box, or stretch of prose."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._lines: list[str] = []

    def add(self, text: str, *, keep_spaces: bool = False) -> None:
        """Append text; with ``keep_spaces`` its spaces and breaks are displayed as they are."""
        if not keep_spaces:
            self._pieces.append(text)
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self._pieces.append(first.translate(_KEPT))
        for line in others:
            self.end_line()
            self._pieces.append(line.translate(_KEPT))

    def end_line(self) -> None:
        """End the line, be it empty (``<br>``)."""
        self._lines.append(self._line())

    def end_block(self) -> None:
        """End the line if there is one: before and after whatever stands in lines of its own."""
        line = self._line()
        if line:
            self._lines.append(line)

    def lines(self) -> list[str]:
        """The lines so far; the flow begins anew."""
        self.end_block()
        lines, self._lines = self._lines, []
        return lines

    def text(self) -> str:
        """The lines so far as one text, without empty ones around it."""
        return "\n".join(self.lines()).strip("\n")

    def _line(self) -> str:
        if not self._pieces:
            return ""
        line = "".join(self._pieces)
        self._pieces.clear()
        if "\n" in line or "\r" in line:
            line = _BROKEN.sub("", line)
        # A space that must not break looks like any other.
        return _WHITE.sub(" ", line).strip(" ").replace("\xa0", " ")
