"""How long an annex takes, stage by stage and format by format, beside the floor and beside the usual script.

One process, one run, so that the ratios hold on any machine: ``python -m tests.benchmarks.annex``. An annex is one
town's file: 14 forms, about 970 cells. Times are medians over ``ROUNDS``; imports and file writing are left out.
"""

import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from schemas.county import County, Town
from schemas.form import Source
from tasks.judge import judge
from tasks.load import stage
from tasks.normalise import normalise
from tasks.parse import parse
from tasks.read import read
from tasks.validate import validate
from tests.benchmarks import plain_script
from tests.benchmarks.excel import to_excel
from tests.benchmarks.walks import Walked, calamine_rows, calamine_tables, docx_tables
from tests.benchmarks.word import to_word
from tests.support.annex import Annex, to_docx, to_xlsx
from warehouse.engine import open_engine
from warehouse.migrations import upgrade

FORMS = 14
TOWNS = 50
ROUNDS = 7
TURNS = 41
TITLE = "部门项目支出预算绩效目标表"
SUBJECTS = ("村干部", "社区", "党员", "网格员", "护林员", "保洁员", "调解员")


def annex(town: str = "宝丰镇", forms: int = FORMS) -> Annex:
    """A town's annex of the county's template, sound in every form."""
    return Annex(
        "附件2：项目支出预算绩效目标表", tuple(_form(town, number) for number in range(1, forms + 1))
    )


def _form(town: str, number: int) -> tuple[tuple[str, ...], ...]:
    subject, budget = f"{SUBJECTS[number % len(SUBJECTS)]}{number}", f"{number * 3}.25"
    return (
        (TITLE,),
        ("( 2023年度)",),
        ("",),
        ("项目名称", f"{subject}工作经费"),
        ("主管部门及代码", f"058-{town}人民政府", "实施单位", f"{town}人民政府"),
        ("项目属性", "一年期项目", "项目期", "2023年1月至12月"),
        ("项目资金\n（万元）", " 年度资金总额：", budget),
        ("", "         其中：财政拨款", budget),
        ("", "           其他资金", ""),
        ("年度总体目标", f"按时足额安排{subject}所需经费，使日常工作有人做、有章循、有账查。"),
        ("名称", "一级指标", "二级指标", "三级指标", "指标值"),
        ("绩效指标", "产出指标", "数量指标（必填硬性指标）", f"保障{subject}工作次数", "12次"),
        ("", "", "质量指标（必填）", f"{subject}工作完成率", "≥95%"),
        ("", "", "时效指标（必填）", f"{subject}经费拨付时间", "2023年12月底"),
        ("", "", "成本指标（必填硬性指标）", f"{subject}工作经费", f"{budget}万元"),
        ("", "效益指标", "社会效益指标（必填）", f"{subject}服务能力", "有效提升"),
        ("", "", "可持续影响指标（必填）", f"{subject}工作机制", "持续完善"),
        ("", "满意度指标", "服务对象满意度指标（必填）", f"{subject}服务对象满意度", "≥90%"),
    )


def to_text(described: Annex) -> bytes:
    """The annex in the tabbed flattening."""
    rows = ("\n".join(f"\t{cell}" for cell in row) for form in described.forms for row in form)
    return (described.heading + "\n" + "\n\n".join(rows) + "\n").encode()


def milliseconds(work: Callable[..., object], *given: object, rounds: int = ROUNDS) -> float:
    """Median time of one call."""
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        work(*given)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def by_turns(*works: Callable[[], object], rounds: int) -> list[float]:
    """Median times of several calls made by turns, so that a machine that is busy for a while is busy for all of them."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, spent, strict=True):
            times.append(milliseconds(work, rounds=1))
    return [statistics.median(times) for times in spent]


def count_lines(content: bytes) -> int:
    """The floor for text: decoded and cut into lines."""
    return len(content.decode().splitlines())


def source(town: Town, file_name: str, content: bytes) -> Source:
    """A town's submission, in time."""
    return Source(
        key=f"2023/{town.code}/{file_name}",
        file_name=file_name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        fiscal_year=2023,
        town_code=town.code,
        received_at=datetime(2023, 3, 1, tzinfo=UTC),
    )


def placed(file_name: str, content: bytes) -> list[list[Walked]]:
    """The tables of a file as our reader gives them, to be compared with the yardstick's."""
    return [
        [Walked(each.row, each.column, each.row_span, each.column_span, each.text) for each in grid.cells]
        for grid in read(file_name, content)[0]
        if not grid.is_prose
    ]


def reading(console: Console) -> None:
    """Read and parse, per format, against the yardstick and the usual script, in one run."""
    described = annex()
    word = to_word(described)
    assert placed("a.docx", word) == docx_tables(word)
    excel, openpyxl = to_excel(described), to_xlsx(described)
    assert placed("a.xlsx", excel) == calamine_tables(excel) == placed("a.xlsx", openpyxl)
    files: list[tuple[str, str, bytes, Callable[[bytes], object]]] = [
        ("docx, as Word writes it", "a.docx", word, docx_tables),
        ("docx, without formatting", "a.docx", to_docx(described), docx_tables),
        ("xlsx, as Excel writes it: calamine alone", "a.xlsx", excel, calamine_rows),
        ("xlsx, as Excel writes it: our cells over calamine", "a.xlsx", excel, calamine_tables),
        ("xlsx, as openpyxl writes it: calamine alone", "a.xlsx", openpyxl, calamine_rows),
        ("xlsx, as openpyxl writes it: our cells over calamine", "a.xlsx", openpyxl, calamine_tables),
        ("text", "a.txt", to_text(described), count_lines),
    ]
    table = Table(
        "format",
        "read ms",
        "parse ms",
        "yardstick ms",
        "read / yardstick",
        "(read+parse) / yardstick",
        "python-docx cell() ms",
        title=f"One annex of {FORMS} forms, median of {TURNS}",
    )
    for name, file_name, content, yardstick in files:
        grids, _ = read(file_name, content)
        read_ms, parse_ms, yardstick_ms = by_turns(
            partial(read, file_name, content),
            partial(parse, grids),
            partial(yardstick, content),
            rounds=TURNS,
        )
        is_word = file_name.endswith(".docx")
        script = f"{milliseconds(plain_script.read_rows, content, rounds=3):.0f}" if is_word else "–"
        table.add_row(
            name,
            f"{read_ms:.1f}",
            f"{parse_ms:.1f}",
            f"{yardstick_ms:.1f}",
            f"{read_ms / yardstick_ms:.2f}",
            f"{(read_ms + parse_ms) / yardstick_ms:.2f}",
            script,
        )
    console.print(table)


def growing(console: Console) -> None:
    """Ten and a hundred times the forms in one file: the time of one form must not grow."""
    table = Table("format", "forms", "read ms / form", "parse ms / form", title="Forms in one file")
    for forms in (FORMS, 10 * FORMS, 100 * FORMS):
        described = annex(forms=forms)
        for name, content in (
            ("a.docx", to_word(described)),
            ("a.xlsx", to_excel(described, stacked=forms > 500)),
        ):
            grids, _ = read(name, content)
            assert len(parse(grids).forms) == forms
            table.add_row(
                name[2:],
                str(forms),
                f"{milliseconds(read, name, content, rounds=3) / forms:.2f}",
                f"{milliseconds(parse, grids, rounds=3) / forms:.2f}",
            )
    console.print(table)


def judging_and_loading(console: Console) -> None:
    """Normalise, validate and load a county of ``TOWNS`` annexes, against the script's load."""
    towns = [Town(code=f"999999{number:03d}", name=f"第{number}镇") for number in range(100, 100 + TOWNS)]
    county = County(code="999999", name="样例县", due={2023: date(2023, 3, 31)}, towns=tuple(towns))
    sources = [source(town, "附件2.docx", to_docx(annex(town.name))) for town in towns]
    parsed = [(each, parse(read(each.file_name, each.content)[0])) for each in sources]
    frames = normalise(parsed)
    judgement = validate(sources, frames, county, {})
    assert set(judgement.forms["verdict"]) == {"accepted"}
    forms = TOWNS * FORMS
    table = Table(
        "stage", "ms", "per form ms", "rows/s", title=f"{TOWNS} annexes, {forms} forms, one process"
    )

    def show(stage_name: str, ms: float, rows: int | None = None) -> None:
        table.add_row(
            stage_name, f"{ms:.0f}", f"{ms / forms:.3f}", f"{rows / ms * 1000:,.0f}" if rows else ""
        )

    show("normalise", milliseconds(normalise, parsed, rounds=3))
    show("validate, every rule", milliseconds(validate, sources, frames, county, {}, rounds=3))
    show("judge: bytes to verdict", milliseconds(judge, sources, county, rounds=3))
    archive = {each.key: "archive" for each in sources}
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'warehouse.db'}")
        upgrade(engine)

        def load() -> int:
            return stage(
                engine, judgement, county=county, publication_no=1, run_id="benchmark", archive_urls=archive
            ).rows_inserted

        start = time.perf_counter()
        inserted = load()
        show("load into SQLite", (time.perf_counter() - start) * 1000, inserted)
        start = time.perf_counter()
        assert load() == 0
        show("load again, nothing new", (time.perf_counter() - start) * 1000, inserted)
        plain = sa.create_engine(f"sqlite:///{Path(folder) / 'plain.db'}")
        rows = plain_script.read_rows(sources[0].content)
        start = time.perf_counter()
        for _ in range(TOWNS):
            plain_script.load(rows, plain)
        show("script: pandas.to_sql of raw cells", (time.perf_counter() - start) * 1000, TOWNS * len(rows))
        engine.dispose()
        plain.dispose()
    console.print(table)


if __name__ == "__main__":
    terminal = Console(width=140)
    reading(terminal)
    growing(terminal)
    judging_and_loading(terminal)
