"""One finding: a rule id and evidence in, a row of the FINDINGS frame out, in the catalogue's words."""

from typing import Any

from schemas.county import County
from schemas.rules.catalogue import CATALOGUE, severity_of
from schemas.rules.wording import LISTED_LENGTH, fill, shown

_LISTS = frozenset({"parts", "other_project"})
"""Evidence that names several things, each shortened already."""


def finding(
    rule_id: str,
    *,
    file: str,
    value: str,
    expected: str = "",
    county: County,
    address: str | None = None,
    form_no: int | None = None,
    indicator_no: int | None = None,
    submission_key: str | None = None,
    group_key: str = "",
    finding_no: int = 1,
    **evidence: str,
) -> dict[str, Any] | None:
    """A row for ``schemas.frames.FINDINGS``.

    Args:
        rule_id: A rule of the catalogue.
        file: Name of the file it is about, empty where there is none.
        value: What was written.
        expected: What was expected, the bare value; the rule's own ``expected`` template words it.
        county: Gives the severity.
        address: Where the value stands.
        form_no: Number of the form in its file; None for a finding about the file.
        indicator_no: Number of the indicator in its form.
        submission_key: Key of the submission; None for a town that sent nothing.
        group_key: The submission's group (``Source.group``).
        finding_no: Position within the submission, from 1.
        **evidence: The other names the rule's templates ask for.

    Returns:
        The row, or None where the county has switched the rule off.

    Raises:
        KeyError: no such rule, or the templates ask for evidence that is not given.
    """
    severity = severity_of(rule_id, county)
    if severity == "off":
        return None
    rule = CATALOGUE[rule_id]
    places = {
        name: shown(text, LISTED_LENGTH) if name in _LISTS else shown(text)
        for name, text in {**evidence, "file": file, "value": value, "expected": expected}.items()
    }
    return {
        "submission_key": submission_key,
        "group_key": group_key,
        "form_no": form_no,
        "indicator_no": indicator_no,
        "finding_no": finding_no,
        "rule_id": rule_id,
        "severity": severity,
        "address": address,
        "value": places["value"] or None,
        "expected": fill(rule.expected, places) or None,
        "message": fill(rule.message, places),
        "action": fill(rule.action, places),
    }
