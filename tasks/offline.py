"""Paths on a clerk's machine in, sources and their judgement out: judged as in the nightly run, no warehouse.

Several files given together are judged as one town's, so that the rules across forms see all of them.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from schemas.county import County
from schemas.form import Source, UnreadableError
from schemas.frames import Judgement
from tasks.faults import UserError
from tasks.judge import judge
from tasks.read.archive import is_archive, members_of
from tasks.read.guard import BUDGETS


def check(paths: Iterable[Path], county: County) -> tuple[list[Source], Judgement]:
    """Judge files.

    Raises:
        UserError: no file is given, or one is absent, a folder, or may not be read.
    """
    sources = [source for path in dict.fromkeys(paths) for source in _sources(path)]
    if not sources:
        raise UserError("没有指定文件；请写明要检查的文件，如：huizong check 附件2.docx。")
    return sources, judge(sources, county)


def _sources(path: Path) -> list[Source]:
    """A file, or the files that a zip of submissions holds."""
    whole = _source(path)
    if not is_archive(whole.content):
        return [whole]
    try:
        members = list(members_of(whole.content))
    except UnreadableError:
        return [whole]  # told in its own name when it is read
    return [
        Source(
            key=f"{path}/{member.name}",
            file_name=f"{path.name}/{member.name}",
            content=member.content,
            sha256=hashlib.sha256(member.content).hexdigest(),
        )
        for member in members
    ] or [whole]


def _source(path: Path) -> Source:
    try:
        if path.is_dir():
            raise UserError(
                f"{path} 是文件夹，不是文件；请写明其中的文件，如：huizong check {path}/附件2.docx。"
            )
        with path.open("rb") as stream:
            content = stream.read(BUDGETS.file_bytes + 1)  # one more than allowed is enough to refuse it
    except FileNotFoundError as error:
        raise UserError(f"找不到文件 {path}；请检查文件名和所在的文件夹。") from error
    except (OSError, ValueError) as error:
        raise UserError(f"文件 {path} 打不开；请检查读取权限，或关闭正在使用它的程序。") from error
    return Source(
        key=str(path), file_name=path.name, content=content, sha256=hashlib.sha256(content).hexdigest()
    )
