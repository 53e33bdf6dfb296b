"""What a person is told of the programmes, and what a person decides: kept in the ledger, applied by the next run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from schemas.county import County
from schemas.programme_groups import Basis, Decision, Doubt, Verdict, group
from schemas.programmes import folded, programmes
from tasks.faults import UserError
from tasks.identity import programme_name
from tasks.programmes import Named, decisions, grouped, named_projects
from warehouse.engine import writing
from warehouse.ledger import current_publication, is_shown_in
from warehouse.tables import dim_programme, dim_project, programme_decision

_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Member:
    """One name in use."""

    name: str
    """As typed by the towns, its first spelling."""
    bare: str
    """Without blanks, punctuation, years and places: what decisions speak of."""
    towns: int
    projects: int
    basis: Basis
    """Why it belongs here: ``decision``, ``vocabulary``, ``similarity``, or ``own`` name."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One programme."""

    programme: str
    members: tuple[Member, ...]
    is_pending: bool
    """A decision or a new word changes it; the next run publishes that."""


@dataclass(frozen=True, slots=True)
class Programmes:
    """Every programme in force, and what a person should look at."""

    programmes: tuple[Listed, ...]
    doubtful: tuple[Doubt, ...]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


def listed(connection: Connection, county: County) -> Programmes:
    """The programmes of the current publication, as the next run will bring them together."""
    named, held = _published(connection, county)
    found = grouped(connection, county, named)
    under: dict[str, dict[str, list[Named]]] = {}
    for each in named:
        under.setdefault(found.programme_of[each.bare], {}).setdefault(each.bare, []).append(each)
    told = (
        Listed(
            programme,
            tuple(_member(projects, found.basis) for projects in _most_used(members)),
            any(held[each.programme_key] != programme for projects in members.values() for each in projects),
        )
        for programme, members in sorted(under.items())
    )
    return Programmes(tuple(told), found.doubts)


def decide(
    engine: Engine, county: County, names: Sequence[str], verdict: Verdict, *, by: str, reason: str | None
) -> Decision | None:
    """Keeps what a person says of two names.

    Args:
        engine: The warehouse.
        county: The county.
        names: Two names, as in the list or as a town types them.
        verdict: ``merge`` or ``apart``.
        by: Who decides.
        reason: Why, if told.

    Returns:
        The decision, or None where the same has been decided before and nothing is written.

    Raises:
        UserError: a name is not known, the two are one name, or an earlier decision says otherwise.
    """
    if not by.strip():
        raise UserError("请用 --by 写明由谁决定。")
    with writing(engine) as connection:
        named, _ = _published(connection, county)
        counts = {each.bare: 1 for each in named}
        name, other = (_known_name(each, county, counts) for each in names)
        if name == other:
            raise UserError(
                f"“{names[0]}”和“{names[1]}”去掉年份、地名和标点后是同一个名称，不用归并，也分不开。"
            )
        earlier = decisions(connection)
        last = next((each for each in reversed(earlier) if {each.name, each.other} == {name, other}), None)
        decision = Decision(name, other, verdict)
        if last is not None and last.verdict == verdict:
            return None
        _refuse_contradiction(decision, earlier, {**counts, name: 1, other: 1}, county)
        table = programme_decision
        number = (connection.scalar(select(func.max(table.c.decision_no))) or 0) + 1
        connection.execute(
            insert(table).values(
                name=name,
                other_name=other,
                decision_no=number,
                verdict=verdict,
                reason=reason,
                decided_by=by.strip(),
                decided_at=datetime.now(UTC),
            )
        )
    return decision


def _published(connection: Connection, county: County) -> tuple[list[Named], Mapping[str, str]]:
    """Projects of the current publication, and programme key → name."""
    shown = is_shown_in(dim_project, current_publication(connection))
    query = select(dim_programme.c.programme_key, dim_programme.c.programme_name)
    names = {row.programme_key: row.programme_name for row in connection.execute(query)}
    return named_projects(connection, county, shown), names


def _most_used(members: Mapping[str, Sequence[Named]]) -> list[Sequence[Named]]:
    return [projects for _, projects in sorted(members.items(), key=lambda held: (-len(held[1]), held[0]))]


def _member(projects: Sequence[Named], basis: Mapping[str, Basis]) -> Member:
    bare = projects[0].bare
    return Member(
        min(each.project_name or bare for each in projects),
        bare,
        len({each.town_code for each in projects}),
        len(projects),
        basis[bare],
    )


def _known_name(told: str, county: County, in_use: Mapping[str, int]) -> str:
    """The bare name in use, or the listed programme a name stands for."""
    bare = programme_name(told, county)
    if bare in in_use:
        return bare
    canonical = programmes(county.words).canonical(bare)
    if canonical is not None:
        return folded(canonical)
    from rapidfuzz import process  # noqa: PLC0415 - only a slip of the pen comes here

    near = [f"“{name}”" for name, _, _ in process.extract(bare, sorted(in_use), limit=_SUGGESTED)]
    hint = f"；相近的有{'、'.join(near)}" if near else ""
    raise UserError(f"没有叫“{told}”的项目{hint}。请照 huizong programmes 列出的名称写。")


def _refuse_contradiction(
    decision: Decision, earlier: Sequence[Decision], counts: Mapping[str, int], county: County
) -> None:
    """Of two decisions that cannot both hold, one would be kept and never seen."""
    last = {frozenset((each.name, each.other)): each for each in (*earlier, decision)}
    named = dict.fromkeys((name for pair in last for name in pair), 1)
    found = group({**named, **counts}, programmes(county.words), [*earlier, decision]).programme_of
    broken = [
        each for each in last.values() if (found[each.name] == found[each.other]) != (each.verdict == "merge")
    ]
    if not broken:
        return
    here = {found[decision.name], found[decision.other]}
    others = [each for each in broken if each is not decision] or [
        each
        for each in last.values()
        if each.verdict != decision.verdict and {found[each.name], found[each.other]} & here
    ]
    told = "；".join(
        f"“{each.name}”与“{each.other}”{'' if each.verdict == 'merge' else '不'}是同类项目" for each in others
    )
    raise UserError(f"这与以前的决定矛盾：已经决定{told}。请先用 --{decision.verdict} 改变那个决定。")
