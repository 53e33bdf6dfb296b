"""What the office sees in Prefect: a table of verdicts per town and a summary; after a failure, the reasons.

Keys are ASCII, because Prefect asks for it; what stands in them is Chinese and shows well there.
"""

import re
from collections.abc import Sequence

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.summary import Summary
from schemas.rules.wording import shown
from tasks.published import STATE_WORDS, TownState
from tasks.report import wan


def show_summary(summary: Summary) -> None:
    """One table artifact and one markdown artifact."""
    create_table_artifact(
        key="town-verdicts",
        table=[_row(town) for town in summary.published.towns],
        description="各乡镇报送和审核结论",
    )
    create_markdown_artifact(key="consolidation-summary", markdown=summary.markdown(), description="汇总摘要")


def show_failure(sentence: str, reasons: Sequence[str] = ()) -> None:
    """Why nothing was published."""
    lines = [f"# 没有发布\n\n{_plain(sentence)}\n", *(f"- {_plain(reason)}" for reason in reasons)]
    create_markdown_artifact(
        key="consolidation-summary", markdown="\n".join(lines), description="没有发布的原因"
    )


def _row(town: TownState) -> dict[str, str | int]:
    return {
        "年度": town.fiscal_year,
        "乡镇": town.town_name,
        "报送": STATE_WORDS[town.state],
        "结论": town.verdict,
        "表": town.forms_in,
        "通过": town.forms_accepted,
        "退回": town.forms_returned,
        "金额（万元）": wan(town.total_yuan),
        "退回意见": town.errors,
        "提醒": town.warnings,
        "提示": town.infos,
    }


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", shown(text, 4_000))
