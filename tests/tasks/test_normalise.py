"""normalise: parsed files → frames, whole columns, exact money, blanks that stay blank."""

import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from schemas import frames
from schemas.form import (
    Address,
    CellCount,
    Entry,
    Form,
    FundingLine,
    IndicatorLine,
    ParsedFile,
    Remark,
    Source,
)
from tasks.normalise import normalise
from tests.support import annex


def _entry(text: str, label: str = "指标值", row: int = 15, form: int = 8) -> Entry:
    return Entry(text, Address(form, f"表{form}", row, label))


def _indicator(number: int, level2: str, level3: str, value: str, **columns: str) -> IndicatorLine:
    return IndicatorLine(
        number=number,
        level1="产出指标",
        level2=level2,
        level1_text="产出指标",
        level2_text=f"{level2}（必填）",
        level3=_entry(level3, "三级指标"),
        value=_entry(value),
        **{name: _entry(text, name) for name, text in columns.items()},
    )


LINES = (
    _indicator(1, "数量指标", " 保障村干部 人数\n", " 45人 "),
    _indicator(2, "时效指标", "补贴支出时效", "12月底到位"),
    _indicator(3, "成本指标", "落实补贴资金", "138.02万元"),
    _indicator(4, "质量指标", "发放质量", "", weight="10分"),
    _indicator(5, "数量指标", "苗木成活率", "95", operator="≥", unit="%", weight="优"),
)


def _form(
    number: int = 8,
    *,
    total: str = "138.02",
    year: str = "( 2023年度)",
    lines: Sequence[IndicatorLine] = LINES,
    funding: Sequence[str] = ("138.02", ""),
) -> Form:
    sources = ("财政拨款", "其他资金")
    return Form(
        number=number,
        address=Address(number, f"表{number}", 1, "标题"),
        title="部门项目支出预算绩效目标表",
        fiscal_year=_entry(year, "年度"),
        project_name=_entry("村干部任职\n补贴", "项目名称"),
        project_name_displaced=False,
        department=_entry("058-平罗县宝丰镇人民政府", "主管部门及代码"),
        implementing_unit=_entry(" 平罗县宝丰镇人民政府", "实施单位"),
        attribute=_entry("一年期项目", "项目属性"),
        period=_entry("2023年1月至12月", "项目期"),
        money_unit="万元",
        total=_entry(total, "年度资金总额"),
        funding=tuple(
            FundingLine(source, _entry(text, source)) for source, text in zip(sources, funding, strict=True)
        ),
        goal=_entry(" 及时落实。 ", "年度总体目标"),
        indicators=tuple(lines),
        remarks=(
            Remark(
                "R07", Address(number, f"表{number}", 9, "二级指标"), "必填硬性标", "必填硬性指标", {"a": "b"}
            ),
        ),
        cells=CellCount(),
    )


def _source(key: str = "2023/640221102/附件2.docx") -> Source:
    return Source(key, "附件2.docx", b"", "0" * 64, 2023, "640221102")


def _one(*forms: Form, remarks: tuple[Remark, ...] = ()) -> frames.Frames:
    return normalise([(_source(), ParsedFile(forms, remarks))])


def test_a_form_becomes_one_row_with_exact_money_and_dates() -> None:
    row = _one(_form()).forms.iloc[0]
    assert row["submission_key"] == "2023/640221102/附件2.docx"
    assert row["group_key"] == "2023/640221102"
    assert (row["form_no"], row["fiscal_year"], row["project_name"]) == (8, 2023, "村干部任职补贴")
    assert (row["department_code"], row["department_name"]) == ("058", "平罗县宝丰镇人民政府")
    assert (row["period_start"], row["period_end"]) == (date(2023, 1, 1), date(2023, 12, 31))
    assert (row["total_raw"], str(row["total_yuan"])) == ("138.02", "1380200.00")
    assert row["goal"] == "及时落实。"
    assert row["total_address"] == "form 8 · 表8 · 第15行 · 年度资金总额"


def test_blank_money_is_missing_and_keeps_its_row() -> None:
    funding = _one(_form()).funding
    assert list(funding["amount_yuan"]) == [Decimal(1380200), None]
    assert list(funding["amount_raw"]) == ["138.02", None]
    assert list(funding["line_no"]) == [1, 2]


def test_money_that_cannot_be_read_keeps_its_text_and_has_no_amount() -> None:
    batch = _one(_form(total="854万854万", funding=("约10", "/")))
    assert (batch.forms.loc[0, "total_raw"], batch.forms.loc[0, "total_yuan"]) == ("854万854万", None)
    assert list(batch.funding["amount_raw"]) == ["约10", "/"]
    assert list(batch.funding["amount_yuan"]) == [None, None]


def test_indicators_keep_what_was_typed_beside_what_it_means() -> None:
    rows = _one(_form()).indicators.to_dict("records")
    assert [row["kind"] for row in rows] == ["quantity", "deadline", "money", "missing", "ratio"]
    assert [row["raw"] for row in rows] == ["45人", "12月底到位", "138.02万元", "", "95"]
    assert rows[0]["level3"] == "保障村干部 人数"
    assert rows[1]["deadline"] == date(2023, 12, 31)
    assert (rows[2]["value"], rows[2]["typed_value"], rows[2]["typed_unit"]) == (
        Decimal(1380200),
        Decimal("138.02"),
        "万元",
    )
    assert rows[2]["conversion"] == "万元→元 ×10000"
    assert rows[3]["value"] is None
    assert (rows[4]["operator"], rows[4]["unit"]) == (">=", "%")
    assert [row["weight"] for row in rows] == [None, None, None, Decimal(10), None]
    assert rows[0]["address"] == "form 8 · 表8 · 第15行 · 指标值"
    assert rows[0]["level2_raw"] == "数量指标（必填）"


def test_a_form_that_names_no_year_has_none() -> None:
    batch = _one(_form(year="(   年度)"))
    assert batch.forms["fiscal_year"].isna().all()
    assert batch.indicators.loc[1, "kind"] == "qualitative"  # 12月底到位 has no year to take


def test_absent_labels_are_none() -> None:
    bare = Form(
        number=1,
        address=Address(1, "表1", 1, ""),
        title="",
        fiscal_year=None,
        project_name=None,
        project_name_displaced=True,
        department=None,
        implementing_unit=None,
        attribute=None,
        period=None,
        money_unit="元",
        total=None,
        funding=(),
        goal=None,
        indicators=(),
        remarks=(),
        cells=CellCount(),
    )
    row = _one(bare).forms.iloc[0]
    filled = {name for name, value in row.items() if value is not None and not pd.isna(value)}
    assert filled == {
        "submission_key", "group_key", "form_no", "project_name_displaced", "money_unit", "form_address",
    }  # fmt: skip


def test_remarks_of_file_and_form_become_rows() -> None:
    remarks = _one(_form(), remarks=(Remark("R04", None, "xlsx", "docx"),)).remarks
    assert list(remarks["rule_id"]) == ["R04", "R07", "R17"]
    assert list(remarks["value"])[-1] == "优"
    assert list(remarks["form_no"].isna()) == [True, False, False]
    assert list(remarks["address"])[:2] == [None, "form 8 · 表8 · 第9行 · 二级指标"]
    assert list(remarks["details"])[:2] == [{}, {"a": "b"}]


def test_an_empty_batch_has_all_columns() -> None:
    batch = normalise([])
    assert list(batch.indicators.columns) == list(frames.INDICATORS.columns)
    assert batch.forms.empty


def test_no_float_enters() -> None:
    batch = _one(_form())
    for frame in (batch.forms, batch.funding, batch.indicators):
        assert not [name for name in frame.columns if frame[name].dtype.kind == "f"]
        assert not frame.map(lambda value: isinstance(value, float)).to_numpy().any()


def test_order_is_that_of_the_files() -> None:
    batch = normalise(
        [(_source("b"), ParsedFile((_form(2), _form(1)), ())), (_source("a"), ParsedFile((_form(3),), ()))]
    )
    assert list(batch.forms["submission_key"]) == ["b", "b", "a"]
    assert list(batch.forms["form_no"]) == [2, 1, 3]
    assert list(batch.indicators["form_no"]) == [2] * 5 + [1] * 5 + [3] * 5


def test_two_forms_of_one_number_are_a_fault_of_the_parser() -> None:
    with pytest.raises(SchemaErrors):
        _one(_form(1), _form(1))


def test_a_thousand_forms_are_a_matter_of_columns() -> None:
    """Well below 1 ms a form; the bound leaves a slow machine room, a frame per form would be far over."""
    files = [
        (_source(str(town)), ParsedFile(tuple(_form(n) for n in range(1, 21)), ())) for town in range(50)
    ]
    normalise(files[:1])
    started = time.process_time()
    assert len(normalise(files).forms) == 1_000
    assert time.process_time() - started < 2


def test_the_sample_annex_has_no_number_left_unread() -> None:
    """All 111 values of 宝丰镇 2023; a number left unread would be a notation the table does not know."""
    rows = [row.split("\t")[1:] for row in annex.sample_text().decode().split("\n\n")]
    lines = [
        _indicator(number, row[2].split("（")[0].strip(), row[3], row[4])
        for number, row in enumerate(
            (row for row in rows if len(row) == 5 and row[3].strip() != "三级指标"), start=1
        )
    ]
    assert len(lines) == 111
    indicators = _one(_form(lines=lines)).indicators
    unread = indicators[(indicators["kind"] == "qualitative") & indicators["raw"].str.contains(r"\d")]
    assert list(unread["raw"]) == []
    assert indicators["kind"].value_counts().to_dict() == {
        "deadline": 8,
        "duration": 6,
        "frequency": 1,
        "money": 13,
        "qualitative": 31,
        "quantity": 20,
        "ratio": 29,
        "unit_price": 3,
    }
