"""The blank form as data: what is printed on it, what may be chosen in it, what the clerk is told; from ``blank_form.yml``."""

from collections.abc import Iterator, Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from schemas.yaml_data import bundled


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(_Part):
    """A kind of indicator with lines of its own on the form."""

    level1: str
    level2: str
    mark: str
    """Printed behind the name: 必填硬性指标, 必填, 选填."""
    lines: int = Field(ge=1)
    qualitative: bool = False
    """A description may stand in the place of a number."""
    dates: bool = False
    """A day may stand in the place of a number."""

    @property
    def is_required(self) -> bool:
        """Whether a form must hold one."""
        return self.mark != "选填"

    @property
    def printed(self) -> str:
        """``数量指标（必填硬性指标）``, over two lines."""
        return f"{self.level2}\n（{self.mark}）"


class BlankForm(_Part):
    """One blank form, for any year and county."""

    title: str
    labels: Mapping[str, str]
    """By the name of the entry or column they stand for."""
    attributes: tuple[str, ...]
    periods: tuple[tuple[int, int], ...]
    """First and last month."""
    sources: tuple[str, ...]
    operators: tuple[str, ...]
    qualitative: str
    units: tuple[str, ...]
    kinds: tuple[Kind, ...]
    free_lines: int
    doubtful_wan: int
    hints: Mapping[str, str]
    note: str
    guide: tuple[str, ...]
    guide_workbook: tuple[str, ...]
    guide_document: tuple[str, ...]
    departments: str

    def period_choices(self, year: int) -> tuple[str, ...]:
        """``2024年1月至12月`` and so on."""
        return tuple(
            f"{year}年{first}月至{last}月" if first != last else f"{year}年{first}月"
            for first, last in self.periods
        )

    def operator_choices(self, kind: Kind | None) -> tuple[str, ...]:
        """What may stand under 指标性质 in a line of a kind; None for a line whose kind the clerk chooses."""
        may_describe = kind is None or kind.qualitative
        return (*self.operators, self.qualitative) if may_describe else self.operators

    @property
    def level1_choices(self) -> tuple[str, ...]:
        """What may stand under 一级指标."""
        return tuple(dict.fromkeys(kind.level1 for kind in self.kinds))

    @property
    def level2_choices(self) -> tuple[str, ...]:
        """What may stand under 二级指标."""
        return tuple(kind.level2 for kind in self.kinds)

    def name(self, entry: str | None) -> str:
        """An entry's label in one line; the block's for a source of money."""
        return self.labels.get(entry or "", self.labels["money"]).replace("\n", "")

    def hint(self, name: str, year: int) -> str:
        """What a cell says when it is clicked."""
        return self.hints[name].format(year=year)

    def lines(self) -> Iterator[Kind | None]:
        """The kind of each indicator line in order; None for the lines whose levels the clerk chooses."""
        for kind in self.kinds:
            yield from [kind] * kind.lines
        yield from [None] * self.free_lines


@cache
def blank_form() -> BlankForm:
    """The bundled form."""
    return BlankForm.model_validate(bundled("schemas", "blank_form.yml"))
