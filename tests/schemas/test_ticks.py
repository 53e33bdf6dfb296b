"""Tick boxes as clerks type them, and texts that hold none."""

import pytest

from schemas.ticks import chosen


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("新增项目□延续项目√", "延续项目"),
        ("新增项目□ 延续项目√", "延续项目"),
        ("□新增项目 ☑延续项目", "延续项目"),
        ("■新增 □延续", "新增"),
        ("新增（ ） 延续（√）", "延续"),
        ("1、常年性项目 □ √ 2、延续性项目 □ 3、一次性项目 □", "常年性项目"),
        ("1、持续性项目 □ 2、新增性项目 □", ""),
        ("□新增 □延续", ""),
        ("☑部门预算项目 ☑转移支付项目", "部门预算项目、转移支付项目"),
        ("一年期项目", None),
        ("人口普查", None),
        ("", None),
    ],
)
def test_the_ticked_option_is_read(text: str, option: str | None) -> None:
    assert chosen(text) == option
