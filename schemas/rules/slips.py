"""The one slip of the pen that would explain why amounts do not add up. Shared by the rules on balances.

Kinds are those seen in submitted forms: 元 for 万元 (138.02元), a nought or the decimal point too many or too few,
two neighbouring digits exchanged. A wrong single digit is left out: it fits almost any difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.rules.wording import WAN, money, shown


@dataclass(frozen=True, slots=True)
class Item:
    """One amount of a balance."""

    name: str
    yuan: Decimal


@dataclass(frozen=True, slots=True)
class Slip:
    """The amount that would make the balance hold, and what was slipped."""

    item: Item
    meant: Decimal
    kind: str


def slip_of(total: Item, parts: Sequence[Item]) -> Slip | None:
    """The only slip of one amount that makes ``total`` the sum of ``parts``; None where none or several would."""
    found = list(_slips(total, parts))
    return found[0] if len(found) == 1 else None


def words(slip: Slip | None, unit: str) -> str:
    """A clause for a message, empty where there is no slip to name."""
    if slip is None:
        return ""
    name, was, meant = shown(slip.item.name, 20), money(slip.item.yuan, unit), money(slip.meant, unit)
    return f"；若“{name}”的 {was} 应为 {meant}（{slip.kind}），则两者相等"


def _slips(total: Item, parts: Sequence[Item]) -> Iterator[Slip]:
    whole = sum((part.yuan for part in parts), Decimal(0))
    for item, meant in [(total, whole), *((part, part.yuan + total.yuan - whole) for part in parts)]:
        kind = _kind(item.yuan, meant)
        if kind:
            yield Slip(item, meant, kind)


def _kind(written: Decimal, meant: Decimal) -> str | None:
    if written <= 0 or meant <= 0 or written == meant:
        return None
    large, small = max(written, meant), min(written, meant)
    if large == small * WAN:
        return "元与万元写混"
    if large in (small * 10, small * 100, small * 1000):
        return "多写了 0 或小数点错位" if written > meant else "少写了 0 或小数点错位"
    return "相邻两个数字写反" if _swapped(written, meant) else None


def _swapped(written: Decimal, meant: Decimal) -> bool:
    first, second = f"{written:.2f}", f"{meant:.2f}"
    if len(first) != len(second):
        return False
    digits = [(a, b) for a, b in zip(first, second, strict=True) if "." not in (a, b)]
    apart = [at for at, (a, b) in enumerate(digits) if a != b]
    if len(apart) != 2 or apart[1] - apart[0] != 1:
        return False
    (a, b), (c, d) = digits[apart[0]], digits[apart[1]]
    return a == d and b == c
