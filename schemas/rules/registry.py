"""Every check, bound into one pandera schema per frame, and the run that finds what fails.

Severity is the catalogue's business, never pandera's: its ``raise_warning`` would lose the failing rows. The
schemas are built once, at import, and hold nothing of a batch.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrorReason, SchemaErrors

from schemas.rules import (
    c03_required,
    c04_value,
    c05_hint,
    c_blank,
    l01_copied,
    l02_home,
    l03_repeated,
    l04_typo,
    l05_weights,
    l06_mid_term,
    m01_sum,
    m02_amount,
    m03_slip,
    m04_cost,
    m05_size,
    r_reading,
    s_submission,
    t01_year,
    t02_period,
    u06_direction,
    u_units,
    u_values,
    x01_headcount,
    x02_duplicate,
    x03_satisfaction,
    x04_overlap,
    x05_divisions,
)
from schemas.rules.catalogue import CATALOGUE
from schemas.rules.checks import Evidence, FrameName, Row, RuleCheck, records
from schemas.rules.tables import Tables

if TYPE_CHECKING:
    from schemas.rules.checks import Flags

CHECKS: tuple[RuleCheck, ...] = (
    *r_reading.CHECKS,
    *c_blank.CHECKS,
    *c03_required.CHECKS,
    *c04_value.CHECKS,
    *c05_hint.CHECKS,
    *m01_sum.CHECKS,
    *m02_amount.CHECKS,
    *m03_slip.CHECKS,
    *m04_cost.CHECKS,
    *m05_size.CHECKS,
    *u_values.CHECKS,
    *u_units.CHECKS,
    *u06_direction.CHECKS,
    *t01_year.CHECKS,
    *t02_period.CHECKS,
    *l01_copied.CHECKS,
    *l02_home.CHECKS,
    *l03_repeated.CHECKS,
    *l04_typo.CHECKS,
    *l05_weights.CHECKS,
    *l06_mid_term.CHECKS,
    *x01_headcount.CHECKS,
    *x02_duplicate.CHECKS,
    *x03_satisfaction.CHECKS,
    *x04_overlap.CHECKS,
    *x05_divisions.CHECKS,
    *s_submission.CHECKS,
)

WORDED_BY_THE_FLOW = frozenset({"S01", "S03", "S04", "S08", "S09", "S10"})
"""Rules about folders and towns for which there is no file: no frame holds them, ``finding`` words them."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One rule broken at one place of one row."""

    rule_id: str
    frame: FrameName
    row: Row
    """Which row it is: submission, form, indicator, address, as far as the frame has them."""
    evidence: Evidence


_IDENTITY = {"submission_key", "group_key", "file_name", "form_no", "indicator_no", "address"}
"""What tells a row apart and where it stands."""


def _schema(frame: FrameName) -> pa.DataFrameSchema:
    checks = [check for check in CHECKS if check.frame == frame]
    names = [check.rule_id for check in checks]
    if len(set(names)) != len(names) or not set(names) <= set(CATALOGUE):
        raise ValueError(f"the checks over {frame} must be rules of the catalogue, each once: {names}")
    return pa.DataFrameSchema(
        # A row passes on its own merits: with ignore_na, pandera would drop what it finds in rows with gaps.
        checks=[pa.Check(_passes(check), name=check.rule_id, ignore_na=False) for check in checks],
        name=f"rules over {frame}",
    )


def _passes(check: RuleCheck) -> "Callable[[pd.DataFrame], Flags]":
    def passes(frame: pd.DataFrame) -> "Flags":
        return ~check.fails(frame)

    return passes


SCHEMAS: Mapping[FrameName, pa.DataFrameSchema] = {frame: _schema(frame) for frame in get_args(FrameName)}
_BY_NAME: Mapping[tuple[str, str], RuleCheck] = {(check.frame, check.rule_id): check for check in CHECKS}


def run(tables: Tables) -> Iterator[Failure]:
    """Every rule over every frame, lazily: all failures, by frame and rule, rows in their order.

    Raises:
        RuntimeError: a check itself broke. pandera would report that as one more failing row.
    """
    for name, schema in SCHEMAS.items():
        frame = tables.frame(name)
        for rule_id, labels in failing(schema, frame).items():
            check = _BY_NAME[name, rule_id]
            rows = frame.loc[labels]
            known = dict(
                zip(
                    labels,
                    records(rows[[column for column in rows.columns if column in _IDENTITY]]),
                    strict=True,
                )
            )
            for label, evidence in check.explain(rows, tables):
                yield Failure(rule_id, name, known[label], evidence)


def failing(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Rule id → index labels of the rows that fail it, in the frame's order.

    Raises:
        RuntimeError: a check itself broke.
    """
    if frame.empty:
        return {}
    try:
        schema.validate(frame, lazy=True, inplace=True)
    except SchemaErrors as errors:
        found: dict[str, list[Any]] = {}
        for error in errors.schema_errors:
            if error.reason_code is not SchemaErrorReason.DATAFRAME_CHECK or error.failure_cases is None:
                raise RuntimeError(f"{schema.name}: {error.check} could not be run: {error}") from error
            found[str(error.check.name)] = sorted(set(error.failure_cases["index"]))
        return found
    return {}
