"""What tests need is installed where that can be, and nothing is done or broken where it is there or cannot be."""

import os
import stat
from pathlib import Path

import pytest

from tasks.read import office
from tests import provide

pytestmark = pytest.mark.skipif(os.name != "posix", reason="apt-get is a program of Debian")

_APT = """#!/bin/sh
echo "$*" >> {here}/diary
case "$*" in
*" update") : > {here}/lists;;
*) test -e {here}/lists || {{ echo "E: Unable to locate package" >&2; exit 100; }}
   {install};;
esac
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of the PATH, on a machine where root asks and LibreOffice is absent."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(office.PROGRAM_SETTING, raising=False)
    monkeypatch.setattr(office, "_PLACES", ())
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def _apt(machine: Path, install: str) -> None:
    apt = machine / "apt-get"
    apt.write_text(_APT.format(here=machine, install=install), encoding="utf-8")
    apt.chmod(apt.stat().st_mode | stat.S_IXUSR)


def _asked(machine: Path) -> list[str]:
    diary = machine / "diary"
    return [line.split()[6] for line in diary.read_text().splitlines()] if diary.exists() else []


def test_nothing_is_done_where_it_is_there(machine: Path) -> None:
    (machine / "soffice").touch(mode=0o755)
    fonts = machine / "fc-list"
    fonts.write_text("#!/bin/sh\necho a font\n", encoding="utf-8")
    fonts.chmod(0o755)
    _apt(machine, "exit 1")
    assert provide.provide() == ""
    assert _asked(machine) == []


def test_a_font_is_installed_where_only_that_is_absent(machine: Path) -> None:
    (machine / "soffice").touch(mode=0o755)
    _apt(machine, "exit 0")
    provide.provide()
    assert _asked(machine)[-1] == "install"


def test_it_is_installed_once_the_lists_are_there(machine: Path) -> None:
    _apt(machine, f": > {machine}/soffice; /bin/chmod +x {machine}/soffice")
    assert provide.provide() == ""
    assert _asked(machine) == ["install", "update", "install"]
    assert all(name in (machine / "diary").read_text() for name in provide.PACKAGES)


def test_a_package_manager_that_fails_says_why(machine: Path) -> None:
    _apt(machine, 'echo "E: Could not resolve host" >&2; exit 100')
    assert provide.provide() == "E: Could not resolve host"


def test_who_may_not_install_is_told_so(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _apt(machine, "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert provide.provide() == "only root may install it"
    assert _asked(machine) == []


def test_a_machine_of_another_kind_is_left_alone(machine: Path) -> None:
    assert list(machine.iterdir()) == []
    assert provide.provide() == "this machine has no apt-get"
