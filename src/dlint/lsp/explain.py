"""What dlint knows of a rule, as Markdown."""

from __future__ import annotations

import os
from collections.abc import Sequence

from pygls.uris import from_fs_path

from dlint.rule.rule import Rule

_LINKS = {"cwe": "CWE", "cis": "CIS Docker Benchmark", "owasp": "OWASP Docker cheat sheet"}


def page(rule: Rule) -> str:
    """The page of a rule: what is wrong, why, examples, and where the advice comes from."""
    facts = [f"severity {rule.severity.name.lower()}", rule.category]
    if rule.aliases:
        facts.append("also known as " + ", ".join(f"`{alias}`" for alias in rule.aliases))
    for key, name in _LINKS.items():
        if words := getattr(rule.page, key):
            facts.append(f"{name} {', '.join(words)}")
    lines = [f"### {rule.title} (`{rule.name}`)", "", "; ".join(facts), "", rule.page.body.rstrip()]
    if rule.references:
        lines += ["", *(f"- <{link}>" for link in rule.references)]
    return "\n".join(lines) + "\n"


def uri(rule: Rule) -> str:
    """Where the page lies."""
    return from_fs_path(os.path.abspath(rule.page.path)) or ""


def short(rules: Sequence[Rule], name: str) -> str:
    """The first words on a rule, for an editor that shows no more."""
    if not rules:
        return f"There is no rule called {name}."
    first = rules[0].page.prose.strip().split("\n\n")[0].replace("\n", " ")
    return f"{rules[0].name}: {rules[0].title}. {first}"
