"""A rule as SARIF describes it, from its page."""

from __future__ import annotations

import re

from dlint.rule.page_text import summary
from dlint.rule.rule import Rule
from dlint.rule.severity import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.STYLE: "note"}
_PROBLEM = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
    Severity.STYLE: "recommendation",
}
# GitHub refuses a longer full description, and shows no more tags than this.
_LONGEST = 1000
_MOST_TAGS = 10
_EXAMPLE = re.compile(r"^(`{3,})([a-z]+)[ \t]+(bad|good|fixed)\b([^\n]*)$", re.M)
_VERDICTS = {"bad": "Wrong", "good": "Right", "fixed": "After the fix"}


def descriptor(rule: Rule, severity: Severity, pages: str = "") -> dict[str, Any]:
    """The ``reportingDescriptor`` of a rule with the severity it has in this run; ``pages`` is where its page is."""
    page = rule.page
    # Asked once: to leave the examples out of a page is most of what this costs.
    prose = page.prose
    described: dict[str, Any] = {
        "id": rule.name,
        "name": _readable(rule),
        "shortDescription": {"text": _sentence(rule.title)},
        "fullDescription": {"text": _shortened(summary(prose) or rule.title)},
        "help": {"text": _help(rule, prose), "markdown": _help(rule, _labelled(page.body))},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": _properties(rule, severity),
    }
    link = rule.link(pages)
    if link:
        described["helpUri"] = link
    return described


def _readable(rule: Rule) -> str:
    """The name in Pascal case; one of a single word gets the kind before it, as it must differ from the id."""
    words = rule.name.split("-")
    return "".join(word.capitalize() for word in (words if len(words) > 1 else [rule.kind, *words]))


def _properties(rule: Rule, severity: Severity) -> dict[str, Any]:
    page = rule.page
    tags = [rule.category, rule.kind]
    tags += [f"external/cwe/cwe-{int(number):03d}" for number in map(_number, page.cwe) if number.isdigit()]
    tags += [f"cis-docker/{number}" for number in page.cis]
    tags += [f"owasp-docker/{number}" for number in page.owasp]
    properties: dict[str, Any] = {"tags": list(dict.fromkeys(tags))[:_MOST_TAGS], "precision": page.precision}
    if rule.category != "security":
        properties["problem.severity"] = _PROBLEM[severity]
    elif page.security_severity:
        properties["security-severity"] = f"{float(page.security_severity):.1f}"
    return properties


def _number(cwe: str) -> str:
    return cwe.upper().removeprefix("CWE-")


def _help(rule: Rule, body: str) -> str:
    """What the page says, the codes other tools use, where the advice comes from, and how to switch it off."""
    parts = [body.strip() or _sentence(rule.title)]
    if rule.aliases:
        parts.append("Also known as: " + ", ".join(rule.aliases) + ".")
    if rule.references:
        parts.append("\n".join(f"See {url}" for url in rule.references))
    parts.append(f"To keep one place as it is, write `# dlint: ignore={rule.name} -- reason` above it.")
    return "\n\n".join(parts)


def _labelled(body: str) -> str:
    """The page with a word before each example, as Markdown renderers drop what follows the language."""
    return _EXAMPLE.sub(_label, body)


def _label(match: re.Match[str]) -> str:
    fence, language, verdict, info = match.groups()
    file = next((f" (`{word[5:]}`)" for word in info.split() if word.startswith("file=")), "")
    return f"**{_VERDICTS[verdict]}**{file}:\n\n{fence}{language}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."
