"""Findings as the editor shows them."""

from __future__ import annotations

from functools import lru_cache

from lsprotocol import types

from dlint.lsp.view import View
from dlint.rule.finding import Finding
from dlint.rule.rule import Rule
from dlint.rule.severity import Severity

SOURCE = "dlint"
_LEVELS = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
    Severity.STYLE: types.DiagnosticSeverity.Hint,
}
# What a rule's name says of the text that it points at.
_TAGS = {"deprecated": types.DiagnosticTag.Deprecated, "unused": types.DiagnosticTag.Unnecessary}
_MOST_RELATED = 100


def visible(view: View, *, alone: bool = False) -> list[Finding]:
    """What is found in the document and not hidden; nothing in one that is not linted. With ``alone`` less, and sooner:
    without what other files have to say of it.
    """
    found = view.folder.lint_alone(view.path) if alone else view.folder.lint(view.path)
    return [finding for finding in found or () if finding.suppressed is None]


def diagnostics(view: View, *, alone: bool = False) -> list[types.Diagnostic]:
    """The diagnostics of the document."""
    return [diagnostic(view, finding) for finding in visible(view, alone=alone)]


def diagnostic(view: View, finding: Finding) -> types.Diagnostic:
    """One finding as a diagnostic."""
    rule = finding.rule
    link, tags = _of_rule(rule)
    return types.Diagnostic(
        range=view.places.range(finding.source, finding.span),
        message=finding.message,
        severity=_LEVELS[finding.severity],
        code=rule.name,
        code_description=link,
        source=SOURCE,
        tags=tags,
        related_information=[
            types.DiagnosticRelatedInformation(view.location(related.where), related.message)
            for related in finding.related[:_MOST_RELATED]
        ]
        or None,
        data={"rule": rule.name, "key": finding.key, "fix": finding.fix.title if finding.fix is not None else None},
    )


@lru_cache(maxsize=2048)
def _of_rule(rule: Rule) -> tuple[types.CodeDescription | None, list[types.DiagnosticTag] | None]:
    """What all diagnostics of a rule have: where to read more, and their tags."""
    link = next((url for url in rule.references if url.startswith(("https://", "http://"))), None)
    tags = [tag for word, tag in _TAGS.items() if word in rule.name.split("-")]
    return types.CodeDescription(link) if link is not None else None, tags or None
