"""Promise 13: names are only names, from the file a clerk checks to the page the county reads."""

import hashlib
import json
import re
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.form import Source
from tasks.judge import judge
from tasks.letters import town_letters
from tasks.published import read_published
from tasks.report import WORKBOOK_NAME, page
from tests.hostile.build import flat
from tests.support.judgements import BAOFENG, COUNTY
from tests.support.letters import shown_in
from tests.support.nights import night
from warehouse.views import read

NAMES = {
    "quotes": "a'b\"c;--",
    "SQL": "'; DROP TABLE fact_budget; --",
    "formats": "%s%(x)s{0}${x}",
    "emoji": "😀👩‍👩‍👧",
    "right to left": "\u202etxt.exe\u2066",
    "a forged line": "甲\n2026-01-01 00:00:00 ERROR 乙",
    "a forged line, with a return": "甲\rERROR 乙",
    "colours": "\x1b[31m红\x1b[0m\x07",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an attribute": '" onmouseover="alert(1)',
    "Markdown": "[点我](http://127.0.0.1:9/) **粗** `码` # 题\n# 题 | 表 ![图](x)",
    "a formula": "=cmd|'/c calc'!A1",
    "very long": "长" * 80,
    "separators": "甲\u2028乙\u2029丙\x85丁",
    "not composed": "e\u0301 \ufb01",
}
FILE_NAMES = {name: f"{text.replace('/', '∕')}.txt" for name, text in NAMES.items()}


@pytest.mark.parametrize("name", FILE_NAMES.values(), ids=FILE_NAMES.keys())
def test_a_file_of_any_name_is_checked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.cli import main  # noqa: PLC0415

    (tmp_path / name).write_bytes(flat().replace("≥95%".encode(), "９5%—".encode()))
    monkeypatch.chdir(tmp_path)
    answers = []
    for options in (["--json"], []):
        monkeypatch.setattr(sys, "argv", ["huizong", "check", *options, name])
        with pytest.raises(SystemExit):
            main()
        answers.append(capsys.readouterr())
    told = json.loads(answers[0].out)
    [file] = told if isinstance(told, list) else [told]
    assert file["file"] == name
    assert _is_plain(answers[1].out + answers[1].err)
    assert not re.search(r"^(2026-01-01|ERROR|# 题)", answers[1].out, re.MULTILINE)


def _is_plain(text: str) -> bool:
    return not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028-\u202e\u2066-\u2069]", text)


def test_a_name_longer_than_the_system_takes_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.cli import main  # noqa: PLC0415

    monkeypatch.chdir(tmp_path)
    for name in ("长" * 300, "a\x00b.txt"):
        monkeypatch.setattr(sys, "argv", ["huizong", "check", name])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 2
        said = capsys.readouterr()
        assert _is_plain(said.err + said.out)
        assert "Traceback" not in said.err


def _hostile_town() -> list[Source]:
    """One file for each name: so it is called, and so its project, its unit and one value are."""
    sources = []
    for number, text in enumerate(NAMES.values()):
        # A text file with control characters is no text file; line ends and tabs would be its own.
        told = re.sub(r"[\x00-\x1f]", " ", text)
        content = (
            flat()
            .decode()
            .replace("村级道路养护", f"道路{number}{told}")
            .replace("\t某县某镇人民政府", f"\t{told}")
            .replace("≥95%", told)
            .replace("年度总体目标", f"年度总体目标\n\n\t不认识的{told}\t{told}\n\n\t年度总体目标")
            .encode()
        )
        sources.append(
            Source(
                f"2023/{BAOFENG}/{list(FILE_NAMES.values())[number]}",
                list(FILE_NAMES.values())[number],
                content,
                hashlib.sha256(content).hexdigest(),
                fiscal_year=2023,
                town_code=BAOFENG,
                received_at=datetime(2023, 3, 1, tzinfo=UTC),
            )
        )
    return sources


class _Elements(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and attrs == [("href", WORKBOOK_NAME)]:
            return  # the county's workbook beside the page
        self.seen |= {tag, *(f"{tag} {name}" for name, _ in attrs)}


def test_hostile_names_go_through_a_night_as_text(engine: Engine) -> None:
    judgement = judge(_hostile_town(), COUNTY)
    night(engine, judgement)
    with engine.connect() as connection:
        budgets = read(connection, "v_budget")
        findings = read(connection, "v_finding")
        told = read_published(connection)

    assert len(judgement.forms) == len(NAMES)
    assert {row["file_name"] for row in findings if row["file_name"]} <= set(FILE_NAMES.values())
    assert any("DROP TABLE" in row["project_name"] for row in budgets)
    assert all(_is_plain(row["message"]) for row in findings)

    html = page(told, 1, "某县")
    elements = _Elements()
    elements.feed(html)
    assert not {name for name in elements.seen if name.split()[-1].startswith(("on", "src", "href"))}
    assert not elements.seen & {"script", "img", "a", "iframe"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html

    letters = town_letters(told, "某县").items()
    letter = shown_in(next(each for name, each in letters if name.startswith(BAOFENG)))
    assert _is_plain(letter)
    assert "<script>alert(1)</script>" in letter
    assert "点我" in letter
