"""``huizong programmes``: the programmes on the terminal, and a person's decisions into the ledger."""

from rich.console import Console
from rich.text import Text

from flows.opening import NOTHING_PUBLISHED, open_migrated, refuse_absent, warehouse_faults
from schemas.programme_groups import Verdict
from schemas.rules.wording import shown
from tasks.faults import UserError
from tasks.programme_decisions import Programmes, decide, listed
from tasks.settings import load_settings

_WHY = {"decision": "人工决定", "vocabulary": "词表", "similarity": "名称相近", "own": "原名"}


def programmes_of(warehouse: str | None) -> Programmes:
    """What the warehouse holds.

    Raises:
        UserError: it is absent or cannot be opened.
    """
    settings = load_settings(warehouse_url=warehouse)
    refuse_absent(settings.warehouse_url)
    with warehouse_faults():
        engine = open_migrated(settings.warehouse_url)
        try:
            with engine.connect() as connection:
                return listed(connection, settings.loaded_county)
        finally:
            engine.dispose()


def keep_decision(
    warehouse: str | None, names: tuple[str, str], verdict: Verdict, by: str | None, note: str | None
) -> str:
    """Keep a decision about two names; returns what to tell.

    Raises:
        UserError: nobody is named, a name is not known, or an earlier decision says otherwise.
    """
    if by is None:
        raise UserError("请用 --by 写明由谁决定，如 --by 张三。")
    settings = load_settings(warehouse_url=warehouse)
    refuse_absent(settings.warehouse_url)
    with warehouse_faults():
        engine = open_migrated(settings.warehouse_url)
        try:
            kept = decide(engine, settings.loaded_county, names, verdict, by=by, reason=note)
        finally:
            engine.dispose()
    if kept is None:
        return "以前已经这样决定过，没有改动。"
    what = "是同类项目" if verdict == "merge" else "不是同类项目"
    return f"已记下：“{kept.name}”与“{kept.other}”{what}（{by}）；下次 huizong run 生效。"


def print_programmes(out: Console, told: Programmes, *, review: bool) -> None:
    """Programmes with the names under them, then the pairs for a person; with ``review`` only these."""
    if not review:
        for each in told.programmes:
            pending = "（下次 huizong run 生效）" if each.is_pending else ""
            out.print(Text(f"{shown(each.programme)}{pending}", style="bold"))
            for member in each.members:
                why = _WHY[member.basis]
                out.print(
                    Text(f"  {shown(member.name)}　{member.towns} 个乡镇，{member.projects} 个项目，{why}")
                )
    if not told.doubtful:
        out.print("没有拿不准的名称。" if told.programmes else NOTHING_PUBLISHED)
        return
    out.print(Text(f"拿不准是不是同类项目的 {len(told.doubtful)} 对，请人工决定：", style="bold"))
    for doubt in told.doubtful:
        programme = "" if doubt.other_programme == doubt.other else f"（{shown(doubt.other_programme)}）"
        out.print(Text(f"  {shown(doubt.name)}　与　{shown(doubt.other)}{programme}　相近 {doubt.score}%"))
    out.print(
        "是同类项目：huizong programmes --merge 名称 名称 --by 姓名；不是：--apart 名称 名称 --by 姓名。"
    )
