"""C03: a form without an indicator of a required kind (必填). Which kinds: ``vocabulary/required.yml``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from schemas.rules.checks import Evidence, Row, check_by_row, marked
from schemas.yaml_data import bundled

if TYPE_CHECKING:
    from schemas.rules.checks import Flags
    from schemas.rules.tables import Tables

_SCHEME_2021_HOMES = frozenset({"经济成本指标", "社会成本指标", "生态环境成本指标"})
"""Level-2 names that exist in the scheme of 2021 only."""


@dataclass(frozen=True, slots=True)
class Required:
    """One kind of indicator that must be there."""

    name: str
    one_of: frozenset[str]


def _load() -> Mapping[str, tuple[Required, ...]]:
    data = bundled("schemas.vocabulary", "required.yml")
    return {
        scheme: tuple(Required(row["name"], frozenset(row["one_of"])) for row in rows)
        for scheme, rows in data.items()
    }


REQUIRED = _load()
"""Scheme → the kinds a form of that scheme must have, in the template's order."""


def _missing(homes: object) -> tuple[Required, ...]:
    held = homes if isinstance(homes, frozenset) else frozenset()
    scheme = "2021" if held & _SCHEME_2021_HOMES else "classic"
    return tuple(required for required in REQUIRED[scheme] if not held & required.one_of)


def _fails(forms: pd.DataFrame) -> "Flags":
    # A second-level name nobody knows may be the very one that is missing: then nothing is certain.
    certain = forms[forms["strange_homes"].isna()]
    verdicts = {homes: bool(_missing(homes)) for homes in certain["homes"].dropna().unique()}
    return marked(forms, certain.index[[verdicts.get(homes, True) for homes in certain["homes"]]])


def _explain(form: Row, _: "Tables") -> Iterator[Evidence]:
    for required in _missing(form["homes"]):
        yield Evidence(required.name, required.name, form["form_address"])


CHECKS = (check_by_row("C03", "forms", _fails, _explain),)
