"""What names a thing in the warehouse: keys made of what it is, never of when it came."""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from schemas.county import County
from schemas.programmes import folded, indicator_name, programmes
from schemas.rules.checks import squeeze

_KEY_DIGITS = 20
"""80 bits: among a hundred million rows two alike are less likely than one in a hundred million."""
_YEAR = re.compile(r"(?:19|20)\d{2}(?:年度|年)?")


def key(*parts: str | int | None) -> str:
    """One short name for these parts. None and an empty text are two things; so are 1|23 and 12|3."""
    told = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_KEY_DIGITS]


def fold(name: str | None) -> str:
    """A project's name without blanks and punctuation, full-width letters made narrow: 乡镇 type it as they like."""
    return folded(name or "")


def project_parts(form: Mapping[str, Any]) -> tuple[str, str, str]:
    """What tells a project from the others of its town and year: its folded name, its office, its code.

    Two offices of a town may each have their 办公经费, and one office two codes of that name: what rule X02 lets stand side
    by side are two projects.

    Args:
        form: A row of FORMS.
    """
    office = squeeze(form["implementing_unit"]) or squeeze(form["department_name"])
    return fold(form["project_name"]), office, form["project_code"] or ""


def programme_name(project_name: str | None, county: County) -> str:
    """A project's name as towns are compared by it: folded, without years, the county's and its towns' names.

    A name of nothing else stays as it is.
    """
    return bare_name(project_name, county) or "未写名称"


def listed_programme(project_name: str | None, county: County) -> str:
    """The programme the vocabulary knows a project's name by, else the name itself (``programme_name``)."""
    bare = programme_name(project_name, county)
    return programmes(county.words).canonical(bare) or bare


def conformed_indicator(level3: str | None, county: County) -> str | None:
    """What a third-level indicator is called in every town: its listed name, else as typed without year and place."""
    if level3 is None:
        return None
    bare = bare_name(level3, county)
    return indicator_name(bare, county.words) or bare or level3


def bare_name(name: str | None, county: County) -> str:
    """A name folded, without years, the county's and its towns' names; what is nothing else stays as it is."""
    whole = fold(name)
    return _places(county).sub("", _YEAR.sub("", whole)) or whole


@lru_cache(maxsize=8)
def _places_of(names: frozenset[str]) -> re.Pattern[str]:
    told = sorted({fold(name) for name in names}, key=lambda name: (-len(name), name))
    return re.compile("|".join(re.escape(name) for name in told if name and not name.isdigit()) or "(?!)")


def _places(county: County) -> re.Pattern[str]:
    """The county's and its towns' names, the longest first."""
    return _places_of(
        frozenset({name for town in county.towns for name in (town.name, *town.aliases)} | {county.name})
    )


def storable(text: str | None) -> str | None:
    """The text as every engine can keep it: NUL and halves of surrogate pairs become visible signs."""
    if text is None:
        return None
    return text.replace("\x00", "\u2400").encode("utf-8", "replace").decode("utf-8")
