"""The county in, the dimensions that come from it out: towns, fiscal years with due dates, rules with severities."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, Engine, select

from schemas.county import County
from schemas.rules import CATALOGUE, severity_of
from tasks.records import Record
from tasks.steps import reach
from warehouse.engine import writing
from warehouse.merge import Change, merge
from warehouse.tables import dim_fiscal_year, dim_rule, dim_town, fact_submission


def stage_reference(engine: Engine, county: County, years: Iterable[int], publication_no: int) -> Change:
    """Stages what the county says under ``publication_no``, in one transaction; what is the same stays untouched.

    Args:
        engine: The warehouse.
        county: Towns, villages, due dates, severities.
        years: Fiscal years this run is about; other years in the warehouse stay as they are.
        publication_no: The publication being prepared.
    """
    with writing(engine) as connection:
        changed = _towns(connection, county, publication_no)
        changed += merge(
            connection,
            dim_fiscal_year,
            [_fiscal_year(county, year) for year in sorted(set(years))],
            publication_no,
            within=(dim_fiscal_year.c.county_code == county.code)
            & dim_fiscal_year.c.fiscal_year.in_(set(years)),
        )
        changed += merge(connection, dim_rule, _rules(county), publication_no)
        reach("load.reference")
    return changed


def _towns(connection: Connection, county: County, publication_no: int) -> Change:
    rows = [
        {
            "town_code": town.code,
            "town_name": town.name,
            "county_code": county.code,
            "county_name": county.name,
            "villages": len(town.villages),
            "communities": len(town.communities),
        }
        for town in county.towns
    ]
    # A town that the county no longer names keeps its row while files of it are in force.
    needed = select(fact_submission.c.town_code).where(fact_submission.c.pub_to.is_(None))
    named = dim_town.c.town_code.in_([row["town_code"] for row in rows])
    within = (dim_town.c.county_code == county.code) & (named | dim_town.c.town_code.not_in(needed))
    return merge(connection, dim_town, rows, publication_no, within=within)


def _fiscal_year(county: County, year: int) -> Record:
    due = county.due.get(year)
    return {
        "county_code": county.code,
        "fiscal_year": year,
        "starts_on": date(year, 1, 1),
        "ends_on": date(year, 12, 31),
        "due_date": due,
        "due_ordinal": None if due is None else due.toordinal(),
    }


def _rules(county: County) -> list[Record]:
    return [
        {
            "rule_id": rule.id,
            "title": rule.title,
            "heading": rule.heading,
            "severity": severity_of(rule.id, county),
            "override_reason": _reason(rule.id, county),
            "action": rule.action,
            "since": rule.since,
            "source": rule.source,
        }
        for rule in CATALOGUE.values()
    ]


def _reason(rule_id: str, county: County) -> str | None:
    override = county.severities.get(rule_id)
    return None if override is None else override.reason
