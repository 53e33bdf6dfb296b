"""What names a thing in the warehouse: keys made of what it is, never of when it came."""

import re
import unicodedata
from hashlib import sha256

from schemas.county import County

_KEY_DIGITS = 20
"""80 bits: among a hundred million rows two alike are less likely than one in a hundred million."""
_YEAR = re.compile(r"(?:19|20)\d{2}(?:年度|年)?")


def key(*parts: str | int | None) -> str:
    """One short name for these parts. None and an empty text are two things; so are 1|23 and 12|3."""
    told = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_KEY_DIGITS]


def fold(name: str | None) -> str:
    """A project's name without blanks and punctuation, full-width letters made narrow: 乡镇 type it as they like."""
    told = unicodedata.normalize("NFKC", name or "")
    return "".join(each for each in told if unicodedata.category(each)[0] in "LNM").casefold()


def programme_name(project_name: str | None, county: County) -> str:
    """The kind of project across towns: the folded name without years, the county's and its towns' names.

    A name of nothing else stays as it is.
    """
    whole = fold(project_name)
    places = {name for town in county.towns for name in (town.name, *town.aliases)} | {county.name}
    bare = _YEAR.sub("", whole)
    for place in sorted((fold(place) for place in places), key=lambda name: (-len(name), name)):
        if place and not place.isdigit():
            bare = bare.replace(place, "")
    return bare or whole or "未写名称"


def storable(text: str | None) -> str | None:
    """The text as every engine can keep it: NUL and halves of surrogate pairs become visible signs."""
    if text is None:
        return None
    return text.replace("\x00", "\u2400").encode("utf-8", "replace").decode("utf-8")
