"""How exactly an amount was typed: what rounding may explain, and what it may not."""

import re
import unicodedata
from decimal import Decimal

from schemas.amounts import MONEY_UNITS

_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.([0-9]*))?")
LEAST_TOLERANCE = Decimal(50)
"""Half a unit of the second decimal of 万元, to which budgets are kept: nothing finer is a difference."""


def half_last_digit(raw: str, unit: str) -> Decimal:
    """Half a unit of the last digit typed that is not a padding zero, in 元.

    ``16.71`` 万元 → 50; ``5.00`` 万元 → 5,000, for a cell format pads 4.928 that was rounded to 5; ``2`` 万元 → 5,000.
    """
    found = _NUMBER.search(unicodedata.normalize("NFKC", raw))
    decimals = len((found.group(1) or "").rstrip("0")) if found else 0
    half = MONEY_UNITS[unit].scaleb(-decimals) / 2
    return max(half, LEAST_TOLERANCE)
