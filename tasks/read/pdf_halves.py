"""Two texts above each other in, whether they are halves of one: for cells that a page break cut or no border parts."""

from schemas.vocabulary import fold, vocabulary

_LONGEST_LABEL = 40


def is_label(text: str) -> bool:
    """Whether a text is a label of the form: a field, a source of money, a level."""
    words = vocabulary()
    folded = fold(text)
    lexicons = (words.form, words.money, words.level1, words.level2)
    return len(folded) < _LONGEST_LABEL and any(lexicon.match(folded) is not None for lexicon in lexicons)


def completes(above: str, below: str) -> bool:
    """Whether two halves make a label, and the first alone makes none, or one with an open bracket."""
    first = fold(above)
    return is_label(above + below) and (not is_label(above) or first.count("(") > first.count(")"))
