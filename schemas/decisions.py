"""What people decided of findings: accepted corrections (更正) and waivers (豁免), as the judging of a file takes them.

A finding is named by a short id that follows from what it is about and never from when it was found, so that a person
can copy it today and the next run knows it. A correction takes the place of what was typed in one cell, before the text is
normalised; a waiver leaves the finding standing and lets the form pass.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Literal

ID_DIGITS = 10
"""40 bits: two alike among a county's hundred findings a night are less likely than one in a hundred million; who names one
by an id that two have is told so."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What one cell of a form says from now on."""

    finding_id: str
    form_no: int | None
    address: str
    """Of the cell, in words (``form 8 · 表8 · 第15行 · 指标值``)."""
    old: str
    """As typed; where the cell says something else, the correction is not for it."""
    new: str
    by: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that may stand."""

    finding_id: str
    by: str
    note: str


@dataclass(frozen=True)
class Decisions:
    """All that is decided of one file, or of what belongs to no file."""

    corrections: tuple[Correction, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    @cached_property
    def version(self) -> str:
        """Names what is decided; empty where nothing is. A file is judged anew when it changes."""
        told = [
            *(("correction", each.address, each.old, each.new) for each in self.corrections),
            *(("waiver", each.finding_id, each.by, each.note) for each in self.waivers),
        ]
        return _digest(part for each in sorted(told) for part in each) if told else ""

    def waiver(self, finding_id: str) -> Waiver | None:
        """Who lets this finding stand, if anybody does."""
        return next((each for each in self.waivers if each.finding_id == finding_id), None)


NO_DECISIONS = Decisions()


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction of a file that was judged."""

    submission_key: str
    form_no: int | None
    address: str
    typed: str
    accepted: str
    part: Literal["form", "funding", "indicator"] | None
    """Of what the cell is a part. None where it was not found as the correction describes it: a newer reader sees the
    file in another way, and the correction is not applied."""
    number: int | None = None
    """Of the funding line or the indicator in its form."""


def finding_id(
    *, group: str, file_sha256: str, form_no: int | None, rule_id: str, address: str | None, value: str | None
) -> str:
    """The short name of a finding.

    Args:
        group: Year and town it belongs to.
        file_sha256: Of the submission; empty for what belongs to no file.
        form_no: Number of the form; None for what is about a file or a town.
        rule_id: The rule broken.
        address: Where, in words.
        value: What was written there; one rule may speak twice of one place.
    """
    form = "" if form_no is None else str(form_no)
    return _digest((group, file_sha256, form, rule_id, address or "", value or ""))


def _digest(parts: Iterable[str]) -> str:
    # As ``tasks.identity.storable``: what the warehouse gave back has the same name as what was judged.
    told = "\x1f".join(part.replace("\x00", "\u2400") for part in parts)
    return sha256(told.encode("utf-8", "replace")).hexdigest()[:ID_DIGITS]
