"""Towns as forms name them: which town an office belongs to, and how many villages and communities it has."""

import re
from dataclasses import dataclass
from functools import lru_cache

from schemas.county import County, Town

_COMMUNITY = re.compile(r"(居委会|社区)$")


@dataclass(frozen=True, slots=True)
class DivisionCount:
    """How many villages and communities the county's division list gives a town."""

    town: str
    villages: int
    communities: int
    """居委会 proper."""
    communities_and_estates: int
    """With 生活区 and the like, which stand in the same list under their own kind of name."""


def town_of_unit(unit: str, county: County) -> Town | None:
    """The town whose office this is (平罗县宝丰镇人民政府 → 宝丰镇); None where the name does not settle it."""
    # A County does not hash (it holds dicts); what decides are its name and its towns.
    return _town_of_unit("".join(unit.split()), county.name, county.towns)


@lru_cache(maxsize=4096)
def _town_of_unit(unit: str, county: str, towns: tuple[Town, ...]) -> Town | None:
    for town in towns:
        if unit in (town.code, town.name, *town.aliases):
            return town
    # 城关镇 and 东风乡 exist in many counties: after another county's name they are not ours.
    local = unit.split(county, 1)[1] if county in unit else unit
    return next((town for town in towns if local.startswith(town.name)), None)


@lru_cache(maxsize=4096)
def count_of(town: Town) -> DivisionCount | None:
    """What the division list says of a town; None where the county's settings list neither villages nor communities."""
    if not town.villages and not town.communities:
        return None
    proper = sum(1 for name in town.communities if _COMMUNITY.search(name))
    return DivisionCount(town.name, len(town.villages), proper, len(town.communities))
