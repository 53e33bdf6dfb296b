"""A date's number in, the date as the sheet shows it out: ``yyyy"年"m"月"`` shows 2023年5月, and no more was meant.

Number formats of dates and times (ECMA-376 part 1, 18.8.30 and 18.8.31); days count from 1900 or 1904 (18.17.4.1).
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

BUILT_IN: Mapping[str, str] = {
    # What Excel in Chinese shows for the formats that are only known by number.
    "14": "yyyy/m/d",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "yyyy/m/d h:mm",
    **dict.fromkeys(("27", "36", "50", "52", "57"), 'yyyy"年"m"月"'),
    **dict.fromkeys(("28", "29", "51", "53", "54", "58"), 'm"月"d"日"'),
    "30": "m-d-yy",
    "31": 'yyyy"年"m"月"d"日"',
    "32": 'h"时"mm"分"',
    "33": 'h"时"mm"分"ss"秒"',
    **dict.fromkeys(("34", "55"), '上午/下午h"时"mm"分"'),
    **dict.fromkeys(("35", "56"), '上午/下午h"时"mm"分"ss"秒"'),
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mm:ss",
}
"""Codes of the date formats that a workbook names only by number."""

_TOKEN = re.compile(
    r'"([^"]*)"|[\\!](.)|\[(h+|m+|s+)\]|\[[^\]]*\]|_.|\*.|(上午/下午|am/pm|a/p|y+|m+|d+|h+|s+|a{3,4}|e+|\.0+)|(.)',
    re.IGNORECASE | re.DOTALL,
)
_DATE = re.compile(r"[ymdhse]|a{3}|上午/下午", re.IGNORECASE)
_TEXTS = re.compile(r'"[^"]*"|[\\!_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_WEEKDAYS = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LAST_DAY = 2_958_465
"""31 December 9999, counted from 1900; no form means it."""


def is_date(section: str) -> bool:
    """Whether one section of a format code is a date's or a time's."""
    bare = _TEXTS.sub("", section)
    return not bare.lower().startswith("general") and bool(_DATE.search(bare))


def show_date(section: str, number: Decimal, *, from_1904: bool) -> str | None:
    """The date or time a number shows under a format.

    Args:
        section: Of the format code.
        number: Days, as the sheet holds them.
        from_1904: Days count from 1 January 1904.

    Returns:
        The text; None where the number is no date, for which a sheet shows only a row of #.
    """
    days = number + 1462 if from_1904 else number
    if number < 0 or days >= _LAST_DAY:
        return None
    seconds = int((days * 86400).quantize(Decimal(1), ROUND_HALF_UP))
    day, second = divmod(seconds, 86400)
    # 1900 has a 29 February in Excel's count, so days before March stand one further on.
    date = dt.date(1899, 12, 30 if day > 60 else 31) + dt.timedelta(day if day != 60 else 59)
    return _Shown(section, date, second, seconds).text()


class _Shown:
    def __init__(self, section: str, date: dt.date, second: int, elapsed: int) -> None:
        self._tokens = list(_TOKEN.finditer(section))
        self._date = date
        self._second = second
        self._elapsed = elapsed
        self._halved = any(each[4] and each[4][0] in "上aA" and "/" in each[4] for each in self._tokens)

    def text(self) -> str:
        pieces: list[str] = []
        before = ""
        for index, token in enumerate(self._tokens):
            quoted, escaped, elapsed, sign, other = token.groups()
            if quoted or escaped:
                pieces.append(quoted or escaped)
            elif elapsed:
                pieces.append(str(self._elapsed // {"h": 3600, "m": 60, "s": 1}[elapsed[0].lower()]))
                before = elapsed[0].lower()
            elif sign:
                pieces.append(self._part(sign.lower(), before, self._next(index)))
                before = sign[0].lower() if sign[0].lower() in "ymdhs" else before
            elif other and other not in "@;":
                pieces.append(other)
            elif other == ";":
                break
        return "".join(pieces).strip()

    def _next(self, index: int) -> str:
        """The next sign's letter."""
        return next((each[4][0].lower() for each in self._tokens[index + 1 :] if each[4]), "")

    def _part(self, sign: str, before: str, after: str) -> str:
        hour, minute, second = self._second // 3600, self._second // 60 % 60, self._second % 60
        if "/" in sign:
            return ("上午", "下午")[hour >= 12] if sign[0] == "上" else ("AM", "PM")[hour >= 12]
        parts: Mapping[str, Callable[[], int]] = {
            "y": lambda: self._date.year,
            "e": lambda: self._date.year,
            "d": lambda: self._date.day,
            "h": lambda: (hour - 1) % 12 + 1 if self._halved else hour,
            "s": lambda: second,
            # m is a minute beside hours and seconds, else a month.
            "m": lambda: minute if before == "h" or after == "s" else self._date.month,
        }
        letter, length = sign[0], len(sign)
        if letter == ".":
            return ""
        if letter == "a" or (letter == "d" and length > 2):
            return ("星期" if length > 3 or letter == "d" else "") + _WEEKDAYS[self._date.weekday()]
        number = parts[letter]()
        if letter == "y" and length < 3:
            return f"{number % 100:02d}"
        if letter == "m" and length > 2:
            return _MONTHS[number - 1]
        return f"{number:0{min(length, 2) if letter not in 'ye' else 4}d}"
