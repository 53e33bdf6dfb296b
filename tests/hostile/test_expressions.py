"""No regular expression in the code can be made to run for ever: each is fed what such expressions dislike.

An expression that walks back over what it has read takes four times as long for twice the text, or worse. Here it may
not: every compiled pattern of the packages that see a submitter's text searches long runs of one kind, and runs behind
its own literals, in the way the code uses it (a pattern that only ever matches from the start need not search).
"""

import importlib
import inspect
import pkgutil
import re
import signal
import time
from collections.abc import Iterable, Iterator
from re import _constants, _parser  # type: ignore[attr-defined]  # the only way to a pattern's literals
from types import FrameType, ModuleType
from typing import Any

import pytest

import schemas
import tasks.parse
import tasks.read

LENGTH = 12_000
SECONDS = 0.25
"""For one search; a pattern that walks back takes a second or more for that many characters."""

BOUNDED = {
    "schemas.amounts._DEPARTMENTS": 200,
    "schemas.rules.x01_headcount._COUNT_NAME": 100,
    "schemas.vocabulary._YEAR": 120,
    "tasks.read.date_formats._TEXTS": 256,
    "tasks.read.date_formats._TOKEN": 256,
    "tasks.read.html._DECLARED": 4096,
    "tasks.read.number_formats._END": 256,
    "tasks.read.number_formats._TOKEN": 256,
}
"""Patterns that go back over what they have read, and are given no more characters than this."""

_RUNS = (
    *(
        " ",
        "\t",
        "\n",
        "\u3000",
        "9",
        "９",
        "0",
        ".",
        ",",
        "，",
        "、",
        "a",
        "Z",
        "_",
        "甲",
        "一",
        "十",
        "年",
        "月",
        "日",
    ),
    *(
        "(",
        ")",
        "（",
        "）",
        "[",
        "<",
        ">",
        "&",
        '"',
        "'",
        "=",
        "-",
        "—",
        "~",
        "/",
        "*",
        "%",
        "≥",
        "元",
        "万",
        "□",
        "√",
        ":",
        "：",
    ),
    *(
        "1,",
        "1.",
        "1-",
        "a ",
        " 9",
        "9 ",
        "9年",
        "元/",
        "（）",
        "()",
        "<a ",
        "</a>",
        '="',
        'a="b" ',
        "<!",
        "一二",
        "2023年1月",
        "A1",
        "x;",
        "\r\n",
    ),
    *("1至", "9%-", "1万", "其中：", "、甲", "甲 ", "( ", "（ ", "％", "\\"),
)
_ENDS = ("", "!", "\x00")


def _modules() -> Iterator[Any]:
    for package in (schemas, tasks.read, tasks.parse):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)
    for name in ("tasks.normalise", "tasks.judge", "tasks.validate", "tasks.inbox"):
        yield importlib.import_module(name)


def _patterns_in(value: object, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _patterns_in(each, depth + 1)
    elif depth < 3 and isinstance(value, dict):
        for key, each in value.items():
            yield from _patterns_in(key, depth + 1)
            yield from _patterns_in(each, depth + 1)


def _patterns() -> dict[str, tuple[re.Pattern[Any], frozenset[str]]]:
    """All patterns and how they are used, by module and name. The vocabulary's own are built of words by ``re.escape``."""
    found: dict[str, tuple[re.Pattern[Any], frozenset[str]]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(_patterns_in(value)):
                if all(pattern != seen for seen, _ in found.values()):
                    found[f"{module.__name__}.{name}[{number}]"] = (pattern, _uses(module, name))
    return found


_METHODS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")


def _uses(module: ModuleType, name: str) -> frozenset[str]:
    """The methods by which a module uses a pattern; those it uses at all where the pattern has no name of its own."""
    source = inspect.getsource(module)
    for owner in (re.escape(name), r"\w+"):
        used = frozenset(re.findall(rf"\b{owner}\.({'|'.join(_METHODS)})\(", source))
        if used:
            return used
    return frozenset(["search"])


PATTERNS = _patterns()


def _literals(tree: Any) -> Iterator[str]:  # noqa: ANN401  a parsed pattern has no public type
    """Runs of letters that stand in a pattern as they are."""
    run = ""
    for operation, argument in tree:
        if operation is _constants.LITERAL:
            run += chr(argument)
            continue
        if run:
            yield run
        run = ""
        for each in argument if isinstance(argument, tuple | list) else (argument,):
            parts = each if isinstance(each, list) else [each]
            for part in parts:
                if isinstance(part, _parser.SubPattern):
                    yield from _literals(part)
    if run:
        yield run


def _subjects(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    words = list(dict.fromkeys(_literals(_parser.parse(source, pattern.flags & ~re.UNICODE))))[:12]
    for run in _RUNS:
        for end in _ENDS:
            yield run * (length // len(run)) + end
    for word in words:
        yield word * (length // len(word))
        for run in (" ", "9", "a", "甲", "<", "="):
            yield word + run * length
            yield (word + run) * (length // len(word + run))


def _stop(_: int, __: FrameType | None) -> None:
    raise TimeoutError


def _use(pattern: re.Pattern[Any], method: str, subject: str | bytes) -> float:
    """How long a pattern takes; infinitely long where it had to be stopped."""
    use = getattr(pattern, method)
    arguments = (type(subject)(), subject) if method == "sub" else (subject,)
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS * 8)
    started = time.process_time()
    try:
        found = use(*arguments)
        if method == "finditer":
            list(found)
    except TimeoutError:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return time.process_time() - started


def _slowest(
    pattern: re.Pattern[Any], methods: Iterable[str] = ("search",), length: int = LENGTH
) -> tuple[float, str]:
    worst = (0.0, "")
    for subject in _subjects(pattern, length):
        fed = subject if isinstance(pattern.pattern, str) else subject.encode("utf-8")
        for method in methods:
            taken = _use(pattern, method, fed)
            if (
                SECONDS < taken < SECONDS * 4
            ):  # a busy machine, or a slow pattern? It is slow again if it is one.
                taken = min(taken, _use(pattern, method, fed))
            worst = max(worst, (taken, f"{method} in {subject[:20]!r} …"))
        if worst[0] > SECONDS:
            break
    return worst


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="a search is stopped by an alarm")
@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_time_in_line_with_the_text(name: str) -> None:
    pattern, methods = PATTERNS[name]
    taken, subject = _slowest(pattern, methods, BOUNDED.get(name.partition("[")[0], LENGTH))

    assert taken < SECONDS, f"{pattern.pattern!r}: {subject}"


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 40
    assert {name.partition("[")[0] for name in PATTERNS} >= BOUNDED.keys()
    assert any(isinstance(pattern.pattern, bytes) for pattern, _ in PATTERNS.values())


@pytest.mark.parametrize("bad", [r"(a+)+$", r"\s+$", r"a.*b.*c$", r"(\d+,?)*元"])
def test_a_pattern_that_walks_back_is_seen(bad: str) -> None:
    assert _slowest(re.compile(bad))[0] > SECONDS
