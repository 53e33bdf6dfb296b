"""Programmes in the warehouse, on both engines: names fall together, decisions are kept as data, nothing else changes."""

import pytest
from sqlalchemy import Engine, select

from tasks.faults import UserError
from tasks.programme_decisions import decide, listed
from tests.support.comparing import SIX, files, form, night
from tests.support.judgements import Told
from warehouse.tables import dim_programme, dim_project, programme_decision
from warehouse.views import read

PAY = {
    1: "村干部任职补贴",
    2: "2号镇2024年村干部报酬",
    3: "村两委干部补贴",
    4: "村“两委”成员工资",
    5: "村干部薪酬待遇资金",
    6: "在职村干部补贴",
}


def pay() -> dict[int, list[Told]]:
    return {town: [form(name, "300000", "10")] for town, name in PAY.items()}


def programmes_of(engine: Engine, publication_no: int | None = None) -> dict[str, str]:
    """Project → programme, as published."""
    with engine.connect() as connection:
        return {
            row["project_name"]: row["programme_name"]
            for row in read(connection, "v_budget", publication_no=publication_no)
        }


def names_in_dimension(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(select(dim_programme.c.programme_name)))


def test_six_names_of_one_programme_are_one_row_of_the_dimension(engine: Engine) -> None:
    night(engine, [files(pay())])
    assert set(programmes_of(engine).values()) == {"村干部任职补贴"}
    assert names_in_dimension(engine) == ["村干部任职补贴"]
    with engine.connect() as connection:
        rows = read(connection, "v_programme_comparison")
    assert [row["county_median_yuan_per_head"] for row in rows] == [30000] * 6


def test_names_nobody_has_listed_fall_together_by_likeness_whenever_they_come(engine: Engine) -> None:
    night(engine, [files({1: [form("人大代表活动费", "20000")]})])
    assert programmes_of(engine) == {"人大代表活动费": "人大代表活动费"}
    more = {town: [form("人大代表活动经费", "20000")] for town in (2, 3)}
    night(engine, [files(more)], run_id="second")
    assert set(programmes_of(engine).values()) == {"人大代表活动经费"}
    assert set(programmes_of(engine, 1).values()) == {"人大代表活动费"}, "what was published stays readable"
    again = night(engine, [files({1: [form("人大代表活动费", "20000")]}), files(more)], run_id="third")
    assert (again.rows_inserted, again.rows_closed) == (0, 0)


def test_the_order_in_which_towns_are_loaded_does_not_matter(engine: Engine) -> None:
    told = {1: [form("人大代表活动费", "20000")], 2: [form("人大代表活动经费", "20000")]}
    night(engine, [[each] for each in files(told)][::-1])
    assert set(programmes_of(engine).values()) == {"人大代表活动费"}
    assert names_in_dimension(engine) == ["人大代表活动费"]


# ---- decisions


def doubtful(engine: Engine) -> set[frozenset[str]]:
    with engine.connect() as connection:
        return {frozenset((each.name, each.other)) for each in listed(connection, SIX).doubtful}


def test_a_doubtful_pair_waits_for_a_person_whose_decision_the_next_run_applies(engine: Engine) -> None:
    told = files({1: [form("森林防火经费", "20000")], 2: [form("护林防火经费", "30000")]})
    night(engine, [told])
    assert len(set(programmes_of(engine).values())) == 2
    assert doubtful(engine) == {frozenset(("森林防火经费", "护林防火经费"))}
    assert decide(engine, SIX, ("森林防火经费", "护林防火经费"), "merge", by="张三", reason="同一笔钱")
    assert doubtful(engine) == set()
    assert len(set(programmes_of(engine).values())) == 2, "not before the next run"
    with engine.connect() as connection:
        (pending,) = listed(connection, SIX).programmes
    assert (pending.is_pending, [each.towns for each in pending.members]) == (True, [1, 1])

    counts = night(engine, [], run_id="second")
    assert (counts.rows_inserted, counts.rows_closed) == (1, 1), "one project moves, nothing else"
    assert len(set(programmes_of(engine).values())) == 1
    with engine.connect() as connection:
        assert not listed(connection, SIX).programmes[0].is_pending
    again = night(engine, [told], run_id="third")
    assert (again.rows_inserted, again.rows_closed) == (0, 0)


def test_who_decided_what_and_why_is_kept_and_the_same_again_writes_nothing(engine: Engine) -> None:
    night(engine, [files({1: [form("森林防火经费", "20000")], 2: [form("护林防火经费", "30000")]})])
    assert decide(engine, SIX, ("1号镇森林防火经费", "护林防火经费"), "apart", by=" 李四 ", reason=None)
    assert decide(engine, SIX, ("护林防火经费", "森林防火经费"), "apart", by="王五", reason=None) is None
    assert decide(engine, SIX, ("护林防火经费", "森林防火经费"), "merge", by="王五", reason="问过了")
    with engine.connect() as connection:
        rows = connection.execute(select(programme_decision).order_by(programme_decision.c.decision_no)).all()
    assert [(row.name, row.other_name, row.verdict, row.decided_by, row.reason) for row in rows] == [
        ("森林防火经费", "护林防火经费", "apart", "李四", None),
        ("护林防火经费", "森林防火经费", "merge", "王五", "问过了"),
    ]
    assert all(row.decided_at.tzinfo is not None for row in rows)


def test_a_person_parts_what_the_vocabulary_joins(engine: Engine) -> None:
    night(engine, [files(pay())])
    decide(engine, SIX, ("村干部任职补贴", "村“两委”成员工资"), "apart", by="张三", reason=None)
    night(engine, [], run_id="second")
    found = programmes_of(engine)
    assert found.pop("村“两委”成员工资") == "村两委成员工资"
    assert set(found.values()) == {"村干部任职补贴"}


@pytest.mark.parametrize(
    ("names", "by", "sentence"),
    [
        (("森林防火经费", "森林防虫经费"), "张三", "没有叫“森林防虫经费”的项目；相近的有“森林防火经费”"),
        (("森林防火经费", "2024年森林防火经费"), "张三", "是同一个名称"),
        (("森林防火经费", "护林防火经费"), " ", "请用 --by 写明由谁决定"),
    ],
    ids=["unknown", "one name", "nobody"],
)
def test_what_cannot_be_decided_is_refused_with_a_sentence(
    engine: Engine, names: tuple[str, str], by: str, sentence: str
) -> None:
    night(engine, [files({1: [form("森林防火经费", "20000")], 2: [form("护林防火经费", "30000")]})])
    with pytest.raises(UserError, match=sentence):
        decide(engine, SIX, names, "merge", by=by, reason=None)
    with engine.connect() as connection:
        assert connection.execute(select(programme_decision)).all() == []


def test_a_decision_that_earlier_ones_undo_is_refused(engine: Engine) -> None:
    names = ["森林防火经费", "护林防火经费", "山林防火巡护"]
    night(engine, [files({town: [form(name, "20000")] for town, name in enumerate(names, 1)})])
    decide(engine, SIX, (names[0], names[1]), "merge", by="张三", reason=None)
    decide(engine, SIX, (names[1], names[2]), "merge", by="张三", reason=None)
    with pytest.raises(UserError, match=r"矛盾.*“护林防火经费”与“山林防火巡护”.*是同类项目.*--apart"):
        decide(engine, SIX, (names[0], names[2]), "apart", by="李四", reason=None)


def test_a_database_of_the_release_before_is_brought_together_by_the_first_run(engine: Engine) -> None:
    """Every project then had a programme of its own name."""
    night(engine, [files(pay())])
    with engine.begin() as connection:
        for number, project in enumerate(connection.scalars(select(dim_project.c.project_key)).all()):
            row = {
                "programme_key": f"old{number}",
                "programme_name": f"旧名{number}",
                "pub_from": 1,
                "pub_to": None,
            }
            connection.execute(dim_programme.insert(), row)
            connection.execute(
                dim_project.update()
                .where(dim_project.c.project_key == project)
                .values(programme_key=row["programme_key"])
            )
    night(engine, [], run_id="second")
    assert set(programmes_of(engine).values()) == {"村干部任职补贴"}
    assert len(set(programmes_of(engine, 1).values())) == 6
