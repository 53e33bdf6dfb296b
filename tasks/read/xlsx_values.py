"""What a workbook keeps of a cell in, the text the cell shows out: its strings, and numbers under their formats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from schemas.target import plain
from tasks.read import guard
from tasks.read.number_formats import NumberFormat

# A number written so that it shows as it is written: at most the 15 digits Excel keeps, no exponent.
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,8})(?:\.\d{0,5}[1-9])?")


@dataclass(frozen=True)
class Values:
    """What the cells of a workbook refer to."""

    strings: Sequence[str]
    styles: Sequence[NumberFormat | None]
    """None for one that adds nothing to what is written."""
    from_1904: bool

    def string(self, index: str) -> str:
        """A shared string.

        Raises:
            UnreadableError: R01 where the workbook has none of this number.
        """
        at = int(index) if index.isdigit() and len(index) < 10 else len(self.strings)
        if at >= len(self.strings):
            raise guard.broken("工作簿的内容已损坏")
        return self.strings[at]

    def format_of(self, style: int) -> NumberFormat | None:
        """What a style adds to a value."""
        return self.styles[style] if style < len(self.styles) else None

    def text(self, text: str, style: int) -> str:
        """A text as the sheet shows it."""
        display = self.format_of(style)
        return display.show_text(text) if display else text

    def number(self, text: str, style: int) -> str:
        """A number as the sheet shows it, without the noise of binary fractions (138.02, not 138.01999999999998)."""
        display = self.format_of(style)
        if display is None and _PLAIN.fullmatch(text):
            return text
        try:
            # Excel itself keeps 15 digits of a number.
            number = Decimal(format(float(text), ".15g"))
        except (ValueError, InvalidOperation):
            return text
        if not number.is_finite():
            return text
        return display.show(number, from_1904=self.from_1904) if display else plain(number)
