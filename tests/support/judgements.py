"""Judgements by hand, for tests of the warehouse: what a town's file was found to say, in a few words.

``judged(submission("附件2.docx", form("村干部任职补贴", "1380200.00")))`` is one accepted file of 宝丰镇 with
one form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pandas as pd

from schemas.county import County, Town
from schemas.frames import FINDINGS, FORMS, FUNDING, INDICATORS, SUBMISSIONS, Judgement, build

BAOFENG = "640221102"
TOULE = "640221103"
ABSENT = "640221104"
BEIJING = timezone(timedelta(hours=8))
IN_TIME = datetime(2023, 3, 1, 9, 0, tzinfo=BEIJING)
COUNTY = County(
    code="640221",
    name="平罗县",
    due={2023: date(2023, 3, 31)},
    towns=(
        Town(
            code=BAOFENG,
            name="宝丰镇",
            villages=tuple(f"宝丰{n}村" for n in range(9)),
            communities=("宝丰社区",),
        ),
        Town(code=TOULE, name="头闸镇", aliases=("头闸",), villages=("一村", "二村", "三村")),
        Town(code=ABSENT, name="姚伏镇", villages=()),
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One form with its parts, still without a place in a file."""

    row: Mapping[str, Any]
    funding: tuple[tuple[str, str | None, bool], ...]
    indicators: tuple[Mapping[str, Any], ...]
    rules: tuple[tuple[str, str, int | None], ...] = ()
    """(rule id, severity, indicator number)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission with its forms."""

    file_name: str
    forms: tuple[Told, ...]
    town: str = BAOFENG
    year: int = 2023
    content: str = ""
    received: datetime = IN_TIME
    rules: tuple[tuple[str, str], ...] = field(default=())
    """Findings about the file itself: (rule id, severity)."""

    @property
    def key(self) -> str:
        return f"{self.year}/{self.town}/{self.file_name}"

    @property
    def sha256(self) -> str:
        return sha256((self.content or f"{self.key} {self.forms}").encode()).hexdigest()


def indicator(level2: str, level3: str, raw: str, **changes: object) -> dict[str, Any]:
    """An indicator row; qualitative unless a kind is given."""
    homes = {"满意度": "满意度指标", "效益": "效益指标", "影响": "效益指标"}
    level1 = next((name for part, name in homes.items() if part in level2), "产出指标")
    row: dict[str, Any] = {
        "level1": level1,
        "level2": level2,
        "level1_raw": level1,
        "level2_raw": level2,
        "level3": level3,
        "raw": raw,
        "kind": "qualitative",
        **dict.fromkeys(
            (
                "operator",
                "value",
                "value_high",
                "unit",
                "typed_value",
                "typed_unit",
                "conversion",
                "deadline",
                "period_start",
                "period_end",
                "weight",
                "mid_term_raw",
                "mid_term",
            )
        ),
    }
    return row | {
        name: Decimal(str(value))
        if name in ("value", "value_high", "typed_value", "weight") and value is not None
        else value
        for name, value in changes.items()
    }


def people(number: str) -> dict[str, Any]:
    """How many people a form pays."""
    return indicator(
        "数量指标", "补贴人数", f"{number}人", kind="quantity", operator="=", value=number, unit="人"
    )


def content_with(percent: str) -> dict[str, Any]:
    """How content those served should be."""
    return indicator(
        "服务对象满意度指标",
        "服务对象满意度",
        f"≥{percent}%",
        kind="ratio",
        operator=">=",
        value=percent,
        unit="%",
    )


def form(
    project: str | None,
    total: str,
    *indicators: Mapping[str, Any],
    funding: Iterable[tuple[str, str | None, bool]] | None = None,
    rules: Iterable[tuple[str, str, int | None]] = (),
    **changes: object,
) -> Told:
    """An accepted form: one source that gives the whole total, and two indicators unless others are named."""
    row: dict[str, Any] = {
        "fiscal_year": 2023,
        "project_code": None,
        "project_name": project,
        "project_name_displaced": False,
        "department_code": "058",
        "department_name": "平罗县宝丰镇人民政府",
        "implementing_unit": "平罗县宝丰镇人民政府",
        "attribute": "一年期项目",
        "attribute_raw": "一年期项目",
        "period_raw": "2023年1月至12月",
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 12, 31),
        "money_unit": "万元",
        "total_raw": f"{Decimal(total) / 10000}",
        "total_yuan": Decimal(total),
        "goal": f"做好{project}。",
        "verdict": "accepted",
    }
    return Told(
        row | changes,
        tuple(funding) if funding is not None else (("财政拨款", total, False), ("其他资金", None, False)),
        indicators or (people("45"), content_with("95")),
        tuple(rules),
    )


def returned(project: str | None, total: str = "0", *, rule: str = "C07") -> Told:
    """A form returned for an error."""
    return form(project, total, rules=((rule, "error", None),), verdict="returned")


def submission(
    file_name: str,
    *forms: Told,
    town: str = BAOFENG,
    received: datetime = IN_TIME,
    content: str = "",
    rules: tuple[tuple[str, str], ...] = (),
) -> Sent:
    """A file of a town for 2023, sent in time. Its hash follows from what it says, or from ``content``."""
    return Sent(file_name, forms, town=town, received=received, content=content, rules=rules)


def judged(*sent: Sent, rules_version: str = "r1") -> Judgement:
    """The judgement of these submissions."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("submissions", "forms", "funding", "indicators", "findings")
    }
    for each in sent:
        _tell(each, rows)
    return Judgement(
        submissions=SUBMISSIONS.validate(build(SUBMISSIONS, rows["submissions"])),
        forms=FORMS.validate(build(FORMS, rows["forms"])),
        funding=FUNDING.validate(build(FUNDING, rows["funding"])),
        indicators=INDICATORS.validate(build(INDICATORS, rows["indicators"])),
        findings=FINDINGS.validate(build(FINDINGS, rows["findings"])),
        rules_version=rules_version,
    )


def loose_findings(*told: tuple[str, str]) -> pd.DataFrame:
    """Findings without a submission: (rule id, group)."""
    return build(
        FINDINGS,
        [
            _finding(rule, "error", number, submission_key=None, group_key=group, form_no=None)
            for number, (rule, group) in enumerate(told, 1)
        ],
    )


def _tell(sent: Sent, rows: dict[str, list[dict[str, Any]]]) -> None:
    place = {"submission_key": sent.key, "group_key": f"{sent.year}/{sent.town}"}
    findings = [
        _finding(rule, severity, number, form_no=None, **place)
        for number, (rule, severity) in enumerate(sent.rules, 1)
    ]
    for number, told in enumerate(sent.forms, 1):
        here = {**place, "form_no": number}
        addresses = {
            name: f"form {number} · 表{number} · 第{row}行"
            for row, name in enumerate((each for each in FORMS.columns if each.endswith("_address")), 1)
        }
        rows["forms"].append({**addresses, **told.row, **here})
        rows["funding"].extend(
            {
                **here,
                "line_no": line,
                "source": source,
                "amount_raw": amount,
                "amount_yuan": None if amount is None else Decimal(amount),
                "is_detail": is_detail,
                "address": f"form {number} · 表{number} · 第{6 + line}行 · {source}",
            }
            for line, (source, amount, is_detail) in enumerate(told.funding, 1)
        )
        rows["indicators"].extend(
            {
                **each,
                **here,
                "indicator_no": line,
                "address": f"form {number} · 表{number} · 第{12 + line}行 · 指标值",
                "level3_address": f"form {number} · 表{number} · 第{12 + line}行 · 三级指标",
            }
            for line, each in enumerate(told.indicators, 1)
        )
        findings.extend(
            _finding(rule, severity, len(findings) + place_no, indicator_no=line, **here)
            for place_no, (rule, severity, line) in enumerate(told.rules, 1)
        )
    rows["findings"].extend(findings)
    verdicts = [told.row["verdict"] for told in sent.forms]
    accepted = verdicts.count("accepted")
    cells = 40 * len(verdicts)
    rows["submissions"].append(
        {
            **place,
            "file_name": sent.file_name,
            "file_sha256": sent.sha256,
            "size_bytes": 1000,
            "fiscal_year": sent.year,
            "town_code": sent.town,
            "received_at": sent.received,
            "verdict": "returned" if not accepted else "accepted" if accepted == len(verdicts) else "partial",
            "forms_in": len(verdicts),
            "forms_accepted": accepted,
            "forms_returned": len(verdicts) - accepted,
            "errors": sum(each["severity"] == "error" for each in findings),
            "warnings": sum(each["severity"] == "warning" for each in findings),
            "cells_in": cells,
            "cells_consumed": cells - len(verdicts),
            "cells_ignored": len(verdicts),
            "cells_reported": 0,
        }
    )


def _finding(rule: str, severity: str, number: int, **place: object) -> dict[str, Any]:
    return {
        "indicator_no": None,
        "finding_no": number,
        "rule_id": rule,
        "severity": severity,
        "address": None,
        "value": "所写的",
        "expected": "应写的",
        "message": f"{rule} 的说明。",
        "action": "请改正。",
        **place,
    }
