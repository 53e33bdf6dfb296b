"""What is wrong with a YAML file of settings, words, units or rules, in words for the person who edits it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class BrokenTableError(ValueError):
    """A file of words, units or rules that comes with the package is not what it should be: which one, where, what to do."""

    def __init__(self, package: str, name: str, fault: str) -> None:
        super().__init__(package, name, fault)
        self._told = f"{package.replace('.', '/')}/{name} {fault}"

    def __str__(self) -> str:
        return self._told


class NoSuchDateError(yaml.MarkedYAMLError):
    """A date that does not exist, its mark and the date itself."""


_REASONS: Mapping[str, str] = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这样的项",
    "string_pattern_mismatch": "位数或写法不对（乡镇代码是加引号的 9 位数字，县代码是 6 位，规则编号是一个字母加两位数字）",
    "string_type": "应是文字，数字代码请加引号",
    "string_too_short": "不能是空的",
    "date_from_datetime_parsing": "应是日期，如 2023-03-31",
    "date_parsing": "应是日期，如 2023-03-31",
    "date_type": "应是日期，如 2023-03-31",
    "int_parsing": "应是整数",
    "greater_than_equal": "太小了",
    "less_than_equal": "太大了",
    "model_type": "应是“键: 值”的形式",
    "tuple_type": "应是一个列表",
    "dict_type": "应是“键: 值”的形式",
}
"""pydantic's kinds of fault that a file meets, in words."""


def key_of(location: tuple[int | str, ...]) -> str:
    """Where in a file a fault is: ``towns · 第3项 · code``."""
    parts = [str(part) if isinstance(part, str) or part > 999 else f"第{part + 1}项" for part in location]
    return " · ".join(parts) or "整个文件"


def reason_of(error: "ErrorDetails") -> str:
    """What is wrong there."""
    if error["type"] == "literal_error":
        allowed: dict[str, Any] = error.get("ctx", {})
        choices = str(allowed.get("expected", "")).replace(" or ", ", ").replace("'", "").replace(", ", "、")
        return f"只能是 {choices.replace('off', '加引号的 “off”')} 之一"
    return _REASONS.get(error["type"], error["msg"].removeprefix("Value error, "))


def no_yaml(error: Exception) -> str:
    """Why a text is no YAML, and about where."""
    mark = getattr(error, "problem_mark", None)
    if isinstance(error, NoSuchDateError) and mark is not None:
        return f"第{mark.line + 1}行的“{error.problem}”不是日期；请改成有这一天的日期，如 2023-03-31。"
    where = f"第{mark.line + 1}行附近" if mark is not None else "的编码"
    return f"{where}不是正确的 YAML；请用 UTF-8 保存，并检查缩进、冒号和引号。"
