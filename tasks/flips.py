"""Two publications in, what one says otherwise than the other out: findings by rule and by town, and forms that flip."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from tasks.published import Published, Row, identity

_READING = "R"
"""Letter of the rules about files that cannot be read: an error of theirs returns a whole file."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many findings come, go, and weigh otherwise."""

    appeared: int
    vanished: int
    reweighed: int


@dataclass(frozen=True, slots=True)
class RuleFlips:
    """What changes about one rule."""

    rule_id: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class TownFlips:
    """What changes for one town in one fiscal year."""

    fiscal_year: int | None
    town_name: str | None
    changes: Changes
    returned: int
    """Forms, or whole files, that pass so far and would be returned."""
    accepted: int
    """The other way round."""


@dataclass(frozen=True, slots=True)
class FormFlip:
    """A form, or a whole file, whose verdict changes."""

    fiscal_year: int | None
    town_name: str | None
    file_name: str | None
    form_no: int | None
    """None for a whole file."""
    project_name: str | None
    verdict: str
    """What it would be: ``accepted`` or ``returned``."""
    rules: tuple[str, ...]
    """Those that return it, or no longer do."""


@dataclass(frozen=True, slots=True)
class Flips:
    """What would change."""

    publication: int
    """The one that is compared with."""
    files: int
    forms: int
    """Judged anew."""
    yuan_before: Decimal
    yuan: Decimal
    rules: tuple[RuleFlips, ...]
    towns: tuple[TownFlips, ...]
    flipped: tuple[FormFlip, ...]

    @property
    def is_none(self) -> bool:
        """Nothing would change."""
        return not (self.rules or self.flipped) and self.yuan_before == self.yuan

    def as_json(self) -> dict[str, Any]:
        """For ``replay --dry-run --json``: amounts as text with two places, changes beside what they are about."""
        told = asdict(self)
        for name in ("rules", "towns"):
            told[name] = [
                {**{key: value for key, value in each.items() if key != "changes"}, **each["changes"]}
                for each in told[name]
            ]
        return {**told, "yuan_before": f"{self.yuan_before:.2f}", "yuan": f"{self.yuan:.2f}"}


class _FormKey(NamedTuple):
    fiscal_year: int | None
    town_code: str | None
    file_name: str | None
    form_no: int | None


def flips(before: Published, after: Published, *, publication: int, files: int) -> Flips:
    """Compare what two publications say.

    Args:
        before: The one in force.
        after: The one that would follow.
        publication: Number of the one in force.
        files: How many were judged anew.
    """
    old, new = _weights(before.findings), _weights(after.findings)
    changed = [
        (found, _changes(old[found], new[found]))
        for found in sorted(old.keys() | new.keys(), key=str)
        if old[found] != new[found]
    ]
    rows = {identity(row): row for row in (*before.findings, *after.findings)}
    by_rule: dict[str, list[Changes]] = defaultdict(list)
    by_town: dict[tuple[int | None, str | None], list[Changes]] = defaultdict(list)
    for found, change in changed:
        by_rule[rows[found]["rule_id"]].append(change)
        by_town[_town(rows[found])].append(change)
    flipped = tuple(_flipped(before, after))
    verdicts = Counter(((each.fiscal_year, each.town_name), each.verdict) for each in flipped)
    return Flips(
        publication=publication,
        files=files,
        forms=sum(town.forms_in for town in after.towns),
        yuan_before=before.total_yuan,
        yuan=after.total_yuan,
        rules=tuple(RuleFlips(rule, _summed(by_rule[rule])) for rule in sorted(by_rule)),
        towns=tuple(
            TownFlips(
                *town,
                _summed(by_town[town]),
                returned=verdicts[town, "returned"],
                accepted=verdicts[town, "accepted"],
            )
            for town in sorted(by_town, key=str)
        ),
        flipped=flipped,
    )


def _weights(findings: Iterable[Row]) -> dict[tuple[Any, ...], Counter[str]]:
    """How often each finding is made with each severity."""
    found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in findings:
        found[identity(row)][row["severity"]] += 1
    return found


def _changes(old: Counter[str], new: Counter[str]) -> Changes:
    both = min(old.total(), new.total())
    return Changes(
        appeared=new.total() - both,
        vanished=old.total() - both,
        reweighed=max(0, both - (old & new).total()),
    )


def _summed(changes: Iterable[Changes]) -> Changes:
    held = tuple(changes)
    return Changes(
        sum(each.appeared for each in held),
        sum(each.vanished for each in held),
        sum(each.reweighed for each in held),
    )


def _town(row: Row) -> tuple[int | None, str | None]:
    return row["fiscal_year"], row["town_name"]


def _flipped(before: Published, after: Published) -> Iterable[FormFlip]:
    old, new = _returned(before.findings), _returned(after.findings)
    for form in sorted(old.keys() ^ new.keys(), key=lambda each: tuple(map(str, each))):
        held = new.get(form) or old[form]
        yield FormFlip(
            fiscal_year=form.fiscal_year,
            town_name=held[0]["town_name"],
            file_name=form.file_name,
            form_no=form.form_no,
            project_name=held[0]["project_name"],
            verdict="returned" if form in new else "accepted",
            rules=tuple(sorted({row["rule_id"] for row in held})),
        )


def _returned(findings: Iterable[Row]) -> dict[_FormKey, list[Row]]:
    """Forms that an error returns, and files in which no form could be read, with their errors."""
    found: dict[_FormKey, list[Row]] = defaultdict(list)
    for row in findings:
        is_whole = row["form_no"] is None and row["rule_id"][0] == _READING
        if row["severity"] == "error" and row["file_name"] and (is_whole or row["form_no"] is not None):
            key = _FormKey(row["fiscal_year"], row["town_code"], row["file_name"], row["form_no"])
            found[key].append(row)
    return found
