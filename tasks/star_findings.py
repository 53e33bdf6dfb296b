"""Findings of a judgement in, the rows ``fact_finding`` should hold of them out. Pure; keys and values, no database."""

from collections import Counter

import pandas as pd

from schemas.county import County
from tasks.identity import key
from tasks.records import Record, records
from tasks.star import Delivery


def finding_rows(delivery: Delivery, submission_id: str) -> list[Record]:
    """Rows of every finding of the delivery."""
    year, town, _ = delivery.file
    names = {form["form_no"]: form["project_name"] for form in delivery.forms}
    return [
        _finding(
            finding,
            key("finding", *delivery.file, finding["finding_no"]),
            finding["finding_no"],
            submission_id=submission_id,
            fiscal_year=year,
            town_code=town,
            project_name=names.get(finding["form_no"]),
        )
        for finding in delivery.findings
    ]


def loose_finding_rows(findings: pd.DataFrame, county: County) -> list[Record]:
    """Rows of findings without a submission: a town that sent nothing, a folder that belongs to no town.

    Year and town are those of the group (``2023/640221102``), each None where the group does not tell it.
    """
    counts: Counter[str] = Counter()
    rows = []
    for finding in records(findings):
        group = finding["group_key"]
        counts[group] += 1
        year, _, place = group.partition("/")
        rows.append(
            _finding(
                finding,
                key("finding", group, counts[group]),
                counts[group],
                submission_id=None,
                fiscal_year=int(year) if year.isdecimal() and len(year) == 4 else None,
                town_code=place if county.town(place) else None,
                project_name=None,
            )
        )
    return rows


def _finding(finding: Record, finding_key: str, number: int, **known: object) -> Record:
    same = (
        "group_key",
        "form_no",
        "indicator_no",
        "rule_id",
        "severity",
        "address",
        "value",
        "expected",
        "message",
        "action",
    )
    return {
        "finding_key": finding_key,
        "finding_no": number,
        **{name: finding[name] for name in same},
        **known,
    }
