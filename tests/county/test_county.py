"""The example county is what its description says: the same bytes everywhere, the towns as they send, Baofeng's figures."""

import ast
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from schemas.rules import CATALOGUE
from tests.county.build import SUMS, main, sums
from tests.county.describe import BAOFENG, YEAR, File, Folder, FormText, files, folders, submissions
from tests.county.test_compared import BESIDE_LAST_YEAR, GONE
from tests.county.test_planted import PLANTED
from tests.support.annex import sample
from tests.support.county import example

UNPLANTABLE = {
    "R11": "a scan: recognising a page takes seconds, and a component that is not installed everywhere",
    "R12": "a scan as well",
}
"""Rules that the example county cannot have broken, and why."""
SHOWN_BY = "tests/tasks/test_parse.py::test_a_value_hard_to_recognise_or_put_right_is_remarked_once"
"""The test that shows each of them twice."""
OF_ONE_FORMAT = {
    "R13": "only a workbook hides a sheet",
    "R15": "only Word shows what is held elsewhere",
    "R16": "only a workbook calculates",
}
"""Rules that are planted in one format only, and why; those of folders and towns are of no format at all."""


def forms_of(place: str) -> tuple[FormText, ...]:
    return next(file.forms for folder, file in files() if f"{folder.name}/{file.name}" == place)


# ---- the same bytes everywhere


def test_every_file_is_built_to_the_byte(inbox: Path) -> None:
    built = sums(inbox.parent)
    hint = "if the change is meant: python -m tests.county.build --sums"
    assert built == SUMS.read_text(encoding="utf-8"), hint


def test_building_again_over_the_same_folder_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(tmp_path)])
    first = sums(tmp_path), {path: path.stat().st_mtime for path in tmp_path.rglob("*.*")}
    main([str(tmp_path)])
    assert (sums(tmp_path), {path: path.stat().st_mtime for path in tmp_path.rglob("*.*")}) == first
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert f"{len(list(files()))} 个文件" in said[0]


def test_the_times_say_who_was_late(inbox: Path) -> None:
    zone = ZoneInfo(example().timezone)
    late = {
        path.parent.name
        for path in inbox.rglob("*.*")
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, zone).date() > example().due[YEAR]
    }
    assert late == {"640221201-灵沙乡"}


# ---- the county as it would really send


def test_eleven_of_thirteen_towns_send_five_to_fourteen_forms() -> None:
    senders = {
        town.code: sum(len(file.forms) for file in folder.files if not file.password)
        for folder in folders()
        if "/" not in folder.name and (town := example().town_of_folder(folder.name))
    }
    assert {town.code for town in example().towns} - set(senders) == {"640221204", "640221205"}
    assert (min(senders.values()), max(senders.values())) == (5, 14)
    assert [folder.name for folder in folders() if example().town_of_folder(folder.name) is None] == [
        "红岩子乡",
        "沙湖管委会",
        ".",
    ]


def test_most_files_are_word_and_some_are_excel_and_text(inbox: Path) -> None:
    kinds = [path.suffix for path in inbox.rglob("*.*") if path.is_file()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        ".docx": 18,
        ".xlsx": 7,
        ".txt": 4,
        ".zip": 2,
        ".rar": 1,
        ".ofd": 1,
        ".撤回": 4,
    }


# ---- Baofeng


def test_baofengs_names_amounts_and_values_are_the_annexs_own() -> None:
    ours = forms_of(BAOFENG)
    for form, rows in zip(ours, sample().forms, strict=True):
        fields = {row[0].strip(): row[-1].strip() for row in rows if len(row) == 2}
        lone = [row[0] for row in rows if len(row) == 1 and row[0].strip()]
        assert form.name == (fields["项目名称"] or lone[2])
        assert form.displaced_name == (not fields["项目名称"])
        assert form.total == next(row[-1] for row in rows if len(row) > 1 and "年度资金总额" in row[-2])
        block = [row for row in rows if len(row) == 5][1:]
        assert [cells[-1].strip() for cells in form.indicators] == [row[-1].strip() for row in block]


def test_baofengs_sentences_are_not_the_annexs() -> None:
    annex = "".join("".join(cell.split()) for form in sample().forms for row in form for cell in row)
    cited = re.compile(r"《[^》]*》|（宁财.*?号）")
    for form in forms_of(BAOFENG):
        goal = "".join(cited.sub("，", form.goal).split())
        shared = [goal[at : at + 10] for at in range(len(goal) - 9) if goal[at : at + 10] in annex]
        assert not shared, form.name


# ---- what is planted


def test_planted_names_files_forms_and_rules_that_exist() -> None:
    sent = {f"{folder.name}/{name}": file for folder, name, file in submissions()}
    for place, findings in PLANTED.items():
        for form, rule, value, expected in findings:
            assert rule in CATALOGUE, rule
            assert value is None or isinstance(value, str)
            assert isinstance(expected, str) == bool(CATALOGUE[rule].expected)
            if place == "inbox":
                assert form is None
            else:
                assert form is None or 1 <= form <= len(sent[place].forms)


def formats_of_planted() -> dict[str, list[str]]:
    """Rule → the format of the file in which each of its planted faults stands; "" for those of no file."""
    sent = {f"{folder.name}/{name}": (folder, file) for folder, name, file in submissions()}
    found: dict[str, list[str]] = {rule: [] for rule in CATALOGUE}
    for place, findings in (*PLANTED.items(), *BESIDE_LAST_YEAR.items()):
        for _, rule, *_ in findings:
            found[rule].append(_format(*sent[place]) if place in sent else "")
    found["S08"] += [""] * len(GONE)
    return found


def _format(folder: Folder, file: File) -> str:
    source = file.copy_of or file.truncated_from
    original = next((each for each in folder.files if each.name == source), file)
    return original.format.partition("-")[0]


def test_every_rule_is_planted_twice_or_named_here() -> None:
    counts = {rule: len(formats) for rule, formats in formats_of_planted().items()}
    assert {rule for rule, many in counts.items() if many < 2} == set(UNPLANTABLE)
    assert not any(counts[rule] for rule in UNPLANTABLE)


def test_every_rule_is_planted_in_two_formats_or_named_here() -> None:
    planted = {rule: formats for rule, formats in formats_of_planted().items() if any(formats)}
    assert {rule for rule, formats in planted.items() if len(set(formats)) == 1} == set(OF_ONE_FORMAT)


def test_what_cannot_be_planted_is_shown_twice_where_it_says() -> None:
    path, _, name = SHOWN_BY.partition("::")
    tree = ast.parse((Path(__file__).parents[2] / path).read_text(encoding="utf-8"))
    (shown,) = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == name]
    quoted = [node.value for node in ast.walk(shown) if isinstance(node, ast.Constant)]
    assert all(quoted.count(rule) >= 2 for rule in UNPLANTABLE)
