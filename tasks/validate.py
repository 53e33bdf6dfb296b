"""Validate: frames in, findings and verdicts out. Every rule runs over whole frames; nothing here knows a rule.

Takes the sources of a batch (whole towns at a time), their frames, the county, and the files that could not be
read; gives the ``Judgement`` that load takes. Pure: the same input gives the same findings in the same order, in
one process or many.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from schemas.county import County
from schemas.decisions import finding_id
from schemas.form import CellCount, Source, UnreadableError
from schemas.frames import (
    FINDINGS,
    FORMS,
    SUBMISSIONS,
    Frames,
    Judgement,
    build,
)
from schemas.rules import finding, rules_version, unknown_overrides
from schemas.rules.registry import Failure, run
from schemas.rules.tables import tables_of, twins_of

_ROW_OF_ADDRESS = re.compile(r"第([0-9]+)行")
_NO_CELLS: Mapping[str, CellCount] = {}


def validate(
    sources: Sequence[Source],
    frames: Frames,
    county: County,
    unreadable: Mapping[str, UnreadableError],
    *,
    cells: Mapping[str, CellCount] = _NO_CELLS,
) -> Judgement:
    """Judge a batch.

    Args:
        sources: The submitted files, in the order their findings shall come.
        frames: What was read from them, valid by ``schemas.frames`` as ``normalise`` has made sure.
        county: Towns, villages, and severities of its own.
        unreadable: Why a file could not be read, by submission key; each becomes a finding of letter R.
        cells: The balance of cells by submission key; a file that is not named here counts none.

    Returns:
        The frames with verdicts, findings in canonical order (files as given; about the file first; then by form,
        row, and rule), and the counts of each submission. A file whose bytes came before in its group is only
        named (S06); its forms are left out, so that nothing is counted twice.

    Raises:
        ValueError: the county overrides a rule that does not exist, or a frame and the sources do not fit together.
        pandera.errors.SchemaError: a frame given out is not what ``schemas.frames`` says.
    """
    if unknown := unknown_overrides(county):
        raise ValueError(f"县设置 severities 里有规则目录中没有的规则：{'、'.join(unknown)}")
    frames = _without(twins_of(sources), frames)
    failures = run(tables_of(sources, frames, county, unreadable))
    findings = _findings(sources, failures, county)
    standing = _not_waived(sources, findings)
    forms = _with_verdicts(frames.forms, standing)
    return Judgement(
        submissions=SUBMISSIONS.validate(_submissions(sources, forms, standing, cells)),
        forms=FORMS.validate(forms),
        funding=frames.funding,
        indicators=frames.indicators,
        findings=FINDINGS.validate(findings),
        rules_version=rules_version(),
        decisions={source.key: source.decisions for source in sources if source.decisions.version},
    )


def _not_waived(sources: Sequence[Source], findings: pd.DataFrame) -> pd.DataFrame:
    """The findings that count for verdicts: all but those a person lets stand."""
    waived = {source.key: source for source in sources if source.decisions.waivers}
    if not waived:
        return findings
    counts = [
        row["submission_key"] not in waived or not _is_waived(waived[row["submission_key"]], row)
        for row in findings.to_dict("records")
    ]
    return findings[counts]


def _is_waived(source: Source, row: Mapping[Any, Any]) -> bool:
    name = finding_id(
        group=source.group,
        file_sha256=source.sha256,
        form_no=_number(row["form_no"]),
        rule_id=row["rule_id"],
        address=row["address"],
        value=row["value"],
    )
    return source.decisions.waiver(name) is not None


def _without(twins: Mapping[str, Source], frames: Frames) -> Frames:
    if not twins:
        return frames
    kept = {
        name: frame[~frame["submission_key"].isin(list(twins))].reset_index(drop=True)
        for name, frame in (
            ("forms", frames.forms),
            ("funding", frames.funding),
            ("indicators", frames.indicators),
            ("remarks", frames.remarks),
        )
    }
    return replace(frames, **kept)


def _findings(sources: Sequence[Source], failures: Iterable[Failure], county: County) -> pd.DataFrame:
    rows = [row for failure in failures if (row := _finding(failure, county)) is not None]
    rank = {source.key: position for position, source in enumerate(sources)}
    rows.sort(key=lambda row: (rank[row["submission_key"]], *_place(row)))
    counts: dict[str, int] = {}
    for row in rows:
        row["finding_no"] = counts[row["submission_key"]] = counts.get(row["submission_key"], 0) + 1
    return build(FINDINGS, rows)


def _finding(failure: Failure, county: County) -> dict[str, Any] | None:
    row, evidence = failure.row, failure.evidence
    return finding(
        failure.rule_id,
        file=row["file_name"],
        value=evidence.value,
        expected=evidence.expected,
        county=county,
        address=evidence.address or row.get("address"),
        form_no=_number(row.get("form_no")),
        indicator_no=_number(row.get("indicator_no")),
        submission_key=row["submission_key"],
        group_key=row["group_key"],
        finding_no=1,  # until the order of all is known
        **evidence.details,
    )


def _number(value: object) -> int | None:
    return None if value is None or value is pd.NA else int(str(value))


def _place(row: Mapping[str, Any]) -> tuple[int, int, str, int, str]:
    """Where a reader meets a finding: about the file before the forms, then down the form, then by rule."""
    found = _ROW_OF_ADDRESS.search(row["address"] or "")
    return (
        row["form_no"] or 0,
        int(found.group(1)) if found else 0,
        row["rule_id"],
        row["indicator_no"] or 0,
        row["address"] or "",
    )


def _with_verdicts(forms: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    errors = findings[(findings["severity"] == "error") & findings["form_no"].notna()]
    wrong = set(zip(errors["submission_key"], errors["form_no"].astype(int), strict=True))
    places = zip(forms["submission_key"], forms["form_no"].astype(int), strict=True)
    verdicts = ["returned" if place in wrong else "accepted" for place in places]
    return forms.assign(verdict=pd.Series(verdicts, index=forms.index, dtype=object))


def _submissions(
    sources: Sequence[Source], forms: pd.DataFrame, findings: pd.DataFrame, cells: Mapping[str, CellCount]
) -> pd.DataFrame:
    verdicts = forms.groupby(["submission_key", "verdict"]).size().to_dict()
    severities = findings.groupby(["submission_key", "severity"]).size().to_dict()
    file_errors = findings[findings["form_no"].isna() & (findings["severity"] == "error")]
    refused = set(file_errors["submission_key"])
    twins = twins_of(sources)
    outcomes = {
        source.key: _verdict(
            verdicts.get((source.key, "accepted"), 0),
            verdicts.get((source.key, "returned"), 0),
            is_refused=source.key in refused,
        )
        for source in sources
    }
    rows = []
    for source in sources:
        accepted = verdicts.get((source.key, "accepted"), 0)
        returned = verdicts.get((source.key, "returned"), 0)
        counted = CellCount() if source.key in twins else cells.get(source.key, CellCount())
        # A twin's forms are judged where they came first: it has none of its own, and shares the outcome.
        judged = twins[source.key].key if source.key in twins else source.key
        rows.append(
            {
                "submission_key": source.key,
                "group_key": source.group,
                "file_name": source.file_name,
                "file_sha256": source.sha256,
                "size_bytes": len(source.content),
                "fiscal_year": source.fiscal_year,
                "town_code": source.town_code,
                "received_at": source.received_at,
                "verdict": outcomes[judged],
                "forms_in": accepted + returned,
                "forms_accepted": accepted,
                "forms_returned": returned,
                "errors": severities.get((source.key, "error"), 0),
                "warnings": severities.get((source.key, "warning"), 0),
                "cells_in": counted.total,
                "cells_consumed": counted.consumed,
                "cells_ignored": counted.ignored,
                "cells_reported": counted.reported,
            }
        )
    return build(SUBMISSIONS, rows)


def _verdict(accepted: int, returned: int, *, is_refused: bool) -> str:
    """A file that holds nothing but tables set aside by name (R09) has nothing to mend, so it is accepted."""
    if accepted == 0:
        return "returned" if returned or is_refused else "accepted"
    return "partial" if returned or is_refused else "accepted"
