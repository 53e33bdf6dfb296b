"""A folder in, a stand-in for LibreOffice out, which does to each document what the document says.

``{\\rtf1 crash}`` ends it at once, ``hang`` makes it start another process and wait for ever beside it, ``refuse`` is
passed over, and of anything else it makes the .docx it was given. It keeps a diary of its starts.
"""

import json
import os
import select
import stat
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCRIPT = """#!{python} -IS
import json, os, pathlib, resource, shutil, subprocess, sys

here = pathlib.Path({here!r})
made = {made!r}
profile = next(each for each in sys.argv if each.startswith("-env:UserInstallation=file://")).split("file://")[1]
names = sys.argv[sys.argv.index("--outdir") + 2 :]
entry = {{
    "arguments": sys.argv[1:],
    "environment": dict(os.environ),
    "folder": os.getcwd(),
    "profile": (pathlib.Path(profile) / "user/registrymodifications.xcu").read_text(),
    "fonts": pathlib.Path(os.environ.get("FONTCONFIG_FILE", os.devnull)).read_text(),
    "memory_bytes": resource.getrlimit(resource.RLIMIT_DATA)[0],
}}
with (here / "diary").open("a") as diary:
    diary.write(json.dumps(entry) + "\\n")
for number, name in enumerate(names):
    content = pathlib.Path(name).read_bytes()
    if b"crash" in content:
        os.abort()
    if b"hang" in content:
        # Both hold the pipe open until they are gone.
        pipe = os.open(here / "pipe", os.O_WRONLY)
        os.set_inheritable(pipe, True)
        child = subprocess.Popen([sys.executable, "-IS", "-c", "import signal; signal.pause()"], close_fds=False)
        os.write(pipe, b"x")
        child.wait()
    if (b"refuse" in content) if number else {is_broken!r}:
        print("Error: source file could not be loaded", file=sys.stderr)
        continue
    print("convert", name, flush=True)
    shutil.copyfile(made, pathlib.Path("out") / (pathlib.Path(name).stem + ".docx"))
"""


@dataclass(frozen=True)
class StandIn:
    """The program, and what is known of its runs."""

    here: Path
    pipe: int
    """Read end of a pipe that those who hang hold open."""

    @property
    def program(self) -> str:
        """Its path."""
        return str(self.here / "soffice")

    @property
    def starts(self) -> list[dict[str, Any]]:
        """What it saw at each start."""
        diary = self.here / "diary"
        return [json.loads(line) for line in diary.read_text().splitlines()] if diary.exists() else []

    def batches(self) -> list[int]:
        """How many documents it was given at each start, its own probe left out."""
        return [
            sum("/" in each for each in start["arguments"] if each.startswith("in/")) - 1
            for start in self.starts
        ]

    def wait_until_it_hangs(self, seconds: float = 20) -> None:
        """Wait until both processes stand still."""
        assert select.select([self.pipe], [], [], seconds)[0], "it did not start"
        assert os.read(self.pipe, 1) == b"x"

    def wait_until_gone(self, seconds: float = 20) -> None:
        """Wait until none of those who hung is alive."""
        deadline = time.monotonic() + seconds
        while select.select([self.pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            if not os.read(self.pipe, 64):
                return
        raise AssertionError("it outlives what started it")


def stand_in(folder: Path, made: bytes, *, is_broken: bool = False) -> StandIn:
    """Make one.

    Args:
        folder: An empty folder.
        made: What it makes of every document.
        is_broken: It makes nothing of the first document of a batch, which is not a town's.
    """
    (folder / "made.docx").write_bytes(made)
    os.mkfifo(folder / "pipe")
    script = _SCRIPT.format(
        python=sys.executable, here=str(folder), made=str(folder / "made.docx"), is_broken=is_broken
    )
    program = folder / "soffice"
    program.write_text(script, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return StandIn(folder, os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK))


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
