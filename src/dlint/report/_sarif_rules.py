"""A rule as SARIF describes it, from its page."""

from __future__ import annotations

import re

from dlint import __version__
from dlint.lazy import pattern
from dlint.report._escape import Written, written
from dlint.rule.page_text import summary
from dlint.rule.pages import from_wheel, pages_dir
from dlint.rule.rule import Rule
from dlint.rule.severity import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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
_EXAMPLE = pattern(r"^(`{3,})([a-z]+)[ \t]+(bad|good|fixed)\b([^\n]*)$", re.M)
_VERDICTS = {"bad": "Wrong", "good": "Right", "fixed": "After the fix"}


Described = tuple[str, str, str]
"""What a rule is in every run: its descriptor up to how severe it is, what tells it from others, where to read more."""


def driver(rules: Sequence[tuple[Rule, Severity]], pages: str) -> Written:
    """The ``toolComponent`` of dlint: its rules, each with its severity in this run; ``pages`` is where they are."""
    named = {"name": "dlint", "semanticVersion": __version__, **({"informationUri": pages} if pages else {})}
    return Written(f'{written(named)[:-1]}, "rules": [{", ".join(_descriptors(rules, pages))}]}}')


def _descriptors(rules: Sequence[tuple[Rule, Severity]], pages: str) -> Iterator[str]:
    """The ``reportingDescriptor`` of each rule."""
    folder = pages_dir()
    tables: dict[str, Mapping[str, Described]] = {}
    for rule, severity in rules:
        known = None
        if rule.page.path == f"{folder}/{rule.kind}/{rule.name}.md":
            if rule.kind not in tables:
                tables[rule.kind] = from_wheel(f"described_{rule.kind}")
            known = tables[rule.kind].get(rule.name)
        yield _descriptor(rule, severity, known or described(rule), pages)


def _descriptor(rule: Rule, severity: Severity, known: Described, pages: str) -> str:
    words, tags, link = known
    link = rule.link(pages) if pages else link
    severe = "" if rule.category == "security" else f', "problem.severity": "{_PROBLEM[severity]}"'
    more = f', "helpUri": {written(link)}' if link else ""
    level = f'{{"level": "{LEVELS[severity]}"}}'
    return f'{words}, "defaultConfiguration": {level}, "properties": {tags}{severe}}}{more}}}'


def described(rule: Rule) -> Described:
    """What the page of a rule says; of those that come along it stands in a table of the wheel."""
    page = rule.page
    # Asked once: to leave the examples out of a page is most of what this costs.
    prose = page.prose
    words = {
        "id": rule.name,
        "name": _readable(rule),
        "shortDescription": {"text": _sentence(rule.title)},
        "fullDescription": {"text": _shortened(summary(prose) or rule.title)},
        "help": {"text": _help(rule, prose), "markdown": _help(rule, _labelled(page.body))},
    }
    return written(words)[:-1], written(_properties(rule))[:-1], rule.link()


def _readable(rule: Rule) -> str:
    """The name in Pascal case; one of a single word gets the kind before it, as it must differ from the id."""
    words = rule.name.split("-")
    return "".join(word.capitalize() for word in (words if len(words) > 1 else [rule.kind, *words]))


def _properties(rule: Rule) -> dict[str, Any]:
    page = rule.page
    tags = [rule.category, rule.kind]
    tags += [f"external/cwe/cwe-{int(number):03d}" for number in map(_number, page.cwe) if number.isdigit()]
    tags += [f"cis-docker/{number}" for number in page.cis]
    tags += [f"owasp-docker/{number}" for number in page.owasp]
    properties: dict[str, Any] = {"tags": list(dict.fromkeys(tags))[:_MOST_TAGS], "precision": page.precision}
    if rule.category == "security" and page.security_severity:
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
