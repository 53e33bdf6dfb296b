"""The published views in, plain rows and the county's figures out: for the reports and the command line.

Only published rows are read, so that a report never shows one that readers of the warehouse cannot see.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Connection

from warehouse.decisions import overridden_rules
from warehouse.views import read

Row: TypeAlias = Mapping[str, Any]

STATE_WORDS: Mapping[str, str] = {"on_time": "按时", "late": "迟报", "missing": "未报"}
_NO_TOWN = "收文文件夹"
"""Under this name stand findings that belong to no known town."""


@dataclass(frozen=True, slots=True)
class TownState:
    """One town in one fiscal year, over all its files."""

    fiscal_year: int
    town_code: str
    town_name: str
    state: str
    """``on_time``, ``late`` or ``missing``."""
    due_date: str | None
    received_at: str | None
    """When the last of its files first came, ISO with zone."""
    days_late: int | None
    files: int
    version: int | None
    """The highest version among its files."""
    forms_in: int
    forms_accepted: int
    forms_returned: int
    total_yuan: Decimal
    errors: int
    warnings: int
    infos: int

    @property
    def verdict(self) -> str:
        """In words: what a reviewer asks first."""
        if self.forms_returned == 0 and self.errors == 0:
            return "通过"
        if self.state == "missing" and self.forms_in == 0:
            return "未报"
        return "部分退回" if self.forms_accepted else "退回"

    def as_json(self) -> dict[str, Any]:
        """For ``status --json``: every field, the amount as text with two places, and the verdict."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**fields, "total_yuan": f"{self.total_yuan:.2f}", "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication says, for the reports."""

    towns: tuple[TownState, ...]
    findings: tuple[Row, ...]
    """Those a town still has to answer."""
    waived: tuple[Row, ...] = ()
    """Those a person lets stand; each says who and why."""
    overrides: tuple[Row, ...] = ()
    """Rules that weigh otherwise in this county, or are off: rule_id, title, severity, override_reason."""

    @property
    def total_yuan(self) -> Decimal:
        """Money of all forms in force."""
        return sum((town.total_yuan for town in self.towns), Decimal(0))

    @property
    def forms_returned(self) -> int:
        """Forms that go back to their towns."""
        return sum(town.forms_returned for town in self.towns)

    def of_years(self, years: Iterable[int]) -> "Published":
        """The part of these fiscal years."""
        wanted = set(years)
        return Published(
            towns=tuple(town for town in self.towns if town.fiscal_year in wanted),
            findings=tuple(row for row in self.findings if row["fiscal_year"] in wanted),
            waived=tuple(row for row in self.waived if row["fiscal_year"] in wanted),
            overrides=self.overrides,
        )

    def in_state(self, state: str) -> list[TownState]:
        """Towns that are on time, late, or missing."""
        return [town for town in self.towns if town.state == state]

    def severities(self) -> Counter[str]:
        """Findings by severity."""
        return Counter(str(row["severity"]) for row in self.findings)


def read_published(
    connection: Connection, year: int | None = None, *, publication_no: int | None = None
) -> Published:
    """The current publication or an earlier one, of one fiscal year or of all that anything came in for.

    Towns come in the order of their codes. A year that so far has a due date and nothing else is left out:
    every town would stand there as missing, years ahead.
    """

    def rows(view: str) -> list[dict[str, Any]]:
        equals = {} if year is None else {"fiscal_year": year}
        return read(connection, view, publication_no=publication_no, **equals)

    found, statuses = rows("v_finding"), rows("v_submission_status")
    findings = [row for row in found if row["state"] == "open"]
    years = {row["fiscal_year"] for row in found}
    years |= {row["fiscal_year"] for row in statuses if row["state"] != "missing"}
    money: dict[tuple[int, str], Decimal] = {}
    for row in rows("v_budget"):
        key = (row["fiscal_year"], row["town_code"])
        money[key] = money.get(key, Decimal(0)) + (row["total_yuan"] or Decimal(0))
    severities = Counter((row["fiscal_year"], row["town_code"], row["severity"]) for row in findings)
    towns = [_town(row, money, severities) for row in statuses if row["fiscal_year"] in years]
    waived = tuple(row for row in found if row["state"] == "waived")
    return Published(tuple(towns), tuple(findings), waived, overridden_rules(connection, publication_no))


def _town(
    row: Row, money: Mapping[tuple[int, str], Decimal], severities: Mapping[tuple[int, str, str], int]
) -> TownState:
    year, code = row["fiscal_year"], row["town_code"]
    return TownState(
        fiscal_year=year,
        town_code=code,
        town_name=row["town_name"],
        state=row["state"],
        due_date=row["due_date"].isoformat() if row["due_date"] else None,
        received_at=row["received_at"].isoformat() if row["received_at"] else None,
        days_late=row["days_late"],
        files=row["files"],
        version=row["version"],
        forms_in=row["forms_in"],
        forms_accepted=row["forms_accepted"],
        forms_returned=row["forms_returned"],
        total_yuan=money.get((year, code), Decimal(0)),
        errors=severities.get((year, code, "error"), 0),
        warnings=severities.get((year, code, "warning"), 0),
        infos=severities.get((year, code, "info"), 0),
    )


def identity(finding: Row) -> tuple[Any, ...]:
    """What makes two findings the same: all that one says, but for how much it weighs."""
    names = ("fiscal_year", "town_code", "file_name", "form_no", "rule_id", "address", "value", "message")
    return tuple(finding[name] for name in names)


def select(
    findings: Iterable[Row],
    *,
    town_code: str | None = None,
    rule: str | None = None,
    severity: str | None = None,
) -> list[Row]:
    """Findings of a town, a rule or a severity; None asks for all."""
    wanted = {"town_code": town_code, "rule_id": rule, "severity": severity}
    asked = {name: value for name, value in wanted.items() if value is not None}
    return [row for row in findings if all(row[name] == value for name, value in asked.items())]


def by_town(findings: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Findings under ``2023 宝丰镇``, in the order the view gives them."""

    def place(row: Row) -> tuple[int, str, str]:
        return (row["fiscal_year"] or 0, row["town_code"] or "", row["town_name"] or _NO_TOWN)

    ordered = sorted(findings, key=place)
    return [(f"{key[0]} {key[2]}", list(group)) for key, group in groupby(ordered, key=place)]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one publication says that the one before did not."""

    towns: tuple[str, ...]
    """Names of the towns whose forms, money or findings changed."""
    new_findings: int
    gone_findings: int
    yuan: Decimal
    """Change of the total."""


def difference(before: Published, after: Published) -> Difference:
    """What changed from one publication to the next. A finding is the same when all its words are."""
    seen = {(town.fiscal_year, town.town_code): town for town in before.towns}
    changed = [town for town in after.towns if seen.get((town.fiscal_year, town.town_code)) != town]
    old, new = (Counter(identity(row) for row in each.findings) for each in (before, after))
    return Difference(
        towns=tuple(dict.fromkeys(town.town_name for town in changed)),
        new_findings=(new - old).total(),
        gone_findings=(old - new).total(),
        yuan=after.total_yuan - before.total_yuan,
    )
