"""``huizong replay --dry-run``: the warehouse and perhaps other rules in, a list of what would flip out."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.opening import refuse_absent, warehouse_faults
from schemas.rules import CATALOGUE
from schemas.rules.wording import shown
from tasks.flips import Changes, Flips, FormFlip
from tasks.rehearse import rehearse
from tasks.report import wan
from tasks.settings import load_settings
from warehouse.engine import open_engine
from warehouse.migrations import require_head

_VERDICTS = {"accepted": "退回 → 通过", "returned": "通过 → 退回"}


def flips_of(warehouse: str | None, *, year: int | None, workers: int | None, rules: Path | None) -> Flips:
    """What would change if everything archived were judged now.

    Raises:
        UserError: the warehouse is absent or empty, or the rules given cannot be used.
        NotPublishedError: the warehouse cannot be read, or a file is missing from the archive.
    """
    settings = load_settings(warehouse_url=warehouse, workers=workers)
    refuse_absent(settings.warehouse_url)
    with warehouse_faults():
        engine = open_engine(settings.warehouse_url)
        try:
            require_head(engine)
            return rehearse(engine, settings, year, rules)
        finally:
            engine.dispose()


def print_flips(out: Console, found: Flips) -> None:
    """The list, for a person."""
    out.print(
        f"试算：重审第 {found.publication} 号发布的 {found.files} 个文件、{found.forms} 张表；数据仓库、存档和报告都没有改动。"
        "收件箱的情况（S 类意见）要到下次 huizong run 才重新看。"
    )
    if found.is_none:
        out.print("意见、结论和金额都不变。")
        return
    if found.rules:
        out.print()
        _print_changes(out, "规则", [(_rule(each.rule_id), each.changes) for each in found.rules])
        out.print()
        towns = [
            (f"{each.fiscal_year or ''} {each.town_name or '收文文件夹'}", each.changes)
            for each in found.towns
        ]
        _print_changes(out, "乡镇", towns)
    if found.flipped:
        out.print("\n结论改变：")
        for flip in found.flipped:
            out.print(f"  {_VERDICTS[flip.verdict]}  {_words(flip)}")
    if found.yuan_before != found.yuan:
        out.print(f"\n汇总金额：{wan(found.yuan_before)} 万元 → {wan(found.yuan)} 万元")


def _print_changes(out: Console, heading: str, lines: list[tuple[str, Changes]]) -> None:
    table = Table(show_edge=False, header_style="bold")
    table.add_column(heading, overflow="fold")
    for name in ("新增", "消失", "轻重改变"):
        table.add_column(name, justify="right")
    for name, changes in lines:
        counts = (changes.appeared, changes.vanished, changes.reweighed)
        table.add_row(name, *(str(count) if count else "" for count in counts))
    out.print(table)


def _rule(rule_id: str) -> str:
    known = CATALOGUE.get(rule_id)
    return f"{rule_id} {known.title}" if known else rule_id


def _words(flip: FormFlip) -> str:
    form = "整个文件" if flip.form_no is None else f"第{flip.form_no}张表"
    project = f" {shown(flip.project_name)}" if flip.project_name else ""
    place = f"{flip.fiscal_year} {flip.town_name}《{shown(flip.file_name or '')}》{form}"
    return f"{place}{project}（{'、'.join(flip.rules)}）"
