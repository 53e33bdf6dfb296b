"""How the rules are run: every check by name, on any index, in any row order, and a broken check is loud."""

import random
from dataclasses import replace
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest

from schemas.form import Form, ParsedFile, Source
from schemas.frames import Frames
from schemas.rules.registry import CHECKS, SCHEMAS, failing
from schemas.rules.tables import tables_of
from tasks.normalise import normalise
from tasks.validate import validate
from tests.support.frames import a_county, a_form, a_source, judged, rules_of


def _faulty() -> list[Form]:
    """Forms with faults of many letters, among them those that look across forms."""
    told: list[dict[str, Any]] = [
        {
            "project": "村级党务工作者津贴",
            "rows": ["成本 落实村党务工作者补贴资金 10元", "质量 巡查质量 很好"],
        },
        {"project": "社区工作者任职补贴", "rows": ["成本 落实村党务工作者补贴资金 10万元"], "goal": ""},
        {"project": "村干部任职补贴", "rows": ["数量 保障村干部人数 100%"], "period": "2022年1月至12月"},
        {"project": "村干部任职补贴", "rows": ["服务对象满意度 护路员满意度 ≥90%"]},
        {"project": "护路经费", "rows": ["服务对象满意度 护路员满意度 ≥95%"], "funding": ["财政拨款 9"]},
        {"project": "", "rows": ["数量 村委会个数 12个", "时效 支出实效 2022年年底"]},
    ]
    return [a_form(number=number, **form) for number, form in enumerate(told, start=1)]


def _parsed() -> list[tuple[Source, ParsedFile]]:
    forms = _faulty()
    return [
        (a_source("a.docx"), ParsedFile(tuple(forms[:3]), ())),
        (a_source("b.docx"), ParsedFile(tuple(forms[3:]), ())),
    ]


def test_every_rule_is_a_named_pandera_check() -> None:
    named = {(frame, check.name) for frame, schema in SCHEMAS.items() for check in schema.checks}
    assert named == {(check.frame, check.rule_id) for check in CHECKS}


def test_row_order_and_index_do_not_matter() -> None:
    parsed = _parsed()
    sources, frames = [source for source, _ in parsed], normalise(parsed)
    expected = validate(sources, frames, a_county(), {}).findings
    assert len(set(expected["rule_id"])) >= 10
    chance = random.Random(20231)  # noqa: S311  a reproducible shuffle, no secret
    for _ in range(3):
        shuffled: dict[str, pd.DataFrame] = {}
        for name in ("forms", "funding", "indicators", "remarks"):
            frame: pd.DataFrame = getattr(frames, name)
            mixed = frame.take(chance.sample(range(len(frame)), len(frame)))
            # A concatenation of files leaves an index that repeats: the trap that loses rows.
            shuffled[name] = mixed.set_axis([number // 2 for number in range(len(frame))])
        found = validate(sources, replace(frames, **shuffled), a_county(), {}).findings
        pd.testing.assert_frame_equal(found, expected)


def test_a_town_is_judged_alike_alone_and_among_others() -> None:
    towns = ["990101100", "990101101"]
    batches = []
    for town in towns:
        source = a_source("附件.docx", town=town, year=2023, content=town.encode())
        batches.append((source, ParsedFile(tuple(_faulty()), ())))
    both = validate([source for source, _ in batches], normalise(batches), a_county(), {}).findings
    alone = [
        validate([source], normalise([(source, file)]), a_county(), {}).findings for source, file in batches
    ]
    pd.testing.assert_frame_equal(both, pd.concat(alone, ignore_index=True))


def test_findings_come_file_by_file_and_down_the_form() -> None:
    parsed = _parsed()
    findings = validate([source for source, _ in parsed], normalise(parsed), a_county(), {}).findings
    assert list(findings["submission_key"].unique()) == ["a.docx", "b.docx"]
    for _, own in findings.groupby("submission_key"):
        rows = own["address"].str.extract(r"第(\d+)行")[0].astype(int)
        places = list(zip(own["form_no"], rows, own["rule_id"], strict=True))
        assert places == sorted(places)
        assert list(own["finding_no"]) == list(range(1, len(own) + 1))


def test_a_broken_check_stops_the_run() -> None:
    def broken(frame: pd.DataFrame) -> "pd.Series[bool]":
        return ~(frame["no such column"] == 1)

    schema = pa.DataFrameSchema(
        checks=[pa.Check(broken, name="M03", ignore_na=False)], name="rules over forms"
    )
    with pytest.raises(RuntimeError, match="could not be run"):
        failing(schema, pd.DataFrame({"a": [1]}))


def test_rows_with_gaps_fail_like_others() -> None:
    def always(frame: pd.DataFrame) -> "pd.Series[bool]":
        return pd.Series(False, index=frame.index)

    schema = pa.DataFrameSchema(checks=[pa.Check(always, name="M03", ignore_na=False)])
    frame = pd.DataFrame(
        {"a": pd.Series([None, 1, None], dtype=object), "b": pd.Series([None] * 3, dtype=object)}
    )
    assert failing(schema, frame) == {"M03": [0, 1, 2]}


def test_the_sound_form_of_the_helper_breaks_no_rule() -> None:
    assert rules_of(judged([a_form(), a_form(number=2, project="村干部任职补贴")])) == []


def test_no_forms_at_all() -> None:
    frames = normalise([])
    assert isinstance(frames, Frames)
    judgement = validate([], frames, a_county(), {})
    assert judgement.findings.empty
    assert judgement.submissions.empty


def test_missing_stays_none_in_every_joined_column() -> None:
    parsed = _parsed()
    tables = tables_of([source for source, _ in parsed], normalise(parsed), a_county(), {})
    for name in ("forms", "funding", "indicators", "remarks"):
        frame = tables.frame(name)
        turned = [column for column in frame if isinstance(frame[column].dtype, pd.StringDtype)]
        assert turned == [], name
    assert tables.indicators["goal"].isin([None]).any()
