"""The whole way of a batch in memory: the sample annex gives exactly its findings, and a bad file only its own."""

import hashlib
import logging
from importlib.resources import files

import pytest
import yaml

from schemas.county import County
from schemas.form import Grid, ParsedFile, Source
from schemas.frames import Judgement
from schemas.vocabulary import Words
from tasks import judge as judge_module
from tasks.judge import judge
from tasks.parse import parse
from tasks.read import Converted, read
from tests.support import annex

PINGLUO = County.model_validate(
    yaml.safe_load((files("schemas") / "counties" / "640221.yml").read_text(encoding="utf-8"))
)
SENTENCE = "(a whole sentence of the annex)"
SAMPLE_FINDINGS = [
    (1, "U04", "10万元"),
    (2, "L02", "落实村党务工作者发放及时性"),
    (3, "L01", "落实村党务工作者补贴资金"),
    (3, "R07", "成本指标（必填硬性标）"),
    (4, "U01", "100%"),
    (4, "L04", "支出实效"),
    (4, "R07", "成本指标（必填硬性标）"),
    (5, "R07", "成本指标（必填硬性标）"),
    (5, "U04", "18万元"),
    (6, "X04", SENTENCE),
    (6, "U04", "4.5万元"),
    (7, "R06", "政府长聘人员经费"),
    (8, "M03", "138.02元"),
    (9, "L03", SENTENCE),
    (9, "L04", "政群众"),
    (10, "U02", "基本满意"),
    (11, "L04", "织党员"),
    (11, "M04", "13000元"),
    (12, "T01", "2022年"),
    (12, "U04", "2万元"),
    (13, "L01", "村委会办公规范化建设覆盖率"),
    (13, "L02", "社区干部公积金支出满意度"),
    (13, "X03", "≥95%"),
    (14, "R07", "数量指标（必填硬性标）"),
]
"""Form, rule, value: all that is wrong in the sample, in the order a reader meets it; nothing else may be found."""


def _source(name: str, content: bytes) -> Source:
    return Source(key=name, file_name=name, content=content, sha256=hashlib.sha256(content).hexdigest())


def _told(judgement: Judgement) -> list[tuple[int, str, str]]:
    """Form, rule, value; a long value only by what it is, once it is seen to stand in the judged forms."""
    found = judgement.findings
    goals = "".join(judgement.forms["goal"].dropna())
    sentences = {text for text in judgement.indicators["level3"] if len(text) > 20}
    return [
        (
            form,
            rule,
            SENTENCE if value and (value in sentences or (len(value) > 20 and value in goals)) else value,
        )
        for form, rule, value in zip(found["form_no"], found["rule_id"], found["value"], strict=True)
    ]


def test_the_sample_annex_gives_exactly_its_findings() -> None:
    judgement = judge([_source("附件2.txt", annex.sample_text())], PINGLUO)
    assert _told(judgement) == SAMPLE_FINDINGS
    row = judgement.submissions.iloc[0]
    assert (row["verdict"], row["forms_in"], row["forms_accepted"], row["errors"]) == ("accepted", 14, 14, 0)
    assert row["cells_in"] == row["cells_consumed"] + row["cells_ignored"] + row["cells_reported"] > 0
    assert len(judgement.indicators) == 111
    assert str(sum(judgement.forms["total_yuan"])) == "2861800.00"
    slip = judgement.findings[judgement.findings["rule_id"] == "M03"].iloc[0]
    assert (slip["address"], slip["expected"]) == ("form 8 · 表8 · 第15行 · 指标值", "138.02万元")
    parts = judgement.findings[judgement.findings["rule_id"] == "M04"].iloc[0]
    assert parts["expected"] == "20000元"
    assert "500元×16次＝8000元" in parts["message"]
    assert "1000元×4次＝4000元" in parts["message"]


@pytest.mark.parametrize("format_name", ["docx", "xlsx"])
def test_word_and_excel_give_the_findings_of_the_text(format_name: str) -> None:
    sample = annex.sample()
    content = annex.to_docx(sample) if format_name == "docx" else annex.to_xlsx(sample)
    assert _told(judge([_source(f"附件2.{format_name}", content)], PINGLUO)) == SAMPLE_FINDINGS


def test_a_reader_that_breaks_returns_its_file_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sample = annex.sample_text()

    def broken_for_one(grids: tuple[Grid, ...], words: Words) -> ParsedFile:
        if any("炸弹" in cell.text for grid in grids for cell in grid.cells):
            raise RecursionError("too deep")
        return parse(grids, words)

    monkeypatch.setattr(judge_module, "parse", broken_for_one)
    bad = _source("坏\n2026-01-01 INFO 伪造的日志.txt", "\t炸弹\n".encode())
    with caplog.at_level(logging.ERROR, logger=judge_module.__name__):
        judgement = judge([bad, _source("附件2.txt", sample)], PINGLUO)
    assert list(judgement.submissions["verdict"]) == ["returned", "accepted"]
    first = judgement.findings.iloc[0]
    assert (first["rule_id"], first["submission_key"]) == ("R01", bad.key)
    assert "RecursionError" in first["message"]
    assert len(judgement.findings) == 1 + len(SAMPLE_FINDINGS)
    record = caplog.records[0]
    assert record.exc_info is not None
    assert "\n" not in record.__dict__["submission_key"]


def test_a_file_without_a_form_goes_back_with_a_reason() -> None:
    judgement = judge([_source("通知.txt", "关于报送材料的通知\n请各乡镇按时报送。\n".encode())], PINGLUO)
    assert list(judgement.submissions["verdict"]) == ["returned"]
    assert list(judgement.findings["rule_id"]) == ["R03"]


def test_a_file_of_nothing_but_a_table_set_aside_has_nothing_to_mend() -> None:
    table = "\t项目支出绩效自评表\n\n\t项目名称\n\t村委会办公经费\n\n\t一级指标\n\t年度指标值\n\t实际完成值\n"
    judgement = judge([_source("自评表.txt", table.encode())], PINGLUO)
    assert list(judgement.findings["rule_id"]) == ["R09"]
    assert list(judgement.submissions["verdict"]) == ["accepted"]


def test_the_same_bytes_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def counting(name: str, content: bytes, converted: Converted, words: Words) -> object:
        seen.append(name)
        return read(name, content, converted, words)

    monkeypatch.setattr(judge_module, "read", counting)
    content = annex.sample_text()
    judgement = judge([_source("a.txt", content), _source("b.txt", content)], PINGLUO)
    assert seen == ["a.txt"]
    assert [rule for _, rule, _ in _told(judgement) if rule.startswith(("S", "X02"))] == ["S06"]
