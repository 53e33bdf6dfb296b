"""Forms of a file in, the kind out of each that nobody means to hand in: left blank, or filled in to show how.

Only beside forms that are neither; alone, a blank form or a sample is what a town has handed in, and is judged.
"""

from collections.abc import Sequence

from schemas.form import Form
from schemas.vocabulary import Vocabulary, is_blank

BLANK, SAMPLE = "没有填写的空白表", "填写示例"
SPARE = frozenset({BLANK, SAMPLE})


def spare(forms: Sequence[Form], words: Vocabulary) -> list[str | None]:
    """What each form is that is not handed in; None for those that are.

    Args:
        forms: Of a file, in order.
        words: The vocabulary.
    """
    kinds = [BLANK if _is_blank(form) else SAMPLE if _is_sample(form, words) else None for form in forms]
    return kinds if None in kinds else [None] * len(forms)


def _is_blank(form: Form) -> bool:
    """Whether a form says nothing but its year and the names of levels."""
    told = (form.project_name, form.total, form.goal, form.department, form.implementing_unit, form.period)
    return (
        all(entry is None or is_blank(entry.text) for entry in told)
        and all(is_blank(line.amount.text) for line in form.funding)
        and all(is_blank(line.level3.text) and is_blank(line.value.text) for line in form.indicators)
    )


def _is_sample(form: Form, words: Vocabulary) -> bool:
    name = form.project_name.text if form.project_name else ""
    sheet, mark, _ = form.address.reference.rpartition("!")
    return words.is_sample(form.title) or words.is_sample(name) or bool(mark and words.names_sample(sheet))
