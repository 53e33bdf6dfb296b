"""Load: a judgement in, staged rows out. One submission version is one transaction, invisible until published.

Loading compares the rows that should be in force with those that are, and writes the difference under the
next publication number. So loading the same twice writes nothing, and a run that died is simply run again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, Engine, Table, and_, func, select

from schemas.county import County
from schemas.frames import Judgement
from tasks.enter import enter
from tasks.programmes import in_held_programmes
from tasks.records import Record
from tasks.stale import stale_rows
from tasks.star import (
    Delivery,
    FormRows,
    accepted_rows,
    deliveries,
)
from tasks.star_findings import finding_rows, loose_finding_rows
from tasks.steps import reach
from warehouse.decisions import waivers
from warehouse.engine import writing
from warehouse.merge import Change, add_missing, merge
from warehouse.tables import (
    dim_project,
    fact_budget,
    fact_finding,
    fact_funding,
    fact_indicator,
    fact_submission,
    is_compared,
    metadata,
    submission,
)


@dataclass(frozen=True, slots=True)
class StageCounts:
    """What staging changed. All zero but ``unchanged`` when there was nothing new."""

    new_versions: int = 0
    """Submission versions the ledger did not hold."""
    unchanged: int = 0
    """Submissions for which nothing had to be written."""
    rows_inserted: int = 0
    rows_closed: int = 0
    stale_forms: int = 0
    """Forms kept in force because the new version of theirs was returned."""
    corrections_lost: int = 0
    """Corrections that people accepted and the files do not show the place of any more."""

    def __add__(self, other: "StageCounts") -> "StageCounts":
        return StageCounts(
            self.new_versions + other.new_versions,
            self.unchanged + other.unchanged,
            self.rows_inserted + other.rows_inserted,
            self.rows_closed + other.rows_closed,
            self.stale_forms + other.stale_forms,
            self.corrections_lost + other.corrections_lost,
        )


def stage(
    engine: Engine,
    judgement: Judgement,
    *,
    county: County,
    publication_no: int,
    run_id: str,
    archive_urls: Mapping[str, str],
) -> StageCounts:
    """Stages every submission of a judgement, each in a transaction of its own.

    Args:
        engine: The warehouse, at its newest schema.
        judgement: Findings and verdicts of whole towns; every submission of a known town and year.
        county: Gives the names that are no part of a programme's name, and the time zone of a day.
        publication_no: The publication being prepared.
        run_id: The run that loads.
        archive_urls: Submission key → where its bytes are kept.

    Raises:
        ValueError: a submission belongs to no town and year.
    """
    counts = StageCounts(corrections_lost=sum(each.part is None for each in judgement.corrected))
    towns: dict[tuple[int, str], list[Delivery]] = {}
    for delivery in deliveries(judgement):
        towns.setdefault(delivery.file[:2], []).append(delivery)
    for delivery in (each for town in towns.values() for each in town):
        others = [each for each in towns[delivery.file[:2]] if each is not delivery]
        with writing(engine) as connection:
            loading = _Loading(
                connection,
                delivery,
                others,
                county=county,
                publication_no=publication_no,
                rules_version=judgement.rules_version,
            )
            counts += loading.load(run_id, archive_urls.get(delivery.submission["submission_key"]))
            reach("load.before_commit")
        reach("load.after_commit")
    return counts


def stage_findings(
    engine: Engine, findings: pd.DataFrame, *, county: County, years: Iterable[int], publication_no: int
) -> StageCounts:
    """Stages the findings that belong to no submission: unknown folders, misplaced files, missing towns.

    Those of an earlier run that are not among ``findings`` close: the town has sent, the folder is gone.

    Args:
        engine: The warehouse.
        findings: A FINDINGS frame of ``submission_key`` None, all there are of ``years``.
        county: Tells which groups are towns.
        years: Fiscal years this run is about; findings of other years stay.
        publication_no: The publication being prepared.

    Raises:
        ValueError: a finding belongs to a submission; ``stage`` loads those.
    """
    if findings["submission_key"].notna().any():
        raise ValueError("findings of a submission are loaded with it")
    year = fact_finding.c.fiscal_year
    with writing(engine) as connection:
        change = merge(
            connection,
            fact_finding,
            loose_finding_rows(findings, county, waivers(connection)),
            publication_no,
            within=fact_finding.c.submission_id.is_(None)
            & (year.in_(set(years)) | year.is_(None))
            & ~is_compared(),
        )
        reach("load.findings")
    return StageCounts(rows_inserted=change.inserted, rows_closed=change.closed)


class _Loading:
    """One submission being loaded, inside its transaction."""

    def __init__(
        self,
        connection: Connection,
        delivery: Delivery,
        others: Sequence[Delivery],
        *,
        county: County,
        publication_no: int,
        rules_version: str,
    ) -> None:
        self._connection = connection
        self._delivery = delivery
        self._others = others
        self._county = county
        self._number = publication_no
        self._rules_version = rules_version
        year, town, name = delivery.file
        self._same_file = (
            (submission.c.fiscal_year == year)
            & (submission.c.town_code == town)
            & (submission.c.file_name == name)
        )
        self._versions = select(submission.c.submission_id).where(self._same_file)

    def load(self, run_id: str, archive_url: str | None) -> StageCounts:
        """Brings the ledger and the star to what the delivery says."""
        reach("load.begin")
        entry, is_new = self._enter(run_id, archive_url)
        reach("load.submission")
        identity = entry["submission_id"]
        accepted = in_held_programmes(self._connection, accepted_rows(self._delivery, identity, self._county))
        before = self._in_force()
        keys = {form.budget["form_key"] for form in accepted}
        stale = stale_rows(self._delivery, self._standing(before, identity), keys, self._others)
        change = self._dimensions(accepted)
        reach("load.dimensions")
        change += self._facts(entry, accepted, stale)
        reach("load.facts")
        change += self._projects(accepted, before)
        return StageCounts(
            new_versions=int(is_new),
            unchanged=int(not is_new and change == Change()),
            rows_inserted=change.inserted,
            rows_closed=change.closed,
            stale_forms=len(stale),
        )

    def _enter(self, run_id: str, archive_url: str | None) -> tuple[Record, bool]:
        """The ledger's entry of this version, made where the content differs from the newest one known."""
        told = self._delivery.submission
        return enter(
            self._connection,
            self._delivery.file,
            sha256=told["file_sha256"],
            size_bytes=told["size_bytes"],
            received_at=told["received_at"],
            archive_url=archive_url,
            run_id=run_id,
            publication_no=self._number,
            timezone=self._county.timezone,
        )

    def _in_force(self) -> list[Record]:
        """Open budget rows of any version of this file."""
        query = select(fact_budget).where(
            fact_budget.c.pub_to.is_(None), fact_budget.c.submission_id.in_(self._versions)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def _standing(self, before: list[Record], identity: str) -> list[Record]:
        """Of the forms in force those that may stay: not one of this version that a decision let pass which is undone."""
        table = fact_submission.c
        query = select(table.decisions_version).where(table.submission_id == identity, table.pub_to.is_(None))
        decided = self._connection.scalar(query) or ""
        if decided == self._delivery.decisions.version:
            return before
        return [row for row in before if row["submission_id"] != identity]

    def _dimensions(self, accepted: list[FormRows]) -> Change:
        change = Change()
        needed: dict[str, list[Record]] = {}
        for form in accepted:
            for name, told in form.dimensions.items():
                needed.setdefault(name, []).extend(told)
        for name, rows in needed.items():
            change += add_missing(self._connection, metadata.tables[name], rows, self._number)
        return change

    def _facts(self, entry: Record, accepted: list[FormRows], stale: list[Record]) -> Change:
        kept = [row["form_key"] for row in stale]
        budgets = [form.budget for form in accepted] + stale
        change = Change()
        for table, rows in (
            (fact_submission, [self._judged(entry)]),
            (fact_budget, budgets),
            (fact_finding, finding_rows(self._delivery, entry["submission_id"])),
        ):
            mine = table.c.submission_id.in_(self._versions)
            within = and_(mine, ~is_compared()) if table is fact_finding else mine
            change += merge(self._connection, table, rows, self._number, within=within)
        lines: tuple[tuple[Table, list[Record]], ...] = (
            (fact_funding, [line for form in accepted for line in form.funding]),
            (fact_indicator, [line for form in accepted for line in form.indicators]),
        )
        for table, rows in lines:
            within = and_(table.c.submission_id.in_(self._versions), table.c.form_key.not_in(kept))
            change += merge(self._connection, table, rows, self._number, within=within)
        return change

    def _judged(self, entry: Record) -> Record:
        first = self._connection.execute(
            select(func.min(submission.c.received_at), func.min(submission.c.received_ordinal)).where(
                self._same_file
            )
        ).one()
        told = self._delivery.submission
        counts = (
            "verdict",
            "forms_in",
            "forms_accepted",
            "forms_returned",
            "errors",
            "warnings",
            "cells_in",
            "cells_consumed",
            "cells_ignored",
            "cells_reported",
        )
        return {
            "submission_id": entry["submission_id"],
            "fiscal_year": entry["fiscal_year"],
            "town_code": entry["town_code"],
            "version": entry["version"],
            "first_received_at": first[0],
            "first_received_ordinal": first[1],
            "rules_version": self._rules_version,
            "settings_version": self._county.version,
            "decisions_version": self._delivery.decisions.version or None,
            **{name: told[name] for name in counts},
        }

    def _projects(self, accepted: list[FormRows], before: list[Record]) -> Change:
        """Project rows: described by the first file that has an accepted form of them, closed with their last form."""
        described = {form.project["project_key"]: form.project for form in reversed(accepted)}
        concerned = described.keys() | {row["project_key"] for row in before}
        year, town, name = self._delivery.file
        holders = self._connection.execute(
            select(fact_budget.c.project_key, submission.c.file_name)
            .join(submission, submission.c.submission_id == fact_budget.c.submission_id)
            .where(
                fact_budget.c.pub_to.is_(None),
                fact_budget.c.fiscal_year == year,
                fact_budget.c.town_code == town,
                fact_budget.c.project_key.in_(concerned),
            )
        ).all()
        in_use = {holder.project_key for holder in holders}
        others = {holder.project_key for holder in holders if holder.file_name < name}
        mine = {each for each in concerned - others if each in described or each not in in_use}
        return merge(
            self._connection,
            dim_project,
            [row for project_key, row in described.items() if project_key in mine],
            self._number,
            within=dim_project.c.project_key.in_(mine),
        )
