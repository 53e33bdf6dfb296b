"""What a person reads on the terminal: answers, states, findings, the summary of a run.

A submitter's text goes in as plain text with its control characters written out, never as markup.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.form import for_clerks
from schemas.rules.wording import SEVERITY_WORDS, shown
from tasks.answer import plain

Json: TypeAlias = Mapping[str, Any]

_SEVERITY_STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
_VERDICTS = {
    "accepted": ("通过", "green"),
    "partial": ("部分退回", "yellow"),
    "returned": ("退回", "bold red"),
}


def console() -> Console:
    """Standard output; text that the terminal's encoding lacks is written out instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


_MANY_UNKNOWN = 6
"""Cells nobody could place, from which on the template is likelier unknown than filled in wrongly."""


def print_answer(out: Console, answer: Json) -> None:
    """One file: its forms with verdicts, then its findings, grouped by form."""
    word, style = _VERDICTS[answer["verdict"]]
    out.print(Text.assemble("《", shown(answer["file"]), "》 ", (word, style)))
    if answer["forms"]:
        table = _table("表", "项目", "金额（万元）", "结论")
        for form in answer["forms"]:
            total = Decimal(form["total_yuan"]) / 10000 if form["total_yuan"] is not None else None
            table.add_row(
                str(form["form"]),
                _text(form["project_name"]),
                Text(plain(total) or "—", justify="right"),
                Text(*_VERDICTS[form["verdict"]]),
            )
        out.print(table)
    if not answer["findings"]:
        out.print("没有发现问题。")
    unknown = sum(each["rule"] == "R05" for each in answer["findings"])
    if unknown >= _MANY_UNKNOWN:
        out.print(
            f"有 {unknown} 格不认识（R05）。如果这是一种没有见过的表样，不必逐格修改：请财政局把其中的栏目名补进县设置的 words。"
        )
    for form_no, group in groupby(answer["findings"], key=lambda each: each["form"]):
        out.print(Text("整个文件" if form_no is None else f"第{form_no}张表", style="bold"))
        for each in group:
            out.print(_finding(each["rule"], each))
    out.print()


def print_states(out: Console, towns: Sequence[Json]) -> None:
    """Town × year: who sent what, when, and how it was judged."""
    table = _table("年度", "乡镇", "报送", "迟报天数", "文件", "版次", "表", "退回", "结论")
    styles = {"on_time": ("按时", "green"), "late": ("迟报", "yellow"), "missing": ("未报", "bold red")}
    for town in towns:
        table.add_row(
            str(town["fiscal_year"]),
            _text(town["town_name"]),
            Text(*styles[town["state"]]),
            str(town["days_late"] or ""),
            str(town["files"]),
            str(town["version"] or ""),
            str(town["forms_in"]),
            str(town["forms_returned"]),
            Text(town["verdict"]),
        )
    out.print(table)


def print_overrides(out: Console, rules: Iterable[Json]) -> None:
    """The rules that weigh otherwise in this county, with the reason it gives."""
    for each in rules:
        word = SEVERITY_WORDS.get(each["severity"], "不审")
        line = f"本县调整：{each['rule_id']} {each['title']}，{word}；理由：{shown(each['override_reason'], 400)}"
        out.print(Text(line, style="dim"))


def print_findings(out: Console, groups: Iterable[tuple[str, Sequence[Json]]]) -> None:
    """Published findings under their town: the id by which one is answered, a sentence with its address, the answer."""
    for name, findings in groups:
        out.print(Text(f"{shown(name)}：{len(findings)} 条", style="bold"))
        for each in findings:
            line = Text.assemble("  ", (each["finding_id"], "dim"))
            line.append(_finding(each["rule_id"], each, file=each["file_name"], form_no=each["form_no"]))
            if each["state"] == "waived":
                line.append(f"（{shown(each['decided_by'])} 已豁免：{shown(each['note'])}）", style="green")
            out.print(line)
        out.print()


def print_lines(out: Console, lines: Iterable[tuple[str, str]]) -> None:
    """A summary: name and figure, one a line."""
    for name, figure in lines:
        out.print(Text.assemble((f"{name:　<4}", "bold"), "  ", figure))


def complain(sentence: str) -> None:
    """A fault, on standard error."""
    console()
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(shown(sentence, 2_000), style="red"))


def _finding(rule: str, finding: Json, *, file: str | None = None, form_no: int | None = None) -> Text:
    word, style = SEVERITY_WORDS[finding["severity"]], _SEVERITY_STYLES[finding["severity"]]
    # An address names its form; a finding about the file, or about a town without one, has none.
    places = [shown(file)] if file else []
    if finding["address"]:
        places.append(shown(for_clerks(finding["address"]), 200))
    elif form_no is not None:
        places.append(f"第{form_no}张表")
    line = Text.assemble("  ", (word, style), f" {rule} ")
    if places:
        line.append(f"〔{'，'.join(places)}〕", style="dim")
    expected = f"应为：{finding['expected']}。" if finding["expected"] else ""
    return line.append(f"{finding['message']}{expected}{finding['action']}")


def _text(value: str | None) -> Text:
    return Text(shown(value) if value else "—")


def _table(*headings: str) -> Table:
    table = Table(show_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
