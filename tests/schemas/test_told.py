"""An effect told in words in one text with what it is on."""

import pytest

from schemas.told import described


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("群众出行条件明显改善", ("群众出行条件", "明显改善")),
        ("居民生活质量得到有效提升。", ("居民生活质量", "得到有效提升")),
        ("路面质量较好", ("路面质量", "较好")),
        ("为群众出行提供便利", None),
        ("有效提升", None),
        ("提高服务水平", None),
        ("群众满意度≥90%", None),
    ],
)
def test_an_effect_is_parted_from_its_name(text: str, told: tuple[str, str] | None) -> None:
    assert described(text) == told
