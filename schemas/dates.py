"""How times are written in a cell: text → deadlines, periods, project periods, fiscal years.

A year that is not written is the form's fiscal year; without one such a text has no date.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from schemas.notation import LONGEST, fold, read_number

_YEAR = r"(?P<y>(?:19|20)[0-9]{2})"
_MONTH = r"(?P<m>1[0-2]|0?[1-9])"
_DAY = r"(?P<d>3[01]|[12][0-9]|0?[1-9])"
_MOMENTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}年(?!度){_MONTH}月份?{_DAY}(?:[日号]|(?![0-9]))",
        rf"{_YEAR}年(?:度)?{_MONTH}月份?",
        rf"{_YEAR}年(?:度)?",
        # one separator throughout: 2023.1-12 is a stretch of months, not the 12th of January
        rf"{_YEAR}(?P<s>[-./]){_MONTH}(?P=s){_DAY}[日号]?(?: ?00?:00(?::00(?:\.0)?)?)?(?![0-9])",
        rf"{_YEAR}[-./]{_MONTH}月?(?![0-9])",
        rf"{_YEAR}(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9])",
        rf"{_MONTH}月份?{_DAY}[日号]",
        rf"{_MONTH}月份?",
        # 12/31/2021 as a spreadsheet in US English shows it, seen in 江津 2021
        rf"{_MONTH}/{_DAY}/{_YEAR}(?![0-9])",
    )
)
_PART = re.compile(rf"(?:{_YEAR}年(?:度)?)?(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度)")
_YEAR_NAMED = re.compile(r"当年|本年度?|今年|(?=年[底末终内])|(?=全年)")
_BARE_END = re.compile(rf"{_MONTH}(?P<unit>月份?)?(?![0-9年.])")
_BARE_START = re.compile(rf"(?:{_YEAR}年(?:度)?)?{_MONTH}(?=[-~至到])")
_BARE_YEAR = re.compile(rf"{_YEAR}(?![0-9])")
_MONTH_AND_DAY = re.compile(rf"{_MONTH}(?:[./]|月){_DAY}[日号]?(?=$|之?前|以前|止|完成|到位)")
_MONTHS_AND_DAYS = re.compile(
    r"(?P<m>1[0-2]|0?[1-9])\.(?P<d>3[01]|[12][0-9]|0?[1-9])(?:-|~|至|到)(?P<m2>1[0-2]|0?[1-9])\.(?P<d2>3[01]|[12][0-9]|0?[1-9])"
)
"""12.31 and 1.1-12.31 where a time is asked for."""
_NUMERAL: Final = "零一二三四五六七八九"
_YEAR_IN_WORDS = re.compile(r"(?P<year>[一二][〇零○0Oo一二三四五六七八九]{3})(?=年)")
_MONTH_IN_WORDS = re.compile(
    r"(?<![一二三四五六七八九十个])(?P<month>元|十[一二]?|[一二三四五六七八九])(?=月)"
)
_DAY_IN_WORDS = re.compile(r"(?<=月)(?P<day>[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[日号])")
_QUARTERS = re.compile(
    r"(?P<year>(?:(?:19|20)[0-9]{2}年)?)第?(?P<first>[一二三1-3])(?:-|~|至|到)第?(?P<last>[二三四2-4])季度"
)
_BETWEEN = re.compile(r"起?(?:-{1,3}|~|至|到)")
_HEAD = re.compile(r"截至|截止到|截止|于|在|到|最迟|力争|确保|预计")
_TAIL = re.compile(
    r"(?:年?(?P<edge>[底末终内])|(?P<third>月?初|上旬|中旬|下旬)|(?P<whole>全年|全年度))?"
    r"(?P<due>(?:之前|以前|以内|前|止|内|按时|及时|全部|全面|基本|足额|完成|完毕|到位|竣工|完工|建成|交付|结束|验收"
    r"|发放|支付|拨付|支出|下达|报送|上报|实施|落实|使用|投入|项目|工程|任务|工作|资金|补贴|并|且)*)"
)


class Moment(NamedTuple):
    """A stretch of time as written: its first day, its last day, and what was said of it."""

    start: date
    end: date
    has_year: bool
    is_year: bool
    position: int
    """Where the text goes on."""


@dataclass(frozen=True, slots=True)
class When:
    """A time read from a whole text. ``start`` is None for a deadline, both where the year is unknown."""

    start: date | None
    end: date | None
    is_bare_month: bool = False
    """``12月`` and nothing else: December, or twelve months. The indicator's name must decide."""


def read_when(text: str, fiscal_year: int | None, *, is_time: bool = False) -> When | None:
    """The deadline or period a folded text states; None where it states neither.

    Args:
        text: folded, without a comparison before it.
        fiscal_year: of the form, for a time without a year.
        is_time: whether the indicator asks for a time, so that ``2023.12`` is a date, not a number.
    """
    text = _in_digits(text)
    if is_time:
        text = _MONTH_AND_DAY.sub(r"\g<m>月\g<d>日", text, count=1) if _MONTH_AND_DAY.match(text) else text
        if both := _MONTHS_AND_DAYS.fullmatch(text):
            text = f"{both['m']}月{both['d']}日至{both['m2']}月{both['d2']}日"
    text = _bracketed(text) if is_time or "年" in text or "季" in text else text
    head = _HEAD.match(text)
    body = text[head.end() :] if head else text
    span = read_span(body, fiscal_year, is_time=is_time)
    if span is not None:
        return When(*span)
    moment = _moment(body, fiscal_year)
    if moment is None and is_time:
        moment = _bare_year(body)
    tail = _TAIL.fullmatch(body, moment.position) if moment else None
    is_number = not is_time and re.fullmatch(r"[0-9]{4}\.[0-9]{1,2}|[0-9]{8}", body)
    if moment is None or tail is None or is_number:
        return None
    is_bare = re.fullmatch(r"[0-9]{1,2}月", text) is not None
    if not moment.has_year and fiscal_year is None:
        return When(None, None, is_bare_month=is_bare)
    if tail["whole"] or (not tail[0] and re.search("[度季半]", body[: moment.position])):
        return When(moment.start, moment.end)
    return When(None, _edge(moment, tail["third"]), is_bare_month=is_bare)


def _in_digits(text: str) -> str:
    """A date with its numerals as digits: 二〇二三年十二月三十一日 → 2023年12月31日, 元月 → 1月."""
    if "月" not in text and "年" not in text:
        return text
    text = _year_in_digits(text)
    text = _MONTH_IN_WORDS.sub(lambda found: "1" if found["month"] == "元" else _small(found["month"]), text)
    return _DAY_IN_WORDS.sub(lambda found: _small(found["day"]), text)


def _year_in_digits(text: str) -> str:
    return _YEAR_IN_WORDS.sub(
        lambda found: "".join(
            str(_NUMERAL.index(sign if sign in _NUMERAL else "零")) for sign in found["year"]
        ),
        text,
    )


def _small(numeral: str) -> str:
    number = read_number(numeral)
    return numeral if number is None else str(number.value)


def _edge(moment: Moment, third: str | None) -> date:
    if third is None or third == "下旬":
        return moment.end
    return moment.end.replace(day=20 if third == "中旬" else 10)


def read_span(text: str, fiscal_year: int | None, *, is_time: bool = True) -> tuple[date, date] | None:
    """First and last day of ``A至B``; None where the text is not of that shape, or B comes before A."""
    first = _moment(text, fiscal_year) or _bare_start(text, fiscal_year)
    if first is None and (is_time or "年" in text):
        first = _bare_year(text)
    if first is None or (not first.has_year and fiscal_year is None):
        return None
    between = _BETWEEN.match(text, first.position)
    if between is None:
        return None
    last = _moment(text, first.start.year, between.end()) or _bare_end(text, first, between.end())
    if last is None or not re.fullmatch(r"[底末止]?", text[last.position :]):
        return None
    return (first.start, last.end) if first.start <= last.end else None


def _bare_year(text: str) -> Moment | None:
    found = _BARE_YEAR.match(text)
    return None if found is None else _stretch(int(found["y"]), None, None, found.end())


def _bare_start(text: str, fiscal_year: int | None) -> Moment | None:
    """The ``1`` of 1-6月 and 2023年1-6月; the end must name the month, or 1-6 is a pair of numbers."""
    found = _BARE_START.match(text)
    if found is None or not re.search(r"[0-9]月", text[found.end() :]):
        return None
    year = int(found["y"]) if found["y"] else fiscal_year
    return None if year is None else _stretch(year, int(found["m"]), None, found.end(), has_year=True)


def _bare_end(text: str, first: Moment, position: int) -> Moment | None:
    """The end of 2023.1-12 and 2023年-2024."""
    year = _BARE_YEAR.match(text, position)
    if year is not None and first.is_year:
        return _stretch(int(year["y"]), None, None, year.end())
    found = _BARE_END.match(text, position)
    if found is None or first.is_year:
        return None
    return _stretch(first.start.year, int(found["m"]), None, found.end())


def _moment(text: str, fiscal_year: int | None, position: int = 0) -> Moment | None:
    part = _PART.match(text, position)
    if part is not None:
        return _part_of_year(part, fiscal_year)
    for pattern in _MOMENTS:
        found = pattern.match(text, position)
        if found is not None:
            said = found.groupdict()
            year = said.get("y")
            day = _stretch(
                int(year) if year else fiscal_year or _ANY_LEAP_YEAR,
                int(said["m"]) if said.get("m") else None,
                int(said["d"]) if said.get("d") else None,
                found.end(),
                has_year=year is not None,
            )
            # 2023年1-6月 begins like the year alone: let the month range have it
            return (
                None if day is not None and day.is_year and re.match(r"[0-9]", text[found.end() :]) else day
            )
    named = _YEAR_NAMED.match(text, position)
    if named is not None:
        return _stretch(fiscal_year or _ANY_LEAP_YEAR, None, None, named.end(), has_year=False)
    return None


_ANY_LEAP_YEAR: Final = 2024
"""Stands in where no year is known; the caller drops the date then."""


def _part_of_year(found: "re.Match[str]", fiscal_year: int | None) -> Moment:
    year = int(found["y"]) if found["y"] else fiscal_year or _ANY_LEAP_YEAR
    if found["half"]:
        first, length = (1 if found["half"] == "上" else 7), 6
    else:
        first, length = ("一二三四1234".index(found["quarter"]) % 4) * 3 + 1, 3
    last = first + length - 1
    end = date(year, last, monthrange(year, last)[1])
    return Moment(date(year, first, 1), end, found["y"] is not None, is_year=False, position=found.end())


def _stretch(
    year: int, month: int | None, day: int | None, position: int, *, has_year: bool = True
) -> Moment | None:
    if month is None:
        return Moment(date(year, 1, 1), date(year, 12, 31), has_year, is_year=True, position=position)
    last = monthrange(year, month)[1]
    if day is not None and day > last:
        return None
    start, end = date(year, month, day or 1), date(year, month, day or last)
    return Moment(start, end, has_year, is_year=False, position=position)


_TYPED_DASH = re.compile(r"(?<=[年月日0-9])一(?=[0-9])")
"""The number one that was typed, or recognised, for a dash: 2024年3月一2024年10月."""


def parse_period(text: str, fiscal_year: int | None) -> tuple[date, date] | None:
    """First and last day of a project period (项目期): ``2023年1月至12月``, ``2021年度``.

    Returns:
        None where the text does not state both a beginning and an end (长期, 2023年12月底, a blank).
    """
    if len(text) > LONGEST:
        return None
    folded = _in_digits(_TYPED_DASH.sub("-", fold(text))).strip("。,;.")
    # 三年（2023年-2025年）, 2023年1月-12月（一年）: how long, beside from when to when
    folded = re.sub(r"^[0-9一二两三四五]个?[月年]期?\(([^()]+)\)$", r"\1", folded)
    folded = re.sub(
        r"(?<=.)\([^()]*[0-9一二两三]个?[月年]\)$", "", re.sub(r"^[自从]|^\(([^()]*)\)$", r"\1", folded)
    )
    folded = _bracketed(folded)
    span = read_span(folded, fiscal_year) or _part_named(folded, fiscal_year)
    if span is not None:
        return span
    whole = re.fullmatch(rf"{_YEAR}(?:年度?(?:全年)?)?|(?P<own>全年|本年度?|当年)", folded)
    if whole is None:
        return None
    year = fiscal_year if whole["own"] else int(whole["y"])
    return None if year is None else (date(year, 1, 1), date(year, 12, 31))


def _part_named(folded: str, fiscal_year: int | None) -> tuple[date, date] | None:
    """2023年上半年, 三季度: a part of the year that has both its ends."""
    found = _PART.fullmatch(folded)
    if found is None or (not found["y"] and fiscal_year is None):
        return None
    part = _part_of_year(found, fiscal_year)
    return part.start, part.end


def _bracketed(folded: str) -> str:
    """2023年度(1月-12月), 202301-202312, 一至四季度 and 2023.1.1-12.31 with both ends written out."""
    quarters = _QUARTERS.fullmatch(folded)
    if quarters is not None:
        return f"{quarters['year']}{quarters['first']}季度至{quarters['last']}季度"
    found = re.fullmatch(rf"({_YEAR}年)度?\(([0-9]{{1,2}}月.*)\)", folded)
    if found is not None:
        return found[1] + found[3]
    short = re.fullmatch(
        rf"{_YEAR}(?P<s>[./])([0-9]{{1,2}})(?P=s)([0-9]{{1,2}})(-|~|至)([0-9]{{1,2}})(?P=s)([0-9]{{1,2}})",
        folded,
    )
    if short is not None:
        year, sign = short["y"], short["s"]
        return f"{year}{sign}{short[3]}{sign}{short[4]}-{year}{sign}{short[6]}{sign}{short[7]}"
    return re.sub(r"(?<![0-9])((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(?=-|~|至|到|$)", r"\1年\2月", folded)


def parse_fiscal_year(text: str) -> int | None:
    """The fiscal year a heading names: ``( 2023年度)``, ``(20 17 年度)``; None where it names none."""
    folded = _year_in_digits(re.sub(r"\s", "", fold(text[: LONGEST * 4])))
    for pattern in (r"((?:19|20)[0-9]{2})年度", r"((?:19|20)[0-9]{2})年", r"((?:19|20)[0-9]{2})(?![0-9])"):
        years = set(re.findall(rf"(?<![0-9]){pattern}", folded))
        if years:
            return int(years.pop()) if len(years) == 1 else None
    return None
