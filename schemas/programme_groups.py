"""Bare project names and people's decisions in, the programmes they make out: by vocabulary first, by likeness second.

Nothing doubtful falls together in silence: it is listed for a person. Pure, and the same whatever the order in which
names came.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from schemas.programmes import Programmes, folded

Verdict = Literal["merge", "apart"]
Basis = Literal["decision", "vocabulary", "similarity", "own"]
_BLOCK = 1_000
"""Names whose likeness to all others is measured at once: a few megabytes of scores."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of two names; of several about the same two the last counts."""

    name: str
    other: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two programmes that may be one."""

    name: str
    """The bare name in use."""
    other: str
    """A bare name in use, or a listed one of ``other_programme``."""
    programme: str
    other_programme: str
    score: int
    """Out of 100."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which programme each name belongs to, why, and what a person should look at."""

    programme_of: Mapping[str, str]
    basis: Mapping[str, Basis]
    doubts: tuple[Doubt, ...]


class _ApartError(Exception):
    """Two names cannot be joined: a person has said that something of the two groups is apart."""


class _Groups:
    """Sets of names that grow together, unless something forbids it."""

    def __init__(self, apart: Iterable[frozenset[str]]) -> None:
        self._set_of: dict[str, set[str]] = {}
        self._apart: dict[str, set[str]] = {}
        for one, other in map(sorted, apart):
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)

    def of(self, name: str) -> set[str]:
        return self._set_of.setdefault(name, {name})

    def are_apart(self, one: str, other: str) -> bool:
        others = self.of(other)
        return any(self._apart.get(member, set()) & others for member in self.of(one))

    def join(self, one: str, other: str) -> None:
        """Raises _ApartError where they are apart."""
        if self.of(one) is self.of(other):
            return
        if self.are_apart(one, other):
            raise _ApartError(one, other)
        joined = self.of(one) | self.of(other)
        for member in joined:
            self._set_of[member] = joined


def group(names: Mapping[str, int], words: Programmes, decisions: Sequence[Decision] = ()) -> Grouping:
    """Brings names together.

    Args:
        names: Bare name → in how many towns it is used.
        words: The vocabulary.
        decisions: In the order they were made.
    """
    told = {frozenset((each.name, each.other)): each for each in decisions}
    groups = _Groups(pair for pair, each in told.items() if each.verdict == "apart")
    listed = {spelling: folded(name) for spelling, name in words.spellings()}
    titles = {folded(name): name for _, name in words.spellings()}
    basis: dict[str, Basis] = dict.fromkeys(names, "own")

    for each in told.values():
        if each.verdict == "merge":
            _join(groups, each.name, each.other)
            basis |= {name: "decision" for name in (each.name, each.other) if name in names}
    # Of two names said to be apart the second goes its own way, so it comes last.
    last = {each.other for each in told.values() if each.verdict == "apart"}
    for name in sorted({*listed, *names}, key=lambda name: (name in last and name not in titles, name)):
        canonical = words.canonical(name)
        title = listed.get(name) or (None if canonical is None else folded(canonical))
        if title is not None and _join(groups, name, title) and basis.get(name) == "own":
            basis[name] = "vocabulary"

    likely = _Likely(words, names, listed)
    doubts: list[tuple[int, str, str]] = []
    for score, one, other in likely.pairs:
        if groups.of(one) is groups.of(other):
            continue
        may = likely.is_certain(score, one, other) and likely.agree(groups.of(one), groups.of(other), titles)
        if may and _join(groups, one, other):
            basis |= {name: "similarity" for name in (one, other) if basis.get(name) == "own"}
        else:
            doubts.append((score, one, other))
    programme_of = {name: _title(groups.of(name), names, titles) for name in names}
    return Grouping(programme_of, basis, tuple(_listed_doubts(doubts, groups, names, titles)))


def _join(groups: _Groups, one: str, other: str) -> bool:
    try:
        groups.join(one, other)
    except _ApartError:
        return False
    return True


class _Likely:
    """How alike names are."""

    def __init__(self, words: Programmes, names: Mapping[str, int], listed: Mapping[str, str]) -> None:
        self._words = words
        self._limits = words.words.similarity
        self._core = {name: words.core(name) for name in sorted({*names, *listed})}
        self._marks = {core: words.marks(core) for core in set(self._core.values())}
        self._used = names
        self._holders: dict[str, list[str]] = {}
        for name, core in self._core.items():
            self._holders.setdefault(core, []).append(name)
        self._score: dict[frozenset[str], int] = {}
        self.pairs = sorted(self._pairs(), key=lambda pair: (-pair[0], pair[1], pair[2]))
        self._claims: dict[str, set[str]] = {}
        """Name → the listed programmes it certainly is, going by likeness."""
        for score, one, other in self.pairs:
            if self.is_certain(score, one, other):
                for name, title in ((one, listed.get(other)), (other, listed.get(one))):
                    if title is not None:
                        self._claims.setdefault(name, set()).add(title)

    def is_certain(self, score: int, one: str, other: str) -> bool:
        """One programme without asking: alike enough, only words added, and of the same things."""
        one, other = self._core[one], self._core[other]
        short, long = sorted((one, other), key=len)
        return (
            score >= self._limits.same
            and len(short) >= self._limits.shortest
            and _is_inside(short, long)
            and self._marks[one] == self._marks[other]
        )

    def agree(self, ones: set[str], others: set[str], titles: Mapping[str, str]) -> bool:
        """Whether two groups may become one: not two listed programmes, and all alike, not in a chain."""
        known = titles.keys() & (ones | others)
        if titles.keys() & ones and titles.keys() & others:
            return False
        used = ([name for name in group if name in self._used] for group in (ones, others))
        if known:
            # A listed programme is known by many names, so to be certain of one of them is enough; but not where
            # another listed programme claims the same name.
            return all(self._claims.get(name, known) <= known for name in (ones | others) & self._used.keys())
        return all(
            self.is_certain(self._score.get(frozenset((self._core[one], self._core[other])), 0), one, other)
            for one, other in product(*used)
        )

    def _pairs(self) -> Iterator[tuple[int, str, str]]:
        """Pairs of names at least doubtful, of which one is in use, and which are not of different things."""
        import numpy as np  # noqa: PLC0415 - only a run compares names
        from rapidfuzz import fuzz, process  # noqa: PLC0415

        cores = sorted(self._holders)
        used = {core for core, names in self._holders.items() if any(name in self._used for name in names)}
        asked = sorted(used)
        place = {core: number for number, core in enumerate(cores)}
        for start in range(0, len(asked), _BLOCK):
            block = asked[start : start + _BLOCK]
            scores = process.cdist(
                block,
                cores,
                scorer=fuzz.ratio,
                score_cutoff=self._limits.doubtful,
                dtype=np.uint8,
            )
            for row, column in zip(*scores.nonzero(), strict=True):
                one, other = block[row], cores[column]
                if other in used and place[other] < place[one]:
                    continue  # met from the other side
                if any(
                    a and b and not a & b for a, b in zip(self._marks[one], self._marks[other], strict=True)
                ):
                    continue
                score = int(scores[row, column])
                self._score[frozenset((one, other))] = score
                yield from self._named(score, one, other)

    def _named(self, score: int, one: str, other: str) -> Iterator[tuple[int, str, str]]:
        for first, second in product(self._holders[one], self._holders[other]):
            if (
                first != second
                and (first in self._used or second in self._used)
                and (one != other or first < second)
            ):
                yield score, min(first, second), max(first, second)


def _is_inside(short: str, long: str) -> bool:
    """Whether ``long`` is ``short`` with something added: a word put in the place of another makes another thing."""
    rest = iter(long)
    return all(character in rest for character in short)


def _title(members: set[str], names: Mapping[str, int], titles: Mapping[str, str]) -> str:
    """A listed name, else the one most towns use; then the shortest, then the first."""
    listed = sorted(members & titles.keys(), key=lambda name: (-names.get(name, 0), name))
    if listed:
        return titles[listed[0]]
    return min((name for name in members if name in names), key=lambda name: (-names[name], len(name), name))


def _listed_doubts(
    doubts: Iterable[tuple[int, str, str]],
    groups: _Groups,
    names: Mapping[str, int],
    titles: Mapping[str, str],
) -> Iterator[Doubt]:
    """The most alike names of each two programmes, the most alike programmes first."""
    met: set[frozenset[str]] = set()
    for score, one, other in doubts:
        if groups.of(one) is groups.of(other) or groups.are_apart(one, other):
            continue
        if one not in names:
            one, other = other, one  # noqa: PLW2901 - the name in use comes first
        ones, others = groups.of(one), groups.of(other)
        if titles.keys() & ones and titles.keys() & others:
            continue  # two listed programmes are two
        programme, other_programme = _title(ones, names, titles), _title(others, names, titles)
        pair = frozenset((programme, other_programme))
        if pair not in met:
            met.add(pair)
            yield Doubt(one, other, programme, other_programme, score)
