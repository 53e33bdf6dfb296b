"""Judging towns from the archive: a file that is gone gives way to those that are there, and to them only."""

from pathlib import Path

import pytest

from tasks.receive import receive
from tasks.reception import TownDelivery
from tasks.towns import judge_towns, judged, replaced_files
from tests.flows.annex import BAOFENG, LATE, Project, put
from tests.support.county import example
from warehouse.ledger import KnownFile, KnownFiles

ROADS, CLEANING = Project("农村道路养护"), Project("环境卫生整治", "6.5")
CODE = "640221102"


def delivered(folder: Path, gone: list[Project], there: list[Project]) -> tuple[TownDelivery, str]:
    """A town whose file 旧.txt is gone since the last run, and which has sent 新.txt."""
    inbox, archive = folder / "inbox", str(folder / "archive")
    old = put(inbox, BAOFENG, "旧.txt", gone)
    first = receive(str(inbox), 2023, example(), {}, archive)
    known: KnownFiles = {
        (2023, CODE, file.file_name): KnownFile(file.sha256, file.size_bytes, file.received_at, 1)
        for file in first.towns[0].files
    }
    old.unlink()
    put(inbox, BAOFENG, "新.txt", there, LATE)
    (town,) = receive(str(inbox), 2023, example(), known, archive).towns
    return town, archive


@pytest.mark.parametrize(
    ("gone", "there", "left"),
    [
        ([ROADS], [ROADS, CLEANING], ["新.txt"]),
        ([ROADS, CLEANING], [ROADS], ["新.txt", "旧.txt"]),
        ([ROADS], [CLEANING], ["新.txt", "旧.txt"]),
        ([ROADS], [Project(ROADS.name, "9", funded="8")], ["新.txt", "旧.txt"]),
    ],
    ids=["said again", "said again in part", "not said again", "said again and returned"],
)
def test_a_file_gone_is_left_out_once_others_say_all_it_said(
    tmp_path: Path, gone: list[Project], there: list[Project], left: list[str]
) -> None:
    town, archive = delivered(tmp_path, gone, there)
    assert [(file.file_name, file.is_gone) for file in town.files] == [("新.txt", False), ("旧.txt", True)]
    judgement = judge_towns([town], archive, example())
    assert list(judgement.submissions["file_name"]) == left
    replaced = [] if len(left) == 2 else [(2023, CODE, "旧.txt")]
    assert replaced_files([town], judgement) == replaced


def test_what_replaces_a_file_is_judged_as_if_that_had_never_been(tmp_path: Path) -> None:
    town, archive = delivered(tmp_path, [ROADS], [ROADS, CLEANING])
    alone = TownDelivery(town.code, town.name, town.files[:1])
    [(_, with_it)] = judged([town], archive, example())
    [(_, without)] = judged([alone], archive, example())
    assert with_it.findings.to_dict("records") == without.findings.to_dict("records")
