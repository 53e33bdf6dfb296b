"""The vocabulary: what folds together, what is a misprint, and that no spelling means two things."""

from importlib.resources import files

import pytest
import yaml

from schemas.vocabulary import Lexicon, Meaning, fold, is_blank, vocabulary

WORDS = vocabulary()
LEXICONS = {
    "form": WORDS.form,
    "money": WORDS.money,
    "columns": WORDS.columns,
    "level1": WORDS.level1,
    "level2": WORDS.level2,
}


@pytest.mark.parametrize(
    "typed",
    [
        "项目名称",
        " 项 目 名 称 ",
        "项目名称：",
        "项目名称:",
        "项目\n名称",
        "1.项目名称",
        "一、项目名称",
        "★项目名称",
        "项目名称（必填）",
        "项目名称【必填】",
        "项\u200b目名称",
    ],
)
def test_what_a_clerk_may_add_to_a_label_does_not_matter(typed: str) -> None:
    found = WORDS.form.match(typed)

    assert found is not None
    assert (found.meaning.key, found.expected) == ("project_name", "")


@pytest.mark.parametrize(
    ("typed", "level", "expected"),
    [
        ("数量指标（必填硬性指标）", "数量指标", ""),
        ("数量指标 (必填硬性指标)", "数量指标", ""),
        ("经济效益 指标（选填）", "经济效益指标", ""),
        ("产出成本", "成本指标", ""),
        ("成本指标（必填硬性标）", "成本指标", "成本指标（必填硬性指标）"),
        ("社会效意指标（必填）", "社会效益指标", "社会效益指标（必填）"),
        ("质量指标（30分）", "质量指标", ""),
        ("质量指标（本县自定）", "质量指标", ""),
        ("1.2质量指标", "质量指标", ""),
        ("2质量指标", "质量指标", ""),
        ("2.1.1 质量指标", "质量指标", ""),
    ],
)
def test_levels_with_suffixes_and_misprints(typed: str, level: str, expected: str) -> None:
    found = WORDS.level2.match(typed, misprints=True)

    assert found is not None
    assert (found.meaning.key, found.expected) == (level, expected)


@pytest.mark.parametrize("typed", ["效量指标", "一期", "项目", "村干部补贴", "", "  ", "甲" * 500])
def test_what_is_no_label_or_could_be_two_is_none(typed: str) -> None:
    assert WORDS.form.match(typed, misprints=True) is None
    assert WORDS.level2.match(typed, misprints=True) is None


def test_a_misprint_counts_only_where_a_label_must_stand() -> None:
    assert WORDS.form.match("项目属姓") is None
    assert WORDS.form.match("项目属姓", misprints=True) is not None


@pytest.mark.parametrize(
    ("line", "is_title"),
    [
        ("部门项目支出预算绩效目标表", True),
        ("部门项目支出预算绩效目标表\n（2023年度）", True),
        ("2023年度项目支出绩效目标申报表", True),
        ("项 目 支 出 绩 效 目 标 表", True),
        ("附件2：甲镇项目支出预算绩效目标表", True),
        ("请于月底前报送项目支出绩效目标表。", False),
        ("1.2022年村务公开工作经费4.5万绩效目标表5", False),
        ("绩效指标", False),
        ("汇总表", False),
    ],
)
def test_titles(line: str, is_title: bool) -> None:
    assert (WORDS.title(line) is not None) == is_title


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("2022年度项目支出绩效自评表", "绩效自评表"),
        ("黄石市项目支出绩效监控表 (申遗)", "绩效监控表"),
        ("部门整体支出绩效目标表", "部门整体支出绩效目标表"),
        ("项目支出绩效目标表", None),
        ("自评工作开展情况", None),
    ],
)
def test_titles_of_other_tables(line: str, kind: str | None) -> None:
    assert WORDS.set_aside(line) == kind


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("( 2023年度)", "( 2023年度)"),
        ("(20 17 年度)", "(20 17 年度)"),
        ("（ 年度）", "（ 年度）"),
        ("二〇二三年度", "二〇二三年度"),
        ("（20××年度）", "（20××年度）"),
        ("（20  年度）", "（20  年度）"),
        ("____年度", "____年度"),
        ("20 年", None),
        ("部门项目支出预算绩效目标表\n( 2023年度)", "( 2023年度)"),
        ("2023年全年", None),
        ("2023年1月至12月", None),
        ("保障2022年正常运转", None),
    ],
)
def test_years(line: str, year: str | None) -> None:
    assert WORDS.year(line) == year


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("项目资金\n（万元）", "万元"),
        ("项目资金(元)", "元"),
        ("单位：万元", "万元"),
        ("金额单位:元", "元"),
        ("金额单位：千元", "千元"),
        ("年度资金总额（百万元）", "百万元"),
        ("项目资金（亿元）", "亿元"),
        ("项目资金[万元]", "万元"),
        ("注：以上金额单位为元。", "元"),
        ("注：指标计量单位为元", None),
        ("项目资金", None),
    ],
)
def test_money_units(text: str, unit: str | None) -> None:
    assert WORDS.money_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "blank"), [("", True), (" \n\t", True), ("\u3000", True), ("\u200b", True), ("0", False)]
)
def test_blank(text: str, blank: bool) -> None:
    assert is_blank(text) == blank


@pytest.mark.parametrize("name", LEXICONS)
def test_every_spelling_is_found_and_is_no_misprint(name: str) -> None:
    lexicon = LEXICONS[name]
    assert len(lexicon.meanings) > 20

    for spelling, meaning in lexicon.meanings.items():
        found = lexicon.match(spelling, misprints=True)
        assert found is not None, spelling
        assert (found.meaning, found.expected) == (meaning, ""), spelling


def test_no_spelling_is_written_twice() -> None:
    for name in ("labels", "levels", "funding", "set_aside", "ignored"):
        text = files("schemas.vocabulary").joinpath(f"{name}.yml").read_text(encoding="utf-8")
        for words in _lists(yaml.safe_load(text)):
            folded = [fold(word) for word in words]
            assert len(folded) == len(set(folded)), words


def _lists(node: object) -> list[list[str]]:
    if isinstance(node, dict):
        return [found for value in node.values() for found in _lists(value)]
    if isinstance(node, list):
        if all(isinstance(value, str) for value in node):
            return [node]
        return [found for value in node for found in _lists(value)]
    return []


def test_levels_and_sources_refer_to_each_other() -> None:
    assert {level.level1 for level in WORDS.levels2.values()} == {
        meaning.key for meaning in WORDS.level1.meanings.values()
    }
    for source in WORDS.sources.values():
        assert set(source.within) <= set(WORDS.sources), source.name


def test_a_spelling_with_two_meanings_is_refused() -> None:
    entries = [("甲乙", Meaning("field", "total", "甲")), ("甲 乙", Meaning("field", "goal", "乙"))]
    with pytest.raises(ValueError, match="有两个意思"):
        WORDS._lexicon(entries)


def test_what_is_remembered_stays_bounded() -> None:
    lexicon = Lexicon(WORDS.level1.meanings, ())
    for number in range(45_000):
        lexicon.match(str(number))
    assert len(lexicon._seen) <= 20_001


def test_a_misprint_near_two_spellings_of_one_label_is_that_label() -> None:
    found = WORDS.form.match("年度总休目标", misprints=True)
    assert found is not None
    assert (found.meaning.key, found.expected) == ("goal", "年度总体目标")


@pytest.mark.parametrize("typed", ["上年度资金总额", "去年度资金总额"])
def test_another_year_is_no_misprint_of_this_one(typed: str) -> None:
    assert WORDS.money.match(typed, misprints=True) is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("项目（政策）名称", "project_name"),
        ("项目（政策）属性", "attribute"),
        ("本年度绩效目标", "goal"),
        ("实施周期总目标", "实施周期总目标"),
    ],
)
def test_labels_made_of_two_parts(typed: str, key: str) -> None:
    found = WORDS.form.match(typed)

    assert found is not None
    assert (found.meaning.key, found.expected) == (key, "")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("部门名称：某县林业局    单位：元", ("部门名称：某县林业局", "元")),
        ("预算年度：2023年\u3000（金额单位：万元）", ("预算年度：2023年", "万元")),
        ("填报单位：某局  货币计量单位:人民币元", None),
        ("单位：元", None),
        ("部门名称：某单位：元", None),
        ("度量  单位：个", None),
        ("某局实施单位 ", None),
    ],
)
def test_a_unit_of_money_at_the_end_of_a_line(line: str, told: tuple[str, str] | None) -> None:
    assert vocabulary().unit_behind(line) == told


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("省级补助资金", "省级财政资金"),
        ("县财政配套资金", "县级财政资金"),
        ("上级专项", "上级财政资金"),
        ("其中：中央财政补助", "中央财政资金"),
        ("镇级配套", "乡镇财政资金"),
        ("县", None),
    ],
)
def test_the_level_that_gives_the_money_and_how(source: str, name: str | None) -> None:
    found = vocabulary().money.match(source)
    assert (found and found.meaning.key) == name
