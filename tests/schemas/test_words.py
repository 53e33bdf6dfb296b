"""A county's own words: what they add, what they may not say, and that a file read with them is read in full."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from schemas.county import County, Town
from schemas.vocabulary import Words, vocabulary
from tasks.faults import UserError
from tasks.judge import judge
from tasks.settings import load_county
from tests.support.frames import a_source

STRANGE = """\
\t部门项目支出预算绩效目标表

\t（2023年度）

\t工程名称
\t村道养护

\t主管部门及代码
\t058-甲镇人民政府

\t实施单位
\t甲镇人民政府

\t项目资金（万元）
\t年度资金总额：
\t10

\t
\t县统筹整合资金
\t10

\t年度总体目标
\t路面平整。

\t名称
\t一级指标
\t二级指标
\t考核内容
\t目标数

\t绩效指标
\t产出指标
\t工作量
\t养护里程
\t30公里
"""
OWN = {
    "fields": {"project_name": ["工程名称"]},
    "columns": {"level3": ["考核内容"], "value": ["目标数"]},
    "level2": {"数量指标": ["工作量"]},
    "sources": {"县统筹整合资金": []},
}


def county(words: object) -> County:
    return County.model_validate(
        {
            "code": "990101",
            "name": "平原县",
            "due": {2023: date(2023, 3, 31)},
            "towns": (Town(code="990101100", name="甲镇"),),
            "words": words,
        }
    )


LINES = "\n".join(line.strip() for line in STRANGE.splitlines() if line.strip())
"""The same, a cell a line and nothing but the words to tell which line is what."""


@pytest.mark.parametrize("text", [STRANGE, LINES], ids=["tabbed", "a cell a line"])
def test_a_template_nobody_has_seen_is_read_with_the_countys_words(text: str) -> None:
    source = a_source("附件.txt", content=text.encode())

    without = judge([source], county({}))
    judged = judge([source], county(OWN))

    assert set(without.forms["project_name"]) != {"村道养护"}
    (form,) = judged.forms.to_dict("records")
    (line,) = judged.indicators.to_dict("records")
    (money,) = judged.funding.to_dict("records")
    assert form["project_name"] == "村道养护"
    assert (line["level2"], line["level3"], line["raw"]) == ("数量指标", "养护里程", "30公里")
    assert (money["source"], str(money["amount_yuan"])) == ("县统筹整合资金", "100000.00")
    assert "R05" not in set(judged.findings["rule_id"])


def test_the_bundled_vocabulary_stays_as_it_is() -> None:
    assert vocabulary(Words.model_validate(OWN)).form.match("工程名称") is not None
    assert vocabulary().form.match("工程名称") is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            {"fields": {"projekt": ["工程名称"]}},
            "fields 里没有“projekt”，可用的有：fiscal_year、project_name",
        ),
        ({"level2": {"数量": ["工作量"]}}, "level2 里没有“数量”，可用的有：数量指标"),
        (
            {"fields": {"goal": ["项目名称"]}},
            "“项目名称”在一处有两个意思：项目名称（project_name）和年度总体目标（goal）",
        ),
        ({"colums": {"value": ["目标数"]}}, "Extra inputs"),
    ],
)
def test_words_without_a_place_are_refused(words: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        county(words)


def test_a_wrong_word_is_told_with_the_file_and_the_place(tmp_path: Path) -> None:
    path = tmp_path / "county.yml"
    told = {
        "code": "990101",
        "name": "平原县",
        "due": {2023: date(2023, 3, 31)},
        "towns": [{"code": "990101100", "name": "甲镇"}],
        "words": {"fields": {"projekt": ["工程名称"]}},
    }
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")

    with pytest.raises(UserError, match=r"county\.yml 的“words”不对：fields 里没有“projekt”"):
        load_county(str(path))
