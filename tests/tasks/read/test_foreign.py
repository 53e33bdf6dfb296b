"""Foreign parsers: whatever a library does on a file, this process lives, stays small, and says it in words."""

import contextlib
import gc
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemas.form import Cell, Grid, UnreadableError
from tasks.read import child, foreign, guard
from tasks.read.foreign import Limits, Parser
from tests.tasks.read import stranger

MODULE = stranger.__name__
STRANGER = Parser(MODULE)
TIGHT = Parser(MODULE, Limits(seconds=0.6, seconds_per_grid=0.3))
SMALL = Parser(MODULE, Limits(memory_bytes=256 * guard.MIB))
LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measured in /proc")


@pytest.fixture(autouse=True)
def children() -> Iterator[foreign._Children]:
    """Children of the test's own, none of which is left."""
    foreign._CHILDREN.end()
    yield foreign._CHILDREN
    foreign._CHILDREN.end()
    gc.collect()


def texts(order: str, parser: Parser = STRANGER) -> list[str]:
    return [grid.cells[0].text for grid in foreign.read(parser, order.encode("utf-8", "surrogatepass"))]


def refusal(order: str, parser: Parser = STRANGER) -> UnreadableError:
    with pytest.raises(UnreadableError) as refused:
        texts(order, parser)
    return refused.value


def status(field: str, pid: str = "self") -> int:
    """A figure of /proc in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def test_grids_come_back_as_they_were() -> None:
    (grid,) = foreign.read(STRANGER, "\n≥95%\n".encode()[:-1])

    cell = Cell(1, 1, "≥95%", 1, 2, "第3页", is_floating=True, confidence=0.5, recognised="2")
    assert grid == Grid("表1", (cell,))


def test_many_files_go_through_one_child() -> None:
    pids = {texts("who")[0] for _ in range(20)}

    assert len(pids) == 1
    assert pids != {str(os.getpid())}


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert texts("\n数\ud800量") == ["数?量"]


# ---- memory


@LINUX
@pytest.mark.parametrize("order", ["allocate 4096", "allocate_in_c 4096"])
def test_a_parser_that_swells_is_stopped_and_this_process_stays_small(order: str) -> None:
    """A parser in Python raises MemoryError; one in C writes to where it got nothing, and dies of it."""
    before = status("VmHWM")
    started = time.monotonic()
    error = refusal(order, SMALL)

    assert (error.rule_id, error.value) in {("R08", "读取所需的内存太多"), ("R01", "文件内容使读取程序中断")}
    assert time.monotonic() - started < 20
    assert status("VmHWM") - before < 40 * guard.MIB
    assert texts("\n下一个", SMALL) == ["下一个"]


@LINUX
def test_without_the_limit_the_parser_would_have_swollen() -> None:
    """So that the test above is one of the limit."""
    wide = Parser(MODULE, Limits(memory_bytes=1024 * guard.MIB))
    assert refusal("allocate 320", SMALL).rule_id == "R08"
    assert texts("allocate 320", wide) == ["40"]


@LINUX
def test_a_child_that_ran_out_of_memory_gets_no_other_file() -> None:
    first = texts("who", SMALL)
    assert refusal("allocate 4096", SMALL).rule_id == "R08"
    assert texts("who", SMALL) != first


# ---- time


def test_a_parser_that_hangs_is_killed_after_the_time_of_one_grid() -> None:
    texts("who", TIGHT)
    started = time.monotonic()
    error = refusal("hang", TIGHT)

    assert (error.rule_id, error.value, error.expected) == ("R08", "读取时间太长", "0.6 秒内读完")
    assert 0.3 <= time.monotonic() - started < 5


def test_a_parser_that_drips_is_killed_after_the_time_of_a_file() -> None:
    seen: list[Grid] = []
    with pytest.raises(UnreadableError) as refused:
        seen.extend(foreign.read(TIGHT, b"drip 1000"))
    assert refused.value.rule_id == "R08"
    assert 1 <= len(seen) < 13


def test_the_time_its_taker_takes_is_not_the_files() -> None:
    grids = foreign.read(TIGHT, b"drip 3")
    assert next(grids).cells[0].text == "0"
    threading.Event().wait(1)

    assert [grid.cells[0].text for grid in grids] == ["1", "2"]


def test_a_parser_that_does_not_even_take_the_file_is_killed() -> None:
    """Sixteen files' worth of pipe stand between: the parent must not wait for ever to hand one over."""
    running = foreign.read(TIGHT, b"drip 3")
    next(running)
    (process,) = foreign._CHILDREN._at_work
    os.kill(process._process.pid, signal.SIGSTOP)
    with pytest.raises(UnreadableError) as refused:
        list(process.read(bytes(8 * guard.MIB), ""))
    assert refused.value.rule_id == "R08"
    running.close()


# ---- crashes


@pytest.mark.parametrize("order", ["abort", "die"])
def test_a_crash_is_r01_and_the_child_is_replaced(order: str) -> None:
    first = texts("who")
    error = refusal(order)

    assert (error.rule_id, error.value) == ("R01", "文件内容使读取程序中断")
    assert texts("who") != first


def test_what_came_before_a_crash_is_handed_on() -> None:
    grids = foreign.read(STRANGER, b"abort")
    assert next(grids).cells[0].text == "before"
    with pytest.raises(UnreadableError):
        next(grids)


def test_a_child_killed_at_rest_is_replaced(children: foreign._Children) -> None:
    pid = texts("who")[0]
    process = children._at_rest[STRANGER]._process
    os.kill(int(pid), signal.SIGKILL)
    process.wait()

    assert texts("who") != [pid]


def test_an_exception_nobody_foresaw_is_r01_and_costs_the_child() -> None:
    first = texts("who")
    error = refusal("fail")

    assert error.rule_id == "R01"
    assert "ZeroDivisionError" in error.value
    assert texts("who") != first


def test_a_refusal_comes_back_whole_and_costs_no_child() -> None:
    first = texts("who")
    error = refusal("refuse R02")

    assert (error.rule_id, error.value, error.expected) == ("R02", "为什么", "怎样")
    assert error.details == {"hint": "细节"}
    assert texts("who") == first


def test_a_parser_that_is_not_installed_is_no_fault_of_the_file(caplog: pytest.LogCaptureFixture) -> None:
    error = refusal("who", Parser("tests.tasks.read.no_such_parser"))

    assert error.rule_id == "R01"
    assert "无法启动" in error.value
    assert "ModuleNotFoundError" in error.value
    assert [record.getMessage() for record in caplog.records] == ["foreign parser cannot be started"]


# ---- manners


def test_what_a_library_prints_or_reads_is_no_part_of_the_answer() -> None:
    assert texts("chat") == [""]
    assert texts("\n下一个") == ["下一个"]


@LINUX
def test_a_parser_may_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "dropped"
    assert refusal(f"write {target}").rule_id == "R01"
    assert not target.exists() or target.read_bytes() == b""


@LINUX
def test_a_parser_may_open_few_files() -> None:
    assert refusal("open 200").rule_id == "R01"
    assert texts("open 20") == ["20"]


def test_a_parser_does_not_see_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIZONG_WAREHOUSE_URL", "postgresql://reader:geheim@example/huizong")
    assert texts("look HUIZONG_WAREHOUSE_URL") == ["unset"]
    assert texts("look OMP_NUM_THREADS") == ["1"]


# ---- answers not to be believed


def message(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return (len(raw).to_bytes(8, "big") + raw).hex()


GOOD = [1, 1, "甲", 1, 1, "", False, 1.0, ""]
GARBAGE = {
    "no JSON": b"\xff\xfe{",
    "deep": b"[" * 100_000,
    "a list": [1, 2],
    "a number": 5,
    "two kinds": {"grid": [], "done": True},
    "another kind": {"perhaps": 1, "x": 2},
    "no grid": {"grid": 5},
    "a grid too short": {"grid": ["表1", []]},
    "a grid without a name": {"grid": [None, [], False, False, False]},
    "a header that was not told": {"grid": ["表1", [], False, False, True]},
    "a prose of another type": {"grid": ["表1", [], "no", False, False]},
    "cells that are none": {"grid": ["表1", 7, False, False, False]},
    "a cell too short": {"grid": ["表1", [GOOD[:5]], False, False, False]},
    "a cell too long": {"grid": ["表1", [[*GOOD, 1]], False, False, False]},
    "a row that is a text": {"grid": ["表1", [["1", *GOOD[1:]]], False, False, False]},
    "a row that is true": {"grid": ["表1", [[True, *GOOD[1:]]], False, False, False]},
    "row 0": {"grid": ["表1", [[0, *GOOD[1:]]], False, False, False]},
    "a span of 0": {"grid": ["表1", [[1, 1, "甲", 0, *GOOD[4:]]], False, False, False]},
    "a text that is none": {"grid": ["表1", [[1, 1, None, *GOOD[3:]]], False, False, False]},
    "a confidence of 7": {"grid": ["表1", [[*GOOD[:7], 7.0, ""]], False, False, False]},
    "a confidence that is no number": b'{"grid":["x",[[1,1,"a",1,1,"",false,NaN,""]],false,false,false]}',
    "an error that is none": {"error": 5},
    "an error without a rule": {"error": {"value": "x"}},
    "an error of no such rule": {
        "error": {"rule_id": "Z99", "value": "", "expected": "", "details": {}, "is_spent": False}
    },
    "an error whose details overwrite it": {
        "error": {"rule_id": "R01", "value": "", "expected": "", "details": {"value": "x"}, "is_spent": False}
    },
}


@LINUX
@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_child_that_answers_garbage_is_r01_and_replaced(garbage: object) -> None:
    first = texts("who")
    error = refusal(f"say {message(garbage)}")

    assert (error.rule_id, error.value) == ("R01", "文件内容使读取程序出错")
    assert texts("who") != first


@LINUX
def test_a_well_formed_answer_past_the_protocol_is_only_an_answer() -> None:
    """So that each refusal above is for its garbage."""
    assert texts(f"say {message({'grid': ['表1', [GOOD], False, False, False]})}") == ["甲", "after"]


@LINUX
@pytest.mark.parametrize(
    ("grid", "expected"),
    [
        (["表1", [[1, 16_384, *GOOD[2:]]], False, False, False], "不超过 100,000 行、256 列"),
        (["表1", [[1_048_576, 1, *GOOD[2:]]], False, False, False], "不超过 100,000 行、256 列"),
    ],
)
def test_what_a_child_answers_is_held_to_the_budgets(grid: list[object], expected: str) -> None:
    error = refusal(f"say {message({'grid': grid})}")
    assert (error.rule_id, error.expected) == ("R08", expected)


def test_too_many_tables_are_r08() -> None:
    limit = guard.BUDGETS.tables
    assert len(texts("\n" * limit)) == limit
    assert refusal("\n" * (limit + 1)).rule_id == "R08"


@LINUX
@pytest.mark.parametrize("size", ["ffffffffffffffff", "0000000100000000"])
def test_a_message_that_announces_too_much_is_refused_before_it_is_read(size: str) -> None:
    error = refusal(f"say {size}")
    assert (error.rule_id, error.expected) == ("R08", "不超过 16 MiB 文字")


def test_a_child_that_tells_too_much_is_r08() -> None:
    small = Parser(MODULE, Limits(answer_bytes=guard.MIB))
    line = "x" * 300_000
    assert len(texts(f"\n{line}\n{line}", small)) == 2
    error = refusal("\n" + "\n".join([line] * 5), small)
    assert (error.rule_id, error.expected) == ("R08", "不超过 1 MiB 文字")
    assert refusal(f"tell {17 * guard.MIB}").rule_id == "R08"


# ---- threads, forks, ends


def test_threads_read_at_once_each_with_a_child_of_its_own() -> None:
    read: dict[int, list[str]] = {}
    meet = threading.Barrier(4)

    def work(number: int) -> None:
        meet.wait(timeout=60)
        for turn in range(5):
            read[number * 10 + turn] = texts(f"drip 2\n线程{number}，第{turn}次")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert read == {
        number * 10 + turn: ["0", "1", f"线程{number}，第{turn}次"]
        for number in range(4)
        for turn in range(5)
    }
    assert len(foreign._CHILDREN._at_rest) == 1
    assert not foreign._CHILDREN._at_work


def test_who_stops_halfway_ends_the_child_and_holds_up_nobody() -> None:
    halfway = foreign.read(STRANGER, b"hang")
    next(halfway)
    (process,) = foreign._CHILDREN._at_work

    assert texts("\n另一个") == ["另一个"]
    halfway.close()
    assert process._process.poll() is not None
    assert process not in foreign._CHILDREN._at_work


@LINUX
def test_nothing_is_left_over() -> None:
    """No zombie, no open file, no thread, whatever became of the children."""
    texts("who")
    foreign._CHILDREN.end()
    descriptors, threads = set(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208
    for order in ("abort", "die", "fail", "tell 10"):
        with contextlib.suppress(UnreadableError):
            texts(order)
    refusal("hang", TIGHT)
    halfway = foreign.read(STRANGER, b"hang")
    next(halfway)
    del halfway
    foreign._CHILDREN.end()
    gc.collect()

    assert set(os.listdir("/proc/self/fd")) == descriptors  # noqa: PTH208
    assert threading.active_count() == threads
    assert not _children_of(os.getpid())


def _children_of(pid: int) -> list[str]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for each in listed if "tasks.read.child" in Path(f"/proc/{each}/cmdline").read_text()]


@LINUX
@pytest.mark.parametrize("order", ["hang", "spin"])
def test_a_child_does_not_outlive_a_parent_that_is_killed(order: str) -> None:
    """Hanging, it sees its input end; spinning inside C, it runs out of the processor's time."""
    script = (
        "from tasks.read.foreign import Limits, Parser, read\n"
        f"parser = Parser({MODULE!r}, Limits(seconds=1))\n"
        "print(*(grid.cells[0].text for grid in read(parser, b'who')), flush=True)\n"
        "import tasks.read.foreign_process as process\n"
        "process.Process._expire = lambda self: None\n"
        f"list(read(parser, {order.encode()!r}))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=Path.cwd()) as parent:
        assert parent.stdout
        pid = parent.stdout.readline().decode().strip()
        _wait_until(lambda: status("VmRSS", pid) > 0 and _is_busy(pid, order))
        parent.kill()
    _wait_until(lambda: not _lives(pid))


def _is_busy(pid: str, order: str) -> bool:
    if order == "hang":
        return True
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(used[11]) > 30  # hundredths of a second: more than it takes to start


def _lives(pid: str) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    tick = threading.Event()
    while time.monotonic() < end:
        if condition():
            return
        tick.wait(0.02)
    pytest.fail("it did not come true within a minute")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_forked_process_uses_children_of_its_own() -> None:
    mine = texts("who")
    script = (
        "import os, sys\n"
        "from tasks.read.foreign import Parser, read\n"
        f"who = lambda: [grid.cells[0].text for grid in read(Parser({MODULE!r}), b'who')]\n"
        "first = who()\n"
        "if (pid := os.fork()) == 0:\n"
        "    os._exit(0 if who() != first else 7)\n"
        "_, code = os.waitpid(pid, 0)\n"
        "sys.exit(os.waitstatus_to_exitcode(code) or (0 if who() == first else 8))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert texts("who") == mine


# ---- the child's side alone


def framed(*contents: bytes) -> io.BytesIO:
    return io.BytesIO(b"".join(len(content).to_bytes(8, "big") + content for content in contents))


def test_a_system_without_resource_bounds_only_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no such module."""
    monkeypatch.setitem(sys.modules, "resource", None)
    child.bound(1)

    assert child.within(0.001, stranger.grids) is stranger.grids


def test_a_file_cut_off_at_its_end_ends_the_child() -> None:
    ended = threading.Event()
    source = io.BytesIO(framed(b"{}", b"one", b"").getvalue() + b"\x00\x00")
    files = list(child.files(source, ended.set))

    assert files == [(b"{}", b"one")]
    assert ended.wait(timeout=30)


def test_serving_answers_one_file_after_the_other() -> None:
    target = io.BytesIO()
    child.serve(stranger.grids, [child.File(b"", each) for each in (b"\na", b"fail", b"\nb")], target)

    kinds = []
    target.seek(0)
    while header := target.read(8):
        kinds.append(next(iter(json.loads(target.read(int.from_bytes(header, "big"))))))
    assert kinds == ["grid", "done", "error", "grid", "done"]


def test_starting_a_child_imports_no_reader_of_other_formats() -> None:
    """It is what `huizong check` on a PDF waits for."""
    script = "import sys, tasks.read.child; print(*(set(sys.modules) & set(sys.argv[1:])))"
    heavy = ["pandas", "pydantic", "python_calamine", "yaml", "tasks.read.docx", "tasks.read.text", "xlrd"]
    done = subprocess.run([sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
