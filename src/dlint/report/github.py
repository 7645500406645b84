"""``github``: GitHub Actions workflow commands, which become annotations on the changed lines.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions. GitHub shows ten annotations of each
level for a step, so the most severe come first and the last line says how many were left out.
"""

from __future__ import annotations

from dlint.report import plural
from dlint.report._escape import said
from dlint.report._places import RUN_FAILURE, region, worst_first
from dlint.rule.finding import Finding, Report
from dlint.rule.severity import Severity

PER_LEVEL = 10
_MOST_LINES = 20
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice", Severity.STYLE: "notice"}


def render(report: Report) -> str:
    """The commands, one a line, and how many findings were not annotated."""
    commands: list[tuple[str, str]] = []
    for failure in report.failures:
        place = [("file", failure.path)] if failure.path else []
        commands.append(("error", _command("error", [*place, ("title", RUN_FAILURE)], failure.message)))
    for finding in worst_first(report.visible):
        level = _LEVELS[finding.severity]
        commands.append((level, _command(level, _properties(finding), finding.message + _also(finding))))
    commands += [("notice", _command("notice", [("title", "dlint")], note)) for note in report.notes]
    lines: list[str] = []
    used: dict[str, int] = {}
    for level, command in commands:
        used[level] = used.get(level, 0) + 1
        if used[level] <= PER_LEVEL:
            lines.append(command)
    if len(lines) < len(commands):
        left = plural(len(commands) - len(lines), "finding is", "findings are")
        lines.append(f"dlint: {left} not annotated, as GitHub shows {PER_LEVEL} of each level for a step")
    return "".join(f"{line}\n" for line in lines)


def _also(finding: Finding) -> str:
    """The lines of the other places of one that stands for several: an annotation has no field for them."""
    lines = [str(line) for line in dict.fromkeys(part.line for part in finding.parts[1:]) if line != finding.line]
    if not lines:
        return ""
    shown = ", ".join(lines[:_MOST_LINES]) + (", …" if len(lines) > _MOST_LINES else "")
    return f"; also in {'line' if len(lines) == 1 else 'lines'} {shown}"


def _properties(finding: Finding) -> list[tuple[str, str]]:
    """Columns count only within one line, so a longer region is shown by its first line."""
    place = region(finding.source, finding.span)
    end = place.end_column
    if place.end_line > place.line:
        end = max(finding.source.line_span(place.line).end - finding.source.offset(place.line), place.column) + 1
    numbers = {"line": place.line, "endLine": place.line, "col": place.column, "endColumn": end}
    return [("file", finding.path), *((key, str(n)) for key, n in numbers.items()), ("title", finding.rule.name)]


def _command(level: str, properties: list[tuple[str, str]], message: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties)
    return f"::{level} {written}::{_data(message)}"


def _data(text: str) -> str:
    return said(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
