"""Installs what some tests need and Python's package index does not have: ``python -m tests.provide``.

That is LibreOffice, for documents of an old Word. Where it is there, nothing is done and nothing said. Where it is not,
it is installed if this is a Debian or Ubuntu, its package manager answers, and this process may do so; everywhere else
it is said why not, and the tests that need it skip. The exit code is always 0: no machine fails its tests for it.
"""

import os
import shutil
import subprocess
import sys

from tasks.read import office

PACKAGES = ("libreoffice-writer-nogui", "libreoffice-calc-nogui", "fonts-noto-cjk")
"""On a bare Debian 12 some 210 MB to fetch and 560 MB on the disk, in half a minute; no desktop, no Java. Without a font
for Chinese a page that LibreOffice prints holds no letters."""
_SECONDS = 900
_OPTIONS = ("-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20")


def provide() -> str:
    """Install LibreOffice and a font where they are absent and can be installed; gives why they still are, or nothing."""
    if office.program() is not None and has_chinese_font():
        return ""
    if shutil.which("apt-get") is None:
        return "this machine has no apt-get"
    if os.geteuid() != 0:
        return "only root may install it"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", *_OPTIONS, "install", "--yes", "--no-install-recommends", *PACKAGES)
    for command in (install, ("apt-get", *_OPTIONS, "update"), install):
        # Lists of packages may be absent or stale; they are fetched only where it turns out so.
        try:
            done = subprocess.run(
                command, env=environment, check=False, capture_output=True, text=True, timeout=_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"apt-get did not finish ({type(error).__name__})"
        if office.program() is not None:
            return ""
    return (done.stderr.strip().splitlines() or ["apt-get could not install it"])[-1]


def has_chinese_font() -> bool:
    """Whether a page with Chinese on it can be printed here."""
    fonts = shutil.which("fc-list")
    if fonts is None:
        return False
    return bool(subprocess.run((fonts, ":lang=zh"), check=False, capture_output=True).stdout.strip())


if __name__ == "__main__":
    reason = provide()
    if reason:
        sys.stderr.write(f"LibreOffice is not installed: {reason}. The tests that need it are skipped.\n")
