"""Closing whole files: nothing of them is left in force, everything of them stays readable in the past, and undone is undone."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from tasks.check import audit
from tasks.load import StageCounts
from tasks.reception import Notice, Packed
from tasks.settle import close_files, enter_packed, true_notices
from tests.support.judgements import BAOFENG, COUNTY, TOULE, content_with, form, judged, people, submission
from tests.support.nights import night, publish_by_hand, state
from warehouse.ledger import discard_unpublished, known_files
from warehouse.views import read

FILE = (2023, BAOFENG, "附件2.docx")
OTHER = (2023, BAOFENG, "补充.docx")
TWO_FILES = judged(
    submission(
        "附件2.docx", form("甲", "2.00", people("45"), rules=[("M03", "warning", 1)]), form("乙", "3.00")
    ),
    submission("补充.docx", form("丙", "4.00", content_with("95"))),
    submission("附件1.xlsx", form("甲", "5.00"), town=TOULE),
)
ZIP = Packed(2023, BAOFENG, "报送.zip", "ab" * 32, 7, datetime(2023, 3, 1, tzinfo=UTC), "ab/abab.zip")


def projects(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [row["project_name"] for row in read(connection, "v_budget", town_code=BAOFENG)]


def test_a_closed_file_is_gone_from_every_view_and_audits_well(engine: Engine) -> None:
    night(engine, TWO_FILES)
    counts = close_files(engine, [FILE], 2)
    assert counts.rows_closed > 0
    assert close_files(engine, [FILE], 2) == StageCounts()
    assert audit(engine, 2).failures == ()
    publish_by_hand(engine, 2)
    assert projects(engine) == ["丙"]
    with engine.connect() as connection:
        assert [row["file_name"] for row in read(connection, "v_finding", town_code=BAOFENG)] == []
        (status,) = read(connection, "v_submission_status", town_code=BAOFENG)
    assert (status["files"], status["forms_in"]) == (1, 1)
    known = known_files(engine)
    assert (known[FILE].is_current, known[FILE].is_in_force, known[FILE].version) == (False, False, 1)
    assert (known[OTHER].is_current, known[OTHER].is_in_force) == (True, True)


def test_a_closed_file_that_comes_again_is_in_force_again_under_its_version(engine: Engine) -> None:
    night(engine, TWO_FILES)
    close_files(engine, [FILE], 2)
    publish_by_hand(engine, 2)
    again = night(engine, TWO_FILES, run_id="again")
    assert (again.new_versions, again.rows_inserted > 0) == (0, True)
    assert sorted(projects(engine)) == ["丙", "乙", "甲"]
    assert known_files(engine)[FILE].version == 1


def test_what_was_closed_and_never_published_is_in_force(engine: Engine) -> None:
    night(engine, TWO_FILES)
    before = state(engine)
    close_files(engine, [FILE, OTHER], 2)
    enter_packed(engine, [ZIP], county=COUNTY, publication_no=2, run_id="r", archive_url="var/archive")
    assert state(engine) != before
    discard_unpublished(engine)
    assert state(engine) == before


def test_a_zip_is_in_the_ledger_and_counts_for_nothing(engine: Engine) -> None:
    night(engine, TWO_FILES)
    for _ in range(2):
        enter_packed(engine, [ZIP], county=COUNTY, publication_no=2, run_id="r", archive_url="var/archive")
    publish_by_hand(engine, 2)
    known = known_files(engine)[2023, BAOFENG, "报送.zip"]
    assert (known.sha256, known.size_bytes, known.version) == (ZIP.sha256, 7, 1)
    assert (known.received_at, known.is_current, known.is_in_force) == (ZIP.received_at, False, False)
    assert audit(engine, 2).failures == ()
    with engine.connect() as connection:
        (status,) = read(connection, "v_submission_status", town_code=BAOFENG)
    assert status["files"] == 2


def test_a_file_gone_is_told_of_only_while_it_is_in_force(engine: Engine) -> None:
    night(engine, TWO_FILES)
    notices = [
        Notice("S08", f"2023/{BAOFENG}", name, "", (("file", name),)) for name in ("附件2.docx", "没有.docx")
    ] + [Notice("S04", "2023/收文文件夹", "散落.txt", "年度/乡镇/文件")]
    assert [each.value for each in true_notices(engine, notices)] == ["附件2.docx", "散落.txt"]
    close_files(engine, [FILE], 2)
    assert [each.value for each in true_notices(engine, notices)] == ["散落.txt"]
