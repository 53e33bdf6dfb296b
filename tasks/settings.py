"""Settings in, typed values out: what the environment says, and the county's YAML, validated.

Every fault here is a person's to mend, so it is raised as one Chinese sentence: what, where, what to do.
"""

from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.county import County
from schemas.yaml_data import plain_data
from tasks.faults import UserError

DEFAULT_COUNTY = "640221.yml"


class Settings(BaseSettings):
    """What the environment sets (``HUIZONG_…``); an option of the command line wins over it."""

    model_config = SettingsConfigDict(
        env_prefix="HUIZONG_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    inbox: str = "inbox"
    """Folder or fsspec URL where towns drop files."""
    warehouse_url: str = "sqlite:///var/huizong.db"
    archive: str = "var/archive"
    """Folder or fsspec URL of every file ever received, by its sha256."""
    out: str = "var/out"
    """Folder of the reports."""
    workers: int = Field(default=1, ge=1, le=256)
    """Processes that read and judge."""
    county: str | None = None
    """Path of the county's YAML; None means the bundled one."""

    @cached_property
    def loaded_county(self) -> County:
        """The county this installation belongs to.

        Raises:
            UserError: its YAML is absent or does not validate.
        """
        return load_county(self.county)


def load_settings(**given: str | int | None) -> Settings:
    """The environment's settings, overridden by every given value that is not None.

    Raises:
        UserError: a setting has a value it cannot have.
    """
    explicit: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**explicit)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise UserError(
            f"设置 HUIZONG_{name.upper()} 的值“{first['input']}”不对：{_reason(first)}；请改正后再运行。"
        ) from error


def load_county(path: str | None) -> County:
    """The county of a YAML file, or the bundled one.

    Raises:
        UserError: the file is absent, is not YAML, or does not validate; names file, key and remedy.
    """
    source: Path | Traversable = (
        Path(path) if path else resources.files("schemas").joinpath("counties", DEFAULT_COUNTY)
    )
    try:
        content = plain_data(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"县设置文件 {source} 打不开（{error.strerror}）；请检查 HUIZONG_COUNTY 的路径和读取权限。"
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行附近" if mark else _unmarked(error)
        raise UserError(
            f"县设置文件 {source} {where}不是正确的 YAML；请用 UTF-8 保存，并检查缩进、冒号和引号。"
        ) from error
    try:
        county = County.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(
            f"县设置文件 {source} 的“{_key(first['loc'])}”不对：{_reason(first)}；"
            f"请参照自带的 {DEFAULT_COUNTY} 改正这一项。"
        ) from error
    _severities_are_of_known_rules(county, str(source))
    return county


def _unmarked(error: Exception) -> str:
    """What is wrong where YAML tells no line: bytes that are no text, or a date that does not exist (2023-02-31)."""
    return "的编码" if isinstance(error, UnicodeDecodeError) else "里有一个不存在的日期或数，"


def _severities_are_of_known_rules(county: County, source: str) -> None:
    if not county.severities:
        return
    from schemas.rules.catalogue import unknown_overrides  # noqa: PLC0415 - only overrides need the rules

    unknown = unknown_overrides(county)
    if unknown:
        raise UserError(
            f"县设置文件 {source} 的“severities · {unknown[0]}”不对：规则目录里没有这条规则；"
            "请对照 schemas/rules/catalogue.yml 改正编号。"
        )


def _key(location: tuple[int | str, ...]) -> str:
    parts = [str(part) if isinstance(part, str) or part > 999 else f"第{part + 1}项" for part in location]
    return " · ".join(parts) or "整个文件"


_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这样的项",
    "string_pattern_mismatch": "位数或写法不对（乡镇代码是加引号的 9 位数字，县代码是 6 位）",
    "string_type": "应是文字，数字代码请加引号",
    "literal_error": '只能是 error、warning、info 或加引号的 "off"',
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
"""pydantic's kinds of fault that a settings file meets, in words."""


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "value_error" and "names two towns" in error["msg"]:
        name = error["msg"].removeprefix("Value error, ").partition(" names two towns: ")
        return f"“{name[0]}”同时指两个乡镇（{name[2].replace(' and ', '、')}）"
    return _REASONS.get(error["type"], error["msg"].removeprefix("Value error, "))
