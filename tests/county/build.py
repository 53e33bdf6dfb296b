"""Builds the inbox of the example county: ``python -m tests.county.build [DIR]``.

The same description gives the same bytes on every machine and day: members of a zip carry a fixed time, documents a
fixed date. Modification times are set, since they say when a town sent its file.
"""

import io
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx

from tests.county.describe import HERE, YEAR, File, Row, folders
from tests.support.annex import Annex, to_docx, to_xlsx

HEADING = "附件2：项目支出预算绩效目标表"
_ZIP_TIME = (2023, 3, 1, 8, 0, 0)
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")
_NOTICE = (
    "关于召开项目绩效管理工作会议的通知",
    "各有关单位：",
    "定于近期召开项目绩效管理工作会议，请安排经办人员准时参加，并带好本单位的项目清单。",
)
_SELF_EVALUATION = (
    ("项目支出绩效自评表",),
    ("（2022年度）",),
    ("项目名称", "村委会办公经费"),
    ("主管部门", "平罗县陶乐镇人民政府", "实施单位", "平罗县陶乐镇人民政府"),
    ("项目资金（万元）", "年初预算数", "全年执行数", "执行率", "得分"),
    ("年度资金总额", "15", "15", "100%", "10"),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值"),
    ("产出指标", "数量指标", "村委会个数", "5个", "5个"),
)


def build(target: Path) -> int:
    """Write every file of the county under ``target``; gives their number."""
    written = 0
    for folder in folders():
        contents: dict[str, bytes] = {}
        place = target / str(YEAR) / folder.name
        place.mkdir(parents=True, exist_ok=True)
        for file in folder.files:
            contents[file.name] = _content(file, contents)
            path = place / file.name
            path.write_bytes(contents[file.name])
            os.utime(path, (file.modified.timestamp(),) * 2)
            written += 1
    return written


def _content(file: File, earlier: dict[str, bytes]) -> bytes:
    annex = Annex(HEADING, file.forms)
    makers: dict[str, Callable[[], bytes]] = {
        "docx": lambda: frozen(to_docx(annex, boxed_names=True)),
        "docx-boxed": lambda: frozen(to_docx(annex, boxed_names=True, titles_outside=True)),
        "xlsx": lambda: frozen(to_xlsx(annex)),
        "xlsx-stacked": lambda: frozen(to_xlsx(annex, stacked=True)),
        "text": lambda: to_text(annex),
        "copy": lambda: earlier[file.of],
        "truncated": lambda: earlier[file.of][: len(earlier[file.of]) // 2],
        # Encryption draws random salts, so this one is kept as it came out.
        "encrypted": (HERE / "encrypted.docx").read_bytes,
        "notice": lambda: frozen(_paragraphs(_NOTICE)),
        "self-evaluation": lambda: frozen(to_docx(Annex("附件3", (_SELF_EVALUATION,)))),
    }
    return makers[file.kind]()


def to_text(annex: Annex) -> bytes:
    """The annex in the tabbed flattening: a cell a line behind a tab, rows parted by an empty line."""
    shown = ["\n".join("\t" + cell for cell in row) for form in annex.forms for row in form]
    return (annex.heading + "\n" + "\n\n".join(shown) + "\n").encode()


def _paragraphs(texts: Row) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def frozen(package: bytes) -> bytes:
    """An office file without its clock: the same content is the same bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist()):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _DATES.sub(rb"\g<1>2023-03-01T00:00:00Z\g<2>", part)
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, part)
    return target.getvalue()


if __name__ == "__main__":
    inbox = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "inbox"
    if inbox == HERE / "inbox" and inbox.exists():
        shutil.rmtree(inbox)  # what an older description built must not stay
    sys.stdout.write(f"示例县：{build(inbox)} 个文件，放在 {inbox}\n")
