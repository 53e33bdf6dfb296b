"""The county a warehouse belongs to: its towns, villages, due dates and overrides. Everything here is data from one YAML."""

import json
import re
from collections import Counter
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.vocabulary import Words, vocabulary

_SHORTEST_NAME = 2
"""Letters; a name this short is a letter away from too many others."""

Severity = Literal["error", "warning", "info", "off"]


class Town(BaseModel):
    """A township-level division (乡镇) with its villages (村) and communities (社区)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^\d{9}$")
    """9-digit division code (统计用区划代码)."""
    name: str
    aliases: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    """村委会."""
    communities: tuple[str, ...] = ()
    """居委会."""


class Override(BaseModel):
    """A county's own severity for a rule, with the reason it gives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Severity
    reason: str

    @field_validator("reason")
    @classmethod
    def _says_something(cls, reason: str) -> str:
        if not reason.strip():
            raise ValueError("没有写理由")
        return reason.strip()


class County(BaseModel):
    """One county's YAML, validated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^\d{6}$")
    name: str
    timezone: str = "Asia/Shanghai"
    due: dict[int, date]
    """Fiscal year → last day on which a submission is on time."""
    towns: tuple[Town, ...]
    severities: dict[str, Override] = {}
    """Rule id → override."""
    words: Words = Words()
    """Labels, levels and sources as the county's own templates call them."""

    @field_validator("words")
    @classmethod
    def _words_have_a_place(cls, words: Words) -> Words:
        vocabulary(words)
        if words.programmes or words.indicators:
            # A clerk's check needs none of them, so they are read only where the county has its own.
            from schemas.programmes import indicator_name, programmes  # noqa: PLC0415

            programmes(words)
            indicator_name("", words)
        return words

    @field_validator("timezone")
    @classmethod
    def _is_a_timezone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ValueError, OSError, ZoneInfoNotFoundError) as error:
            raise ValueError(f"没有“{timezone}”这个时区，北京时间写 Asia/Shanghai") from error
        return timezone

    @field_validator("towns")
    @classmethod
    def _names_are_unambiguous(cls, towns: tuple[Town, ...]) -> tuple[Town, ...]:
        codes = Counter(town.code for town in towns)
        if twice := [code for code, count in codes.items() if count > 1]:
            raise ValueError(f"代码 {twice[0]} 写给了两个乡镇")
        seen: dict[str, str] = {}
        for town in towns:
            for name in (town.code, town.name, *town.aliases):
                if seen.setdefault(name, town.code) != town.code:
                    raise ValueError(f"“{name}”同时指两个乡镇（{seen[name]}、{town.code}）")
        return towns

    @cached_property
    def _towns_by_name(self) -> dict[str, Town]:
        return {name: town for town in self.towns for name in (town.code, town.name, *town.aliases)}

    @cached_property
    def version(self) -> str:
        """Names what of these settings decides how a form is judged: severities, words, towns and their villages."""
        deciding = {"code", "name", "severities", "words", "towns"}
        told = json.dumps(self.model_dump(mode="json", include=deciding), ensure_ascii=False, sort_keys=True)
        return sha256(told.encode()).hexdigest()[:12]

    def town_like(self, folder: str) -> Town | None:
        """The only town whose name is a letter away from a folder's: 红岩子乡 for 红崖子乡, 郭家沟 for 郭家沟镇."""
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - few folders ask

        near = {
            town.code: town
            for name, town in self._towns_by_name.items()
            if len(name) > _SHORTEST_NAME and Levenshtein.distance(folder.strip(), name, score_cutoff=1) == 1
        }
        return next(iter(near.values())) if len(near) == 1 else None

    def town(self, code: str) -> Town | None:
        """The town with this 9-digit code, or None."""
        return next((town for town in self.towns if town.code == code), None)

    def town_of_folder(self, folder: str) -> Town | None:
        """The town an inbox folder belongs to: it starts with the 9-digit code, or is a known name or alias."""
        code = re.match(r"\d{9}(?!\d)", folder)
        return self._towns_by_name.get(code.group() if code else folder.strip())
