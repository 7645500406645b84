"""What is shown of a template: nothing that only a look at the file made of it can tell."""

from __future__ import annotations

from dlint.rule.finding import Finding
from dlint.rule.severity import Severity
from dlint.syntax.dockerfile.validate.base import TEMPLATE

_OF_WHAT_IS_MADE = frozenset(("correctness", "validity"))


def of_the_template(findings: list[Finding]) -> list[Finding]:
    """The findings that hold for the template itself: the builder and Compose see only what is made of it."""
    return [finding for finding in findings if not _is_of_what_is_made(finding)]


def _is_of_what_is_made(finding: Finding) -> bool:
    if finding.rule.category == "style":
        # The lines that are none of a Dockerfile have a layout of their own.
        return True
    if finding.rule.category != "validity" and finding.source.text.startswith(TEMPLATE, finding.span[0]):
        # What is put in its place is not known.
        return True
    if finding.severity < Severity.WARNING or finding.rule.category == "security":
        return False
    of_buildkit = any(alias.startswith("buildkit/") for alias in finding.rule.aliases)
    return of_buildkit or finding.severity is Severity.ERROR or finding.rule.category in _OF_WHAT_IS_MADE
