"""The rule catalogue: ``catalogue.yml`` in, one typed ``Rule`` per row out, and a county's severities on top."""

import string
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from schemas.county import County, Severity
from schemas.yaml_data import bundled
from schemas.yaml_faults import BrokenTableError, key_of, reason_of

_FILE = ("schemas.rules", "catalogue.yml")
PLACES: Mapping[str, str] = {
    "value": "所写的内容",
    "expected": "应写的内容",
    "file": "文件名",
    "amount": "金额",
    "annual": "年度指标值",
    "asked": "所问的数",
    "budget": "年度资金总额",
    "counted": "人数或村数",
    "difference": "差额",
    "kind": "村委会或居委会",
    "label": "栏目",
    "level2": "二级指标",
    "level3": "三级指标",
    "marker": "撤回标记",
    "multiple": "倍数",
    "other": "表号",
    "other_file": "另一个文件",
    "other_project": "另一个项目",
    "other_value": "另一个指标值",
    "parts": "各项明细",
    "programme": "项目类别",
    "project": "项目名称",
    "reason": "理由",
    "size": "以亿元计的金额",
    "slip": "可能的笔误",
    "town": "乡镇",
    "towns": "几",
    "unit": "单位",
    "year": "年度",
}
"""What stands in a template's places, in a reviewer's words."""
Heading = Literal["规范性", "完整性", "相关性", "适当性", "可行性"]


class Rule(BaseModel):
    """One row of the catalogue: what a rule is called, how much it weighs and what it says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    heading: Heading
    """One of the reviewers' five headings."""
    severity: Literal["error", "warning", "info"]
    title: str = Field(min_length=1)
    message: str = Field(min_length=1)
    expected: str
    action: str = Field(min_length=1)
    since: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    source: str = Field(min_length=1)
    """Where the rule comes from: a line of the domain notes, a law or a contract."""
    thresholds: Mapping[str, Decimal] = {}
    """From where on the rule speaks, by name, for rules that measure."""

    @field_validator("thresholds", mode="before")
    @classmethod
    def _is_exact(cls, told: Mapping[str, object]) -> Mapping[str, Decimal]:
        return {name: Decimal(str(value)) for name, value in told.items()}

    @field_validator("message", "expected", "action")
    @classmethod
    def _has_known_places(cls, template: str) -> str:
        if unknown := placeholders(template) - set(PLACES):
            raise ValueError(f"没有“{{{min(unknown)}}}”这一处内容，大括号里只能是 {'、'.join(PLACES)}")
        return template

    @property
    def places(self) -> frozenset[str]:
        """The names its three templates ask for."""
        return placeholders(self.message) | placeholders(self.expected) | placeholders(self.action)


def placeholders(template: str) -> frozenset[str]:
    """The names in braces of a template.

    Raises:
        ValueError: a place is not a plain name. Attributes, indexes and format instructions are refused, so that
            no template can reach into an object.
    """
    names = set()
    for _, name, instruction, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or instruction or conversion:
            raise ValueError(f"大括号里只能是单独的名称，不能是 {{{name}}}")
        names.add(name)
    return frozenset(names)


def catalogue_of(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Rule]:
    """Rules by id, in the order of the rows.

    Raises:
        BrokenTableError: a row is not a rule, or two rows have one id.
    """
    rules: dict[str, Rule] = {}
    for number, row in enumerate(rows, 1):
        try:
            rule = Rule.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(row.get("id", "")) if isinstance(row, Mapping) else ""
            fault = (
                f"第{number}条规则 {name} 的“{key_of(first['loc'])}”不对：{reason_of(first)}；请改正这一项。"
            )
            raise BrokenTableError(*_FILE, fault) from error
        if rule.id in rules:
            raise BrokenTableError(*_FILE, f"里有两条规则都叫 {rule.id}；请改正其中一条的 id。")
        rules[rule.id] = rule
    return MappingProxyType(rules)


CATALOGUE: Mapping[str, Rule] = catalogue_of(bundled(*_FILE))
"""Every rule by its id."""


def severity_of(rule_id: str, county: County) -> Severity:
    """What a rule weighs in this county: its override where it has one, else the catalogue's severity.

    Raises:
        KeyError: no such rule.
    """
    override = county.severities.get(rule_id)
    return override.severity if override is not None else CATALOGUE[rule_id].severity


def unknown_overrides(county: County) -> tuple[str, ...]:
    """The overrides of a county that name no rule of the catalogue: a slip of the pen in its YAML."""
    return tuple(sorted(set(county.severities) - set(CATALOGUE)))
