"""The catalogue as a page for reviewers (``RULES.md``), by letter, in Markdown."""

from collections.abc import Iterator, Mapping

from schemas.rules.catalogue import CATALOGUE, PLACES, Rule
from schemas.rules.wording import SEVERITY_WORDS

LETTERS: Mapping[str, str] = {
    "R": "读取：文件和表样",
    "C": "完整：该填的有没有填",
    "M": "金额：加得起来、写得对",
    "U": "单位和数值：指标值写得清楚、能够考核",
    "T": "时间：写的是本年度",
    "L": "逻辑：说的是本项目、放在该放的地方",
    "X": "同一乡镇的各张表之间",
    "S": "报送：谁、何时、报了没有",
    "Y": "各乡镇之间、与上年之间（只在汇总时审核，`huizong check` 查不到）",
}
"""What each letter of a rule's id stands for, in the order of a reviewer's day."""


def page() -> str:
    """Every rule with its heading, severity, message, expectation and action, ending in a line break."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 审核规则"
    yield ""
    yield f"由 `huizong rules` 从 `catalogue.yml` 生成，共 {len(CATALOGUE)} 条。意见、答复和县设置里都用编号称呼规则。"
    yield "“退回”须改正后重报；“提醒”照常汇总，但请核对；“提示”可以不改。县里可以在自己的 YAML（`severities`）里写明理由，"
    yield "加重、减轻或停用一条规则。〔〕里是每条意见各自的内容。"
    for letter, title in LETTERS.items():
        rules = [rule for rule in CATALOGUE.values() if rule.id.startswith(letter)]
        yield from ("", f"## {letter}　{title}", "")
        yield from (
            "| 编号 | 名称 | 审核方面 | 轻重 | 意见 | 应为 | 怎么改 |",
            "|---|---|---|---|---|---|---|",
        )
        for rule in rules:
            yield _row(rule)
        yield from _thresholds(rules)


def _row(rule: Rule) -> str:
    cells = (
        rule.id,
        rule.title,
        rule.heading,
        SEVERITY_WORDS[rule.severity],
        _spoken(rule.message),
        _spoken(rule.expected),
        _spoken(rule.action),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _spoken(template: str) -> str:
    """A template with its places named for a reader: {value} → 〔所写的内容〕."""
    return template.format_map({place: f"〔{words}〕" for place, words in PLACES.items()})


def _thresholds(rules: list[Rule]) -> Iterator[str]:
    told = [rule for rule in rules if rule.thresholds]
    if told:
        yield ""
    for rule in told:
        limits = "，".join(f"`{name}` {value}" for name, value in rule.thresholds.items())
        yield f"- {rule.id} 从这里起才提出：{limits}。"
