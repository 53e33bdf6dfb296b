"""Documents of an old Word: one LibreOffice for a batch, blamed on nobody else, killed in time, gone without a trace."""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from lxml import etree

from schemas.county import County
from schemas.form import Source, UnreadableError
from tasks.judge import judge
from tasks.read import convert, office, office_process, office_profile, read
from tasks.read.office_process import Limits
from tests.benchmarks.annex import annex, to_text
from tests.support.annex import to_docx
from tests.support.soffice import StandIn, eventually, stand_in

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in for LibreOffice is a Unix script")

SHORT = Limits(start_seconds=30, seconds=0.3)
GOOD, CRASH, HANG, REFUSE = (
    (".rtf", b"{\\rtf1 %s}" % word) for word in (b"good", b"crash", b"hang", b"refuse")
)
MADE = to_docx(annex(forms=2))


@pytest.fixture
def soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The stand-in, and a place for temporary files of which the test can tell what is left."""
    yield from _standing_in(tmp_path, monkeypatch)


@pytest.fixture
def broken_soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setattr(office_profile, "font_folder", lambda: Path("/nowhere"))
    yield from _standing_in(tmp_path, monkeypatch, is_broken=True)


def _standing_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_broken: bool = False
) -> Iterator[StandIn]:
    for name in ("office", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    standing_in = stand_in(tmp_path / "office", MADE, is_broken=is_broken)
    monkeypatch.setenv(office.PROGRAM_SETTING, standing_in.program)
    yield standing_in
    os.close(standing_in.pipe)
    assert list((tmp_path / "temporary").iterdir()) == []


def told(results: list[bytes | UnreadableError]) -> list[str]:
    """The rule each document broke, or ``docx``."""
    return [each.rule_id if isinstance(each, UnreadableError) else "docx" for each in results]


def test_a_batch_is_one_process(soffice: StandIn) -> None:
    assert office.convert([GOOD, GOOD, GOOD]) == [MADE] * 3
    assert soffice.batches() == [3]


def test_nothing_to_convert_starts_nothing(soffice: StandIn) -> None:
    assert convert([MADE, b"\t\xe9\xa1\xb9\xe7\x9b\xae", b""]) == {}
    assert soffice.starts == []


def test_a_document_that_crashes_it_is_the_only_one_to_suffer(soffice: StandIn) -> None:
    results = office.convert([GOOD, CRASH, GOOD, GOOD])

    assert told(results) == ["docx", "R01", "docx", "docx"]
    assert str(results[1]) == "R01: 文件内容使读取程序中断"
    # The whole batch, the one to blame, those behind it.
    assert soffice.batches() == [4, 1, 2]


def test_a_document_it_cannot_open_is_refused(soffice: StandIn) -> None:
    results = office.convert([REFUSE, GOOD])

    assert told(results) == ["R01", "docx"]
    assert str(results[0]) == "R01: 文件内容已损坏，LibreOffice 也打不开"
    assert soffice.batches() == [2]


def test_a_document_that_hangs_is_killed_with_all_it_started(soffice: StandIn) -> None:
    results = office.convert([GOOD, HANG, GOOD], SHORT)

    assert told(results) == ["docx", "R08", "docx"]
    assert isinstance(results[1], UnreadableError)
    assert (results[1].value, results[1].expected) == ("读取时间太长", "0.3 秒内读完")
    assert soffice.batches() == [3, 1, 1]
    soffice.wait_until_gone()


@pytest.mark.usefixtures("soffice")
@pytest.mark.parametrize("documents", [[GOOD, CRASH, REFUSE], [CRASH, CRASH, GOOD], [REFUSE, CRASH, GOOD]])
def test_a_batch_gives_what_each_gives_alone(documents: list[office.Document]) -> None:
    alone = [result for document in documents for result in office.convert([document])]

    assert [str(each) for each in office.convert(documents)] == [str(each) for each in alone]


def test_nothing_outlives_the_process_that_asked(soffice: StandIn, tmp_path: Path) -> None:
    work = f"""
import tempfile
from tasks.read import office_process
tempfile.tempdir = {str(tmp_path / "temporary")!r}
office_process.run({soffice.program!r}, [(".rtf", b"hang")])
"""
    with subprocess.Popen([sys.executable, "-c", work]) as asking:
        soffice.wait_until_it_hangs()
        assert len(list((tmp_path / "temporary").iterdir())) == 1
        asking.kill()
    soffice.wait_until_gone()
    assert eventually(lambda: not list((tmp_path / "temporary").iterdir()))


def test_a_machine_without_it_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(office.PROGRAM_SETTING, "/nowhere/soffice")
    with pytest.raises(UnreadableError) as refused:
        read("附件2.rtf", GOOD[1])

    assert refused.value.rule_id == "R10"
    assert "请在 Word 或 WPS 中另存为 .docx，或请管理员安装 LibreOffice" in refused.value.value


def test_it_is_looked_for_where_it_usually_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(office.PROGRAM_SETTING, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_PLACES", (str(tmp_path / "libreoffice*/program/soffice"),))
    assert office.program() is None

    (tmp_path / "libreoffice24.8/program").mkdir(parents=True)
    usual = tmp_path / "libreoffice24.8/program/soffice"
    usual.touch(mode=0o755)
    assert office.program() == str(usual)

    on_the_path = tmp_path / "soffice"
    on_the_path.touch(mode=0o755)
    assert office.program() == str(on_the_path)


def test_a_broken_one_is_no_fault_of_the_document(
    broken_soffice: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    results = office.convert([REFUSE, REFUSE])

    assert told(results) == ["R10", "R10"]
    # Once more with all fonts, for it may be that it cannot do with the few it is given.
    assert broken_soffice.batches() == [2, 2]
    assert [record.message for record in caplog.records] == ["LibreOffice cannot convert anything"]


def test_a_full_disk_is_no_fault_of_the_document(
    soffice: StandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(office_process, "_lay_out", full)

    assert told(office.convert([GOOD, GOOD])) == ["R10", "R10"]
    assert soffice.starts == []
    assert [record.message for record in caplog.records] == ["LibreOffice cannot be run"]


def test_what_it_is_told_and_allowed(soffice: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIZONG_WAREHOUSE_URL", "postgresql://huizong:secret@localhost/huizong")
    read("`; rm -rf ~ $(x).doc\n", GOOD[1])
    (start,) = soffice.starts

    *options, _, first, second = start["arguments"]
    # Its own names only, none that a town gave.
    assert (first, second) == ("in/0000.rtf", "in/0001.rtf")
    assert not any("rm" in re.split(r"\W", option) for option in options)
    assert {"--headless", "--norestore"} <= set(options)
    assert start["memory_bytes"] == 1024 * 1024 * 1024
    assert "secret" not in str(start["environment"])
    assert start["environment"]["HOME"].startswith(start["folder"])


def test_macros_links_and_the_network_are_forbidden(soffice: StandIn) -> None:
    office.convert([GOOD])
    oor = "{http://openoffice.org/2001/registry}"
    settings = {
        (item.get(f"{oor}path"), prop.get(f"{oor}name")): prop.findtext("value")
        for item in etree.fromstring(soffice.starts[0]["profile"].encode())
        for prop in item
    }

    scripting = "/org.openoffice.Office.Common/Security/Scripting"
    assert settings[scripting, "MacroSecurityLevel"] == "3"
    assert settings[scripting, "DisableMacrosExecution"] == "true"
    assert settings[scripting, "BlockUntrustedRefererLinks"] == "true"
    # Never; 0 in Writer and 1 in Calc.
    assert settings["/org.openoffice.Office.Writer/Content/Update", "Link"] == "0"
    assert settings["/org.openoffice.Office.Calc/Content/Update", "Link"] == "1"
    # A proxy that answers nobody.
    assert settings["/org.openoffice.Inet/Settings", "ooInetProxyType"] == "2"
    assert settings["/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort"] == "9"


def test_few_fonts_are_shown_to_it(soffice: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_profile, "_FONTS", tmp_path / "fonts")
    office.convert([GOOD])
    (tmp_path / "fonts/dejavu-sans").mkdir(parents=True)
    (tmp_path / "fonts/dejavu-sans/a.ttf").touch()
    (tmp_path / "fonts/wqy-empty").mkdir()
    office.convert([GOOD])
    without, few = soffice.starts

    assert "FONTCONFIG_FILE" not in without["environment"]
    assert few["environment"]["FONTCONFIG_FILE"] == f"{few['folder']}/fonts.conf"
    assert f"<dir>{tmp_path / 'fonts/dejavu-sans'}</dir>" in few["fonts"]


PINGLUO = County.model_validate(
    yaml.safe_load((files("schemas") / "counties" / "640221.yml").read_text(encoding="utf-8"))
)


def _source(name: str, content: bytes) -> Source:
    return Source(key=name, file_name=name, content=content, sha256=hashlib.sha256(content).hexdigest())


def test_a_batch_is_judged_with_one_process(soffice: StandIn) -> None:
    sources = [
        _source("一.rtf", GOOD[1]),
        _source("二.rtf", CRASH[1]),
        _source("三.doc", b"{\\rtf1 as well}"),
        _source("四.txt", to_text(annex(forms=1))),
        _source("五.rtf", GOOD[1]),
    ]
    judgement = judge(sources, PINGLUO)

    assert soffice.batches() == [3, 1, 1]
    assert list(judgement.submissions["forms_in"]) == [2, 0, 2, 1, 0]
    findings = judgement.findings
    of_files = findings[findings["rule_id"].isin(["R01", "R04", "S06"])]
    assert list(zip(of_files["submission_key"], of_files["rule_id"], strict=True)) == [
        ("二.rtf", "R01"),
        ("三.doc", "R04"),
        ("五.rtf", "S06"),
    ]
