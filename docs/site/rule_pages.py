"""The site's pages about rules: one for each, an index with search by any tool's code, and the presets compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from dlint.cli import toml
from dlint.config.catalogue import Catalogue
from dlint.config.layers import Config, Layer
from dlint.config.plan import plan
from dlint.config.shapes import validate
from dlint.rule.rule import Rule
from dlint.rule.words import KINDS, PRESETS

_EXAMPLE = re.compile(r"^(`{3,})([a-z]+)[ \t]+(bad|good|fixed)\b([^\n]*)$", re.M)
_VERDICTS = {"bad": "Wrong", "good": "Right", "fixed": "After the fix"}
_CWE = "https://cwe.mitre.org/data/definitions/{}.html"


def page(rule: Rule) -> str:
    """A rule's page as the site shows it: facts, prose, labelled examples, options, other names, sources."""
    about = rule.page
    facts = [
        ("Kind", rule.kind),
        ("Severity", rule.severity.label),
        ("Category", rule.category),
        ("Presets", ", ".join(about.presets) or "none: enable it by name"),
        ("Fix", "yes" if about.has_fix else "no"),
    ]
    heads = " | ".join(name for name, _ in facts)
    rule_line = " | ".join("---" for _ in facts)
    values = " | ".join(value for _, value in facts)
    parts = [
        f"---\ntitle: {_quoted(rule.name)}\ndescription: {_quoted(rule.title)}\n---",
        f"# {rule.name}",
        f"**{rule.title}**",
        f"| {heads} |\n| {rule_line} |\n| {values} |",
        _EXAMPLE.sub(_label, about.body).strip(),
        *_options(rule),
        *_names(rule),
        *_sources(rule),
        f"## Leave one place as it is\n\n```text\n# dlint: ignore={rule.name} -- the reason\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _label(match: re.Match[str]) -> str:
    fence, language, verdict, info = match.groups()
    words = [word for word in info.split() if "=" in word]
    file = next((f" (`{word[5:]}`)" for word in words if word.startswith("file=")), "")
    options = ", ".join(f"`{word}`" for word in words if not word.startswith("file="))
    with_options = f", with {options}" if options else ""
    return f"\n**{_VERDICTS[verdict]}**{file}{with_options}:\n\n{fence}{language}"


def _options(rule: Rule) -> list[str]:
    if not rule.options:
        return []
    lines = [f"{toml.key(name.replace('_', '-'))} = {toml.value(value)}" for name, value in rule.options.items()]
    return ["## Options\n\nWith their defaults:\n\n```toml\n[rules." + rule.name + "]\n" + "\n".join(lines) + "\n```"]


def _names(rule: Rule) -> list[str]:
    if not rule.aliases:
        return []
    rows = [f"- {tool}: `{code}`" for tool, _, code in (alias.partition("/") for alias in rule.aliases)]
    return ["## In other linters\n\n" + "\n".join(rows)]


def _sources(rule: Rule) -> list[str]:
    about = rule.page
    rows = [f"- <{url}>" for url in rule.references]
    for cwe in about.cwe:
        number = cwe.upper().removeprefix("CWE-")
        rows.append(f"- [CWE-{number}]({_CWE.format(number)})")
    rows += [f"- CIS Docker Benchmark 1.6.0, {number}" for number in about.cis]
    rows += [f"- OWASP Docker Security Cheat Sheet, rule {number}" for number in about.owasp]
    return ["## Sources\n\n" + "\n".join(rows)] if rows else []


def index(rules: Sequence[Rule]) -> str:
    """The table of all rules with a field that filters it."""
    rows = "\n".join(_row(rule) for rule in rules)
    return (
        "---\ntitle: Rules\nhide: [toc]\n---\n# The rules\n\n"
        "A page for each. Type a name, a word, or the code another linter has for it (`DL3008`, `CKV_DOCKER_3`, "
        "`CL-0001`); the [presets](../presets.md) say which are on.\n\n"
        '<div class="dl-filter"><label for="dl-filter">Find</label> <input id="dl-filter" type="search" '
        'placeholder="DL3008, privileged, healthcheck …" autocomplete="off" aria-describedby="dl-count"> '
        f'<span id="dl-count" role="status" aria-live="polite">{len(rules)} rules</span></div>\n\n'
        '<table class="dl-rules"><thead><tr><th>Rule</th><th>Kind</th><th>Severity</th><th>On</th><th>Fix</th></tr>'
        f'</thead>\n<tbody>\n{rows}\n</tbody></table>\n\n<script type="module" src="../rules.js"></script>\n'
    )


def _row(rule: Rule) -> str:
    codes = " ".join(alias.partition("/")[2] for alias in rule.aliases)
    on = "on" if "recommended" in rule.page.presets else ""
    fix = "fix" if rule.page.has_fix else ""
    cells = "".join(f"<td>{cell}</td>" for cell in (rule.kind, rule.severity.label, on, fix))
    return (
        f'<tr data-words="{escape(" ".join(rule.aliases))}"><td><a href="{rule.kind}/{rule.name}/">{rule.name}</a> '
        f'{escape(rule.title)} <span class="dl-aliases">{escape(codes)}</span></td>{cells}</tr>'
    )


def presets(rules: Sequence[Rule]) -> str:
    """What each preset holds, rule by rule, with the severity it has there."""
    held = {preset: _severities(preset, rules) for preset in PRESETS}
    lines = [
        "---\ntitle: Presets\nhide: [toc]\n---\n# The presets compared\n",
        "With which severity each preset runs each rule; empty: off. [How to choose](configuration.md#presets).\n",
        "| | " + " | ".join(PRESETS) + " |",
        "| --- |" + " --- |" * len(PRESETS),
        "| **rules** | " + " | ".join(f"**{len(held[preset])}**" for preset in PRESETS) + " |",
    ]
    for kind in KINDS:
        for rule in (rule for rule in rules if rule.kind == kind):
            cells = " | ".join(held[preset].get(rule.name, "") for preset in PRESETS)
            lines.append(f"| [{rule.name}](rules/{kind}/{rule.name}.md) | {cells} |")
    return "\n".join(lines) + "\n"


def _severities(preset: str, rules: Sequence[Rule]) -> dict[str, str]:
    config = Config([Layer("preset", "", validate({"preset": preset}, "preset"))])
    active = plan(config, Catalogue({rule.name: rule for rule in rules}), KINDS).active
    return {entry.rule.name: entry.severity.label for entry in active}
