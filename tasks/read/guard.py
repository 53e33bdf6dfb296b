"""The one place through which all bytes of a submitted file pass: raw bytes in, verified ones out, in budget.

A submitted file is hostile until read. Adapters see only what came through here: the verified members of a zip
(``guard_zip``), trees of harmless XML (``guard_xml``), and a tally of what they emit (``budgets``).
"""

from tasks.read.budgets import BUDGETS, MIB, Budgets, Tally, broken, check_size, check_tags, check_text, over
from tasks.read.guard_xml import check_weight, parse_xml, plain_xml
from tasks.read.guard_zip import Member, inflated, names_in, unzip

__all__ = [
    "BUDGETS",
    "MIB",
    "Budgets",
    "Member",
    "Tally",
    "broken",
    "check_size",
    "check_tags",
    "check_text",
    "check_weight",
    "inflated",
    "names_in",
    "over",
    "parse_xml",
    "plain_xml",
    "unzip",
]
