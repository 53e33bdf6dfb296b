"""What people decided in, the part of the county's page that shows it out: findings that stand, rules that weigh otherwise."""

from html import escape

from schemas.form import for_clerks
from schemas.rules.wording import SEVERITY_WORDS, shown
from tasks.published import Published, Row

_LONGEST = 2_000


def decisions_block(published: Published) -> str:
    """HTML; empty where nobody decided anything. Whatever a person typed is escaped."""
    parts = []
    if published.waived:
        items = "\n".join(_waived(row) for row in published.waived)
        parts.append(f"<h2>已豁免的意见</h2>\n<ol>{items}</ol>")
    if published.overrides:
        items = "\n".join(_override(row) for row in published.overrides)
        parts.append(f"<h2>本县调整的规则</h2>\n<ul>{items}</ul>")
    return "\n".join(parts)


def _waived(row: Row) -> str:
    parts = (row["town_name"], row["file_name"], for_clerks(row["address"] or ""))
    place = "，".join(shown(part, _LONGEST) for part in parts if part)
    return (
        f"<li>{escape(row['rule_id'])} {escape(shown(row['message'], _LONGEST))}"
        f"<br>由 {escape(shown(row['decided_by']))} 豁免：{escape(shown(row['note'], _LONGEST))}"
        f'<br><span class="where">{escape(place)}</span></li>'
    )


def _override(row: Row) -> str:
    word = SEVERITY_WORDS.get(row["severity"], "不审")
    return (
        f"<li>{escape(row['rule_id'])} {escape(row['title'])}：{word}。"
        f"理由：{escape(shown(row['override_reason'], _LONGEST))}</li>"
    )
