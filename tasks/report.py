"""A publication in, files out: a page and a workbook for the county (汇总.html, 汇总.xlsx), a letter per town (退回意见/…docx).

The page is one self-contained file that needs no network. Whatever a submitter wrote is escaped in both. The
files of a publication are written into a folder of their own that appears at once, and stay as they are.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from schemas.os_faults import why
from schemas.rules.wording import SEVERITY_WORDS
from tasks.faults import NotPublishedError
from tasks.letters import town_letters, where
from tasks.page_decisions import decisions_block
from tasks.published import STATE_WORDS, Published, Row, TownState, by_town

PAGE_NAME = "汇总.html"
WORKBOOK_NAME = "汇总.xlsx"
LETTERS_NAME = "退回意见"
_NOT_SENT = "S03"
"""The rule of a town that sent nothing."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Where the files of a publication are."""

    page: Path
    letters: Path


def paths_of(out: Path, publication: int) -> Reports:
    """Where the files of a publication are or will be."""
    folder = out / f"{publication:04d}"
    return Reports(folder / PAGE_NAME, folder / LETTERS_NAME)


def writable(out: Path) -> None:
    """Ask before the work begins.

    Raises:
        NotPublishedError: reports cannot be written there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise NotPublishedError(
            f"报告文件夹 {out} 写不进去（{why(error)}）；请检查 HUIZONG_OUT 的路径和写入权限。"
        ) from error


def report(
    published: Published,
    publication: int,
    county_name: str,
    out: Path,
    *,
    workbook: bytes,
    marked: Iterable[tuple[str, bytes]] = (),
) -> Reports:
    """Write the page, the workbook and the letters of a publication, and the towns' files with marks.

    Args:
        published: What the publication says.
        publication: Its number.
        county_name: For the headings.
        out: Where the folder of each publication stands.
        workbook: The county's, which stands beside the page.
        marked: Files that go back, by their path below the letters.

    Raises:
        NotPublishedError: the folder cannot be written; the publication itself stands.
    """
    final = paths_of(out, publication)
    part = out / f"{publication:04d}.part"
    try:
        shutil.rmtree(part, ignore_errors=True)  # what a killed run left
        letters = part / LETTERS_NAME
        letters.mkdir(parents=True)
        (part / PAGE_NAME).write_text(page(published, publication, county_name), encoding="utf-8")
        (part / WORKBOOK_NAME).write_bytes(workbook)
        for name, letter in town_letters(published, county_name).items():
            (letters / name).write_bytes(letter)
        for name, content in marked:
            path = letters / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        shutil.rmtree(final.page.parent, ignore_errors=True)
        part.rename(final.page.parent)
    except OSError as error:
        raise NotPublishedError(
            f"汇总已经发布，但报告写不进 {out}（{why(error)}）；"
            "请检查 HUIZONG_OUT 的权限和磁盘空间，再运行一次。"
        ) from error
    return final


def wan(yuan: Decimal) -> str:
    """An amount in 万元, exact, with thousands separators: 1380200 元 → ``138.02``."""
    text = f"{yuan / 10000:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sentence(finding: Row) -> str:
    """What is wrong, what was expected and what to do, on one line of plain text."""
    expected = f"应为：{finding['expected']}。" if finding["expected"] else ""
    return f"{finding['message']}{expected}{finding['action']}"


def page(published: Published, publication: int, county_name: str) -> str:
    """The county's page as HTML."""
    years = sorted({town.fiscal_year for town in published.towns})
    title = f"{county_name}{'、'.join(map(str, years))}年度绩效目标汇总"
    return Template(files("tasks").joinpath("page.html").read_text(encoding="utf-8")).substitute(
        title=escape(title),
        publication=publication,
        figures="".join(
            f"<li>{escape(name)}<b>{escape(figure)}</b></li>" for name, figure in figures(published)
        ),
        towns="\n".join(_town_row(town) for town in published.towns),
        findings="\n".join(_findings_block(name, group) for name, group in by_town(published.findings)),
        decisions=decisions_block(published),
    )


def figures(published: Published) -> list[tuple[str, str]]:
    """The four lines a leader reads: (name, figure)."""
    towns, severities = published.towns, published.severities()
    states = "，".join(f"{word} {len(published.in_state(state))}" for state, word in STATE_WORDS.items())
    forms = sum(town.forms_in for town in towns)
    accepted = sum(town.forms_accepted for town in towns)
    unsent = sum(row["rule_id"] == _NOT_SENT for row in published.findings)
    severities["error"] -= unsent  # a town that sent nothing has nothing that goes back
    opinions = "，".join(f"{word} {severities[severity]}" for severity, word in SEVERITY_WORDS.items())
    return [
        ("乡镇", f"{len(towns)} 个：{states}"),
        ("目标表", f"{forms} 张：通过 {accepted}，退回 {published.forms_returned}"),
        ("金额", f"{wan(published.total_yuan)} 万元"),
        ("意见", f"{len(published.findings)} 条：{opinions}，未报送 {unsent}"),
    ]


def _town_row(town: TownState) -> str:
    state = STATE_WORDS[town.state] + (f" {town.days_late} 天" if town.days_late else "")
    bad = ' class="bad"'
    return (
        f"<tr><td>{town.fiscal_year}</td><td>{escape(town.town_name)}</td>"
        f"<td{bad if town.state != 'on_time' else ''}>{escape(state)}</td>"
        f"<td{bad if town.verdict != '通过' else ''}>{escape(town.verdict)}</td>"
        f'<td class="n">{town.forms_in}</td><td class="n">{town.forms_accepted}</td>'
        f'<td class="n">{town.forms_returned}</td><td class="n">{wan(town.total_yuan)}</td>'
        f'<td class="n">{town.errors} / {town.warnings} / {town.infos}</td></tr>'
    )


def _findings_block(name: str, findings: Sequence[Row]) -> str:
    items = "\n".join(
        f'<li><span class="tag {escape(row["severity"])}">{SEVERITY_WORDS[row["severity"]]}</span> '
        f"{escape(row['rule_id'])} {escape(sentence(row))}"
        f'<br><span class="where">{escape(where(row))}</span></li>'
        for row in findings
    )
    return f"<details><summary>{escape(name)}：{len(findings)} 条</summary><ol>{items}</ol></details>"
