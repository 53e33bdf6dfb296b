"""A county's own words on top of the bundled vocabulary: templates it meets that nobody has seen before."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from schemas.vocabulary.records import (
    AsideTitle,
    Funding,
    Ignored,
    Labels,
    Level1,
    Level2,
    Levels,
    SetAside,
    Source,
)

_Listed = Mapping[str, tuple[str, ...]]
_Level = TypeVar("_Level", Level1, Level2)


class Words(BaseModel):
    """Further spellings, by what they mean; the keys are those of the bundled files. Part of the county's YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: tuple[str, ...] = ()
    """Endings of titles of target forms."""
    fields: dict[str, tuple[str, ...]] = {}
    """Key of a field (project_name, total …) → spellings."""
    sections: dict[str, tuple[str, ...]] = {}
    columns: dict[str, tuple[str, ...]] = {}
    """Key of an indicator column (level3, value, unit …) → headings."""
    amount_columns: dict[str, tuple[str, ...]] = {}
    level1: dict[str, tuple[str, ...]] = {}
    """Canonical 一级指标 → spellings."""
    level2: dict[str, tuple[str, ...]] = {}
    sources: dict[str, tuple[str, ...]] = {}
    """Source of money → spellings; a name not known before is a source of its own."""
    suffixes: tuple[str, ...] = ()
    ignored_labels: tuple[str, ...] = ()
    """Labels whose values are not taken in."""
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Beginnings of notes about the form."""
    set_aside: dict[str, str] = {}
    """A word in the title of another kind of table → that kind."""
    programmes: dict[str, tuple[str, ...]] = {}
    """Programme (同类项目) → other names; a name not known before is a programme of its own."""
    indicators: dict[str, tuple[str, ...]] = {}
    """Conformed name of a 三级指标 → other wordings."""

    def labels(self, bundled: Labels) -> Labels:
        """The bundled labels with the county's.

        Raises:
            ValueError: a key that no label of a form has.
        """
        return bundled.model_copy(
            update={
                "titles": (*bundled.titles, *self.titles),
                "suffixes": (*bundled.suffixes, *self.suffixes),
                "fields": _more("fields", bundled.fields, self.fields),
                "sections": _more("sections", bundled.sections, self.sections),
                "columns": _more("columns", bundled.columns, self.columns),
                "amount_columns": _more("amount_columns", bundled.amount_columns, self.amount_columns),
            }
        )

    def levels(self, bundled: Levels) -> Levels:
        """The bundled hierarchy with the county's spellings.

        Raises:
            ValueError: a level that is not canonical.
        """
        return Levels(
            level1=tuple(_spelled("level1", bundled.level1, self.level1)),
            level2=tuple(_spelled("level2", bundled.level2, self.level2)),
        )

    def funding(self, bundled: Funding) -> Funding:
        """The bundled sources of money with the county's."""
        known = {source.name for source in bundled.sources}
        told = (
            source.model_copy(update={"spellings": (*source.spellings, *self.sources.get(source.name, ()))})
            for source in bundled.sources
        )
        new = (
            Source(name=name, spellings=words) for name, words in self.sources.items() if name not in known
        )
        return bundled.model_copy(update={"sources": (*told, *new)})

    def ignored(self, bundled: Ignored) -> Ignored:
        """What is not taken in, with the county's names."""
        return bundled.model_copy(
            update={
                "labels": (*bundled.labels, *self.ignored_labels),
                "columns": (*bundled.columns, *self.ignored_columns),
                "notes": (*bundled.notes, *self.notes),
            }
        )

    def aside(self, bundled: SetAside) -> SetAside:
        """Other kinds of tables, with the county's."""
        more = (AsideTitle(contains=word, kind=kind) for word, kind in self.set_aside.items())
        return bundled.model_copy(update={"titles": (*bundled.titles, *more)})


def _more(what: str, bundled: _Listed, own: _Listed) -> dict[str, tuple[str, ...]]:
    _check_known(what, own, bundled)
    return {key: (*words, *own.get(key, ())) for key, words in bundled.items()}


def _spelled(what: str, bundled: Iterable[_Level], own: _Listed) -> Iterable[_Level]:
    levels = tuple(bundled)
    _check_known(what, own, [level.name for level in levels])
    return (_with(level, own.get(level.name, ())) for level in levels)


def _with(level: _Level, words: tuple[str, ...]) -> _Level:
    return level.model_copy(update={"spellings": (*level.spellings, *words)})


def _check_known(what: str, own: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for key in own:
        if key not in known:
            raise ValueError(f"{what} 里没有“{key}”，可用的有：{'、'.join(known)}")
