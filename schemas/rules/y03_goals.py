"""Y03: a paragraph that stands in the goals of several towns, found by its windows of a few characters."""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from schemas.rules.catalogue import CATALOGUE
from schemas.rules.checks import Evidence, Row, squeeze
from schemas.rules.comparing import Comparison, Towns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from schemas.rules.checks import Flags

_LEAST = int(CATALOGUE["Y03"].thresholds["characters"])
_TOWNS = int(CATALOGUE["Y03"].thresholds["towns"])


def goals(towns: Towns) -> pd.DataFrame:
    """One row per form of this year with a goal that shares a stretch with enough towns.

    Columns beside those of the form: ``shared`` (its longest such stretch, blanks taken out), ``sharing`` (how many
    towns have the part of it that most towns have) and ``others`` (their names, but its own).
    """
    forms = towns.forms[towns.forms["goal"].notna()].reset_index(drop=True)
    texts = [squeeze(goal) for goal in forms["goal"]]
    windows = _windows_of([text.translate(_NARROW) for text in texts])
    windows["town"] = forms["town_name"].to_numpy()[windows["text"]]
    towns_of = windows.drop_duplicates(["window", "town"])
    windows["sharing"] = windows["window"].map(towns_of.groupby("window").size()).astype("int64")
    stretches = _stretches(windows[windows["sharing"] >= _TOWNS])
    named = towns_of[towns_of["window"].isin(stretches["window"])].groupby("window")["town"].agg(list)
    found = forms.iloc[stretches["text"]].reset_index(drop=True)
    shared = [
        texts[text][start : start + length]
        for text, start, length in zip(
            stretches["text"], stretches["start"], stretches["windows"] + _LEAST - 1, strict=True
        )
    ]
    others = [
        "、".join(name for name in named[window] if name != own)
        for window, own in zip(stretches["window"], found["town_name"], strict=True)
    ]
    return found.assign(
        shared=pd.Series(shared, dtype=object),
        sharing=stretches["sharing"].to_numpy(),
        others=pd.Series(others, dtype=object),
    )


class _Narrow(dict[int, int]):
    """Full-width signs → narrow ones, place by place, so that what is found can be shown as typed; filled as signs come."""

    def __missing__(self, code: int) -> int:
        made = unicodedata.normalize("NFKC", chr(code))
        self[code] = ord(made) if len(made) == 1 else code
        return self[code]


_NARROW = _Narrow()


def _windows_of(texts: Sequence[str]) -> pd.DataFrame:
    """Every run of ``_LEAST`` characters: ``text`` it stands in, ``start`` there, ``window`` (equal runs, equal numbers)."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    count = max(len(letters) - _LEAST + 1, 0)
    owner = np.repeat(np.arange(len(texts)), lengths)
    first = np.cumsum(lengths) - lengths
    place = np.arange(count) - first[owner[:count]]
    inside = place + _LEAST <= lengths[owner[:count]]
    numbers = _numbered(letters) if count else np.zeros(0, dtype=np.int64)
    return pd.DataFrame({"text": owner[:count][inside], "start": place[inside], "window": numbers[inside]})


def _numbered(letters: "NDArray[np.uint32]") -> "NDArray[np.int64]":
    """The same number for the same run of ``_LEAST`` characters, by doubling: exact, where a hash would only be likely."""
    numbers: NDArray[np.int64] = np.unique(letters, return_inverse=True)[1].astype(np.int64)
    length = 1
    while length < _LEAST:
        shift = min(length, _LEAST - length)
        pairs = numbers[:-shift] * (numbers.max() + 1) + numbers[shift:]
        numbers = np.unique(pairs, return_inverse=True)[1].astype(np.int64)
        length += shift
    return numbers


def _stretches(hits: pd.DataFrame) -> pd.DataFrame:
    """Windows that follow one another in a text are one stretch; the longest of each text, the first of several.

    ``window`` is the one most towns have, and ``sharing`` how many have it.
    """
    follows = (hits["start"].diff() == 1) & (hits["text"].diff() == 0)
    hits = hits.assign(run=(~follows).cumsum())
    most = hits.sort_values("sharing", ascending=False, kind="stable").drop_duplicates("run").set_index("run")
    runs = hits.groupby("run").agg(
        text=("text", "first"), start=("start", "first"), windows=("start", "size")
    )
    runs = runs.join(most[["window", "sharing"]])
    longest = runs.sort_values("windows", ascending=False, kind="stable").drop_duplicates("text")
    return longest.sort_values("text").reset_index(drop=True)


def _fails(goals_: pd.DataFrame) -> "Flags":
    return goals_["sharing"] >= _TOWNS


def _explain(form: Row) -> Evidence:
    return Evidence(
        form["shared"],
        address=form["goal_address"] or form["form_address"],
        details={"towns": str(form["sharing"]), "parts": form["others"]},
    )


CHECKS = (Comparison("Y03", "goals", _fails, _explain),)
