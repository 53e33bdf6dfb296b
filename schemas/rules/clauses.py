"""A goal taken apart into sentences and clauses, without the documents it cites."""

import re
from collections.abc import Iterator

from schemas.rules.checks import squeeze

_CITATION = re.compile(
    r"《[^《》]*》|[（(][^（()）]{0,30}(?:[（(][^（()）]{0,10}[）)][^（()）]{0,30})?号[）)]"
)
"""A document's title, and its number in brackets, which may hold a pair of its own: （宁财（农）发[2020]517号）."""
_CLAUSE_END = re.compile(r"[，。；！？,;!?\n]")


def clauses(text: str) -> Iterator[str]:
    """The clauses of a text, without blanks and cited documents, in order."""
    for clause in _CLAUSE_END.split(_CITATION.sub("", text)):
        if plain := squeeze(clause):
            yield plain
