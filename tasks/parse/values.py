"""The cells under one heading 指标值 in, what each of them is out: sign, number, unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.form import Cell
from schemas.vocabulary import fold, is_blank

_SIGN = re.compile(r"[≥≤><=＝≧≦]=?|定性|大于等于|小于等于|不低于|不高于|不少于|不超过|等于|大于|小于")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Parts:
    """Cells by what they hold; each at most one, ``value`` also where nothing tells the cells apart."""

    value: Sequence[Cell]
    operator: Sequence[Cell] = ()
    unit: Sequence[Cell] = ()


def parts_of(cells: Sequence[Cell]) -> Parts:
    """Tell sign, number and unit apart where a heading stands over several cells (``≥ | 95 | %``).

    Only where every cell is clearly one of them; else the cells are one value, as in a table without such columns.
    """
    if len(cells) < 2:
        return Parts(cells)
    filled = [cell for cell in cells if not is_blank(cell.text)]
    if len(filled) < 2:
        return Parts(cells)
    signs = [cell for cell in filled if _SIGN.fullmatch(fold(cell.text))]
    numbers = [cell for cell in filled if _NUMBER.fullmatch(fold(cell.text))]
    rest = [cell for cell in filled if cell not in signs and cell not in numbers]
    if len(signs) > 1 or len(numbers) > 1 or len(rest) > 1:
        return Parts(cells)
    if numbers:
        return Parts(numbers, signs, rest)
    return Parts(rest, signs) if rest and signs else Parts(cells)
