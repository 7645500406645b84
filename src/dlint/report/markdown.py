"""``markdown``: for comments on pull requests and for job summaries, in GitHub's Markdown.

A comment holds 65,536 characters, so the worst findings come first and the last line says how many were left out:
https://docs.github.com/rest/issues/comments. What stands in the files is text there, never markup, a link or a mention.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dlint.report import plural
from dlint.report._escape import one_line, visible
from dlint.report._places import worst_first
from dlint.report._statistics import statistics
from dlint.report._summary import Summary
from dlint.rule.finding import Finding, Report
from dlint.rule.severity import Severity

MOST = 60_000
"""Characters of a report; what fits in a comment with room for what others put around it."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|#~$&!^]")
_SIGNS = {Severity.ERROR: "🛑 ", Severity.WARNING: "⚠️ "}
_FEW = 10


def render(report: Report, *, link: Callable[[str, int, int], str] | None = None) -> str:
    """A heading with the figures, the findings in a table, the worst first, and the rules in another.

    ``link`` gives the address of a path, line and column.
    """
    figures = Summary(report)
    lines = [f"### dlint: {plain(figures.sentence())}", ""]
    lines += [f"- **failed** {code(failure.path)} {plain(failure.message)}" for failure in report.failures]
    lines += [f"- {plain(note)}" for note in report.notes]
    lines += [""] * (len(lines) > 2)
    findings = worst_first(report.visible)
    if findings:
        lines += ["| | where | what | rule |", "| --- | --- | --- | --- |"]
        tail = _tail(report, figures)
        room = MOST - sum(map(len, lines)) - sum(map(len, tail)) - 200
        for number, finding in enumerate(findings):
            row = _row(finding, link)
            room -= len(row) + 1
            if room < 0:
                lines += ["", f"{plural(len(findings) - number, 'finding')} more did not fit here."]
                break
            lines.append(row)
        lines += tail
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(finding: Finding, link: Callable[[str, int, int], str] | None) -> str:
    line, column = finding.start
    place = code(f"{finding.path}:{line}:{column}")
    if link is not None:
        place = f'<a href="{_attribute(link(finding.path, line, column))}">{place}</a>'
    sign = f"{_SIGNS.get(finding.severity, '')}{finding.severity.label}"
    return f"| {sign} | {place} | {plain(finding.message)} | {code(finding.rule.name)} |"


def _tail(report: Report, figures: Summary) -> list[str]:
    """The table of rules, folded away, and what ``--fix`` could do."""
    lines = [""]
    rows = statistics(report.visible)
    if figures.findings > _FEW and len(rows) > 1:
        lines += ["<details><summary>By rule</summary>", "", "| findings | | rule |", "| ---: | --- | --- |"]
        lines += [f"| {row.found} | {row.severity.label} | {code(row.rule.name)} |" for row in rows[:100]]
        lines += ["", "</details>", ""]
    fixes = figures.fixes()
    lines += [plain(fixes), ""] * bool(fixes)
    name = rows[0].rule.name
    return [*lines, f"Why, and what to do: {code(f'dlint explain {name}')}"]


def plain(text: str) -> str:
    """``text`` on one line, without a meaning in Markdown."""
    escaped = _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", one_line(text))
    # These are links and mentions in any text; a blank without width parts them.
    return escaped.replace("@", "@&#8203;").replace("www.", "www&#8203;.").replace("://", "&#58;//")


def code(text: str) -> str:
    """``text`` as code, whatever is in it."""
    escaped = _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", " ".join(visible(text).split()))
    return f"<code>{escaped}</code>" if escaped else ""


def _attribute(address: str) -> str:
    return address.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C").replace("|", "%7C")
