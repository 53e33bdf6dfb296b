"""What the same kind of project is called: a town's name for it in, the name under which towns are compared out.

The words are ``vocabulary/programmes.yml`` and a county's own; which names fall together by likeness alone is
``schemas.programme_groups``. Names come in bare: without blanks, punctuation, years, and the names of places
(``tasks.identity.programme_name``).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.vocabulary import Words
from schemas.vocabulary.records import load

Measure = Literal["人", "村"]
_AMOUNT = re.compile(r"\d+(?:亿|万|千|百)?元?")
_LONGEST = 120
"""Characters of a name that are compared: longer texts are no names, and comparing costs the product of the lengths."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Similarity(_Strict):
    """Shares of 100, as ``rapidfuzz.fuzz.ratio`` gives them."""

    same: int = Field(ge=0, le=100)
    """From here on two names are one programme, where nothing speaks against it."""
    doubtful: int = Field(ge=0, le=100)
    """From here on a person is asked."""
    shortest: int = Field(ge=1)
    """Characters of a bare name below which likeness proves nothing."""


class Programme(_Strict):
    """One programme: the name towns are compared under, by what, and other names for it."""

    name: str = Field(min_length=1)
    measure: Measure | None = None
    aliases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class ProgrammeWords(_Strict):
    """programmes.yml."""

    tails: tuple[str, ...]
    pay: tuple[str, ...]
    synonyms: dict[str, tuple[str, ...]]
    contrasts: tuple[tuple[str, ...], ...]
    similarity: Similarity
    programmes: tuple[Programme, ...]


class IndicatorWords(_Strict):
    """indicators.yml: conformed name → other wordings."""

    indicators: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Programmes:
    """The words, ready to be asked. Made by :func:`programmes`."""

    words: ProgrammeWords

    def canonical(self, bare: str) -> str | None:
        """The programme a bare name is known to be; None for one nobody has listed."""
        return self._known.get(self.core(bare)) or next(
            (name for name, pattern in self._patterns if pattern.fullmatch(bare)), None
        )

    def measure(self, programme: str) -> Measure | None:
        """What the vocabulary compares a programme by; None where it does not say."""
        return next((each.measure for each in self.words.programmes if each.name == programme), None)

    def spellings(self) -> Iterator[tuple[str, str]]:
        """Every listed name, bare, with the programme's name."""
        for each in self.words.programmes:
            for name in (each.name, *each.aliases):
                yield folded(name), each.name

    def core(self, bare: str) -> str:
        """What a bare name is about: one word for synonyms and for pay, no amounts, no general words at its end.

        村干部报酬资金 → 村干部薪; a name of nothing else stays as it is.
        """
        name = _AMOUNT.sub("", bare[:_LONGEST])
        name = self._synonyms.sub(lambda found: self._first[found[0]], name)
        shorter = self._tails.sub("", name)
        return self._pay.sub("薪", shorter) or name or bare

    def marks(self, core: str) -> tuple[frozenset[int], ...]:
        """What a core has of each group of contrasts."""
        return tuple(
            frozenset(number for number, pattern in enumerate(group) if pattern.search(core))
            for group in self._contrasts
        )

    @cached_property
    def _known(self) -> Mapping[str, str]:
        known: dict[str, str] = {}
        for spelling, name in self.spellings():
            held = known.setdefault(self.core(spelling), name)
            if held != name:
                raise ValueError(f"programmes 里“{spelling}”有两个意思：{held}和{name}")
        return known

    @cached_property
    def _patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple(
            (each.name, re.compile(pattern)) for each in self.words.programmes for pattern in each.patterns
        )

    @cached_property
    def _first(self) -> Mapping[str, str]:
        pairs = ((word, first) for first, others in self.words.synonyms.items() for word in (first, *others))
        return {folded(word): folded(first) for word, first in pairs}

    @cached_property
    def _synonyms(self) -> re.Pattern[str]:
        return _any_of(self._first)

    @cached_property
    def _pay(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_any_of(self.words.pay).pattern})+")

    @cached_property
    def _tails(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_any_of(self.words.tails).pattern})+$")

    @cached_property
    def _contrasts(self) -> tuple[tuple[re.Pattern[str], ...], ...]:
        return tuple(tuple(map(re.compile, group)) for group in self.words.contrasts)


def folded(name: str) -> str:
    """A name as bare names are written: letters, digits and Chinese characters only, narrow, in lower case."""
    told = unicodedata.normalize("NFKC", name)
    return "".join(each for each in told if unicodedata.category(each)[0] in "LNM").casefold()


@lru_cache(maxsize=8)
def _programmes(own: tuple[tuple[str, tuple[str, ...]], ...]) -> Programmes:
    bundled = _bundled()
    more = dict(own)
    known = {each.name for each in bundled.programmes}
    told = (
        each.model_copy(update={"aliases": (*each.aliases, *more.get(each.name, ()))})
        for each in bundled.programmes
    )
    new = (Programme(name=name, aliases=aliases) for name, aliases in own if name not in known)
    made = Programmes(bundled.model_copy(update={"programmes": (*told, *new)}))
    made.canonical("")  # two meanings of one name speak up here
    return made


def programmes(words: Words | None = None) -> Programmes:
    """The bundled programmes with a county's own names on top.

    Args:
        words: Of the county's YAML.

    Raises:
        ValueError: one name is listed under two programmes.
    """
    return _programmes(tuple((words or Words()).programmes.items()))


def indicator_name(bare: str, words: Words | None = None) -> str | None:
    """The conformed name of a third-level indicator whose bare name is listed; None for any other."""
    return _indicators(tuple((words or Words()).indicators.items())).get(bare)


@lru_cache(maxsize=8)
def _indicators(own: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    """Raises ValueError where one wording is listed under two indicators."""
    known: dict[str, str] = {}
    for name, wordings in (*load("indicators", IndicatorWords).indicators.items(), *own):
        for wording in (name, *wordings):
            held = known.setdefault(folded(wording), name)
            if held != name:
                raise ValueError(f"indicators 里“{wording}”有两个意思：{held}和{name}")
    return known


@lru_cache(maxsize=1)
def _bundled() -> ProgrammeWords:
    return load("programmes", ProgrammeWords)


def _any_of(words: "Mapping[str, str] | tuple[str, ...]") -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)))
