"""The published views in, plain rows and the county's figures out: for the reports and the command line.

Only the views are read, so that a report never shows a row that readers of the warehouse cannot see.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Connection, text

Row: TypeAlias = Mapping[str, Any]

SEVERITY_WORDS: Mapping[str, str] = {"error": "退回", "warning": "提醒", "info": "提示"}
STATE_WORDS: Mapping[str, str] = {"on_time": "按时", "late": "迟报", "missing": "未报"}
VERDICT_WORDS: Mapping[str, str] = {"accepted": "通过", "partial": "部分退回", "returned": "退回"}


@dataclass(frozen=True, slots=True)
class TownState:
    """One town in one fiscal year, over all its files."""

    fiscal_year: int
    town_code: str
    town_name: str
    state: str
    """``on_time``, ``late`` or ``missing``; late as soon as one file is."""
    due_date: str
    received_at: str
    """Of its newest version, to the minute; empty where missing."""
    days_late: int
    files: int
    versions: int
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
        if self.state == "missing":
            return "未报"
        if self.forms_returned == 0 and self.errors == 0:
            return "通过"
        return "部分退回" if self.forms_accepted else "退回"


@dataclass(frozen=True, slots=True)
class Published:
    """All that the current publication says, for the reports."""

    towns: tuple[TownState, ...]
    findings: tuple[Row, ...]

    @property
    def total_yuan(self) -> Decimal:
        """Money of all forms in force."""
        return sum((town.total_yuan for town in self.towns), Decimal(0))

    def count(self, **wanted: str) -> int:
        """Towns whose attributes have these values."""
        return sum(all(getattr(town, name) == value for name, value in wanted.items()) for town in self.towns)

    def severities(self) -> Counter[str]:
        """Findings by severity."""
        return Counter(str(row["severity"]) for row in self.findings)


def read_published(connection: Connection, year: int | None = None) -> Published:
    """The current publication, of one fiscal year or of all, towns in the order of their codes."""
    findings = tuple(_rows(connection, "v_finding", year))
    return Published(
        towns=tuple(
            _towns(
                _rows(connection, "v_submission_status", year), _rows(connection, "v_budget", year), findings
            )
        ),
        findings=findings,
    )


def _rows(connection: Connection, view: str, year: int | None) -> list[Row]:
    # The view's name is one of this module's own literals; the year is bound.
    where = "" if year is None else " WHERE fiscal_year = :year"
    found = connection.execute(text(f"SELECT * FROM {view}{where}"), {} if year is None else {"year": year})  # noqa: S608
    return [dict(row) for row in found.mappings()]


def _towns(statuses: Iterable[Row], budgets: Iterable[Row], findings: Iterable[Row]) -> list[TownState]:
    by_town: dict[tuple[int, str], list[Row]] = {}
    for row in statuses:
        by_town.setdefault((row["fiscal_year"], row["town_code"]), []).append(row)
    money: dict[tuple[int, str], Decimal] = {}
    for row in budgets:
        key = (row["fiscal_year"], row["town_code"])
        money[key] = money.get(key, Decimal(0)) + Decimal(row["total_yuan"] or 0)
    severities = Counter((row["fiscal_year"], row["town_code"], row["severity"]) for row in findings)
    towns = []
    for (year, code), rows in sorted(by_town.items()):
        states = {row["state"] for row in rows}
        sent = [row for row in rows if row["state"] != "missing"]
        towns.append(
            TownState(
                fiscal_year=year,
                town_code=code,
                town_name=rows[0]["town_name"],
                state=next(state for state in ("late", "on_time", "missing") if state in states),
                due_date=str(rows[0]["due_date"] or ""),
                received_at=max((str(row["received_at"] or "")[:16] for row in sent), default=""),
                days_late=max((row["days_late"] or 0 for row in sent), default=0),
                files=len(sent),
                versions=sum(row["version"] or 0 for row in sent),
                forms_in=sum(row["forms_in"] or 0 for row in sent),
                forms_accepted=sum(row["forms_accepted"] or 0 for row in sent),
                forms_returned=sum(row["forms_returned"] or 0 for row in sent),
                total_yuan=money.get((year, code), Decimal(0)),
                errors=severities[year, code, "error"],
                warnings=severities[year, code, "warning"],
                infos=severities[year, code, "info"],
            )
        )
    return towns


@dataclass(frozen=True, slots=True)
class Difference:
    """What one publication says that the one before did not."""

    towns: tuple[str, ...]
    """Names of the towns whose forms, money or state changed."""
    new_findings: int
    gone_findings: int
    yuan: Decimal
    """Change of the total."""


def difference(before: Published, after: Published) -> Difference:
    """What changed from one publication to the next. A finding is the same when all its words are."""
    seen = {(town.fiscal_year, town.town_code): town for town in before.towns}
    changed = [town.town_name for town in after.towns if seen.get((town.fiscal_year, town.town_code)) != town]
    old, new = (Counter(_identity(row) for row in each.findings) for each in (before, after))
    return Difference(
        towns=tuple(dict.fromkeys(changed)),
        new_findings=(new - old).total(),
        gone_findings=(old - new).total(),
        yuan=after.total_yuan - before.total_yuan,
    )


def _identity(finding: Row) -> tuple[Any, ...]:
    names = ("fiscal_year", "town_code", "file_name", "form_no", "rule_id", "address", "value", "message")
    return tuple(finding[name] for name in names)
