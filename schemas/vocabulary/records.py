"""The YAML files of the vocabulary in, typed records out: one model for each file."""

from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.yaml_data import bundled
from schemas.yaml_faults import BrokenTableError, key_of, reason_of

_Model = TypeVar("_Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Labels(_Strict):
    """labels.yml: the words that name the places of a form."""

    titles: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    total_inside_money_block: tuple[str, ...]
    group_words: tuple[str, ...]
    amount_columns: dict[str, tuple[str, ...]]
    horizons: dict[str, tuple[str, ...]]
    said_of_a_horizon: dict[str, tuple[str, ...]]
    sections: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]
    suffixes: tuple[str, ...]
    yuan_units: tuple[str, ...]


class Level1(_Strict):
    """一级指标: its canonical name and spellings."""

    name: str
    spellings: tuple[str, ...] = ()


class Level2(_Strict):
    """二级指标: its canonical name, the level above it, the scheme it comes from, and spellings."""

    name: str
    level1: str
    scheme: str
    spellings: tuple[str, ...] = ()


class Source(_Strict):
    """A source of money: canonical name, the sources it may itemise, spellings, and names of the level that gives it."""

    name: str
    within: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


class Levels(_Strict):
    """levels.yml: the hierarchy of indicators."""

    level1: tuple[Level1, ...]
    level2: tuple[Level2, ...]


class Funding(_Strict):
    """funding.yml: where money comes from."""

    sources: tuple[Source, ...]
    said_of_a_level: tuple[str, ...]

    def words(self, source: Source) -> Iterator[str]:
        """All that a source is called."""
        yield from (source.name, *source.spellings)
        yield from (level + said for level in source.levels for said in self.said_of_a_level)


class AsideTitle(_Strict):
    """A word in a title, and the kind of table it tells."""

    contains: str
    kind: str


class SetAside(_Strict):
    """set_aside.yml: tables that are no target form."""

    titles: tuple[AsideTitle, ...]
    title_endings: tuple[str, ...]
    headings: dict[str, tuple[str, ...]]
    samples: tuple[str, ...]


class Ignored(_Strict):
    """ignored.yml: what is not taken in, by name."""

    labels: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    notes: tuple[str, ...]
    stretches: tuple[str, ...]
    placeholders: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    places: dict[str, str]


def load(name: str, model: type[_Model]) -> _Model:
    """One file of the vocabulary.

    Raises:
        BrokenTableError: the file holds a key that is not known, or lacks one.
    """
    content = bundled("schemas.vocabulary", f"{name}.yml")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        fault = f"的“{key_of(first['loc'])}”不对：{reason_of(first)}；请改正这一项。"
        raise BrokenTableError("schemas.vocabulary", f"{name}.yml", fault) from error
