"""Installs what some tests need and the environment does not have: ``python -m tests.provide``.

LibreOffice, for documents of an old Word: where it is not, it is installed if this is a Debian or Ubuntu, its package
manager answers, and this process may do so. And pyarrow, for exports as Parquet, in a folder of its own, because no
other test may see it. What is there already is left as it is; what cannot be had is said, and the tests that need it
skip. The exit code is always 0: no machine fails its tests for it.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tasks.read import office

PACKAGES = ("libreoffice-writer-nogui", "libreoffice-calc-nogui", "fonts-noto-cjk")
"""On a bare Debian 12 some 210 MB to fetch and 560 MB on the disk, in half a minute; no desktop, no Java. Without a font
for Chinese a page that LibreOffice prints holds no letters."""
PARQUET = Path(sys.prefix) / "parquet"
"""Holds pyarrow, of the version in the lock file."""
_LOCK = Path(__file__).parents[1] / "uv.lock"
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


def provide_pyarrow() -> str:
    """Install pyarrow beside the environment where it is absent; gives why it still is, or nothing."""
    if (PARQUET / "pyarrow").exists():
        return ""
    locked = {each["name"]: each["version"] for each in tomllib.loads(_LOCK.read_text("utf-8"))["package"]}
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(PARQUET)]
    try:
        done = subprocess.run(
            [*command, f"pyarrow=={locked['pyarrow']}"],
            check=False,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"uv did not finish ({type(error).__name__})"
    return (
        "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["uv could not install it"])[-1]
    )


def has_chinese_font() -> bool:
    """Whether a page with Chinese on it can be printed here."""
    fonts = shutil.which("fc-list")
    if fonts is None:
        return False
    return bool(subprocess.run((fonts, ":lang=zh"), check=False, capture_output=True).stdout.strip())


if __name__ == "__main__":
    for name, reason in (("LibreOffice", provide()), ("pyarrow", provide_pyarrow())):
        if reason:
            sys.stderr.write(f"{name} is not installed: {reason}. The tests that need it are skipped.\n")
