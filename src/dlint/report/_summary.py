"""The figures at the end of a report, and the words for them."""

from __future__ import annotations

from dlint.report import plural
from dlint.rule.finding import Report
from dlint.rule.severity import Severity

_KINDS = {
    "dockerfile": ("Dockerfile", "Dockerfiles"),
    "compose": ("Compose file", "Compose files"),
    "dockerignore": ("ignore file", "ignore files"),
    "builder": ("file of another builder", "files of other builders"),
}
_SEVERITIES = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("info", "info"),
    Severity.STYLE: ("style", "style"),
}


class Summary:
    """What a report comes to: counts of visible findings, of files and of fixes."""

    __slots__ = (
        "elsewhere",
        "files",
        "files_with_findings",
        "fixed",
        "kinds",
        "safe_fixes",
        "severities",
        "suppressed",
        "unsafe_fixes",
    )

    def __init__(self, report: Report) -> None:
        visible = report.visible
        self.severities = dict.fromkeys(reversed(Severity), 0)
        self.safe_fixes = self.unsafe_fixes = 0
        for finding in visible:
            self.severities[finding.severity] += 1
            if finding.fix is not None:
                self.safe_fixes += finding.fix.safe
                self.unsafe_fixes += not finding.fix.safe
        self.suppressed = len(report.findings) - len(visible)
        self.files = len(report.linted)
        paths = {finding.path for finding in visible}
        self.files_with_findings = len(paths)
        # What a file causes elsewhere is found there; where nothing but that was asked for, there is no "elsewhere".
        self.elsewhere = len(paths.difference(report.linted)) if report.linted else 0
        self.kinds: dict[str, int] = {}
        for kind in report.linted.values():
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
        self.fixed = report.fixed

    @property
    def findings(self) -> int:
        """How many visible findings there are."""
        return sum(self.severities.values())

    @property
    def worst(self) -> Severity | None:
        """The highest severity found."""
        return next((severity for severity, count in self.severities.items() if count), None)

    def sentence(self) -> str:
        """``3 findings (1 error, 2 warnings) in 2 of 4 files: 3 Dockerfiles, 1 Compose file; 1 suppressed``."""
        if not self.files and not self.findings:
            return "Nothing was linted"
        order = (*_KINDS, *sorted(set(self.kinds) - set(_KINDS)))
        kinds = ", ".join(
            plural(self.kinds[kind], *_KINDS.get(kind, (f"{kind} file", ""))) for kind in order if kind in self.kinds
        )
        if self.findings:
            counts = ", ".join(plural(n, *_SEVERITIES[severity]) for severity, n in self.severities.items() if n)
            found = self.files_with_findings - self.elsewhere
            said = f"{plural(self.findings, 'finding')} ({counts}) in {found} of {plural(self.files or found, 'file')}"
        else:
            said = f"No findings in {plural(self.files, 'file')}"
        said += f": {kinds}" if kinds else ""
        said += f", and in {plural(self.elsewhere, 'other file')}" if self.elsewhere else ""
        return said + (f"; {self.suppressed} suppressed" if self.suppressed else "")

    def fixes(self) -> str:
        """What ``--fix`` did or could do, as a sentence; empty if nothing."""
        parts = [f"{self.fixed} fixed"] if self.fixed else []
        if self.safe_fixes:
            parts.append(f"{self.safe_fixes} can be fixed with --fix")
        if self.unsafe_fixes:
            parts.append(f"{self.unsafe_fixes}{' more' if self.safe_fixes else ' can be fixed'} with --unsafe-fixes")
        return ", ".join(parts)
