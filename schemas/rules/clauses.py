"""A goal taken apart into sentences and clauses, without the documents it cites."""

import re
from collections.abc import Iterator

from schemas.rules.checks import squeeze

_CITATION = re.compile(
    r"《[^》]*》(?:[（(][^）)]*(?:[（(][^）)]*[）)][^）)]*)*[）)](?:[〔\[（(【][0-9]{4}[〕\]）)】])?[0-9]*号?[）)]?)?"
)
_CLAUSE_END = re.compile(r"[，。；！？,;!?\n]")
_SENTENCE_END = re.compile(r"[。；！？;!?\n]")


def clauses(text: str) -> Iterator[str]:
    """The clauses of a text, without blanks and cited documents, in order."""
    for clause in _CLAUSE_END.split(_CITATION.sub("", text)):
        if plain := squeeze(clause):
            yield plain


def sentences(text: str) -> Iterator[str]:
    """The whole sentences of a text, blanks squeezed out, in order."""
    for sentence in _SENTENCE_END.split(text):
        if plain := squeeze(sentence):
            yield plain
