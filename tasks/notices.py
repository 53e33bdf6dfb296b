"""Notices in, FINDINGS rows out: what the inbox showed without content to judge.

Such are an unknown folder, a town that sent nothing, a file that may not be opened.
"""

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from schemas.county import County
from schemas.frames import FINDINGS, build
from schemas.rules.findings import finding
from tasks.reception import Notice


def findings_of(notices: Iterable[Notice], county: County) -> pd.DataFrame:
    """A FINDINGS frame, numbered within each group; rules that the county has switched off are left out."""
    rows = []
    numbers: Counter[str] = Counter()
    for notice in notices:
        evidence = dict(notice.details)
        row = finding(
            notice.rule_id,
            value=notice.value,
            expected=notice.expected,
            county=county,
            group_key=notice.group,
            finding_no=numbers[notice.group] + 1,
            file=evidence.pop("file", ""),
            **evidence,  # type: ignore[arg-type] # names of the rule's templates, never of a parameter
        )
        if row is not None:
            numbers[notice.group] += 1
            rows.append(row)
    return FINDINGS.validate(build(FINDINGS, rows))
