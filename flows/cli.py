# ruff: noqa: PLC0415, D415
"""The command line in, exit codes out: ``huizong run | check | template | findings | accept | replay …``.

Exit codes: 0 done · 1 not published, or a checked file has errors · 2 usage, or a checked file is unreadable.
A fault that a person can mend is one Chinese sentence on standard error, without a traceback. Each command
imports only what it needs, so that a clerk's ``check`` does not wait for Prefect; its docstring is its help.
"""

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from tasks.faults import UserError

app = typer.Typer(
    name="huizong",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
db = typer.Typer(help="数据仓库：建表升级、数据字典。", no_args_is_help=True)
app.add_typer(db, name="db")


def _tell_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"huizong {version('huizong')}")
        raise typer.Exit


@app.callback()
def _huizong(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="程序的版本", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """汇总各乡镇的项目支出预算绩效目标表。"""


Inbox = Annotated[
    str | None, typer.Option("--inbox", metavar="PATH", help="收文文件夹或 fsspec 地址 [HUIZONG_INBOX]")
]
Warehouse = Annotated[
    str | None, typer.Option("--warehouse", metavar="URL", help="数据仓库地址 [HUIZONG_WAREHOUSE_URL]")
]
Year = Annotated[
    int | None, typer.Option("--year", metavar="YYYY", help="年度；不写则是全部年度", min=2000, max=2099)
]

Numbered = Annotated[
    int | None, typer.Option("--publication", metavar="N", help="第几号发布；不写则是当前的", min=1)
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command()
def run(
    *,
    inbox: Inbox = None,
    warehouse: Warehouse = None,
    year: Year = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="同时审核的进程数 [HUIZONG_WORKERS]", min=1, max=256)
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="全部重新审核，不只是新收到的")] = False,
) -> None:
    """立即汇总一次并发布。

    退出码：0 已发布（或没有新内容）；1 没有发布；2 用法不对。
    """
    from flows.by_hand import run_now

    run_now(inbox=inbox, warehouse=warehouse, year=year, workers=workers, full=full)


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", show_default=False)] = None,
    *,
    as_json: AsJson = False,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", metavar="OUT", help="批注写到哪里：一个文件写文件名，几个写文件夹"),
    ] = None,
) -> None:
    """报送前自查：不联网，不用数据库。

    几个文件一起给，按同一个乡镇审核。
    --json：一个文件输出一个对象，几个文件输出一个数组。
    退出码：0 全部通过；1 有须退回的问题；2 读不出目标表，或用法不对。
    """
    with _no_garbage():
        from tasks.answer import answers
        from tasks.offline import check as check_files
        from tasks.settings import load_settings

    paths = files or []
    county = load_settings().loaded_county
    sources, judgement = check_files(paths, county)
    found = answers(sources, judgement)
    if as_json:
        _print_json(found[0] if len(found) == 1 else found)
    else:
        from flows.screen import console, print_answer

        out = console()
        for answer in found:
            print_answer(out, answer)
    if annotate is not None:
        from tasks.annotate.write import write_checked

        written = write_checked(annotate, sources, judgement, county)
        for path in written:
            typer.echo(f"批注写在 {path}", err=as_json)
        if not written:
            typer.echo("没有意见要批注，没有另存文件。", err=as_json)
    raise typer.Exit(max(_exit_of(answer) for answer in found))


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Imports without a search for garbage, then or later: what a module defines stays. It is a tenth of a check's time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _exit_of(answer: dict[str, Any]) -> int:
    """2 for a file in which no form could be read (an error of letter R), 1 for any other error, 0 without one."""
    errors = {each["rule"] for each in answer["findings"] if each["severity"] == "error"}
    if not answer["forms"] and any(rule.startswith("R") for rule in errors):
        return 2
    return 1 if errors or answer["verdict"] == "returned" else 0


@app.command()
def template(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="写到哪里：….xlsx 或 ….docx")],
    *,
    year: Annotated[int, typer.Option("--year", metavar="YYYY", help="年度，印在表上", min=2000, max=2099)],
    forms: Annotated[int, typer.Option("--forms", metavar="N", help="几张空白表", min=1, max=100)] = 1,
) -> None:
    """空白表样：带下拉列表和输入检查，发给乡镇填写。

    填对了，check 就没有意见。
    """
    from tasks.settings import load_settings
    from tasks.template import write_blank

    write_blank(out, year, forms, load_settings().loaded_county)
    typer.echo(f"空白表样写在 {out}：{year}年度，{forms} 张。")


@app.command()
def status(*, year: Year = None, warehouse: Warehouse = None, as_json: AsJson = False) -> None:
    """各乡镇报送情况：按时、迟报、未报、退回、版本。"""
    from flows.by_hand import published_in
    from flows.screen import console, print_overrides, print_states

    published = published_in(warehouse, year)
    if as_json:
        _print_json([town.as_json() for town in published.towns])
    elif published.towns:
        print_states(console(), [town.as_json() for town in published.towns])
        print_overrides(console(), published.overrides)
    else:
        typer.echo(_nothing_published(year))


def _nothing_published(year: int | None) -> str:
    from flows.opening import NOTHING_PUBLISHED

    if year is None:
        return NOTHING_PUBLISHED
    return f"没有发布过 {year} 年度的汇总；请核对 --year，或先运行 huizong run --year {year}。"


@app.command()
def findings(
    *,
    town: Annotated[str | None, typer.Option(help="乡镇名称、别名或 9 位代码")] = None,
    rule: Annotated[str | None, typer.Option(help="规则编号，如 M03")] = None,
    severity: Annotated[
        str | None, typer.Option(help="error（退回）、warning（提醒）或 info（提示）")
    ] = None,
    year: Year = None,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """已发布的审核意见。"""
    from flows.by_hand import published_in, town_code_of
    from flows.screen import console, print_findings
    from schemas.rules.catalogue import CATALOGUE
    from schemas.rules.wording import SEVERITY_WORDS
    from tasks.published import by_town, select

    severity = {word: name for name, word in SEVERITY_WORDS.items()}.get(severity or "", severity)
    if severity not in (None, "error", "warning", "info"):
        raise UserError(f"没有“{severity}”这种程度；请写 error（退回）、warning（提醒）或 info（提示）。")
    rule = rule and rule.upper()
    if rule not in (None, *CATALOGUE):
        raise UserError(f"没有“{rule}”这条规则；编号是一个字母加两位数字，如 M03，全部规则见 huizong rules。")
    town_code = town_code_of(town)
    published = published_in(warehouse, year)
    everything = (*published.findings, *published.waived)
    chosen = select(everything, town_code=town_code, rule=rule, severity=severity)
    if as_json:
        _print_json([dict(row) for row in chosen])
    elif chosen:
        print_findings(console(), by_town(chosen))
    elif published.towns:
        typer.echo("没有符合条件的意见。")
    else:
        typer.echo(_nothing_published(year))


@app.command()
def accept(
    finding: Annotated[
        str, typer.Argument(metavar="FINDING", help="意见编号，huizong findings 每条意见最前面的那一串")
    ],
    *,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="由谁决定")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="理由")] = None,
    waive: Annotated[bool, typer.Option("--waive", help="豁免：意见留着，不再退回")] = False,
    value: Annotated[
        str | None, typer.Option("--value", metavar="NEW", help="更正为什么；不写则采用意见里“应为”的内容")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="撤销以前对这条意见的决定")] = False,
    warehouse: Warehouse = None,
) -> None:
    """答复一条意见：更正这一格，或予以豁免。

    下次汇总生效，存档的文件不动。文件有了新版，答复就失效。
    """
    from flows.accept import keep_answer
    from tasks.accept import Wish

    wish = Wish(by or "", note or "", is_waiver=waive, is_undo=undo, value=value)
    typer.echo(keep_answer(warehouse, finding, wish))


@app.command()
def replay(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试算会变什么，不写任何数据")] = False,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="DIR", help="试算用这个文件夹里的规则"),
    ] = None,
    year: Year = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="同时审核的进程数 [HUIZONG_WORKERS]", min=1, max=256)
    ] = None,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """用现行的规则和词表重审存档的文件并发布。

    --dry-run：只看会变什么，什么都不写。
    """
    if not dry_run and (rules is not None or as_json):
        raise UserError("--rules 和 --json 只能和 --dry-run 一起用；不试算就发布的，规则以程序自带的为准。")
    if not dry_run:
        from flows.by_hand import replay_now

        replay_now(warehouse=warehouse, year=year, workers=workers)
        return
    from flows.dry_run import flips_of, print_flips
    from flows.screen import console

    found = flips_of(warehouse, year=year, workers=workers, rules=rules)
    if as_json:
        _print_json(found.as_json())
    else:
        print_flips(console(), found)


@app.command()
def programmes(
    *,
    review: Annotated[bool, typer.Option("--review", help="只列拿不准是不是同类项目的名称")] = False,
    merge: Annotated[
        tuple[str, str] | None, typer.Option("--merge", metavar="A B", help="A 和 B 是同类项目")
    ] = None,
    apart: Annotated[
        tuple[str, str] | None, typer.Option("--apart", metavar="A B", help="A 和 B 不是同类项目")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="由谁决定")] = None,
    note: Annotated[str | None, typer.Option("--note", help="理由")] = None,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """同类项目：各乡镇的叫法怎样归到一起。

    也列出哪些拿不准；人工决定下次汇总生效。
    """
    from flows.programmes import keep_decision, print_programmes, programmes_of
    from flows.screen import console

    if merge is not None and apart is not None:
        raise UserError("--merge 和 --apart 一次只能用一个。")
    if merge is not None:
        typer.echo(keep_decision(warehouse, merge, "merge", by, note))
    elif apart is not None:
        typer.echo(keep_decision(warehouse, apart, "apart", by, note))
    elif as_json:
        told = programmes_of(warehouse).as_json()
        _print_json({"doubtful": told["doubtful"]} if review else told)
    else:
        print_programmes(console(), programmes_of(warehouse), review=review)


@app.command()
def report(
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="写到哪个文件夹；不写则是这号发布自己的")
    ] = None,
    publication: Numbered = None,
    warehouse: Warehouse = None,
) -> None:
    """全县的汇总工作簿（xlsx）和网页（html）。

    内容：乡镇、项目、指标、资金、意见。
    """
    from flows.outgoing import write_report

    page, workbook = write_report(warehouse, out, publication)
    typer.echo(f"工作簿　{workbook}\n网页　　{page}")


@app.command()
def export(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="空文件夹，或以前导出过的文件夹")],
    *,
    kind: Annotated[str, typer.Option("--format", metavar="csv|parquet", help="文件的格式")] = "csv",
    publication: Numbered = None,
    warehouse: Warehouse = None,
) -> None:
    """导出一号发布的全部数据，供其他程序使用。

    维度、事实和视图各一个文件，附 datapackage.json。
    """
    from flows.outgoing import write_export

    if kind not in ("csv", "parquet"):
        raise UserError(f"不能导出成“{kind}”；--format 请写 csv 或 parquet。")
    exported, rows = write_export(warehouse, out, "csv" if kind == "csv" else "parquet", publication)
    typer.echo(f"第 {exported.number} 号发布：{len(rows)} 个文件，{sum(rows.values()):,} 行，写在 {out}")


@db.command()
def upgrade(*, warehouse: Warehouse = None) -> None:
    """建表，或把表结构升级到当前版本；数据保留。"""
    from flows.by_hand import upgrade_warehouse

    upgrade_warehouse(warehouse)
    typer.echo("数据仓库已是当前版本。")


@db.command()
def dictionary() -> None:
    """数据字典（Markdown）：每张表、每一列的含义和单位。"""
    from warehouse.dictionary import dictionary as write

    typer.echo(write(), nl=False)


@app.command()
def rules() -> None:
    """审核规则：每条的编号、轻重、意见和改法（Markdown）。"""
    from schemas.rules_page import page

    typer.echo(page(), nl=False)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def main() -> None:
    """The console script."""
    try:
        app()
    except UserError as error:
        from flows.screen import complain

        complain(str(error))
        sys.exit(error.exit_code)
    except ValueError as error:
        from schemas.yaml_faults import BrokenTableError

        if not isinstance(error, BrokenTableError):
            raise
        # The screen's own words may come of the same file.
        typer.echo(str(error), err=True)
        sys.exit(UserError.exit_code)
