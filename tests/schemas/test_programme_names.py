"""Names of programmes: what falls together, what is asked of a person, what never does; and how right that is."""

import random
from pathlib import Path

import pytest
import yaml

from schemas.county import County
from schemas.programme_groups import Decision, Grouping, Verdict, group
from schemas.programmes import folded, indicator_name, programmes
from schemas.vocabulary import Words
from tasks.identity import conformed_indicator, listed_programme, programme_name
from tests.county.describe import files
from tests.support.county import example

PAIRS: list[tuple[str, str, bool]] = yaml.safe_load(
    Path(__file__).with_name("programme_pairs.yml").read_text(encoding="utf-8")
)


def grouped(
    *names: str, decisions: tuple[tuple[str, str, Verdict], ...] = (), words: Words | None = None
) -> Grouping:
    told = [Decision(folded(name), folded(other), verdict) for name, other, verdict in decisions]
    return group({folded(name): 1 for name in names}, programmes(words), told)


def told_of(name: str, other: str) -> str:
    """``same``, ``asked`` or ``apart``."""
    bare, bare_other = (programme_name(each, example()) for each in (name, other))
    found = grouped(bare, bare_other)
    if found.programme_of[bare] == found.programme_of[bare_other]:
        return "same"
    return "asked" if found.doubts else "apart"


def test_the_labelled_pairs_give_the_figures_the_vocabulary_quotes() -> None:
    """Precision 37 of 37, recall 37 of 47, and nothing that is the same is neither joined nor asked about."""
    assert len(PAIRS) == 94
    counts = {(verdict, same): 0 for verdict in ("same", "asked", "apart") for same in (True, False)}
    wrong = []
    for name, other, same in PAIRS:
        verdict = told_of(name, other)
        counts[verdict, same] += 1
        if verdict == "same" and not same:
            wrong.append((name, other))
    assert wrong == []
    assert counts == {
        ("same", True): 37,
        ("same", False): 0,
        ("asked", True): 10,
        ("asked", False): 7,
        ("apart", True): 0,
        ("apart", False): 40,
    }


def test_in_the_example_county_no_name_falls_together_with_another_and_none_is_doubtful() -> None:
    names = {form.name for _, file in files() for form in file.forms if form.name}
    assert len(names) >= 20
    bare = {programme_name(name, example()) for name in names}
    found = grouped(*bare)
    assert len(set(found.programme_of.values())) == len(bare)
    assert found.doubts == ()


@pytest.mark.parametrize(
    "name",
    [
        "村干部报酬",
        "宝丰镇2023年村“两委”干部补贴",
        "平罗县城关镇人民政府村干部工资专项资金",
        "村干部任职补贴（138.02万元）",
        "村 干 部 薪 酬",
    ],
)
def test_a_listed_name_is_known_whatever_stands_around_it(name: str) -> None:
    assert listed_programme(name, example()) == "村干部任职补贴"


def test_a_listed_programme_takes_what_is_certainly_like_one_of_its_names() -> None:
    found = grouped("农村公厕日常管护经费", "农村公厕管护经费")
    assert found.programme_of == {
        "农村公厕日常管护经费": "农村公厕管护经费",
        "农村公厕管护经费": "农村公厕管护经费",
    }
    assert found.basis == {"农村公厕日常管护经费": "similarity", "农村公厕管护经费": "vocabulary"}


def test_a_doubtful_pair_is_listed_and_not_joined() -> None:
    found = grouped("森林防火经费", "护林防火经费")
    assert found.programme_of["森林防火经费"] != found.programme_of["护林防火经费"]
    (doubt,) = found.doubts
    assert {doubt.name, doubt.other} == {"森林防火经费", "护林防火经费"}
    assert doubt.score == 75


def test_the_name_most_towns_use_stands_for_all() -> None:
    counts = {"人大代表活动费": 1, "人大代表活动经费": 4}
    assert set(group(counts, programmes()).programme_of.values()) == {"人大代表活动经费"}


def test_a_chain_of_names_is_not_one_programme() -> None:
    """Each is like the next, the first and the last are not alike: the most alike two are joined, the third is asked."""
    found = grouped("信访维稳接待", "信访维稳接待中心", "信访维稳接待中心值守")
    assert len(set(found.programme_of.values())) == 2
    assert len(found.doubts) == 1


def test_the_order_of_names_does_not_matter() -> None:
    names = sorted({programme_name(name, example()) for pair in PAIRS for name in pair[:2]})
    expected = group(dict.fromkeys(names, 1), programmes())
    for seed in range(3):
        mixed = random.Random(seed).sample(names, len(names))  # noqa: S311 - an order, not a secret
        found = group(dict.fromkeys(mixed, 1), programmes())
        assert dict(sorted(found.programme_of.items())) == dict(sorted(expected.programme_of.items()))
        assert found.doubts == expected.doubts


# ---- what a person decides


def test_a_person_joins_what_nobody_would_guess() -> None:
    found = grouped(
        "幸福餐厅补贴", "老年饭桌运行补助", decisions=(("幸福餐厅补贴", "老年饭桌运行补助", "merge"),)
    )
    assert len(set(found.programme_of.values())) == 1
    assert set(found.basis.values()) == {"decision"}


def test_a_person_parts_what_likeness_joins_and_is_not_asked_again() -> None:
    names = ("人大代表活动费", "人大代表活动经费")
    assert len(set(grouped(*names).programme_of.values())) == 1
    found = grouped(*names, decisions=((*names, "apart"),))
    assert len(set(found.programme_of.values())) == 2
    assert found.doubts == ()


def test_a_person_parts_what_the_vocabulary_joins_and_the_second_goes_its_own_way() -> None:
    found = grouped(
        "村干部报酬", "村两委报酬", "村干部工资", decisions=(("村干部报酬", "村两委报酬", "apart"),)
    )
    assert found.programme_of == {
        "村干部报酬": "村干部任职补贴",
        "村两委报酬": "村两委报酬",
        "村干部工资": "村干部任职补贴",
    }


def test_of_several_decisions_about_two_names_the_last_counts_in_whatever_order_they_are_named() -> None:
    one, other = "森林防火经费", "护林防火经费"
    assert len(set(grouped(one, other, decisions=((one, other, "merge"),)).programme_of.values())) == 1
    again = grouped(one, other, decisions=((one, other, "merge"), (other, one, "apart")))
    assert len(set(again.programme_of.values())) == 2
    assert again.doubts == ()


# ---- a county's own words


def test_a_county_adds_names_and_programmes_of_its_own() -> None:
    words = Words(programmes={"村干部任职补贴": ("村干部误工补贴",), "驼铃节经费": ("骆驼文化节经费",)})
    found = grouped("村干部误工补贴", "骆驼文化节经费", words=words)
    assert found.programme_of == {"村干部误工补贴": "村干部任职补贴", "骆驼文化节经费": "驼铃节经费"}


@pytest.mark.parametrize(
    "words",
    [{"programmes": {"组干部补贴": ["村干部报酬"]}}, {"indicators": {"村委会个数": ["社区个数"]}}],
    ids=["programmes", "indicators"],
)
def test_a_name_with_two_meanings_is_refused_with_the_settings(words: dict[str, object]) -> None:
    told = {"code": "640221", "name": "平罗县", "due": {}, "towns": [], "words": words}
    with pytest.raises(ValueError, match="有两个意思"):
        County.model_validate(told)


# ---- indicators


@pytest.mark.parametrize(
    ("level3", "conformed"),
    [
        ("补贴村干部人数", "保障村干部人数"),
        ("宝丰镇 2023年村干部人数", "保障村干部人数"),
        ("行政村个数", "村委会个数"),
        ("2023年全年", "全年"),
        ("矛盾纠纷调解成功率", "矛盾纠纷调解成功率"),
        (None, None),
    ],
)
def test_an_indicator_is_called_the_same_in_every_town(level3: str | None, conformed: str | None) -> None:
    assert conformed_indicator(level3, example()) == conformed


def test_a_county_adds_wordings_of_indicators() -> None:
    words = Words(indicators={"保障村干部人数": ("误工补贴人数",)})
    assert indicator_name("误工补贴人数", words) == "保障村干部人数"
    assert indicator_name("误工补贴人数") is None
