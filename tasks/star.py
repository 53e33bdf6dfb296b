"""One submission of a judgement in, the rows the star should hold for it out. Pure; keys and values, no database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.county import County
from schemas.decisions import NO_DECISIONS, Corrected, Decisions
from schemas.frames import Judgement
from tasks.identity import conformed_indicator, fold, key, listed_programme, project_parts
from tasks.records import Record, by_form, by_text, records
from warehouse.columns import plain, to_cents

_CLASS_OF_2021 = "成本指标"
"""A first-level class of its own in the 2021 scheme only (domain notes, indicator hierarchy)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One submission with all that was judged of it, as plain records."""

    submission: Record
    forms: tuple[Record, ...]
    funding: Mapping[int, tuple[Record, ...]]
    """Form number → lines with an amount."""
    indicators: Mapping[int, tuple[Record, ...]]
    findings: tuple[Record, ...]
    decisions: Decisions = NO_DECISIONS
    corrected: tuple[Corrected, ...] = ()
    """Cells for which a person's text counts; the lines hold that text."""

    @property
    def file(self) -> tuple[int, str, str]:
        """Fiscal year, town code, file name."""
        told = self.submission
        return told["fiscal_year"], told["town_code"], told["file_name"]


@dataclass(frozen=True, slots=True)
class FormRows:
    """The rows of one accepted form."""

    budget: Record
    project: Record
    funding: tuple[Record, ...]
    indicators: tuple[Record, ...]
    dimensions: Mapping[str, tuple[Record, ...]]
    """Table name → rows that must be there first."""

    def in_programme(self, programme_key: str) -> "FormRows":
        """The same in a programme that the warehouse holds already."""
        return replace(
            self,
            project={**self.project, "programme_key": programme_key},
            dimensions={**self.dimensions, "dim_programme": ()},
        )


def deliveries(judgement: Judgement) -> list[Delivery]:
    """The submissions of a judgement in the order of year, town and file name.

    Raises:
        ValueError: a submission has no year or no town; only files found in the inbox are loaded.
    """
    forms = by_text(judgement.forms, "submission_key")
    funding = by_text(judgement.funding, "submission_key")
    indicators = by_text(judgement.indicators, "submission_key")
    findings = by_text(judgement.findings, "submission_key")
    found = []
    for submission in records(judgement.submissions):
        if submission["fiscal_year"] is None or submission["town_code"] is None:
            raise ValueError(f"{submission['submission_key']} belongs to no town and year")
        name = submission["submission_key"]
        given = (line for line in funding.get(name, ()) if line["amount_yuan"] is not None)
        found.append(
            Delivery(
                submission,
                tuple(sorted(forms.get(name, ()), key=lambda form: form["form_no"])),
                by_form(given),
                by_form(indicators.get(name, ())),
                tuple(findings.get(name, ())),
                judgement.decisions.get(name, NO_DECISIONS),
                tuple(each for each in judgement.corrected if each.submission_key == name and each.part),
            )
        )
    return sorted(found, key=lambda each: each.file)


def form_keys(delivery: Delivery) -> dict[int, str]:
    """Form number → key that stays the same over the versions of the file: the project's name, counted if repeated."""
    seen: Counter[str] = Counter()
    keys = {}
    for form in delivery.forms:
        name = fold(form["project_name"])
        seen[name] += 1
        keys[form["form_no"]] = key("form", *delivery.file, name, seen[name])
    return keys


def project_key(delivery: Delivery, form: Record) -> str:
    """A project stands in a town's year, whichever file it stands in."""
    year, town, _ = delivery.file
    return key("project", year, town, *project_parts(form))


def accepted_rows(delivery: Delivery, submission_id: str, county: County) -> list[FormRows]:
    """Rows of every accepted form of the delivery."""
    keys = form_keys(delivery)
    return [
        _form_rows(delivery, form, keys[form["form_no"]], submission_id, county)
        for form in delivery.forms
        if form["verdict"] == "accepted"
    ]


def _rules_by_row(findings: Sequence[Record], form_no: int) -> dict[int, str]:
    broken: dict[int, list[str]] = {}
    for finding in findings:
        if finding["form_no"] == form_no and finding["indicator_no"] is not None:
            broken.setdefault(finding["indicator_no"], []).append(finding["rule_id"])
    return {indicator_no: ",".join(dict.fromkeys(rules)) for indicator_no, rules in broken.items()}


def _form_rows(
    delivery: Delivery,
    form: Record,
    form_key: str,
    submission_id: str,
    county: County,
) -> FormRows:
    year, town, _ = delivery.file
    number = form["form_no"]
    broken = _rules_by_row(delivery.findings, number)
    funding = delivery.funding.get(number, ())
    indicators = delivery.indicators.get(number, ())
    corrected = {(each.part, each.number): each for each in delivery.corrected if each.form_no == number}
    typed = {each.address: each.typed.strip() for each in delivery.corrected}
    scheme = "2021" if any(each["level1"] == _CLASS_OF_2021 for each in indicators) else "2015"
    programme = listed_programme(form["project_name"], county)
    department = (form["department_code"], form["department_name"])
    department_key = key("department", *department) if any(department) else None
    project = {
        "project_key": project_key(delivery, form),
        "fiscal_year": year,
        "town_code": town,
        "programme_key": key("programme", programme),
        "department_key": department_key,
        **{
            name: form[name]
            for name in (
                "project_name",
                "project_code",
                "implementing_unit",
                "attribute",
                "period_start",
                "period_end",
                "goal",
            )
        },
    }
    budget = {
        "form_key": form_key,
        "submission_id": submission_id,
        "form_no": number,
        "fiscal_year": year,
        "town_code": town,
        "project_key": project["project_key"],
        "total_yuan": None if form["total_yuan"] is None else to_cents(form["total_yuan"]),
        "total_raw": typed.get(form["total_address"], form["total_raw"]) or None,
        "money_unit": form["money_unit"],
        "total_address": form["total_address"],
        "goal_address": form["goal_address"],
        "form_address": form["form_address"],
        "indicators": len(indicators),
        "funding_lines": len(funding),
        "is_stale": False,
        "is_corrected": ("form", None) in corrected,
    }
    return FormRows(
        budget,
        project,
        tuple(
            {
                **_funding(line, form_key, submission_id),
                "is_corrected": ("funding", line["line_no"]) in corrected,
                "amount_raw": typed.get(line["address"], line["amount_raw"]) or None,
            }
            for line in funding
        ),
        tuple(
            {
                **_indicator(
                    line,
                    form_key,
                    submission_id,
                    _indicator_name(line, scheme, county)["indicator_key"],
                    broken.get(line["indicator_no"]),
                ),
                "is_corrected": ("indicator", line["indicator_no"]) in corrected,
                "raw": typed.get(line["address"], line["raw"]),
                "corrected_raw": line["raw"] if line["address"] in typed else None,
            }
            for line in indicators
        ),
        {
            "dim_programme": ({"programme_key": key("programme", programme), "programme_name": programme},),
            "dim_department": (
                (
                    {
                        "department_key": department_key,
                        "department_code": department[0],
                        "department_name": department[1],
                    },
                )
                if department_key
                else ()
            ),
            "dim_funding_source": tuple({"funding_source": line["source"]} for line in funding),
            "dim_unit": tuple(_unit(line["unit"]) for line in indicators if line["unit"] is not None),
            "dim_indicator": tuple(_indicator_name(line, scheme, county) for line in indicators),
        },
    )


def _funding(line: Record, form_key: str, submission_id: str) -> Record:
    return {
        "form_key": form_key,
        "line_no": line["line_no"],
        "submission_id": submission_id,
        "funding_source": line["source"],
        "is_detail": line["is_detail"],
        "amount_yuan": to_cents(line["amount_yuan"]),
        "amount_raw": line["amount_raw"],
        "address": line["address"],
    }


def _indicator(
    line: Record, form_key: str, submission_id: str, indicator_key: str, findings: str | None
) -> Record:
    same = (
        "indicator_no",
        "level1_raw",
        "level2_raw",
        "raw",
        "kind",
        "operator",
        "unit",
        "typed_unit",
        "conversion",
        "deadline",
        "period_start",
        "period_end",
        "address",
    )
    numbers = ("value", "value_high", "typed_value", "weight")
    return {
        "form_key": form_key,
        "submission_id": submission_id,
        "indicator_key": indicator_key,
        "findings": findings,
        **{name: line[name] for name in same},
        **{name: None if line[name] is None else plain(line[name]) for name in numbers},
    }


def _indicator_name(line: Record, scheme: str, county: County) -> Record:
    levels = {name: line[name] for name in ("level1", "level2", "level3")}
    # The conformed name is part of what the row is: a new alias makes a new row, and no published one changes.
    conformed = conformed_indicator(line["level3"], county)
    return {
        "indicator_key": key("indicator", *levels.values(), scheme, conformed),
        **levels,
        "indicator_name": conformed,
        "scheme": scheme,
    }


def _unit(unit: str) -> Record:
    numerator, _, denominator = unit.partition("/")
    return {"unit": unit, "numerator": numerator, "denominator": denominator or None}
