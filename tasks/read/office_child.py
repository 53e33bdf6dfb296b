"""Bounds LibreOffice and watches over it: ``python -I -S office_child.py OPTIONS``, run by ``tasks.read.office_process``.

Stands between the process that reads and LibreOffice, so that limits are set without forking a process of threads, and
so that nothing outlives that process: whatever becomes of it, its end of the pipe closes, and then LibreOffice is killed
with all it started and the folder is removed. Imports nothing of the project, for it must start in a blink.
"""

import contextlib
import ctypes
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, TypeVar

Done = TypeVar("Done")

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000
"""CLONE_NEWUSER and CLONE_NEWNET of Linux's sched.h."""


class Watched:
    """LibreOffice at work, killed when it tells of no further document for too long."""

    def __init__(self, command: Iterable[str], folder: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  the program that was found, no shell
            tuple(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.is_late = False

    def watch(self, start_seconds: float, seconds: float) -> None:
        """Follow LibreOffice until it ends. It tells a line for each document; the first is ours, and shows it started."""
        stdout: IO[bytes] = self._process.stdout  # type: ignore[assignment]  # it is a pipe
        allowed = start_seconds
        while self._within(allowed, lambda: stdout.readline(4096)):
            allowed = seconds
        self._within(seconds, self._wait)

    def end(self) -> int:
        """Kill LibreOffice with all it started, and give its exit code, which is 0 where it had ended well."""
        self._kill()
        return self._process.wait()

    def _kill(self) -> None:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        elif self._process.poll() is None:
            tree = ("taskkill", "/F", "/T", "/PID", str(self._process.pid))
            subprocess.run(tree, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603

    def _within(self, seconds: float, work: Callable[[], Done]) -> Done:
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            return work()
        finally:
            timer.cancel()

    def _wait(self) -> None:
        """Wait for its end; its number stays taken, and so means its group and no other, until that is killed too."""
        if os.name == "posix":
            with contextlib.suppress(ChildProcessError):  # killed by the listener, who waited for it
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()

    def _expire(self) -> None:
        self.is_late = True
        self._kill()


def bound(memory_bytes: int, file_bytes: int) -> None:
    """Let this process and its children have no more bytes of their own, write no larger file, leave no core behind."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    bounds = {
        resource.RLIMIT_DATA: memory_bytes,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound_ in bounds.items():
        hard = resource.getrlimit(kind)[1]
        limit = bound_ if hard == resource.RLIM_INFINITY else min(bound_, hard)
        resource.setrlimit(kind, (limit, limit))


def leave_network() -> bool:
    """Give up the network for this process and its children, where the system lets it; the profile forbids it anyway."""
    if not sys.platform.startswith("linux"):
        return False
    unshare = ctypes.CDLL(None).unshare
    if unshare(_NEW_NETWORK) == 0:  # allowed to root
        return True
    user, group = os.getuid(), os.getgid()
    if unshare(_NEW_NETWORK | _NEW_USERS) != 0:
        return False
    # In users of its own the process is nobody until it is told who it was.
    with contextlib.suppress(OSError):
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
    return True


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as target:  # noqa: PTH123  a file of the system
        target.write(text)


def main(options: Mapping[str, Any]) -> None:
    """Convert, tell how it ended, and clean up when the other side has taken what there is.

    What it tells: ``ended``, ``died`` or ``late``; ``absent`` where LibreOffice cannot be started at all.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other side answers a Ctrl-C
    folder = options["folder"]
    leave_network()
    bound(options["memory_bytes"], options["file_bytes"])
    try:
        watched = Watched(options["command"], folder, options["environment"])
    except OSError:
        _tell("absent")
        watched = None
    # No daemon: whatever happens here, this process ends only when it has cleaned up.
    threading.Thread(target=_clean_up_at_end, args=(watched, folder, options["sockets"])).start()
    if watched:
        watched.watch(options["start_seconds"], options["seconds"])
        code = watched.end()
        _tell("late" if watched.is_late else "died" if code else "ended")


def _clean_up_at_end(watched: Watched | None, folder: str, sockets: Iterable[str]) -> None:
    """Wait for the end of the input, which comes with the end of the other side at the latest."""
    while sys.stdin.buffer.read(4096):
        pass
    if watched:
        watched.end()
    for path in (path for pattern in sockets for path in glob.glob(pattern)):  # noqa: PTH207  patterns are absolute
        with contextlib.suppress(OSError):
            os.remove(path)  # noqa: PTH107  as above
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _tell(word: str) -> None:
    # Nobody may be there any more to be told.
    with contextlib.suppress(OSError):
        sys.stdout.write(word + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
