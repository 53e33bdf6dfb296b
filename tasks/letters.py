"""A publication in, what each town is told out: a Word document that can be sent on as it is (修改意见)."""

import re
from collections.abc import Iterator, Sequence

from schemas.form import for_clerks
from schemas.rules.wording import SEVERITY_WORDS, shown
from tasks.annotate.notes import FILLS, HEADINGS, WIDTHS
from tasks.published import Published, Row, by_town
from tasks.word_page import document, heading, paragraph, table

_MEANINGS = "“退回”须改正后用原文件名重新报送；“提醒”已经汇总，请核对；“提示”可以不改。"
_LONGEST = 2_000
"""Characters of a text that are shown."""


def town_letters(published: Published, county_name: str) -> dict[str, bytes]:
    """File name → letter, one per town with findings (all its years in one letter)."""
    names = {town.town_code: town.town_name for town in published.towns}
    mine: dict[str, list[Row]] = {}
    for row in published.findings:
        if row["town_code"] in names:
            mine.setdefault(row["town_code"], []).append(row)
    return {
        re.sub(r"[/\\:]", "_", f"{code}-{names[code]}.docx"): document(
            _letter(names[code], findings, county_name)
        )
        for code, findings in sorted(mine.items())
    }


def _letter(town_name: str, findings: Sequence[Row], county_name: str) -> Iterator[str]:
    yield heading(f"{shown(town_name)}：绩效目标表修改意见")
    yield paragraph(f"{shown(county_name)}财政局汇总时发现下列问题。{_MEANINGS}", spacing=80)
    for name, group in by_town(findings):
        yield paragraph(f"{name.partition(' ')[0]}年度", size=24, spacing=80, is_bold=True)
        yield table(
            HEADINGS,
            [(_columns(number, row), FILLS[row["severity"]]) for number, row in enumerate(group, 1)],
            WIDTHS,
        )
        yield paragraph("")


def _columns(number: int, finding: Row) -> tuple[str, ...]:
    """What stands below ``HEADINGS``."""
    said = (finding[name] or "" for name in ("message", "expected", "action"))
    opinion = f"{finding['rule_id']} {SEVERITY_WORDS[finding['severity']]}"
    return str(number), opinion, where(finding), *(shown(text, _LONGEST) for text in said)


def where(finding: Row) -> str:
    """File, form, project and address of a finding, on one line of plain text."""
    form = f"第{finding['form_no']}张表" if finding["form_no"] is not None else ""
    project = f"《{shown(finding['project_name'])}》" if finding["project_name"] else ""
    # An address names its form.
    place = for_clerks(finding["address"] or "") or form
    parts = (shown(finding["file_name"] or ""), project, place)
    return "，".join(part for part in parts if part)
