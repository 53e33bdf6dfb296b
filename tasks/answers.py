"""The ledger's decisions and the published verdicts in, what a run tells of them out: applied, void, lost, outdated."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from schemas.county import County
from schemas.rules import rules_version
from schemas.rules.wording import shown
from warehouse.decisions import Answer, standing, voided_by
from warehouse.ledger import current_publication, is_shown_in
from warehouse.tables import fact_submission

_MOST = 5


@dataclass(frozen=True, slots=True)
class Answers:
    """What people decided, and which files wait for being judged anew."""

    corrections: int = 0
    waivers: int = 0
    void: tuple[str, ...] = ()
    """What a new version of a file made void in this run, in words."""
    lost: int = 0
    """Corrections whose place the file does not show any more."""
    outdated: int = 0
    """Files whose verdict comes from other rules or other settings of the county than today's."""

    def lines(self) -> list[tuple[str, str]]:
        """(name, what there is to say)."""
        more = f"等 {len(self.void)} 个" if len(self.void) > _MOST else ""
        void = f"{'；'.join(self.void[:_MOST])}{more}：文件有了新版，不再采用" if self.void else ""
        told = "，".join(
            part
            for part in (
                f"采用由人确认的更正 {self.corrections} 处" if self.corrections else "",
                f"豁免意见 {self.waivers} 条" if self.waivers else "",
            )
            if part
        )
        lost = (
            f"{self.lost} 处更正在文件里找不到原来的内容，没有采用；请看这些文件的意见，重新答复"
            if self.lost
            else ""
        )
        outdated = (
            f"{self.outdated} 个文件是按以前的规则或县设置审核的；先看会有什么变化：huizong replay --dry-run，"
            "按现在的规则重新审核：huizong replay"
        )
        return [
            (name, text)
            for name, text in (
                ("答复", told),
                ("失效", void),
                ("注意", lost),
                ("旧规则", outdated if self.outdated else ""),
            )
            if text
        ]


NO_ANSWERS = Answers()


def answers_told(
    connection: Connection, county: County, *, publication: int | None = None, lost: int = 0
) -> Answers:
    """What there is to tell at the end of a run.

    Args:
        connection: The warehouse.
        county: Its settings of today.
        publication: The one the run made; None where it made none.
        lost: Corrections that could not be applied.
    """
    held = standing(connection)
    void = (
        ()
        if publication is None
        else tuple(_words(each, county) for each in voided_by(connection, publication))
    )
    return Answers(
        corrections=sum(each.kind == "correction" for each in held),
        waivers=sum(each.kind == "waiver" for each in held),
        void=void,
        lost=lost,
        outdated=_outdated(connection, county),
    )


def _words(answer: Answer, county: County) -> str:
    town = county.town(answer.group_key.partition("/")[2])
    what = f"更正“{shown(answer.new_value or '')}”" if answer.kind == "correction" else "豁免"
    return (
        f"{town.name if town else answer.group_key}《{shown(answer.file_name or '')}》"
        f"{answer.rule_id} 的{what}（{shown(answer.accepted_by)}）"
    )


def _outdated(connection: Connection, county: County) -> int:
    """How many files of the current publication were judged by other rules or settings."""
    table = fact_submission
    query = (
        select(func.count())
        .select_from(table)
        .where(
            is_shown_in(table, current_publication(connection)),
            or_(
                table.c.rules_version != rules_version(),
                table.c.settings_version.is_(None),
                table.c.settings_version != county.version,
            ),
        )
    )
    return connection.scalar(query) or 0
