"""Findings of a judgement in, the rows ``fact_finding`` should hold of them out. Pure; keys and values, no database."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from schemas.county import County
from schemas.decisions import Waiver, finding_id
from tasks.identity import key
from tasks.records import Record, records
from tasks.star import Delivery


def finding_rows(delivery: Delivery, submission_id: str) -> list[Record]:
    """Rows of every finding of the delivery."""
    year, town, _ = delivery.file
    names = {form["form_no"]: form["project_name"] for form in delivery.forms}
    rows = [
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
    waivers = {each.finding_id: each for each in delivery.decisions.waivers}
    return answered(rows, {submission_id: delivery.submission["file_sha256"]}, waivers)


def loose_finding_rows(findings: pd.DataFrame, county: County, waivers: Mapping[str, Waiver]) -> list[Record]:
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
    return answered(rows, {}, waivers)


def answered(
    rows: Iterable[Record], hashes: Mapping[str, str], waivers: Mapping[str, Waiver]
) -> list[Record]:
    """Rows of ``fact_finding`` with the id by which a person answers each, and what was answered.

    Args:
        rows: Without these columns.
        hashes: Submission id → sha256 of its bytes.
        waivers: Finding id → who lets it stand.
    """
    told = []
    for row in rows:
        name = finding_id(
            group=row["group_key"],
            file_sha256=hashes.get(row["submission_id"], ""),
            form_no=row["form_no"],
            rule_id=row["rule_id"],
            address=row["address"],
            value=row["value"],
        )
        waiver = waivers.get(name)
        told.append(
            {
                **row,
                "finding_id": name,
                "state": "open" if waiver is None else "waived",
                "decided_by": None if waiver is None else waiver.by,
                "note": None if waiver is None else waiver.note,
            }
        )
    return told


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
