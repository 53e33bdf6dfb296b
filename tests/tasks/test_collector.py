"""Python's collector stands still while a file is read and parsed, and goes on as before."""

import gc
from collections.abc import Iterator

import pytest

from schemas.form import UnreadableError
from tasks import collector
from tasks.parse import parse
from tasks.read import read
from tests.support.annex import Annex, to_xlsx


@pytest.fixture
def collections() -> Iterator[list[str]]:
    """The collections since it was asked for."""
    seen: list[str] = []

    def note(phase: str, _: dict[str, int]) -> None:
        seen.append(phase)

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_nothing_is_collected_while_a_file_is_read(collections: list[str]) -> None:
    rows = (("项目支出预算绩效目标表",), *((f"名{row}", f"值{row}") for row in range(1_000)))
    book = to_xlsx(Annex("附件", (rows,)))
    collections.clear()
    grids, _ = read("a.xlsx", book)

    assert len(grids[0].cells) > gc.get_threshold()[0]
    # What waited is due as soon as anything is made behind it.
    assert len(collections) <= 2
    assert gc.isenabled()


def test_what_cannot_be_read_or_parsed_leaves_it_on() -> None:
    with pytest.raises(UnreadableError):
        read("a.xlsx", b"")
    with pytest.raises(UnreadableError):
        parse([])
    assert gc.isenabled()


def test_who_has_turned_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with collector.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
