"""The playground's side in Python: texts in, findings out, as JSON. It runs in the browser, inside Pyodide.

Offsets count UTF-16 code units, as JavaScript does. Nothing is known of files that are not pasted, so the rules that
say a file is missing stay silent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dlint.config.layers import Config, Layer
from dlint.config.shapes import validate
from dlint.fix.fixer import fix as apply_fixes
from dlint.fix.keeps import accepts, comments
from dlint.lint.run import run
from dlint.lint.settings import RunSettings, today
from dlint.project.files import ProjectFiles
from dlint.project.kinds import kind_by_name
from dlint.rule.finding import Finding, Report
from dlint.source import Source
from dlint.workspace.workspace import Workspace

ABOUT_OTHER_FILES = ("env-file-missing", "dockerfile-missing", "compose-file-missing")
PLACE = "playground"


class Playground:
    """The pasted files as a project; empty texts are files that are not there."""

    def __init__(self, files: Mapping[str, str], preset: str) -> None:
        given = {path: text for path, text in files.items() if text.strip()}
        project = ProjectFiles.from_files(given)
        self.kinds = {path: kind for path in given if (kind := kind_by_name(path))}
        self.workspace = Workspace(project, self.kinds)
        values = {"preset": preset, "ignore": ABOUT_OTHER_FILES, "shellcheck": False}
        self.config = Config([Layer(PLACE, "", validate(values, PLACE))])
        self.sources = {path: source for path in self.kinds if (source := project.read(path)) is not None}

    def report(self, sources: Mapping[str, Source]) -> Report:
        """What is found in the files with these texts."""
        workspace = self.workspace.with_texts(sources)
        return run(workspace, self.kinds, lambda path: self.config, [self.config], settings=RunSettings(today()))

    def fixed(self, key: str) -> dict[str, str]:
        """The texts after the fix of the finding with this key; without one, after every safe fix."""
        result = apply_fixes(
            self.sources,
            lambda sources: self.report(sources).visible,
            unsafe=bool(key),
            wanted=lambda finding: not key or finding.key == key,
            accepts=accepts,
            comments=comments,
        )
        return {path: source.text for path, source in result.sources.items()}


def lint(files: str, preset: str) -> str:
    """The findings in ``files`` (a JSON object: path → text), as a JSON object with ``findings`` and ``errors``."""
    project = Playground(json.loads(files), preset)
    report = project.report(project.sources)
    errors = [f"{failure.path}: {failure.message}" for failure in report.failures]
    return json.dumps({"findings": [_finding(finding) for finding in report.visible], "errors": errors})


def fix(files: str, preset: str, key: str) -> str:
    """The texts of ``files`` after one fix, or after all safe ones if ``key`` is empty."""
    texts = json.loads(files)
    return json.dumps({**texts, **Playground(texts, preset).fixed(key)})


def _finding(finding: Finding) -> dict[str, Any]:
    text = finding.source.text
    start, end = (_units(text, at) for at in finding.span)
    return {
        "rule": finding.rule.name,
        "kind": finding.rule.kind,
        "severity": finding.severity.label,
        "message": finding.message,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "start": start,
        "end": end,
        "key": finding.key,
        "fix": {"title": finding.fix.title, "safe": finding.fix.safe} if finding.fix else None,
    }


def _units(text: str, at: int) -> int:
    """How many UTF-16 code units come before the character ``at``."""
    return len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
