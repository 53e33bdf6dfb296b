"""A folder of other rules or words in, a process that judges by them out. Nothing heavy is imported before they are in place."""

import multiprocessing
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import yaml

from schemas.material import names, use_instead
from schemas.yaml_data import plain_data
from tasks.faults import UserError

_P = ParamSpec("_P")
_T = TypeVar("_T")
_PARTS = ("rules", "vocabulary")
"""Where the files stand in a copy of ``schemas``; otherwise they stand in the folder given."""


def texts_in(folder: Path) -> dict[str, str]:
    """The YAML files of a folder that take the place of the bundled ones, by name.

    Raises:
        UserError: there is none, one cannot be read or is no YAML, or one has the name of none.
    """
    parts = [folder / below for below in _PARTS if (folder / below).is_dir()] or [folder]
    found = {path.name: path for part in parts for path in sorted(part.glob("*.yml")) if path.is_file()}
    told = "、".join(sorted(names()))
    if not found:
        raise UserError(f"{folder} 里没有规则目录或词表；请放进要试用的文件，文件名是 {told} 之一。")
    if unknown := sorted(set(found) - names()):
        raise UserError(f"{folder} 里的 {unknown[0]} 不是规则目录或词表；文件名只能是 {told}。")
    texts = {}
    for name, path in found.items():
        try:
            texts[name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path} 读不出来；请检查读取权限，并用 UTF-8 保存。") from error
        try:
            plain_data(texts[name])
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f"第 {mark.line + 1} 行附近" if mark else ""
            raise UserError(f"{path} {line}写法有误，不能按 YAML 读；请检查缩进、引号和括号。") from None
    return texts


@contextmanager
def processes(workers: int, texts: Mapping[str, str]) -> Iterator[Executor]:
    """Processes in which these texts are the rules and words.

    They are started afresh: what this process has read already is not in them.
    """
    with ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=use_instead, initargs=(dict(texts),)
    ) as executor:
        yield executor


def under(
    texts: Mapping[str, str],
    folder: Path,
    work: Callable[Concatenate[Mapping[str, str], _P], _T],
    *arguments: _P.args,
    **options: _P.kwargs,
) -> _T:
    """What ``work`` gives in a process with these texts, which it gets as its first argument.

    Raises:
        UserError: the texts are no rules or words; or what ``work`` raises.
    """
    with processes(1, texts) as executor:
        executor.submit(_try, str(folder)).result()
        try:
            return executor.submit(work, texts, *arguments, **options).result()
        except KeyError as error:
            raise UserError(
                f"{folder} 里规则的文字用了没有的内容 {{{error.args[0]}}}；请照自带的 catalogue.yml 改正。"
            ) from error


def _try(folder: str) -> None:
    """Read everything once, so that a slip of the pen in it is told as one."""
    try:
        from schemas.programmes import indicator_name, programmes  # noqa: PLC0415
        from schemas.rules import comparisons, registry  # noqa: PLC0415
        from schemas.units import vocabulary as units  # noqa: PLC0415
        from schemas.vocabulary import Words, vocabulary  # noqa: PLC0415

        vocabulary(Words())
        units()
        programmes(Words())
        indicator_name("")
        _ = registry.SCHEMAS, comparisons
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, re.error) as error:
        reason = " ".join(str(error).split())[:300]
        raise UserError(f"{folder} 里的规则或词表不能用：{reason}；请照自带的文件改正。") from None
