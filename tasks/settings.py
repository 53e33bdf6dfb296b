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
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.county import County
from schemas.os_faults import why
from schemas.yaml_data import plain_data
from schemas.yaml_faults import key_of, no_yaml, reason_of
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
            f"设置 HUIZONG_{name.upper()} 的值“{first['input']}”不对：{reason_of(first)}；请改正后再运行。"
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
            f"县设置文件 {source} 打不开（{why(error)}）；请检查 HUIZONG_COUNTY 的路径和读取权限。"
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise UserError(f"县设置文件 {source} {no_yaml(error)}") from error
    try:
        county = County.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        is_of_words = first["loc"][:1] == ("words",)
        example = "README 里“A template nobody has seen”一节" if is_of_words else f"自带的 {DEFAULT_COUNTY} "
        raise UserError(
            f"县设置文件 {source} 的“{key_of(first['loc'])}”不对：{reason_of(first)}；请参照{example}改正这一项。"
        ) from error
    _severities_are_of_known_rules(county, str(source))
    return county


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
