"""What a run came to, in lines a finance officer understands, for the terminal and for Prefect."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.rules.wording import shown
from tasks.answers import NO_ANSWERS, Answers
from tasks.published import Difference, Published, TownState
from tasks.reception import Reception
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
    receptions: tuple[Reception, ...]
    """Of every year looked at, with those that have vanished."""
    inbox: str
    published: Published
    """Of the run's years."""
    change: Difference
    page: Path | None
    """None where the reports of a publication still in force are no longer there."""
    letters: Path | None
    fault: str = ""
    """Why the reports could not be written, for a person to mend."""
    answers: Answers = NO_ANSWERS
    is_replay: bool = False
    """The archive was judged anew, and the inbox not looked into."""

    def lines(self) -> list[tuple[str, str]]:
        """(name, what there is to say), in the order a reader needs them."""
        title = f"{self.county_name}{'、'.join(map(str, self.years))}年度绩效目标"
        if self.is_new:
            outcome = f"{title}，已发布第 {self.publication} 号"
        else:
            outcome = (
                f"{title}：没有新的内容，{self._replayed() if self.is_replay else self._files()}，"
                f"没有新版本，没有新的行；第 {self.publication} 号发布仍然有效"
            )
        lines = [("汇总", outcome)]
        lines += figures(self.published)
        lines += self._attention()
        lines += self._absent()
        lines += self.answers.lines()
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

    def _replayed(self) -> str:
        files = sum(len(town.files) for reception in self.receptions for town in reception.towns)
        return f"存档的 {files} 个文件重审后结论不变"

    def _files(self) -> str:
        seen, gone, left_out = (
            sum(getattr(each, name) for each in self.receptions if not each.is_vanished)
            for name in ("files_seen", "files_gone", "left_out")
        )
        told = f"收文文件夹里的 {seen} 个文件都已汇总过"
        if left_out:
            told += f"，另有 {left_out} 处放错了位置或不能读取，没有汇总"
        if gone:
            told += f"，{gone} 个已不在收文文件夹里的文件仍按上次报送的内容汇总"
        return told

    def _absent(self) -> list[tuple[str, str]]:
        """What lies where it counts for nobody, what is in the inbox no more, and what became of it."""
        by_rule = {
            rule: [
                f"{row['town_name']}《{shown(row['value'])}》"
                for row in self.published.findings
                if row["rule_id"] == rule
            ]
            for rule in ("S08", "S09")
        }
        astray = [
            f"“{shown(row['value'])}”" for row in self.published.findings if row["rule_id"] in ("S01", "S04")
        ]
        closed = [
            each for reception in self.receptions if not reception.is_vanished for each in reception.closed
        ]
        renamed = [
            f"{each.town_name}《{shown(each.file_name)}》改为《{shown(each.successor)}》"
            for each in closed
            if each.cause == "renamed"
        ]
        dropped = [f"{each.town_name}《{shown(each.file_name)}》" for each in closed if each.cause == "empty"]
        gone = vanished(self.inbox, self.receptions)
        return [
            (name, text)
            for name, text in (
                ("放错位置", _some(astray)),
                ("已移走", _some(by_rule["S08"])),
                ("已撤回", _some(by_rule["S09"])),
                ("改名", _some(renamed)),
                ("不再列", _some(dropped)),
                ("注意", f"{gone}第 {self.publication} 号发布里这一年度的内容没有变动" if gone else ""),
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


def vanished(inbox: str, receptions: Iterable[Reception]) -> str:
    """The sentence about years whose folder is empty or gone though files of them are in force; empty without such."""
    years = [each for each in receptions if each.is_vanished]
    if not years:
        return ""
    files = sum(each.files_gone + len(each.closed) for each in years)
    return (
        f"收文文件夹 {inbox} 里没有{'、'.join(str(each.fiscal_year) for each in years)}年度的任何文件，"
        f"而已经汇总过 {files} 个；请检查收文文件夹是否移走、清空或没有连上。"
    )


def _some(names: Sequence[str], most: int = 5) -> str:
    more = f"等 {len(names)} 个" if len(names) > most else ""
    return "、".join(names[:most]) + more


def _names(towns: list[TownState]) -> str:
    return "、".join(town.town_name for town in towns)
