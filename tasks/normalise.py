"""Parsed files → typed frames: text to Decimals, canonical units and dates, the text as typed kept beside.

Takes what ``parse`` read of a batch of files, gives ``schemas.frames.Frames``, validated. Nothing is judged
here: an amount or value that cannot be read stays as text with None beside it, and a rule reports it.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pandera.pandas as pa

from schemas import frames
from schemas.amounts import AmountError, one_line, parse_amount, parse_department, parse_project_name
from schemas.dates import parse_fiscal_year, parse_period
from schemas.form import Entry, Form, FundingLine, IndicatorLine, ParsedFile, Remark, Source
from schemas.notation import fold, read_number
from schemas.rules.hints import is_hint, is_none
from schemas.ticks import chosen
from schemas.values import Value, parse_value

Row = dict[str, Any]
"""One row of a frame: column → value, before pandas."""


def normalise(parsed: Sequence[tuple[Source, ParsedFile]]) -> frames.Frames:
    """The frames of a batch of files, in the order given.

    Args:
        parsed: each file with what was read of it; whole towns, as rules of letter X compare forms.

    Returns:
        Forms, funding lines, indicators and remarks, each valid against its schema.

    Raises:
        pandera.errors.SchemaErrors: a programming fault, never a fault of a submission: every text has a row.
    """
    forms: list[Row] = []
    funding: list[Row] = []
    indicators: list[Row] = []
    remarks: list[Row] = []
    for source, file in parsed:
        key: Row = {"submission_key": source.key, "group_key": source.group}
        remarks.extend(_remark(key, None, remark) for remark in file.remarks)
        for form in file.forms:
            own: Row = {**key, "form_no": form.number}
            row = _form(own, form)
            forms.append(row)
            funding.extend(
                _funding(own, number, line, form.money_unit)
                for number, line in enumerate(form.funding, start=1)
            )
            indicators.extend(_indicator(own, line, row["fiscal_year"]) for line in form.indicators)
            told = (*form.remarks, *_weights_in_words(form))
            remarks.extend(_remark(key, form.number, remark) for remark in told)
    return frames.Frames(
        forms=_frame(frames.FORMS, forms),
        funding=_frame(frames.FUNDING, funding),
        indicators=_frame(frames.INDICATORS, indicators),
        remarks=_frame(frames.REMARKS, remarks),
    )


def _frame(schema: pa.DataFrameSchema, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return schema.validate(frames.build(schema, rows), lazy=True)


def _form(own: Row, form: Form) -> Row:
    fiscal_year = parse_fiscal_year(form.fiscal_year.text) if form.fiscal_year else None
    project_code, project_name = parse_project_name(_text(form.project_name))
    department_code, department_name = parse_department(_text(form.department))
    period_raw, period_address = _period(form)
    period = parse_period(period_raw or "", fiscal_year)
    if form.fiscal_year is None and period and period[0].year == period[1].year:
        # A template without a year of its own; rule C10 says so.
        fiscal_year = period[0].year
    total_raw, total_yuan = _amount(form.total, form.money_unit)
    return {
        **own,
        "fiscal_year": fiscal_year,
        "project_code": project_code or parse_project_name(_text(form.project_code))[0],
        "project_name": project_name,
        "project_name_displaced": form.project_name_displaced,
        "department_code": department_code or parse_department(_text(form.department_code))[0],
        "department_name": department_name,
        "implementing_unit": _name(form.implementing_unit),
        "attribute": _attribute(form.attribute),
        "attribute_raw": _name(form.attribute),
        "period_raw": period_raw,
        "period_start": period[0] if period else None,
        "period_end": period[1] if period else None,
        "money_unit": form.money_unit,
        "total_raw": total_raw,
        "total_yuan": total_yuan,
        "goal": _trimmed(form.goal),
        "form_address": str(form.address),
        "project_name_address": _address(form.project_name),
        "department_address": _address(form.department),
        "implementing_unit_address": _address(form.implementing_unit),
        "attribute_address": _address(form.attribute),
        "fiscal_year_address": _address(form.fiscal_year),
        "period_address": period_address,
        "total_address": _address(form.total),
        "goal_address": _address(form.goal),
        "verdict": None,
    }


def _funding(own: Row, number: int, line: FundingLine, money_unit: str) -> Row:
    raw, yuan = _amount(line.amount, money_unit)
    return {
        **own,
        "line_no": number,
        "source": line.source,
        "amount_raw": raw,
        "amount_yuan": yuan,
        "is_detail": line.is_detail,
        "address": str(line.amount.address),
    }


def _indicator(own: Row, line: IndicatorLine, fiscal_year: int | None) -> Row:
    value = parse_value(
        line.value.text,
        level1=line.level1,
        level2=line.level2,
        level3=line.level3.text,
        operator=line.operator.text if line.operator else None,
        unit=line.unit.text if line.unit else None,
        fiscal_year=fiscal_year,
    )
    return {
        **own,
        "indicator_no": line.number,
        "level1": line.level1,
        "level2": line.level2,
        "level1_raw": line.level1_text,
        "level2_raw": line.level2_text,
        "level3": line.level3.text.strip(),
        "raw": line.value.text.strip(),
        "kind": value.kind,
        "operator": value.operator,
        "value": value.value,
        "value_high": value.value_high,
        "unit": value.unit,
        "typed_value": value.typed_value,
        "typed_unit": value.typed_unit,
        "conversion": value.conversion,
        "deadline": value.deadline,
        "period_start": value.period_start,
        "period_end": value.period_end,
        "weight": _weight(line.weight),
        "mid_term_raw": _trimmed(line.mid_term),
        "mid_term": _mid_term(line, value, fiscal_year),
        "address": str(line.value.address),
        "level3_address": str(line.level3.address),
    }


def _mid_term(line: IndicatorLine, value: Value, fiscal_year: int | None) -> Decimal | None:
    """The mid term's value, where it measures the same in the same unit as the year's."""
    if line.mid_term is None:
        return None
    later = parse_value(
        line.mid_term.text,
        level1=line.level1,
        level2=line.level2,
        level3=line.level3.text,
        operator=line.operator.text if line.operator else None,
        unit=line.unit.text if line.unit else None,
        fiscal_year=fiscal_year,
    )
    return later.value if (later.kind, later.unit) == (value.kind, value.unit) else None


def _remark(key: Row, form_no: int | None, remark: Remark) -> Row:
    return {
        **key,
        "form_no": form_no,
        "rule_id": remark.rule_id,
        "address": None if remark.address is None else str(remark.address),
        "value": remark.value,
        "expected": remark.expected,
        "details": dict(remark.details),
    }


def _amount(entry: Entry | None, money_unit: str) -> tuple[str | None, Decimal | None]:
    """Raw text and exact 元. Text without 元 beside it is what rule M02 reports."""
    raw = _trimmed(entry)
    if raw is None:
        return None, None
    try:
        return raw, parse_amount(raw, money_unit)
    except AmountError:
        return raw, None


def _weight(entry: Entry | None) -> Decimal | None:
    """权重 or 分值: ``10``, ``10分``, ``10%``; None for anything else."""
    number = read_number(fold(entry.text)) if entry and len(entry.text) <= 16 else None
    return number.value if number and number.rest in {"", "分", "%"} else None


def _weights_in_words(form: Form) -> Iterator[Remark]:
    """A remark R17 for each weight that is no number."""
    for line in form.indicators:
        text = _trimmed(line.weight)
        if line.weight and text and not is_hint(text) and not is_none(text) and _weight(line.weight) is None:
            yield Remark("R17", line.weight.address, text)


def _period(form: Form) -> tuple[str | None, str | None]:
    """项目期 as typed and its address; put together where a template asks for its two ends apart."""
    entry = form.period or form.period_start or form.period_end
    raw = _trimmed(form.period)
    if raw is None:
        raw = "至".join(filter(None, map(_trimmed, (form.period_start, form.period_end)))) or None
    return raw, _address(entry)


def _attribute(entry: Entry | None) -> str | None:
    """项目属性: the option ticked, where the cell holds boxes."""
    text = _name(entry)
    ticked = None if text is None else chosen(text)
    return text if ticked is None else ticked or None


def _text(entry: Entry | None) -> str:
    return entry.text if entry else ""


def _trimmed(entry: Entry | None) -> str | None:
    """As typed without the blanks around it; None where blank: blank is missing."""
    return _text(entry).strip() or None


def _name(entry: Entry | None) -> str | None:
    return one_line(_text(entry)) or None


def _address(entry: Entry | None) -> str | None:
    return str(entry.address) if entry else None
