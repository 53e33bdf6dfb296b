"""What a run came to, in lines a finance officer understands, for the terminal and for Prefect."""

from dataclasses import dataclass
from pathlib import Path

from tasks.published import Difference, Published, TownState
from tasks.report import figures, wan


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of a run that did not fail."""

    county_name: str
    years: tuple[int, ...]
    publication: int
    """The current publication: this run's, or the one still in force where nothing was new."""
    is_new: bool
    is_first: bool
    files_seen: int
    published: Published
    """Of the run's years."""
    change: Difference
    page: Path | None
    """None where the reports of a publication still in force are no longer there."""
    letters: Path | None
    fault: str = ""
    """Why the reports could not be written, for a person to mend."""

    def lines(self) -> list[tuple[str, str]]:
        """(name, what there is to say), in the order a reader needs them."""
        title = f"{self.county_name}{'、'.join(map(str, self.years))}年度绩效目标"
        if self.is_new:
            outcome = f"{title}，已发布第 {self.publication} 号"
        else:
            outcome = (
                f"{title}：没有新的内容，收文文件夹里的 {self.files_seen} 个文件都已汇总过，"
                f"没有新版本，没有新的行；第 {self.publication} 号发布仍然有效"
            )
        lines = [("汇总", outcome)]
        lines += figures(self.published)
        lines += self._attention()
        if self.is_new:
            lines.append(("比上次", self._change()))
        if self.fault:
            lines.append(("注意", self.fault))
        if self.page is not None:
            lines.append(("下一步", f"打开 {self.page}"))
        if self.letters is not None and self.published.findings:
            lines.append(("", f"退给各乡镇的意见在 {self.letters}"))
        return lines

    def markdown(self) -> str:
        """The same for Prefect's summary page."""
        return (
            "\n".join(f"- **{name}** {text}" if name else f"  {text}" for name, text in self.lines()) + "\n"
        )

    def _attention(self) -> list[tuple[str, str]]:
        late, missing = self.published.in_state("late"), self.published.in_state("missing")
        returned = [town for town in self.published.towns if town.forms_returned]
        # A file that could not be read has no form to count, and goes back all the same.
        beside = [
            town for town in self.published.towns if town.files and town.errors and town not in returned
        ]
        return [
            (name, text)
            for name, text in (
                ("迟报", _names(late)),
                ("未报", _names(missing)),
                ("退回", "、".join(f"{town.town_name} {town.forms_returned} 张" for town in returned)),
                ("另须改正", _names(beside)),
            )
            if text
        ]

    def _change(self) -> str:
        if self.is_first:
            return "这是第一次发布"
        sign = "+" if self.change.yuan >= 0 else "-"
        parts = [
            f"涉及 {'、'.join(self.change.towns)}" if self.change.towns else "各乡镇没有变化",
            f"金额 {sign}{wan(abs(self.change.yuan))} 万元",
            f"新意见 {self.change.new_findings} 条，消除 {self.change.gone_findings} 条",
        ]
        return "；".join(parts)


def _names(towns: list[TownState]) -> str:
    return "、".join(town.town_name for town in towns)
