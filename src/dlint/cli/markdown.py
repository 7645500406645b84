"""Renders a rule's page for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable

from dlint.cli import toml
from dlint.rule.rule import Rule

_BOLD, _DIM, _CYAN, _RED, _GREEN, _OFF = "\033[1m", "\033[2m", "\033[36m", "\033[31m", "\033[32m", "\033[0m"
_FENCE = re.compile(r"^(`{3,}+)([^\s`]*+)[ \t]*+([^\n]*+)\n(.*?)^\1[ \t]*$", re.M | re.S)
Paint = Callable[[str, str], str]
_VERDICT = {"bad": "Wrong", "good": "Right", "fixed": "Fixed"}
# Blocks of each verdict that are shown: the rest of a page's are cases for its tests.
_MOST = 2


def render(rule: Rule, color: bool, pages: str = "") -> str:
    """The page as text: headline, facts, prose, examples, options, references, and where it is on the web."""

    def paint(text: str, code: str) -> str:
        return f"{code}{text}{_OFF}" if color else text

    page = rule.page
    facts = [f"{page.kind} · {page.category} · {page.severity.label}"]
    presets = ", ".join(page.presets) or "none (enable it by name)"
    facts.append(f"presets: {presets}")
    if page.aliases:
        facts.append("also known as: " + ", ".join(page.aliases))
    parts = [paint(rule.name, _BOLD) + f" — {page.title}", *(paint(fact, _DIM) for fact in facts), ""]
    at = 0
    wanted = _for_people(page.body)
    for match in _FENCE.finditer(page.body):
        parts.append(_prose(page.body[at : match.start()], paint))
        if match.start() in wanted:
            parts.append(_block(match, paint))
        at = match.end()
    parts.append(_prose(page.body[at:], paint))
    if rule.options:
        parts.append(paint("Options", _BOLD) + f" (in dlint.toml under [rules.{rule.name}])")
        parts.extend(
            f"  {toml.key(name.replace('_', '-'))} = {toml.value(value)}" for name, value in rule.options.items()
        )
        parts.append("")
    mapping = [f"CWE-{cwe.removeprefix('CWE-')}" for cwe in page.cwe] + [f"CIS Docker 1.6.0: {cis}" for cis in page.cis]
    mapping += [f"OWASP Docker Security rule {owasp}" for owasp in page.owasp]
    if mapping:
        parts.append("Standards: " + ", ".join(mapping))
    parts.extend(f"See {url}" for url in page.references)
    if pages:
        parts.append(f"This page on the web: {rule.link(pages)}")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip()


def _for_people(body: str) -> set[int]:
    """Where the blocks start that are shown: the first of each verdict, with the fix of each that is wrong.

    What is wrong by an option and right without it says nothing to who has not set it.
    """
    wanted: set[int] = set()
    shown: dict[str, int] = {}
    wrong: set[str] = set()
    above = False
    for match in _FENCE.finditer(body):
        word = (match[3].split() or [""])[0]
        if word == "fixed":
            keep = above
        else:
            keep = word not in _VERDICT or (shown.get(word, 0) < _MOST and not (word == "good" and match[4] in wrong))
            shown[word] = shown.get(word, 0) + keep
            above = keep and word == "bad"
            wrong |= {match[4]} if word == "bad" else set()
        if keep:
            wanted.add(match.start())
    return wanted


def _prose(text: str, paint: Paint) -> str:
    text = re.sub(r"^#+ (.*)$", lambda m: paint(m[1], _BOLD), text, flags=re.M)
    text = re.sub(r"\*\*(.+?)\*\*", lambda m: paint(m[1], _BOLD), text)
    text = re.sub(r"\[([^\[\]]++)\]\(([^\s()]++)\)", r"\1 (\2)", text)
    return re.sub(r"`([^`\n]+)`", lambda m: paint(m[1], _CYAN), text).rstrip("\n")


def _block(match: re.Match[str], paint: Paint) -> str:
    words = match[3].split()
    verdict = _VERDICT.get(words[0] if words else "", "")
    file = next((word[5:] for word in words if word.startswith("file=")), "")
    options = ", ".join(word for word in words[1:] if "=" in word and not word.startswith("file="))
    if verdict:
        verdict += f", with {options}:" if options else ":"
    label = " ".join(part for part in (verdict, file) if part)
    color = _RED if verdict.startswith("Wrong") else _GREEN
    lines = ["", paint(label, color)] if label else [""]
    lines.extend("    " + line for line in match[4].rstrip("\n").split("\n"))
    return "\n".join([*lines, ""])
