"""The rules: frames in, what is broken out. ``catalogue.yml`` says what a rule is, one small module what it checks.

A rule is quoted by its id (M03) everywhere. To add one: a row in the catalogue, a module with ``CHECKS`` that is
named in ``registry``, and a file of cases under ``tests/schemas/rules/cases``; a test holds the three together.
"""

from schemas.rules.catalogue import CATALOGUE, Rule, severity_of, unknown_overrides
from schemas.rules.findings import finding
from schemas.rules.version import rules_version

__all__ = ["CATALOGUE", "Rule", "finding", "rules_version", "severity_of", "unknown_overrides"]
